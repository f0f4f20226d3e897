"""Copies of pages as a phone photographs paper that lies on a table: seen from the side, bent, in uneven light.

The camera model. A sheet is a rectangle whose points are measured in pixels of the page, from its centre. It bends as
paper does, without stretching, around parallel lines (a generalized cylinder): along its profile the paper's slope is
given as a function of arc length; integrating its cosine and sine gives place and height. The sheet is turned by roll,
pitch and yaw in front of a pinhole camera without lens distortion, whose distance is a multiple of the sheet's long
side and whose focal length keeps the page's centre at its own size. Every pixel of the photograph is a ray, met with
the sheet by fixed-point iteration; the same model, forwards, moves the places of the truth. Light: Lambert's law for a
lamp at the side, and for `photo` the shadow of whoever takes the picture. Then soft focus and the camera's noise.

Every photograph is drawn from a seed and the page alone, so the same call gives the same pixels.
"""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.evaluation.matching import Outline

Pixels = NDArray[np.uint8]
Numbers = NDArray[np.float64]
SAMPLES = 2048
"""Points of a profile."""
BEYOND = 4.0
"""The sheet is continued to so many times its size, so that every ray meets something."""
STEP = 4
"""Rays are traced for every fourth pixel; between them the places are interpolated."""
MARGIN = 0.06


@dataclass(frozen=True, slots=True)
class View:
    """How a sheet lies before the camera. Angles in degrees.

    pitch, yaw, roll: of the camera; 0 looks straight down. distance: in long sides of the sheet. bend: the steepest
    slope of the paper. axis: of the lines around which it bends; 0 runs down the page, like the spine of a book.
    gutter: share of the bend that falls off from one edge, as beside the spine of a book; the rest is waves.
    shadow: 0 none, 1 deep.
    """

    pitch: float = 0.0
    yaw: float = 0.0
    roll: float = 0.0
    distance: float = 1.6
    bend: float = 0.0
    axis: float = 0.0
    gutter: float = 0.5
    shadow: float = 0.0


@dataclass(frozen=True, slots=True)
class Profile:
    """The bent paper from the side, pixels: arc length from the centre, place, height and slope (radians) there."""

    length: Numbers
    place: Numbers
    height: Numbers
    slope: Numbers

    @classmethod
    def of(cls, view: View, size: float, rng: np.random.Generator) -> Self:
        """The profile of a sheet of `size` pixels across the lines around which it bends."""
        length = np.linspace(-BEYOND * size / 2, BEYOND * size / 2, SAMPLES)
        along = np.clip(length / size + 0.5, 0, 1)
        waves = np.sin(np.pi * rng.uniform(2.0, 3.2) * along + rng.uniform(0, 2 * np.pi))
        from_edge = along if rng.random() < 0.5 else 1 - along
        gutter = np.exp(-from_edge / 0.22) * (1 if from_edge is along else -1)
        slope = np.radians(view.bend) * (view.gutter * gutter + (1 - view.gutter) * waves)
        step = length[1] - length[0]
        place, height = np.cumsum(np.cos(slope)) * step, np.cumsum(np.sin(slope)) * step
        middle = SAMPLES // 2
        return cls(length, place - place[middle], height - height[middle], slope)


