"""The pages of a picture file, decoded one at a time, with a second and a third try for what is damaged or odd."""

import logging
from dataclasses import replace
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageFile

from penscript.document import Attachment
from penscript.errors import DamagedInput, EmptyInput, UsageError
from penscript.options import Limits
from penscript.reading.bounded import unpacks_too_large, within_pixels
from penscript.reading.decode import Decoded, decode_image, decode_loaded, open_image
from penscript.reading.eightbit import eight_bits, flat, ground_below
from penscript.reading.image import Picture
from penscript.reading.salvage import mended
from penscript.reading.sniff import TIFF, Format
from penscript.reading.tiff import Frame, decode_odd, frames

log = logging.getLogger("penscript.reading.raster")

ANIMATED = "It holds several pictures that are shown one after the other; only the first is read."
CUT = "The file is damaged behind this page; pages that followed are lost."
RESCUED = "It is damaged or incomplete; what could be decoded was read, the rest of the page is blank."


class RasterPages:
    """The pages of one picture file. Raises what the decoder raises when not even the header can be read.

    TIFF and HEIC files have a page for every image in them (previews and masks aside); a GIF, PNG, WebP or AVIF
    animation is one page, its first picture, with a warning.
    """

    attachments: tuple[Attachment, ...] = ()

    def __init__(self, name: str, file: BinaryIO, form: Format, limits: Limits) -> None:
        self._name, self._file, self._form, self._limits = name, file, form, limits
        self._image: ImageFile.ImageFile | None = None
        self._complete = True
        self._frames = self._count()
        self.count = len(self._frames)

    def picture(self, number: int) -> Picture:
        """Decode page `number`."""
        frame = self._frames[number - 1]
        if min(frame.width, frame.height) <= 0:
            raise EmptyInput(f"{self._name} is {frame.width} x {frame.height} pixels.", "Check how it was made.")
        within_pixels(self._name, frame.width, frame.height, self._limits, self._form)
        done = self._first_that_works(frame)
        cut = () if self._complete or number < self.count else (CUT,)
        return Picture(done.pixels, number, done.dpi, (*done.warnings, *cut))

    def close(self) -> None:
        """Close the file."""
        self._image = None
        self._file.close()

    def _count(self) -> list[Frame]:
        if self._form is TIFF:
            found, self._complete = frames(self._file)
            return [frame for frame in found if frame.is_page] or found or self._of_pillow()
        return self._of_pillow()

    def _of_pillow(self) -> list[Frame]:
        self._image = self._header()
        count = getattr(self._image, "n_frames", 1) if self._form.many else 1
        return [Frame(index, *self._size_at(index), True) for index in range(count)]

    def _header(self) -> ImageFile.ImageFile:
        try:
            return open_image(self._file, self._form)
        except Image.DecompressionBombError as error:
            raise unpacks_too_large(self._name, self._limits) from error
        except Exception as error:  # decoders raise nearly anything on damaged data
            log.debug("header: %s", type(error).__name__)
            return open_image(mended(self._file, self._form), self._form)

    def _size_at(self, index: int) -> tuple[int, int]:
        image = self._image
        assert image is not None
        if index:
            image.seek(index)
        return image.size

    def _first_that_works(self, frame: Frame) -> Decoded:
        """Pillow; for a kind of TIFF that it does not know, OpenCV; else what either got out before the data broke."""
        ways = [self._plainly, self._rescued, *([self._rescued_oddly] if self._form is TIFF else [])]
        failure: Exception | None = None
        while ways:
            try:
                return ways.pop(0)(frame)
            except Exception as error:  # decoders raise nearly anything on damaged data
                log.debug("frame %d: %s", frame.index, type(error).__name__)
                if failure is None and self._form is TIFF and isinstance(error, SyntaxError):
                    ways = [self._oddly]
                failure = failure or error
        raise DamagedInput(
            f"{self._name} is a {self._form.title} file that cannot be decoded: it is damaged, or of an unusual kind.",
            "Get it again, or save it as PNG, JPEG or PDF.",
        ) from failure

    def _oddly(self, frame: Frame) -> Decoded:
        return decode_odd(self._file, frame.index)

    def _rescued_oddly(self, frame: Frame) -> Decoded:
        return replace(self._oddly(frame), warnings=(RESCUED,))

    def _plainly(self, frame: Frame) -> Decoded:
        image = self._at(frame.index)
        animated = not self._form.many and self._form.title != "ICO" and getattr(image, "is_animated", False)
        done = decode_image(image)
        return replace(done, warnings=(*done.warnings, ANIMATED)) if animated else done

    def _rescued(self, frame: Frame) -> Decoded:
        file = mended(self._file, self._form)
        image = open_image(file, self._form)
        image.seek(frame.index)
        done = decode_image(image, rescue=True)
        if done.pixels.min() == done.pixels.max():
            raise ValueError("nothing came out")
        return replace(done, warnings=(*done.warnings, RESCUED))

    def _at(self, index: int) -> ImageFile.ImageFile:
        """The image at a frame that has not been decoded yet: a decoded one cannot be decoded again."""
        image, self._image = self._image, None
        if image is None or image.tell() >= index:
            image = open_image(self._file, self._form)
        image.seek(index)
        if self._form.many and self.count > 1:
            self._image = image
        return image


def picture_of_array(array: "np.ndarray[tuple[int, ...], np.dtype[np.generic]]") -> Picture:
    """An array as a page, alpha laid on white. UsageError for what is no picture, EmptyInput for one without pixels."""
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 2, 3, 4)):
        raise UsageError(
            f"An array of shape {array.shape} is no picture.", "Give height x width, or height x width x 3 (RGB)."
        )
    if array.size == 0:
        raise EmptyInput(f"The given array is empty: its shape is {array.shape}.", "Check how it was made.")
    if array.dtype.kind not in "buif":
        raise UsageError(f"An array of {array.dtype} is no picture.", "Give uint8, from 0 to 255.")
    pixels = eight_bits(array)
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        image = Image.fromarray(pixels)
        pixels = flat(image, ground_below(image))
    return Picture(np.ascontiguousarray(pixels[..., 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels))


def picture_of_image(image: Image.Image) -> Picture:
    """The current frame of a PIL image as a page, turned as its EXIF says. The image is left as it is."""
    done = decode_loaded(image)
    return Picture(done.pixels, 1, done.dpi, done.warnings)
