"""Sheets of paper on a photograph -> a view of each by itself, as if it lay flat and was seen from above.

On a small copy of the picture without its ink, paper is what is connected without an edge. What is as large as the
picture, or has no four corners, is no sheet that can be told. A sheet's corners give a homography; what its edges
still bend in that view is taken out by a Coons patch (Coons 1967) over its four sides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.reading.image import Pixels
from penscript.reading.piece import Quad
from penscript.reading.transform import Points, Transform, homography

Mask = NDArray[np.uint8]
SMALL = 480
"""Longer side of the copy on which sheets are looked for, in pixels."""
INK = 9
"""Strokes, and the gaps between them, are narrower than this there."""
EDGES = (40, 22)
"""Between paper and what it lies on a colour changes by so much within three pixels: the first is tried first."""
SMALLEST = 0.02
"""Of the picture: a smaller patch is a label, not a sheet."""
LARGEST = 0.93
CUT = 0.1
"""A sheet that touches the picture's margin with more of its outline than this goes on beyond it."""
FULL = 0.88
"""The share of the quadrilateral of its corners that a sheet fills, at least, and the inverse of it at most."""
SQUARE = 35.0
"""Degrees by which a corner may differ from a right angle."""
BOW = 0.15
"""How far a side may stand off the straight line between its corners, as a share of its length."""
ALONG = 33
"""Points of a side."""
INSIDE = 0.9
"""So much of the text must stand on sheets, if they are to be read one by one."""
FEW = 3
"""Pieces of text that may stand elsewhere in any case."""
LIGHTER = 20
SLANT = np.radians(3.0)
"""Opposite sides that are so far from parallel show that the sheet is seen from the side; a side that bows by BENT of
its length shows that it bends.
"""
BENT = 0.02
NESTED = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Paper:
    """A sheet on the picture. corners: 4 x 2, clockwise from the top left as its text runs. sides: the top from the
    left, the right side from the top, the bottom from the left and the left side from the top, each ALONG x 2. All in
    pixels of the picture. inside: places among the pieces of text of those that stand on it.
    """

    corners: Points
    sides: tuple[Points, Points, Points, Points]
    inside: tuple[int, ...]

    @property
    def is_askew(self) -> bool:
        """Whether it is seen from the side, or bends."""
        steps = np.roll(self.corners, -1, axis=0) - self.corners
        angles = np.arctan2(steps[:, 1], steps[:, 0])
        against = np.abs(np.angle(np.exp(1j * (angles[[0, 1]] - angles[[2, 3]] - np.pi))))
        return bool(against.max() > SLANT or max(_bow(side) for side in self.sides) > BENT)

    def view(self) -> Transform:
        """The sheet as a rectangle, its sides as long as the longer of two opposite ones."""
        lengths = [float(np.linalg.norm(np.diff(side, axis=0), axis=1).sum()) for side in self.sides]
        width, height = round(max(lengths[0], lengths[2])), round(max(lengths[1], lengths[3]))
        there, back = homography(self.corners, (width, height))
        patch = _Patch(tuple(there(side) for side in self.sides), (width, height))
        return Transform.of((width, height), lambda points: back(patch.at(points)))


def find_papers(pixels: Pixels, quads: Sequence[Quad]) -> list[Paper]:
    """The sheets on a picture; empty where the page fills it, where text stands elsewhere, or sheets cannot be told.

    quads: the pieces of text. A sheet on which none was found is one if it is lighter than what it lies on.
    """
    small, scale = _bare(pixels)
    places = np.array([quad.mean(axis=0) for quad in quads]).reshape(-1, 2) * scale
    for edge in EDGES:
        patches = _patches(small, edge)
        told = [(mask, one) for mask in patches if (one := _paper(mask, places, quads, scale))]
        found = _outermost([(mask, one) for mask, one in told if one.inside or _is_light(small, mask)])
        if sum(len(one.inside) for one in found) >= INSIDE * len(quads) - FEW:
            return found
    return []


def _bare(pixels: Pixels) -> tuple[Pixels, float]:
    """A small copy without its ink, and its scale."""
    height, width = pixels.shape[:2]
    scale = min(1.0, SMALL / max(height, width))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((INK, INK), np.uint8))
    return np.asarray(cv2.medianBlur(closed, 5), np.uint8), scale


def _patches(small: Pixels, edge: float) -> list[Mask]:
    """What is connected without an edge, if it is large enough, holes filled; none that lies within another."""
    square = np.ones((3, 3), np.uint8)
    change = cv2.subtract(cv2.dilate(small, square), cv2.erode(small, square))
    smooth = reduce(cv2.max, cv2.split(change)) < edge
    count, labels, stats, _ = cv2.connectedComponentsWithStats(smooth.astype(np.uint8), connectivity=4)
    found = []
    for label in range(1, count):
        if stats[label, cv2.CC_STAT_AREA] > SMALLEST * labels.size:
            mask = cv2.dilate((labels == label).astype(np.uint8), square)
            contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
            largest = max(contours, key=cv2.contourArea)
            found.append(np.asarray(cv2.drawContours(np.zeros_like(mask), [largest], -1, 1, cv2.FILLED), np.uint8))
    return found


def _is_light(small: Pixels, mask: Mask) -> bool:
    """Whether a patch is lighter than what is around it."""
    around = cv2.dilate(mask, np.ones((INK, INK), np.uint8)) - mask
    return bool(np.median(small[mask > 0]) > np.median(small[around > 0]) + LIGHTER)


