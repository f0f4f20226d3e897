"""A page as a picture with a box around every line: green where it is accepted, orange where a person should look."""

import io
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from penscript.document import Barcode, Line, LineStatus, Page, Point
from penscript.errors import UsageError
from penscript.export.atomic import write_bytes
from penscript.options import AcceptPolicy

ENDINGS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
"""Ending of a file -> kind of picture."""

ACCEPTED, DOUBTFUL, LOST, BARCODE = (0, 130, 60), (225, 95, 0), (190, 0, 60), (0, 90, 200)
Colour = tuple[int, int, int]


def draw_page(pixels: NDArray[np.uint8], page: Page, policy: AcceptPolicy | None = None) -> Image.Image:
    """`pixels` (the page as read, RGB or grey, uint8) with its boxes, each line's confidence in percent beside it.

    Lines that the policy (the usual one if None) accepts are green, others orange, what gave no text red; barcodes are
    blue.
    """
    policy = policy or AcceptPolicy()
    drawn = Image.fromarray(pixels).convert("RGB")
    size = _letter_size(page, drawn)
    brush = ImageDraw.Draw(drawn, "RGBA")
    font = ImageFont.load_default(size)
    for line in page.lines:
        _box(brush, [*line.polygon] or _corners(line), _colour(line, policy), size)
    for line in page.lines:
        label = f"{math.floor(line.confidence)}%"
        _label(brush, [*line.polygon] or _corners(line), label, _colour(line, policy), font)
    for code in page.barcodes:
        box = code.bounds
        brush.rectangle((box.x, box.y, box.right, box.bottom), outline=BARCODE, width=max(2, size // 6))
        _label(brush, _corners(code), code.format, BARCODE, font)
    return drawn


def check_ending(path: str | Path) -> str:
    """The kind of picture that the ending of `path` asks for; UsageError with the possible ones if there is none."""
    kind = ENDINGS.get(Path(path).suffix.lower())
    if kind is None:
        raise UsageError(f"{path} is no name for a picture.", f"Let it end in one of {', '.join(ENDINGS)}.")
    return kind


def save_picture(picture: Image.Image, path: str | Path) -> None:
    """Write a picture in the kind of its ending, whole or not at all."""
    kind, out = check_ending(path), io.BytesIO()
    picture.save(out, kind)
    write_bytes(path, out.getvalue())


def _letter_size(page: Page, drawn: Image.Image) -> int:
    """Pixels: two fifths of a usual line, so that labels do not hide what they are about."""
    heights = sorted(line.bounds.height for line in page.lines)
    usual = heights[len(heights) // 2] if heights else drawn.height // 30
    return int(min(max(usual * 0.4, 10), max(10, drawn.height / 25)))


def _colour(line: Line, policy: AcceptPolicy) -> Colour:
    if line.status is not LineStatus.READ:
        return LOST
    return ACCEPTED if line.accepted(policy.threshold_of(line.pack)) else DOUBTFUL


def _corners(placed: Line | Barcode) -> list[Point]:
    box = placed.bounds
    return [(box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)]


def _box(brush: ImageDraw.ImageDraw, polygon: list[Point], colour: Colour, size: int) -> None:
    brush.polygon(polygon, fill=(*colour, 28))
    brush.line([*polygon, polygon[0]], fill=colour, width=max(2, size // 8), joint="curve")


def _label(
    brush: ImageDraw.ImageDraw,
    polygon: list[Point],
    text: str,
    colour: Colour,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> None:
    """A small flag left of the outline, where it hides no text; above it where the page ends."""
    left, top, right, bottom = brush.textbbox((0, 0), text, font=font)
    width, height = right - left + 6, bottom - top + 4
    edge = sorted(polygon)[:2]
    x, y = edge[0][0] - width - 1, sum(point[1] for point in edge) / 2 - height / 2
    if x < 0:
        x, y = 0, min(point[1] for point in edge) - height
    brush.rectangle((x, y, x + width, y + height), fill=(*colour, 215))
    brush.text((x + 3 - left, y + 2 - top), text, fill=(255, 255, 255), font=font)
