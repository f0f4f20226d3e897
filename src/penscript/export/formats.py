"""Which writer makes which kind of file."""

from collections.abc import Callable
from pathlib import Path

from penscript.document import Document
from penscript.errors import UsageError
from penscript.export.alto import to_alto
from penscript.export.csv import tables_to_csv, to_csv
from penscript.export.hocr import to_hocr
from penscript.export.json import to_json
from penscript.export.layout_text import to_layout
from penscript.export.markdown import to_markdown
from penscript.export.page_xml import to_page_xml
from penscript.export.text import to_text

ENDINGS: dict[str, str] = {
    ".layout.txt": "layout",
    ".tables.csv": "tables",
    ".alto.xml": "alto",
    ".page.xml": "page",
    ".txt": "text",
    ".md": "markdown",
    ".json": "json",
    ".csv": "csv",
    ".hocr": "hocr",
    ".pdf": "pdf",
}
"""Ending of a file -> name of a format; the longer ones first."""

_WRITERS: dict[str, Callable[[Document], str]] = {
    "text": to_text,
    "layout": to_layout,
    "markdown": to_markdown,
    "json": lambda document: to_json(document, indent=2) + "\n",
    "csv": to_csv,
    "tables": tables_to_csv,
    "hocr": to_hocr,
    "alto": to_alto,
    "page": to_page_xml,
}


def render(document: Document, format: str) -> bytes:
    """The document in one of the formats but `pdf`, which needs its original, as the bytes of a file (UTF-8)."""
    if format not in _WRITERS:
        raise UsageError(f"There is no format {format}.", f"Formats: {', '.join(ENDINGS.values())}.")
    return _WRITERS[format](document).encode("utf-8")


def format_of(path: str | Path) -> str:
    """The format that the ending of `path` asks for; UsageError with the possible ones if there is none."""
    name = Path(path).name.lower()
    for ending, format in ENDINGS.items():
        if name.endswith(ending):
            return format
    raise UsageError(f"Penscript cannot write {path} by its ending.", f"Endings that it writes: {', '.join(ENDINGS)}.")
