"""The text that a PDF carries itself: its characters as words, where they stand on the page as it is shown."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdfium2 import raw

_FINE = 64  # PDFium maps to whole numbers: so many to a point
_MOST = 4.0


@dataclass(frozen=True, slots=True)
class PdfWord:
    """A word of a PDF's own text: its upright box in points, origin top left of the page as it is shown.

    turn: degrees clockwise (0, 90, 180, 270) to make it upright.
    """

    text: str
    x: float
    y: float
    width: float
    height: float
    turn: int = 0

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """The corners of the box, clockwise from the top left of the word as it reads."""
        right, bottom = self.x + self.width, self.y + self.height
        found = ((self.x, self.y), (right, self.y), (right, bottom), (self.x, bottom))
        first = {0: 0, 90: 3, 180: 2, 270: 1}[self.turn]
        return found[first:] + found[:first]


def words_of(page: Any, text: Any, count: int) -> Iterator[PdfWord]:
    """Runs of `count` characters of a text page without white space between, with the box around theirs.

    Every call needs the lock of pdf.py.
    """
    letters: list[str] = []
    boxes: list[list[float]] = []
    turn = 0
    for index in range(count + 1):
        letter = _letter(text, index) if index < count else " "
        if not letter.isspace() and letter.isprintable():
            letters.append(letter)
            boxes.append(_box(text, index))
        elif letters:
            word = _as_shown(page, "".join(letters), boxes, turn)
            turn = word.turn
            yield word
            letters, boxes = [], []


def _box(text: Any, index: int) -> list[float]:
    """Left, right, bottom and top of a character: as high as its font, for some fonts of hidden text have no outlines.

    Where a font says that it is much higher than the character, the character's own box.
    """
    sides = [ctypes.c_double() for _ in range(4)]
    raw.FPDFText_GetCharBox(text, index, *sides)
    own, loose = [side.value for side in sides], raw.FS_RECTF()
    if raw.FPDFText_GetLooseCharBox(text, index, loose):
        whole = [loose.left, loose.right, loose.bottom, loose.top]
        height, width = own[3] - own[2], own[1] - own[0]
        if max(height, width) < 0.01 or whole[3] - whole[2] < _MOST * max(height, width):
            return whole
    return own


def _letter(text: Any, index: int) -> str:
    """A character; PDFium gives its own sign for the hyphen of a word that goes on in the next row."""
    code = raw.FPDFText_GetUnicode(text, index)
    return "-" if code in (0x02, 0xFFFE) else chr(code)


def _as_shown(page: Any, text: str, boxes: list[list[float]], usual: int) -> PdfWord:
    """Page space (origin bottom left, before rotation) -> points from the top left as shown.

    usual: the turn of a word that does not tell its own, for it has one character.
    """
    lefts, rights, bottoms, tops = zip(*boxes, strict=True)
    corners = _shown(page, (min(lefts), min(bottoms)), (max(rights), max(tops)))
    (left, right), (top, bottom) = (sorted(values) for values in zip(*corners, strict=True))
    if len(boxes) > 1:
        middles = [((box[0] + box[1]) / 2, (box[2] + box[3]) / 2) for box in (boxes[0], boxes[-1])]
        (x0, y0), (x1, y1) = _shown(page, *middles)
        along, down = x1 - x0, y1 - y0
        usual = (0 if along >= 0 else 180) if abs(along) >= abs(down) else (270 if down > 0 else 90)
    return PdfWord(text, left, top, right - left, bottom - top, usual)


def _shown(page: Any, *places: tuple[float, float]) -> list[tuple[float, float]]:
    """Places in page space -> points from the top left as shown."""
    width, height = (round(side * _FINE) for side in page.get_size())
    x, y = ctypes.c_int(), ctypes.c_int()
    found = []
    for place in places:
        raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, *place, x, y)
        found.append((x.value / _FINE, y.value / _FINE))
    return found
