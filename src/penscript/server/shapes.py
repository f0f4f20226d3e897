"""What answers look like, for the OpenAPI document."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

_BOUNDS = {"x": 120, "y": 80, "width": 640, "height": 48}
_WORD: dict[str, Any] = {"text": "Buy", "confidence": 97.1, "bounds": _BOUNDS, "alternatives": ["Bay"]}
_LINE: dict[str, Any] = {"text": "Buy milk", "confidence": 93.4, "bounds": _BOUNDS, "status": "read", "words": [_WORD]}


class Shape(BaseModel):
    """An object; what is not described here may come with a later version."""

    model_config = ConfigDict(extra="allow")


class Problem(BaseModel):
    """Why a request was refused."""

    kind: str = Field(examples=["DamagedInput"])
    message: str = Field(examples=["note.jpg is damaged."])
    advice: str = Field(examples=["Get it again."])


class Refusal(BaseModel):
    """What every error looks like."""

    error: Problem


class Bounds(BaseModel):
    """Pixels of the source page, origin top left."""

    x: int
    y: int
    width: int
    height: int


class Word(Shape):
    """A word; alternatives are other spellings, best first."""

    text: str
    confidence: float
    bounds: Bounds
    alternatives: list[str]


class Region(Shape):
    """One line of text; confidence is the probability, in percent, that it is exactly right."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": _LINE})
    text: str
    confidence: float = Field(ge=0, le=100)
    bounds: Bounds
    status: Literal["read", "unreadable", "failed"]
    words: list[Word]


class Barcode(Shape):
    """A barcode or QR code."""

    text: str = Field(examples=["4006381333931"])
    format: str = Field(examples=["EAN13"])
    bounds: Bounds


class Page(Shape):
    """A page with its lines in reading order."""

    number: int = Field(ge=1)
    width: int
    height: int
    status: Literal["read", "blank", "failed"]
    error: str | None
    warnings: list[str]
    regions: list[Region]
    barcodes: list[Barcode]


class Result(Shape):
    """What was read of one file."""

    schema_version: int = Field(ge=1, examples=[1])
    source: str = Field(examples=["note.jpg"])
    pages: list[Page]


class Barcodes(BaseModel):
    """The barcodes of all pages."""

    barcodes: list[Barcode]


class LearningTold(Shape):
    """How the learning of a hand stands. done: share of the work, 0 to 1. left: seconds, null while it is not known."""

    available: bool
    running: bool
    stage: str
    done: float
    left: float | None
    told: list[str]
    error: str | None


class JobTold(Shape):
    """An accepted file. error is there when it failed, document when it is done."""

    id: str
    name: str = Field(examples=["note.jpg"])
    status: Literal["queued", "running", "done", "failed"]
    done: int = Field(description="pages read so far")
    pages: int | None = Field(description="pages in all, where that is known")
    document: int | None
    known: bool = Field(description="the same file had been there before")
    error: Problem | None


class Jobs(BaseModel):
    """The accepted files, in the order in which they came."""

    jobs: list[JobTold]


class StoredWord(Shape):
    """A word of a kept line. place: where it stands in the line's picture, as shares of it."""

    text: str
    confidence: float
    alternatives: list[str]
    doubtful: bool


class StoredLine(Shape):
    """A kept line; text is what a person said, or else what was read."""

    id: int
    document: int
    page: int
    text: str
    read_text: str
    confidence: float
    status: str
    doubtful: bool
    label: Literal["corrected", "confirmed"] | None
    corrected_by: str | None
    bounds: Bounds
    polygon: list[tuple[float, float]]
    words: list[StoredWord]


class DocumentTold(Shape):
    """A kept document."""

    id: int
    source: str
    added_at: datetime
    pages: int
    lines: int
    tags: list[str]


class Documents(BaseModel):
    """The newest first."""

    documents: list[DocumentTold]


class TagTold(BaseModel):
    """A tag and how many documents bear it."""

    tag: str = Field(examples=["garden"])
    documents: int = Field(ge=0, examples=[3])


class Tags(BaseModel):
    """All tags that are borne."""

    tags: list[TagTold]


class StoredPage(Shape):
    """A kept page."""

    document: int
    number: int
    width: int
    height: int
    rotation: int
    status: str
    error: str | None
    lines: list[StoredLine]


class HitTold(Shape):
    """A line that was found; spans are where the words stand in its text."""

    line: StoredLine
    score: float
    spans: list[tuple[int, int]]
    source: str


class Hits(BaseModel):
    """The best first."""

    hits: list[HitTold]


class ChangeTold(Shape):
    """What somebody did to a line."""

    line: int
    text: str
    previous: str
    label: Literal["corrected", "confirmed"] | None
    by: str
    at: datetime


class Changes(BaseModel):
    """The newest first."""

    changes: list[ChangeTold]


class ProgressTold(BaseModel):
    """How far the review is."""

    done: int
    claimed: int
    waiting: int


class AuditTold(BaseModel):
    """What the spot checks say of all accepted lines."""

    lines: int = Field(description="how many were looked at")
    exact: float | None = Field(description="estimated percent of accepted lines that are exactly right")


class Item(Shape):
    """A line to look at. probability: that with which it was chosen."""

    line: StoredLine
    reason: str
    probability: float
    source: str
    picture: str
    frame: dict[str, float] = Field(description="where the line is in its picture, as shares of it")


class MayBeItem(BaseModel):
    """The next line, null where none waits."""

    item: Item | None
    progress: ProgressTold


class Undone(MayBeItem):
    """The change that was taken back, and its line; none where there was nothing to take back."""

    changes: list[ChangeTold]


class Forgotten(Shape):
    """What was removed. packs: those that were trained on it, whose weights still hold what they learned."""

    document: int
    pages: int
    lines: int
    corrections: int
    packs: list[str]
