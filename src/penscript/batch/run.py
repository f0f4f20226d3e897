"""A batch: what is to be done is planned, done somewhere, and written down, one input after the other."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from penscript.batch.inputs import FileInput, Input, is_gone
from penscript.batch.targets import Folder, Target
from penscript.batch.work import Job, Outcome
from penscript.executors import NOTHING_YET
from penscript.export.atomic import write_bytes
from penscript.journal import Entry, Journal, State

Execute = Callable[[Iterable[Job]], Iterable[Outcome]]

FAILURES = "failed.tsv"
_ESCAPED = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"})


@dataclass
class Counts:
    """How far a batch is: inputs in all, finished in this run, done in it, done before it, and pages read in it.

    failures: by the key of the input, those of this run and of those before it.
    """

    total: int = 0
    now: int = 0
    done: int = 0
    before: int = 0
    pages: int = 0
    failures: dict[str, Entry] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """Inputs that failed wholly or partly, in this run or before."""
        return len(self.failures)

    @property
    def finished(self) -> int:
        """Inputs that nothing is left to be done for."""
        return self.done + self.before + self.failed


class Batch:
    """Inputs on their way to a target. journal: what was done before; it is written as things are done.

    retry: read again what failed, wholly or partly.
    """

    def __init__(self, journal: Journal, target: Target, *, retry: bool = False) -> None:
        self.counts = Counts()
        self._journal, self._target, self._retry = journal, target, retry
        self._numbers: dict[str, int] = {}
        self._under_way: set[str] = set()
        for entry in journal.unfinished():
            target.tidy(entry.place)

    def plan(self, inputs: Iterable[Input]) -> list[Job]:
        """What is left to do of the inputs, each once. New ones are entered in the journal, with their places."""
        found = {one.key: one for one in inputs if not self._is_result(one)}
        wanted = [self._wanted(one) for one in found.values()]
        again = [key for key in found if self.counts.failures.pop(key, None)]
        self.counts.total += len(wanted) - len(again)
        jobs = [self._job(found[entry.key], entry) for entry in self._journal.enter(wanted, self._place)]
        return [job for job in jobs if job]

    def jobs(self, inputs: Iterable[Any]) -> Iterator[Job]:
        """As `plan`, of inputs that come one by one and never end, NOTHING_YET among them.

        One that has changed while it is being read comes again when that is over.
        """
        later: dict[str, Input] = {}
        for one in inputs:
            if one is not NOTHING_YET:
                later[one.key] = one
            for key in [key for key in later if key not in self._under_way]:
                for job in self.plan([later.pop(key)]):
                    self._under_way.add(key)
                    yield job
            if one is NOTHING_YET:
                yield NOTHING_YET

    def run(self, jobs: Iterable[Job], execute: Execute) -> Iterator[Outcome]:
        """Do the jobs; each outcome is in the journal before it is handed on. Raises an error that stops all."""
        for outcome in execute(jobs):
            if outcome.stop:
                raise outcome.stop
            entry = self._journal.finish(outcome.entry, outcome.state, outcome.reason, outcome.pages)
            self._under_way.discard(entry.key)
            self.counts.now += 1
            self.counts.pages += outcome.pages
            if outcome.state is State.DONE:
                self.counts.done += 1
            else:
                self.counts.failures[entry.key] = entry
            yield outcome

    def write_failures(self, folder: Path, *, ended: bool = True) -> Path | None:
        """Every failure that the journal knows, as a table: name, tab, reason. None, and no file, where all is well.

        Files that failed and are not there any more are left out, but for those that were named and never there. ended:
        False while an inbox is watched, where nothing is named.
        """
        file = folder / FAILURES
        named = self.counts.failures if ended else {}
        rows = [
            f"{entry.name.translate(_ESCAPED)}\t{entry.reason.translate(_ESCAPED)}\n"
            for entry in self._journal.unfinished()
            if entry.state is not State.OPEN and (entry.key in named or not is_gone(entry.key))
        ]
        if rows:
            write_bytes(file, "".join(rows).encode("utf-8", "backslashreplace"))
            return file
        file.unlink(missing_ok=True)
        return None

    def _wanted(self, one: Input) -> Entry:
        return Entry(one.key, one.name, self._target.wish(one.key, one.place), one.fingerprint)

    def _job(self, one: Input, entry: Entry) -> Job | None:
        if entry.state is State.DONE and self._target.has(entry.place):
            self.counts.before += 1
            return None
        if entry.state in (State.FAILED, State.PARTLY) and not self._retry:
            self.counts.failures[entry.key] = entry
            return None
        return Job(one, entry, again=entry.state is State.PARTLY)

    def _place(self, wanted: str, is_taken: Callable[[str], bool]) -> str:
        """A free place like the one that is wanted, numbered where another input has it or a file lies there."""
        number = self._numbers.get(wanted, 1)
        place = wanted if number == 1 else f"{wanted}-{number}"
        while is_taken(place) or not self._target.is_free(place):
            number += 1
            place = f"{wanted}-{number}"
        self._numbers[wanted] = number
        return place

    def _is_result(self, one: Input) -> bool:
        """Whether an input is what this batch has written."""
        if not isinstance(one, FileInput) or not isinstance(self._target, Folder):
            return False
        return any(self._journal.is_taken(place) for place in self._target.places_of(one.path))
