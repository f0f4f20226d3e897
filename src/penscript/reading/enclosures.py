"""Shapes drawn around text, as on a whiteboard: which texts stand within the same one.

Ink that runs all the way around is the edge of a hole (Suzuki and Abe, "Topological structural analysis of digitized
binary images by border following", 1985). Holes that share their walls with others are the cells of a table, whose
rows run across them.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.reading.image import Pixels, grey_at
from penscript.reading.piece import NO_SHAPE, Quad

WIDTH = 1000
"""Pixels across at which shapes are looked for; larger pages are made smaller."""
GAP = 3
"""So small gaps in a line that is drawn are closed."""
WALL = 8
"""Holes nearer to each other than this share their wall."""
SMALLEST, LARGEST = 0.002, 0.5
"""Shares of the page that a shape covers."""
FULL = 0.8
"""And so much of the smallest hull around it, unlike the loops of a flourish."""
MOST, FAR = 0.6, 2.0
"""A stroke holds this share of the ink in an outline, and is so many times as long, if it was drawn through it."""


def enclosed(pixels: Pixels, quads: Sequence[Quad]) -> tuple[list[int], list[bool]]:
    """For every outline the number of the smallest shape around its middle, -1 where there is none, and whether what
    it holds is a part of something drawn that runs on far beyond it, such as an arrow from one shape to the next.

    pixels: RGB or grey. Shapes that no text stands in, and those of tables, are not counted; where there are none,
    nothing is drawn.
    """
    if len(quads) < 2:
        return [NO_SHAPE] * len(quads), [False] * len(quads)
    scale = min(1.0, WIDTH / pixels.shape[1])
    dark = _dark(pixels, scale)
    scaled = [quad * np.float32(scale) for quad in quads]
    shapes = sorted(_alone(_holes(dark)), key=cv2.contourArea, reverse=True)
    found = [_innermost(shapes, quad) for quad in scaled]
    drawn = _drawn(dark, scaled) if max(found) > NO_SHAPE else [False] * len(quads)
    return found, [one and shape == NO_SHAPE for one, shape in zip(drawn, found, strict=True)]


def _innermost(shapes: Sequence[NDArray[Any]], quad: Quad) -> int:
    """The last of the shapes, which stand by size, that holds the middle of an outline."""
    x, y = map(float, quad.mean(axis=0))
    return max(
        (i for i, shape in enumerate(shapes) if cv2.pointPolygonTest(shape, (x, y), False) > 0), default=NO_SHAPE
    )


def _drawn(dark: Pixels, quads: Sequence[Quad]) -> list[bool]:
    """Whether most ink within each outline belongs to a stroke that runs on for several times its size."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark)
    found = []
    for quad in quads:
        (left, top), (right, bottom) = quad.min(axis=0).astype(int), quad.max(axis=0).astype(int) + 1
        inside = labels[max(0, top) : bottom, max(0, left) : right]
        counts = np.bincount(inside[inside > 0].ravel(), minlength=2)
        largest = int(counts.argmax())
        size = stats[largest, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max()
        found.append(bool(counts[largest] > MOST * counts.sum() and size > FAR * max(right - left, bottom - top)))
    return found


def _dark(pixels: Pixels, scale: float) -> Pixels:
    """255 where a pixel is darker than its surroundings, small gaps closed."""
    width, height = (max(1, round(scale * side)) for side in pixels.shape[1::-1])
    grey = grey_at(pixels, (width, height))
    dark = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)
    return np.asarray(cv2.dilate(dark, np.ones((GAP, GAP), np.uint8)), np.uint8)


def _holes(dark: Pixels) -> list[NDArray[Any]]:
    """The inner edges (N x 1 x 2) of what is drawn around something."""
    contours, tree = cv2.findContours(dark, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if tree is None:
        return []
    inner = [np.asarray(one) for one, (_, _, _, parent) in zip(contours, tree[0], strict=True) if parent >= 0]
    return [one for one in inner if _is_shape(one, dark.size)]


def _is_shape(hole: NDArray[Any], page: int) -> bool:
    area = cv2.contourArea(hole)
    return SMALLEST * page < area < LARGEST * page and area > FULL * cv2.contourArea(cv2.convexHull(hole))


def _alone(holes: list[NDArray[Any]]) -> list[NDArray[Any]]:
    """The holes that share no wall with another one beside them."""
    boxes = [cv2.boundingRect(hole) for hole in holes]
    return [
        hole
        for i, hole in enumerate(holes)
        if not any(_is_beside(boxes[i], other) for j, other in enumerate(boxes) if j != i)
    ]


def _is_beside(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether two boxes (left, top, width, height) touch, but neither holds the other."""
    gaps = [max(one[i], other[i]) - min(one[i] + one[i + 2], other[i] + other[i + 2]) for i in (0, 1)]
    return -WALL <= max(gaps) < WALL
