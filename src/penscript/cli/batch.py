"""`penscript batch`: thousands of files -> a result each, in a folder or a database; it can be stopped and goes on."""

import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from penscript.cli import console, flags
from penscript.cli.outputs import Format
from penscript.cli.settings import Settings
from penscript.errors import SomeFilesFailed, UsageError

if TYPE_CHECKING:
    from penscript.batch.run import Batch
    from penscript.batch.work import Job, Outcome
    from penscript.cli.batch_plan import Plan

_EXAMPLES = """Examples:

- `penscript batch scans/ --out results/` reads everything below scans/ into a text file each

- `penscript batch scans/ --out results/ --retry` reads again what failed

- `penscript batch letters.zip "photos/**/*.jpg" --format json --format pdf --out results/` writes two files each

- `find . -name "*.tif" -print0 | penscript batch --list - --out results/` takes a list

- `penscript batch inbox/ --watch --out sqlite:///notes.db` keeps what comes into a folder in a database

- `penscript batch /net/scans --ray auto --out /net/results` uses the machines of a Ray cluster

The same command goes on where it was stopped, however that was. Ends with 0 when all is read, 6 when some could not be,
130 when it was interrupted."""

_INBOX, _STORE = "An inbox", "Into a database"

InputsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="INPUT...", help="Folders, files, patterns, zip archives, URLs.")
]
OutFlag = Annotated[
    str, typer.Option("--out", "-o", metavar="FOLDER|DATABASE", help="Where the results go, and the journal.")
]
FormatFlag = Annotated[
    list[Format] | None,
    typer.Option("--format", "-f", metavar="FORMAT", help="As for read; text if left out; may be given again."),
]
ListFlag = Annotated[
    list[str] | None,
    typer.Option("--list", metavar="FILE", help="A list of inputs, one a line; - for what is piped in."),
]
RetryFlag = Annotated[bool, typer.Option("--retry", help="Read again what failed.")]
WatchFlag = Annotated[
    bool, typer.Option("--watch", rich_help_panel=_INBOX, help="Go on, with what comes, until Ctrl-C.")
]
PollFlag = Annotated[
    float, typer.Option("--poll", metavar="S", min=0.05, rich_help_panel=_INBOX, help="Seconds between two looks.")
]
SettleFlag = Annotated[
    float,
    typer.Option(
        "--settle", metavar="S", min=0.0, rich_help_panel=_INBOX, help="A file is complete when unchanged for so long."
    ),
]
RayFlag = Annotated[
    str | None, typer.Option("--ray", metavar="ADDRESS", help="Read on this Ray cluster: auto, or HOST:6379.")
]
JournalFlag = Annotated[
    str | None, typer.Option("--journal", metavar="FOLDER", help="Where to keep what was done, if not beside --out.")
]
TagFlag = Annotated[
    list[str] | None, typer.Option("--tag", metavar="TAG", rich_help_panel=_STORE, help="A tag for each document.")
]
LinkFlag = Annotated[
    bool, typer.Option("--link", rich_help_panel=_STORE, help="Remember where files lie, and keep no copy.")
]


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("batch", epilog=_EXAMPLES, no_args_is_help=True)(batch)


def batch(  # noqa: PLR0917 - an argument a flag
    out: OutFlag,
    inputs: InputsArgument = None,
    format: FormatFlag = None,
    lists: ListFlag = None,
    retry: RetryFlag = False,
    watch: WatchFlag = False,
    poll: PollFlag = 2.0,
    settle: SettleFlag = 2.0,
    ray: RayFlag = None,
    journal: JournalFlag = None,
    tag: TagFlag = None,
    link: LinkFlag = False,
    language: flags.LanguageFlag = None,
    threshold: flags.ThresholdFlag = None,
    precision: flags.PrecisionFlag = None,
    pages: flags.PagesFlag = None,
    password_file: flags.PasswordFlag = None,
    pack: flags.PackFlag = None,
    barcodes: flags.BarcodesFlag = None,
    text_layer: flags.TextLayerFlag = None,
    flatten: flags.FlattenFlag = None,
    workers: flags.WorkersFlag = None,
    threads: flags.ThreadsFlag = None,
    max_bytes: flags.BytesFlag = None,
    max_pixels: flags.PixelsFlag = None,
    max_pages: flags.MostPagesFlag = None,
    max_seconds: flags.SecondsFlag = None,
    header: flags.HeaderFlag = False,
    escape_formulas: flags.EscapeFlag = False,
    quiet: flags.QuietFlag = False,
) -> None:
    """Read many files, each exactly once: it can be stopped at any moment, and the same command goes on."""
    settings = Settings.of_command(locals())
    from penscript.cli.batch_plan import Plan

    console.hush(quiet)
    engine = settings.engine()
    engine.options = replace(engine.options, pages=flags.page_numbers(pages), password=flags.password_in(password_file))
    told = _told(inputs or [], lists or [])
    plan = Plan(settings, engine, out, journal)
    plan.format(format or [Format.TEXT], header=header, escape_formulas=escape_formulas)
    plan.tag(tag or [], link=link)
    plan.run_on(ray)
    _Run(plan, told, quiet).go(retry, (poll, settle) if watch else None)


