"""What travels between the stages: a piece of text with its outline and its reading, and lines made of pieces."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from penscript.document import Reading

ALONE = 9.0
"""Line heights from which on a line counts as standing alone at its height."""
Quad = NDArray[np.float32]
"""4 x 2, pixels: the corners clockwise from the top left of the text as it reads."""

_WORD = re.compile(r"[^\W\d_]{3}")
UNSPACED = 8
"""So many letters of a script without capitals, which may know no spaces either, are a part of a sentence."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the picture of a piece looks. contrast: of ink and paper, 0 to 1. sharpness: log of the edges' strength.

    cut: ink on the upper and lower edge against the whole, 1 where it is as dense there. ends: the same at the sides.
    """

    contrast: float = 0.5
    sharpness: float = 0.0
    cut: float = 0.0
    ends: float = 0.0


NO_SHAPE = -1


@dataclass(frozen=True, eq=False)
class Piece:
    """A detected piece of text.

    quad: its outline on the page. reading: what it says. score: the detector's, 0 to 1. look: of its picture. side: how
    far the next line at its height is, in line heights, 9 at the most. shape: the number of the shape drawn around it,
    -1 where there is none.
    """

    quad: Quad
    reading: Reading
    score: float = 1.0
    look: Look = Look()
    side: float = ALONE
    shape: int = NO_SHAPE

    @cached_property
    def height(self) -> float:
        """Across the text, in pixels."""
        return float(np.linalg.norm(self.quad[3] - self.quad[0] + self.quad[2] - self.quad[1]) / 2)

    @cached_property
    def width(self) -> float:
        """Along the text, in pixels."""
        return float(np.linalg.norm(self.quad[1] - self.quad[0] + self.quad[2] - self.quad[3]) / 2)

    @cached_property
    def is_prose(self) -> bool:
        """Whether it looks like a part of a sentence and not like a cell of a table."""
        text = self.reading.text
        if sum(unicodedata.category(one) == "Lo" for one in text) >= UNSPACED:
            return True
        words = [word for word in text.split() if sum(map(str.isalpha, word)) * 2 > len(word)]
        return len(words) >= 3 and sum(map(len, words)) > 0.7 * len(text.replace(" ", ""))

    @cached_property
    def is_wordy(self) -> bool:
        """Whether it holds a word and more letters than anything else, unlike an amount."""
        text = self.reading.text
        return bool(_WORD.search(text)) and sum(map(str.isalpha, text)) > 0.6 * len(text.replace(" ", ""))

    def between(self, start: float, end: float) -> Quad:
        """The part of the outline from `start` to `end`, shares of its length."""
        along = np.array([start, end, end, start], np.float32)[:, None]
        left, right = self.quad[[0, 0, 3, 3]], self.quad[[1, 1, 2, 2]]
        return np.asarray(left + along * (right - left), np.float32)


Row = tuple[Piece, ...]
"""The pieces of one line, in the order in which they are read."""


def extent(row: Row) -> float:
    """Along the text of all its pieces, in line heights."""
    return sum(piece.width / max(1.0, piece.height) for piece in row)


def outline(row: Row) -> Quad:
    """The smallest four corners around a row: its pieces' own where it has one, else a rectangle along the row."""
    if len(row) == 1:
        return row[0].quad
    first, last = row[0].quad, row[-1].quad
    along = (last[1] + last[2]) / 2 - (first[0] + first[3]) / 2
    along = along / max(1e-6, float(np.linalg.norm(along)))
    across = np.array([-along[1], along[0]], np.float32)
    points = np.concatenate([piece.quad for piece in row])
    u, v = points @ along, points @ across
    corners = [(u.min(), v.min()), (u.max(), v.min()), (u.max(), v.max()), (u.min(), v.max())]
    return np.array([a * along + b * across for a, b in corners], np.float32)
