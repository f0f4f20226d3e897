"""What is on paper, as plain values: a document of pages of lines of words.

All coordinates are pixels of the source page as a viewer shows it (EXIF applied), origin top left, x to the right.
Every text is NFC in logical order. Confidence is a percentage with one decimal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

Point = tuple[float, float]
Polygon = tuple[Point, ...]


class PageStatus(StrEnum):
    """How a page ended: READ has lines, BLANK holds no text, FAILED says why in `error`."""

    READ = "read"
    BLANK = "blank"
    FAILED = "failed"


class LineStatus(StrEnum):
    """How a line ended: READ has text, UNREADABLE is ink that gave no character, FAILED is an error of ours."""

    READ = "read"
    UNREADABLE = "unreadable"
    FAILED = "failed"


class Kind(StrEnum):
    """What a line is on its page."""

    TEXT = "text"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    TABLE = "table"
    PAGE_NUMBER = "page_number"
    MARGIN = "margin"


@dataclass(frozen=True, slots=True)
class Bounds:
    """An upright box in pixels: left edge, top edge, width and height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column right of the box."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below the box."""
        return self.y + self.height

    @classmethod
    def around(cls, points: Sequence[Point]) -> "Bounds":
        """The smallest whole-pixel box that holds `points` (at least one)."""
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        left, top = int(min(xs) // 1), int(min(ys) // 1)
        return cls(left, top, max(1, -int(-max(xs) // 1) - left), max(1, -int(-max(ys) // 1) - top))


@dataclass(frozen=True, slots=True)
class Character:
    """One recognised character: its place along the crop (0 left edge, 1 right edge) and its probability, 0 to 1.

    alternatives: other characters at the same place, best first, with their probabilities ("" for nothing there). hint:
    minus the log probability (nats) of the character by a language model, 0 without one.
    """

    text: str
    start: float
    end: float
    probability: float
    alternatives: tuple[tuple[str, float], ...] = ()
    hint: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that a crop may hold. surprise, fluency: as of a `Reading`."""

    text: str
    surprise: float
    fluency: float


class Glimpse(Protocol):
    """What a recogniser keeps of a crop, so that other texts can be weighed without looking at it again."""

    def searched(self) -> Sequence[str]:
        """Texts that a search finds which trusts the language model more, the best first."""
        ...

    def surprises(self, texts: Sequence[str]) -> Sequence[float]:
        """Minus the log probability (nats) that the network gives to each text."""
        ...

    def fluencies(self, texts: Sequence[str]) -> Sequence[float]:
        """Minus the log probability (nats) that the language model gives to each text; zeros without one."""
        ...

    def spelled(self, text: str) -> "Reading | None":
        """The crop read as this text; None where the network holds one of its characters for impossible."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What a recogniser says of one crop.

    score: its own raw mean probability, 0 to 1. pack: name@version. surprise: minus the log probability of the text,
    in nats.
    path: the same of the network's likeliest path, whatever a language model made of it. margin: log ratio of that
    path to the nearest other one. fluency: minus the log probability (nats) of the text by a language model, 0 without
    one; hints: the same of each character. candidates: texts that the search held for possible, none beyond doubt.
    glimpse: what other texts are weighed by.
    """

    text: str
    score: float
    characters: tuple[Character, ...] = ()
    pack: str = ""
    surprise: float = 0.0
    margin: float = 0.0
    path: float = 0.0
    fluency: float = 0.0
    hints: tuple[float, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    glimpse: Glimpse | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a line; `alternatives` are up to four other spellings, best first."""

    text: str
    confidence: float
    bounds: Bounds
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text as a person would copy it.

    confidence: percent; the measured probability that the line is exactly right when `calibrated`, a cautious map below
    75 otherwise. raw_score: the recogniser's own figure, 0 to 1. block: number of the block of text it belongs to, from
    0. pack: name@version of the weights that read it.
    """

    text: str
    confidence: float
    bounds: Bounds
    polygon: Polygon
    words: tuple[Word, ...] = ()
    status: LineStatus = LineStatus.READ
    calibrated: bool = False
    raw_score: float = 0.0
    block: int = 0
    kind: Kind = Kind.TEXT
    pack: str = ""

    def accepted(self, threshold: float) -> bool:
        """Whether the line was read with a confidence of at least `threshold` percent."""
        return self.status is LineStatus.READ and self.confidence >= threshold

    def doubtful_words(self, certainty: float = 0.9) -> tuple[Word, ...]:
        """The words that a person should look at: with probability `certainty` (0 to 1) the others are all right."""
        told = least_sure([word.confidence / 100 for word in self.words], certainty)
        return tuple(word for place, word in enumerate(self.words) if place in told)


@dataclass(frozen=True, slots=True)
class Barcode:
    """A barcode or QR code: its text, the symbology's name, its box and its number of page from 1."""

    text: str
    format: str
    bounds: Bounds
    page: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight drawn line, as of a table, from one end to the other, in pixels."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page, numbered from 1 within its source. rotation: degrees clockwise (0, 90, 180, 270) to make it upright.

    rules: the straight lines that are drawn on it.
    """

    number: int
    width: int
    height: int
    lines: tuple[Line, ...] = ()
    barcodes: tuple[Barcode, ...] = ()
    status: PageStatus = PageStatus.READ
    error: str | None = None
    warnings: tuple[str, ...] = ()
    dpi: float | None = None
    rotation: int = 0
    rules: tuple[Rule, ...] = ()

    @property
    def text(self) -> str:
        """The lines in reading order, one a row."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside a PDF."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """All pages of one source, in order."""

    source: str
    pages: tuple[Page, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of all pages in reading order."""
        return tuple(self.iter_lines())

    @property
    def text(self) -> str:
        """The text of all pages, an empty row between pages."""
        return "\n\n".join(page.text for page in self.pages if page.lines)

    def iter_lines(self) -> Iterator[Line]:
        """The lines of all pages, one at a time."""
        for page in self.pages:
            yield from page.lines


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person said a line reads, and when."""

    text: str
    previous: str
    at: datetime
    by: str = ""


def least_sure(probabilities: Sequence[float], certainty: float) -> set[int]:
    """The places of the least probable ones that must be left out so that all the others hold with `certainty`."""
    left, found = 1.0, set(range(len(probabilities)))
    for place in sorted(found, key=lambda place: -probabilities[place]):
        left *= probabilities[place]
        if left < certainty:
            break
        found.discard(place)
    return found