def _told(inputs: Sequence[str], lists: Sequence[str]) -> list[str]:
    """What the arguments and the lists name."""
    from penscript.batch.finding import in_list
    from penscript.errors import MissingInput

    told = list(inputs)
    for name in lists:
        try:
            told += in_list(sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes())
        except OSError as error:
            raise MissingInput(f"The list {name} cannot be opened: {error.strerror}.", "Check its name.") from None
    if "-" in told:
        raise UsageError("- stands for a piped picture, and batch takes files.", "For a piped list: --list -")
    if not told:
        raise UsageError("Nothing is named that could be read.", "Give a folder, files, or --list FILE.")
    return told


class _Run:
    """One batch from its plan to its last word."""

    def __init__(self, plan: "Plan", told: Sequence[str], quiet: bool) -> None:
        self._plan, self._told, self._quiet = plan, told, quiet
        self._started = time.monotonic()

    def go(self, retry: bool, watch: tuple[float, float] | None) -> None:
        """Do it, and tell how it went; SomeFilesFailed at the end if some could not be read."""
        from penscript.batch.run import Batch
        from penscript.journal import Journal

        self._plan.target.check()
        with Journal(self._plan.journal_folder) as journal:
            journal.agree(self._plan.settings, self._changed)
            batch = Batch(journal, self._plan.target, retry=retry)
            _end_like_ctrl_c()
            try:
                self._work(batch, self._jobs(batch, watch))
            finally:
                self._tell(batch, watch is not None)
        if batch.counts.failed:
            told = f"{batch.counts.failed} of {batch.counts.total} files failed, wholly or in part."
            raise SomeFilesFailed(told, "The same command with --retry reads them again.")

    def _jobs(self, batch: "Batch", watch: tuple[float, float] | None) -> "Iterable[Job]":
        from penscript.batch.finding import find
        from penscript.batch.inbox import Inbox

        avoid = self._plan.folder
        if watch:
            poll, settle = watch
            return batch.jobs(Inbox(self._told, avoid, poll=poll, settle=settle))
        jobs = batch.plan(find(self._told, avoid))
        if not batch.counts.total:
            raise UsageError(f"There are no pages in {', '.join(self._told)}.", "Give what holds pictures or PDFs.")
        return jobs

    def _work(self, batch: "Batch", jobs: "Iterable[Job]") -> None:
        from penscript.cli.batch_bar import BatchBar

        with BatchBar(self._quiet) as bar:
            bar.show(batch.counts)
            for outcome in self._outcomes(batch, jobs):
                bar.show(batch.counts)
                if not isinstance(jobs, list):
                    self._tell_at_once(batch, outcome)

    def _outcomes(self, batch: "Batch", jobs: "Iterable[Job]") -> "Iterator[Outcome]":
        if isinstance(jobs, list) and not jobs:
            return iter(())
        return batch.run(jobs, self._plan.execute)

    def _tell_at_once(self, batch: "Batch", outcome: "Outcome") -> None:
        """A failure in an inbox, which has no end at which it could be told, and what is left of the list of them."""
        from penscript.batch.run import FAILURES

        file = self._plan.failures_folder / FAILURES
        if outcome.reason or file.exists():
            batch.write_failures(file.parent, ended=False)
        if outcome.reason:
            console.complain(_reason(outcome.entry.name, outcome.reason))

    def _changed(self, name: str, before: str, now: str) -> UsageError:
        return UsageError(
            f"{self._plan.out} was begun with {name} {before}, and now it is {now}.",
            "Give the same flags as before, or another place for the results.",
        )

    def _tell_failures(self, batch: "Batch", file: Path | None) -> None:
        for entry in islice(batch.counts.failures.values(), _MOST_SHOWN):
            console.complain(_reason(entry.name, entry.reason))
        if len(batch.counts.failures) > _MOST_SHOWN:
            console.complain(f"And {len(batch.counts.failures) - _MOST_SHOWN} more: all of them are in {file}.")

    def _tell(self, batch: "Batch", watched: bool) -> None:
        """How far it came, and what failed, here and in a file."""
        from penscript.cli.batch_bar import summary

        file = batch.write_failures(self._plan.failures_folder, ended=not watched)
        if not watched:
            self._tell_failures(batch, file)
        if not self._quiet and (batch.counts.total or watched):
            told = summary(batch.counts, time.monotonic() - self._started)
            console.stdout().print(f"{told} {f'The failures are in {file}.' if file else ''}".strip(), markup=False)
        if sys.exc_info()[0] is KeyboardInterrupt:
            console.stderr().print("The same command goes on where it stopped.")


_MOST_SHOWN = 20


def _reason(name: str, reason: str) -> str:
    """Why an input failed, with its name, which most reasons begin with."""
    return reason if reason.startswith(name) else f"{name}: {reason}"


def _end_like_ctrl_c() -> None:
    """A plain kill, such as a service manager sends, ends the batch as Ctrl-C does."""

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupted)
