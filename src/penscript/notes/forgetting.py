"""Forgetting a document: every row, every word of the index, every job that held the same file."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from penscript.notes import documents
from penscript.notes.tables import changes, job_files, jobs, lines, pages, training_uses
from penscript.notes.tables import documents as documents_table
from penscript.notes.values import Forgotten
from penscript.notes.words import WordIndex


def forget(connection: Connection, index: WordIndex, document: int) -> Forgotten:
    """Remove a document with all that hangs on it; what was there is told without its text."""
    known = documents.one(connection, document)
    its = sa.select(lines.c.id).join(pages).where(pages.c.document == document)
    ids = list(connection.scalars(its))
    packs = sa.select(training_uses.c.pack).where(training_uses.c.line.in_(its)).distinct()
    told = Forgotten(
        document=document,
        source=known.source,
        pages=known.pages,
        lines=known.lines,
        corrections=_count(connection, changes.c.line.in_(its)),
        jobs=_forget_jobs(connection, document, known.sha256),
        packs=tuple(sorted(connection.scalars(packs))),
    )
    index.remove(connection, ids)
    connection.execute(sa.delete(documents_table).where(documents_table.c.id == document))
    index.tidy(connection)
    return told


def _count(connection: Connection, which: "sa.ColumnElement[Any]") -> int:
    return int(connection.scalar(sa.select(sa.func.count()).where(which)) or 0)


def _forget_jobs(connection: Connection, document: int, sha256: str | None) -> int:
    same_file = sa.select(job_files.c.job).where(job_files.c.sha256 == sha256)
    its = (jobs.c.document == document) | jobs.c.id.in_(same_file)
    return connection.execute(sa.delete(jobs).where(its)).rowcount
