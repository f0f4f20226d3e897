import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from penscript.errors import UsageError
from penscript.executors import NOTHING_YET, WorkerDied, in_processes, serial, share_of_cores
from tasks import Broken, Deadly, Start, Unmade


def lost(value, error):
    return f"lost {value}", 0


def values(results):
    return [value for value, _ in results]


def test_serial_and_processes_give_the_same_in_the_same_order():
    inputs = list(range(9))
    assert values(serial(Start(), inputs)) == inputs
    results = list(in_processes(Start(), inputs, 2, lost))
    assert values(results) == inputs
    assert os.getpid() not in {pid for _, pid in results}


def test_a_worker_that_dies_costs_one_input():
    inputs = [1, "die", 2, "raise", 3, "die", 4]
    expected = [1, "lost die", 2, "lost raise", 3, "lost die", 4]
    assert values(in_processes(Start(), inputs, 2, lost)) == expected


def told(value, error):
    assert isinstance(error, WorkerDied)
    return f"{value[0]} {error}", 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_death_costs_no_other_input_and_a_second_chance_is_had_alone(tmp_path):
    inputs = [("a", 0, tmp_path), ("b", 1, tmp_path), ("c", 2, tmp_path), ("d", 0, tmp_path), ("e", 0, tmp_path)]
    results = values(in_processes(Deadly(), inputs, 2, told))
    assert results[:2] == ["a", "b"]
    assert "SIGKILL" in results[2]
    assert results[3:] == ["d", "e"]
    tried = sorted(path.name for path in tmp_path.iterdir())
    assert tried == ["a-0", "b-0", "b-1", "c-0", "c-1", "d-0", "e-0"]  # nothing but what died was begun twice


def test_results_may_come_as_they_are_ready():
    inputs = [1, "die", 2, "raise", 3]
    found = values(in_processes(Start(), inputs, 2, lost, ordered=False))
    assert sorted(map(str, found)) == ["1", "2", "3", "lost die", "lost raise"]


def test_workers_make_room_for_fresh_ones():
    results = list(in_processes(Start(), range(7), 1, lost, per_worker=3))
    assert values(results) == list(range(7))
    pids = [pid for _, pid in results]
    assert [len(set(pids[:3])), len(set(pids[3:6])), len(set(pids))] == [1, 1, 3]


def test_what_keeps_every_task_from_being_made_is_raised():
    with pytest.raises(UsageError, match="no pack"):
        list(in_processes(Unmade(), [1, 2], 2, lost))


def test_endless_inputs_may_have_nothing_yet():
    inputs = [1, NOTHING_YET, NOTHING_YET, 2]
    assert values(in_processes(Start(), inputs, 2, lost, ordered=False)) == [1, 2]
    assert values(serial(Start(), inputs)) == [1, 2]


def test_an_input_that_cannot_travel_is_lost_alone():
    inputs = [1, lambda: 0, 2]
    results = values(in_processes(Start(), inputs, 1, lost))
    assert (results[0], results[2]) == (1, 2)
    assert results[1].startswith("lost")


def test_inputs_are_taken_as_results_are_asked_for():
    taken = []

    def inputs():
        for number in range(100):
            taken.append(number)
            yield number

    results = in_processes(Start(), inputs(), 1, lost)
    assert next(results)[0] == 0
    results.close()
    assert len(taken) <= 4


def test_it_says_when_no_worker_starts():
    with pytest.raises(UsageError, match="No worker"):
        list(in_processes(Broken(), [1], 1, lost))


def test_cores_are_shared():
    assert share_of_cores(1) >= 1
    assert share_of_cores(10_000) == 1


SCRIPT = """
import os, sys, time
from penscript.executors import in_processes

class Start:
    def __call__(self):
        return self.work
    def work(self, value):
        print("working", os.getpid(), flush=True)
        time.sleep(60)

if __name__ == "__main__":
    try:
        list(in_processes(Start(), [1], 1, lambda one, error: None))
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as on POSIX")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_workers_end_with_their_parent(tmp_path, sent):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    worker = int(parent.stdout.readline().split()[1])
    parent.send_signal(sent)
    _, errors = parent.communicate(timeout=30)
    assert parent.returncode in (130, -signal.SIGKILL)
    assert "Traceback" not in errors
    assert gone(worker)


def gone(pid):
    for _ in range(300):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False
