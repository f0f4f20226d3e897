"""Documents into the database and out of it. A new reading of a known file never loses what a person said."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from penscript.document import Document, Line, LineStatus, Page, PageStatus
from penscript.errors import MissingInput, UsageError
from penscript.notes import rows
from penscript.notes.overlap import covered, pair
from penscript.notes.placing import place_words
from penscript.notes.tables import documents, fields, lines, now, pages, pictures, readings, tags
from penscript.notes.values import Added, StoredDocument, StoredField, StoredLine, StoredPage, StoredReading
from penscript.notes.words import WordIndex


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file that was read. data: its bytes where they are to be kept, as they are to be written."""

    sha256: str
    path: str | None = None
    data: bytes | None = None

    @classmethod
    def at(cls, path: Path) -> "SourceFile":
        """A file that stays where it is."""
        try:
            with path.open("rb") as file:
                return cls(hashlib.file_digest(file, "sha256").hexdigest(), str(path.absolute()))
        except OSError as error:
            raise MissingInput(f"{path} cannot be opened: {error.strerror}.", "Give the file that was read.") from None


def add(connection: Connection, index: WordIndex, document: Document, source: str, file: SourceFile | None) -> Added:
    """Keep a document, or a new reading of it where the file is known."""
    known = connection.scalar(sa.select(documents.c.id).where(documents.c.sha256 == file.sha256)) if file else None
    number = known or _insert(
        connection,
        documents,
        {
            "source": source,
            "sha256": file and file.sha256,
            "path": file and file.path,
            "added_at": now(),
        },
    )
    if file:
        _keep_file(connection, number, file)
    for page in document.pages:
        _add_page(connection, index, number, page)
    return Added(number, known is not None)


def _keep_file(connection: Connection, document: int, file: SourceFile) -> None:
    if file.path:
        connection.execute(sa.update(documents).where(documents.c.id == document).values(path=file.path))
    kept = connection.scalar(sa.select(pictures.c.document).where(pictures.c.document == document))
    if file.data is not None and kept is None:
        connection.execute(sa.insert(pictures).values(document=document, data=file.data))


def _add_page(connection: Connection, index: WordIndex, document: int, page: Page) -> None:
    """A page that failed this time takes nothing away from what was read before."""
    there = (pages.c.document == document) & (pages.c.number == page.number)
    known = connection.scalar(sa.select(pages.c.id).where(there))
    if known is None:
        columns = rows.page_columns(page) | {"document": document}
        _read_again(connection, index, _insert(connection, pages, columns), page.lines)
    elif page.status is not PageStatus.FAILED:
        connection.execute(sa.update(pages).where(pages.c.id == known).values(**rows.page_columns(page)))
        _read_again(connection, index, known, page.lines)


def _read_again(connection: Connection, index: WordIndex, page: int, new: Sequence[Line]) -> None:
    """These lines in the place of those of the page: the same ones get a reading more, labelled ones stay."""
    old = {row.id: row for row in connection.execute(sa.select(lines).where(lines.c.page == page))}
    boxes = {row.id: rows.bounds_of(row) for row in sorted(old.values(), key=lambda row: row.position)}
    pairs = pair(boxes, [line.bounds for line in new])
    alone = [row for row in old.values() if row.id not in pairs.values()]
    stay = [row for row in alone if row.label or row.moved]
    gone = [row.id for row in alone if not (row.label or row.moved)]
    index.remove(connection, gone)
    for some in rows.chunks(gone):
        connection.execute(sa.delete(lines).where(lines.c.id.in_(some)))
    kept_boxes = [boxes[row.id] for row in stay]
    taken = [place for place, line in enumerate(new) if place in pairs or not covered(line.bounds, kept_boxes)]
    positions = _positions([new[place] for place in taken], stay)
    for row in stay:
        connection.execute(sa.update(lines).where(lines.c.id == row.id).values(position=positions[row.id]))
    fresh = []
    for rank, place in enumerate(taken):
        columns = rows.line_columns(new[place], positions[-rank - 1])
        if place in pairs:
            _update_line(connection, old[pairs[place]], new[place], columns)
        else:
            fresh.append(columns | {"page": page, "text": rows.plain(new[place].text), "moved": False})
    if fresh:
        connection.execute(sa.insert(lines), fresh)
    _insert_readings(connection, page, {positions[-rank - 1]: new[place] for rank, place in enumerate(taken)})
    index.put(connection, connection.execute(rows.LINES.where(lines.c.page == page)).all())


