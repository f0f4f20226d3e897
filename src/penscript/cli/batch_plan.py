"""What the flags of `penscript batch` come to: where results and journal go, who reads, and what must stay the same."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import platformdirs

from penscript.api import OcrEngine
from penscript.batch.on_ray import on_ray
from penscript.batch.targets import Database, Folder, Target
from penscript.batch.work import Job, Outcome, Work, lost
from penscript.cli.outputs import ENDING_OF, CsvStyle, Format, rendered
from penscript.cli.settings import Settings
from penscript.errors import UsageError
from penscript.executors import in_processes, share_of_cores

STATE = ".penscript"
PER_WORKER = 200
"""A worker makes room for a fresh one after so many inputs: what libraries keep of each does not add up."""
_MOST_BY_ITSELF = 8


class Plan:
    """Where, how and by whom. out: a folder or the URL of a database. journal: a folder, None for the usual place."""

    def __init__(self, settings: Settings, engine: OcrEngine, out: str, journal: str | None) -> None:
        self.out = out
        self._options = engine.options
        self._engine = engine
        self._workers: int | None = settings["workers"].value if settings["workers"].origin != "default" else None
        self._threads: int | None = settings["threads"].value
        self._ray: str | None = None
        self.folder = None if "://" in out else Path(out)
        self.target: Target = Database(out) if self.folder is None else Folder(self.folder, {})
        self.journal_folder = Path(journal) if journal else _usual_journal(out)
        self.settings = self._reading_settings()

    @property
    def failures_folder(self) -> Path:
        """Where the list of failures is written."""
        return self.folder or self.journal_folder

    def format(self, formats: Sequence[Format], *, header: bool, escape_formulas: bool) -> None:
        """What is written of every input. UsageError where two formats would have one name."""
        csv = CsvStyle(header, escape_formulas)
        endings = [ENDING_OF[format] for format in dict.fromkeys(formats)]
        if len(set(endings)) < len(endings):
            raise UsageError("lines and text are both written as .txt.", "Choose one of them.")
        if self.folder is None:
            self.settings["format"] = "notes"
            return
        names = dict.fromkeys(formats)
        writers = {ENDING_OF[format]: partial(rendered, format=format, csv=csv) for format in names}
        self.target = Folder(self.folder, writers)
        self.settings["format"] = ", ".join(sorted(names))
        self.settings["CSV"] = "with header" * header + " without formulas" * escape_formulas or "plain"

    def tag(self, tags: Sequence[str], *, link: bool) -> None:
        """What a database is told of every document. UsageError where the results go into a folder."""
        if self.folder is None:
            self.target = Database(self.out, tuple(tags), link)
        elif tags or link:
            raise UsageError("--tag and --link are for databases.", "Give one: --out sqlite:///notes.db")

    def run_on(self, ray: str | None) -> None:
        """Read on a cluster. UsageError where its workers cannot write what is asked for."""
        if ray and self.out.startswith("sqlite"):
            raise UsageError("Several machines cannot write into one SQLite file.", "Give a folder, or PostgreSQL.")
        self._ray = ray

    def execute(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Do the jobs, in processes of this machine or on the cluster."""
        if self._ray:
            work = Work(self._engine.spec(1, ready=True), self._far(self.target), self._options)
            told = {"workers": self._workers, "cores": self._threads or 1, "per_worker": PER_WORKER}
            return on_ray(work, jobs, lost, address=self._ray, **told)  # type: ignore[arg-type]
        workers = self._workers or min(_MOST_BY_ITSELF, share_of_cores(1))
        if isinstance(jobs, list):
            workers = min(workers, len(jobs))
        work = Work(self._engine.spec(share_of_cores(workers), ready=True), self.target, self._options)
        return in_processes(work, jobs, workers, lost, ordered=False, per_worker=PER_WORKER)

    def _far(self, target: Target) -> Target:
        """The target as another machine finds it."""
        return replace(target, path=target.path.absolute()) if isinstance(target, Folder) else target

    def _reading_settings(self) -> dict[str, str]:
        """What every result of one place has in common."""
        options = self._options
        pages = "all" if options.pages is None else ",".join(map(str, options.pages))
        return {
            "language": ", ".join(language.value for language in options.languages),
            "pack": options.pack or "the best",
            "threshold": ", ".join(
                [f"{options.policy.threshold:g}", *(f"{pack} {percent:g}" for pack, percent in options.policy.packs)]
            ),
            "second pass": str(options.policy.second_pass),
            "pages": pages,
            "barcodes": str(options.barcodes),
            "text layer": str(options.text_layer),
            "flatten": str(options.flatten),
        }


def _usual_journal(out: str) -> Path:
    """In the folder, beside the file of SQLite, or with the user's other data for a PostgreSQL."""
    if "://" not in out:
        return Path(out) / STATE
    if out.startswith("sqlite:///"):
        return Path(out.removeprefix("sqlite:///") + ".batch")
    name = hashlib.sha256(out.encode()).hexdigest()[:16]
    return platformdirs.user_state_path("penscript", appauthor=False) / "batches" / name
