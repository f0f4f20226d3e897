"""Fonts to write with: what each can write, and how it is opened. Needs Pillow with Raqm for joined-up hands."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from fontTools.ttLib import TTFont
from PIL import ImageFont


@dataclass(frozen=True)
class Face:
    """One font file, the characters it has, and whether its small letters are capitals."""

    path: Path
    characters: frozenset[str]
    capitals: bool

    def writes(self, text: str) -> bool:
        """Whether every character is there."""
        return self.characters.issuperset(text)

    def sized(self, size: int) -> ImageFont.FreeTypeFont:
        """The font at `size` pixels."""
        return _open(self.path, size)


@lru_cache(maxsize=2000)
def _open(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)


def load_faces(paths: list[Path]) -> list[Face]:
    """The fonts with what they can write. Raises OSError for a file that is none."""
    return [Face(path, _characters(path), _only_capitals(path)) for path in sorted(paths)]


def _characters(path: Path) -> frozenset[str]:
    with TTFont(path, lazy=True) as font:
        return frozenset(chr(code) for code in font.getBestCmap())


def _only_capitals(path: Path) -> bool:
    """Whether most small letters are drawn like their capitals, whatever their size."""
    font = _open(path, 60)
    return sum(_alike(font, letter) > 0.55 for letter in "abdeghnrt") >= 5


def _alike(font: ImageFont.FreeTypeFont, letter: str) -> float:
    """Correlation of a small letter with its capital, both stretched to one size."""
    pair = []
    for form in (letter, letter.upper()):
        mask = font.getmask(form)
        drawn = np.array(mask, np.uint8).reshape(mask.size[1], mask.size[0])
        pair.append(cv2.GaussianBlur(cv2.resize(drawn, (24, 24), interpolation=cv2.INTER_AREA), (0, 0), 2))
    return float(np.corrcoef(pair[0].ravel(), pair[1].ravel())[0, 1])
