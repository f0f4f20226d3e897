"""The queue of the server: accepted jobs with their files, on the disk before anybody is told of them."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from penscript.errors import MissingInput
from penscript.notes.tables import job_files, jobs, now
from penscript.notes.values import Job, JobStatus

_MOST_ATTEMPTS = 3
_GAVE_UP = {"type": "PenscriptError", "message": "The server stopped three times while it did this."}


def enqueue(
    connection: Connection, kind: str, payload: Mapping[str, Any], files: Sequence[tuple[str, bytes, bytes]]
) -> str:
    """A new job. files: name, bytes as they came, bytes as they are to be written."""
    number = secrets.token_urlsafe(12)
    values = {"id": number, "kind": kind, "payload": dict(payload), "status": JobStatus.QUEUED.value}
    connection.execute(sa.insert(jobs).values(created_at=now(), attempts=0, progress={}, **values))
    for position, (name, data, sealed) in enumerate(files):
        digest = hashlib.sha256(data).hexdigest()
        kept = {"job": number, "position": position, "name": name, "sha256": digest, "data": sealed}
        connection.execute(sa.insert(job_files).values(**kept))
    return number


def claim(connection: Connection, worker: str, seconds: float) -> Job | None:
    """The oldest job that waits or that was left."""
    moment = now()
    left = (jobs.c.status == JobStatus.RUNNING.value) & (jobs.c.claimed_until < moment)
    waiting = sa.select(jobs).where((jobs.c.status == JobStatus.QUEUED.value) | left)
    while row := connection.execute(
        waiting.order_by(jobs.c.created_at, jobs.c.id).limit(1).with_for_update(skip_locked=True)
    ).first():
        if row.attempts < _MOST_ATTEMPTS:
            values = {"status": JobStatus.RUNNING.value, "worker": worker, "attempts": row.attempts + 1}
            values |= {"claimed_until": moment + timedelta(seconds=seconds)}
            connection.execute(sa.update(jobs).where(jobs.c.id == row.id).values(**values))
            return one(connection, row.id)
        end(connection, row.id, JobStatus.FAILED, error=_GAVE_UP)
    return None


def files(connection: Connection, job: str) -> list[tuple[str, bytes]]:
    """The files of a job, as they were written."""
    one(connection, job)
    found = connection.execute(sa.select(job_files).where(job_files.c.job == job).order_by(job_files.c.position))
    return [(row.name, row.data) for row in found]


def note_progress(connection: Connection, job: str, progress: Mapping[str, Any], seconds: float) -> None:
    """How far a running job is."""
    one(connection, job)
    its = (jobs.c.id == job) & (jobs.c.status == JobStatus.RUNNING.value)
    until = now() + timedelta(seconds=seconds)
    connection.execute(sa.update(jobs).where(its).values(progress=dict(progress), claimed_until=until))


def end(connection: Connection, job: str, status: JobStatus, **values: Any) -> None:
    """Done or failed; its files go."""
    one(connection, job)
    ended = {"status": status.value, "finished_at": now(), "claimed_until": None, **values}
    connection.execute(sa.update(jobs).where(jobs.c.id == job).values(**ended))
    connection.execute(sa.delete(job_files).where(job_files.c.job == job))


def requeue(connection: Connection, worker: str) -> int:
    """What a worker had in hand when it stopped."""
    its = (jobs.c.worker == worker) & (jobs.c.status == JobStatus.RUNNING.value)
    values = {"status": JobStatus.QUEUED.value, "worker": None, "claimed_until": None}
    return connection.execute(sa.update(jobs).where(its).values(**values)).rowcount


def one(connection: Connection, job: str) -> Job:
    """A job by its id."""
    row = connection.execute(sa.select(jobs).where(jobs.c.id == job)).first()
    if row is None:
        raise MissingInput(f"There is no job {job}.", "It may have been forgotten.")
    return _job(row)


def count(connection: Connection) -> dict[JobStatus, int]:
    """How many of every status."""
    found = {row[0]: row[1] for row in connection.execute(sa.select(jobs.c.status, sa.func.count()).group_by("status"))}
    return {status: found.get(status.value, 0) for status in JobStatus}


def forget(connection: Connection, before: datetime) -> int:
    """Remove what was finished before."""
    return connection.execute(sa.delete(jobs).where(jobs.c.finished_at < before)).rowcount


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        status=JobStatus(row.status),
        payload=row.payload,
        created_at=row.created_at,
        attempts=row.attempts,
        worker=row.worker,
        progress=row.progress,
        result=row.result,
        error=row.error,
        document=row.document,
        finished_at=row.finished_at,
    )
