"""Lines -> the rows that a person sees, rebuilt before any pattern looks at them.

What stands at one height is one row, whether it was read as one line or as several. A row keeps which characters came
from which word, so that whatever a pattern finds has its lines and its box.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from penscript.document import Bounds, Document, Line, LineStatus, Page, Word
from penscript.invoices.values import Place

_WIDE = 0.75
"""A gap of more than so many heights of the text parts two cells of a row, if it is wide for its letters too."""
_LETTERS = 1.6
"""No gap of less than so many widths of a letter parts anything: spaces of typewriters are as wide as their letters."""
_STEEPEST = 0.25
_LEVEL = 0.5
"""The middles of two neighbours in a row differ by less than so many heights."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word at its place. line: index into the lines of the document. sure, certain: the confidence of its line and
    its own, percent. slope: how far the lines of its page fall, pixels down a pixel to the right.
    """

    text: str
    bounds: Bounds
    line: int
    page: int
    sure: float
    certain: float
    alternatives: tuple[str, ...] = ()
    slope: float = 0.0

    @property
    def middle(self) -> float:
        """Where its middle would stand if the page were straight, in pixels from the top."""
        box = self.bounds
        return box.y + box.height / 2 - self.slope * (box.x + box.width / 2)


@dataclass(frozen=True)
class Row:
    """The words at one height, left to right. number: of the row in the document, from 0.

    In `text` words of one cell are parted by one space and cells by three.
    """

    tokens: tuple[Token, ...]
    number: int

    @property
    def page(self) -> int:
        """The number of its page, from 1."""
        return self.tokens[0].page

    @cached_property
    def bounds(self) -> Bounds:
        """The box around all of it."""
        return around(self.tokens)

    @cached_property
    def height(self) -> float:
        """The usual height of its words, in pixels."""
        heights = sorted(token.bounds.height for token in self.tokens)
        return float(heights[len(heights) // 2])

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where in `text` each word begins."""
        starts, at = [], 0
        for place, token in enumerate(self.tokens):
            at += self._space(place)
            starts.append(at)
            at += len(token.text)
        return tuple(starts)

    @cached_property
    def text(self) -> str:
        """Its words, cells parted by three spaces."""
        return "".join(" " * self._space(place) + token.text for place, token in enumerate(self.tokens))

    @cached_property
    def cells(self) -> tuple[tuple[int, int], ...]:
        """Start and end in `text` of its cells."""
        return self.parts(_WIDE)

    def parts(self, wide: float) -> tuple[tuple[int, int], ...]:
        """Start and end in `text` of what gaps of more than `wide` heights part."""
        found: list[tuple[int, int]] = []
        for place, (start, token) in enumerate(zip(self.starts, self.tokens, strict=True)):
            if found and self._gap(place) <= wide:
                found[-1] = (found[-1][0], start + len(token.text))
            else:
                found.append((start, start + len(token.text)))
        return tuple(found)

    def within(self, start: int, end: int) -> tuple[Token, ...]:
        """The words that a stretch of `text` touches."""
        pairs = zip(self.starts, self.tokens, strict=True)
        return tuple(token for at, token in pairs if at < end and at + len(token.text) > start)

    def place(self, start: int, end: int) -> Place:
        """The lines and the box of a stretch of `text`."""
        return place_of(self.within(start, end))

    def box(self, start: int, end: int) -> Bounds:
        """The box of a stretch of `text`; of a part of a word, that part of its box."""
        boxes = [_cut(at, token, start, end) for at, token in zip(self.starts, self.tokens, strict=True)]
        return around_boxes([box for box in boxes if box is not None])

    def _space(self, place: int) -> int:
        return 0 if not place else 3 if self._gap(place) > _WIDE else 1

    def _gap(self, place: int) -> float:
        """The gap before a word, in heights of the text."""
        if not place:
            return 0.0
        one, other = self.tokens[place - 1], self.tokens[place]
        left, right = one.bounds, other.bounds
        gap = right.x - left.right
        letter = (left.width + right.width) / max(2, len(one.text) + len(other.text))
        return 0.0 if gap < _LETTERS * letter else gap / max(1, min(left.height, right.height))


