"""Lines -> reading order and blocks.

Lines are read from the top down. Where a strip without text parts lines that stand beside each other, they are columns:
the left one is read to its end before the right one (a recursive cut as in Nagy and Seth, "Hierarchical representation
of optically scanned documents", 1984).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]
"""N x 4: left, top, right, bottom in a frame where the text is level."""
Flags = NDArray[np.bool_]
Lines = NDArray[np.intp]
"""Numbers of lines."""

FAR = 1.9
"""A line that is farther below, in line heights from middle to middle, begins a new block."""
SLACK = 0.3
"""Outlines reach so many line heights beyond the text on either side."""
INTO = 1.0
"""A line that stands left of another reaches so many of its heights into it at most, and a quarter of its width."""
FEWEST = 2
"""A column has at least so many lines, and half of them stand beside a line of the other."""
DENSE = 0.25
"""They fill so much of the column's height."""
SHARE = 0.4
"""This share of its lines looks like sentences."""
LEVEL, ROUGHLY = 0.6, 0.3
"""Lines are level that share so much of the lower one's height, and what is written in two shapes so much."""


@dataclass(frozen=True, slots=True)
class Layout:
    """order: line numbers as they are read. block: number of the block of each line, in reading order, from 0."""

    order: tuple[int, ...]
    block: tuple[int, ...]


def arrange(boxes: Boxes, prose: Flags, shapes: Sequence[int] = (), aside: Flags | None = None) -> Layout:
    """The layout of lines whose boxes are given, in any order.

    prose: whether each looks like a part of a sentence. shapes: the shape drawn around each, -1 for none; what it holds
    is read together, and is a block. aside: whether each runs across the page, as a note in the margin: read last.
    """
    groups = np.array(shapes or [-1] * len(boxes), np.intp)
    last = np.zeros(len(boxes), np.bool_) if aside is None else aside
    order = [int(line) for part in (~last, last) for line in _with_shapes(boxes, prose, groups, np.flatnonzero(part))]
    number, block = 0, [0] * len(order)
    for before, line in pairwise(order):
        together = groups[before] == groups[line] and last[before] == last[line]
        number += not (together and (groups[line] >= 0 or _continues(boxes[before], boxes[line])))
        block[line] = number
    return Layout(tuple(order), tuple(block))


def _with_shapes(boxes: Boxes, prose: Flags, groups: Lines, lines: Lines) -> list[int]:
    """Some of the lines as they are read; what stands within a shape takes the place of the shape."""
    inside = [lines[groups[lines] == shape] for shape in np.unique(groups[lines]) if shape >= 0]
    units = [*([line] for line in lines[groups[lines] < 0]), *inside]
    if not units:
        return []
    around = np.array([[*boxes[unit, :2].min(axis=0), *boxes[unit, 2:].max(axis=0)] for unit in units])
    order = reading_order(around, np.array([prose[unit].mean() > 0.5 for unit in units]), len(inside))
    inner = [unit if len(unit) == 1 else unit[reading_order(boxes[unit], prose[unit])] for unit in map(np.array, units)]
    return [int(line) for unit in order for line in inner[unit]]


def reading_order(boxes: Boxes, prose: Flags, shapes: int = 0) -> list[int]:
    """The numbers of the lines as they are read. shapes: so many of the last ones are shapes, which no column holds."""
    slack = SLACK * (boxes[:, 3] - boxes[:, 1])
    inner = np.stack(
        [boxes[:, 0] + slack, boxes[:, 1], np.maximum(boxes[:, 2] - slack, boxes[:, 0] + slack), boxes[:, 3]]
    )
    spread = inner.T.copy()
    spread[len(boxes) - shapes :, [0, 2]] = -np.inf, np.inf
    return _ordered(inner.T, spread, prose, np.argsort((boxes[:, 1] + boxes[:, 3]) / 2, kind="stable"))


def _ordered(boxes: Boxes, spread: Boxes, prose: Flags, lines: Lines) -> list[int]:
    """`lines`, sorted from the top down, as they are read. spread: the boxes, those over all columns without end."""
    parts = _columns(spread, prose, lines)
    if parts is None:
        return _rows(boxes, np.isinf(spread[:, 0]), lines)
    return [line for part in parts for line in _ordered(boxes, spread, prose, part)]


def _columns(boxes: Boxes, prose: Flags, lines: Lines) -> tuple[Lines, Lines, Lines, Lines] | None:
    """What stands above two columns, the left one, the right one and what stands below, of the largest two if any."""
    best, found = FEWEST - 1, None
    for place in np.unique(boxes[lines, 2]) + 0.5:
        crossing = (boxes[lines, 0] < place) & (boxes[lines, 2] > place)
        edges = [-1, *np.flatnonzero(crossing).tolist(), len(lines)]
        for before, after in pairwise(edges):
            run = lines[before + 1 : after]
            left, right = run[boxes[run, 2] <= place], run[boxes[run, 0] >= place]
            if min(len(left), len(right)) <= best or not _beside(boxes[left], boxes[right]):
                continue
            if all(_is_column(boxes[side], prose[side]) for side in (left, right)):
                best, found = min(len(left), len(right)), (lines[: before + 1], left, right, lines[after:])
    return found


def _beside(left: Boxes, right: Boxes) -> bool:
    """Whether half of the lines of the shorter column stand beside a line of the other."""
    shared = np.minimum(left[:, None, 3], right[:, 3]) - np.maximum(left[:, None, 1], right[:, 1])
    low = np.minimum((left[:, 3] - left[:, 1])[:, None], right[:, 3] - right[:, 1])
    level = shared > 0.4 * low
    paired = int(level.any(axis=1 if len(left) <= len(right) else 0).sum())
    return paired >= max(FEWEST, min(len(left), len(right)) / 2)


def _is_column(lines: Boxes, prose: Flags) -> bool:
    """Whether lines follow each other and hold sentences, unlike cells and addresses, which are read row by row."""
    heights = lines[:, 3] - lines[:, 1]
    dense = heights.sum() > DENSE * (lines[:, 3].max() - lines[:, 1].min())
    return bool(dense and prose.mean() >= SHARE)


def _rows(boxes: Boxes, shapes: Flags, lines: Lines) -> list[int]:
    """From the top down, and from the left to the right what is level; texts in shapes need not be as level."""
    order = [int(line) for line in lines]
    for index in range(1, len(order)):
        place = index
        while place:
            before, line = order[place - 1 : place + 1]
            if not _is_level_left(boxes[line], boxes[before], ROUGHLY if shapes[line] and shapes[before] else LEVEL):
                break
            order[place - 1 : place + 1] = line, before
            place -= 1
    return order


def _is_level_left(one: NDArray[np.float64], other: NDArray[np.float64], level: float) -> bool:
    """Whether a line is level with another and stands left of it."""
    shared = min(one[3], other[3]) - max(one[1], other[1])
    within = min((other[2] - other[0]) / 4, INTO * (other[3] - other[1]))
    return bool(shared > level * min(one[3] - one[1], other[3] - other[1]) and one[2] <= other[0] + within)


def _continues(before: NDArray[np.float64], line: NDArray[np.float64]) -> bool:
    """Whether a line belongs to the block of the one before: under it and near."""
    height = max(before[3] - before[1], line[3] - line[1])
    step = (line[1] + line[3] - before[1] - before[3]) / 2
    return bool(0 < step < FAR * height and min(before[2], line[2]) > max(before[0], line[0]))
