"""Pixels -> barcodes and QR codes, by zxing-cpp.

A page is looked at as it is; softened for square and stacked codes, and smeared along upright and along lying bars,
which closes the specks of thermal print. A small or dim picture, often a photograph of nothing but a code, is looked at
softened for all of them, and with its contrast levelled. What a later view sees at a place already read is dropped.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, cast

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from penscript.document import Barcode, Bounds, Point
from penscript.reading.image import Pixels, levels
from penscript.reading.piece import Piece

_Grey = NDArray[np.uint8]
_LARGEST = 9_000_000
_LARGEST_SOFT = 3_000_000
_SMALL, _SMALL_IF_DIM = 400_000, 1_000_000
_DIM = 100
"""Levels of grey between the darkest and the lightest of a dim picture."""
# A scan line can meet bars by chance in print and ruling; a code is at least this high for its width.
_LEAST_HEIGHT = 0.015
_NAMES = {
    "DataBarExp": "DataBarExpanded",
    "DataBarExpStk": "DataBarExpanded",
    "EAN13": "EAN13",
    "EAN8": "EAN8",
    "MicroPDF417": "MicroPDF417",
    "MicroQRCode": "MicroQRCode",
    "RMQRCode": "rMQRCode",
    "UPCE": "UPCE",
}
_BARS = zxingcpp.barcode_formats_from_str("Codabar,Code39,Code93,Code128,ITF,DataBar,EANUPC")
_NO_BARS = zxingcpp.barcode_formats_from_str("PDF417,MicroPDF417,Aztec,QRCode,MicroQRCode,RMQRCode,DataMatrix,MaxiCode")
_EXPANDED = zxingcpp.barcode_formats_from_str("DataBarExp,DataBarExpStk")
_ALL = zxingcpp.barcode_formats_from_str(
    "Codabar,Code39,Code93,Code128,ITF,DataBar,EANUPC,"
    "PDF417,MicroPDF417,Aztec,QRCode,MicroQRCode,RMQRCode,DataMatrix,MaxiCode"
)


class _View(NamedTuple):
    """A picture to look at: for which formats, also turned by 90 degrees, also inverted and smaller."""

    grey: _Grey
    formats: zxingcpp.BarcodeFormats
    turned: bool = True
    thorough: bool = True


def find_barcodes(pixels: Pixels, page: int = 1) -> tuple[Barcode, ...]:
    """The barcodes of a page from top to bottom; `pixels` are RGB or grey, uint8, height x width (x 3).

    Bounds are pixels of `pixels`. The text is exactly what the code holds: an EAN-13 that begins with 0 is a UPC-A of
    twelve digits, a UPC-E keeps its eight, Codabar is without its start and stop letters, GS1 DataBar Expanded has its
    identifiers in parentheses, and bytes that are no text are `hex:` and their digits.
    """
    grey = _grey(_at_most(pixels, _LARGEST))
    found: list[Barcode] = []
    for view in _views(grey):
        before = tuple(found)
        for code in _read(view, pixels.shape[1], page):
            twin = next((other for other in found if _twins(code, other)), None)
            if twin:
                found[found.index(twin)] = replace(twin, bounds=_union(twin.bounds, code.bounds))
            elif not any(_same_place(code.bounds, other.bounds) for other in before):
                found.append(code)
    return tuple(sorted(found, key=lambda code: (code.bounds.y, code.bounds.x)))


def outside(pieces: Sequence[Piece], barcodes: Sequence[Barcode]) -> list[Piece]:
    """The pieces of text that lie no more than half in a barcode, whose modules look like letters here and there."""
    return [piece for piece in pieces if not any(_inside(piece, code.bounds) > 0.5 for code in barcodes)]


def _inside(piece: Piece, box: Bounds) -> float:
    """The share of a piece's upright box that lies in another box."""
    (left, top), (right, bottom) = piece.quad.min(axis=0), piece.quad.max(axis=0)
    wide = max(0.0, min(right, box.right) - max(left, box.x))
    high = max(0.0, min(bottom, box.bottom) - max(top, box.y))
    return float(wide * high / max(1.0, (right - left) * (bottom - top)))


def _grey(pixels: Pixels) -> _Grey:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) if pixels.ndim == 3 and pixels.shape[2] == 3 else pixels
    return np.ascontiguousarray(grey.reshape(pixels.shape[:2]))


def _views(grey: _Grey) -> Iterator[_View]:
    yield _View(grey, _ALL)
    smaller, is_small = _at_most(grey, _LARGEST_SOFT), _is_small(grey)
    yield _View(_blurred(smaller, 1, 1), _ALL if is_small else _NO_BARS, thorough=False)
    yield _View(_blurred(smaller, 0.6, 3), _BARS, turned=False, thorough=False)
    yield _View(_blurred(smaller, 3, 0.6), _BARS, thorough=False)
    if is_small:
        yield _View(np.asarray(cv2.createCLAHE(3, (8, 8)).apply(grey), np.uint8), _ALL)


