"""How far a batch is: a bar at a terminal, a row a minute in a log, a sentence at the end."""

import sys
import time
from datetime import timedelta
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn

from penscript.batch.run import Counts
from penscript.cli import console

_ROW_SECONDS = 60.0
_FIRST_SECONDS = 3.0


class BatchBar:
    """Shows inputs done, pages a second and the time left; nothing when `quiet`. Use it in a `with`."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._terminal = not quiet and console.is_terminal(sys.stderr)
        columns = (BarColumn(), MofNCompleteColumn(), TaskProgressColumn(), TextColumn("{task.description}"))
        self._progress = Progress(
            *columns, console=console.stderr(), transient=True, disable=not self._terminal, redirect_stdout=False
        )
        self._task = self._progress.add_task("", total=None)
        self._started = self._last = time.monotonic()

    def show(self, counts: Counts) -> None:
        """The counts as they are now."""
        now = time.monotonic()
        told = pace(counts, now - self._started)
        finished = counts.finished
        self._progress.update(self._task, completed=finished, total=counts.total, description=told)
        if not self._terminal and not self._quiet and now - self._last >= _ROW_SECONDS:
            self._last = now
            console.stderr().print(f"{finished} of {counts.total} files, {told}", markup=False)

    def __enter__(self) -> "BatchBar":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()


def pace(counts: Counts, seconds: float) -> str:
    """Pages a second, and the time left, by what was done in `seconds`."""
    failed = f", {counts.failed} failed" if counts.failed else ""
    if seconds < _FIRST_SECONDS or not counts.now:
        return f"starting{failed}"
    left = seconds / counts.now * (counts.total - counts.finished)
    return f"{counts.pages / seconds:.2f} pages/s, {timedelta(seconds=round(left))} left{failed}"


def summary(counts: Counts, seconds: float) -> str:
    """What a batch came to."""
    parts = [f"{counts.done} read"]
    if counts.before:
        parts.append(f"{counts.before} read before")
    if counts.failed:
        parts.append(f"{counts.failed} failed")
    if left := counts.total - counts.finished:
        parts.append(f"{left} left")
    files = f"{counts.total} file{'s' * (counts.total != 1)}"
    pages = f"{counts.pages} page{'s' * (counts.pages != 1)}"
    pace = f"{counts.pages / seconds:.2f} pages/s" if seconds and counts.pages else ""
    return f"{files}: {', '.join(parts)}. {pages} in {timedelta(seconds=round(seconds))}{pace and f', {pace}'}."
