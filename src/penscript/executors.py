"""One task over many inputs: here, or in several processes. Knows nothing of what the task does.

`start` makes the task. It is called once in every process that works, so what cannot travel (sessions, locks) is opened
where it is used. Inputs are taken as results are asked for, so neither list has to fit into memory.
"""

import math
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import connection
from typing import Any, Generic, TypeVar

from penscript.errors import UsageError
from penscript.worker import Gone, Worker, WorkerDied

__all__ = ["NOTHING_YET", "WorkerDied", "in_processes", "serial", "share_of_cores"]

_MOST_WORKERS = 61  # Windows cannot wait for more
_PAUSE_SECONDS = 0.2

In = TypeVar("In")
Out = TypeVar("Out")
Start = Callable[[], Callable[[In], Out]]
Lost = Callable[[In, Exception], Out]

NOTHING_YET: Any = type("NothingYet", (), {"__repr__": lambda self: "NOTHING_YET"})()
"""What endless inputs yield when there is nothing at the moment: they are asked again after a pause."""


def share_of_cores(workers: int) -> int:
    """How many cores each of `workers` processes may use, at least 1."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // workers)


def serial(start: Start[In, Out], inputs: Iterable[In]) -> Iterator[Out]:
    """The results of the task, one after the other, in this process."""
    task = start()
    for one in inputs:
        if one is NOTHING_YET:
            time.sleep(_PAUSE_SECONDS)
        else:
            yield task(one)


def in_processes(
    start: Start[In, Out],
    inputs: Iterable[In],
    workers: int,
    lost: Lost[In, Out],
    *,
    ordered: bool = True,
    per_worker: int | None = None,
) -> Iterator[Out]:
    """The results of the task, from `workers` spawned processes.

    start, inputs and results travel between processes, so they must be picklable. A worker that dies costs nothing but
    the input it had, which is worked on once more, alone; if that kills a worker too, or if an input cannot travel,
    `lost` makes its result (it gets a WorkerDied for a death). ordered: in the order of the inputs, or each as soon as
    it is there. per_worker: after so many inputs a process makes room for a fresh one, None for never. Workers end at
    once when the iterator is closed, on Ctrl-C and when this process dies. Raises UsageError if no worker starts, and
    what `start` raises.
    """
    crew = _Crew(start, iter(inputs), min(workers, _MOST_WORKERS), lost, per_worker)
    ahead = 2 * workers if ordered else math.inf
    finished: dict[int, Out] = {}
    given = 0
    try:
        while crew.feed(given + ahead) or finished:
            finished |= crew.finished()
            while finished and (given in finished or not ordered):
                yield finished.pop(given if ordered else next(iter(finished)))
                given += 1
    finally:
        crew.close()


class _Crew(Generic[In, Out]):
    """The workers, what each is at, and what a dead one left."""

    def __init__(
        self, start: Start[In, Out], source: Iterator[In], size: int, lost: Lost[In, Out], per_worker: int | None
    ) -> None:
        self._start, self._source, self._size, self._lost = start, source, size, lost
        self._per_worker = per_worker or math.inf
        self._idle: list[Worker] = []
        self._busy: dict[Worker, tuple[int, In]] = {}
        self._suspects: deque[tuple[int, In]] = deque()
        self._again: set[int] = set()
        self._early: dict[int, Out] = {}
        self._taken = 0
        self._over = False

    def feed(self, most: float) -> bool:
        """Give idle workers something to do, up to input number `most`; False when nothing is left to wait for."""
        while len(self._busy) < self._size and (job := self._next(most)):
            self._give(*job)
        return bool(self._busy or self._suspects or self._early or not self._over)

    def finished(self) -> dict[int, Out]:
        """What has been finished since it was last asked, by number; waits for something, but not for ever."""
        found, self._early = self._early, {}
        if not self._busy and not found:
            time.sleep(_PAUSE_SECONDS)
        elif self._busy:
            by_pipe = {worker.pipe: worker for worker in self._busy}
            for pipe in connection.wait(list(by_pipe), 0 if found else _PAUSE_SECONDS):
                found |= self._heard(by_pipe[pipe])  # type: ignore[index]
        return found

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        workers = [*self._idle, *self._busy]
        for worker in workers:
            worker.let_go()
        for worker in workers:
            worker.join()

    def _next(self, most: float) -> tuple[int, In] | None:
        """The next input with its number. One that a dead worker left waits to be alone, the others wait for it."""
        if self._suspects or self._alone():
            return None if self._busy else self._suspects.popleft()
        if self._over or self._taken >= most:
            return None
        one = next(self._source, self)
        if one is self:
            self._over = True
            return None
        if one is NOTHING_YET:
            return None
        self._taken += 1
        return self._taken - 1, one  # type: ignore[return-value]

    def _alone(self) -> bool:
        return any(number in self._again for number, _ in self._busy.values())

    def _give(self, number: int, one: In) -> None:
        worker = self._idle.pop() if self._idle else Worker(self._start)
        try:
            worker.send(one)
        except Gone:  # while it had nothing to do: that is not the fault of this input
            worker.end()
            self._give(number, one)
        except Exception as error:
            self._idle.append(worker)
            self._early[number] = self._lost(one, error)
        else:
            self._busy[worker] = (number, one)

    def _heard(self, worker: Worker) -> dict[int, Out]:
        """The result that a worker has sent, by number; nothing where it only began, or died for the first time."""
        try:
            answer = worker.receive()
        except Gone:
            return self._bury(worker)
        if answer is None:
            return {}
        number, one = self._busy.pop(worker)
        if worker.done < self._per_worker:
            self._idle.append(worker)
        else:
            worker.end()
        result, error = answer
        return {number: result if error is None else self._lost(one, error)}

    def _bury(self, worker: Worker) -> dict[int, Out]:
        number, one = self._busy.pop(worker)
        worker.end()
        if not worker.began:
            advice = "In a script, put the call under `if __name__ == '__main__':`, or use fewer workers."
            raise UsageError(f"No worker process could be started: it {worker.fate()}.", advice)
        if number in self._again:
            return {number: self._lost(one, WorkerDied(f"{worker.fate()}, twice"))}
        self._again.add(number)
        self._suspects.append((number, one))
        return {}
