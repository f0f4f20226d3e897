"""What happens to printed paper before it is read: scanners, printers, heat, stamps, cameras."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from penscript.evaluation.camera import View, photograph
from penscript.evaluation.matching import Outline
from penscript.evaluation.printed.paper import font
from penscript.evaluation.variants import Variant, skewed

Pixels = NDArray[np.uint8]
Move = Callable[[Outline], list[tuple[float, float]]]
Random = np.random.Generator


def worn(pixels: Pixels, kind: str, seed: int, stamp: str = "PAID") -> tuple[Pixels, Move]:
    """The page (RGB, uint8) as `kind`, one of WEAR, makes it, and where its points are now. stamp: what stamps say."""
    random = np.random.default_rng([seed, sum(kind.encode())])
    if kind == "stamp":
        return _scanned(_stamped(pixels, stamp, random), random)
    return _KINDS[kind](pixels, random)


def _same(outline: Outline) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in outline]


def _clean(pixels: Pixels, _: Random) -> tuple[Pixels, Move]:
    return pixels, _same


def _scanned(pixels: Pixels, random: Random) -> tuple[Pixels, Move]:
    """A little slant, softness, paper that is not white, noise."""
    return _leaning(pixels, random, random.uniform(-0.8, 0.8))


def _skewed(pixels: Pixels, random: Random) -> tuple[Pixels, Move]:
    return _leaning(pixels, random, random.uniform(2, 6) * random.choice((-1, 1)))


def _leaning(pixels: Pixels, random: Random, degrees: float) -> tuple[Pixels, Move]:
    turned = Variant(*skewed(pixels, degrees))
    return _noisy(turned.pixels, random), turned.move


def _noisy(pixels: Pixels, random: Random) -> Pixels:
    page = np.asarray(cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.4, 0.9)), np.float64)
    page = page * random.uniform(0.9, 1.0) + random.normal(0, random.uniform(2, 9), (*page.shape[:2], 1))
    return np.clip(page, 0, 255).astype(np.uint8)


def _dotted(pixels: Pixels, random: Random) -> tuple[Pixels, Move]:
    """Needles through a ribbon: letters of dots, some rows paler than others."""
    y, x = np.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]].astype(np.float64)
    dots = 0.62 + 0.38 * np.cos(2 * np.pi * x / 2.6) * np.cos(2 * np.pi * y / 2.6)
    ribbon = random.uniform(0.65, 0.95) + 0.12 * np.sin(x / 190 + random.uniform(0, 6)) + 0.05 * np.sin(y / 37)
    ink = (255 - pixels.astype(np.float64)) * np.clip(dots * ribbon, 0, 1)[..., None]
    return _noisy((255 - ink).astype(np.uint8), random), _same


def _faded(pixels: Pixels, random: Random) -> tuple[Pixels, Move]:
    """Thermal paper after months: pale, and paler in bands."""
    height, width = pixels.shape[:2]
    bands = cv2.resize(random.uniform(0.45, 1.0, (1, 9)), (width, 1), interpolation=cv2.INTER_CUBIC)
    down = cv2.resize(random.uniform(0.7, 1.0, (9, 1)), (1, height), interpolation=cv2.INTER_CUBIC)
    strength = np.clip(bands * down, 0.25, 1)[..., None] * random.uniform(0.5, 0.85)
    paper, ink = np.array([243.0, 240, 232]), 255 - pixels.astype(np.float64)
    return _noisy(np.clip(paper - ink * strength * 0.9, 0, 255).astype(np.uint8), random), _same


def _stamped(pixels: Pixels, word: str, random: Random) -> Pixels:
    """A rubber stamp across the lower half, through which the print shows."""
    height, width = pixels.shape[:2]
    face = font("sans", width // 14, bold=True, chinese=not word.isascii() and ord(word[0]) > 0x2E80)
    wide = round(face.getbbox(word)[2]) + 60
    mark = Image.new("L", (wide, width // 8))
    brush = ImageDraw.Draw(mark)
    brush.rectangle((4, 4, wide - 5, width // 8 - 5), outline=255, width=6)
    brush.text((wide / 2, width / 16), word, fill=255, font=face, anchor="mm")
    mark = mark.rotate(random.uniform(-25, 25), expand=True, resample=Image.Resampling.BICUBIC)
    mask = Image.new("L", (width, height))
    free = (max(1, width - mark.width), max(1, height // 2 - mark.height))
    mask.paste(mark, (int(random.integers(0, free[0])), int(height * 0.15 + random.integers(0, free[1]))))
    share = np.asarray(mask, np.float64)[..., None] / 255 * random.uniform(0.45, 0.75)
    colour = np.array([(190.0, 30, 45), (40.0, 60, 160)][int(random.integers(0, 2))])
    return np.asarray(np.minimum(pixels, pixels * (1 - share) + colour * share), np.uint8)


def _photographed(pixels: Pixels, random: Random) -> tuple[Pixels, Move]:
    """By a phone from nearly above."""
    lean, turn, bend = random.uniform(4, 14), random.uniform(-3, 3), random.uniform(0, 10)
    view = View(pitch=lean, yaw=random.uniform(-6, 6), roll=turn, bend=bend, shadow=random.uniform(0, 0.6))
    taken = photograph(pixels, view, int(random.integers(0, 10000)))
    return taken.pixels, taken.move


_KINDS: dict[str, Callable[[Pixels, Random], tuple[Pixels, Move]]] = {
    "clean": _clean,
    "scan": _scanned,
    "skew": _skewed,
    "dots": _dotted,
    "faded": _faded,
    "photo": _photographed,
}
WEAR = (*_KINDS, "stamp")
"""As drawn; scanned; askew; from a dot-matrix printer; faded thermal paper; photographed; stamped and scanned."""
