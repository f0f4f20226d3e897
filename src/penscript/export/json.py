"""Document -> JSON and back, without loss (attachments, which are files of their own, stay behind).

`{"schema_version", "source", "pages": [{"number", "width", "height", "dpi", "rotation", "status", "error", "warnings",
"regions": [...], "barcodes"}]}`. A region is one line of text. Every older schema can be read.
"""

import json
from collections.abc import Callable
from typing import Any

from penscript.document import Barcode, Bounds, Document, Kind, Line, LineStatus, Page, PageStatus, Rule, Word
from penscript.errors import InputError, SchemaTooNew
from penscript.export.checked import Checked
from penscript.export.tables import page_tables

SCHEMA_VERSION = 1

_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""Schema -> what makes the next one of it."""


def to_json(document: Document, indent: int | None = None) -> str:
    """The document as JSON text; letters stand as they are, `indent` spaces a level when given."""
    return json.dumps(to_dict(document), ensure_ascii=False, allow_nan=False, indent=indent)


def to_dict(document: Document) -> dict[str, Any]:
    """The document as what JSON knows: dicts, lists, text, numbers, None."""
    pages = [_page(page) for page in document.pages]
    return {"schema_version": SCHEMA_VERSION, "source": document.source, "pages": pages}


def from_json(text: str | bytes) -> Document:
    """The document that `to_json` wrote, by this or an older version.

    Raises SchemaTooNew for a newer one and InputError for anything else, with the place that is wrong.
    """
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise InputError("This is not a Penscript result: it is nested too deeply.") from None
    except ValueError as error:
        raise InputError(f"This is not JSON: {error}.", "Give the text that `to_json` made.") from None
    return from_dict(data)


def from_dict(data: object) -> Document:
    """As `from_json`, from what `json.loads` gives."""
    root = Checked(_upgraded(data))
    return Document(root["source"].text(), tuple(_read_page(page) for page in root["pages"].items()))


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _upgraded(data: object) -> object:
    version = Checked(data)["schema_version"].whole(1)
    if version > SCHEMA_VERSION:
        raise SchemaTooNew(
            f"This result is of schema_version {version}, and this Penscript reads up to {SCHEMA_VERSION}.",
            f"Update to a Penscript that reads schema_version {version}: pip install --upgrade penscript",
        )
    assert isinstance(data, dict)
    for old in range(version, SCHEMA_VERSION):
        data = _UPGRADES[old](data)
    return data


def _page(page: Page) -> dict[str, Any]:
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "dpi": page.dpi,
        "rotation": page.rotation,
        "status": page.status.value,
        "error": page.error,
        "warnings": list(page.warnings),
        "regions": [_line(line) for line in page.lines],
        "barcodes": [{"text": b.text, "format": b.format, "bounds": _bounds(b.bounds)} for b in page.barcodes],
        "rules": [[rule.x0, rule.y0, rule.x1, rule.y1] for rule in page.rules],
        "tables": [{"bounds": _bounds(t.bounds), "ruled": t.ruled, "rows": t.rows} for t in page_tables(page)],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "text": line.text,
        "confidence": line.confidence,
        "bounds": _bounds(line.bounds),
        "status": line.status.value,
        "calibrated": line.calibrated,
        "raw_score": line.raw_score,
        "polygon": [list(point) for point in line.polygon],
        "block": line.block,
        "kind": line.kind.value,
        "pack": line.pack,
        "words": [_word(word) for word in line.words],
    }


def _word(word: Word) -> dict[str, Any]:
    return {
        "text": word.text,
        "confidence": word.confidence,
        "bounds": _bounds(word.bounds),
        "alternatives": list(word.alternatives),
    }


def _bounds(bounds: Bounds) -> dict[str, int]:
    return {"x": bounds.x, "y": bounds.y, "width": bounds.width, "height": bounds.height}


def _read_page(at: Checked) -> Page:
    number = at["number"].whole(1)
    return Page(
        number=number,
        width=at["width"].whole(0),
        height=at["height"].whole(0),
        lines=tuple(_read_line(line) for line in at["regions"].items()),
        barcodes=tuple(_read_barcode(code, number) for code in at.get("barcodes", []).items()),
        status=at.get("status", "read").member(PageStatus),
        error=at.get("error", None).text_or_none(),
        warnings=tuple(warning.text() for warning in at.get("warnings", []).items()),
        dpi=at.get("dpi", None).number_or_none(),
        rotation=at.get("rotation", 0).whole(),
        rules=tuple(_read_rule(rule) for rule in at.get("rules", []).items()),
    )


def _read_line(at: Checked) -> Line:
    return Line(
        text=at["text"].text(),
        confidence=at["confidence"].number(0, 100),
        bounds=_read_bounds(at["bounds"]),
        polygon=tuple(point.point() for point in at.get("polygon", []).items()),
        words=tuple(_read_word(word) for word in at.get("words", []).items()),
        status=at.get("status", "read").member(LineStatus),
        calibrated=at.get("calibrated", False).truth(),
        raw_score=at.get("raw_score", 0.0).number(),
        block=at.get("block", 0).whole(),
        kind=at.get("kind", "text").member(Kind),
        pack=at.get("pack", "").text(),
    )


def _read_word(at: Checked) -> Word:
    spellings = tuple(other.text() for other in at.get("alternatives", []).items())
    return Word(at["text"].text(), at["confidence"].number(0, 100), _read_bounds(at["bounds"]), spellings)


def _read_barcode(at: Checked, page: int) -> Barcode:
    return Barcode(at["text"].text(), at["format"].text(), _read_bounds(at["bounds"]), page)


def _read_rule(at: Checked) -> Rule:
    x0, y0, x1, y1 = at.numbers(4, "four numbers")
    return Rule(x0, y0, x1, y1)


def _read_bounds(at: Checked) -> Bounds:
    return Bounds(at["x"].whole(), at["y"].whole(), at["width"].whole(), at["height"].whole())
