"""A page -> the pieces of text on it, as four-cornered outlines.

The network gives every pixel a probability of text (differentiable binarization, Liao et al. 2020); connected likely
pixels are one piece, whose smallest rectangle is widened again, because the network learned shrunken outlines.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.reading.image import Pixels
from penscript.reading.tangle import is_loose, untangled

Quad = NDArray[np.float32]
"""4 x 2, pixels: the corners clockwise, from any one of them."""
Heat = NDArray[np.float32]
Matrix = NDArray[np.float64]
Rectangle = tuple[Sequence[float], Sequence[float], float]
"""Centre, width and height, and degrees, as OpenCV gives it."""

MULTIPLE = 32
SHORT_SIDE = 768
LONG_SIDE = 2000
AREA = 900_000
"""The network sees a page at most this large, in pixels: lines of print are then about 20 high."""
SMALL = 20.0
ENOUGH = 27.0
LARGEST_AREA = 2_500_000
"""Lines below SMALL pixels are brought to ENOUGH, on an area that stays below this."""
PIXEL_THRESHOLD = 0.3
PIECE_THRESHOLD = 0.5
BENT = 0.6
"""A line that fills less of its rectangle than this share, and is so many times THIN as it is long, runs in a bow."""
THIN = 4.0
WIDENING = 1.6
SMALLEST = 3
TANGLED = 8
"""Pixels across: what is thinner is one line at most."""
HUGE = 50_000_000
"""Pixels of a page that takes so much memory itself that the network sees it in strips."""
STRIP, OVERLAP = 250_000, 64
"""Pixels of a strip; rows that it sees of its neighbours."""
NEARBY = 0.12
"""So much of the page's longer side around the text is looked at again where the text leans."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A piece of text: its outline in pixels of the page and the network's mean probability there, 0 to 1.

    contour: N x 2, the edge of what the network took for text, which bends where the line does.
    """

    quad: Quad
    score: float
    contour: NDArray[np.float32]

    def moved(self, scale: NDArray[np.float32], offset: tuple[float, float] = (0, 0)) -> "Region":
        """The same region with its coordinates times `scale`, then plus `offset`."""
        by = np.array(offset, np.float32)
        return Region(self.quad * scale + by, self.score, self.contour * scale + by)

    def mapped(self, matrix: Matrix) -> "Region":
        """The same region in the coordinates to which a 2 x 3 matrix leads."""
        return Region(_mapped(self.quad, matrix), self.score, _mapped(self.contour, matrix))


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What was found on a page: its pieces of text, in no order. bent: those with lines that run in a bow too."""

    straight: list[Region]
    bent: list[Region]

    def each(self, change: Callable[[Region], Region]) -> "Survey":
        """The same with every piece changed."""
        straight = list(map(change, self.straight))
        return Survey(straight, straight if self.bent is self.straight else list(map(change, self.bent)))


def survey(pixels: Pixels, heat_of: Callable[[Pixels], Heat]) -> Survey:
    """The pieces of text of a page, RGB or grey. `heat_of`: probability of text for what `fit` gives.

    Where the text proves small, the part of the page that holds it is looked at again, closer.
    """
    height, width = pixels.shape[:2]
    ratio = _ratio(width, height)
    heat_of = in_strips(heat_of) if height * width > HUGE else heat_of
    found = _look(pixels, ratio, heat_of)
    closer = _closer(found.straight, ratio)
    if closer > ratio:
        left, top, right, bottom = _around(found.straight, width, height)
        closer = min(closer, max(ratio, (LARGEST_AREA / ((right - left) * (bottom - top))) ** 0.5))
        found = _look(pixels[top:bottom, left:right], closer, heat_of)
        found = found.each(lambda region: region.moved(np.ones(2, np.float32), (left, top)))
    return found


def detect(pixels: Pixels, heat_of: Callable[[Pixels], Heat], bent: bool = False) -> list[Region]:
    """The pieces of text that `survey` finds. bent: lines that run in a bow too."""
    found = survey(pixels, heat_of)
    return found.bent if bent else found.straight


