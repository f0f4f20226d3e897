"""Learning a hand while the server runs: one at a time, by a function that whoever starts the server hands it."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from penscript.errors import PenscriptError

log = logging.getLogger("penscript.server.learning")

Report = Callable[[str, float, float | None], None]
"""Told what is being done, the share that is done, and the seconds that are left, if that is known yet."""
Learn = Callable[[Report], Sequence[str]]
"""Learns from the corrections in the notes; what to tell. PenscriptError where nothing came of it."""


class Learning:
    """What the review page shows of it. learn: None where this server cannot."""

    def __init__(self, learn: Learn | None) -> None:
        self._learn = learn
        self._lock = threading.Lock()
        self._state: dict[str, Any] = {"available": learn is not None, "running": False, "told": [], "error": None}
        self._state |= {"stage": "", "done": 0.0, "left": None}

    def state(self) -> dict[str, Any]:
        """How it stands."""
        with self._lock:
            return dict(self._state)

    def start(self) -> bool:
        """Begin; False where it has begun already."""
        with self._lock:
            if self._state["running"]:
                return False
            self._state |= {"running": True, "told": [], "error": None, "stage": "", "done": 0.0, "left": None}
        threading.Thread(target=self._run, name="penscript-learning", daemon=True).start()
        return True

    def _run(self) -> None:
        told, error = list[str](), None
        try:
            told = list(self._learn(self._report)) if self._learn else []
        except PenscriptError as problem:
            error = f"{problem.message} {problem.advice}".strip()
        except Exception:
            log.exception("learning failed")
            error = "Penscript made a mistake; the log of the server says more."
        with self._lock:
            self._state |= {"running": False, "told": told, "error": error, "done": 1.0, "left": 0.0}

    def _report(self, stage: str, done: float, left: float | None) -> None:
        with self._lock:
            self._state |= {"stage": stage, "done": round(done, 3), "left": left}