def _positions(new: Sequence[Line], stay: Sequence[Row[Any]]) -> dict[int, int]:
    """Places in the reading order: of new lines by -1 - place, of those that stay by id, before the next one below."""
    order = [-place - 1 for place in range(len(new))]
    for row in sorted(stay, key=lambda row: row.position):
        below = (order.index(-place - 1) for place, line in enumerate(new) if line.bounds.y > row.y)
        order.insert(next(below, len(order)), row.id)
    return {key: position for position, key in enumerate(order)}


def _update_line(connection: Connection, old: Row[Any], line: Line, columns: dict[str, Any]) -> None:
    changed = dict(columns) if not old.moved else {"position": columns["position"]}
    changed["text"] = old.text if old.label else rows.plain(line.text)
    connection.execute(sa.update(lines).where(lines.c.id == old.id).values(**changed))
    connection.execute(sa.update(readings).where(readings.c.line == old.id).values(newest=False))


def _insert_readings(connection: Connection, page: int, at: dict[int, Line]) -> None:
    ids = connection.execute(sa.select(lines.c.id, lines.c.position).where(lines.c.page == page))
    moment = now()
    read = [rows.reading_columns(at[place]) | {"line": line, "at": moment} for line, place in ids if place in at]
    if read:
        connection.execute(sa.insert(readings), read)


def _insert(connection: Connection, table: sa.Table, columns: dict[str, Any]) -> int:
    made = connection.execute(sa.insert(table).values(**columns)).inserted_primary_key
    assert made is not None
    return int(made[0])


def find(connection: Connection, *, tag: str | None, limit: int, offset: int) -> list[StoredDocument]:
    """Documents, the newest first."""
    query = sa.select(documents).order_by(documents.c.id.desc()).limit(limit).offset(offset)
    if tag is not None:
        query = query.where(documents.c.id.in_(sa.select(tags.c.document).where(tags.c.tag == tag)))
    return rows.stored_documents(connection, query)


def one(connection: Connection, document: int) -> StoredDocument:
    """A document by its id."""
    found = rows.stored_documents(connection, sa.select(documents).where(documents.c.id == document))
    if not found:
        raise MissingInput(f"There is no document {document}.", "It may have been forgotten.")
    return found[0]


def pages_of(connection: Connection, document: int, number: int | None = None) -> list[StoredPage]:
    """The pages of a document in order, or one of them."""
    one(connection, document)
    there = pages.c.document == document
    if number is not None:
        there &= pages.c.number == number
    inside: dict[int, list[StoredLine]] = {}
    for row in connection.execute(rows.LINES.where(there).order_by(lines.c.position)):
        inside.setdefault(row.page, []).append(rows.stored_line(row))
    found = connection.execute(sa.select(pages).where(there).order_by(pages.c.number))
    told = [rows.stored_page(row, tuple(inside.get(row.id, ()))) for row in found]
    if number is not None and not told:
        raise MissingInput(f"Document {document} has no page {number}.")
    return told


def some_lines(connection: Connection, *, label: bool | None, limit: int, after: int) -> list[StoredLine]:
    """Lines by id."""
    query = rows.LINES.where(lines.c.id > after).order_by(lines.c.id).limit(limit)
    if label is not None:
        query = query.where(lines.c.label.is_not(None) if label else lines.c.label.is_(None))
    return [rows.stored_line(row) for row in connection.execute(query)]


def readings_of(connection: Connection, line: int) -> list[StoredReading]:
    """All readings of a line, the newest first."""
    rows.one_line(connection, line)
    found = connection.execute(sa.select(readings).where(readings.c.line == line).order_by(readings.c.id.desc()))
    return [StoredReading(row.text, row.confidence, row.pack, row.at) for row in found]


