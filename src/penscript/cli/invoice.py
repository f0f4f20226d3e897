"""`penscript invoice`: invoices and receipts -> the fields that can be booked, as a table, a workbook or a database."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from penscript.cli import console, flags
from penscript.cli.settings import Settings
from penscript.errors import UsageError

_EXAMPLES = """Examples:

- `penscript invoice invoice.pdf` shows the fields, each with its percentage, and what does not fit

- `penscript invoice inbox/ --out fields.csv` reads a folder: a row a document, items and reasons beside it

- `penscript invoice inbox/ --out fields.xlsx` writes a workbook with a sheet each

- `penscript invoice inbox/ --out sqlite:///books.db` keeps documents and fields in the notes, doubts in the review

- `penscript invoice invoice.pdf --teach corrected.json` learns where this supplier prints its fields

Ends with 6 when some of several files could not be read."""

OutFlag = Annotated[
    str | None,
    typer.Option("--out", "-o", metavar="FILE|DATABASE", help="A .csv, .json or .xlsx, or a database of notes."),
]


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("invoice", epilog=_EXAMPLES, no_args_is_help=True)(invoice)


def invoice(  # noqa: PLR0917 - an argument a flag
    files: Annotated[list[str], typer.Argument(metavar="FILES", help="Pictures, PDFs, and folders of them.")],
    out: OutFlag = None,
    embedded: Annotated[
        bool,
        typer.Option(
            "--embedded/--no-embedded", help="XML inside PDFs and payment codes count before what is printed."
        ),
    ] = True,
    lines: Annotated[bool, typer.Option("--lines", help="One more table: where each field stands.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Database: read known files once more.")] = False,
    notes: Annotated[
        str | None, typer.Option("--notes", metavar="URL", help="Keep documents and doubts in these notes too.")
    ] = None,
    teach: Annotated[
        str | None,
        typer.Option("--teach", metavar="JSON", help="Make a template of this supplier from corrected fields."),
    ] = None,
    suppliers: Annotated[
        str | None, typer.Option("--suppliers", metavar="FOLDER", help="Where templates of suppliers lie.")
    ] = None,
    language: flags.LanguageFlag = None,
    threshold: flags.ThresholdFlag = None,
    pages: flags.PagesFlag = None,
    password_file: flags.PasswordFlag = None,
    pack: flags.PackFlag = None,
    workers: flags.WorkersFlag = None,
    threads: flags.ThreadsFlag = None,
    max_bytes: flags.BytesFlag = None,
    max_pixels: flags.PixelsFlag = None,
    max_pages: flags.MostPagesFlag = None,
    max_seconds: flags.SecondsFlag = None,
    quiet: flags.QuietFlag = False,
) -> None:
    """Read invoices and receipts: number, dates, seller, amounts, taxes, accounts, and what does not fit."""
    settings = Settings.of_command(locals() | {"notes": notes or _database(out)})
    from penscript.cli.booking import Wanted, run

    console.hush(quiet)
    engine = settings.engine()
    numbers, password = flags.page_numbers(pages), flags.password_in(password_file)
    codes = engine.options.barcodes or embedded
    engine.options = replace(engine.options, pages=numbers, password=password, barcodes=codes)
    if notes and _database(out):
        raise UsageError("Both --out and --notes name a database.", "Leave one of them out.")
    if suppliers and not teach and not Path(suppliers).expanduser().is_dir():
        raise UsageError(f"There is no folder {suppliers}.", "Name one that holds templates; --teach makes them.")
    path = None if out is None or _database(out) else Path(out)
    database = bool(notes or _database(out))
    run(engine, settings, files, Wanted(path, database, teach, embedded, lines, as_json, again, quiet))


def _database(out: str | None) -> str | None:
    """`out` where it names a database."""
    return out if out and "://" in out else None
