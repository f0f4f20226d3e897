"""What the store hands out: plain values, detached from the database. Times are UTC; ids are whole numbers from 1."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from penscript.document import Barcode, Bounds, Kind, LineStatus, PageStatus, Polygon, Word
from penscript.errors import UsageError


class ConflictError(UsageError):
    """Somebody else changed the line in between: `was` is what the caller had seen, `now` what it reads by now."""

    http_status = 409

    def __init__(self, line: int, was: str, now: str) -> None:
        super().__init__(f"Line {line} was changed in between.", "Look at what it reads now, then correct that.")
        self.line, self.was, self.now = line, was, now


class Label(StrEnum):
    """What a person said of a line: it reads something else, or it is right as read."""

    CORRECTED = "corrected"
    CONFIRMED = "confirmed"


class JobStatus(StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Added:
    """What `add` did. known: the same file was there before, and its lines were read again."""

    document: int
    known: bool


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document without its lines. sha256: of the file, hex, None where there was no file. path: where it lies."""

    id: int
    source: str
    added_at: datetime
    pages: int
    lines: int
    tags: tuple[str, ...] = ()
    sha256: str | None = None
    path: str | None = None
    has_picture: bool = False


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line as it stands: `text` is what a person said, or else `read_text`, what the latest reading says.

    order: place in the reading order of its page, from 0. status, confidence, words and pack are of the latest reading;
    the words' boxes and the bounds are pixels of the page. label: None where nobody has looked at the line.
    """

    id: int
    document: int
    page: int
    order: int
    text: str
    read_text: str
    confidence: float
    status: LineStatus
    kind: Kind
    block: int
    bounds: Bounds
    polygon: Polygon = ()
    words: tuple[Word, ...] = ()
    calibrated: bool = False
    raw_score: float = 0.0
    pack: str = ""
    label: Label | None = None
    corrected_by: str | None = None
    corrected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page, numbered from 1 within its document, with its lines in reading order."""

    id: int
    document: int
    number: int
    width: int
    height: int
    status: PageStatus
    lines: tuple[StoredLine, ...] = ()
    barcodes: tuple[Barcode, ...] = ()
    error: str | None = None
    warnings: tuple[str, ...] = ()
    dpi: float | None = None
    rotation: int = 0


@dataclass(frozen=True, slots=True)
class StoredReading:
    """One reading of a line, by one pack, once."""

    text: str
    confidence: float
    pack: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What a person did to a line, and how the line stands since: `label` None where all that was said is taken back.

    bounds: where a person put the line, None where the change was not about that.
    """

    id: int
    line: int
    text: str
    previous: str
    label: Label | None
    by: str
    at: datetime
    bounds: Bounds | None = None


@dataclass(frozen=True, slots=True)
class StoredField:
    """A field of a document (invoice number, total) with the lines that it was taken from; percent of confidence."""

    name: str
    value: str
    confidence: float | None = None
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that was found. score: 0 to 1, 1 where every word stands there as asked.

    spans: where the words stand in `line.text`, from and up to which character.
    """

    line: StoredLine
    score: float
    spans: tuple[tuple[int, int], ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A line that waits for a person, or has been answered: then it has a label and `done_at`.

    probability: that with which it was chosen, 0 to 1. claimed_by and until: who looks at it, and for how long.
    """

    line: StoredLine
    probability: float
    reason: str
    priority: float
    claimed_by: str | None = None
    until: datetime | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """The review queue: all that was offered = done + claimed + waiting."""

    done: int
    claimed: int
    waiting: int

    @property
    def offered(self) -> int:
        """How many lines were offered in all."""
        return self.done + self.claimed + self.waiting


@dataclass(frozen=True, slots=True)
class Job:
    """Work that the server accepted. payload and result: what JSON knows. attempts: how often it was begun."""

    id: str
    kind: str
    status: JobStatus
    payload: Mapping[str, Any]
    created_at: datetime
    attempts: int = 0
    worker: str | None = None
    progress: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None
    document: int | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A key to the server, of which only the hash is kept."""

    hash: str
    role: str
    name: str
    created_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What `forget` removed, and the packs that were trained on it: their weights still hold what they learned."""

    document: int
    source: str
    pages: int
    lines: int
    corrections: int
    jobs: int
    packs: tuple[str, ...] = ()
