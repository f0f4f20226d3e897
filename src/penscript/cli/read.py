"""`penscript read`: files -> their lines, with a verdict and a percentage each."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from penscript.cli import console, flags
from penscript.cli.outputs import CsvStyle, Format, Outputs
from penscript.cli.settings import Settings
from penscript.document import PageStatus
from penscript.errors import PenscriptError, SomeFilesFailed, UsageError

if TYPE_CHECKING:
    from penscript.api import Item, OcrEngine
    from penscript.cli.bar import Bar
    from penscript.cli.pictures import Pictures
    from penscript.result import OcrResult

_EXAMPLES = """Examples:

- `penscript read notes.jpg` lists every line, accepted or low-confidence, with its percentage

- `penscript read notes.jpg --picture boxes.png` also draws the lines into the picture

- `penscript read invoice.pdf --pages 1-3,5 --out invoice.json` writes JSON; other endings, other formats

- `penscript read scan.pdf --out searchable.pdf` puts the text into the PDF, where it can be searched and copied

- `penscript read *.jpg --format csv --out results/` writes a file each

- `penscript read brief.png -l de -t 90` reads German and accepts lines from 90 percent on

- `scanimage --format=png | penscript read -` reads what is piped in

Ends with 0 when all is read, 3 for a file that cannot be read, 6 when some of several could not be."""


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("read", epilog=_EXAMPLES, no_args_is_help=True)(read)


def read(  # noqa: PLR0917 - an argument a flag
    files: Annotated[list[str], typer.Argument(metavar="FILES", help="Pictures and PDFs; - reads what is piped in.")],
    format: Annotated[
        Format | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="lines, text, layout, markdown, json, csv, tables, hocr, alto, page or pdf.",
        ),
    ] = None,
    out: Annotated[str | None, typer.Option("--out", "-o", metavar="FILE|FOLDER", help="Where to write it.")] = None,
    picture: Annotated[
        str | None, typer.Option("--picture", "-p", metavar="FILE|FOLDER", help="Draw the page with its boxes.")
    ] = None,
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
    timings: Annotated[
        bool, typer.Option("--timings", rich_help_panel=flags.LIMITS, help="Tell on stderr where the time went.")
    ] = False,
    header: flags.HeaderFlag = False,
    escape_formulas: flags.EscapeFlag = False,
    quiet: flags.QuietFlag = False,
) -> None:
    """Read pictures and PDFs: every line of text with its verdict and its percentage."""
    settings = Settings.of_command(locals())
    console.hush(quiet)
    engine = settings.engine()
    engine.options = replace(engine.options, pages=flags.page_numbers(pages), password=flags.password_in(password_file))
    job = _Job(engine, files, settings["workers"].value, {} if timings else None, quiet)
    outputs = Outputs(files, format, out, CsvStyle(header, escape_formulas))
    job.run(outputs, _pictures(files, picture))


def _pictures(files: Sequence[str], picture: str | None) -> "Pictures | None":
    if picture is None:
        return None
    from penscript.cli.pictures import Pictures

    return Pictures(files, picture)


class _Job:
    """Files on their way through an engine."""

    def __init__(
        self,
        engine: "OcrEngine",
        files: Sequence[str],
        workers: int,
        timings: dict[str, float] | None,
        quiet: bool,
    ) -> None:
        if timings is not None and workers > 1:
            raise UsageError("--timings measures one process.", "Leave out --workers, or set it to 1.")
        self._engine = engine
        self._sources = [_piped(engine) if file == "-" else file for file in files]
        self._workers = min(workers, len(files))
        self._timings = timings
        self._quiet = quiet
        self._failed: list[str] = []

    def run(self, outputs: Outputs, pictures: "Pictures | None") -> None:
        """Read, write and draw one after the other; SomeFilesFailed at the end if some could not be read."""
        from penscript.cli.bar import Bar

        with Bar(self._quiet) as bar:
            for source, item in zip(self._sources, self._items(bar), strict=True):
                bar.pause()
                if item.result is None:
                    self._failure(item)
                    continue
                outputs.take(item.result)
                self._tell_of_pages(item.result)
                if pictures:
                    pictures.take(source, item.result, self._engine.options)
        self._tell_timings()
        if self._failed:
            raise SomeFilesFailed(f"Not everything could be read: {', '.join(self._failed)}.")

    def _items(self, bar: "Bar") -> Iterator["Item"]:
        if self._workers > 1:
            bar.begin("files")
            for item in self._engine.process_many(self._sources, workers=self._workers, progress=bar.update):
                yield item
                bar.resume()
            return
        for source in self._sources:
            bar.begin(Path(str(getattr(source, "name", source))).name)
            yield self._engine.attempt(source, progress=bar.update, timings=self._timings)

    def _failure(self, item: "Item") -> None:
        error = item.error or PenscriptError("nothing came back")
        if len(self._sources) == 1:
            raise error
        console.complain(error.message, error.advice)
        self._failed.append(item.source)

    def _tell_of_pages(self, result: "OcrResult") -> None:
        for page in result.pages:
            for warning in page.warnings:
                console.warn(f"page {page.number} of {result.source}: {warning}")
            if page.status is PageStatus.FAILED:
                console.complain(f"Page {page.number} of {result.source} could not be read: {page.error}")
                self._failed.append(f"{result.source} page {page.number}")

    def _tell_timings(self) -> None:
        for stage, seconds in (self._timings or {}).items():
            console.stderr().print(f"{stage:<12} {seconds:8.3f} s")


def _piped(engine: "OcrEngine") -> Any:
    """What comes through stdin, as an Image."""
    from penscript.api import Image

    if console.is_terminal(sys.stdin):
        raise UsageError("Nothing is piped in, and - stands for what is.", "For example: penscript read - < notes.jpg")
    options = engine.options
    return Image.load(sys.stdin.buffer, password=options.password, limits=options.limits)