def detect_level(
    pixels: Pixels, found: Sequence[Region], angle: float, heat_of: Callable[[Pixels], Heat]
) -> list[Region]:
    """The pieces of text of a page whose text runs at `angle` (degrees clockwise from the right), seen level.

    The network misses lines that lean, handwriting most of all. found: what `detect` gave, not empty.
    """
    turn = np.asarray(cv2.getRotationMatrix2D((0, 0), angle, 1.0)[:, :2], np.float64)
    heat_of = in_strips(heat_of) if pixels.shape[0] * pixels.shape[1] > HUGE else heat_of
    left, top, right, bottom = _reach(found, turn, pixels.shape[:2])
    width, height = right - left, bottom - top
    ratio = _ratio(width, height)
    ratio = min(max(ratio, _closer(found, ratio)), (LARGEST_AREA / (width * height)) ** 0.5)
    shrunk, scale = fit(pixels, ratio)
    size = [max(MULTIPLE, int(np.ceil(side * ratio / MULTIPLE)) * MULTIPLE) for side in (width, height)]
    matrix = np.column_stack([turn * ratio / scale, [-left * ratio, -top * ratio]])
    ground = tuple(map(float, np.median(shrunk[::8, ::8].reshape(-1, 3), axis=0)))
    level = np.asarray(cv2.warpAffine(shrunk, matrix, size, flags=cv2.INTER_CUBIC, borderValue=ground), np.uint8)
    back = np.column_stack([turn.T / ratio, turn.T @ [left, top]])
    limits = np.array(pixels.shape[1::-1], np.float32) - 1
    return [_clipped(region.mapped(back), limits) for region in outlines(heat_of(level))]


def in_strips(heat_of: Callable[[Pixels], Heat]) -> Callable[[Pixels], Heat]:
    """The same network for one strip of the picture after the other, so that a huge page leaves it enough memory."""

    def heat(view: Pixels) -> Heat:
        height, width = view.shape[:2]
        step = max(MULTIPLE, STRIP // width // MULTIPLE * MULTIPLE)
        found = np.empty((height, width), np.float32)
        for top in range(0, height, step):
            first, end = max(0, top - OVERLAP), min(height, top + step)
            found[top:end] = heat_of(view[first : min(height, end + OVERLAP)])[top - first : end - first]
        return found

    return heat


def fit(pixels: Pixels, ratio: float) -> tuple[Pixels, NDArray[np.float32]]:
    """The page in RGB scaled by about `ratio`, to sides that are multiples of 32, and its exact scale in x and y."""
    height, width = pixels.shape[:2]
    size = [max(MULTIPLE, round(side * ratio / MULTIPLE) * MULTIPLE) for side in (width, height)]
    shrunk = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR)
    if shrunk.ndim == 2:
        shrunk = cv2.cvtColor(shrunk, cv2.COLOR_GRAY2RGB)
    return np.asarray(shrunk, np.uint8), np.array([size[0] / width, size[1] / height], np.float32)


def _look(pixels: Pixels, ratio: float, heat_of: Callable[[Pixels], Heat]) -> Survey:
    height, width = pixels.shape[:2]
    shrunk, scale = fit(pixels, ratio)
    limits = np.array([width - 1, height - 1], np.float32)
    return both_outlines(heat_of(shrunk)).each(lambda region: _clipped(region.moved(np.float32(1) / scale), limits))


def _clipped(region: Region, limits: NDArray[np.float32]) -> Region:
    return replace(region, quad=np.clip(region.quad, 0, limits))


def _mapped(points: NDArray[np.float32], matrix: Matrix) -> NDArray[np.float32]:
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float32)


