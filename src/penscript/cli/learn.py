"""`penscript learn`: lines of one hand -> a personal pack. Needs no PyTorch."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from penscript.cli import console, flags
from penscript.cli.settings import Settings
from penscript.errors import EmptyInput, MissingInput, SomeFilesFailed, UsageError

if TYPE_CHECKING:
    from penscript.cli.bar import Bar
    from penscript.learning.course import Learned, Start
    from penscript.learning.example import Example
    from penscript.learning.sources import Found
    from penscript.learning.work import Report

OWN = "my-hand"
"""The pack that the review page makes, where no other is read with."""
_EXAMPLES = """Examples:

- `penscript learn --name my-hand` learns from what you corrected and confirmed in your notes

- `penscript learn --sheet sheet.pdf --language fr` writes a sheet to print and copy by hand

- `penscript learn sheet-1.jpg sheet-2.jpg --name my-hand` learns from the filled sheet

- `penscript learn pages/ --name my-hand` learns from pages with their text in `.gt.txt` beside them

- `penscript read notes.jpg --pack my-hand` then reads with what was learnt"""


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("learn", epilog=_EXAMPLES, no_args_is_help=True)(learn)


def learn(  # noqa: PLR0917 - an argument a flag
    sources: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[SOURCE]...", help="Filled sheets, folders of lines or pages; your notes if none."),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="What the pack is to be called.")] = None,
    words: Annotated[
        Path | None, typer.Option("--words", metavar="FILE", help="Words and names that you often write, one a row.")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", metavar="FILE", help="Write the sheet to copy by hand, a PDF, and stop.")
    ] = None,
    notes: flags.NotesFlag = None,
    language: flags.LanguageFlag = None,
    threads: flags.ThreadsFlag = None,
    quiet: flags.QuietFlag = False,
) -> None:
    """Learn your hand: from your corrections, from pages with their text, or from a sheet that you copy."""
    settings = Settings.resolve({"notes": notes, "language": language, "threads": threads})
    if sheet is not None:
        _write_sheet(sheet, settings)
        return
    if not name:
        raise UsageError("A pack needs a name.", "Give one: `penscript learn --name my-hand`.")
    from penscript.cli.bar import Bar

    with Bar(quiet) as bar:
        told = learn_hand(settings, name, sources or (), _rows(words), _shower(bar))
    for line in told:
        console.stdout().print(line, markup=False)


def learn_hand(
    settings: Settings, name: str, sources: Sequence[Path], words: Sequence[str], report: "Report"
) -> list[str]:
    """Learn and publish; what to tell the user. Raises SomeFilesFailed where the gate refuses."""
    from penscript.learning.course import Start
    from penscript.learning.course import learn as learn_from
    from penscript.learning.succession import behind
    from penscript.packs.catalog import LATIN, Catalog

    catalog = Catalog(settings["pack_folders"].value)
    target = catalog.place(name)
    found = _gathered(settings, sources)
    for text in found.left_out:
        console.warn(text)
    start = Start.open(Path(catalog.recognizer(LATIN).info.file), settings["threads"].value)
    learned = learn_from(found.examples, start, report, words)
    objection = learned.objection or behind(learned, target)
    if objection:
        kept = f"{name} stays as it is." if target.is_file() else "Correct more lines, then learn again."
        raise SomeFilesFailed(f"Nothing was published: {objection}.", kept)
    return _published(settings, learned, start, target)


def _published(settings: Settings, learned: "Learned", start: "Start", target: Path) -> list[str]:
    from penscript.learning.publishing import publish_pack
    from penscript.learning.recalibrating import AUDITED

    version, fitted = publish_pack(learned, start, target.stem, target.parent)
    used = [one.line for one in learned.examples if one.line is not None]
    if used:
        with settings.open_notes() as notes:
            notes.record_training(f"{target.stem}@{version}", used)
    (before, after), (guarded, since) = learned.own.rates, learned.guard.rates
    rows = [
        f"{target.stem}@{version} learnt from {len(learned.examples)} lines.",
        f"Wrong characters in lines of yours that it had not seen: {after:.1%}, before {before:.1%}.",
        f"In lines of other hands and print: {since:.1%}, before {guarded:.1%}.",
    ]
    if not fitted:
        rows.append(f"Confidence stays the general one: it takes {AUDITED} spot checks of accepted lines to fit it.")
    return [*rows, f"Read with it: penscript read notes.jpg --pack {target.stem}"]


def _gathered(settings: Settings, sources: Sequence[Path]) -> "Found":
    """The lines of all sources; of the notes where there is none."""
    from penscript.learning.sources import Found, from_notes

    if not sources:
        with settings.open_notes() as notes:
            found = from_notes(notes)
        if not found.examples:
            raise EmptyInput("No line of your notes has been corrected or confirmed.", "Begin: `penscript review`.")
        return found
    parts = [_from(settings, source) for source in sources]
    examples: list[Example] = [one for part in parts for one in part.examples]
    return Found(tuple(examples), tuple(text for part in parts for text in part.left_out))


def _from(settings: Settings, source: Path) -> "Found":
    from penscript.learning.sources import from_folder, from_sheet

    if not source.exists():
        raise MissingInput(f"{source} does not exist.", "Give filled sheets, or folders of lines or pages.")
    if source.is_dir() or source.suffix.lower() == ".zip":
        return from_folder(source, settings.engine())
    return from_sheet(source)


def _rows(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        return [row.strip() for row in file.read_text("utf-8-sig").splitlines() if row.strip()]
    except FileNotFoundError:
        raise MissingInput(f"There is no file {file}.", "It has one word or name a row.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8.", "Save it as UTF-8, one word or name a row.") from None


def _write_sheet(file: Path, settings: Settings) -> None:
    from penscript.export.atomic import check_writable, write_bytes
    from penscript.language import Language
    from penscript.learning.sheet import sheet_pdf
    from penscript.learning.sheet_form import PAGES
    from penscript.learning.sheet_lines import LINES

    told = Language(settings["language"].value[0])
    check_writable(str(file))
    write_bytes(str(file), sheet_pdf(Language.ENGLISH if told is Language.AUTO else told))
    console.stdout().print(f"Wrote {file}: {LINES} lines on {PAGES} pages.", markup=False)


def _shower(bar: "Bar") -> "Report":
    """Shows the stage, how much is done, and how long it will still take."""
    from penscript.learning.work import Progress

    shown = ""

    def show(progress: Progress) -> None:
        nonlocal shown
        told = progress.stage if progress.left is None else f"{progress.stage}, {_time(progress.left)} left"
        if told != shown:
            bar.begin(told)
            shown = told
        bar.update(round(1000 * progress.done), 1000)

    return show


def _time(seconds: float) -> str:
    return f"{round(seconds / 60)} min" if seconds > 90 else f"{10 * max(1, round(seconds / 10))} s"
