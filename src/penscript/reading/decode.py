"""One picture of an image file -> pixels, through Pillow.

Pillow's plugins are opened by name, so that a file reaches the decoder of the format that it is in and no other, and
the process-wide switches of Pillow (its pixel limit, its tolerance of damage) are left alone. A picture is decoded into
memory of our own and packed there from four bytes a pixel to three, so that a large one is never held twice.
"""

import contextlib
import logging
import math
import warnings
from dataclasses import dataclass
from importlib import import_module
from typing import Any, BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile

from penscript.reading.colour import Correction, corrected, correction
from penscript.reading.eightbit import bands, eight_bits, flat, ground_below, upright
from penscript.reading.image import Pixels
from penscript.reading.sniff import Format

log = logging.getLogger("penscript.reading.decode")
warnings.filterwarnings("ignore", module=r"PIL\.")  # of damaged tags, which cost nothing that is read here

Memory = NDArray[np.uint8]
_NUMBERS = {"I;16": "<u2", "I;16L": "<u2", "I;16B": ">u2", "I": "=i4", "F": "=f4"}
_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2}
_LARGE = 64 * 2**20
_TILE = 1536
_core: Any = Image.core  # type: ignore[attr-defined]
_EMPTY = Image.new("L", (1, 1)).im


@dataclass(frozen=True, slots=True)
class Decoded:
    """Pixels of a page as a viewer shows it, pixels an inch when known, what went wrong."""

    pixels: Pixels
    dpi: float | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    """How a picture is to be shown: the grey below its transparency, the change of its colours; None for neither."""

    ground: int | None = None
    correction: Correction | None = None


def open_image(file: BinaryIO, form: Format) -> ImageFile.ImageFile:
    """The header of `file`, read by the plugin of `form`. Raises whatever the plugin raises."""
    module, name = form.plugin.split(":")
    file.seek(0)
    image: ImageFile.ImageFile = getattr(import_module(module), name)(file)
    return image


def decode_image(image: ImageFile.ImageFile, *, rescue: bool = False) -> Decoded:
    """Decode the current frame of an opened image; it gives its memory away and cannot be decoded again.

    rescue: keep what was decoded before the data broke; the rest stays white. Otherwise raises whatever the plugin
    raises.
    """
    return _as_shown(image, _load_into_own(image, rescue))


def decode_loaded(image: Image.Image) -> Decoded:
    """The current frame of somebody's PIL image, which stays as it is. Raises whatever Pillow raises."""
    image.load()
    return _as_shown(image, None)


def _as_shown(image: Image.Image, memory: Memory | None) -> Decoded:
    orientation = 1 if image.format == "TIFF" else _orientation(image)  # the TIFF plugin has applied it
    dpi = _dpi(image, orientation)
    if image.mode in _NUMBERS:
        return squared(upright(_numbers(image, memory), orientation), dpi)
    flat_memory, shape = _packed(image, memory)
    return squared(_upright(flat_memory, shape, orientation), dpi)


def _load_into_own(image: ImageFile.ImageFile, rescue: bool) -> Memory | None:
    """Load; the array that the decoder wrote into, or None where the plugin made memory of its own after all."""
    width, height = getattr(image, "_tile_size", image.size)
    size = _BYTES.get(image.mode, 4)
    mode = "L" if image.mode == "1" else image.mode  # they are laid out alike
    memory = np.full(width * height * size, _blank(image), np.uint8)
    image.im = mapped = _core.map_buffer(memory, (width, height), "raw", 0, (mode, width * size, 1))
    try:
        image.load()
    except Exception as error:  # plugins raise nearly anything on damaged data
        if not rescue:
            raise
        log.debug("kept what was decoded before %s", type(error).__name__)
        image.tile = []
    return memory if image.im is mapped else None


