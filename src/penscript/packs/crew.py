"""Threads that share the work on pages: whoever has work asks them, so no more than so many are ever at it.

Networks are computed outside Python, whose lock lets one thread at a time do anything else. So that no core lies idle
while a thread waits for the lock, there is one thread more than cores, and networks wait for a core of their own.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from operator import itemgetter
from typing import Any, Generic, TypeVar
from weakref import ref

Item = TypeVar("Item")
Found = TypeVar("Found")


class Crew:
    """threads: cores to use; with one, everything is done by whoever asks. Safe to share between threads.

    core: to be held while a network is computed, and nothing else.
    """

    def __init__(self, threads: int) -> None:
        several = threads > 1
        self.core: AbstractContextManager[object] = threading.Semaphore(threads) if several else nullcontext()
        self._here = threading.local()
        # What a thread begins with it keeps: not the crew, whose threads end when nobody has it any more.
        self._pool = ThreadPoolExecutor(threads + 1, "penscript-crew", _enter, (self._here,)) if several else None
        self._waiting: deque[ref[_Aside[Any]]] = deque()

    def each(self, work: Callable[[Item], Found], items: Sequence[Item], size: Callable[[Item], float]) -> list[Found]:
        """What the work makes of every item, in order. size: the largest are begun first, so that none is waited for.

        Work that asks for more work does that itself.
        """
        return self.begin(work, items, size)() if len(items) > 1 else [work(item) for item in items]

    def begin(
        self, work: Callable[[Item], Found], items: Sequence[Item], size: Callable[[Item], float]
    ) -> Callable[[], list[Found]]:
        """As `each`, but the answer is waited for only when it is asked for."""
        if not self._pool or getattr(self._here, "is_one_of_us", False):
            return lambda: [work(item) for item in items]
        self.start()
        order = sorted(range(len(items)), key=lambda place: -size(items[place]))
        try:
            told = self._pool.map(lambda place: work(items[place]), order)
        except RuntimeError:  # the main thread has ended, and no thread may begin any more
            return lambda: [work(item) for item in items]
        return lambda: [found for _, found in sorted(zip(order, told, strict=True), key=_place)]

    def aside(self, find: Callable[[], Found], wanted: bool = True) -> Callable[[], Found]:
        """What tells something that can be found while a page is read: begun at the next `start`, or, at the latest and
        if it is not `wanted` before, when it is asked for. The answer raises what finding it raised. What nobody can
        ask for any more, as its page was given up, is not begun.
        """
        one = _Aside(find)
        if self._pool and wanted:
            self._waiting.append(ref(one))
        return one.answer

    def start(self) -> None:
        """To be called when cores are free: begins what is to be found aside."""
        with suppress(IndexError, RuntimeError):  # nothing is left to begin, or the main thread has ended
            while self._pool:
                if one := self._waiting.popleft()():
                    self._pool.submit(one.run)


def _enter(here: threading.local) -> None:
    here.is_one_of_us = True


_place = itemgetter(0)


class _Aside(Generic[Found]):
    """Something to find once, by whoever comes first: the crew, or the one who needs it."""

    def __init__(self, find: Callable[[], Found]) -> None:
        self._find = find
        self._found: Future[Found] = Future()

    def run(self) -> None:
        if self._found.set_running_or_notify_cancel():
            try:
                self._found.set_result(self._find())
            except BaseException as error:
                self._found.set_exception(error)

    def answer(self) -> Found:
        return self._find() if self._found.cancel() else self._found.result()
