"""Flags that several subcommands share."""

from pathlib import Path
from typing import Annotated

import typer

from penscript.errors import InputError, MissingInput, UsageError

LIMITS = "Limits and speed"
_HIGHEST_PAGE = 1_000_000


def _languages(incomplete: str) -> list[str]:
    from penscript.language import Language

    names = [language.value for language in Language] + [language.name.lower() for language in Language]
    return [name for name in names if name.startswith(incomplete.lower())]


LanguageFlag = Annotated[
    list[str] | None,
    typer.Option(
        "--language",
        "-l",
        metavar="LANGUAGE",
        help="Language by code or name; may be given again.",
        autocompletion=_languages,
    ),
]
ThresholdFlag = Annotated[
    str | None, typer.Option("--threshold", "-t", metavar="PERCENT", help="Accept lines from this confidence on.")
]
PrecisionFlag = Annotated[
    str | None,
    typer.Option("--precision", metavar="SHARE", help="Accept lines so that this share of them is right (0.9)."),
]
PackFlag = Annotated[
    str | None, typer.Option("--pack", metavar="NAME|FILE", help="Weights to read with, by name or file.")
]
PagesFlag = Annotated[str | None, typer.Option("--pages", metavar="1-3,5", help="Only these pages.")]
PasswordFlag = Annotated[
    str | None, typer.Option("--password-file", metavar="FILE", help="File whose first line opens an encrypted PDF.")
]
WorkersFlag = Annotated[
    str | None,
    typer.Option("--workers", "-w", metavar="N", rich_help_panel=LIMITS, help="Processes for several files."),
]
ThreadsFlag = Annotated[
    str | None, typer.Option("--threads", metavar="N", rich_help_panel=LIMITS, help="Cores for one process.")
]
BytesFlag = Annotated[
    str | None,
    typer.Option("--max-bytes", metavar="SIZE", rich_help_panel=LIMITS, help="Refuse larger files (500M, none)."),
]
PixelsFlag = Annotated[
    str | None,
    typer.Option("--max-pixels", metavar="SIZE", rich_help_panel=LIMITS, help="Refuse larger pages (200M, none)."),
]
MostPagesFlag = Annotated[
    str | None, typer.Option("--max-pages", metavar="N", rich_help_panel=LIMITS, help="Refuse longer files.")
]
SecondsFlag = Annotated[
    str | None,
    typer.Option("--max-seconds", metavar="S", rich_help_panel=LIMITS, help="Stop with a file after this time."),
]
NotesFlag = Annotated[
    str | None, typer.Option("--notes", metavar="URL", help="Database: sqlite:///notes.db or postgresql://...")
]
BarcodesFlag = Annotated[bool | None, typer.Option("--barcodes/--no-barcodes", help="Look for barcodes too.")]
TextLayerFlag = Annotated[
    str | None,
    typer.Option("--text-layer", metavar="MODE", help="The PDF's own text: auto, missing or always (read all)."),
]
FlattenFlag = Annotated[
    bool | None, typer.Option("--flatten/--no-flatten", help="Photographs of paper: read them flat.")
]
HeaderFlag = Annotated[bool, typer.Option("--header", help="CSV: begin with a row of names.")]
EscapeFlag = Annotated[
    bool, typer.Option("--escape-formulas", help="CSV: keep spreadsheets from running text as a formula.")
]
QuietFlag = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no notes.")]


def page_numbers(told: str | None) -> tuple[int, ...] | None:
    """`1-3,5` as (1, 2, 3, 5), None as None. Raises UsageError for anything else."""
    if told is None:
        return None
    numbers: list[int] = []
    for part in told.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise UsageError(f"--pages is {told!r}.", "Give numbers and ranges, for example 1-3,5.")
        start, end = int(first), int(last if dash else first)
        if not 1 <= start <= end <= _HIGHEST_PAGE:
            raise UsageError(f"--pages is {told!r}.", "Pages count from 1, and a range goes up.")
        numbers += range(start, end + 1)
    return tuple(numbers)


def password_in(file: str | None) -> str | None:
    """The first line of a file, without its end. Raises InputError where there is none."""
    if file is None:
        return None
    try:
        lines = Path(file).read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise MissingInput(f"There is no password file {file}.", "Its first line is to be the password.") from None
    except (OSError, UnicodeDecodeError):
        raise InputError(f"The password file {file} cannot be read.", "It has to be a text file in UTF-8.") from None
    return lines[0] if lines else ""
