"""Bent and slanting paper -> a flat view of it, by the lines of text that run over it.

The middles of the detected contours follow the lines. A smooth field says how far each point of the page stands above
or below where its line would be if all were straight and parallel: v = y - field(x, y) is to be constant along every
line. The field is a tensor product of cubic B-splines, fitted to the lines by least squares with a penalty on its
bending, outliers counting less with every round (Huber's weights).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from penscript.document import Bounds, Line, Page
from penscript.reading.piece import Quad
from penscript.reading.transform import STEP, Points, Transform

Numbers = NDArray[np.float64]
LONG = 3.0
"""A contour of so many heights in length shows how its line runs."""
CELLS = (9, 7)
"""Intervals of the field across and down the text."""
STIFF = 0.005
GAUGE = 0.01
HUBER = 0.25
ROUNDS = 4
FEWEST = 4
SAMPLE = 6
SWAY = 0.02
"""Mean slope (rise over run) of lines against one another from which a page is worth flattening."""
AROUND = 0.12
"""The view reaches so far beyond the text that was found, as a share of its sides and of the longer one."""
FOLD = 0.25
"""A view in which the page is squeezed to less than this, or stretched by more than its inverse, is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Spine:
    """The middle of a line of text from left to right, N x 2 in a level frame, and its usual height there."""

    points: Points
    height: float


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """A frame turned so that most text runs to the right. turn: 2 x 2, from the page to the frame."""

    turn: Numbers

    def inside(self, points: Points) -> Points:
        """Points of the page in the frame."""
        return np.asarray(points @ self.turn.T)

    def outside(self, points: Points) -> Points:
        """Points of the frame on the page."""
        return np.asarray(points @ self.turn)


def spines(contours: Sequence[NDArray[np.float32]], level: Level) -> list[Spine]:
    """The spines of the contours that are long enough to show how their line runs."""
    found = (_spine(level.inside(contour.astype(np.float64))) for contour in contours)
    return [one for one in found if one is not None]


def _spine(contour: Points) -> Spine | None:
    left, right = contour[:, 0].min(), contour[:, 0].max()
    rough = (contour[:, 1].max() - contour[:, 1].min()) or 1.0
    count = int(np.clip((right - left) / min(rough, (right - left) / 4 + 1) * 3, 5, 60))
    x = np.linspace(left, right, count + 2)[1:-1]
    top, bottom = _extent(contour, x)
    height = float(np.median(bottom - top))
    if right - left < LONG * height:
        return None
    sound = (bottom - top < 1.6 * height) & (bottom - top > 0.4 * height)
    points = np.column_stack([x, (top + bottom) / 2])[sound]
    return Spine(points, height) if len(points) >= 3 else None


def _extent(contour: Points, x: Numbers) -> tuple[Numbers, Numbers]:
    """The highest and the lowest point of a closed contour at each x."""
    start, end = contour, np.roll(contour, -1, axis=0)
    crosses = (start[:, :1] <= x) != (end[:, :1] <= x)
    run = np.where(start[:, 0] == end[:, 0], 1.0, end[:, 0] - start[:, 0])[:, None]
    y = start[:, 1:] + (x - start[:, :1]) / run * (end - start)[:, 1:]
    return np.where(crosses, y, np.inf).min(axis=0), np.where(crosses, y, -np.inf).max(axis=0)


def sway(found: Sequence[Spine]) -> float:
    """Root mean square of the lines' slopes against the page's direction, the long ones counting more."""
    steps = np.concatenate([np.diff(spine.points, axis=0) for spine in found]) if found else np.zeros((0, 2))
    if len(steps) < 8:
        return 0.0
    runs = steps[:, 0]
    smooth = np.concatenate([_smoothed(spine.points) for spine in found])
    return float(np.sqrt(np.average(smooth**2, weights=runs)))


def _smoothed(points: Points) -> Numbers:
    """The slope at each step of a spine: that of the quadratic that fits it best."""
    x = points[:, 0] - points[:, 0].mean()
    fit = np.polyfit(x, points[:, 1], 2 if len(points) > 6 else 1)
    return np.asarray(np.polyval(np.polyder(fit), (x[1:] + x[:-1]) / 2))


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """Tensor product of cubic B-splines over the box from `low` to `high`; beyond it, its value at the edge."""

    low: Numbers
    high: Numbers
    weights: Numbers

    def at(self, points: Points) -> Numbers:
        """The field at N points."""
        rows = np.zeros(len(points))
        basis, first = self.basis(points, self.low, self.high)
        for index in range(16):
            rows += basis[:, index] * self.weights[first[:, index]]
        return rows

    @staticmethod
    def basis(points: Points, low: Numbers, high: Numbers) -> tuple[Numbers, NDArray[np.int64]]:
        """N x 16: the splines that are not zero at each point, and which of the weights are theirs."""
        cells = np.array(CELLS)
        scaled = np.clip((points - low) / (high - low), 0, 1) * cells
        cell = np.minimum(scaled.astype(int), cells - 1)
        t = scaled - cell
        values = np.stack([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3], axis=2) / 6
        x, y = np.divmod(np.arange(16), 4)
        weights = values[:, 0, x] * values[:, 1, y]
        return weights, (cell[:, :1] + x) * (cells[1] + 3) + cell[:, 1:] + y


