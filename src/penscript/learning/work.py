"""How far the learning is, and how long it will still take."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """stage: what is being done. done: share of all the work, 0 to 1. left: seconds still to go, None at the very
    beginning.
    """

    stage: str
    done: float
    left: float | None


Report = Callable[[Progress], None]
"""What it raises ends the learning: nothing has been changed by then."""
_ENOUGH = 0.02


class Work:
    """Counts units of work, one the cost of running one time step of a line through the whole network."""

    def __init__(self, units: float, report: Report) -> None:
        self.units, self._report = max(units, 1.0), report
        self._done = 0.0
        self._lock = threading.Lock()
        self._stage = ""
        self._started = time.monotonic()

    def begin(self, stage: str) -> None:
        """Say what comes now."""
        self._stage = stage
        self.advance(0)

    def advance(self, units: float) -> None:
        """So much more is done; several threads may say so."""
        with self._lock:
            self._done += units
            share = min(1.0, self._done / self.units)
            left = (time.monotonic() - self._started) * (1 - share) / share if share > _ENOUGH else None
            self._report(Progress(self._stage, share, left))
