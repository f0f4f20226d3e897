"""Copies of pages as bad photographs and odd paper make them: turned, skewed, shadowed, pale, ruled, white on black.
The truth's places move along.

Every variant is drawn from a seed and the page alone, so the same call gives the same pixels.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.evaluation.matching import Outline

Pixels = NDArray[np.uint8]
Matrix = NDArray[np.float64]
Change = Callable[[Pixels, int], tuple[Pixels, Matrix]]
"""From a page (RGB or grey) and a seed to the changed page and the 2 x 3 map of its coordinates."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A changed page. matrix: 2 x 3, from coordinates of the page to those of the variant."""

    pixels: Pixels
    matrix: Matrix

    def move(self, outline: Outline) -> list[tuple[float, float]]:
        """Where an outline of the page stands on the variant, in pixels."""
        points = np.asarray(outline, dtype=np.float64) @ self.matrix[:, :2].T + self.matrix[:, 2]
        return [(float(x), float(y)) for x, y in points]


def make_variant(pixels: Pixels, kind: str, seed: int = 0) -> Variant:
    """The page changed as `kind` says, one of KINDS. pixels: RGB or grey, uint8."""
    return Variant(*KINDS[kind](pixels, seed))


def rotated(pixels: Pixels, degrees: int) -> tuple[Pixels, Matrix]:
    """The page turned clockwise by 90, 180 or 270 degrees, no pixel lost."""
    height, width = pixels.shape[:2]
    turns = {
        90: [[0, -1, height - 1], [1, 0, 0]],
        180: [[-1, 0, width - 1], [0, -1, height - 1]],
        270: [[0, 1, 0], [-1, 0, width - 1]],
    }
    return np.ascontiguousarray(np.rot90(pixels, -degrees // 90)), np.array(turns[degrees], dtype=np.float64)


def skewed(pixels: Pixels, degrees: float) -> tuple[Pixels, Matrix]:
    """The page turned clockwise by any angle on a canvas that holds all of it, in the colour of its margin."""
    height, width = pixels.shape[:2]
    middle = ((width - 1) / 2, (height - 1) / 2)
    matrix = np.asarray(cv2.getRotationMatrix2D(middle, -degrees, 1.0), dtype=np.float64)
    size = np.abs(matrix[:, :2]) @ np.array([width, height])
    matrix[:, 2] += (size - np.array([width, height])) / 2
    canvas = tuple(int(np.ceil(side)) for side in size)
    margin = np.atleast_1d(np.median(_margin(pixels), axis=0))
    turned = cv2.warpAffine(pixels, matrix, canvas, flags=cv2.INTER_CUBIC, borderValue=tuple(map(float, margin)))
    return np.asarray(turned, dtype=np.uint8), matrix


def shadowed(pixels: Pixels, seed: int) -> tuple[Pixels, Matrix]:
    """The page under a lamp from one side and the shadow of a hand: light falls to a third, with a soft edge."""
    rng = np.random.default_rng(seed)
    height, width = pixels.shape[:2]
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    slope = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
    lamp = 0.8 + 0.35 * slope
    edge = slope + 0.08 * np.sin(rng.uniform(3, 7) * (x - y) + rng.uniform(0, 6)) - rng.uniform(-0.15, 0.15)
    shadow = 1 - rng.uniform(0.5, 0.62) / (1 + np.exp(edge / 0.03))
    return _lit(pixels, lamp * shadow, 0.0), _still()


def pale(pixels: Pixels, seed: int) -> tuple[Pixels, Matrix]:
    """The page with a quarter of its contrast, around a middle grey, and the noise of a camera."""
    rng = np.random.default_rng(seed)
    low = rng.uniform(90, 130)
    noise = rng.normal(0, 2.0, pixels.shape[:2])
    return _lit(pixels, np.full(pixels.shape[:2], 0.25), low + noise), _still()


def faint(pixels: Pixels, seed: int) -> tuple[Pixels, Matrix]:
    """The page as if written with a hard pencil: ink gives a third of its darkness, unevenly, on paper with a grain."""
    rng = np.random.default_rng(seed)
    height, width = pixels.shape[:2]
    paper = cv2.morphologyEx(pixels, cv2.MORPH_CLOSE, np.ones((31, 31), np.uint8)).astype(np.float64)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (height, width)), (0, 0), 1.0) * 3.5
    pressure = np.clip(0.33 + 0.35 * grain / 3.5, 0.1, 0.6)
    light, grain = (pressure[..., None], grain[..., None]) if pixels.ndim == 3 else (pressure, grain)
    return np.clip(np.round(paper + (pixels - paper) * light + grain), 0, 255).astype(np.uint8), _still()


def inverted(pixels: Pixels, _: int) -> tuple[Pixels, Matrix]:
    """The page white on black."""
    return 255 - pixels, _still()


def ruled(pixels: Pixels, seed: int, squared: bool = False) -> tuple[Pixels, Matrix]:
    """The page on paper with 34 blue rules over its longer side, or with squares half as wide."""
    rng = np.random.default_rng(seed)
    step = max(pixels.shape[:2]) / (68 if squared else 34)
    strong, thick = rng.uniform(0.25, 0.4), max(1, round(step / 16))
    places = np.arange(rng.uniform(0, step), max(pixels.shape[:2]), step).astype(int)
    lines = np.zeros(pixels.shape[:2], np.float64)
    for place in places:
        lines[place : place + thick] = strong
        if squared:
            lines[:, place : place + thick] = strong
    lines = np.asarray(cv2.GaussianBlur(lines, (0, 0), 0.6), np.float64)
    if pixels.ndim == 2:
        return np.round(pixels * (1 - lines)).astype(np.uint8), _still()
    return np.round(pixels * (1 - lines[..., None] * np.array([1.0, 0.7, 0.35]))).astype(np.uint8), _still()


def _lit(pixels: Pixels, light: NDArray[np.float64], added: NDArray[np.float64] | float) -> Pixels:
    if pixels.ndim == 3:
        light, added = light[..., None], added[..., None] if isinstance(added, np.ndarray) else added
    return np.clip(np.round(pixels * light + added), 0, 255).astype(np.uint8)


def _still() -> Matrix:
    return np.eye(2, 3)


def _margin(pixels: Pixels) -> Pixels:
    """The outermost rows and columns, as a list of pixels."""
    sides: Sequence[Pixels] = (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1])
    return np.concatenate(sides)


KINDS: dict[str, Change] = {
    "rotated-90": lambda pixels, _: rotated(pixels, 90),
    "rotated-180": lambda pixels, _: rotated(pixels, 180),
    "rotated-270": lambda pixels, _: rotated(pixels, 270),
    "skewed-3": lambda pixels, seed: skewed(pixels, 3.0 * _side(seed)),
    "skewed-10": lambda pixels, seed: skewed(pixels, 10.0 * _side(seed)),
    "skewed-25": lambda pixels, seed: skewed(pixels, 25.0 * _side(seed)),
    "skewed-45": lambda pixels, seed: skewed(pixels, 45.0 * _side(seed)),
    "shadowed": shadowed,
    "pale": pale,
    "faint": faint,
    "inverted": inverted,
    "ruled": ruled,
    "squared": lambda pixels, seed: ruled(pixels, seed, squared=True),
}


def _side(seed: int) -> int:
    """Clockwise for even seeds, the other way for odd ones."""
    return -1 if seed % 2 else 1
