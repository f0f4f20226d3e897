"""What a line is on its page, told by its text, its size and its place."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from penscript.document import Kind

Boxes = NDArray[np.float64]
"""N x 4: left, top, right, bottom in a frame where the text is level."""

LARGE = 1.5
"""A heading is so many times as high as the usual line."""
EDGE = 0.12
"""A page number stands in this share of the page's text, above or below."""
_LIST_ITEM = re.compile(r"(?:[•◦▪■□☐☑☒✓✔➢►*·–—-]\s?|\(?(?:\d{1,2}|[a-z])[.)]\s)(?=\S*[^\W\d])")
_PAGE_NUMBER = re.compile(
    r"[-–—(\[\s]*(?:page|seite|p\.|s\.|pág\.|blatt)?\s*(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:/|of|von|sur|de|av)\s*\d{1,4})?[-–—)\].\s]*",
    re.IGNORECASE,
)


def kinds(texts: Sequence[str], boxes: Boxes, cells: Sequence[int]) -> list[Kind]:
    """The kind of each line, in reading order. cells: into how many far-apart pieces each line falls."""
    if not texts:
        return []
    heights = boxes[:, 3] - boxes[:, 1]
    large = heights > LARGE * np.median(heights)
    edge = _at_edge(boxes)
    beside = _in_margin(boxes)
    return [
        _kind(text, bool(edge[i]), bool(large[i]), _in_table(cells, i), bool(beside[i])) for i, text in enumerate(texts)
    ]


def _kind(text: str, edge: bool, large: bool, table: bool, beside: bool) -> Kind:
    if edge and _PAGE_NUMBER.fullmatch(text):
        return Kind.PAGE_NUMBER
    if table:
        return Kind.TABLE
    if _LIST_ITEM.match(text):
        return Kind.LIST_ITEM
    if large and sum(map(str.isalpha, text)) > 1 and len(text.split()) <= 10:
        return Kind.HEADING
    return Kind.MARGIN if beside else Kind.TEXT


def _in_table(cells: Sequence[int], index: int) -> bool:
    """Whether a line has three cells, or two and a neighbour that has as many."""
    near = [*cells[max(0, index - 1) : index], *cells[index + 1 : index + 2]]
    return cells[index] > 2 or (cells[index] == 2 and max(near, default=1) > 1)


def _at_edge(boxes: Boxes) -> NDArray[np.bool_]:
    """Whether each line is the first or the last, or nearly."""
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    top, bottom = boxes[:, 1].min(), boxes[:, 3].max()
    reach = EDGE * (bottom - top)
    return np.asarray((middle < top + reach) | (middle > bottom - reach))


def _in_margin(boxes: Boxes) -> NDArray[np.bool_]:
    """Whether each line stands wholly beside the column that most lines fill."""
    widths = boxes[:, 2] - boxes[:, 0]
    long = widths > widths.max() / 2
    if long.sum() < 5:
        return np.zeros(len(boxes), np.bool_)
    left, right = np.percentile(boxes[long, 0], 20), np.percentile(boxes[long, 2], 80)
    return np.asarray((boxes[:, 2] < left) | (boxes[:, 0] > right))
