"""What a crew finds is what one would find alone, in order, and nobody waits for himself."""

import gc
import subprocess
import sys
import threading

import pytest

from penscript.packs.crew import Crew


@pytest.mark.parametrize("threads", [1, 2])
def test_the_answers_come_in_order(threads: int) -> None:
    assert Crew(threads).each(lambda item: item * 2, [3, 1, 2], size=float) == [6, 2, 4]


def test_work_that_asks_for_more_work_does_it_itself() -> None:
    crew = Crew(2)

    def whole(item: int) -> list[tuple[int, str]]:
        return crew.each(lambda part: (part, threading.current_thread().name), [item, item + 1], size=float)

    for (first, one), (second, other) in crew.each(whole, [1, 5, 9], size=float):
        assert (second, other) == (first + 1, one)


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_of_the_work_is_raised(threads: int) -> None:
    with pytest.raises(ZeroDivisionError):
        Crew(threads).each(lambda item: 1 / item, [1, 0], size=float)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("is_begun", [False, True])
def test_what_is_found_aside_is_told(threads: int, is_begun: bool) -> None:
    crew = Crew(threads)
    answer = crew.aside(lambda: 7)
    if is_begun:
        crew.start()
    assert answer() == 7


def test_it_is_begun_before_anybody_asks_once_cores_are_free() -> None:
    crew, begun = Crew(2), threading.Event()
    answer = crew.aside(begun.set)
    assert not begun.is_set()
    crew.start()
    assert begun.wait(20)
    answer()


def test_with_one_thread_or_unwanted_nothing_begins_by_itself() -> None:
    found: list[int] = []
    answers = [Crew(1).aside(lambda: found.append(1)), Crew(2).aside(lambda: found.append(1), wanted=False)]
    assert found == []
    for answer in answers:
        answer()
    assert found == [1, 1]


def test_what_no_thread_has_come_to_is_found_by_the_one_who_asks() -> None:
    crew, go = Crew(2), threading.Event()
    blocked = [crew.aside(go.wait) for _ in range(3)]
    name = crew.aside(lambda: threading.current_thread().name)
    crew.start()
    assert name() == threading.current_thread().name
    go.set()
    assert all(answer() for answer in blocked)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("is_begun", [False, True])
def test_what_it_raises_is_raised_where_it_is_asked_for(threads: int, is_begun: bool) -> None:
    def fails() -> None:
        raise ValueError("no page")

    crew = Crew(threads)
    answer = crew.aside(fails)
    if is_begun:
        crew.start()
    with pytest.raises(ValueError, match="no page"):
        answer()


def test_no_more_networks_than_cores_are_computed_at_once() -> None:
    crew, busy, most, guard = Crew(2), 0, 0, threading.Lock()
    met = threading.Barrier(2)

    def network(item: int) -> int:
        nonlocal busy, most
        with crew.core:
            with guard:
                busy += 1
                most = max(most, busy)
            met.wait(20)
            with guard:
                busy -= 1
        return item

    assert crew.each(network, range(8), size=float) == list(range(8))
    assert most == 2


def test_what_nobody_can_ask_for_any_more_is_not_begun() -> None:
    crew, begun = Crew(2), threading.Event()
    crew.aside(begun.set)
    gc.collect()
    crew.start()
    assert not begun.wait(0.2)


def test_its_threads_end_when_nobody_has_it_any_more() -> None:
    crew, threads = Crew(2), list[threading.Thread]()
    crew.each(lambda _: threads.append(threading.current_thread()), range(8), size=float)
    del crew
    gc.collect()
    for one in threads:
        one.join(20)
        assert not one.is_alive()


ENDED = """
import threading, time
from penscript.packs.crew import Crew

def later():
    while threading.main_thread().is_alive():
        time.sleep(0.01)
    crew = Crew(2)
    answer = crew.aside(lambda: 7)
    crew.start()
    print(crew.each(lambda item: 2 * item, [1, 2], float), answer())

threading.Thread(target=later).start()
"""


def test_a_thread_reads_on_where_the_main_thread_has_ended() -> None:
    done = subprocess.run([sys.executable, "-c", ENDED], check=False, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("[2, 4] 7\n", "")
