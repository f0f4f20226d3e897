"""Freed memory goes back to the system."""

import subprocess
import sys
import threading

import pytest

from penscript import memory

FREE = """
import sys
import threading
from pathlib import Path
from penscript.memory import give_back

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

kept = []
for _ in range(4000):  # between them what the C library cannot give back by itself
    large = bytearray(60_000)
    kept.append(bytes(40))
    kept.append(large)
kept = [one for one in kept if len(one) < 100]
before = resident()
give_back()
print(before - resident())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc keeps what was freed")
def test_what_lies_free_between_other_things_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", FREE], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 100 * 2**20


AGAIN = """
import resource
import numpy as np
from penscript.memory import give_back, thrift

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.ones(50_000_000, np.uint8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

with thrift(False):
    print(faults(), faults())
give_back()
with thrift():
    print(faults(), faults())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc keeps what was freed")
def test_freed_memory_is_used_again_unless_thrift_is_wanted() -> None:
    done = subprocess.run([sys.executable, "-c", AGAIN], capture_output=True, text=True, check=True)
    fresh, again, *thrifty = map(int, done.stdout.split())
    assert min(fresh, *thrifty) > 10 * max(1, again)


def test_memory_goes_back_now_and_then_but_before_every_page_of_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    monkeypatch.setattr(memory, "give_back", lambda: given.append(1))
    for _ in range(3 * memory.PAGES):
        memory.settle()
    assert len(given) == 3
    thread = threading.Thread(target=memory.settle)
    thread.start()
    thread.join()
    assert len(given) == 4


def test_a_small_page_of_another_thread_does_not_end_the_thrift_of_a_large_one(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    calls = {"mallopt": lambda option, most: told.append(most) or 1, "malloc_trim": lambda _: 1}
    monkeypatch.setattr(memory, "_of_glibc", calls.get)
    with memory.thrift():
        with memory.thrift(False), memory.thrift():
            pass
        assert set(told) == {memory.THRIFTY}
    assert told[-1] == memory.ROOMY


def test_an_older_library_is_asked_for_as_much_as_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []

    def option(number: int, most: int) -> int:
        told.append((number, most))
        return int(most <= memory.OLD)

    monkeypatch.setattr(memory, "_of_glibc", {"mallopt": option}.get)
    with memory.thrift(False):
        pass
    assert (memory.MMAP_THRESHOLD, memory.OLD) in told
