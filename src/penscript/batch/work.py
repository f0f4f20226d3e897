"""What a worker does with one input: find out whether it is known, read it, write its result."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from penscript.batch.inputs import Input
from penscript.batch.targets import Target, Written
from penscript.errors import PenscriptError
from penscript.executors import WorkerDied
from penscript.journal import Entry, State
from penscript.options import ReadOptions
from penscript.result import Item, OcrResult
from penscript.sources import Image

log = logging.getLogger("penscript.batch")

_MOST_TOLD = 3

Attempt = Callable[[Any], Item]


@dataclass(frozen=True, slots=True)
class Job:
    """An input that is to be read. again: although its content may be known."""

    input: Input
    entry: Entry
    again: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended. stop: an error that is not of this input, but would be the next one's too."""

    entry: Entry
    state: State
    reason: str = ""
    pages: int = 0
    stop: PenscriptError | None = None


@dataclass(frozen=True)
class Work:
    """Makes the task of a worker; it travels there. start: makes what reads a source."""

    start: Callable[[], Attempt]
    target: Target
    options: ReadOptions

    def __call__(self) -> Callable[[Job], Outcome]:
        """The task. Raises what keeps every input from being read, such as a pack that is not there."""
        return Worker(self.start(), self.target, self.options).do


class Worker:
    """Reads and writes, one job after the other."""

    def __init__(self, attempt: Attempt, target: Target, options: ReadOptions) -> None:
        self._attempt, self._target, self._options = attempt, target, options

    def do(self, job: Job) -> Outcome:
        """The outcome of a job. What is raised here is a mistake of ours."""
        try:
            source = job.input.source(self._options.limits)
        except PenscriptError as error:
            return failed(job, error)
        try:
            known = None if job.again else self._target.known(source)
        except PenscriptError as error:
            return Outcome(job.entry, State.OPEN, stop=error)
        return _told(job, known) if known else self._read(job, source)

    def _read(self, job: Job, source: Any) -> Outcome:
        try:
            item = self._attempt(self._opened(source))
            if item.result is None:
                return failed(job, item.error or PenscriptError("Nothing came back."))
            result = _named(item.result, job.input.name)
            rendered = self._target.render(result)
        except PenscriptError as error:
            return failed(job, error)
        try:
            return _told(job, self._target.write(job.entry.place, source, result, rendered))
        except PenscriptError as error:
            stop = self._target.stopping(error)
            return Outcome(job.entry, State.OPEN, stop=stop) if stop else failed(job, error)

    def _opened(self, source: Any) -> Any:
        """A path as it is; bytes as an Image, which can be opened again where a result needs its original."""
        if isinstance(source, str):
            return source
        return Image.load(source, password=self._options.password, limits=self._options.limits)


def lost(job: Job, error: Exception) -> Outcome:
    """The outcome of a job that gave none."""
    if isinstance(error, WorkerDied):
        return Outcome(job.entry, State.FAILED, f"The process that read it {error}.")
    if isinstance(error, PenscriptError):
        return failed(job, error)
    log.error("an input was lost by a mistake of ours: %s", type(error).__name__)
    return Outcome(job.entry, State.FAILED, f"Penscript made a mistake: {error!r}. Please report it.")


def failed(job: Job, error: PenscriptError) -> Outcome:
    """The outcome of a job that could not be done, in the words of its error."""
    path = getattr(job.input, "path", "")
    reason = str(error).replace(path, job.input.name) if path else str(error)
    return Outcome(job.entry, State.FAILED, reason)


def _told(job: Job, written: Written) -> Outcome:
    if not written.failed:
        return Outcome(job.entry, State.DONE, pages=written.pages)
    told = [f"Page {number}: {error}" for number, error in written.failed[:_MOST_TOLD]]
    if len(written.failed) > _MOST_TOLD:
        told.append(f"And {len(written.failed) - _MOST_TOLD} pages more.")
    return Outcome(job.entry, State.PARTLY, " ".join(told), written.pages)


def _named(result: OcrResult, name: str) -> OcrResult:
    """The result under the name that the user gave."""
    return replace(result, document=replace(result.document, source=name))
