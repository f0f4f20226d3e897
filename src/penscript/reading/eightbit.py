"""Any depth and any channels -> what the stages read: grey or RGB, uint8."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from penscript.reading.image import Pixels

Values = NDArray[np.generic]
_BAND_PIXELS = 1 << 21
"""Pixels that are converted at a time, so that a page is never held twice."""
_LOW_CONTRAST = 64


def eight_bits(values: Values) -> Pixels:
    """Samples of any number type as uint8, the same shape.

    Whole numbers keep their most significant bits, counted from the largest value there (12 bits in a 16-bit file
    become 8 of 12); where that leaves next to no contrast they are stretched. Floats from 0 to 1 are scaled, floats
    within 0 to 255 kept; everything else is stretched from its least to its greatest. NaN is black.
    """
    if values.dtype == np.uint8:
        return values.astype(np.uint8, copy=False)
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    if not values.size:
        return np.zeros(values.shape, np.uint8)
    if np.issubdtype(values.dtype, np.integer):
        return _from_integers(values)
    return _scaled(np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0))


def _from_integers(values: Values) -> Pixels:
    least, greatest = int(values.min()), int(values.max())
    used = greatest.bit_length()
    spare = max(0, used - 8)
    if least < 0 or (8 < used < 8 * values.dtype.itemsize and (greatest - least) >> spare < _LOW_CONTRAST):
        return _stretched(values.astype(np.float32))
    return np.right_shift(values, spare).astype(np.uint8)


def _scaled(values: NDArray[np.float32]) -> Pixels:
    if values.min() >= 0 and values.max() <= 255:
        return (values * (255 if values.max() <= 1 else 1) + 0.5).astype(np.uint8)
    return _stretched(values)


def _stretched(values: NDArray[np.float32]) -> Pixels:
    least, greatest = float(values.min()), float(values.max())
    return ((values - least) * (255 / max(greatest - least, 1e-12)) + 0.5).astype(np.uint8)


def ground_below(image: Image.Image) -> int | None:
    """The grey (255 or 0) that a picture with transparency is laid on; None for one without.

    White, except where all that is visible is so light that it would vanish: then black.
    """
    if not (image.has_transparency_data or image.mode in ("La", "RGBa")):
        return None
    seen = image.resize((min(image.width, 512), min(image.height, 512)), Image.Resampling.NEAREST)
    grey, alpha = (np.asarray(band) for band in as_alpha(seen).convert("LA").split())
    ink = grey[alpha >= 128]
    return 0 if 0 < ink.size < 0.9 * grey.size and np.percentile(ink, 5) > 200 else 255


def as_alpha(image: Image.Image) -> Image.Image:
    """The same picture as LA or RGBA with straight alpha."""
    if image.mode in ("LA", "RGBA"):
        return image
    return image.convert("LA") if image.mode == "La" else image.convert("RGBA")


def flat(band: Image.Image, ground: int | None) -> Pixels:
    """A part of a picture as grey or RGB. ground: what shines through its transparency, None if it has none."""
    if ground is not None:
        return _laid_on(as_alpha(band), ground)
    grey = band.mode in ("1", "L") or (band.mode in ("P", "PA") and _grey_palette(band))
    return np.asarray(band.convert("L" if grey else "RGB"))


def _laid_on(band: Image.Image, ground: int) -> Pixels:
    whole = Image.new("RGBA", band.size, (ground, ground, ground, 255))
    whole.alpha_composite(band.convert("RGBA"))
    return np.asarray(whole.getchannel("R") if band.mode == "LA" else whole.convert("RGB"))


def _grey_palette(image: Image.Image) -> bool:
    colours = np.array(image.getpalette("RGB") or [0, 0, 0], np.uint8).reshape(-1, 3)
    return bool((colours == colours[:, :1]).all())


def bands(width: int, height: int) -> list[tuple[int, int]]:
    """Rows from, rows to: a cut of a picture into parts of bounded size."""
    step = max(1, _BAND_PIXELS // max(width, 1))
    return [(top, min(top + step, height)) for top in range(0, height, step)]


def upright(pixels: Pixels, orientation: int) -> Pixels:
    """The picture as EXIF `orientation` (1 to 8, anything else is 1) says that it is to be seen."""
    if orientation in (5, 7):
        turned = cv2.transpose(pixels)
        return np.asarray(cv2.rotate(turned, cv2.ROTATE_180) if orientation == 7 else turned, np.uint8)
    if orientation in (2, 4):
        return np.asarray(cv2.flip(pixels, 1 if orientation == 2 else 0), np.uint8)
    turn = {3: cv2.ROTATE_180, 6: cv2.ROTATE_90_CLOCKWISE, 8: cv2.ROTATE_90_COUNTERCLOCKWISE}.get(orientation)
    return pixels if turn is None else np.asarray(cv2.rotate(pixels, turn), np.uint8)
