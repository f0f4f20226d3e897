"""The stages of a page: whether there is time left for each, how long it took, and the memory that it leaves behind."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from penscript.memory import give_back

Timings = dict[str, float]
Check = Callable[[], None]


class Clock:
    """Asks before each stage whether there is time left, adds its seconds to a dict, if there is one, and tidies up."""

    def __init__(self, timings: Timings | None, check: Check, tidy: bool = False) -> None:
        self._timings, self._check, self._tidy = timings, check, tidy

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Around one stage."""
        self._check()
        start = time.perf_counter()
        try:
            yield
        finally:
            if self._timings is not None:
                self._timings[stage] = self._timings.get(stage, 0.0) + time.perf_counter() - start
            if self._tidy:
                give_back()
