"""Where pieces stand in a frame that is turned with the page's skew, so that lines of text are level."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from penscript.reading.piece import Quad

Numbers = NDArray[np.float64]

OVERLAP = 0.5
UNLIKE = 2.0
"""Pieces whose heights differ by more than this factor are not one line."""

UNLIKE_MARK, BAND, MARK_GAP = 3.0, 0.35, 1.5
"""Lower ones that are narrow as well, such as asterisks, may be, so near to the middle and to the piece beside them."""
ACROSS = 0.4
"""Nor are pieces whose directions differ by so many radians."""
HALFWAY = 1.5
"""A piece between two lines of a cell belongs to neither, unless one is so many times nearer than the other."""
LEVEL = 0.2
APART = 0.7
"""A line is level within so many heights; gaps of fewer heights part no cells."""
LONG = 1.5
"""A piece of so many heights shows its direction."""
_THIN = 1e-6
"""Pixels of the height of a piece that has none."""
_AT_A_TIME = 128
"""So many pieces are compared with all others at once: of thousands, all pairs would take a gigabyte."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Outlines in a level frame: arrays by outline, pixels.

    angle: radians by which the frame is turned against the page. left, right: along the text. middle: across, of the
    centre. slope: of the text nearby against the frame. height: across. turned: radians of each against the frame, 0
    for what is too short to tell.
    """

    angle: float
    left: Numbers
    right: Numbers
    middle: Numbers
    slope: Numbers
    height: Numbers
    turned: Numbers

    @property
    def boxes(self) -> Numbers:
        """N x 4: left, top, right, bottom."""
        half = self.height / 2
        return np.stack([self.left, self.middle - half, self.right, self.middle + half], axis=1)


def frame_of(quads: Sequence[Quad]) -> Frame:
    """The frame of at least one outline: turned by the median direction, the long ones counting more."""
    corners = np.array(quads, np.float64)
    starts, ends = (corners[:, 0] + corners[:, 3]) / 2, (corners[:, 1] + corners[:, 2]) / 2
    steps, across = ends - starts, (corners[:, 3] - corners[:, 0] + corners[:, 2] - corners[:, 1]) / 2
    angles, lengths = np.arctan2(steps[:, 1], steps[:, 0]), np.hypot(*steps.T)
    angle = weighted_median(angles, lengths)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    starts, ends = starts @ turn, ends @ turn
    middle, height = (starts[:, 1] + ends[:, 1]) / 2, np.hypot(*across.T)
    turned = np.angle(np.exp(1j * (angles - angle)))
    slope = _slopes(turned, lengths, middle, height)
    told = np.where(lengths > LONG * height, turned, 0.0)
    return Frame(angle, starts[:, 0], ends[:, 0], middle, slope, height, told)


def neighbours(frame: Frame) -> list[tuple[int, int]]:
    """Pairs (left, right) where each is the other's nearest on the same baseline."""
    right_of: list[int | None] = []
    left_of: list[int | None] = []
    for start in range(0, len(frame.left), _AT_A_TIME):
        some = slice(start, start + _AT_A_TIME)
        beside = _beside(frame, some)
        right_of += _nearest(frame, some, beside, 1)
        left_of += _nearest(frame, some, beside, -1)
    return [(i, j) for i, j in enumerate(right_of) if j is not None and left_of[j] == i]


def weighted_median(values: Numbers, weights: Numbers) -> float:
    """The value at which half of the weight is reached; `values` is not empty."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][int(np.searchsorted(reached, reached[-1] / 2))])


def _slopes(angles: Numbers, lengths: Numbers, middle: Numbers, height: Numbers) -> Numbers:
    """The slope around each outline: the mean of its own and its neighbours', as far as they are nearly level.

    A short piece says little of its own direction, so the weight grows with the square of the length.
    """
    level = np.abs(angles) < 0.3
    reach = 4 * np.maximum(np.maximum(np.median(height), height), _THIN)
    weights = level * lengths**2 * np.exp(-(((middle[:, None] - middle) / reach[:, None]) ** 2))
    return np.asarray(np.tan((weights @ np.where(level, angles, 0)) / np.maximum(weights.sum(axis=1), 1e-9)))


_Beside = tuple[Numbers, NDArray[np.bool_], Numbers]
"""Of some pieces (rows) and every other: how far the other stands below its line; whether both are on one line and
hardly overlap; the height of the higher one.
"""


def _beside(frame: Frame, some: slice) -> _Beside:
    centre, width = (frame.left + frame.right) / 2, frame.right - frame.left
    own = frame.height[some, None]
    below = frame.middle - frame.middle[some, None] - frame.slope[some, None] * (centre - centre[some, None])
    offset = np.abs(below)
    low, high = np.minimum(frame.height, own), np.maximum(frame.height, own)
    level = ((low + high) / 2 - offset > OVERLAP * low) & (offset < 0.5 * high) & (high < UNLIKE * low)
    gap = np.maximum(frame.left, frame.left[some, None]) - np.minimum(frame.right, frame.right[some, None])
    across = np.where(frame.height < own, width, width[some, None])
    level |= (
        (np.maximum(across, low) < high) & (high < UNLIKE_MARK * low) & (offset < BAND * high) & (gap < MARK_GAP * high)
    )
    level &= np.abs(frame.turned - frame.turned[some, None]) < ACROSS
    return below, level & (-gap < 0.5 * np.minimum(width, width[some, None])), high


def _nearest(frame: Frame, some: slice, beside: _Beside, side: int) -> list[int | None]:
    """The nearest piece to the right (side 1) or left (side -1) on the line of each."""
    below, level, high = beside
    centre, width = (frame.left + frame.right) / 2, frame.right - frame.left
    ahead = (centre - centre[some, None]) * side
    found = (ahead > 0) & level
    away = found & (ahead - (width + width[some, None]) / 2 > APART * high)
    for index, one in np.argwhere(away).tolist():
        found[index, one] = not _is_halfway(frame, below[index], one)
    nearest = np.where(found, ahead - width / 2, np.inf).argmin(axis=1)
    return [int(one) if some.any() else None for one, some in zip(nearest, found, strict=True)]


def _is_halfway(frame: Frame, below: Numbers, one: int) -> bool:
    """Whether a line runs between piece `one` and another that stands above or below it, as near to both.

    below: how far all pieces stand below that line.
    """
    if abs(below[one]) < LEVEL * frame.height[one]:
        return False
    shared = np.minimum(frame.right, frame.right[one]) - np.maximum(frame.left, frame.left[one])
    stacked = shared > 0.5 * np.minimum(frame.right - frame.left, frame.right[one] - frame.left[one])
    other_side = (below * below[one] < 0) & (np.abs(below) < HALFWAY * abs(below[one]))
    return bool(np.any(stacked & other_side))
