"""Document -> text that keeps the layout: every word at its column, every row at its height, as on the page."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from penscript.document import Document, Page, PageStatus
from penscript.export.placing import Placed, level
from penscript.export.text import failure

_MOST_COLUMNS = 400
_MOST_EMPTY = 3
"""A wide gap becomes at most so many empty rows."""
_LEVEL = 0.5
"""Words whose middles differ by less than this share of their height stand on one row."""


@dataclass
class TextRow:
    """Words that stand on one height."""

    middle: float
    height: float
    words: list[Placed] = field(default_factory=list)


def to_layout(document: Document) -> str:
    """A character's width is the usual one of the page; pages are parted by a form feed."""
    return "\f".join(_page(page) for page in document.pages)


def text_rows(words: Sequence[Placed]) -> list[TextRow]:
    """The rows of a page from the top down, each from the left to the right."""
    rows: list[TextRow] = []
    for word in sorted(words, key=lambda word: word.middle):
        row = next((one for one in reversed(rows[-4:]) if _is_on(word, one)), None)
        if row is None:
            row = TextRow(word.middle, word.height)
            rows.append(row)
        row.words.append(word)
        row.middle = statistics.fmean(one.middle for one in row.words)
        row.height = statistics.fmean(one.height for one in row.words)
    for row in rows:
        row.words.sort(key=lambda word: word.left)
    return sorted(rows, key=lambda row: row.middle)


def _page(page: Page) -> str:
    if page.status is PageStatus.FAILED:
        return failure(page) + "\n"
    _, words = level(page)
    if not words:
        return ""
    step, left = _step(words), min(word.left for word in words)
    shown, before = [], None
    for row in text_rows(words):
        if before is not None:
            gap = (row.middle - before.middle) / max(1.0, 1.3 * min(row.height, before.height))
            shown += [""] * min(max(0, round(gap) - 1), _MOST_EMPTY)
        shown.append(_row(row, left, step))
        before = row
    return "".join(f"{row}\n" for row in shown)


def _is_on(word: Placed, row: TextRow) -> bool:
    """Whether a word stands on a row where none of its words stands yet."""
    near = abs(word.middle - row.middle) < _LEVEL * min(word.height, row.height)
    slack = 0.3 * row.height
    return near and all(word.left > one.right - slack or word.right < one.left + slack for one in row.words)


def _step(words: Sequence[Placed]) -> float:
    """The usual width of a character, but not so small that rows grow endless."""
    widths = [(word.right - word.left) / len(word.text) for word in words]
    across = max(word.right for word in words) - min(word.left for word in words)
    return max(statistics.median(widths), across / _MOST_COLUMNS, 0.5)


def _row(row: TextRow, left: float, step: float) -> str:
    shown = ""
    for word in row.words:
        column = round((word.left - left) / step)
        shown += " " * max(column - len(shown), 1 if shown else 0) + word.text
    return shown
