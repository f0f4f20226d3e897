"""The queues of review and of the server, and its tokens; see `protocol.Notes` for what each method promises."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from penscript.notes import jobs, reviewing, tokens
from penscript.notes.opened import Opened
from penscript.notes.values import Job, JobStatus, Progress, ReviewItem, Token


class Queues(Opened):
    """What waits for a person, and what waits for the server."""

    def offer(self, line: int, probability: float = 1.0, reason: str = "", priority: float = 0.0) -> None:
        with self._database.write() as connection:
            reviewing.offer(connection, line, probability, reason, priority)

    def claim(self, reviewer: str, seconds: float = 600, skip: Sequence[int] = ()) -> ReviewItem | None:
        with self._database.write() as connection:
            return reviewing.claim(connection, reviewer, seconds, skip)

    def release(self, line: int, reviewer: str) -> None:
        with self._database.write() as connection:
            reviewing.release(connection, line, reviewer)

    def withdraw(self, line: int) -> None:
        with self._database.write() as connection:
            reviewing.withdraw(connection, line)

    def items(self, *, limit: int = 100_000) -> list[ReviewItem]:
        with self._database.read() as connection:
            return reviewing.items(connection, limit)

    def progress(self) -> Progress:
        with self._database.read() as connection:
            return reviewing.progress(connection)

    def enqueue(self, kind: str, payload: Mapping[str, Any], files: Sequence[tuple[str, bytes]] = ()) -> str:
        sealed = [(name, data, self._sealed(data)) for name, data in files]
        with self._database.write() as connection:
            return jobs.enqueue(connection, kind, payload, sealed)

    def claim_job(self, worker: str, seconds: float = 600) -> Job | None:
        with self._database.write() as connection:
            return jobs.claim(connection, worker, seconds)

    def job_files(self, job: str) -> list[tuple[str, bytes]]:
        with self._database.read() as connection:
            found = jobs.files(connection, job)
        return [(name, self._unsealed(data)) for name, data in found]

    def note_progress(self, job: str, progress: Mapping[str, Any], seconds: float = 600) -> None:
        with self._database.write() as connection:
            jobs.note_progress(connection, job, progress, seconds)

    def finish_job(self, job: str, result: Mapping[str, Any], document: int | None = None) -> None:
        with self._database.write() as connection:
            jobs.end(connection, job, JobStatus.DONE, result=dict(result), document=document)

    def fail_job(self, job: str, error: Mapping[str, Any]) -> None:
        with self._database.write() as connection:
            jobs.end(connection, job, JobStatus.FAILED, error=dict(error))

    def requeue(self, worker: str) -> int:
        with self._database.write() as connection:
            return jobs.requeue(connection, worker)

    def job(self, job: str) -> Job:
        with self._database.read() as connection:
            return jobs.one(connection, job)

    def count_jobs(self) -> dict[JobStatus, int]:
        with self._database.read() as connection:
            return jobs.count(connection)

    def forget_jobs(self, before: datetime) -> int:
        with self._database.write() as connection:
            return jobs.forget(connection, before)

    def save_token(self, hash: str, role: str, *, name: str = "", expires_at: datetime | None = None) -> None:
        with self._database.write() as connection:
            tokens.save(connection, hash, role, name, expires_at)

    def token(self, hash: str) -> Token | None:
        with self._database.read() as connection:
            return next(iter(tokens.valid(connection, hash)), None)

    def tokens(self) -> list[Token]:
        with self._database.read() as connection:
            return tokens.valid(connection)

    def revoke(self, hash: str) -> None:
        with self._database.write() as connection:
            tokens.revoke(connection, hash)
