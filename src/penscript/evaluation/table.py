"""Pictures of more than one page: several sheets on a table, each askew, and a whiteboard with columns of writing or
boxes and arrows.

Every picture is drawn from a seed and what lies on it alone, so the same call gives the same pixels.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.evaluation.camera import table_top

Pixels = NDArray[np.uint8]
CELL = 1500
"""Pixels of the square in which a sheet lies."""
TILT = 14.0
"""Degrees by which a sheet lies askew, at most."""
COLUMNS = 2
LINE, STEP = 56, 101
"""Height of a written line on the board and from one to the next, in pixels."""
INSIDE, BETWEEN, ACROSS = 36, 150, 3
"""Pixels around the lines in a box and between boxes; boxes in a row."""
INKS = ((30, 40, 130), (160, 30, 40), (20, 90, 50), (35, 35, 40))
"""Of the columns of the board: red, green, blue, 0 to 255."""


def on_a_table(pages: Sequence[Pixels], seed: int = 0) -> Pixels:
    """The pages (RGB or grey) side by side on a table, two in a row, every one at its own angle; RGB."""
    rng = np.random.default_rng(seed)
    rows = -(-len(pages) // COLUMNS)
    size = (CELL * min(COLUMNS, len(pages)), CELL * rows)
    scene = table_top(size, rng)
    for index, page in enumerate(pages):
        down, across = divmod(index, COLUMNS)
        _lay(scene, page, ((across + 0.5) * CELL, (down + 0.5) * CELL), rng)
    return _taken(scene, rng)


def _lay(scene: NDArray[np.float32], page: Pixels, middle: tuple[float, float], rng: np.random.Generator) -> None:
    """A page laid into the scene around its middle, turned, a little of its shadow beside it."""
    colour = page if page.ndim == 3 else page[..., None].repeat(3, axis=2)
    height, width = page.shape[:2]
    turn = float(rng.uniform(0.4, 1) * rng.choice((-1, 1))) * TILT
    reach = np.hypot(height, width) * np.cos(np.arctan2(min(height, width), max(height, width)) - np.radians(abs(turn)))
    scale = float(rng.uniform(0.85, 0.95)) * CELL / reach
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), turn, scale))
    matrix[:, 2] += np.array(middle) - (width / 2, height / 2)
    size = scene.shape[1::-1]
    smaller = cv2.GaussianBlur(colour, (0, 0), max(0.3, 0.4 / scale - 0.2))
    paper = cv2.warpAffine(smaller, matrix, size, flags=cv2.INTER_CUBIC).astype(np.float32)
    cover = cv2.warpAffine(np.ones((height, width), np.float32), matrix, size, flags=cv2.INTER_LINEAR)[..., None]
    shade = cv2.GaussianBlur(np.roll(cover, (8, 10), (0, 1)), (0, 0), 9)[..., None]
    scene *= 1 - 0.5 * shade * (1 - cover)
    scene += (paper - scene) * cover


def whiteboard(columns: Sequence[Sequence[Pixels]], seed: int = 0) -> Pixels:
    """Columns of written lines (grey, dark ink on light ground) in coloured ink on a board seen from the side, with the
    reflection of a lamp; RGB.
    """
    rng = np.random.default_rng(seed)
    lines = [[_line(one) for one in column] for column in columns]
    width = 160 + sum(max(one.shape[1] for one in column) + 180 for column in lines)
    height = 240 + max(len(column) for column in lines) * STEP
    board = np.full((height, width, 3), 232, np.float32)
    left = 160
    for column, ink in zip(lines, INKS, strict=False):
        _write(board, column, (left, 120 + int(rng.integers(0, 40))), np.array(ink, np.float32), rng)
        left += max(one.shape[1] for one in column) + 180
    board *= _lamp(board.shape[:2], rng)
    return _taken(_from_the_side(board, rng), rng)


def diagram(boxes: Sequence[Sequence[Pixels]], lists: Sequence[Sequence[Pixels]] = (), seed: int = 0) -> Pixels:
    """Boxes of written lines, three in a row, with arrows from each to the next, and lists below them, on a board as
    `whiteboard` has it; RGB. Read box by box, then list by list.
    """
    rng = np.random.default_rng(seed)
    written = [[_line(one) for one in part] for part in (*boxes, *lists)]
    width = max((one.shape[1] for part in written for one in part), default=LINE) + 2 * INSIDE
    height = max(map(len, boxes), default=0) * STEP + 2 * INSIDE
    down = -(-len(boxes) // ACROSS)
    size = (120 + ACROSS * (width + BETWEEN), 120 + down * (height + BETWEEN) + STEP * max(map(len, lists), default=0))
    board = np.full((size[1], size[0], 3), 232, np.float32)
    frames = [
        _boxed(board, part, (100 + (width + BETWEEN) * (i % ACROSS), 100 + (height + BETWEEN) * (i // ACROSS)), rng)
        for i, part in enumerate(written[: len(boxes)])
    ]
    for before, after in pairwise(frames):
        _arrow(board, before, after, rng)
    for i, part in enumerate(written[len(boxes) :]):
        _write(board, part, (120 + (width + BETWEEN) * i, down * (height + BETWEEN) + 60), _ink(i), rng)
    board *= _lamp(board.shape[:2], rng)
    return _taken(_from_the_side(board, rng), rng)


def _ink(number: int) -> NDArray[np.float32]:
    return np.array(INKS[number % len(INKS)], np.float32)


Frame = tuple[int, int, int, int]
"""Left, top, right, bottom of a box, pixels of the board."""


def _boxed(
    board: NDArray[np.float32], lines: Sequence[NDArray[np.float32]], corner: tuple[int, int], rng: np.random.Generator
) -> Frame:
    """Lines with a box drawn around them by hand."""
    left, top = (place + int(rng.integers(-15, 15)) for place in corner)
    _write(board, lines, (left + INSIDE, top + INSIDE), _ink(int(rng.integers(len(INKS)))), rng)
    right = left + max((one.shape[1] for one in lines), default=LINE) + 2 * INSIDE
    bottom = top + len(lines) * STEP + 2 * INSIDE
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)])
    _stroke(board, corners + rng.integers(-5, 5, corners.shape), rng)
    return left, top, right, bottom


def _arrow(board: NDArray[np.float32], before: Frame, after: Frame, rng: np.random.Generator) -> None:
    """An arrow from one box to the next, on its right or in the row below."""
    if after[0] > before[2]:
        ends = np.array([(before[2] + 15, (before[1] + before[3]) / 2), (after[0] - 15, (after[1] + after[3]) / 2)])
    else:
        ends = np.array([((before[0] + before[2]) / 2, before[3] + 15), ((after[0] + after[2]) / 2, after[1] - 15)])
    _stroke(board, ends, rng)
    along = (ends[1] - ends[0]) / max(1.0, float(np.linalg.norm(ends[1] - ends[0])))
    across = np.array([-along[1], along[0]])
    head = [ends[1] - 26 * along + 14 * across, ends[1], ends[1] - 26 * along - 14 * across]
    _stroke(board, np.array(head), rng)


def _stroke(board: NDArray[np.float32], points: NDArray[Any], rng: np.random.Generator) -> None:
    """A line through points, drawn by a hand that is not quite steady."""
    steps = [np.linspace(a, b, 12, endpoint=False) for a, b in pairwise(points.astype(np.float64))]
    path = np.concatenate([*steps, points[-1:]])
    path[1:-1] += cv2.GaussianBlur(rng.normal(0, 4, path[1:-1].shape), (1, 5), 1.2)
    mask = np.zeros(board.shape[:2], np.uint8)
    cv2.polylines(mask, [path.round().astype(np.int32)], False, 255, 5, cv2.LINE_AA)
    board += (np.array(INKS[-1], np.float32) - board) * 0.85 * (mask[..., None] / np.float32(255))


def _line(crop: Pixels) -> NDArray[np.float32]:
    """The ink of a line, 0 to 1, LINE pixels high."""
    grey = crop if crop.ndim == 2 else cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    scaled = cv2.resize(
        grey, (max(1, round(grey.shape[1] * LINE / grey.shape[0])), LINE), interpolation=cv2.INTER_CUBIC
    )
    light, dark = np.percentile(scaled, [80, 1])
    return np.asarray(np.clip((0.92 * light - scaled) / max(1.0, 0.8 * (light - dark)), 0, 1), np.float32)


def _write(
    board: NDArray[np.float32],
    column: Sequence[NDArray[np.float32]],
    corner: tuple[int, int],
    ink: NDArray[np.float32],
    rng: np.random.Generator,
) -> None:
    """The lines below one another, each begun a little elsewhere."""
    left, top = corner
    for line in column:
        x, y = left + int(rng.integers(-25, 25)), top + int(rng.integers(-8, 8))
        part = board[y : y + line.shape[0], x : x + line.shape[1]]
        part += (ink - part) * 0.85 * line[: part.shape[0], : part.shape[1], None]
        top += STEP


def _lamp(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float32]:
    """The light on a shiny board: it falls to one side, and a lamp is reflected softly."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    x, y = x / shape[1], y / shape[0]
    spot = np.exp(-(((x - rng.uniform(0.2, 0.8)) / 0.16) ** 2) - ((y - rng.uniform(0.2, 0.8)) / 0.12) ** 2)
    return np.asarray(0.62 + 0.2 * (x - 0.5) * rng.choice((-1, 1)) + 0.5 * spot, np.float32)[..., None]


