"""Pieces -> whole lines as a person would copy them.

Two pieces are one line where the right one stands on the left one's extended baseline with nothing between. A wide gap is
crossed in tables and receipts, whose rows run across the page, but not between columns of running text.
"""

from collections.abc import Sequence

import numpy as np

from penscript.reading.frame import Frame, frame_of
from penscript.reading.piece import Piece, Row

NEAR = 1.5
"""A gap of so many line heights is always crossed."""
PROSE = 14.0
"""A piece of so many line heights in width is running text."""
OVERLAP = 0.5
UNLIKE = 2.5
"""Pieces whose heights differ by more than this factor are not one line."""


def join(pieces: Sequence[Piece]) -> list[Row]:
    """The lines, each of its pieces in order, the lines themselves from the top down."""
    if not pieces:
        return []
    frame = frame_of([piece.quad for piece in pieces])
    follower = _followers(frame)
    rows = [_walk(index, follower) for index in range(len(pieces)) if index not in follower.values()]
    rows.sort(key=lambda row: float(np.mean(frame.middle[row])))
    return [tuple(pieces[index] for index in row) for row in rows]


def _followers(frame: Frame) -> dict[int, int]:
    """For pieces that have one, the piece that continues their line."""
    links = _neighbours(frame)
    wide = [pair for pair in links if _gap(frame, *pair) > NEAR * _height(frame, *pair)]
    parted = {pair for pair in wide if _is_gutter(frame, pair, wide)}
    return {i: j for i, j in links if (i, j) not in parted}


def _neighbours(frame: Frame) -> list[tuple[int, int]]:
    """Pairs (left, right) where each is the other's nearest on the same baseline."""
    right_of = {i: _nearest(frame, i, 1) for i in range(len(frame.left))}
    left_of = {i: _nearest(frame, i, -1) for i in range(len(frame.left))}
    return [(i, j) for i, j in right_of.items() if j is not None and left_of[j] == i]


def _nearest(frame: Frame, index: int, side: int) -> int | None:
    """The nearest piece to the right (side 1) or left (side -1) on the line of piece `index`."""
    centre = (frame.left + frame.right) / 2
    ahead = (centre - centre[index]) * side
    expected = frame.middle[index] + frame.slope[index] * (centre - centre[index])
    offset = np.abs(frame.middle - expected)
    low, high = np.minimum(frame.height, frame.height[index]), np.maximum(frame.height, frame.height[index])
    shared = (low + high) / 2 - offset
    inner = np.minimum(frame.right, frame.right[index]) - np.maximum(frame.left, frame.left[index])
    apart = inner < 0.5 * np.minimum(frame.right - frame.left, frame.right[index] - frame.left[index])
    found = np.flatnonzero(
        (ahead > 0) & apart & (shared > OVERLAP * low) & (offset < 0.5 * high) & (high < UNLIKE * low)
    )
    return int(found[np.argmin(ahead[found] - (frame.right - frame.left)[found] / 2)]) if len(found) else None


def _gap(frame: Frame, i: int, j: int) -> float:
    return float(frame.left[j] - frame.right[i])


def _height(frame: Frame, i: int, j: int) -> float:
    return float(max(frame.height[i], frame.height[j]))


def _is_gutter(frame: Frame, pair: tuple[int, int], wide: list[tuple[int, int]]) -> bool:
    """Whether running text stands on both sides of the gap, here or in most rows that share the gap."""
    a, b = frame.right[pair[0]], frame.left[pair[1]]
    sharing = [(i, j) for i, j in wide if frame.right[i] < b and frame.left[j] > a]
    prose = [_is_prose(frame, i) and _is_prose(frame, j) for i, j in sharing]
    return sum(prose) * 2 > len(prose)


def _is_prose(frame: Frame, index: int) -> bool:
    return bool(frame.right[index] - frame.left[index] > PROSE * frame.height[index])


def _walk(index: int, follower: dict[int, int]) -> list[int]:
    row = [index]
    while row[-1] in follower:
        row.append(follower[row[-1]])
    return row
