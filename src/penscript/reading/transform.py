"""Where a view of a page lies on its source: the only thing that changes coordinates."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.reading.image import Pixels

Points = NDArray[np.float64]
"""N x 2, pixels: x to the right, y down."""
Move = Callable[[Points], Points]
STEP = 16
"""Places are kept for every so many-th pixel of the view; between them they are interpolated."""
ROUNDS = 8
STRIP = 2_000_000
"""Pixels of a view that are made at a time, so that a large view takes little more memory than itself."""
_NOWHERE = np.empty(0, np.float32)
ALONG = 8
"""Points along the side of a bent outline."""


@dataclass(frozen=True, eq=False)
class Transform:
    """A view of a page and the way back.

    size: width and height of the view in pixels. places: rows x columns x 2, the point of the source that is seen at
    pixel (STEP * column, STEP * row) of the view; the last ones lie on the view's edge or beyond.
    """

    size: tuple[int, int]
    places: NDArray[np.float64]

    @classmethod
    def of(cls, size: tuple[int, int], to_source: Callable[[Points], Points]) -> Self:
        """The view of `size` (width, height), by a function from its points to those of the source."""
        columns, rows = (-(-max(2, side) // STEP) + 1 for side in size)
        x, y = np.meshgrid(np.arange(columns) * float(STEP), np.arange(rows) * float(STEP))
        places = to_source(np.column_stack([x.ravel(), y.ravel()]))
        return cls(size, np.asarray(places, np.float64).reshape(rows, columns, 2))

    def view(self, pixels: Pixels) -> Pixels:
        """What is seen of the source's pixels; beyond its edges they are repeated."""
        width, height = self.size
        seen = np.empty((height, width, *pixels.shape[2:]), np.uint8)
        step = max(1, STRIP // width)
        for top in range(0, height, step):
            part = seen[top : top + step]
            cv2.remap(pixels, self._dense(top, len(part)), _NOWHERE, cv2.INTER_CUBIC, part, cv2.BORDER_REPLICATE)
        return seen

    def _dense(self, top: int, count: int) -> NDArray[np.float32]:
        """The places of every pixel of `count` rows from `top` on."""
        grid = np.array([[1 / STEP, 0, 0], [0, 1 / STEP, top / STEP]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        size = (self.size[0], count)
        return np.asarray(cv2.warpAffine(self.places.astype(np.float32), grid, size, flags=flags), np.float32)

    def to_source(self, points: Points) -> Points:
        """Points of the view on the source; beyond the view's edges the map goes on as it ran there."""
        return self._at(np.asarray(points, np.float64))[0]

    def quad_to_source(self, quad: NDArray[np.float32]) -> NDArray[np.float32]:
        """The corners of an outline of the view, on the source."""
        return self.to_source(quad.astype(np.float64)).astype(np.float32)

    def outline_to_source(self, quad: Points) -> Points:
        """An outline of four corners on the source, its long sides followed as they bend: 2 * ALONG points, those of
        the top from the left, then those of the bottom from the right.
        """
        share = np.linspace(0, 1, ALONG)[:, None]
        top, bottom = quad[0] + share * (quad[1] - quad[0]), quad[2] + share * (quad[3] - quad[2])
        return self.to_source(np.concatenate([top, bottom]))

    def to_view(self, points: Points) -> Points:
        """Points of the source on the view, by Newton's method from the nearest known place."""
        wanted = np.asarray(points, np.float64)
        found = self._nearest(wanted)
        for _ in range(ROUNDS):
            places, slopes = self._at(found)
            steps = np.linalg.solve(slopes + 1e-9 * np.eye(2), (wanted - places)[..., None])[..., 0]
            found = found + np.clip(steps, -20.0 * STEP, 20.0 * STEP)
        return np.asarray(found)

    def then(self, further: "Transform") -> "Transform":
        """A view of this view, seen from the source."""
        return Transform(further.size, self.to_source(further.places.reshape(-1, 2)).reshape(further.places.shape))

    @property
    def quarter(self) -> int:
        """Degrees clockwise, 0, 90, 180 or 270, by which the source is turned to lie as the view does, about."""
        right = np.diff(self.places, axis=1).mean(axis=(0, 1))
        return int(-round(float(np.degrees(np.arctan2(right[1], right[0]))) / 90) * 90) % 360

    @cached_property
    def _flat(self) -> Points:
        return self.places.reshape(-1, 2)

    def _nearest(self, points: Points) -> Points:
        """The pixel of the view, of those whose places are known, that is seen nearest to each point."""
        rows, columns = np.divmod(
            [int(np.argmin(((self._flat - point) ** 2).sum(axis=1))) for point in points], self.places.shape[1]
        )
        return np.column_stack([columns, rows]).astype(np.float64) * STEP

    def _at(self, points: Points) -> tuple[Points, NDArray[np.float64]]:
        """The places of points of the view, and N x 2 x 2, how they change with x and y (last axis)."""
        rows, columns = self.places.shape[:2]
        x, y = points[:, 0] / STEP, points[:, 1] / STEP
        left, top = np.clip(np.floor(x), 0, columns - 2).astype(int), np.clip(np.floor(y), 0, rows - 2).astype(int)
        u, v = (x - left)[:, None], (y - top)[:, None]
        a, b = self.places[top, left], self.places[top, left + 1]
        c, d = self.places[top + 1, left], self.places[top + 1, left + 1]
        place = a * (1 - u) * (1 - v) + b * u * (1 - v) + c * (1 - u) * v + d * u * v
        along_x, along_y = (b - a) * (1 - v) + (d - c) * v, (c - a) * (1 - u) + (d - b) * u
        return place, np.stack([along_x, along_y], axis=2) / STEP


def homography(corners: Points, size: tuple[int, int]) -> tuple[Move, Move]:
    """From the source to the rectangle of `size` (width, height) whose corners these are there, and back."""
    width, height = size
    box = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    back = cv2.getPerspectiveTransform(box, np.asarray(corners, np.float32))

    def mover(matrix: NDArray[Any]) -> Move:
        return lambda points: np.asarray(cv2.perspectiveTransform(points[None], matrix)[0])

    return mover(np.linalg.inv(back)), mover(back)
