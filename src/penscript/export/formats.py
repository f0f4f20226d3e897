"""Which writer makes which kind of file."""

from collections.abc import Callable
from pathlib import Path

from penscript.document import Document
from penscript.errors import UsageError
from penscript.export.atomic import write_bytes
from penscript.export.csv import to_csv
from penscript.export.json import to_json
from penscript.export.markdown import to_markdown
from penscript.export.text import to_text

ENDINGS: dict[str, str] = {".txt": "text", ".md": "markdown", ".json": "json", ".csv": "csv"}
"""Ending of a file -> name of a format."""

_WRITERS: dict[str, Callable[[Document], str]] = {
    "text": to_text,
    "markdown": to_markdown,
    "json": lambda document: to_json(document, indent=2) + "\n",
    "csv": to_csv,
}


def render(document: Document, format: str) -> bytes:
    """The document in one of the formats, as the bytes of a file (UTF-8)."""
    return _WRITERS[format](document).encode("utf-8")


def format_of(path: str | Path) -> str:
    """The format that the ending of `path` asks for; UsageError with the possible ones if there is none."""
    name = Path(path).name.lower()
    for ending, format in ENDINGS.items():
        if name.endswith(ending):
            return format
    raise UsageError(f"Penscript cannot write {path} by its ending.", f"Endings that it writes: {', '.join(ENDINGS)}.")


def save(document: Document, path: str | Path) -> None:
    """Write the document to `path` in the format of its ending, whole or not at all."""
    write_bytes(path, render(document, format_of(path)))
