"""The text that a PDF carries itself: whether it says what the page shows, and the page without it.

A text layer may be what was printed, what another program once read of a scan, or garbage from fonts that do not tell
their characters. A few lines of the page, read, say which.
"""

import unicodedata
from collections.abc import Sequence

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from penscript.document import Character, Reading
from penscript.reading.image import OwnWord, Pixels
from penscript.reading.piece import Piece, Quad

PACK = "pdf"
"""The pack of what is the PDF's own text."""
KEPT = 0.85
"""Text is kept that agrees with what is read in this share of its characters; reading errs as well."""
SAMPLES = 6
GAP = 1.0
"""Words of one row that stand nearer than so many heights are one piece."""
WIDE = 1.3
"""Letters are about so many times as high as wide, whatever the boxes of a font without ink are."""
PAD = 0.05
"""What glyphs reach over is so many heights higher than their boxes, on either side."""
INK = 24
"""Steps of grey between ink and paper; less is not seen."""
_STRANGE = {"Cc", "Cn", "Co", "Cs"}


def pieces_of(words: Sequence[OwnWord]) -> list[Piece]:
    """Words that follow each other on one row as pieces of text."""
    runs: list[list[OwnWord]] = []
    for word in words:
        if runs and _follows(runs[-1][-1], word):
            runs[-1].append(word)
        else:
            runs.append([word])
    return [_piece(run) for run in runs]


def is_plausible(pieces: Sequence[Piece]) -> bool:
    """Whether nearly all characters are some that are written."""
    letters = "".join(piece.reading.text for piece in pieces)
    strange = sum(letter == "\ufffd" or unicodedata.category(letter) in _STRANGE for letter in letters)
    return strange <= 0.1 * len(letters)


def seen(pixels: Pixels, pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that stand on ink."""
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return [piece for piece in pieces if _has_ink(np.asarray(grey, np.uint8), piece.quad)]


def samples(pieces: Sequence[Piece]) -> list[Piece]:
    """A few of the longer pieces, from all over the page."""
    longer = [piece for piece in pieces if 8 <= len(piece.reading.text) <= 80]
    found = longer or sorted(pieces, key=lambda piece: -len(piece.reading.text))[:SAMPLES]
    places = np.linspace(0, len(found) - 1, min(SAMPLES, len(found))).round().astype(int)
    return [found[place] for place in places]


def agreement(told: Sequence[str], read: Sequence[str]) -> float:
    """The share of characters, 0 to 1, in which texts agree with readings of the same places; spaces do not count."""
    pairs = [(_folded(one), _folded(other)) for one, other in zip(told, read, strict=True)]
    longest = sum(max(len(one), len(other)) for one, other in pairs)
    wrong = sum(Levenshtein.distance(one, other) for one, other in pairs)
    return 1 - wrong / longest if longest else 0.0


def without(pixels: Pixels, pieces: Sequence[Piece]) -> Pixels:
    """The page with the pieces painted over in the colour around them."""
    rest = np.array(pixels)
    for piece in pieces:
        left, top, right, bottom = _box(piece.quad, rest)
        if right > left and bottom > top:
            ring = [rest[top, left:right], rest[bottom - 1, left:right], rest[top:bottom, left]]
            colour = np.median(np.concatenate(ring), axis=0)
            rest[top:bottom, left:right] = colour.astype(np.uint8)
    return rest


def _follows(before: OwnWord, word: OwnWord) -> bool:
    """Whether a word goes on with the row of the one before, little apart."""
    first, second = np.array(before.corners), np.array(word.corners)
    along, down = first[1] - first[0], first[3] - first[0]
    length, height = float(np.linalg.norm(along)), float(np.linalg.norm(down))
    if min(length, height) < 1e-3:
        return False
    along, down = along / length, down / height
    size = max(height, float(np.linalg.norm(second[3] - second[0])), WIDE * length / len(before.text))
    gap = float((second[0] - first[1]) @ along)
    offset = float((second.mean(0) - first.mean(0)) @ down)
    turned = float((second[1] - second[0]) @ along) <= 0
    return not turned and -0.3 * size < gap < GAP * size and abs(offset) < 0.5 * size


def _piece(run: Sequence[OwnWord]) -> Piece:
    """A run as a piece; within a word its characters share the room."""
    corners = np.array([word.corners for word in run], np.float64)
    along = corners[0, 1] - corners[0, 0]
    along = along / max(float(np.linalg.norm(along)), 1e-6)
    across = np.array([-along[1], along[0]])
    u, v = corners @ along, corners @ across
    left, right = float(u.min()), max(float(u.max()), float(u.min()) + 1)
    high = max(float(v.max() - v.min()), 1.0) * PAD
    ends = [(left, v.min() - high), (right, v.min() - high), (right, v.max() + high), (left, v.max() + high)]
    quad = np.array([a * along + b * across for a, b in ends], np.float32)
    characters: list[Character] = []
    for word, places in zip(run, (u - left) / (right - left), strict=True):
        if characters:
            characters.append(Character(" ", characters[-1].end, float(places.min()), 1.0))
        characters += _characters(word.text, float(places.min()), float(places.max()))
    text = unicodedata.normalize("NFC", " ".join(word.text for word in run))
    return Piece(quad, Reading(text, 1.0, tuple(characters), PACK))


def _characters(text: str, start: float, end: float) -> list[Character]:
    step = (end - start) / len(text)
    return [Character(one, start + n * step, start + (n + 1) * step, 1.0) for n, one in enumerate(text)]


def _has_ink(grey: Pixels, quad: Quad) -> bool:
    left, top, right, bottom = _box(quad, grey)
    inside = grey[top:bottom, left:right]
    return bool(inside.size and int(inside.max()) - int(inside.min()) >= INK)


def _box(quad: Quad, pixels: Pixels) -> tuple[int, int, int, int]:
    """Left, top, right, bottom within the page."""
    height, width = pixels.shape[:2]
    left, top = np.clip(np.floor(quad.min(0)), 0, (width, height)).astype(int)
    right, bottom = np.clip(np.ceil(quad.max(0)), 0, (width, height)).astype(int)
    return int(left), int(top), int(right), int(bottom)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
