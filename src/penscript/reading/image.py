"""One decoded page, before anything looks at it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""RGB or grey, uint8, height x width (x 3)."""
LARGE = 50_000_000
"""Bytes of a page beside which no memory may lie idle."""


def levels(grey: Pixels | NDArray[np.uint16], percents: Sequence[float]) -> tuple[float, ...]:
    """The percentiles of small numbers, as `numpy.percentile` has them, by their histogram, which is quicker."""
    reached = np.cumsum(np.bincount(grey.ravel(), minlength=256))
    last = int(reached[-1]) - 1
    places = [last * (percent / 100) for percent in percents]
    ranks = np.array([(int(place), min(int(place) + 1, last)) for place in places])
    ends = np.searchsorted(reached, ranks, "right").tolist()
    return tuple(low + (high - low) * (place - int(place)) for (low, high), place in zip(ends, places, strict=True))


def grey_at(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """A page in grey at a size (width, height) that is no larger. Of a large page no grey copy is made before."""
    import cv2  # which opening a file does not need

    if pixels.ndim == 3 and pixels.size <= LARGE:
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    small = pixels if pixels.shape[1::-1] == size else cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small if small.ndim == 2 else cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)


@dataclass(frozen=True, slots=True)
class OwnWord:
    """A word that a PDF says itself: its corners on the page, clockwise from the top left as it reads, in pixels."""

    text: str
    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The pixels of page `number` (from 1) as a viewer shows it: EXIF applied, transparency on white.

    dpi: pixels an inch when known. warnings: what could not be decoded and what was done instead. words: the text
    that a PDF carries itself, seen or not, in its own order.
    """

    pixels: Pixels
    number: int = 1
    dpi: float | None = None
    warnings: tuple[str, ...] = ()
    words: tuple[OwnWord, ...] = ()

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])
