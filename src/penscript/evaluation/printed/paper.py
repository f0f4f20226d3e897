"""A white page to print on, which remembers what was printed where; and fonts that are found on the machine."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from penscript.errors import MissingComponent

Pixels = NDArray[np.uint8]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Box = tuple[float, float, float, float]
INK = (25, 25, 30)
GREY = (120, 120, 125)
WHITE = (255, 255, 255)
_CHINESE = 2
"""The simplified Chinese font of a Noto CJK collection."""
FACES = {
    "sans": ("NimbusSans-{}.otf", "LiberationSans-{}.ttf", "arial{}.ttf", "DejaVuSans{}.ttf"),
    "humanist": ("NotoSans-{}.ttf", "DejaVuSans{}.ttf"),
    "serif": ("NimbusRoman-{}.otf", "DejaVuSerif{}.ttf", "times{}.ttf", "NotoSerif-{}.ttf"),
    "narrow": ("NimbusSansNarrow-{}.otf", "DejaVuSansCondensed{}.ttf", "LiberationSansNarrow-{}.ttf"),
    "mono": ("DejaVuSansMono{}.ttf", "NimbusMonoPS-{}.otf", "LiberationMono-{}.ttf", "cour{}.ttf"),
    "typed": ("NimbusMonoPS-{}.otf", "DejaVuSansMono{}.ttf", "LiberationMono-{}.ttf", "cour{}.ttf"),
}
"""Kinds of letters and the files that hold them, the first that is found; {} stands for the weight."""
CHINESE = ("NotoSansCJK-{}.ttc", "NotoSerifCJK-{}.ttc", "SourceHanSansSC-{}.otf", "msyh{}.ttc", "PingFang.ttc")


def font(face: str, size: int, *, bold: bool = False, chinese: bool = False) -> Font:
    """Letters of `size` pixels an em; where no file of FACES is found, those that come with Pillow.

    Raises MissingComponent where Chinese is asked for and no font of CHINESE is there.
    """
    for pattern in CHINESE[1::-1] + CHINESE[2:] if chinese and face == "serif" else CHINESE if chinese else FACES[face]:
        for weight in ("Bold", "-Bold", "bd", "b") if bold else ("Regular", ""):
            if (path := font_files().get(pattern.format(weight).lower())) is not None:
                return _opened(path, size)
    if chinese:
        raise MissingComponent("No font with Chinese letters was found.", "Install Noto Sans CJK (fonts-noto-cjk).")
    return ImageFont.load_default(size)


@lru_cache(maxsize=500)
def _opened(path: Path, size: int) -> Font:
    index = _CHINESE if "CJK" in path.name else 0
    return ImageFont.truetype(str(path), size, index, layout_engine=ImageFont.Layout.BASIC)


@lru_cache
def font_files() -> dict[str, Path]:
    """The font files of this machine by their names in lower case."""
    endings = (".ttf", ".otf", ".ttc")
    found = (path for folder in _folders() for path in sorted(folder.rglob("*")) if path.suffix.lower() in endings)
    return {path.name.lower(): path for path in found}


def _folders() -> Iterable[Path]:
    home = Path.home()
    if sys.platform == "win32":
        return (Path("C:/Windows/Fonts"),)
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    return (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts")


@dataclass(frozen=True, slots=True)
class Printed:
    """A piece of text and its box (left, top, right, bottom) in pixels."""

    text: str
    box: Box


@dataclass
class Paper:
    """A page while it is printed. Coordinates are pixels, origin top left; y of a text is its baseline."""

    width: int
    height: int
    pieces: list[Printed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (self.width, self.height), WHITE)
        self.brush = ImageDraw.Draw(self.image)

    def put(
        self, x: float, y: float, text: str, face: Font, *, anchor: str = "ls", ink: tuple[int, int, int] = INK
    ) -> None:
        """Print a text. anchor: "ls" begins at x, "rs" ends there, "ms" has its middle there."""
        if text:
            self.brush.text((x, y), text, fill=ink, font=face, anchor=anchor)
            self.pieces.append(Printed(text, self.brush.textbbox((x, y), text, font=face, anchor=anchor)))

    def rule(self, left: float, y: float, right: float, thick: int = 1) -> None:
        """A horizontal line."""
        self.brush.line((left, y, right, y), fill=GREY, width=thick)

    def upright(self, x: float, top: float, bottom: float) -> None:
        """A vertical line."""
        self.brush.line((x, top, x, bottom), fill=GREY, width=1)

    def fill(self, box: Box, colour: tuple[int, int, int]) -> None:
        """A coloured area."""
        self.brush.rectangle(box, fill=colour)

    def frame(self, box: Box) -> None:
        """A box that is only a line."""
        self.brush.rectangle(box, outline=GREY, width=2)

    def paste(self, code: Pixels, x: int, y: int) -> None:
        """A picture in grey, such as a barcode."""
        self.image.paste(Image.fromarray(code), (x, y))

    def cut(self, height: int) -> None:
        """Make the page so high."""
        self.height = height
        self.image = self.image.crop((0, 0, self.width, height))
        self.brush = ImageDraw.Draw(self.image)

    def pixels(self) -> Pixels:
        """RGB, height x width x 3."""
        return np.asarray(self.image, np.uint8)
