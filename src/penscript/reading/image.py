"""One decoded page, before anything looks at it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""RGB or grey, uint8, height x width (x 3)."""


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
