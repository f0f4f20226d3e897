"""Where results go: to stdout, to one file, or to a file each in a folder."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from io import StringIO
from pathlib import Path

from rich.console import Console

from penscript.cli import console, listing
from penscript.errors import UsageError
from penscript.export.atomic import check_writable, make_folder, write_bytes
from penscript.export.csv import to_csv
from penscript.export.formats import ENDINGS, format_of
from penscript.export.json import to_json
from penscript.result import OcrResult


class Format(StrEnum):
    """What is written; LINES is the listing for a person."""

    LINES = "lines"
    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    LAYOUT = "layout"
    TABLES = "tables"
    HOCR = "hocr"
    ALTO = "alto"
    PAGE = "page"
    PDF = "pdf"


_WHOLE_FILES = (Format.HOCR, Format.ALTO, Format.PAGE, Format.PDF)

_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
ENDING_OF = {format: ending for ending, format in ENDINGS.items()} | {"lines": ".txt"}


@dataclass(frozen=True, slots=True)
class CsvStyle:
    """See `penscript.export.csv.to_csv`."""

    header: bool = False
    escape_formulas: bool = False


class Outputs:
    """Takes the results one by one, in order.

    format: None for the listing, or for what the ending of `out` asks for. out: a file for one source, a folder for
    several. Raises UsageError at once where the two do not fit or nothing can be written there.
    """

    def __init__(self, sources: Sequence[str], format: Format | None, out: str | None, csv: CsvStyle) -> None:
        self._sources = sources
        self._csv = csv
        self._several = len(sources) > 1
        self._out = None if out is None else Path(out)
        self._in_folder = out is not None and (self._several or is_folder(out))
        self._format = format or self._usual_format()
        if self._several and out is None and self._format in _WHOLE_FILES:
            raise UsageError(f"Several files as {self._format} need a place each.", "Give a folder: --out results/")
        self._names = Names()
        self._shown = 0
        if self._out is not None:
            _check(self._out, self._in_folder, sources)

    def take(self, result: OcrResult) -> None:
        """Write or show one result."""
        if self._out is None:
            self._show(result)
            return
        path = self._out
        if self._in_folder:
            path = self._names.free(path, result.source, ENDING_OF[self._format])
            refuse_sources(path, self._sources)
        write_bytes(path, self._rendered(result))
        console.note(f"{listing.counts(result)} Written to {path}.")

    def _usual_format(self) -> Format:
        if self._out is None:
            return Format.LINES
        return Format.TEXT if self._in_folder else Format(format_of(self._out))

    def _show(self, result: OcrResult) -> None:
        self._shown += 1
        if self._format in (Format.JSON, Format.CSV, *_WHOLE_FILES):
            compact = self._format is Format.JSON and self._several
            console.write_bytes(_json_row(result) if compact else self._rendered(result))
            return
        if self._several:
            self._head(result.source)
        if self._format is Format.LINES:
            listing.show(result, console.stdout())
            console.note(listing.counts(result))
        else:
            console.write_bytes(self._rendered(result))

    def _head(self, name: str) -> None:
        out = console.stdout()
        if self._shown > 1:
            out.print()
        if self._format is Format.MARKDOWN:
            console.write_bytes(f"# {name}\n\n".encode())
        else:
            listing.heading(name, out)

    def _rendered(self, result: OcrResult) -> bytes:
        return rendered(result, self._format, replace(self._csv, header=self._csv.header and self._shown <= 1))


def rendered(result: OcrResult, format: Format, csv: CsvStyle) -> bytes:
    """A result as the bytes of a file."""
    if format is Format.LINES:
        return _listed(result)
    if format is Format.CSV:
        text = to_csv(result.document, header=csv.header, escape_formulas=csv.escape_formulas)
        return text.encode("utf-8")
    return result.render(format)


class Names:
    """Names of files in a folder, no two alike."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def free(self, folder: Path, source: str, ending: str) -> Path:
        """`folder/STEM.ending` for a source, numbered where another source had that name."""
        stem = _NOT_IN_NAMES.sub("", Path(source).stem) or "result"
        name, number = stem, 1
        while f"{name}{ending}".lower() in self._used:
            number += 1
            name = f"{stem}-{number}"
        self._used.add(f"{name}{ending}".lower())
        return folder / f"{name}{ending}"


def is_folder(path: str) -> bool:
    """Whether `path` is a folder, or is meant to be one."""
    return path.endswith(("/", os.sep)) or Path(path).is_dir()


def refuse_sources(path: Path, sources: Sequence[str]) -> None:
    """Raise UsageError if writing to `path` would replace what is to be read."""
    for source in sources:
        if source != "-" and path.exists() and Path(source).exists() and path.samefile(source):
            raise UsageError(f"{path} is to be read and to be written.", "Give another name for what is written.")


def _check(out: Path, in_folder: bool, sources: Sequence[str]) -> None:
    if in_folder:
        if out.suffix.lower() in ENDINGS and not out.is_dir():
            raise UsageError(f"{out} is one file, and several files are read.", "Give a folder: --out results/")
        make_folder(out)
        check_writable(out / "result.part")
    else:
        refuse_sources(out, sources)
        check_writable(out)


def _listed(result: OcrResult) -> bytes:
    text = StringIO()
    listing.show(result, Console(file=text, highlight=False, soft_wrap=True, emoji=False, color_system=None))
    return text.getvalue().encode("utf-8")


def _json_row(result: OcrResult) -> bytes:
    """One row a result, so that several can be told apart."""
    return (to_json(result.document) + "\n").encode("utf-8")
