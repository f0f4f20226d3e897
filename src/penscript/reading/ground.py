"""White on black: which of the ink and its ground is lighter. The networks know dark ink best."""

from collections.abc import Sequence

import numpy as np

from penscript.reading.image import Pixels, levels

FAINTEST = 24.0
"""Levels of grey between ink and ground from which they can be told apart."""
ROWS, COLUMNS = 24, 200
"""About so many pixels of a crop are looked at."""


def is_negative(crop: Pixels) -> bool:
    """Whether a line's ink, which covers the smaller part, is lighter than its ground."""
    grey = crop[..., 1] if crop.ndim == 3 else crop
    few = grey[:: max(1, grey.shape[0] // ROWS), :: max(1, grey.shape[1] // COLUMNS)]
    dark, ground, light = levels(few, (4, 50, 96))
    return light - ground > max(ground - dark, FAINTEST - (ground - dark))


def is_mostly_negative(crops: Sequence[Pixels], negative: Sequence[bool]) -> bool:
    """Whether more of a page's text, by its length, is white on black than black on white."""
    lengths: list[float] = [crop.shape[1] / crop.shape[0] for crop in crops]
    light: float = sum(length for length, light in zip(lengths, negative, strict=True) if light)
    return light > sum(lengths) / 2


def inverted(pixels: Pixels) -> Pixels:
    """White for black and black for white."""
    return np.asarray(255 - pixels, np.uint8)


def positive(crop: Pixels) -> Pixels:
    """The line with dark ink on light ground."""
    return inverted(crop) if is_negative(crop) else crop
