"""Pictures without any text: textures, ruled paper, drawings, foliage, and what photographs show.

What a reader finds there is invented. Every picture is drawn from its kind and a seed alone.
"""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
Random = np.random.Generator
WIDTH, HEIGHT = 1000, 1300


def textless(count: int, seed: int = 0) -> Iterator[tuple[str, Pixels]]:
    """`count` pictures, RGB, 1300 x 1000, with the name of their kind, the kinds in turn."""
    names = list(KINDS)
    for number in range(count):
        yield (name := names[number % len(names)]), draw(name, seed + number // len(names))


def draw(kind: str, seed: int) -> Pixels:
    """One picture of a kind, one of KINDS."""
    random = np.random.default_rng([seed, sum(kind.encode())])
    picture = KINDS[kind](random).astype(np.float64)
    picture = picture * _light(random)[..., None] + random.normal(0, random.uniform(0, 6), picture.shape)
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _light(random: Random) -> Floats:
    """Lamp light that falls off to one side."""
    y, x = np.mgrid[0 : 1 : HEIGHT * 1j, 0 : 1 : WIDTH * 1j]
    angle = random.uniform(0, 2 * np.pi)
    return np.asarray(
        1 - random.uniform(0, 0.4) * (0.5 + 0.5 * ((x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)))
    )


def _clouds(random: Random, coarse: float, stretch: float = 1.0) -> Floats:
    """Smooth noise, 0 to 1: blobs of about `coarse` pixels, `stretch` times as wide."""
    found = np.zeros((HEIGHT, WIDTH))
    for octave in range(4):
        size = coarse / 2**octave
        cells = (max(2, round(WIDTH / (size * stretch))), max(2, round(HEIGHT / size)))
        grain = random.random((cells[1], cells[0]))
        found += cv2.resize(grain, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) / 2**octave
    return np.asarray((found - found.min()) / np.ptp(found))


def _between(share: Floats, one: Floats, other: Floats) -> Floats:
    return np.asarray(one + share[..., None] * (other - one))


def _paper(random: Random) -> Pixels:
    tint = random.uniform(200, 255, 3) * np.array([1.0, 0.99, random.uniform(0.85, 1.0)])
    return np.broadcast_to(tint, (HEIGHT, WIDTH, 3)).astype(np.uint8).copy()


def _colour(random: Random, low: float = 0, high: float = 255) -> tuple[int, int, int]:
    red, green, blue = (int(value) for value in random.uniform(low, high, 3))
    return red, green, blue


def _point(random: Random) -> tuple[int, int]:
    return int(random.integers(0, WIDTH)), int(random.integers(0, HEIGHT))


def _noise(random: Random) -> Pixels:
    """Plaster, gravel, sand."""
    share = _clouds(random, random.choice([6, 15, 40, 90]))
    return _between(share, random.uniform(30, 120, 3), random.uniform(120, 250, 3)).astype(np.uint8)


def _wood(random: Random) -> Pixels:
    rings = _clouds(random, random.uniform(40, 120), random.uniform(8, 20)) * random.uniform(10, 40)
    return _between(0.5 + 0.5 * np.sin(rings), np.array([90.0, 55, 30]), np.array([190.0, 140, 90])).astype(np.uint8)


def _weave(random: Random) -> Pixels:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    pitch = random.uniform(6, 30)
    share = 0.5 + 0.25 * np.sin(x / pitch * 2) + 0.25 * np.sin(y / pitch * random.uniform(1.5, 2.5))
    share = np.clip(share + 0.3 * (_clouds(random, 20) - 0.5), 0, 1)
    return _between(share, random.uniform(20, 120, 3), random.uniform(100, 240, 3)).astype(np.uint8)


def _bricks(random: Random) -> Pixels:
    page = np.full((HEIGHT, WIDTH, 3), _colour(random, 140, 200), np.uint8)
    tall, wide = int(random.integers(25, 80)), int(random.integers(70, 220))
    for row, top in enumerate(range(0, HEIGHT, tall)):
        for left in range(-wide + row % 2 * wide // 2, WIDTH, wide):
            tone = tuple(int(v) for v in np.array([150, 75, 55]) + random.normal(0, 18, 3))
            cv2.rectangle(page, (left + 4, top + 4), (left + wide - 4, top + tall - 4), tone, -1)
    return _between(0.25 * _clouds(random, 12), page.astype(float), np.array([60.0, 40, 40])).astype(np.uint8)


def _ruled(random: Random) -> Pixels:
    """Empty writing paper: lines, a margin, holes."""
    page, ink = _paper(random), _colour(random, 90, 190)
    pitch, slope = int(random.integers(24, 60)), int(random.integers(-12, 13))
    for y in range(int(random.integers(20, 200)), HEIGHT, pitch):
        cv2.line(page, (0, y), (WIDTH, y + slope), ink, int(random.integers(1, 3)), cv2.LINE_AA)
    if random.random() < 0.7:
        x = int(random.integers(60, 160))
        cv2.line(page, (x, 0), (x - slope, HEIGHT), (220, 110, 110), 2, cv2.LINE_AA)
    for y in range(150, HEIGHT, 300) if random.random() < 0.5 else ():
        cv2.circle(page, (30, y), 14, (90, 90, 90), -1, cv2.LINE_AA)
    return page


def _squared(random: Random) -> Pixels:
    """Squared paper, music staves, or an empty form."""
    page, ink, pitch = _paper(random), _colour(random, 60, 190), int(random.integers(14, 40))
    style = random.integers(0, 3)
    for y in range(40, HEIGHT - 20, pitch):
        if style != 1 or (y // pitch) % 8 < 5:
            cv2.line(page, (40, y), (WIDTH - 40, y), ink, 1)
    for x in range(40, WIDTH - 20, pitch) if style == 0 else ():
        cv2.line(page, (x, 40), (x, HEIGHT - 40), ink, 1)
    for x in random.integers(40, WIDTH - 40, 5) if style == 2 else ():
        cv2.line(page, (int(x), 40), (int(x), HEIGHT - 40), ink, 2)
    return page


def _sketch(random: Random) -> Pixels:
    """Pencil curves and hatching."""
    page = _paper(random)
    for _ in range(int(random.integers(8, 40))):
        steps = random.normal(0, random.uniform(5, 40), (int(random.integers(5, 60)), 2)).cumsum(axis=0)
        path = (np.array(_point(random)) + cv2.blur(steps, (1, 5))).astype(np.int32)
        cv2.polylines(page, [path], False, _colour(random, 0, 130), int(random.integers(1, 6)), cv2.LINE_AA)
    for _ in range(int(random.integers(0, 5))):
        (x, y), length = _point(random), int(random.integers(30, 150))
        for step in range(int(random.integers(5, 25))):
            cv2.line(page, (x + 8 * step, y), (x + 8 * step + length // 2, y - length), (90, 90, 90), 1, cv2.LINE_AA)
    return page


def _diagram(random: Random) -> Pixels:
    """Boxes, circles and arrows."""
    page = _paper(random)
    for _ in range(int(random.integers(5, 18))):
        one, other, ink = _point(random), _point(random), _colour(random, 0, 160)
        shape, thick = random.integers(0, 4), int(random.integers(1, 6))
        if shape == 0:
            cv2.rectangle(page, one, other, ink, thick, cv2.LINE_AA)
        elif shape == 1:
            cv2.circle(page, one, int(random.integers(15, 200)), ink, thick, cv2.LINE_AA)
        elif shape == 2:
            cv2.arrowedLine(page, one, other, ink, thick, cv2.LINE_AA, tipLength=0.05)
        else:
            cv2.ellipse(page, one, (int(random.integers(20, 200)), 40), 0, 0, 360, ink, thick, cv2.LINE_AA)
    return page


def _foliage(random: Random) -> Pixels:
    page = _between(_clouds(random, 60), np.array([20.0, 40, 15]), np.array([70.0, 110, 50])).astype(np.uint8)
    for _ in range(int(random.integers(300, 1500))):
        size = int(random.integers(8, 60))
        green = (int(random.integers(20, 140)), int(random.integers(70, 210)), int(random.integers(10, 90)))
        shape = (size, max(2, int(size * random.uniform(0.15, 0.5))))
        cv2.ellipse(page, _point(random), shape, random.uniform(0, 360), 0, 360, green, -1, cv2.LINE_AA)
    return page


def _branches(random: Random) -> Pixels:
    """Bare branches or grass against the sky."""
    sky, earth = np.array([150.0, 190, 235]), np.array([235.0, 235, 240])
    page = _between(_clouds(random, 400), sky, earth).astype(np.uint8)
    ends = [(np.array(_point(random), float), random.uniform(0, 2 * np.pi), random.uniform(5, 16)) for _ in range(6)]
    for _ in range(500):
        start, angle, thick = ends.pop(0)
        end = start + random.uniform(20, 80) * np.array([np.cos(angle), np.sin(angle)])
        tips = [(int(x), int(y)) for x, y in (start, end)]
        cv2.line(page, tips[0], tips[1], _colour(random, 20, 80), max(1, int(thick)))
        ends += [(end, angle + random.normal(0, 0.5), thick * 0.8) for _ in range(int(random.integers(1, 3)))]
    return page


def _landscape(random: Random) -> Pixels:
    """Hills one behind the other under a sky."""
    page = _between(np.linspace(0, 1, HEIGHT)[:, None] * np.ones(WIDTH), random.uniform(90, 200, 3), np.full(3, 235.0))
    page = page.astype(np.uint8)
    for level in np.linspace(0.3, 0.9, int(random.integers(3, 9))):
        ridge = HEIGHT * level + 80 * (_clouds(random, 200)[0] - 0.5) * random.uniform(0.5, 3)
        hill = np.stack([np.arange(WIDTH), ridge], axis=1)
        corners = np.concatenate([hill, [[WIDTH, HEIGHT], [0, HEIGHT]]]).astype(np.int32)
        cv2.fillPoly(page, [corners], _colour(random, 20, 220 * (1.1 - level)))
    return _between(0.3 * _clouds(random, 25), page.astype(float), np.array([40.0, 50, 30])).astype(np.uint8)


def _bokeh(random: Random) -> Pixels:
    """Things out of focus, lights, a street at night."""
    page = np.full((HEIGHT, WIDTH, 3), _colour(random, 0, 120), np.uint8)
    for _ in range(int(random.integers(20, 120))):
        cv2.circle(page, _point(random), int(random.integers(8, 140)), _colour(random), -1, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(page, (0, 0), random.uniform(1, 15)), np.uint8)


def _houses(random: Random) -> Pixels:
    """Fronts with rows of windows."""
    page = np.full((HEIGHT, WIDTH, 3), _colour(random, 130, 230), np.uint8)
    left = 0
    while left < WIDTH:
        wide, top = int(random.integers(120, 380)), int(random.integers(50, 700))
        cv2.rectangle(page, (left, top), (left + wide, HEIGHT), _colour(random, 60, 220), -1)
        pane, glass = int(random.integers(15, 45)), _colour(random, 10, 110)
        for y in range(top + 30, HEIGHT - pane, int(pane * random.uniform(1.6, 2.6))):
            for x in range(left + 20, left + wide - pane, int(pane * 1.7)):
                cv2.rectangle(page, (x, y), (x + pane, y + int(pane * 1.3)), glass, -1)
        left += wide
    return page


KINDS: dict[str, Callable[[Random], Pixels]] = {
    "noise": _noise,
    "wood": _wood,
    "weave": _weave,
    "bricks": _bricks,
    "ruled": _ruled,
    "squared": _squared,
    "sketch": _sketch,
    "diagram": _diagram,
    "foliage": _foliage,
    "branches": _branches,
    "landscape": _landscape,
    "bokeh": _bokeh,
    "houses": _houses,
}
