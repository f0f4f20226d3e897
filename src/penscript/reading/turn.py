"""Which way the text runs.

Every outline has four sides that could be its top. The long pieces say along which axis most of the page is written,
and the others follow; whether the page stands on its head is told by reading a few pieces both ways.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from penscript.document import Reading
from penscript.reading.frame import weighted_median
from penscript.reading.image import Pixels
from penscript.reading.piece import Quad

Read = Callable[[Sequence[Pixels]], list[Reading]]

LONG = 1.5
"""A piece of so many heights in width shows its direction."""
LETTER = 1.25
"""A piece of at most so many line heights in length never runs across the page: it is a letter or a digit."""
STEEP = 57.0
"""Degrees from which writing is taken to run up or down rather than uphill."""
_NEXT = [1, 2, 3, 0]
SAMPLE = 4
CLEAR = 0.9
"""Mean probability of a sample from which nobody asks whether it stands on its head."""
BETTER = 0.08
BESIDE = 40.0
"""Degrees off the page's direction from which a long piece is read both ways by itself."""
MOST_BESIDE = 12
LEANING = 15.0
"""Degrees from which the network that finds text misses some."""


def aligned(quads: Sequence[Quad], direction: float | None = None) -> list[Quad]:
    """The outlines, corners clockwise from any one, with the top left first.

    direction: degrees clockwise in which the page is read; None where it is not known, and no page is read upwards.
    """
    if not quads:
        return []
    corners = np.array(quads)
    sides = (corners[:, _NEXT] - corners).astype(np.float64)
    lengths, angles = np.hypot(sides[..., 0], sides[..., 1]), np.degrees(np.arctan2(sides[..., 1], sides[..., 0]))
    direction = _direction(lengths, angles) if direction is None else direction
    off = np.abs(_wrapped(angles - direction))
    letter = lengths.max(axis=1, keepdims=True) <= LETTER * _line_height(lengths)
    across = (lengths * LONG < np.roll(lengths, 1, axis=1)) & ~letter
    tops = np.argmin(off + 360.0 * across, axis=1)
    return list(corners[np.arange(len(corners))[:, None], (tops[:, None] + np.arange(4)) % 4])


def trial(quads: Sequence[Quad], crops: Sequence[Pixels], read: Read) -> tuple[bool, dict[int, Reading]]:
    """Whether the pieces stand on their heads, and what some of them say; `crops` are cut along the outlines.

    A few are read, upside down as well when that is doubtful.
    """
    some = sample(quads)
    known = read([crops[index] for index in some])
    turned = read([_head_down(crops[index]) for index in some]) if is_doubtful(known) else []
    is_turned = bool(turned) and is_better(turned, known)
    return is_turned, dict(zip(some, turned if is_turned else known, strict=True))


def on_its_head(quads: Sequence[Quad], crops: Sequence[Pixels]) -> tuple[list[Quad], list[Pixels]]:
    """The outlines and crops the other way up."""
    return [np.roll(quad, 2, axis=0) for quad in quads], [_head_down(crop) for crop in crops]


def upright(
    quads: Sequence[Quad], crops: Sequence[Pixels], read: Read, known: Mapping[int, Reading]
) -> tuple[list[Quad], list[Reading]]:
    """The outlines with their tops where the text has them, and what they say; some of it is `known`.

    The few that run across the others are tried both ways.
    """
    heads, found = list(quads), dict(known)
    rest = [index for index in range(len(heads)) if index not in found]
    found |= zip(rest, read([crops[index] for index in rest]), strict=True)
    for index, reading in _turned_beside(heads, crops, found, read):
        heads[index], found[index] = np.roll(heads[index], 2, axis=0), reading
    return heads, [found[index] for index in range(len(heads))]


