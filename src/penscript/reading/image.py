"""One decoded page, before anything looks at it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""RGB or grey, uint8, height x width (x 3)."""


def levels(grey: Pixels, percents: Sequence[float]) -> tuple[float, ...]:
    """The percentiles of pixels, as `numpy.percentile` has them, by their histogram, which takes half of the time."""
    reached = np.cumsum(np.bincount(grey.ravel(), minlength=256))
    last = int(reached[-1]) - 1
    places = [last * (percent / 100) for percent in percents]
    ranks = np.array([(int(place), min(int(place) + 1, last)) for place in places])
    ends = np.searchsorted(reached, ranks, "right").tolist()
    return tuple(low + (high - low) * (place - int(place)) for (low, high), place in zip(ends, places, strict=True))


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
