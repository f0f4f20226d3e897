"""Uneven light -> even paper: shadows, lamps from one side, glare; and pale writing -> dark.

The light is what is left of a small copy of the page when its ink is taken away: the brightest neighbours, smoothed.
Every pixel is divided by the light at its place, each colour by itself, so that tinted light becomes white too.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.reading.image import Pixels, levels
from penscript.reading.piece import Quad

Light = NDArray[np.float32]
SMALL = 320
"""Longer side of the copy on which the light is estimated, in pixels."""
INK = 11
"""Strokes and the gaps around them are narrower than this there."""
PAPER = 235.0
BRIGHTEN = 6.0
"""No pixel is made brighter than by this factor."""
UNEVEN = 0.62
"""A page is uneven where its darkest texts stand on paper of less than this share of the brightest ones' light."""
FEWEST = 4
PALE = 70.0
"""On a pale page, ink and paper are fewer levels of grey apart."""
ENDS = (0.5, 99.5)
"""The percentiles of a page that are its ink and its paper, or the other way round."""
EVERY, MOST = 4, 1_000_000
"""One pixel of so many, across and down, tells them; so many at most, those of 16 megapixels."""


def is_pale(pixels: Pixels, quads: Sequence[Quad]) -> bool:
    """Whether there is text on the page, and all of it hardly darker or lighter than the paper."""
    dark, light = _ends(pixels) if len(quads) >= FEWEST else (0.0, 255.0)
    return light - dark < PALE


def strengthened(pixels: Pixels) -> Pixels:
    """The page with its ink black and its paper white; uint8 as `pixels`."""
    dark, light = _ends(pixels)
    levels = np.clip((np.arange(256) - dark) * 255 / max(1.0, light - dark), 0, 255)
    return np.asarray(cv2.LUT(pixels, levels.round().astype(np.uint8)), np.uint8)


def _ends(pixels: Pixels) -> tuple[float, float]:
    step = max(EVERY, round((pixels.shape[0] * pixels.shape[1] / MOST) ** 0.5))
    few = pixels[::step, ::step]
    if few.ndim == 2:
        dark, light = levels(few, ENDS)
        return dark, light
    dark, light = levels(few[..., 0].astype(np.uint16) + few[..., 1] + few[..., 2], ENDS)
    return dark / 3, light / 3


def is_uneven(pixels: Pixels, quads: Sequence[Quad]) -> bool:
    """Whether the pieces of text stand in light of different strength."""
    if len(quads) < FEWEST:
        return False
    small = _light(pixels)
    light = small if small.ndim == 2 else small.max(axis=2)
    scale = np.array(light.shape[::-1]) / np.array(pixels.shape[1::-1])
    limits = np.array(light.shape[::-1]) - 1
    places = np.array([quad.mean(axis=0) for quad in quads]) * scale
    x, y = np.clip(np.round(places), 0, limits).astype(int).T
    dark, bright = np.percentile(light[y, x], [4, 96])
    return bool(dark < UNEVEN * bright)


def evened(pixels: Pixels) -> Pixels:
    """The page as if the same light fell on all of it; uint8 as `pixels`."""
    height, width = pixels.shape[:2]
    light = cv2.resize(_light(pixels), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(pixels, np.maximum(light, PAPER / BRIGHTEN), scale=PAPER, dtype=cv2.CV_8U), np.uint8)


def _light(pixels: Pixels) -> Light:
    """The light on a small copy of the page, 0 to 255, a plane a colour."""
    height, width = pixels.shape[:2]
    ratio = min(1.0, SMALL / max(height, width))
    size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    small = _reduced(pixels, size)
    bare = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((INK, INK), np.uint8))
    return np.asarray(cv2.GaussianBlur(cv2.medianBlur(bare, INK), (0, 0), INK / 3), np.float32)


def _reduced(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """A page at a much smaller size (width, height), by areas: by halves first, which is quick."""
    while pixels.shape[1] >= 2 * size[0] and pixels.shape[0] >= 2 * size[1]:
        height, width = (side // 2 for side in pixels.shape[:2])
        even = pixels[: 2 * height, : 2 * width]
        pixels = np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