def _turned_beside(
    quads: Sequence[Quad], views: Sequence[Pixels], known: Mapping[int, Reading], read: Read
) -> list[tuple[int, Reading]]:
    """Those of the pieces across the page's direction that read better upside down."""
    some = [index for index in beside(quads) if is_doubtful([known[index]])][:MOST_BESIDE]
    tried = zip(some, read([_head_down(views[index]) for index in some]), strict=True)
    return [(index, reading) for index, reading in tried if is_better([reading], [known[index]])]


def _head_down(view: Pixels) -> Pixels:
    return np.ascontiguousarray(view[::-1, ::-1])


def sample(quads: Sequence[Quad]) -> list[int]:
    """Up to four pieces that tell which way is up at little cost: long enough for a word or two and not much longer."""
    shapes = [length / max(1.0, height) for length, height in map(_size, quads)]
    return sorted(range(len(quads)), key=lambda index: abs(np.log(max(0.1, shapes[index]) / 8)))[:SAMPLE]


def beside(quads: Sequence[Quad]) -> list[int]:
    """The long pieces that run across the direction of most."""
    angles = np.array([_angle(quad) for quad in quads])
    lengths = np.array([_size(quad)[0] for quad in quads])
    main = np.degrees(np.angle(np.sum(lengths * np.exp(1j * np.radians(angles))))) if len(quads) else 0.0
    off = np.abs(_wrapped(angles - main))
    return [index for index, quad in enumerate(quads) if off[index] > BESIDE and _size(quad)[0] > LONG * _size(quad)[1]]


def is_doubtful(readings: Sequence[Reading]) -> bool:
    """Whether these may stand on their heads."""
    return bool(readings) and sureness(readings) < CLEAR


def is_better(turned: Sequence[Reading], upright: Sequence[Reading]) -> bool:
    """Whether the readings upside down are clearly surer."""
    return sureness(turned) > sureness(upright) + BETTER


def sureness(readings: Sequence[Reading]) -> float:
    """The mean probability of all characters, 0 to 1."""
    found = [one.probability for one in chain.from_iterable(reading.characters for reading in readings)]
    return float(np.mean(found)) if found else 0.0


def rotation(angle: float) -> int:
    """Degrees clockwise, 0, 90, 180 or 270, that make text upright which runs at `angle` degrees."""
    return int(-round(angle / 90) * 90) % 360


def leans(angle: float) -> bool:
    """Whether text at `angle` degrees is better looked for on a turned page."""
    return abs(angle) > LEANING


def _direction(lengths: NDArray[np.float64], angles: NDArray[np.float64]) -> float:
    """Degrees, -57 to 123, of the axis along which most text runs."""
    longest = lengths.argmax(axis=1)
    pick = np.arange(len(longest))
    length, across = lengths[pick, longest], lengths[pick, (longest + 1) % 4]
    weights = length * (length > LONG * across)
    if not weights.any():
        return 0.0
    axes = angles[pick, longest] % 180
    near = np.abs(_wrapped(2 * (axes[:, None] - axes)) / 2) < 10
    peak = int(np.argmax(near @ weights))
    offsets = np.where(near[peak], _wrapped(2 * (axes - axes[peak])) / 2, 0)
    middle = axes[peak] + float(np.sum(offsets * weights * near[peak]) / np.sum(weights * near[peak]))
    return float(middle - 180 if middle > 180 - STEEP else middle)


def _line_height(lengths: NDArray[np.float64]) -> float:
    """Across the text, of the long pieces; the longer one is, the more it counts."""
    longest, shortest = lengths.max(axis=1), lengths.min(axis=1)
    return weighted_median(shortest, longest * (longest > LONG * shortest))


def _wrapped(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same angles from -180 to 180."""
    return np.asarray((degrees + 180) % 360 - 180)


def _angle(quad: Quad) -> float:
    step = quad[1] + quad[2] - quad[0] - quad[3]
    return float(np.degrees(np.arctan2(step[1], step[0])))


def _size(quad: Quad) -> tuple[float, float]:
    """Along and across the text."""
    return float(np.linalg.norm(quad[1] - quad[0])), float(np.linalg.norm(quad[3] - quad[0]))
