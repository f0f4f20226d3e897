"""One task over many inputs, in order: here, or in several processes. Knows nothing of what the task does.

`start` makes the task. It is called once in every process that works, so what cannot travel (sessions, locks) is opened
where it is used. Inputs are taken as results are asked for, so neither list has to fit into memory.
"""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Generic, TypeVar

from penscript.errors import UsageError

_MOST_WORKERS = 61  # Windows cannot wait for more

In = TypeVar("In")
Out = TypeVar("Out")
Start = Callable[[], Callable[[In], Out]]
Lost = Callable[[In, Exception], Out]


def share_of_cores(workers: int) -> int:
    """How many cores each of `workers` processes may use, at least 1."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // workers)


def serial(start: Start[In, Out], inputs: Iterable[In]) -> Iterator[Out]:
    """The results of the task, one after the other, in this process."""
    task = start()
    for one in inputs:
        yield task(one)


def in_processes(start: Start[In, Out], inputs: Iterable[In], workers: int, lost: Lost[In, Out]) -> Iterator[Out]:
    """The results of the task in the order of `inputs`, from `workers` spawned processes.

    start, inputs and results travel between processes, so they must be picklable. `lost` makes the result of an input
    whose worker died or that could not travel; the others are worked on all the same. Workers end at once when the
    iterator is closed, on Ctrl-C and when this process dies. Raises UsageError if no worker starts.
    """
    waiting: deque[tuple[In, Future[Out]]] = deque()
    source = iter(inputs)
    pool = _Pool(start, workers)
    try:
        while _fill(waiting, source, pool, 2 * workers):
            one, future = waiting.popleft()
            try:
                yield future.result()
            except BrokenProcessPool:
                pool.close()
                yield _alone(start, one, lost)
                pool = _Pool(start, workers)
                waiting = deque((other, pool.submit(other)) for other, _ in waiting)
            except Exception as error:
                yield lost(one, error)
    finally:
        pool.close()


def _fill(waiting: deque[tuple[In, Future[Out]]], source: Iterator[In], pool: "_Pool[In, Out]", wanted: int) -> bool:
    """Hand out inputs until `wanted` are under way; False when nothing is left to wait for."""
    while len(waiting) < wanted:
        try:
            one = next(source)
        except StopIteration:
            break
        waiting.append((one, pool.submit(one)))
    return bool(waiting)


def _alone(start: Start[In, Out], one: In, lost: Lost[In, Out]) -> Out:
    """The result of an input that was under way when a worker died: again, in a worker of its own."""
    with _Pool(start, 1) as pool:
        pool.check()
        try:
            return pool.submit(one).result()
        except Exception as error:
            return lost(one, error)


class _Pool(Generic[In, Out]):
    """Spawned workers that live no longer than the pipe to this process."""

    def __init__(self, start: Start[In, Out], workers: int) -> None:
        context = get_context("spawn")
        self._far, self._near = context.Pipe(duplex=False)
        self._processes = ProcessPoolExecutor(min(workers, _MOST_WORKERS), context, _begin, (start, self._far))

    def submit(self, one: In) -> Future[Out]:
        try:
            return self._processes.submit(_work, one)
        except BrokenProcessPool as error:
            broken: Future[Out] = Future()
            broken.set_exception(error)
            return broken

    def check(self) -> None:
        """Raise UsageError if a worker dies before it has any work."""
        try:
            self._processes.submit(os.getpid).result()
        except BrokenProcessPool:
            advice = "In a script, put the call under `if __name__ == '__main__':`, or use one worker."
            raise UsageError("No worker process could be started.", advice) from None

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        self._near.close()
        self._processes.shutdown(wait=True, cancel_futures=True)
        self._far.close()

    def __enter__(self) -> "_Pool[In, Out]":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_start: Start[Any, Any] | None = None
_task: Callable[[Any], Any] | None = None


def _begin(start: Start[Any, Any], parent: Connection) -> None:
    """In a new worker: leave Ctrl-C to the parent and end with it."""
    global _start  # noqa: PLW0603 - a worker process has one task for its life
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _start = start


def _end_with(parent: Connection) -> None:
    try:
        parent.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)


def _work(one: Any) -> Any:
    global _task  # noqa: PLW0603
    if _task is None:
        assert _start is not None
        _task = _start()
    return _task(one)