def as_document(source: str, stored: Sequence[StoredPage]) -> Document:
    """Pages with what people said of their lines."""
    return Document(source, tuple(_as_page(page) for page in stored))


def _as_page(page: StoredPage) -> Page:
    return Page(
        number=page.number,
        width=page.width,
        height=page.height,
        lines=tuple(_as_line(line) for line in page.lines if line.text or not line.label),
        barcodes=page.barcodes,
        status=page.status,
        error=page.error,
        warnings=page.warnings,
        dpi=page.dpi,
        rotation=page.rotation,
    )


def _as_line(line: StoredLine) -> Line:
    return Line(
        text=line.text,
        confidence=100.0 if line.label else line.confidence,
        bounds=line.bounds,
        polygon=line.polygon,
        words=place_words(line.text, line.words, line.bounds) if line.label else line.words,
        status=LineStatus.READ if line.label else line.status,
        calibrated=line.calibrated,
        raw_score=line.raw_score,
        block=line.block,
        kind=line.kind,
        pack=line.pack,
    )


def tag(connection: Connection, document: int, wanted: Sequence[str]) -> None:
    """Add tags."""
    one(connection, document)
    if not all(name.strip() for name in wanted):
        raise UsageError("A tag is empty.", "Give it a name.")
    there = set(connection.scalars(sa.select(tags.c.tag).where(tags.c.document == document)))
    for name in dict.fromkeys(rows.plain(name.strip()) for name in wanted):
        if name not in there:
            connection.execute(sa.insert(tags).values(document=document, tag=name))


def untag(connection: Connection, document: int, unwanted: Sequence[str]) -> None:
    """Take tags away."""
    one(connection, document)
    connection.execute(sa.delete(tags).where(tags.c.document == document, tags.c.tag.in_(unwanted)))


def count_tags(connection: Connection) -> dict[str, int]:
    """Every tag and its documents."""
    found = connection.execute(sa.select(tags.c.tag, sa.func.count()).group_by(tags.c.tag).order_by(tags.c.tag))
    return {row[0]: row[1] for row in found}


def fields_of(connection: Connection, document: int) -> list[StoredField]:
    """The fields of a document."""
    one(connection, document)
    found = connection.execute(sa.select(fields).where(fields.c.document == document).order_by(fields.c.position))
    return [StoredField(row.name, row.value, row.confidence, tuple(row.lines)) for row in found]


def set_fields(connection: Connection, document: int, wanted: Sequence[StoredField]) -> None:
    """These fields in the place of all others."""
    one(connection, document)
    connection.execute(sa.delete(fields).where(fields.c.document == document))
    for position, field in enumerate(wanted):
        columns = {"name": rows.plain(field.name), "value": rows.plain(field.value), "confidence": field.confidence}
        connection.execute(
            sa.insert(fields).values(document=document, position=position, lines=list(field.lines), **columns)
        )


def add_fields(connection: Connection, name: str, wanted: Sequence[StoredField]) -> Added:
    """These fields to the document with this name or id, or to a new one without pages."""
    named = documents.c.source == name
    if name.isdecimal():
        named |= documents.c.id == int(name)
    known = connection.scalar(sa.select(documents.c.id).where(named).order_by(documents.c.id.desc()).limit(1))
    number = known or _insert(connection, documents, {"source": rows.plain(name), "added_at": now()})
    set_fields(connection, number, wanted)
    return Added(number, known is not None)


def of_file(connection: Connection, sha256: str) -> StoredDocument | None:
    """The document of a file."""
    found = rows.stored_documents(connection, sa.select(documents).where(documents.c.sha256 == sha256))
    return found[0] if found else None


def file_of(connection: Connection, document: int) -> tuple[str | None, bytes | None]:
    """Where the file of a document lies, and its bytes where they were kept."""
    one(connection, document)
    kept = sa.select(documents.c.path, pictures.c.data).outerjoin(pictures, pictures.c.document == documents.c.id)
    path, data = connection.execute(kept.where(documents.c.id == document)).one()
    return path, data
