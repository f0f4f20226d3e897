"""One line picture -> another that the same text could have been: hand, paper, camera and crop vary.

Every function takes and returns grey uint8, height x width, and a numpy generator that makes it repeatable; the last
step adds colour. Chances and ranges stand beside the functions they belong to.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Random = np.random.Generator
Step = Callable[[Picture, Random], Picture]


def paper_level(picture: Picture) -> int:
    """The grey of the paper: a high percentile of a thinned picture."""
    return int(np.percentile(picture[::3, ::5], 80))


def warp(picture: Picture, random: Random) -> Picture:
    """Slant, stretch, small turn, and a crop that is looser or tighter than the line."""
    height, width = picture.shape
    slant = random.normal(0, 0.16)
    turn = np.deg2rad(random.normal(0, 0.6)) if width < 12 * height else np.deg2rad(random.normal(0, 0.25))
    wide, tall = np.exp(random.normal(0.0, 0.11)), np.exp(random.normal(-0.03, 0.09))
    centre_x, centre_y = width / 2, height / 2
    margin = height * (abs(slant) / 2 + random.uniform(0.0, 0.25))
    out_width = max(8, round(width * wide + 2 * margin - height * random.uniform(0, 0.25)))
    drop = height * random.normal(0, 0.04)
    matrix = np.array(
        [
            [wide, -slant * tall, out_width / 2 - wide * centre_x + slant * tall * centre_y],
            [np.tan(turn) * wide, tall, centre_y + drop - tall * centre_y - np.tan(turn) * wide * centre_x],
        ]
    )
    border = paper_level(picture)
    return np.asarray(
        cv2.warpAffine(picture, matrix, (out_width, height), flags=cv2.INTER_LINEAR, borderValue=(border,)), np.uint8
    )


def wave(picture: Picture, random: Random) -> Picture:
    """Baseline and letter widths that wander: a smooth displacement along the line."""
    height, width = picture.shape
    knots = max(3, width // (2 * height) + 2)
    along = np.linspace(0, knots - 1, width)
    up = np.interp(along, np.arange(knots), random.normal(0, height * 0.035, knots))
    side = np.interp(along, np.arange(knots), random.normal(0, height * 0.12, knots))
    map_x = np.broadcast_to((np.arange(width) + side).astype(np.float32), (height, width))
    map_y = (np.arange(height)[:, None] + up[None, :]).astype(np.float32)
    warped = cv2.remap(picture, np.ascontiguousarray(map_x), map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)


def stroke(picture: Picture, random: Random) -> Picture:
    """A thicker or a thinner pen, mixed with what was there."""
    shape = (2, 2) if random.random() < 0.7 else (3, 3)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, shape)
    changed = cv2.erode(picture, kernel) if random.random() < 0.55 else cv2.dilate(picture, kernel)
    part = random.uniform(0.25, 0.8)
    return np.asarray(cv2.addWeighted(changed, part, picture, 1 - part, 0), np.uint8)


def blur(picture: Picture, random: Random) -> Picture:
    """A camera out of focus, or a scan at low resolution."""
    if random.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), random.uniform(0.4, 1.3)), np.uint8)
    height, width = picture.shape
    scale = random.uniform(0.35, 0.8)
    small = cv2.resize(
        picture, (max(4, round(width * scale)), max(4, round(height * scale))), interpolation=cv2.INTER_AREA
    )
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def noise(picture: Picture, random: Random) -> Picture:
    """Grain of film and paper, fine or coarse."""
    height, width = picture.shape
    coarse = int(random.integers(1, 4))
    grain = random.normal(0, random.uniform(2, 9), (-(-height // coarse), -(-width // coarse))).astype(np.float32)
    if coarse > 1:
        grain = np.asarray(cv2.resize(grain, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    return np.asarray(np.clip(picture + grain, 0, 255), np.uint8)


def shade(picture: Picture, random: Random) -> Picture:
    """Light that falls off along the line or down it."""
    height, width = picture.shape
    ends = random.uniform(0.6, 1.1, 4)
    along = np.interp(np.linspace(0, 3, width), np.arange(4), ends).astype(np.float32)
    down = np.linspace(1, random.uniform(0.85, 1.1), height, dtype=np.float32)
    return np.asarray(np.clip(picture * (along[None, :] * down[:, None]), 0, 255), np.uint8)


def tone(picture: Picture, random: Random) -> Picture:
    """Contrast, brightness and gamma in one table."""
    level = np.arange(256) / 255
    level = level ** np.exp(random.normal(0, 0.3))
    contrast, bright = random.uniform(0.55, 1.15), random.normal(0, 0.05)
    table = np.clip((level - 0.7) * contrast + 0.7 + bright, 0, 1) * 255
    return np.asarray(cv2.LUT(picture, table.astype(np.uint8)), np.uint8)


def rule(picture: Picture, random: Random) -> Picture:
    """Ruled or squared paper under the writing."""
    height, width = picture.shape
    ruled = np.full_like(picture, 255)
    level, thick = int(random.integers(120, 225)), int(random.integers(1, 3))
    pitch = int(height * random.uniform(0.18, 1.1))
    for row in range(int(random.integers(0, pitch)), height, pitch):
        cv2.line(ruled, (0, row), (width, row + int(random.integers(-2, 3))), (level,), thick)
    if random.random() < 0.4:
        for column in range(int(random.integers(0, pitch)), width, pitch):
            cv2.line(ruled, (column, 0), (column, height), (level,), thick)
    part = ruled.astype(np.uint16) * picture // 255
    return np.asarray(part, np.uint8)


def cut(picture: Picture, random: Random) -> Picture:
    """A crop that takes a little off the top or the bottom, or leaves more paper there."""
    height = picture.shape[0]
    top, bottom = random.normal(0.06, 0.1, 2) * height
    paper = paper_level(picture)
    picture = picture[max(0, round(-top)) : height - max(0, round(-bottom))]
    above, below = max(0, round(top)), max(0, round(bottom))
    return np.asarray(cv2.copyMakeBorder(picture, above, below, 0, 0, cv2.BORDER_CONSTANT, value=(paper,)), np.uint8)


def neighbour(picture: Picture, other: Picture, random: Random) -> Picture:
    """Strokes of the line above or below reach in."""
    height, width = picture.shape
    rows = max(2, int(height * random.uniform(0.05, 0.2)))
    strip = np.full((rows, width), 255, np.uint8)
    from_below = random.random() < 0.5
    taken = other[:rows] if from_below else other[-rows:]
    span = min(width, taken.shape[1])
    strip[: taken.shape[0], :span] = taken[:, :span]
    rest = np.clip(strip.astype(np.int16) - paper_level(other) + paper_level(picture), 0, 255).astype(np.uint8)
    rest[strip == 255] = 255
    joined = picture.copy()
    place = joined[-rows:] if from_below else joined[:rows]
    np.minimum(place, rest[: place.shape[0]], out=place)
    return joined


def colour(picture: Picture, random: Random) -> Picture:
    """Grey -> RGB, height x width x 3: ink and paper get a tint in three lines of ten."""
    if random.random() < 0.7:
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB), np.uint8)
    ink, paper = random.uniform(0, 110, 3), 255 - random.uniform(0, 60, 3)
    level = np.arange(256)[:, None] / 255
    table = (ink * (1 - level) + paper * level).astype(np.uint8)
    return np.asarray(cv2.LUT(cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB), table[None]), np.uint8)


STEPS: tuple[tuple[float, Step], ...] = (
    (0.4, cut),
    (0.9, warp),
    (0.3, wave),
    (0.3, stroke),
    (0.06, rule),
    (0.6, tone),
    (0.2, shade),
    (0.25, blur),
    (0.25, noise),
)


def augment(picture: Picture, random: Random, other: Picture | None = None) -> Picture:
    """A grey line as another of about that size; `other` may reach in from above or below. A quarter stay as is."""
    if random.random() < 0.25:
        return picture
    if other is not None and random.random() < 0.15:
        picture = neighbour(picture, other, random)
    for chance, step in STEPS:
        if random.random() < chance:
            picture = step(picture, random)
    return picture