def _blank(image: Image.Image) -> int:
    """The byte that makes white in the image's mode; for a palette, the index of its lightest colour."""
    if image.mode == "P" and image.palette and image.palette.rawmode == "RGB":
        colours = np.frombuffer(bytes(image.palette.palette), np.uint8)
        return int(np.argmax(colours[: len(colours) // 3 * 3].reshape(-1, 3).sum(axis=1, dtype=np.uint16)))
    return 0 if image.mode in ("CMYK", "P") else 255


def _numbers(image: Image.Image, memory: Memory | None) -> Pixels:
    """Grey of more than eight bits, or floats, as eight bits."""
    values = np.asarray(image) if memory is None else memory.view(_NUMBERS[image.mode]).reshape(image.size[::-1])
    pixels = eight_bits(values)
    white_is_zero = getattr(image, "tag_v2", {}).get(262) == 0
    return 255 - pixels if white_is_zero else pixels


def _packed(image: Image.Image, memory: Memory | None) -> tuple[Memory, tuple[int, ...]]:
    """Grey or RGB in a flat array of its own, and its shape; in the memory decoded into where there is room for it."""
    width, height = image.size
    look = _Look(ground_below(image), correction(image))
    if memory is not None and image.mode in ("L", "1") and look == _Look():
        return memory, (height, width)
    shape = (height, *_band(image, None, look, 0, 1).shape[1:])
    count = math.prod(shape)
    target = np.empty(count, np.uint8) if memory is None or memory.size < count else memory
    for top, bottom in bands(width, height):
        row = count // height
        target[top * row : bottom * row] = _band(image, memory, look, top, bottom).reshape(-1)
    image.im = _EMPTY if target is memory else image.im
    target.resize(count, refcheck=False)  # nothing else points there any more; the end is given back
    return target, shape


def _upright(memory: Memory, shape: tuple[int, ...], orientation: int) -> Pixels:
    """The picture of `shape` in `memory`, which it takes over, turned as EXIF says.

    A large one is cut into tiles while its memory is given back, and put together while theirs is, so that it is never
    there twice.
    """
    if orientation not in (5, 6, 7, 8) or memory.size < _LARGE:
        return upright(memory.reshape(shape), orientation)
    height, width = shape[:2]
    row = memory.size // height
    columns = [(left, min(left + _TILE, width)) for left in range(0, width, _TILE)]
    tiles: list[list[Pixels]] = [[] for _ in columns]
    for top in range((height - 1) // _TILE * _TILE, -1, -_TILE):
        rows = memory[top * row :].reshape(-1, *shape[1:])
        for (left, right), stack in zip(columns, tiles, strict=True):
            stack.insert(0, rows[:, left:right].copy())
        del rows
        memory.resize(top * row, refcheck=False)
    turned = np.empty((width, height, *shape[2:]), np.uint8)
    for (left, right), stack in zip(columns, tiles, strict=True):
        place = slice(left, right) if orientation in (5, 6) else slice(width - right, width - left)
        turned[place] = upright(np.concatenate(stack), orientation)
        stack.clear()
    return turned


def _band(image: Image.Image, memory: Memory | None, look: _Look, top: int, bottom: int) -> Pixels:
    """Rows `top` to `bottom` as grey or RGB, always a copy."""
    width, height = image.size
    if memory is not None and image.mode == "RGB" and look == _Look():
        return np.asarray(cv2.cvtColor(memory.reshape(height, width, 4)[top:bottom], cv2.COLOR_RGBA2RGB), np.uint8)
    return flat(corrected(image.crop((0, top, width, bottom)), look.correction), look.ground)


def _orientation(image: Image.Image) -> int:
    with contextlib.suppress(Exception):  # a damaged EXIF block must not cost the picture
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    return 1


def _dpi(image: Image.Image, orientation: int) -> tuple[float, float] | None:
    """Pixels an inch along x and y as the picture is shown; None when unknown or absurd."""
    with contextlib.suppress(Exception):  # the same: fractions with zero, text, too few values
        x, y = (float(value) for value in image.info["dpi"])
        if 30 <= x <= 10_000 and 30 <= y <= 10_000:
            return (y, x) if 5 <= orientation <= 8 else (x, y)
    return None


def squared(pixels: Pixels, dpi: tuple[float, float] | None) -> Decoded:
    """A page whose dots are not square (a fax) with the coarser direction stretched, as a viewer shows it."""
    if dpi is None:
        return Decoded(pixels)
    (x, y), (height, width) = dpi, pixels.shape[:2]
    if not 1.2 <= max(x, y) / min(x, y) <= 4:
        return Decoded(pixels, round(y, 2))
    size = (round(width * y / x), height) if x < y else (width, round(height * x / y))
    note = f"Its dots are not square ({x:g} x {y:g} an inch); it is read as {size[0]} x {size[1]} pixels."
    stretched = cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC)
    return Decoded(np.asarray(stretched, np.uint8), round(max(x, y), 2), (note,))
