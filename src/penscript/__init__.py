"""Penscript reads handwritten notes and printed invoices, offline, on an ordinary CPU.

>>> import penscript as ocr
>>> engine = ocr.OcrEngine()
>>> result = engine.process("handwritten_notes.jpg")  # doctest: +SKIP
>>> for line in result.lines: print(line.confidence, line.text)  # doctest: +SKIP

Importing this package is light: image, model and server libraries are loaded when they are first used.
"""

from importlib import import_module
from importlib.metadata import version as _version
from typing import TYPE_CHECKING, Any

_HOME = {
    "Image": "penscript.api",
    "OcrEngine": "penscript.api",
    "OcrResult": "penscript.api",
    "Item": "penscript.api",
    "Language": "penscript.language",
    "AcceptPolicy": "penscript.options",
    "TextLayer": "penscript.options",
    "Limits": "penscript.options",
    "ReadOptions": "penscript.options",
    "Barcode": "penscript.document",
    "Bounds": "penscript.document",
    "Document": "penscript.document",
    "Line": "penscript.document",
    "LineStatus": "penscript.document",
    "Page": "penscript.document",
    "PageStatus": "penscript.document",
    "Word": "penscript.document",
    "PenscriptError": "penscript.errors",
    "Invoice": "penscript.invoices.values",
    "read_invoice": "penscript.invoices",
    "open_notes": "penscript.notes",
    "errors": "",
}

__all__ = list(_HOME)
__version__ = _version("penscript")

if TYPE_CHECKING:
    from penscript import errors as errors
    from penscript.api import Image as Image
    from penscript.api import Item as Item
    from penscript.api import OcrEngine as OcrEngine
    from penscript.api import OcrResult as OcrResult
    from penscript.document import Barcode as Barcode
    from penscript.document import Bounds as Bounds
    from penscript.document import Document as Document
    from penscript.document import Line as Line
    from penscript.document import LineStatus as LineStatus
    from penscript.document import Page as Page
    from penscript.document import PageStatus as PageStatus
    from penscript.document import Word as Word
    from penscript.errors import PenscriptError as PenscriptError
    from penscript.invoices import read_invoice as read_invoice
    from penscript.invoices.values import Invoice as Invoice
    from penscript.language import Language as Language
    from penscript.notes import open_notes as open_notes
    from penscript.options import AcceptPolicy as AcceptPolicy
    from penscript.options import Limits as Limits
    from penscript.options import ReadOptions as ReadOptions
    from penscript.options import TextLayer as TextLayer


def __getattr__(name: str) -> Any:
    """Load a public name from its module when it is first asked for."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'penscript' has no attribute {name!r}")
    return getattr(import_module(home), name) if home else import_module(f"penscript.{name}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