def _reach(found: Sequence[Region], turn: Matrix, shape: tuple[int, int]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the text and what lies near, as far as the page goes, after the turn."""
    height, width = shape
    page = np.array([[0, 0], [width, 0], [width, height], [0, height]]) @ turn.T
    text = np.concatenate([region.quad for region in found]) @ turn.T
    margin = NEARBY * max(width, height)
    low = np.maximum(page.min(axis=0), text.min(axis=0) - margin)
    high = np.minimum(page.max(axis=0), text.max(axis=0) + margin)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _ratio(width: float, height: float) -> float:
    """By how much a page is scaled for the network, if its text is of the usual size."""
    area: float = (AREA / (height * width)) ** 0.5
    return min(SHORT_SIDE / min(height, width), LONG_SIDE / max(height, width), area)


def _closer(found: Sequence[Region], ratio: float) -> float:
    """The ratio at which the text is as large as the network likes, at most 1; `ratio` where it is so already."""
    if not found:
        return ratio
    sides = np.array([np.linalg.norm(region.quad[:2] - region.quad[1:3], axis=1) for region in found])
    usual = float(np.median(sides.min(axis=1)))
    return min(1.0, ENOUGH / usual) if usual * ratio < SMALL else ratio


def _around(found: list[Region], width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of all the text, with a margin."""
    corners = np.concatenate([region.quad for region in found])
    margin = 0.02 * max(width, height)
    left, top = np.maximum(corners.min(axis=0) - margin, 0).astype(int)
    right, bottom = (corners.max(axis=0) + margin).astype(int)
    return int(left), int(top), min(width, int(right)), min(height, int(bottom))


def outlines(heat: Heat) -> list[Region]:
    """The likely pieces in pixels of the heat map."""
    return both_outlines(heat).straight


def both_outlines(heat: Heat) -> Survey:
    """The same, and with the lines that run in a bow."""
    mask = cv2.dilate((heat > PIXEL_THRESHOLD).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    boxed = [(contour, cv2.minAreaRect(contour)) for contour in map(np.asarray, contours)]
    large = [one for one in boxed if min(one[1][1]) >= SMALLEST]
    level = [_regions(*one, heat) for one in large]
    bows = [_bow(*one, heat) if _is_bent(*one) else None for one in large]
    straight = list(chain.from_iterable(level))
    if not any(bow is not None for bow in bows):
        return Survey(straight, straight)
    some = [one if bow is None else bow for one, bow in zip(level, bows, strict=True)]
    return Survey(straight, list(chain.from_iterable(some)))


def _bow(contour: NDArray[Any], rectangle: Rectangle, heat: Heat) -> list[Region]:
    """The line in a bow, none where it is not likely."""
    return _likely(contour, rectangle, _mean_within(heat, contour[:, 0]))


def _regions(contour: NDArray[Any], rectangle: Rectangle, heat: Heat) -> list[Region]:
    """The pieces within one contour of the heat map: one, none, or the lines of a tangle."""
    whole = _likely(contour, rectangle, _mean_within(heat, _corners(rectangle)))
    if min(rectangle[1]) < TANGLED or not is_loose(contour, rectangle):
        return whole
    lines = [(line, cv2.minAreaRect(line)) for line in untangled(contour, rectangle)]
    scored = [
        (line, around, _mean_within(heat, _corners(around))) for line, around in lines if min(around[1]) >= SMALLEST
    ]
    parts = [region for one in scored for region in _likely(*one)]
    return parts if len(parts) > 1 or not whole else whole


def _likely(contour: NDArray[Any], rectangle: Rectangle, score: float) -> list[Region]:
    """The region within a contour if its score is enough."""
    if score < PIECE_THRESHOLD:
        return []
    return [Region(_corners(_widened(rectangle)), score, contour[:, 0].astype(np.float32))]


def _is_bent(contour: NDArray[Any], rectangle: Rectangle) -> bool:
    """Whether this is a long line that fills little of the rectangle around it, since it runs in a bow."""
    short, long = sorted(rectangle[1])
    area = cv2.contourArea(contour)
    return area < BENT * short * long and area * THIN < long**2


def _corners(rectangle: Rectangle) -> Quad:
    return np.asarray(cv2.boxPoints(rectangle), np.float32)


def _widened(rectangle: Rectangle) -> Rectangle:
    """The rectangle with every side moved out by area * WIDENING / perimeter."""
    centre, size, angle = rectangle
    width, height = size
    out = width * height * WIDENING / (2 * (width + height))
    return centre, (width + 2 * out, height + 2 * out), angle


def _mean_within(heat: Heat, corners: NDArray[Any]) -> float:
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, None)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
    part = heat[top:bottom, left:right]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [(corners - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(part, mask)[0])
