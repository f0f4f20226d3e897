"""A sheet of paper to write and print on: RGB, float32, 0 to 255, height x width x 3."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Floats = NDArray[np.float32]
Colour = tuple[int, int, int]

FONTS = Path("build/fonts/node_modules/@fontsource")
BLACK: Colour = (38, 38, 42)
BLUE: Colour = (34, 48, 122)
RULE: Colour = (176, 196, 222)


def font(name: str, size: int, weight: int = 400) -> ImageFont.FreeTypeFont:
    """A font of the npm package @fontsource/`name`, `size` pixels an em."""
    file = FONTS / name / "files" / f"{name}-latin-{weight}-normal.woff"
    if not file.is_file():
        raise SystemExit(f"{file} is missing: `make examples` fetches the fonts with npm and draws the pictures.")
    return ImageFont.truetype(str(file), size)


def clouds(shape: tuple[int, ...], scale: float, rng: np.random.Generator) -> Floats:
    """Smooth noise of mean 0 and deviation 1 whose blobs are about `scale` pixels wide."""
    small = rng.standard_normal((int(shape[0] / scale) + 3, int(shape[1] / scale) + 3)).astype(np.float32)
    noise = cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray((noise - noise.mean()) / noise.std(), dtype=np.float32)


def displaced(mask: Floats, reach: float, scale: float, rng: np.random.Generator) -> Floats:
    """The mask with every point moved by up to about `reach` pixels: no two letters stay alike."""
    rows, columns = np.indices(mask.shape, dtype=np.float32)
    rows += reach * clouds(mask.shape, scale, rng)
    columns += reach * clouds(mask.shape, scale, rng)
    return np.asarray(cv2.remap(mask, columns, rows, cv2.INTER_LINEAR), dtype=np.float32)


@dataclass(frozen=True)
class Hand:
    """Somebody's writing: a font, its size in pixels, the ink, and how unsteady it is (1 is usual)."""

    name: str
    size: int
    ink: Colour = BLUE
    wobble: float = 1.0


class Sheet:
    """White or tinted paper to fill. Coordinates are pixels, origin top left, y of a text is its baseline."""

    def __init__(self, width: int, height: int, seed: int, paper: Colour = (252, 251, 247)) -> None:
        self.rng = np.random.default_rng(seed)
        grain = 1.2 * clouds((height, width), 2, self.rng) + 1.5 * clouds((height, width), 40, self.rng)
        self.pixels: Floats = np.asarray(np.array(paper, np.float32) + grain[..., None], dtype=np.float32)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.pixels.shape[1], self.pixels.shape[0]

    def stain(self, mask: Floats, colour: Colour) -> None:
        """Colour where the mask (height x width, 0 to 1) says so; the paper shines through thin ink."""
        ink = self.pixels * (np.array(colour, np.float32) / 255)
        self.pixels += (np.minimum(ink, np.array(colour, np.float32) + 20) - self.pixels) * mask[..., None]

    def rule(self, start: tuple[float, float], end: tuple[float, float], colour: Colour, width: int = 2) -> None:
        """A straight printed line."""
        drawing = Image.new("L", self.size)
        ImageDraw.Draw(drawing).line([start, end], fill=255, width=width)
        self.stain(np.asarray(drawing, np.float32) / 255, colour)

    def type(
        self, x: float, y: float, text: str, face: ImageFont.FreeTypeFont, *, colour: Colour = BLACK, anchor: str = "ls"
    ) -> None:
        """Printed text; anchor "ls" starts at x, "rs" ends there, "ms" is centred on it."""
        drawing = Image.new("L", self.size)
        ImageDraw.Draw(drawing).text((x, y), text, fill=255, font=face, anchor=anchor)
        self.stain(np.asarray(drawing, np.float32) / 255, colour)

    def write(self, hand: Hand, lines: list[tuple[float, float, str]]) -> None:
        """Handwriting: (x, y, text) for every line, each word a little higher, larger or more slanted than the last."""
        drawing = Image.new("L", self.size)
        for x, y, text in lines:
            self._write_line(drawing, hand, x, y, text)
        mask = np.asarray(drawing, np.float32) / 255
        mask = displaced(mask, 0.9 * hand.wobble, hand.size * 0.35, self.rng)
        mask = displaced(mask, 2.0 * hand.wobble, hand.size * 3, self.rng)
        pressure = 0.86 + 0.08 * clouds(mask.shape, hand.size * 0.6, self.rng)
        self.stain(np.clip(mask * pressure, 0, 1), hand.ink)

    def _write_line(self, drawing: Image.Image, hand: Hand, x: float, y: float, text: str) -> None:
        drift = self.rng.normal(0, 0.006 * hand.wobble)
        start = x
        for word in text.split(" "):
            size = round(hand.size * self.rng.normal(1, 0.025 * hand.wobble))
            face = font(hand.name, size)
            tile, origin = _word(word, face, self.rng.normal(0, 0.03 * hand.wobble))
            height = y + drift * (x - start) + self.rng.normal(0, 0.03 * hand.size * hand.wobble)
            drawing.paste(255, (round(x) - origin[0], round(height) - origin[1]), tile)
            x += face.getlength(word) + face.getlength(" ") * self.rng.uniform(0.95, 1.35)


def _word(word: str, face: ImageFont.FreeTypeFont, slant: float) -> tuple[Image.Image, tuple[int, int]]:
    """The word as a mask, sheared by `slant`, and where its baseline begins in it."""
    margin = int(face.size)
    tile = Image.new("L", (int(face.getlength(word)) + 2 * margin, 3 * margin))
    ImageDraw.Draw(tile).text((margin, 2 * margin), word, fill=255, font=face, anchor="ls")
    sheared = tile.transform(
        tile.size, Image.Transform.AFFINE, (1, slant, -slant * 2 * margin, 0, 1, 0), Image.Resampling.BICUBIC
    )
    return sheared, (margin, 2 * margin)
