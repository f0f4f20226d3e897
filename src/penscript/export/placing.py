"""Where the words of a line stand: along its own direction, whichever way the page lies."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from penscript.document import Bounds, Line, LineStatus, Page, Point, Word

_DIRECTIONS: dict[int, Point] = {0: (1, 0), 90: (0, -1), 180: (-1, 0), 270: (0, 1)}
"""Rotation of a page, as `Page` has it -> the way its text runs."""
GAP = 0.15
"""Words stand so many heights of their line apart; viewers take less for none."""
NEAR = 0.45
"""What stands more heights apart may be taken for columns by poppler, which then reads one after the other."""
LEAN = 0.6
"""A line that rises by less than so many heights from end to end may as well be level."""
BASELINE = 0.2
"""The baseline lies above the lower edge of a line by this share of its height."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The frame of a line: its lower left corner as it reads, unit vectors along it and up, length and height."""

    origin: Point
    along: Point
    up: Point
    length: float
    height: float

    def at(self, distance: float, above: float = 0.0) -> Point:
        """The pixel so far along the lower edge and above it."""
        return (
            self.origin[0] + distance * self.along[0] + above * self.up[0],
            self.origin[1] + distance * self.along[1] + above * self.up[1],
        )

    @property
    def angle(self) -> float:
        """Degrees counterclockwise from the horizontal."""
        return math.degrees(math.atan2(-self.along[1], self.along[0]))


@dataclass(frozen=True, slots=True)
class Run:
    """A word (None: the whole line) and the stretch of its line, in pixels from the line's beginning, it stands on.

    before, after: pixels of empty line beside it that belong to its first or last letter.
    """

    text: str
    start: float
    end: float
    word: Word | None = None
    before: float = 0.0
    after: float = 0.0


def axis(line: Line, rotation: int = 0) -> Axis:
    """The frame of a line of a page that is turned by `rotation`.

    Outlines run along the top of the text and back along its bottom, as many points; bent lines have more than two.
    """
    half = len(line.polygon) // 2
    if half < 2:
        return _upright(line, rotation)
    top, bottom = line.polygon[:half], line.polygon[: half - 1 : -1]
    start, end = _middle(top[0], bottom[0]), _middle(top[-1], bottom[-1])
    length = math.dist(start, end)
    height = sum(map(math.dist, top, bottom)) / half
    if min(length, height) < 1:
        return _upright(line, rotation)
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    up = (along[1], -along[0])
    return Axis((start[0] - up[0] * height / 2, start[1] - up[1] * height / 2), along, up, length, height)


def leveled(frame: Axis) -> Axis:
    """The frame level, or upright, if it hardly leans: poppler breaks words whose letters climb by half a point."""
    x, y = frame.along
    along = (math.copysign(1.0, x), 0.0) if abs(x) > abs(y) else (0.0, math.copysign(1.0, y))
    if min(abs(x), abs(y)) * frame.length > LEAN * frame.height:
        return frame
    middle, up = frame.at(frame.length / 2, frame.height / 2), (along[1], -along[0])
    origin = [middle[i] - along[i] * frame.length / 2 - up[i] * frame.height / 2 for i in (0, 1)]
    return replace(frame, origin=(origin[0], origin[1]), along=along, up=up)


def runs(line: Line, frame: Axis) -> list[Run]:
    """The words in logical order, none reaching into the next; the whole text where a line has no words."""
    if line.status is not LineStatus.READ or not line.text:
        return []
    words = [word for word in line.words if word.text]
    if not words or " ".join(word.text for word in words) != line.text:
        return list(_shared_out(line.text, frame))
    return _apart([_run(word, frame) for word in words], GAP * frame.height)


def joined(placed: Sequence[Run], frame: Axis) -> list[Run]:
    """The words of a line without wide gaps, so that programs see that it goes on: they belong to the letter before.

    Where that is the first of the line they belong to the one behind: PDFium measures by the width of a line's first
    letter how far the next line is.
    """
    found = list(placed)
    order = sorted(range(len(found)), key=lambda index: found[index].start)
    for place, (left, right) in enumerate(itertools.pairwise(order)):
        lacking = found[right].start - found[left].end - NEAR * frame.height
        if lacking > 0:
            if place == 0 and len(found[left].text) == 1:
                found[right] = replace(found[right], before=lacking)
            else:
                found[left] = replace(found[left], after=lacking)
    return found


