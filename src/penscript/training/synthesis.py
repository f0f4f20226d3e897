"""Synthetic lines: a text and a font -> a grey line that looks written (or printed, typed, thermally printed).

Words are drawn one by one with their own size, tilt and height, then the line is bent so that no two letters are alike,
and laid on paper with a pen or a printer. `augment` does the rest when the line is used.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from penscript.training.fonts import Face
from penscript.training.lines import STORED
from penscript.training.phrases import PhraseBook

Random = np.random.Generator
Picture = NDArray[np.uint8]
DRAWN = ("☐", "☑", "☒", "→", "✓", "•")


@dataclass(frozen=True)
class Style:
    """What is written with: hands or printers. coarse: the share of printed lines that are drawn in few pixels."""

    faces: Sequence[Face]
    printed: bool = False
    coarse: float = 0.35


def line(book: PhraseBook, style: Style, random: Random, code: str | None = None) -> tuple[Picture, str]:
    """A random text of the book as a grey picture `STORED` pixels high, and the text."""
    while True:
        text = book.text(random, code)
        if style.printed and random.random() < 0.3:
            text = text.upper().replace("ß", "SS")
        face = style.faces[int(random.integers(len(style.faces)))]
        text = text.upper().replace("ß", "SS") if face.capitals else text
        letters = "".join(character for character in text if style.printed or character not in DRAWN)
        if text and face.writes(letters):
            return draw(text, face, random, style), text


def draw(text: str, face: Face, random: Random, style: Style) -> Picture:
    """The text in that font as uint8 `STORED` x width, grey, dark on light."""
    if style.printed:
        ink = (_typed_ink if random.random() < 0.4 else _printed_ink)(text, face, random)
        ink = _worn(ink, random)
    else:
        ink = _extras(bend(_written_ink(text, face, random), random), random)
    ink = _framed(ink, random)
    height, width = ink.shape
    size = (max(8, round(width * STORED / height)), STORED)
    if style.printed and random.random() < style.coarse:
        rows = int(random.integers(12, 30))
        ink = _sized(ink, (max(6, round(width * rows / height)), rows))
    return _on_paper(_sized(ink, size), random, style.printed)


def _sized(ink: Picture, size: tuple[int, int]) -> Picture:
    """At (width, height)."""
    smaller = ink.shape[0] > size[1]
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR), np.uint8)


def _written_ink(text: str, face: Face, random: Random) -> Picture:
    """Ink 0..255 (255 is full) of words that wander."""
    size = 56
    font = face.sized(size)
    gap = font.getlength(" ") * random.uniform(0.75, 1.7) + 2
    loose = random.random() < 0.35
    slope, restless = random.normal(0, 0.012), random.uniform(0, 0.05)
    canvas = Image.new("L", (int(font.getlength(text) * 1.35 + gap * text.count(" ") + 6 * size), 3 * size), 0)
    pen = ImageDraw.Draw(canvas)
    x = float(size)
    for word in text.split(" "):
        own = face.sized(max(20, round(size * np.exp(random.normal(0, restless)))))
        y = 2 * size + slope * x + random.normal(0, restless * size * 0.6)
        for piece in _pieces(word, loose):
            if piece in DRAWN:
                _symbol(pen, piece, (x, y), size, random)
                x += size * 0.75
                continue
            shift = random.normal(0, restless * size * 0.35) if loose else 0.0
            pen.text((x, y + shift), piece, fill=255, font=own, anchor="ls")
            x += own.getlength(piece) + (random.normal(0, 0.02 * size) if loose else 0.0)
        x += gap * random.uniform(0.7, 1.4)
    return np.array(canvas)


def _pieces(word: str, loose: bool) -> list[str]:
    """Single letters for a loose hand, else the runs between signs that are drawn by hand."""
    if loose:
        return list(word)
    pieces: list[str] = []
    for character in word:
        if character in DRAWN or not pieces or pieces[-1] in DRAWN:
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


def _symbol(pen: ImageDraw.ImageDraw, sign: str, place: tuple[float, float], size: int, random: Random) -> None:
    """Boxes, arrows, ticks and dots, which hardly a handwriting font has."""
    x, y = place
    side, thick = size * random.uniform(0.4, 0.6), int(random.integers(2, 5))

    def point(across: float, up: float) -> tuple[float, float]:
        wobble = random.normal(0, size * 0.02, 2)
        return (x + across * side + wobble[0], y - up * side + wobble[1])

    strokes: list[tuple[tuple[float, float], ...]] = []
    if sign in "☐☑☒":
        strokes.append(((0, 0), (0, 1), (1, 1), (1, 0), (0, -0.03)))
    if sign in "☑✓":
        strokes.append(((0.15, 0.5), (0.45, 0.15), (1.0, 1.15)))
    if sign == "☒":
        strokes += [((0.1, 0.1), (0.9, 0.9)), ((0.1, 0.9), (0.9, 0.1))]
    if sign == "→":
        strokes += [((0, 0.4), (1.2, 0.4)), ((0.85, 0.7), (1.2, 0.4), (0.85, 0.1))]
    if sign == "•":
        radius = size * random.uniform(0.06, 0.11)
        pen.ellipse(
            (x + side / 2 - radius, y - side / 2 - radius, x + side / 2 + radius, y - side / 2 + radius), fill=255
        )
    for stroke in strokes:
        pen.line([point(*corner) for corner in stroke], fill=255, width=thick, joint="curve")


def bend(ink: Picture, random: Random) -> Picture:
    """Letters of the same font made unlike: two smooth displacement fields, one as wide as letters, one as words."""
    height, width = ink.shape
    map_x = np.tile(np.arange(width, dtype=np.float32), (height, 1))
    map_y = np.repeat(np.arange(height, dtype=np.float32)[:, None], width, axis=1)
    slant = np.float32(random.normal(0.05, 0.22))
    map_x += (map_y - height * 2 / 3) * slant
    for pitch, strength in ((26.0, random.uniform(0.2, 2.4)), (110.0, random.uniform(0.5, 5.0))):
        grid = (max(2, int(height / pitch)) + 1, max(2, int(width / pitch)) + 1)
        for target in (map_x, map_y):
            field = random.normal(0, strength, grid).astype(np.float32)
            np.add(target, cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC), out=target)
    return np.asarray(cv2.remap(ink, map_x, map_y, cv2.INTER_LINEAR, borderValue=(0,)), np.uint8)


def _extras(ink: Picture, random: Random) -> Picture:
    """A pen of another width; now and then an underline, or a stroke through a stretch is left beside the text."""
    chance = random.random()
    if chance < 0.45:
        ink = np.asarray(cv2.dilate(ink, np.ones((2, 2), np.uint8), iterations=int(random.integers(1, 3))), np.uint8)
    elif chance < 0.6:
        ink = np.asarray(cv2.erode(ink, np.ones((2, 2), np.uint8)), np.uint8)
    columns = np.nonzero(ink > 60)[1]
    if random.random() < 0.08 and len(columns):
        left, right = int(columns.min()), int(columns.max())
        base = ink.shape[0] * 2 // 3 + int(random.integers(6, 16))
        cv2.line(ink, (left, base), (right, base + int(random.integers(-5, 6))), (255,), int(random.integers(2, 5)))
    return ink


def _printed_ink(text: str, face: Face, random: Random) -> Picture:
    """Ink of a printer: straight, even, sometimes wide or narrow."""
    size = int(random.integers(26, 60))
    font = face.sized(size)
    canvas = Image.new("L", (int(font.getlength(text)) + 2 * size, 3 * size), 0)
    ImageDraw.Draw(canvas).text((size, 2 * size), text, fill=255, font=font, anchor="ls")
    ink = np.array(canvas)
    stretch = float(np.exp(random.normal(0, 0.15)))
    return np.asarray(cv2.resize(ink, None, fx=stretch, fy=1.0, interpolation=cv2.INTER_LINEAR), np.uint8)


def _typed_ink(text: str, face: Face, random: Random) -> Picture:
    """Ink of a typewriter: letters struck one by one, high or low, strong or weak, their counters filling up."""
    size = 44
    font = face.sized(size)
    pitch = font.getlength("n") * random.uniform(0.95, 1.12)
    canvas = np.zeros((3 * size, int(pitch * len(text)) + 3 * size), np.float32)
    uneven, weak = random.uniform(0, 1.6), random.uniform(0, 0.4)
    for place, letter in enumerate(text):
        struck = Image.new("L", (2 * size, 3 * size), 0)
        ImageDraw.Draw(struck).text(
            (size, 2 * size + random.normal(0, uneven)), letter, fill=255, font=font, anchor="ms"
        )
        left = int(pitch * place + random.normal(0, uneven * 0.5)) + 2
        canvas[:, left : left + 2 * size] += np.array(struck, np.float32) * random.uniform(1 - weak, 1)
    spread = cv2.GaussianBlur(np.clip(canvas, 0, 255), (0, 0), random.uniform(0.6, 2.6))
    gain = random.uniform(1.0, 2.6)
    return np.asarray(np.clip((spread - random.uniform(0, 50)) * gain, 0, 255), np.uint8)


def _worn(ink: Picture, random: Random) -> Picture:
    """Half of the printers are worn: rows that a thermal head leaves out, dots of a matrix, ink that runs or misses."""
    height, width = ink.shape
    chance = random.random()
    worn = ink.astype(np.float32)
    if chance < 0.15:
        worn[random.integers(0, height, int(random.integers(2, 9)))] *= random.uniform(0, 0.5)
    elif chance < 0.27:
        worn[:: int(random.integers(3, 6))] *= random.uniform(0, 0.6)
    elif chance < 0.4:
        worn = (cv2.GaussianBlur(worn, (0, 0), random.uniform(0.8, 2.2)) - 30) * random.uniform(1.2, 2.5)
    elif chance < 0.52:
        patches = random.normal(0.75, 0.4, (max(2, height // 12), max(2, width // 12))).astype(np.float32)
        worn *= np.clip(cv2.resize(patches, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)
    return np.asarray(np.clip(worn, 0, 255), np.uint8)


def _framed(ink: Picture, random: Random) -> Picture:
    """The crop: the ink's own box with margins as line finders leave them; sometimes the full height of the font."""
    rows, columns = np.nonzero(ink > 60)
    if not len(rows):
        return ink
    top, bottom = int(rows.min()), int(rows.max()) + 1
    tall = max(bottom - top, 24)
    above, below = random.uniform(-0.02, 0.3 if random.random() < 0.8 else 0.9, 2) * tall
    left, right = random.uniform(0.02, 0.6, 2) * tall
    middle = (top + bottom) / 2
    first, last = int(middle - tall / 2 - above), int(middle + tall / 2 + below)
    padded = cv2.copyMakeBorder(ink, 200, 200, 200, 200, cv2.BORDER_CONSTANT, value=(0,))
    framed = padded[first + 200 : last + 200, int(columns.min() - left) + 200 : int(columns.max() + right) + 200]
    return np.asarray(framed, np.uint8)


def _on_paper(ink: Picture, random: Random, printed: bool) -> Picture:
    """Ink on paper: a level each, texture in both, fading of pencil and of thermal printers."""
    height, width = ink.shape
    paper = random.uniform(185, 255)
    dark = random.uniform(0, 110 if not printed else 80)
    cover = ink.astype(np.float32) / 255
    texture = random.normal(0, 1, (height // 2 + 1, width // 2 + 1)).astype(np.float32)
    texture = np.asarray(cv2.resize(texture, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    if random.random() < 0.5:
        cover *= np.clip(1 - random.uniform(0, 0.45) + texture * random.uniform(0, 0.3), 0, 1)
    if random.random() < 0.4:
        fade = np.interp(np.arange(width), np.linspace(0, width, 6), random.uniform(0.55, 1, 6))
        cover *= fade.astype(np.float32)[None, :]
    grey = paper * (1 - cover) + dark * cover + texture * random.uniform(0, 3)
    return np.asarray(np.clip(grey, 0, 255), np.uint8)
