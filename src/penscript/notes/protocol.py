"""What a store of notes promises, whatever database stands behind it.

Every method is a transaction of its own: it is done wholly or not at all, and what it returned is on the disk. All
methods may be called by several threads, and by several processes on one database. What is not there (a document, a
line, a page, a job) raises MissingInput.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from penscript.document import Bounds, Document
from penscript.notes.values import (
    Added,
    Change,
    Forgotten,
    Hit,
    Job,
    JobStatus,
    Progress,
    ReviewItem,
    StoredDocument,
    StoredField,
    StoredLine,
    StoredPage,
    StoredReading,
    Token,
)


class HasDocument(Protocol):
    """What has a document, as an OcrResult."""

    @property
    def document(self) -> Document:
        """The pages."""
        ...


class Cipher(Protocol):
    """Seals the pictures that are kept in the database, and opens them again."""

    def seal(self, data: bytes) -> bytes:
        """What may be written."""
        ...

    def open(self, data: bytes) -> bytes:
        """What was sealed."""
        ...


class Notes(Protocol):
    """Documents with their pages, lines, corrections and fields; search; the queues of review and of the server."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def close(self) -> None:
        """Let go of the database."""
        ...

    # Documents

    def add(
        self,
        result: Document | HasDocument,
        *,
        source: str | None = None,
        picture: bytes | Path | None = None,
        tags: Sequence[str] = (),
    ) -> Added:
        """Keep what was read. source: its name, that of the result if None.

        picture: the file that was read, as bytes to keep in the database, or as a path to remember. The same file
        (SHA-256) added again is known: its lines, matched by overlap, get the new reading, and what a person said of a
        line stays.
        """
        ...

    def documents(self, *, tag: str | None = None, limit: int = 100, offset: int = 0) -> list[StoredDocument]:
        """The newest first."""
        ...

    def document(self, document: int) -> StoredDocument:
        """One document, without its lines."""
        ...

    def find_document(self, sha256: str) -> StoredDocument | None:
        """The document of the file with this SHA-256 (hex)."""
        ...

    def pages(self, document: int) -> list[StoredPage]:
        """The pages of a document in order."""
        ...

    def page(self, document: int, number: int) -> StoredPage:
        """One page by its number from 1."""
        ...

    def line(self, line: int) -> StoredLine:
        """One line."""
        ...

    def lines(self, *, label: bool | None = None, limit: int = 1000, after: int = 0) -> list[StoredLine]:
        """Lines with an id above `after`, by id: all, those that a person has looked at (True), or the others."""
        ...

    def result(self, document: int) -> Document:
        """The document with its corrections, for every exporter. A labelled line is 100 percent sure."""
        ...

    def readings(self, line: int) -> list[StoredReading]:
        """All readings of a line, the newest first."""
        ...

    def picture(self, document: int, page: int = 1) -> bytes:
        """A page as a JPEG or PNG that stands as its lines' coordinates say."""
        ...

    def original(self, document: int) -> bytes:
        """The file that was added."""
        ...

    def tag(self, document: int, *tags: str) -> None:
        """Add tags."""
        ...

    def untag(self, document: int, *tags: str) -> None:
        """Take tags away."""
        ...

    def tags(self) -> dict[str, int]:
        """Every tag and how many documents bear it."""
        ...

    def fields(self, document: int) -> list[StoredField]:
        """The fields in the order in which they were set."""
        ...

    def set_fields(self, document: int, fields: Sequence[StoredField]) -> None:
        """These fields in the place of all that were there."""
        ...

    # Corrections

    def correct(self, line: int, text: str, by: str = "", was: str | None = None) -> Change:
        """The line reads `text`. was: what the person had before the eyes; ConflictError where it reads otherwise."""
        ...

    def confirm(self, line: int, by: str = "", was: str | None = None) -> Change:
        """The line is right as it stands. ConflictError as in `correct`."""
        ...

    def move(self, line: int, bounds: Bounds, by: str = "") -> Change:
        """The line stands there, in pixels of its page, whatever later readings say."""
        ...

    def undo(self, by: str = "") -> Change | None:
        """Take back the latest change of this person; None where there is none. Several calls go further back."""
        ...

    def history(self, line: int) -> list[Change]:
        """Every change of a line, the newest first."""
        ...

    def record_training(self, pack: str, lines: Sequence[int]) -> None:
        """Remember that a pack was trained on these lines."""
        ...

    # Search

    def search(self, query: str, *, limit: int = 20, offset: int = 0, tag: str | None = None) -> list[Hit]:
        """Lines that say `query`, the best first.

        Accents and case do not matter. `"two words"` is a phrase, `beg*` every word that begins so, as does the last
        word. Then come the lines whose words may have been misread.
        """
        ...

    def cutout(self, hit: Hit | StoredLine) -> bytes:
        """The line out of its page as a PNG, upright, the found words marked. MissingInput where no picture is kept."""
        ...

    # Review

    def offer(self, line: int, probability: float = 1.0, reason: str = "", priority: float = 0.0) -> None:
        """Put a line into the review queue, or change its place there. The highest priority comes first."""
        ...

    def claim(self, reviewer: str, seconds: float = 600, skip: Sequence[int] = ()) -> ReviewItem | None:
        """The next line, which nobody else gets for so long; None where none waits. Lines in `skip` are left out.

        A line leaves the queue with `correct` or `confirm`, and comes back with `undo`.
        """
        ...

    def release(self, line: int, reviewer: str) -> None:
        """Give a line back unanswered."""
        ...

    def withdraw(self, line: int) -> None:
        """Take a line out of the queue."""
        ...

    def items(self, *, limit: int = 100_000) -> list[ReviewItem]:
        """Every line that was offered, answered ones too, in the order of the queue."""
        ...

    def progress(self) -> Progress:
        """How far the review is."""
        ...

    # Jobs of the server

    def enqueue(self, kind: str, payload: Mapping[str, Any], files: Sequence[tuple[str, bytes]] = ()) -> str:
        """Accept a job with its files (name, bytes); its id. It is on the disk when this returns."""
        ...

    def claim_job(self, worker: str, seconds: float = 600) -> Job | None:
        """The oldest job that is queued, or whose worker's time is over. One begun three times in vain has failed."""
        ...

    def job_files(self, job: str) -> list[tuple[str, bytes]]:
        """The files of a job that is not finished."""
        ...

    def note_progress(self, job: str, progress: Mapping[str, Any], seconds: float = 600) -> None:
        """Say how far a job is; its worker gets so many seconds more."""
        ...

    def finish_job(self, job: str, result: Mapping[str, Any], document: int | None = None) -> None:
        """The job is done; its files go."""
        ...

    def fail_job(self, job: str, error: Mapping[str, Any]) -> None:
        """The job has failed for good; its files go."""
        ...

    def requeue(self, worker: str) -> int:
        """Back into the queue with the jobs that this worker held before it was restarted; how many."""
        ...

    def job(self, job: str) -> Job:
        """One job."""
        ...

    def count_jobs(self) -> dict[JobStatus, int]:
        """How many jobs there are of every status."""
        ...

    def forget_jobs(self, before: datetime) -> int:
        """Remove jobs that were finished before; how many."""
        ...

    # Tokens of the server

    def save_token(self, hash: str, role: str, *, name: str = "", expires_at: datetime | None = None) -> None:
        """Let the token with this hash in."""
        ...

    def token(self, hash: str) -> Token | None:
        """The token, unless it is unknown, revoked or over."""
        ...

    def tokens(self) -> list[Token]:
        """All that are let in now."""
        ...

    def revoke(self, hash: str) -> None:
        """Let it in no more."""
        ...

    # All of it

    def export(self, path: str | Path) -> None:
        """Everything but jobs and tokens as one zip of JSON lines and files, readable without Penscript."""
        ...

    def restore(self, path: str | Path) -> int:
        """What `export` wrote, into a store that is empty; how many documents. UsageError where it is not."""
        ...

    def load_csv(self, path: str | Path, *, tags: Sequence[str] = ()) -> list[Added]:
        """Lines or fields of a table with a row of names: see `docs/notes.md` for the columns."""
        ...

    def forget(self, document: int) -> Forgotten:
        """Remove picture, text, words, index, corrections, fields, review items, jobs and backups made by migrations.

        A file of SQLite then holds no byte of it; what lies in other exports and backups is not reached.
        """
        ...
