"""Lines -> blocks, reading order and kinds.

Lines that stand one under the other, with nothing beside either of them, are one block. Blocks are read from the top down,
and from the left to the right where they stand beside each other.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]
"""N x 4: left, top, right, bottom in a frame where the text is level."""

FAR = 2.5
"""A line that is farther below, in line heights from middle to middle, begins a new block."""


@dataclass(frozen=True, slots=True)
class Layout:
    """order: line numbers as they are read. block: number of the block of each line, in reading order, from 0."""

    order: tuple[int, ...]
    block: tuple[int, ...]


def arrange(boxes: Boxes) -> Layout:
    """The layout of lines whose boxes are given, in any order."""
    blocks = blocks_of(boxes)
    around = np.array([_around(boxes[block]) for block in blocks]).reshape(-1, 4)
    ranked = [blocks[index] for index in reading_order(around)]
    number = {line: index for index, block in enumerate(ranked) for line in block}
    return Layout(tuple(line for block in ranked for line in block), tuple(number[i] for i in range(len(boxes))))


def blocks_of(boxes: Boxes) -> list[list[int]]:
    """Chains of lines, each the only one under the one before and near to it."""
    below = _below(boxes)
    only = below & (below.sum(axis=1) == 1)[:, None] & (below.sum(axis=0) == 1) & _near(boxes)
    follower = dict(np.argwhere(only).tolist())
    heads = [index for index in range(len(boxes)) if index not in follower.values()]
    return [_chain(head, follower) for head in heads]


def reading_order(boxes: Boxes) -> list[int]:
    """The order in which blocks are read: sorted topologically, the upper first of those that nothing relates."""
    left, top, right, bottom = boxes.T
    width, height = right - left, bottom - top
    wide = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    high = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    beside = (high > 0.3 * np.minimum(height[:, None], height)) & (wide < 0.3 * np.minimum(width[:, None], width))
    middle = (top + bottom) / 2
    before = np.where(beside, left[:, None] < left, middle[:, None] < middle)
    return _sorted(before, [int(i) for i in np.lexsort((left, top))])


def _below(boxes: Boxes) -> NDArray[np.bool_]:
    """N x N: whether line j stands under line i, shares columns with it and no third line stands between."""
    left, top, right, bottom = boxes.T
    middle = (top + bottom) / 2
    wide = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    shares = wide > 0
    under = shares & (middle - middle[:, None] > 0.3 * np.minimum((bottom - top)[:, None], bottom - top))
    between = (under.astype(np.uint8) @ under.astype(np.uint8)) > 0
    return np.asarray(under & ~between)


def _near(boxes: Boxes) -> NDArray[np.bool_]:
    middle, height = (boxes[:, 1] + boxes[:, 3]) / 2, boxes[:, 3] - boxes[:, 1]
    return np.asarray(np.abs(middle[:, None] - middle) < FAR * np.maximum(height[:, None], height))


def _chain(head: int, follower: dict[int, int]) -> list[int]:
    chain = [head]
    while chain[-1] in follower:
        chain.append(follower[chain[-1]])
    return chain


def _around(boxes: Boxes) -> NDArray[np.float64]:
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def _sorted(before: NDArray[np.bool_], first: list[int]) -> list[int]:
    """A topological order of a relation, which may hold cycles; `first` settles what it leaves open."""
    order: list[int] = []
    seen: set[int] = set()
    for root in first:
        stack = [(root, False)]
        while stack:
            index, done = stack.pop()
            if done:
                order.append(index)
            elif index not in seen:
                seen.add(index)
                stack.append((index, True))
                stack.extend((i, False) for i in reversed(first) if before[i, index] and i not in seen)
    return order
