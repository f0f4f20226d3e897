"""A photograph or scan of a writing sheet that was filled in -> its lines with their texts.

The corner markers say where the page lies, whichever way it was held; its QR code says which lines it asked for.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from penscript.errors import UnsupportedInput
from penscript.learning.example import Example
from penscript.learning.sheet import dictionary
from penscript.learning.sheet_form import CODE, CORNERS, HEIGHT, MARKER, PAGES, WIDTH, SheetCode, box
from penscript.learning.sheet_frame import straightened
from penscript.training.augment import Picture

SCALE = 3.0
"""Pixels a point of the page once it is laid flat: 216 dpi."""
_LEAST_MARKERS = 3
_INK = 0.78
"""Darker than this share of the paper around it, a pixel is ink; the frames of the boxes are paler."""
_LEAST_INK = 0.004
_EDGE = 2.0
"""Points that are left out along the frame of a box."""
_ROOM = 0.2
"""Paper around the ink of a line, as a share of its height."""


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One page that was read back. blank: how many of its boxes are empty, or too bent to be sure of."""

    code: SheetCode
    examples: tuple[Example, ...]
    blank: int


def has_markers(picture: Picture) -> bool:
    """Whether a grey picture shows a writing sheet, whole or not."""
    return len(_markers(picture)) > 0


def read_sheet(picture: Picture, source: str) -> SheetPage:
    """The lines that were written on the page in a grey picture.

    Raises UnsupportedInput where it is no whole page of a writing sheet, UsageError for one of another version.
    """
    found = _markers(picture)
    pages = [number // 4 for number in found]
    page = max(set(pages), key=pages.count, default=0)
    if pages.count(page) < _LEAST_MARKERS:
        told = f"{source} shows {pages.count(page)} of the four corner marks of a writing sheet."
        raise UnsupportedInput(told, "Photograph the whole page, with all four black corner marks in the picture.")
    flat = _flat(picture, {number % 4: corners for number, corners in found.items() if number // 4 == page})
    code = _code(flat)
    if code is None or code.page != page + 1:
        raise UnsupportedInput(f"The code of the writing sheet in {source} cannot be read.", "Take a sharper picture.")
    boxes = [straightened(flat, box(row), SCALE, _EDGE) for row in range(len(code.lines()))]
    if sum(one is None for one in boxes) > len(boxes) / 2:
        raise UnsupportedInput(f"The sheet in {source} is bent.", "Lay it flat, or scan it, and take it from above.")
    lines = [None if one is None else line_in(one) for one in boxes]
    examples = [
        Example(line, text, f"{source}, line {row + 1}", page=f"{source}, {page + 1}")
        for row, (text, line) in enumerate(zip(code.lines(), lines, strict=True))
        if line is not None
    ]
    return SheetPage(code, tuple(examples), len(lines) - len(examples))


def _markers(picture: Picture) -> dict[int, NDArray[np.float32]]:
    """Number -> corners (4 x 2) of every marker that a sheet may have."""
    detector = cv2.aruco.ArucoDetector(dictionary(), _parameters())
    corners, numbers, _ = detector.detectMarkers(picture)
    found = [] if numbers is None else list(zip(numbers.ravel(), corners, strict=True))
    return {int(number): np.asarray(one[0], np.float32) for number, one in found if number < 4 * PAGES}


def _parameters() -> cv2.aruco.DetectorParameters:
    told = cv2.aruco.DetectorParameters()
    told.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    told.adaptiveThreshWinSizeMax = 53
    return told


def _flat(picture: Picture, markers: dict[int, NDArray[np.float32]]) -> Picture:
    """The page seen from above, `SCALE` pixels a point."""
    seen = np.concatenate([markers[corner] for corner in sorted(markers)])
    square = np.array([[0, 0], [MARKER, 0], [MARKER, MARKER], [0, MARKER]], np.float32)
    meant = np.concatenate([square + np.array(CORNERS[corner], np.float32) for corner in sorted(markers)])
    matrix, _ = cv2.findHomography(seen, meant * SCALE)
    size = (round(WIDTH * SCALE), round(HEIGHT * SCALE))
    return np.asarray(cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_AREA, borderValue=(255,)), np.uint8)


def _code(flat: Picture) -> SheetCode | None:
    left, top, side = (round(one * SCALE) for one in CODE)
    room = round(12 * SCALE)
    part = np.ascontiguousarray(flat[max(0, top - room) : top + side + room, left - room : left + side + room])
    read = zxingcpp.read_barcodes(part, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return next((code for one in read if (code := SheetCode.parse(one.text))), None)


def line_in(inside: Picture) -> Picture | None:
    """What is written in a box, cut as a line of a page is; None where it is empty."""
    ink = _ink(inside)
    rows, columns = _extent(ink, 1), _extent(ink, 0)
    if ink.mean() < _LEAST_INK or rows is None or columns is None:
        return None
    room = max(6, round(_ROOM * (rows[1] - rows[0])))
    return np.ascontiguousarray(
        inside[max(0, rows[0] - room) : rows[1] + room, max(0, columns[0] - room) : columns[1] + room]
    )


def _ink(picture: Picture) -> NDArray[np.bool_]:
    """Where it is dark, whatever the light: against the paper, a wide median of what is brightest."""
    paper = cv2.medianBlur(cv2.dilate(picture, np.ones((15, 15), np.uint8)), 41)
    dark = (picture < _INK * paper).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)) > 0)


def _extent(ink: NDArray[np.bool_], axis: int) -> tuple[int, int] | None:
    """First and last + 1 of the rows or columns that hold ink; None where none does."""
    places = np.flatnonzero(ink.sum(axis=axis) >= 2)
    return (int(places[0]), int(places[-1]) + 1) if len(places) else None
