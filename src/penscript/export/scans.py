"""Pictures -> pages of a PDF: a JPEG as it is, what was stored without loss without loss, the rest as a good JPEG."""

import io
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name
from PIL import Image

from penscript.document import Page, PageStatus

if TYPE_CHECKING:
    from penscript.export.searchable import Original

USUAL_SIDE = 842.0
"""Points of the longer side of a picture that says nothing of its resolution: that of A4."""
_LOSSY = {"JPEG", "WebP", "HEIC", "AVIF", "JPEG 2000"}
_QUALITY = 92
_EMPTY = (595.0, 842.0)
_TURNS = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
"""EXIF orientation -> matrix that puts the unit square of the stored picture where a viewer shows it."""
_UPRIGHT = {0: 1, 90: 6, 180: 3, 270: 8}
"""Rotation that makes a page upright -> the orientation that does the same."""


def picture_page(pdf: pikepdf.Pdf, page: Page, original: "Original") -> None:
    """Add a page that shows picture `page.number` of the original upright; an empty one where it could not be read."""
    scale = 72 / page.dpi if page.dpi else USUAL_SIDE / max(page.width, page.height, 1)
    failed = page.status is PageStatus.FAILED or not page.width or not page.height
    size = _EMPTY if failed else (page.width * scale, page.height * scale)
    pdf.add_blank_page(page_size=size[::-1] if page.rotation % 180 else size)
    if failed:
        return
    image, turn = _image(pdf, page, original)
    sheet = pdf.pages[-1]
    sheet.obj.Resources = Dictionary(XObject=Dictionary(Scan=image))
    numbers = b" ".join(b"%g" % number for number in turn)
    upright = b" ".join(b"%g" % number for number in _TURNS[_UPRIGHT[page.rotation % 360]])
    _, _, width, height = (float(number) for number in sheet.mediabox)
    sheet.contents_add(b"q %.4f 0 0 %.4f 0 0 cm %s cm %s cm /Scan Do Q\n" % (width, height, upright, numbers))


def _image(pdf: pikepdf.Pdf, page: Page, original: "Original") -> tuple[Any, tuple[int, ...]]:
    if original.format == "JPEG" and page.number == 1:
        data = original.file().read()
        with Image.open(io.BytesIO(data)) as picture:
            shown = picture.size if picture.getexif().get(0x0112, 1) < 5 else picture.size[::-1]
            if picture.mode in ("L", "RGB") and shown == (page.width, page.height):
                return _of_jpeg(pdf, data, picture), _TURNS.get(picture.getexif().get(0x0112, 1), _TURNS[1])
    pixels = original.load(page.number).pixels
    make = _lossy if original.format in _LOSSY else _lossless
    return make(pdf, pixels), _TURNS[1]


def _of_jpeg(pdf: pikepdf.Pdf, data: bytes, picture: Image.Image) -> Any:
    colours = Name.DeviceGray if picture.mode == "L" else Name.DeviceRGB
    profile = picture.info.get("icc_profile")
    image = _stream(pdf, data, picture.size, Name.DCTDecode, colours)
    kind = b"GRAY" if picture.mode == "L" else b"RGB "
    if profile and profile[16:20] == kind:
        icc = pdf.make_stream(profile, N=1 if picture.mode == "L" else 3, Alternate=colours)
        image.ColorSpace = Array([Name.ICCBased, icc])
    return image


def _lossy(pdf: pikepdf.Pdf, pixels: NDArray[np.uint8]) -> Any:
    out, picture = io.BytesIO(), Image.fromarray(pixels)
    picture.save(out, "JPEG", quality=_QUALITY)
    return _of_jpeg(pdf, out.getvalue(), picture)


def _lossless(pdf: pikepdf.Pdf, pixels: NDArray[np.uint8]) -> Any:
    """What PNG makes of the pixels, which PDF understands: rows with predictors, deflated."""
    picture = _plainest(pixels)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False)
    bits, channels = (1 if picture.mode == "1" else 8), (3 if picture.mode == "RGB" else 1)
    colours = Name.DeviceRGB if channels == 3 else Name.DeviceGray
    image = _stream(pdf, b"".join(_chunks(out.getvalue(), b"IDAT")), picture.size, Name.FlateDecode, colours, bits)
    image.DecodeParms = Dictionary(Predictor=15, Colors=channels, BitsPerComponent=bits, Columns=picture.width)
    return image


def _plainest(pixels: NDArray[np.uint8]) -> Image.Image:
    """The picture in black and white or grey where it is nothing more."""
    if pixels.ndim == 3 and np.array_equal(pixels[..., :2], pixels[..., 1:]):
        pixels = pixels[..., 0]
    picture = Image.fromarray(pixels)
    if pixels.ndim == 2 and not np.any((pixels > 0) & (pixels < 255)):
        return picture.convert("1", dither=Image.Dither.NONE)
    return picture


def _chunks(png: bytes, wanted: bytes) -> Iterator[bytes]:
    place = 8
    while place < len(png):
        length, kind = struct.unpack_from(">I4s", png, place)
        if kind == wanted:
            yield png[place + 8 : place + 8 + length]
        place += 12 + length


def _stream(  # noqa: PLR0917 - an argument an entry
    pdf: pikepdf.Pdf, data: bytes, size: tuple[int, int], filter: Name, colours: Name, bits: int = 8
) -> Any:
    image = pdf.make_stream(data)
    entries = {
        "Type": Name.XObject,
        "Subtype": Name.Image,
        "Width": size[0],
        "Height": size[1],
        "ColorSpace": colours,
        "BitsPerComponent": bits,
        "Filter": filter,
    }
    for key, value in entries.items():
        image[f"/{key}"] = value
    return image