def box(run: Run, frame: Axis) -> Bounds:
    """The upright box of a word, in pixels: its own, or that of its share of the line."""
    if run.word:
        return run.word.bounds
    return Bounds.around([frame.at(place, above) for place in (run.start, run.end) for above in (0, frame.height)])


def _run(word: Word, frame: Axis) -> Run:
    """Undoes what an upright box adds to a word that stands askew."""
    box = word.bounds
    across, down = abs(frame.along[0]), abs(frame.along[1])
    if across >= down:
        length = (box.width - frame.height * down) / across
    else:
        length = (box.height - frame.height * across) / down
    length = max(length, 1.0)
    x, y = box.x + box.width / 2 - frame.origin[0], box.y + box.height / 2 - frame.origin[1]
    centre = x * frame.along[0] + y * frame.along[1]
    return Run(word.text, centre - length / 2, centre + length / 2, word)


def _apart(placed: Sequence[Run], gap: float) -> list[Run]:
    """Shortens words so that there is at least so much between two."""
    order = sorted(range(len(placed)), key=lambda index: placed[index].start + placed[index].end)
    found = list(placed)
    for left, right in itertools.pairwise(order):
        lacking = gap - (found[right].start - found[left].end)
        if lacking > 0:
            end = max(found[left].end - lacking / 2, found[left].start + gap)
            found[left] = replace(found[left], end=end)
            found[right] = replace(found[right], start=min(end + gap, found[right].end - gap))
    return found


def _shared_out(text: str, frame: Axis) -> Iterator[Run]:
    """The words of a text, each with its share of the line by its number of characters."""
    step, place = frame.length / len(text), 0
    for word in text.split(" "):
        if word:
            yield Run(word, place * step, (place + len(word)) * step)
        place += len(word) + 1


def _upright(line: Line, rotation: int) -> Axis:
    along = _DIRECTIONS[rotation % 360]
    up = (along[1], -along[0])
    box = line.bounds
    length, height = (box.width, box.height) if along[0] else (box.height, box.width)
    centre = (box.x + box.width / 2, box.y + box.height / 2)
    origin = tuple(centre[i] - along[i] * length / 2 - up[i] * height / 2 for i in (0, 1))
    return Axis((origin[0], origin[1]), along, up, max(1, length), max(1, height))


def _middle(one: Point, other: Point) -> Point:
    return ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)


@dataclass(frozen=True, slots=True)
class Placed:
    """A word in a frame where the page's text is level: a box in pixels, and the number of its line on the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    line: int

    @property
    def middle(self) -> float:
        """Half-way between top and bottom."""
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Level:
    """A frame where the usual line of a page is level; along and down are unit vectors of the page."""

    along: Point = (1.0, 0.0)

    def to(self, point: Point) -> Point:
        """A pixel of the page -> its place along and down the text."""
        x, y = self.along
        return point[0] * x + point[1] * y, point[1] * x - point[0] * y

    def back(self, point: Point) -> Point:
        """The pixel of the page for a place in the frame."""
        x, y = self.along
        return point[0] * x - point[1] * y, point[0] * y + point[1] * x


def level(page: Page) -> tuple[Level, list[Placed]]:
    """The frame of a page, turned as most of its text is, and its words there in reading order."""
    frames = [axis(line, page.rotation) for line in page.lines]
    middle = sum(complex(*frame.along) * frame.length for frame in frames)
    whole = abs(middle)
    frame = Level((middle.real / whole, middle.imag / whole)) if whole > 1 else Level()
    return frame, [_leveled(run, own, frame, n) for n, own in enumerate(frames) for run in runs(page.lines[n], own)]


def _leveled(run: Run, own: Axis, frame: Level, line: int) -> Placed:
    """The box of a word as high as its line, about its middle."""
    (left, start), (right, end) = (frame.to(own.at(place, own.height / 2)) for place in (run.start, run.end))
    middle, half = (start + end) / 2, own.height / 2
    return Placed(run.text, min(left, right), middle - half, max(left, right), middle + half, line)