@dataclass(frozen=True, slots=True)
class Camera:
    """A sheet of width x height pixels before a pinhole camera. `offset`: of the picture's origin from its centre."""

    view: View
    sheet: tuple[int, int]
    profile: Profile
    offset: tuple[float, float] = (0.0, 0.0)

    @property
    def distance(self) -> float:
        """From the camera to the sheet's centre in pixels, and its focal length."""
        return self.view.distance * max(self.sheet)

    @property
    def turn(self) -> Numbers:
        """3 x 3: from the table to the camera; z runs away from the camera."""
        roll, pitch, yaw = np.radians([self.view.roll, self.view.pitch, self.view.yaw])
        about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
        about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
        about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
        return np.asarray(about_z @ about_x @ about_y)

    @property
    def across(self) -> Numbers:
        """2 x 2: rows are the directions across and along the lines around which the paper bends."""
        axis = np.radians(self.view.axis)
        return np.array([[np.cos(axis), np.sin(axis)], [-np.sin(axis), np.cos(axis)]])

    def project(self, points: Numbers) -> Numbers:
        """N x 2 points of the page -> pixels of the photograph."""
        centred = points - (np.array(self.sheet) - 1) / 2
        length, along = self.across @ centred.T
        place = np.interp(length, self.profile.length, self.profile.place)
        height = np.interp(length, self.profile.length, self.profile.height)
        flat = np.stack([place, along]).T @ self.across
        seen = np.column_stack([flat, -height]) @ self.turn.T + [0, 0, self.distance]
        return np.asarray(self.distance * seen[:, :2] / seen[:, 2:] - self.offset)

    def trace(self, pixels: Numbers) -> Numbers:
        """N x 2 pixels of the photograph -> points of the page, beyond its edges too."""
        ray = np.column_stack([pixels + self.offset, np.full(len(pixels), self.distance)]) @ self.turn
        start = -self.distance * self.turn[2]
        height = np.zeros(len(pixels))
        for _ in range(30):
            met = start + ray * ((-height - start[2]) / ray[:, 2])[:, None]
            place, along = self.across @ met[:, :2].T
            height = np.interp(place, self.profile.place, self.profile.height)
        length = np.interp(place, self.profile.place, self.profile.length)
        return np.asarray(np.stack([length, along]).T @ self.across + (np.array(self.sheet) - 1) / 2)


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photographed page and the camera that took it."""

    pixels: Pixels
    camera: Camera

    def move(self, outline: Outline) -> list[tuple[float, float]]:
        """Where an outline of the page stands on the photograph, in pixels."""
        return [(float(x), float(y)) for x, y in self.camera.project(np.asarray(outline, dtype=np.float64))]


def photograph(pixels: Pixels, view: View, seed: int = 0) -> Photograph:
    """The page (RGB or grey, uint8) lying on a table as `view` says; the table shows around it."""
    rng = np.random.default_rng(seed)
    height, width = pixels.shape[:2]
    camera = Camera(view, (width, height), Profile.of(view, max(width, height), rng))
    edge = np.array([(x * (width - 1), y * (height - 1)) for x in np.linspace(0, 1, 20) for y in np.linspace(0, 1, 20)])
    seen = camera.project(edge)
    margin = MARGIN * max(width, height)
    low, high = seen.min(axis=0) - margin, seen.max(axis=0) + margin
    camera = Camera(view, camera.sheet, camera.profile, (float(low[0]), float(low[1])))
    columns, rows = (int(side) for side in np.ceil(high - low))
    return Photograph(_exposed(pixels, camera, (columns, rows), rng), camera)


def _exposed(pixels: Pixels, camera: Camera, size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """The photograph's pixels, of `size` columns and rows."""
    x, y = np.meshgrid(np.arange(0, size[0] + STEP, STEP), np.arange(0, size[1] + STEP, STEP))
    traced = camera.trace(np.column_stack([x.ravel(), y.ravel()]).astype(np.float64)).reshape(*x.shape, 2)
    places = _between(traced.astype(np.float32), size)
    colour = pixels if pixels.ndim == 3 else pixels[..., None].repeat(3, axis=2)
    nowhere = np.empty(0, np.float32)
    paper = cv2.remap(colour, places, nowhere, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    inside = ((places > -0.5) & (places < np.array(camera.sheet, np.float32) - 0.5)).all(axis=2)
    cover = np.asarray(cv2.GaussianBlur(np.asarray(inside, np.float32), (0, 0), 0.7), np.float32)[..., None]
    scene = table_top(size, rng) * (1 - cover) + paper * (cover * _lambert(places, camera)[..., None])
    lit: NDArray[np.float32] = scene * _light(size, camera.view.shadow, rng)[..., None]
    noise = rng.normal(0, 3.0, lit.shape[:2]).astype(np.float32)[..., None]
    photo = np.asarray(cv2.GaussianBlur(lit, (0, 0), 0.6), np.float32) + noise
    taken = np.clip(np.round(photo), 0, 255).astype(np.uint8)
    return taken if pixels.ndim == 3 else np.asarray(cv2.cvtColor(taken, cv2.COLOR_RGB2GRAY), np.uint8)


def _between(places: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """Places known for every STEP-th pixel, for every pixel."""
    step = np.array([[1 / STEP, 0, 0], [0, 1 / STEP, 0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(places, step, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _lambert(places: NDArray[np.float32], camera: Camera) -> NDArray[np.float32]:
    """How bright the paper is at each place: a lamp stands at the side, 35 degrees from above."""
    length = (places - (np.array(camera.sheet, np.float32) - 1) / 2) @ camera.across[0].astype(np.float32)
    slope = np.interp(length, camera.profile.length, camera.profile.slope)
    return np.asarray(np.clip(np.cos(slope) - 0.7 * np.sin(slope), 0.2, 1.15), np.float32)


def table_top(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """A table top of one of several colours, with a grain."""
    tone = np.array([(112, 82, 58), (64, 66, 70), (150, 120, 90), (40, 60, 50)][int(rng.integers(4))], np.float32)
    grain = cv2.resize(rng.normal(0, 1, (40, 12)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    return np.asarray(tone * (1 + 0.06 * grain[..., None]), np.float32)


def _light(size: tuple[int, int], shadow: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Brightness of every pixel: it falls to one side, and where somebody's shadow lies, 0.4 of it is left."""
    across, down = (np.linspace(-0.5, 0.5, side, dtype=np.float32) for side in size)
    x, y = np.meshgrid(across, down)
    angle, bow, depth = rng.uniform(0, 2 * np.pi), rng.uniform(3, 7), rng.uniform(0.5, 0.6)
    slope = x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))
    edge = slope + 0.08 * np.sin(bow * (x - y)) - rng.uniform(-0.15, 0.15)
    return np.asarray((1 + 0.25 * shadow * slope) * (1 - shadow * depth / (1 + np.exp(edge / 0.02))), np.float32)


def view_of(kind: str, seed: int) -> View:
    """A view of one of VIEWS, drawn by the seed: every quantity from 0.7 of its most, turns to either side."""
    rng = np.random.default_rng(seed + 1000)
    drawn = {name: float(most * rng.uniform(0.7, 1)) for name, most in VIEWS[kind].items()}
    sides = {name: float(rng.choice((-1, 1))) for name in SIDED}
    return View(
        **{name: value * sides.get(name, 1) for name, value in drawn.items()}, distance=float(rng.uniform(1.1, 1.5))
    )


SIDED = ("yaw", "roll", "axis")
VIEWS: dict[str, dict[str, float]] = {
    "perspective": {"pitch": 38, "yaw": 22, "roll": 8},
    "curled": {"pitch": 25, "yaw": 5, "roll": 3, "bend": 55, "axis": 6, "gutter": 0.6},
    "waved": {"pitch": 28, "yaw": 8, "roll": 3, "bend": 36, "axis": 40, "gutter": 0.1},
    "photo": {"pitch": 30, "yaw": 12, "roll": 5, "bend": 40, "axis": 12, "gutter": 0.4, "shadow": 1.0},
}
"""The most of each quantity by kind of photograph."""
