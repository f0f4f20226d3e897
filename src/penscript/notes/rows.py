"""Rows of the database <-> values."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from penscript.document import Barcode, Bounds, Kind, Line, LineStatus, Page, PageStatus, Word
from penscript.errors import MissingInput
from penscript.notes.tables import documents, lines, pages, pictures, readings, tags
from penscript.notes.values import Label, StoredDocument, StoredLine, StoredPage

LINES = (
    sa.select(
        lines,
        pages.c.document,
        pages.c.number,
        readings.c.text.label("read_text"),
        *(readings.c[name] for name in ("confidence", "calibrated", "raw_score", "status", "pack", "words")),
    )
    .join(pages, pages.c.id == lines.c.page)
    .join(readings, sa.and_(readings.c.line == lines.c.id, readings.c.newest))
)
"""Lines with their newest reading, for `stored_line`."""


def stored_line(row: Row[Any]) -> StoredLine:
    """A row of `LINES` as a value."""
    return StoredLine(
        id=row.id,
        document=row.document,
        page=row.number,
        order=row.position,
        text=row.text,
        read_text=row.read_text,
        confidence=row.confidence,
        status=LineStatus(row.status),
        kind=Kind(row.kind),
        block=row.block,
        bounds=bounds_of(row),
        polygon=tuple((x, y) for x, y in row.polygon),
        words=tuple(_word(word) for word in row.words),
        calibrated=row.calibrated,
        raw_score=row.raw_score,
        pack=row.pack,
        label=Label(row.label) if row.label else None,
        corrected_by=row.labelled_by,
        corrected_at=row.labelled_at,
    )


def line_columns(line: Line, position: int) -> dict[str, Any]:
    """The columns of a line but for its page and its text."""
    box = line.bounds
    return {
        "position": position,
        "kind": line.kind.value,
        "block": line.block,
        "x": box.x,
        "y": box.y,
        "width": box.width,
        "height": box.height,
        "polygon": [list(point) for point in line.polygon],
    }


def reading_columns(line: Line) -> dict[str, Any]:
    """The columns of a reading but for its line and its time."""
    return {
        "newest": True,
        "text": plain(line.text),
        "confidence": line.confidence,
        "calibrated": line.calibrated,
        "raw_score": line.raw_score,
        "status": line.status.value,
        "pack": line.pack,
        "words": [
            [plain(word.text), word.confidence, _box(word.bounds), list(word.alternatives)] for word in line.words
        ],
    }


def page_columns(page: Page) -> dict[str, Any]:
    """The columns of a page but for its document."""
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "dpi": page.dpi,
        "rotation": page.rotation,
        "status": page.status.value,
        "error": page.error,
        "warnings": list(page.warnings),
        "barcodes": [[plain(code.text), code.format, _box(code.bounds)] for code in page.barcodes],
    }


def stored_page(row: Row[Any], inside: tuple[StoredLine, ...]) -> StoredPage:
    """A row of `pages` and its lines as a value."""
    return StoredPage(
        id=row.id,
        document=row.document,
        number=row.number,
        width=row.width,
        height=row.height,
        status=PageStatus(row.status),
        lines=inside,
        barcodes=tuple(Barcode(text, form, Bounds(*box), row.number) for text, form, box in row.barcodes),
        error=row.error,
        warnings=tuple(row.warnings),
        dpi=row.dpi,
        rotation=row.rotation,
    )


def stored_documents(connection: Connection, query: "sa.Select[Any]") -> list[StoredDocument]:
    """The documents that a query over `documents` finds."""
    counted = query.add_columns(
        sa.select(sa.func.count()).where(pages.c.document == documents.c.id).scalar_subquery().label("pages"),
        sa.select(sa.func.count())
        .select_from(lines.join(pages))
        .where(pages.c.document == documents.c.id)
        .scalar_subquery()
        .label("lines"),
        sa.exists().where(pictures.c.document == documents.c.id).label("kept"),
    )
    rows = connection.execute(counted).all()
    its_tags: dict[int, list[str]] = {row.id: [] for row in rows}
    for some in chunks(list(its_tags)):
        its = sa.select(tags.c.document, tags.c.tag).where(tags.c.document.in_(some)).order_by(tags.c.tag)
        for document, tag in connection.execute(its):
            its_tags[document].append(tag)
    return [_stored_document(row, tuple(its_tags[row.id])) for row in rows]


def one_line(connection: Connection, line: int, *, lock: bool = False) -> Row[Any]:
    """The row of a line; MissingInput where there is none. lock: nobody else may change it in this transaction."""
    query = LINES.where(lines.c.id == line)
    row = connection.execute(query.with_for_update(of=lines) if lock else query).first()
    if row is None:
        raise MissingInput(f"There is no line {line}.", "It may have been forgotten.")
    return row


def bounds_of(row: Row[Any]) -> Bounds:
    """The box of a row of `lines`."""
    return Bounds(row.x, row.y, row.width, row.height)


def chunks(ids: Sequence[int], size: int = 500) -> Iterator[Sequence[int]]:
    """So many at once as a database takes in one statement."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def plain(text: str) -> str:
    """Text that every database takes: without NUL."""
    return text.replace("\0", "")


def _stored_document(row: Row[Any], its_tags: tuple[str, ...]) -> StoredDocument:
    kept = bool(row.kept or row.path)
    return StoredDocument(
        row.id, row.source, row.added_at, row.pages, row.lines, its_tags, row.sha256, row.path, has_picture=kept
    )


def _word(kept: list[Any]) -> Word:
    text, confidence, box, alternatives = kept
    return Word(text, confidence, Bounds(*box), tuple(alternatives))


def _box(bounds: Bounds) -> list[int]:
    return [bounds.x, bounds.y, bounds.width, bounds.height]