def _within(places: Points, shape: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    limits = np.array(shape[1::-1]) - 1
    x, y = np.clip(np.round(places), 0, limits).astype(np.int64).T
    return x, y


def _outermost(papers: list[tuple[Mask, Paper]]) -> list[Paper]:
    return [one for mask, one in papers if not any(_is_within(mask, other) for other, _ in papers if other is not mask)]


def _is_within(one: Mask, other: Mask) -> bool:
    return bool(other.sum() > one.sum() and (one & other).sum() > NESTED * one.sum())


def _paper(mask: Mask, places: Points, quads: Sequence[Quad], scale: float) -> Paper | None:
    """The sheet that a patch shows, None where it has no four corners on the picture."""
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = np.asarray(contours[0])[:, 0].astype(np.float64)
    high, wide = np.array(mask.shape) - 2
    at_margin = (contour <= 1).any(axis=1) | (contour[:, 0] >= wide - 0) | (contour[:, 1] >= high - 0)
    if at_margin.mean() > CUT or mask.mean() > LARGEST:
        return None
    corners = _corners(contour)
    if corners is None or not FULL < mask.sum() / cv2.contourArea(corners.astype(np.float32)) < 1 / FULL:
        return None
    x, y = _within(places, mask.shape)
    inside = np.flatnonzero(mask[y, x]).tolist()
    corners = corners[_first(corners, [quads[index] for index in inside])]
    sides = _sides(contour, corners)
    if max(map(_bow, sides)) > BOW:
        return None
    top, right, bottom, left = (side / scale for side in sides)
    return Paper(corners / scale, (top, right, bottom[::-1], left[::-1]), tuple(inside))


def _corners(contour: Points) -> Points | None:
    """The four corners of an outline, clockwise, or None."""
    hull = cv2.convexHull(contour.astype(np.float32))
    length = cv2.arcLength(hull, True)
    for share in np.geomspace(0.01, 0.2, 24):
        found = np.asarray(cv2.approxPolyDP(hull, share * length, True))[:, 0].astype(np.float64)
        if len(found) <= 4:
            break
    if len(found) != 4:
        return None
    steps = np.roll(found, -1, axis=0) - found
    angles = np.arctan2(steps[:, 1], steps[:, 0])
    turns = np.degrees(np.angle(np.exp(1j * (np.roll(angles, -1) - angles))))
    if turns.sum() < 0:
        found, turns = found[::-1], -turns
    return found if np.abs(turns - 90).max() < SQUARE else None


def _first(corners: Points, quads: Sequence[Quad]) -> list[int]:
    """The order of the corners in which the first side runs as most of the text does."""
    along = sum((quad[1] - quad[0] + quad[2] - quad[3] for quad in quads), np.array([1e-6, 0]))
    steps = np.roll(corners, -1, axis=0) - corners
    start = int(np.argmax(steps @ along / np.linalg.norm(steps, axis=1)))
    return [(start + index) % 4 for index in range(4)]


def _sides(contour: Points, corners: Points) -> list[Points]:
    """The outline between the corners, clockwise, smoothed: four times ALONG x 2."""
    area = float(cv2.contourArea(contour.astype(np.float32), True))
    around = contour if area > 0 else contour[::-1]
    at = [int(np.argmin(((around - corner) ** 2).sum(axis=1))) for corner in corners]
    return [
        _smooth(_between(around, at[index], at[(index + 1) % 4]), corners[[index, (index + 1) % 4]])
        for index in range(4)
    ]


def _between(around: Points, start: int, end: int) -> Points:
    return np.asarray(around[start : end + 1] if start <= end else np.concatenate([around[start:], around[: end + 1]]))


def _smooth(side: Points, ends: Points) -> Points:
    """A side as the straight line between its ends and a polynomial that leaves them where they are."""
    share = np.linspace(0, 1, ALONG)[:, None]
    straight = ends[0] + share * (ends[1] - ends[0])
    if len(side) < 8:
        return np.asarray(straight)
    run = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(side, axis=0), axis=1))])
    t = run / run[-1]
    off = side - (ends[0] + t[:, None] * (ends[1] - ends[0]))
    basis = [t * (1 - t) * t**power for power in range(4)]
    weights = np.linalg.lstsq(np.column_stack(basis), off, rcond=None)[0]
    return np.asarray(straight + np.column_stack([share * (1 - share) * share**power for power in range(4)]) @ weights)


def _bow(side: Points) -> float:
    """How far a side stands off the line between its ends, as a share of its length."""
    along = side[-1] - side[0]
    length = float(np.linalg.norm(along)) or 1.0
    off = (side - side[0]) @ np.array([-along[1], along[0]]) / length
    return float(np.abs(off).max()) / length


@dataclass(frozen=True, slots=True, eq=False)
class _Patch:
    """Coons patch over the sides of a rectangle of `size` that bend: top, right, bottom and left."""

    sides: tuple[Points, ...]
    size: tuple[int, int]

    def at(self, points: Points) -> Points:
        """Where the points of the rectangle come to lie."""
        u, v = np.clip(points / np.array(self.size), -0.2, 1.2).T
        top, right, bottom, left = (
            self._off(side, share) for side, share in zip(self.sides, (u, v, u, v), strict=True)
        )
        u, v = np.clip(u, 0, 1)[:, None], np.clip(v, 0, 1)[:, None]
        return np.asarray(points + (1 - v) * top + v * bottom + (1 - u) * left + u * right)

    @staticmethod
    def _off(side: Points, share: NDArray[np.float64]) -> Points:
        """How far a side stands off its straight line at shares of its length; nothing at the corners."""
        along = np.linspace(0, 1, len(side))
        off = side - (side[0] + along[:, None] * (side[-1] - side[0]))
        return np.asarray(np.column_stack([np.interp(share, along, off[:, axis]) for axis in (0, 1)]))
