"""Lines that touch, or that a flourish or a note across them has tied together -> each by itself.

In the heat map such lines are one piece, whose rectangle is mostly paper. Seen along its longer side, what runs on in
that direction for a while is a line; what is thin in it is a stroke that ties lines together, or runs across them (an
opening with a level stroke, as in mathematical morphology).
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Contour = NDArray[Any]
Rectangle = tuple[Any, Any, float]
Mask = NDArray[np.uint8]

LOOSE = 0.65
"""A piece that fills less of its rectangle than this share may be a tangle."""
RUN = 2.5
"""A line runs on for so many times its thickness."""
THIN = 0.7
"""What runs across is a stroke and no line if it is so thin beside the line."""
LEAST = 5
"""Pixels of the heat map: shorter runs are no lines."""


def is_loose(contour: Contour, rectangle: Rectangle) -> bool:
    """Whether a piece fills little of the rectangle around it."""
    return bool(cv2.contourArea(contour) < LOOSE * rectangle[1][0] * rectangle[1][1])


def untangled(contour: Contour, rectangle: Rectangle) -> list[Contour]:
    """The contours (N x 1 x 2, pixels) of the lines in one piece: along its longer side, then of what ran across.

    Where the rectangle stands askew to the lines in it, they are looked for along the picture.
    """
    views = [_View(contour, turn) for turn in (_level(rectangle), np.eye(2))]
    return max(views, key=lambda view: int(view.along.sum())).lines()


class _View:
    """One piece, turned level by a 2 x 2 matrix. along: what runs on to the right; run: for how many pixels."""

    def __init__(self, contour: Contour, turn: NDArray[np.float64]) -> None:
        points = (contour[:, 0] @ turn.T).round().astype(np.int32)
        self._turn, self._corner = turn, points.min(axis=0) - 1
        width, height = points.max(axis=0) - self._corner + 2
        self._mask = np.zeros((height, width), np.uint8)
        cv2.fillPoly(self._mask, [points - self._corner], 1)
        self._thickness = _thickness(self._mask)
        self.run = max(LEAST, round(RUN * self._thickness))
        self.along = _opened(self._mask, (1, self.run))

    def lines(self) -> list[Contour]:
        """The contours of the lines, in pixels of the picture."""
        rest = cv2.subtract(self._mask, cv2.dilate(self.along, np.ones((3, 3), np.uint8)))
        across = _opened(np.asarray(rest, np.uint8), (self.run, 1))
        thick = [one for one in _contours(across) if np.ptp(one[..., 0]) > THIN * self._thickness]
        parts = [*_unforked(self.along, self.run / 2), *thick]
        return [((part[:, 0] + self._corner) @ self._turn).round().astype(np.int32)[:, None] for part in parts]


def _opened(mask: Mask, shape: tuple[int, int]) -> Mask:
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones(shape, np.uint8)), np.uint8)


def _unforked(mask: Mask, shortest: float) -> list[Contour]:
    """The contours of a mask; what is loose still, since a line begins or ends upon another, is cut there.

    shortest: pixels along; what is shorter after a cut is left out.
    """
    found: list[Contour] = []
    for contour in _contours(mask):
        if not is_loose(contour, cv2.minAreaRect(contour)):
            found.append(contour)
            continue
        alone = cv2.drawContours(np.zeros_like(mask), [contour], -1, 1, -1)
        lines = np.count_nonzero(np.diff(alone.astype(np.int8), axis=0, prepend=0) > 0, axis=0)
        alone[:, np.flatnonzero(np.diff(lines)) + 1] = 0
        found += [one for one in _contours(np.asarray(alone, np.uint8)) if np.ptp(one[..., 0]) > shortest]
    return found


def _level(rectangle: Rectangle) -> NDArray[np.float64]:
    """2 x 2: turns the longer side of a rectangle level."""
    (width, height), angle = rectangle[1], np.radians(rectangle[2])
    angle += 0.0 if width >= height else np.pi / 2
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


def _thickness(mask: Mask) -> float:
    """How high the line is where it is usual."""
    edges = np.flatnonzero(np.diff(np.pad(mask.T, ((0, 0), (1, 1))).ravel()))
    return float(np.median(edges[1::2] - edges[::2]))


def _contours(mask: Mask) -> list[Contour]:
    found, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return [np.asarray(one) for one in found]
