"""Accepted jobs -> documents in the notes. A job lies in the database before its acceptance is told, so that a server
that is killed goes on with it after its restart."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from penscript.errors import PenscriptError
from penscript.invoices import read_invoice
from penscript.notes import Notes
from penscript.notes.booking import book
from penscript.notes.values import Added, Job, JobStatus
from penscript.options import ReadOptions
from penscript.review import offer_lines
from penscript.server.desk import Desk
from penscript.server.options import ServerOptions
from penscript.server.refusal import Busy, bug, status_of, told
from penscript.server.uploads import Upload
from penscript.server.wishes import Wishes

log = logging.getLogger("penscript.server.jobs")

KIND = "read"
_LEASE_SECONDS = 600.0
_PAUSE_SECONDS = 1.0
_KEPT_KEYS = 10_000


class JobRunner:
    """Threads that take jobs, as many as pages may be read at once."""

    def __init__(self, notes: Notes, desk: Desk, options: ServerOptions) -> None:
        self._notes, self._desk, self._options = notes, desk, options
        self._news = threading.Condition()
        self._accepting = threading.Lock()
        self._by_key: OrderedDict[str, list[str]] = OrderedDict()
        self._stopping = False
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Take back what was under way when the server last ended, and begin."""
        again = self._notes.requeue(self._options.worker)
        if again:
            log.info("%d jobs that were under way are read again", again)
        for number in range(self._options.readers):
            thread = threading.Thread(target=self._run, name=f"jobs-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, seconds: float = 10.0) -> None:
        """Take no more; wait for what is under way, which comes back after a restart if it takes too long."""
        with self._news:
            self._stopping = True
            self._news.notify_all()
        for thread in self._threads:
            thread.join(seconds)

    def accept(
        self,
        uploads: Sequence[Upload],
        wishes: Mapping[str, Any],
        tags: Sequence[str],
        key: str | None = None,
        fields: bool = False,
    ) -> list[str]:
        """The ids of jobs, one a file, which are on the disk. Busy where too many wait.

        key: a request that comes again under the same key gets the jobs that it was given before. fields: read as
        invoices too.
        """
        with self._accepting:
            ids = (key and self._by_key.get(key)) or self._enqueued(uploads, wishes, tags, fields)
            if key:
                self._by_key[key] = ids
                if len(self._by_key) > _KEPT_KEYS:
                    self._by_key.popitem(last=False)
        with self._news:
            self._news.notify_all()
        return ids

    def _enqueued(
        self, uploads: Sequence[Upload], wishes: Mapping[str, Any], tags: Sequence[str], fields: bool
    ) -> list[str]:
        waiting = self._notes.count_jobs().get(JobStatus.QUEUED, 0)
        if waiting + len(uploads) > self._options.jobs:
            raise Busy(f"{waiting} jobs are waiting already.", self._desk.wait(len(uploads)))
        payload = {"wishes": dict(wishes), "tags": list(tags), "fields": fields}
        return [self._notes.enqueue(KIND, payload | {"name": one.name}, [(one.name, one.data)]) for one in uploads]

    def _run(self) -> None:
        while not self._stopping:
            try:
                job = self._notes.claim_job(self._options.worker, _LEASE_SECONDS)
                if job is not None:
                    self._work(job)
                    continue
            except Exception:
                log.exception("a job could not be taken or finished")
            with self._news:
                if not self._stopping:
                    self._news.wait(_PAUSE_SECONDS)

    def _work(self, job: Job) -> None:
        try:
            added = self._read(job)
        except PenscriptError as error:
            log.info("job %s failed: %s", job.id, type(error).__name__)
            self._notes.fail_job(job.id, told(error) | {"status": status_of(error)})
        except Exception:
            log.exception("job %s failed by a mistake of ours", job.id)
            self._notes.fail_job(job.id, told(bug()) | {"status": 500})
        else:
            self._notes.finish_job(job.id, {"document": added.document, "known": added.known}, added.document)

    def _read(self, job: Job) -> Added:
        ((name, data),) = self._notes.job_files(job.id)

        def progress(done: int, pages: int | None) -> None:
            self._notes.note_progress(job.id, {"done": done, "pages": pages}, _LEASE_SECONDS)

        options = self._options_of(job)
        result = self._desk.read(Upload(name, data), options, progress)
        added = self._notes.add(result, source=name, picture=data, tags=job.payload["tags"])
        offer_lines(self._notes, added.document, options.policy)
        if job.payload.get("fields"):
            book(self._notes, added.document, read_invoice(result), options.policy.threshold)
        return added

    def _options_of(self, job: Job) -> ReadOptions:
        return Wishes(**job.payload["wishes"]).options(self._desk.engine.options)
