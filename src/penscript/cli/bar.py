"""A progress bar on stderr, for a person at a terminal."""

import sys
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from penscript.cli import console


class Bar:
    """Shows how much of how many is done; nothing at all in a pipe or when `quiet`. Use it in a `with`."""

    def __init__(self, quiet: bool = False) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        shown = not quiet and console.is_terminal(sys.stderr)
        self._progress = Progress(
            *columns, console=console.stderr(), transient=True, disable=not shown, redirect_stdout=False
        )
        self._task = self._progress.add_task("", total=None)

    def begin(self, what: str) -> None:
        """Start counting anew, for what `what` names."""
        self._progress.reset(self._task, description=console.clean(what), total=None)
        self._progress.start()

    def update(self, done: int, total: int | None) -> None:
        """`done` of `total` are done."""
        self._progress.update(self._task, completed=done, total=total)

    def pause(self) -> None:
        """Take the bar away before anything else is written; `begin` or `resume` brings it back."""
        self._progress.stop()

    def resume(self) -> None:
        """Go on after a pause."""
        self._progress.start()

    def __enter__(self) -> "Bar":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
