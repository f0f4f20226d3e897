"""A sheet of paper -> what a phone or a scanner makes of it: RGB or grey, uint8."""

import cv2
import numpy as np
from numpy.typing import NDArray
from sheet import Floats, Sheet, clouds

Pixels = NDArray[np.uint8]
Corners = list[tuple[float, float]]


def wood(width: int, height: int, rng: np.random.Generator) -> Floats:
    """A table top, float32, height x width x 3."""
    grain = cv2.resize(clouds((height, max(8, width // 60)), 3, rng), (width, height), interpolation=cv2.INTER_CUBIC)
    fine = clouds((height, width), 3, rng)
    tone = 1 + 0.10 * cv2.GaussianBlur(grain, (0, 0), 1.5) + 0.02 * fine
    return np.asarray(np.array([112, 82, 58], np.float32) * tone[..., None], dtype=np.float32)


def photograph(sheet: Sheet, width: int, height: int, corners: Corners, light: tuple[float, float]) -> Pixels:
    """A phone's picture of the sheet on a table.

    corners: where the sheet's four corners (clockwise from top left) come to lie, as shares of width and height.
    light: how much brightness falls to the right and to the bottom, as shares.
    """
    rng = sheet.rng
    view = cv2.getPerspectiveTransform(
        _box(*sheet.size), np.array(corners, np.float32) * np.array([width, height], np.float32)
    )
    paper = cv2.warpPerspective(_curled(sheet.pixels, rng), view, (width, height), flags=cv2.INTER_AREA)
    cover = cv2.warpPerspective(
        np.ones(sheet.pixels.shape[:2], np.float32), view, (width, height), flags=cv2.INTER_LINEAR
    )
    shadow = cv2.GaussianBlur(np.roll(cover, (10, 12), (0, 1)), (0, 0), 14)
    table = wood(width, height, rng) * (1 - 0.55 * shadow[..., None])
    scene = table * (1 - cover[..., None]) + paper * cover[..., None]
    return _sensor(scene * _light(width, height, light, rng), rng)


def scan(sheet: Sheet, degrees: float, levels: int = 16) -> Pixels:
    """A flat-bed scan in grey: a little crooked, paper burnt to white, `levels` of grey. Height x width."""
    width, height = sheet.size
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    grey = cv2.cvtColor(np.clip(sheet.pixels, 0, 255), cv2.COLOR_RGB2GRAY)
    grey = cv2.warpAffine(grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=250)
    grey = cv2.GaussianBlur(grey, (0, 0), 0.7) + 2.5 * sheet.rng.standard_normal(grey.shape).astype(np.float32)
    grey = np.clip((grey - 20) * 255 / 215, 0, 255)
    step = 255 / (levels - 1)
    return np.asarray(np.round(grey / step) * step, dtype=np.uint8)


def _box(width: int, height: int) -> Floats:
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)


def _curled(pixels: Floats, rng: np.random.Generator) -> Floats:
    """Paper is never flat: gentle waves that move the print and shade it."""
    height, width = pixels.shape[:2]
    waves = np.tile(clouds((8, height), height / 3, rng)[:1].T, (1, width))
    waves = waves + 0.4 * clouds((height, width), max(height, width) / 2, rng)
    rows, columns = np.indices((height, width), dtype=np.float32)
    moved = cv2.remap(pixels, columns, rows + 3 * waves, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved * (1 + 0.03 * np.gradient(waves)[0] * height / 6)[..., None], dtype=np.float32)


def _light(width: int, height: int, light: tuple[float, float], rng: np.random.Generator) -> Floats:
    """Brightness of every pixel, 1 at the lamp, warm, height x width x 3."""
    rows, columns = np.indices((height, width), dtype=np.float32)
    fall = 1 - light[0] * columns / width - light[1] * rows / height
    fall += 0.02 * clouds((height, width), width / 2, rng)
    return np.asarray(fall[..., None] * np.array([0.96, 0.93, 0.88], np.float32), dtype=np.float32)


def _sensor(scene: Floats, rng: np.random.Generator) -> Pixels:
    """Soft focus, grain, clipping."""
    soft = cv2.GaussianBlur(scene, (0, 0), 0.8)
    grain = cv2.GaussianBlur(rng.standard_normal(soft.shape).astype(np.float32), (0, 0), 0.7)
    return np.asarray(np.clip(soft + 6 * grain, 0, 255), dtype=np.uint8)
