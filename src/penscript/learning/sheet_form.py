"""Where everything stands on a writing sheet, in points from the top left of an A4 page, and what it says of itself."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from penscript.document import Bounds
from penscript.errors import UsageError
from penscript.language import Language
from penscript.learning.sheet_lines import LINES, sheet_languages, sheet_lines

WIDTH, HEIGHT = 595, 842
ROWS = 14
"""Lines on a page."""
PAGES = LINES // ROWS
MARKER = 36
"""Side of the corner markers: ArUco (Garrido-Jurado et al. 2014), 4 x 4 bits, number 4 * page + corner."""
CORNERS = ((28, 28), (WIDTH - 28 - MARKER, 28), (WIDTH - 28 - MARKER, HEIGHT - 28 - MARKER), (28, HEIGHT - 28 - MARKER))
"""The top left of each marker, clockwise from the top left."""
CODE = (271, 26, 54)
"""Left, top and side of the QR code."""
_LEFT, _TOP, _PITCH = 50, 104, 48
PRINT = 11
"""Height of what is printed above each box."""
BOX = 33
_KIND = "penscript-sheet/1"


@dataclass(frozen=True, slots=True)
class SheetCode:
    """What the QR code of a page says: language, a digest of the lines, and the number of the page from 1."""

    language: str
    digest: str
    page: int

    def __str__(self) -> str:
        return f"{_KIND}/{self.language}/{self.digest}/{self.page}"

    @classmethod
    def of(cls, language: Language, page: int) -> "SheetCode":
        """The code of a page of today's sheet."""
        return cls(language.value, digest(sheet_lines(language)), page)

    @classmethod
    def parse(cls, text: str) -> "SheetCode | None":
        """From what was scanned; None for the code of something else."""
        if not text.startswith(f"{_KIND}/") or text.count("/") != 4:
            return None
        language, found, page = text.removeprefix(f"{_KIND}/").split("/")
        known = page.isdigit() and 1 <= int(page) <= PAGES
        return cls(language, found, int(page)) if known else None

    def lines(self) -> Sequence[str]:
        """The lines of the page. Raises UsageError where this Penscript prints other ones."""
        texts = sheet_lines(Language(self.language)) if self.language in sheet_languages() else ()
        if digest(texts) != self.digest:
            raise UsageError(
                "This sheet was printed by another version of Penscript, whose lines are not known here.",
                "Print a new one: `penscript learn --sheet sheet.pdf`.",
            )
        return texts[(self.page - 1) * ROWS : self.page * ROWS]


def digest(texts: Sequence[str]) -> str:
    """Eight hexadecimal digits."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:8]


def box(row: int) -> Bounds:
    """Where row 0 to 13 is written by hand."""
    return Bounds(_LEFT, _TOP + row * _PITCH + PRINT, WIDTH - 2 * _LEFT, BOX)