def fit_field(found: Sequence[Spine]) -> Field:
    """The field whose level lines the spines are."""
    every = np.concatenate([spine.points for spine in found])
    low, high = every.min(axis=0) - 1, every.max(axis=0) + 1
    size = (CELLS[0] + 3) * (CELLS[1] + 3)
    design = np.zeros((len(every), size))
    basis, which = Field.basis(every, low, high)
    np.put_along_axis(design, which, basis, axis=1)
    target, runs = every[:, 1].copy(), np.zeros(len(every))
    begin = 0
    for spine in found:
        part = slice(begin, begin + len(spine.points))
        design[part] -= design[part].mean(axis=0)
        target[part] -= target[part].mean()
        runs[part] = (spine.points[-1, 0] - spine.points[0, 0]) / len(spine.points)
        begin = part.stop
    height = float(np.median([spine.height for spine in found]))
    scale = np.sqrt(runs / runs.mean()) / height
    stiff = _bending() * STIFF * np.sqrt(len(every)) / height
    gauge = _gauge(low, high) * GAUGE * np.sqrt(len(every)) / height
    weights = np.zeros(size)
    robust = np.ones(len(every))
    for _ in range(ROUNDS):
        rows = np.concatenate([design * (scale * robust)[:, None], stiff, gauge])
        aim = np.concatenate([target * scale * robust, np.zeros(len(stiff) + len(gauge))])
        weights = np.linalg.lstsq(rows, aim, rcond=None)[0]
        off = np.abs(target - design @ weights) / height
        robust = np.sqrt(np.minimum(1, HUBER / np.maximum(off, 1e-6)))
    return Field(low, high, weights)


def _bending() -> Numbers:
    """Rows that are the second differences of the field's weights, across, down and mixed."""
    columns, rows = CELLS[0] + 3, CELLS[1] + 3
    across, down = np.eye(columns), np.eye(rows)
    second = (np.diff(across, 2, axis=0), np.diff(down, 2, axis=0))
    first = (np.diff(across, axis=0), np.diff(down, axis=0))
    return np.concatenate([np.kron(second[0], down), np.kron(across, second[1]), np.sqrt(2) * np.kron(*first)])


def _gauge(low: Numbers, high: Numbers) -> Numbers:
    """Rows that keep the field at zero down the middle, which no line says anything about."""
    y = np.linspace(low[1], high[1], 2 * CELLS[1])
    points = np.column_stack([np.full(len(y), (low[0] + high[0]) / 2), y])
    basis, which = Field.basis(points, low, high)
    rows = np.zeros((len(y), (CELLS[0] + 3) * (CELLS[1] + 3)))
    np.put_along_axis(rows, which, basis, axis=1)
    return rows


def flattened(contours: Sequence[NDArray[np.float32]], angle: float, size: tuple[int, int]) -> Transform | None:
    """The view of a page of `size` (width, height) in which its lines are straight and parallel.

    contours: of the pieces of text. angle: radians, at which most text runs. None where the lines are straight
    already, too few to say how the paper lies, or where the view would fold it.
    """
    cosine, sine = np.cos(angle), np.sin(angle)
    level = Level(np.array([[cosine, sine], [-sine, cosine]]))
    found = spines(contours, level)
    if len(found) < FEWEST or sway(found) < SWAY:
        return None
    return straightened(found, level, size)


def straightened(found: Sequence[Spine], level: Level, size: tuple[int, int]) -> Transform | None:
    """The view in which the spines are straight; None where that would fold the page."""
    field = fit_field(found)
    width, height = size
    edge = np.array([(x * width, y * height) for x in np.linspace(0, 1, 9) for y in np.linspace(0, 1, 9)])
    framed = level.inside(edge)
    seen = np.column_stack([framed[:, 0], framed[:, 1] - field.at(framed)])
    text = np.concatenate(
        [spine.points - np.column_stack([0 * one, one]) for spine in found for one in [field.at(spine.points)]]
    )
    margin = AROUND * np.ptp(text, axis=0) + AROUND * np.ptp(text, axis=0).max()
    low = np.floor(np.maximum(seen.min(axis=0), text.min(axis=0) - margin))
    high = np.ceil(np.minimum(seen.max(axis=0), text.max(axis=0) + margin))

    def to_source(points: Points) -> Points:
        x, v = (points + low).T
        y = v.copy()
        for _ in range(25):
            y = 0.5 * y + 0.5 * (v + field.at(np.column_stack([x, y])))
        return level.outside(np.column_stack([x, y]))

    view = Transform.of((int(high[0] - low[0]), int(high[1] - low[1])), to_source)
    down = np.diff(view.places @ level.turn[1], axis=0) / STEP
    return view if down.min() > FOLD and down.max() < 1 / FOLD else None


def longest(quads: Sequence[Quad], count: int = SAMPLE) -> list[Quad]:
    """So many of the outlines as show best whether a view reads better: long ones, spread over the page."""
    long = sorted(quads, key=lambda quad: -float(np.linalg.norm(quad[1] - quad[0])))[: 3 * count]
    down = sorted(long, key=lambda quad: float(quad[:, 1].mean()))
    return (
        [down[index] for index in np.unique(np.linspace(0, len(down) - 1, count).round().astype(int))] if down else []
    )


def placed(page: Page, transform: Transform) -> Page:
    """The page that was read from a view, with everything where it stands on the source."""
    return replace(
        page,
        lines=tuple(_placed(line, transform) for line in page.lines),
        barcodes=tuple(replace(code, bounds=_box(code.bounds, transform)) for code in page.barcodes),
        rotation=(page.rotation + transform.quarter) % 360,
    )


def _placed(line: Line, transform: Transform) -> Line:
    outline = transform.outline_to_source(np.array(line.polygon, np.float64))
    polygon = tuple((round(float(x), 1), round(float(y), 1)) for x, y in outline)
    words = tuple(replace(word, bounds=_box(word.bounds, transform)) for word in line.words)
    return replace(line, polygon=polygon, bounds=Bounds.around(polygon), words=words)


def _box(box: Bounds, transform: Transform) -> Bounds:
    corners = np.array([(box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)], np.float64)
    return Bounds.around([(float(x), float(y)) for x, y in transform.outline_to_source(corners)])
