"""A page -> the pieces of text on it, as four-cornered outlines.

The network gives every pixel a probability of text (differentiable binarization, Liao et al. 2020); connected likely pixels
are one piece, whose smallest rectangle is widened again, because the network learned shrunken outlines.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.reading.image import Pixels

Quad = NDArray[np.float32]
"""4 x 2, pixels of the page: the corners clockwise from the top left of the text as it reads."""
Heat = NDArray[np.float32]

MULTIPLE = 32
SHORT_SIDE = 768
LONG_SIDE = 2000
"""The network sees a page at this size in pixels: lines of print are then about 20 high, and more costs time alone."""
PIXEL_THRESHOLD = 0.3
PIECE_THRESHOLD = 0.5
WIDENING = 1.6
SMALLEST = 3
TALL = 1.5
"""Text that is this much higher than wide runs downwards."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A piece of text: its outline in pixels of the page and the network's mean probability there, 0 to 1."""

    quad: Quad
    score: float


def detect(pixels: Pixels, heat_of: Callable[[Pixels], Heat]) -> list[Region]:
    """The pieces of text of an RGB page, in no order. `heat_of`: probability of text for RGB sides of multiples of 32."""
    height, width = pixels.shape[:2]
    shrunk, scale = fit(pixels)
    heat = heat_of(shrunk)
    limits = np.array([width - 1, height - 1], np.float32)
    return [Region(np.clip(quad / scale, 0, limits), score) for quad, score in outlines(heat)]


def fit(pixels: Pixels) -> tuple[Pixels, NDArray[np.float32]]:
    """The page at the size that the network sees, and its scale to it in x and y."""
    height, width = pixels.shape[:2]
    ratio = min(SHORT_SIDE / min(height, width), LONG_SIDE / max(height, width))
    size = [max(MULTIPLE, round(side * ratio / MULTIPLE) * MULTIPLE) for side in (width, height)]
    shrunk = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR)
    return np.asarray(shrunk, np.uint8), np.array([size[0] / width, size[1] / height], np.float32)


def outlines(heat: Heat) -> list[tuple[Quad, float]]:
    """The outlines of the likely pieces in pixels of the heat map, each with its mean probability."""
    mask = cv2.dilate((heat > PIXEL_THRESHOLD).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours:
        rectangle = cv2.minAreaRect(contour)
        if min(rectangle[1]) < SMALLEST:
            continue
        score = _mean_within(heat, cv2.boxPoints(rectangle))
        if score >= PIECE_THRESHOLD:
            found.append((clockwise(cv2.boxPoints(_widened(rectangle))), score))
    return found


def clockwise(corners: NDArray[np.float32]) -> Quad:
    """Four corners in the order of `Quad`; what is much higher than wide is text that runs downwards, its top to the right."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    (top_left, bottom_left), (top_right, bottom_right) = (side[np.argsort(side[:, 1])] for side in (left, right))
    quad = np.array([top_left, top_right, bottom_right, bottom_left], np.float32)
    tall = np.linalg.norm(quad[3] - quad[0]) >= TALL * np.linalg.norm(quad[1] - quad[0])
    return np.roll(quad, -1, axis=0) if tall else quad


_Rectangle = tuple[tuple[float, float], tuple[float, float], float]


def _widened(rectangle: _Rectangle) -> _Rectangle:
    """The rectangle with every side moved out by area * WIDENING / perimeter."""
    centre, (width, height), angle = rectangle
    out = width * height * WIDENING / (2 * (width + height))
    return centre, (width + 2 * out, height + 2 * out), angle


def _mean_within(heat: Heat, corners: NDArray[np.float32]) -> float:
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, None)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
    part = heat[top:bottom, left:right]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [(corners - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(part, mask)[0])