def _from_the_side(board: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """The board as somebody sees it who stands beside it, on a wall."""
    height, width = board.shape[:2]
    margin, slant = 0.06 * width, float(rng.uniform(0.04, 0.09)) * height
    near, far = (0.0, slant) if rng.random() < 0.5 else (slant, 0.0)
    box = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = box + np.array([(0, near), (0, far), (0, -far), (0, -near)], np.float32) + np.float32(margin)
    matrix = cv2.getPerspectiveTransform(box, seen)
    size = (round(width + 2 * margin), round(height + 2 * margin))
    wall = np.full((size[1], size[0], 3), (168, 158, 140), np.float32)
    frame = cv2.warpPerspective(np.ones(board.shape[:2], np.float32), matrix, size)[..., None]
    rim = cv2.dilate(frame, np.ones((15, 15), np.uint8))[..., None]
    wall += (np.float32(70) - wall) * rim
    view = cv2.warpPerspective(board, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(wall + (view - wall) * frame, np.float32)


def _taken(scene: NDArray[np.float32], rng: np.random.Generator) -> Pixels:
    """Soft focus and the camera's noise; what is too bright is white."""
    noise = rng.normal(0, 3.0, scene.shape[:2]).astype(np.float32)[..., None]
    photo = np.asarray(cv2.GaussianBlur(scene, (0, 0), 0.6), np.float32) + noise
    return np.asarray(np.clip(np.round(photo), 0, 255), np.uint8)