def rows_of(document: Document) -> tuple[Row, ...]:
    """All rows of all pages, from top to bottom."""
    rows: list[Row] = []
    first = 0
    for page in document.pages:
        lines = [(first + place, line) for place, line in enumerate(page.lines) if line.status is LineStatus.READ]
        rows.extend([Row(tokens, len(rows) + place) for place, tokens in enumerate(_page_rows(page, lines))])
        first += len(page.lines)
    return tuple(rows)


def without_accents(row: Row) -> Row:
    """The row of an English page, with the spelling without accents where the recogniser offers it for a word."""
    if row.text.isascii():
        return row
    return Row(tuple(_plain(token) for token in row.tokens), row.number)


def _plain(token: Token) -> Token:
    plain = "".join(c for c in unicodedata.normalize("NFKD", token.text) if not unicodedata.combining(c))
    return replace(token, text=plain) if plain != token.text and plain in token.alternatives else token


def place_of(tokens: Sequence[Token]) -> Place:
    """The lines and the box of some words of one page."""
    if not tokens:
        return Place()
    lines = tuple(dict.fromkeys(token.line for token in tokens))
    return Place(lines, around(tokens), tokens[0].page)


def around(tokens: Sequence[Token]) -> Bounds:
    """The box around some words."""
    return around_boxes([token.bounds for token in tokens])


def around_boxes(boxes: Sequence[Bounds]) -> Bounds:
    """The box around some boxes, at least one."""
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    return Bounds(left, top, max(box.right for box in boxes) - left, max(box.bottom for box in boxes) - top)


def _cut(at: int, token: Token, start: int, end: int) -> Bounds | None:
    length, box = len(token.text), token.bounds
    first, last = max(start - at, 0), min(end - at, length)
    if first >= last:
        return None
    left = box.x + box.width * first // length
    return Bounds(left, box.y, max(1, box.x + box.width * last // length - left), box.height)


def _page_rows(page: Page, lines: Sequence[tuple[int, Line]]) -> Iterator[tuple[Token, ...]]:
    slope = _slope([line for _, line in lines])
    pieces = [tuple(_tokens(index, line, page.number, slope)) for index, line in lines]
    joined: list[list[Token]] = []
    for piece in sorted((piece for piece in pieces if piece), key=lambda piece: piece[0].bounds.x):
        row = min((row for row in joined if _follows(row, piece)), key=lambda row: _drop(row, piece), default=None)
        if row is None:
            joined.append(list(piece))
        else:
            row.extend(piece)
    yield from sorted(map(tuple, joined), key=_top)


def _slope(lines: Sequence[Line]) -> float:
    """How far long lines fall from left to right: the median of their upper edges."""
    edges = [
        (line.polygon[0], line.polygon[1])
        for line in lines
        if len(line.polygon) == 4 and line.bounds.width > 5 * line.bounds.height
    ]
    falls = sorted((b[1] - a[1]) / (b[0] - a[0]) for a, b in edges if b[0] > a[0])
    slope = falls[len(falls) // 2] if len(falls) > 2 else 0.0
    return slope if abs(slope) < _STEEPEST else 0.0


def _tokens(index: int, line: Line, page: int, slope: float) -> Iterator[Token]:
    words: Sequence[Word] = line.words or (Word(line.text, line.confidence, line.bounds),)
    for word in words:
        if word.text.strip():
            told = " ".join(word.text.split())
            yield Token(told, word.bounds, index, page, line.confidence, word.confidence, word.alternatives, slope)


def _follows(row: Sequence[Token], piece: Sequence[Token]) -> bool:
    """Whether a piece stands right of a row, at the height at which the row ends."""
    left, right = row[-1].bounds, piece[0].bounds
    if right.x < left.right - 0.5 * min(left.height, right.height):
        return False
    return _drop(row, piece) < _LEVEL * min(left.height, right.height)


def _drop(row: Sequence[Token], piece: Sequence[Token]) -> float:
    return abs(_end_middle(row[-3:]) - _end_middle(piece[:3]))


def _end_middle(tokens: Sequence[Token]) -> float:
    return sum(token.middle for token in tokens) / len(tokens)


def _top(tokens: Sequence[Token]) -> float:
    return sum(token.middle for token in tokens) / len(tokens)
