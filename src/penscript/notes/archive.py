"""Everything as one zip and back: JSON lines, a file a table, and the pictures. Jobs and tokens stay behind."""

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from penscript.errors import DamagedInput, LimitExceeded, MissingInput, SchemaTooNew, UsageError
from penscript.notes import rows
from penscript.notes.schema import REVISIONS
from penscript.notes.tables import (
    Moment,
    changes,
    documents,
    fields,
    lines,
    now,
    pages,
    pictures,
    readings,
    review,
    tags,
    to_json,
    training_uses,
)
from penscript.notes.words import WordIndex

_TABLES = (documents, pages, lines, readings, changes, tags, fields, review, training_uses)
_AT_ONCE = 500
_LARGE, _DENSEST = 64 * 2**20, 100
"""Bytes up to which a zip may be as dense as it likes; how many times its own size a larger one may unpack to."""
_TOLD = """Notes of Penscript.

Each .jsonl file is a table, a row a line, in JSON (UTF-8). Documents have pages, and pages have lines: `text` is what
counts; x, y, width and height are pixels of the page. Lines have readings (what a pack read, when, and how sure it was
in percent) and changes (what a person said, who and when). Ids tie them together; times are UTC. pictures/7.jpg is the
file of document 7.
"""

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,  # a kind of zip or of packing that Python does not know
    RuntimeError,  # an entry with a password
    EOFError,
    KeyError,
    ValueError,
    AttributeError,
    TypeError,
    DBAPIError,
    sa.exc.CompileError,
)
"""What a zip raises that is no export."""

Change = Callable[[bytes], bytes]


def write(connection: Connection, file: BinaryIO, unseal: Change) -> None:
    """All rows and pictures, as they are at one moment."""
    about = {"schema": REVISIONS[-1], "penscript": version("penscript"), "at": now().isoformat()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        archive.writestr("README.txt", _TOLD)
        for table in _TABLES:
            with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as part:
                for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings():
                    part.write(to_json({key: _told(value) for key, value in row.items()}).encode() + b"\n")
        for document, source in connection.execute(sa.select(documents.c.id, documents.c.source)).all():
            data = connection.scalar(sa.select(pictures.c.data).where(pictures.c.document == document))
            if data is not None:
                archive.writestr(f"pictures/{document}{_ending(source)}", unseal(data), zipfile.ZIP_STORED)
        archive.writestr("about.json", to_json(about))


def read(connection: Connection, index: WordIndex, path: Path, seal: Change) -> int:
    """What `write` wrote, into an empty database; how many documents."""
    if connection.scalar(sa.select(documents.c.id).limit(1)) is not None:
        raise UsageError("There are notes already where these are to go.", "Give the address of a new database.")
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            _check_sizes(archive, path)
            _check(json.loads(archive.read("about.json")), path)
            for table in _TABLES:
                _fill(connection, table, archive)
            for name in archive.namelist():
                if name.startswith("pictures/"):
                    values = {"document": int(PurePath(name).stem), "data": seal(archive.read(name))}
                    connection.execute(sa.insert(pictures).values(**values))
    except OSError as error:
        raise MissingInput(f"{path} cannot be opened: {error.strerror}.", "Give the zip that was exported.") from None
    except _DAMAGED as error:
        told = f"{path} is not an export of notes, or it is damaged."
        raise DamagedInput(told, "Give the zip that `penscript notes export` wrote.") from error
    index.clear(connection)
    index.put(connection, connection.execute(rows.LINES.order_by(lines.c.id)))
    return int(connection.scalar(sa.select(sa.func.count()).select_from(documents)) or 0)


def _check_sizes(archive: zipfile.ZipFile, path: Path) -> None:
    """Refuse what unpacks to far more than an export does; no more than the sizes told here is ever unpacked."""
    unpacked = sum(entry.file_size for entry in archive.infolist())
    packed = sum(entry.compress_size for entry in archive.infolist())
    if unpacked > _LARGE and unpacked > _DENSEST * packed:
        told = f"{path} has {packed / 2**20:,.0f} MiB and would unpack to {unpacked / 2**20:,.0f} MiB."
        raise LimitExceeded(told, f"An export grows at most {_DENSEST} times: this is none. Unpack it to look inside.")


def _check(about: dict[str, Any], path: Path) -> None:
    if about["schema"] not in REVISIONS:
        needed = about["penscript"]
        raise SchemaTooNew(
            f"{path} was written by Penscript {needed}, and this is Penscript {version('penscript')}.",
            f"Update to Penscript {needed} or later: pip install --upgrade penscript",
        )


def _fill(connection: Connection, table: sa.Table, archive: zipfile.ZipFile) -> None:
    with archive.open(f"{table.name}.jsonl") as part:
        for some in _batches(io.TextIOWrapper(part, encoding="utf-8")):
            connection.execute(sa.insert(table), [_read_row(table, json.loads(line)) for line in some])
    if "id" in table.c and connection.dialect.name == "postgresql":
        after = sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0) + 1).scalar_subquery()
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        connection.execute(sa.select(sa.func.setval(sequence, after, False)))


def _batches(part: io.TextIOWrapper) -> Iterator[list[str]]:
    some: list[str] = []
    for line in part:
        some.append(line)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _read_row(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    times = {column.name for column in table.c if isinstance(column.type, Moment)}
    return {key: datetime.fromisoformat(value) if key in times and value else value for key, value in row.items()}


def _told(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _ending(source: str) -> str:
    ending = PurePath(source).suffix.lower()
    return ending if ending[1:].isalnum() and ending.isascii() else ""