def _is_small(grey: _Grey) -> bool:
    """Whether a picture is small; a dim one may be larger."""
    if _SMALL < grey.size <= _SMALL_IF_DIM:
        dark, light = levels(grey[::4, ::4], (1, 99))
        return light - dark < _DIM
    return grey.size <= _SMALL


def _blurred(grey: _Grey, across: float, down: float) -> _Grey:
    """Softened by a Gaussian with these deviations in pixels."""
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigmaX=across, sigmaY=down), np.uint8)


def _at_most(pixels: Pixels, size: int) -> Pixels:
    """The picture with at most `size` pixels, aspect kept."""
    height, width = pixels.shape[:2]
    if height * width <= size:
        return pixels
    scale = math.sqrt(size / (height * width))
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _read(view: _View, width: int, page: int) -> list[Barcode]:
    """The codes of a view, in pixels of the page that is `width` pixels wide."""
    codes = zxingcpp.read_barcodes(
        view.grey,
        view.formats,
        try_rotate=view.turned,
        try_downscale=view.thorough,
        try_invert=view.thorough,
        text_mode=zxingcpp.TextMode.Plain,
    )
    scale = width / view.grey.shape[1]
    return [_barcode(code, view.grey, scale, page) for code in codes if _height(code) >= _LEAST_HEIGHT]


def _corners(code: zxingcpp.Barcode) -> list[Point]:
    """Top left, top right, bottom right and bottom left, as the code itself stands."""
    place = code.position
    return [(p.x, p.y) for p in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)]


def _height(code: zxingcpp.Barcode) -> float:
    """Height over width."""
    a, b, c, d = _corners(code)
    return max(math.dist(a, d), math.dist(b, c)) / max(1.0, math.dist(a, b))


def _barcode(code: zxingcpp.Barcode, view: _Grey, scale: float, page: int) -> Barcode:
    name, text = _name_and_text(code, view)
    corners = _corners(code)
    whole = [*corners, *((x + 1, y + 1) for x, y in corners)]
    return Barcode(text, name, Bounds.around([(x * scale, y * scale) for x, y in whole]), page)


def _name_and_text(code: zxingcpp.Barcode, view: _Grey) -> tuple[str, str]:
    name = _NAMES.get(code.format.name, code.symbology.name)
    if name == "EAN13" and code.text.startswith("0"):
        return "UPCA", code.text[1:]
    if name == "UPCE":
        return name, cast(dict[str, str], code.extra)["UPCE"]
    if name == "Codabar":
        return name, code.text[1:-1]
    if name == "DataBar":
        return name, code.text.removeprefix("01")
    if name == "DataBarExpanded":
        return name, _with_identifiers(code, view)
    binary = code.content_type in (zxingcpp.ContentType.Binary, zxingcpp.ContentType.UnknownECI)
    return name, f"hex:{code.bytes.hex()}" if binary else code.text


def _with_identifiers(code: zxingcpp.Barcode, view: _Grey) -> str:
    """GS1 content as people print it, (01)09501101530003(17)250101: zxing-cpp must be asked for it before it reads."""
    again = zxingcpp.read_barcodes(view, formats=_EXPANDED, text_mode=zxingcpp.TextMode.HRI)
    return next((other.text for other in again if other.bytes == code.bytes), code.text)


def _twins(one: Barcode, other: Barcode) -> bool:
    """Whether both are parts of one code, cut by glare or a fold: equal, and apart by less than half its height."""
    gap = min(one.bounds.width, one.bounds.height, other.bounds.width, other.bounds.height) / 2
    a, b = one.bounds, other.bounds
    near = max(a.x, b.x) <= min(a.right, b.right) + gap and max(a.y, b.y) <= min(a.bottom, b.bottom) + gap
    return near and (one.text, one.format) == (other.text, other.format)


def _union(one: Bounds, other: Bounds) -> Bounds:
    return Bounds.around([(one.x, one.y), (one.right, one.bottom), (other.x, other.y), (other.right, other.bottom)])


def _same_place(one: Bounds, other: Bounds) -> bool:
    """Whether the middle of one box lies in the other."""
    return _holds(one, other) or _holds(other, one)


def _holds(box: Bounds, other: Bounds) -> bool:
    x, y = other.x + other.width / 2, other.y + other.height / 2
    return box.x <= x <= box.right and box.y <= y <= box.bottom
