"""Upright characters that run down the page, or a page that lies on its side?

Both give tall pieces, and the base weights read Chinese and Japanese either way. Once every character of a piece is
turned by itself, only those of upright characters still read as text.
"""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.document import Reading
from penscript.reading.image import Pixels

SAMPLE = 4
SURE = 1.0
"""Nats a character, at most, by which turned characters surprise that are text; those that lie are above 3."""
SQUARE = 0.6
"""A character is at least so long for its width, and at most one over it."""


def sample(views: Sequence[Pixels]) -> list[Pixels]:
    """Up to four pieces, whose text runs to the right, every character of them turned by a quarter clockwise."""
    longest = sorted(views, key=lambda view: view.shape[0] / view.shape[1])[:SAMPLE]
    return [turned(view) for view in longest]


def is_vertical(readings: Sequence[Reading]) -> bool:
    """Whether what was read of `sample` is text."""
    count = sum(len(reading.characters) for reading in readings)
    return count > 0 and sum(reading.path for reading in readings) < SURE * count


def turned(view: Pixels) -> Pixels:
    """A line with every character turned by a quarter clockwise in its place."""
    height = view.shape[0]
    profile = _profile(view)
    inked = np.flatnonzero(profile)
    if not len(inked):
        return view
    first, last = int(inked[0]), int(inked[-1]) + 1
    cuts = first + _cuts(profile[first:last], height)
    width = max(1, (last - first) // (len(cuts) - 1))
    cells = [np.ascontiguousarray(np.rot90(view[:, a:b], -1)) for a, b in pairwise(cuts) if b > a]
    return np.hstack([cv2.resize(cell, (height, width)) for cell in cells]).astype(np.uint8)


def _profile(view: Pixels) -> NDArray[np.float64]:
    """The share of ink of every column."""
    grey = cv2.cvtColor(view, cv2.COLOR_RGB2GRAY) if view.ndim == 3 else view
    contrast = np.abs(grey - np.median(grey))
    return np.asarray((contrast > np.percentile(contrast, 98) / 2).mean(axis=0), np.float64)


def _cuts(profile: NDArray[np.float64], height: int) -> NDArray[np.intp]:
    """Where characters of one width begin and end, so that the cuts meet the least ink; squares if all are alike."""
    count = len(profile) / height
    counts = range(max(1, round(SQUARE * count)), max(1, round(count / SQUARE)) + 1)
    places = [np.linspace(0, len(profile), one + 1).round().astype(np.intp) for one in counts]
    return min(places, key=lambda cuts: _ink(profile, cuts) + 0.02 * abs(np.log((len(cuts) - 1) / count)))


def _ink(profile: NDArray[np.float64], cuts: NDArray[np.intp]) -> float:
    return float(profile[cuts[1:-1]].mean()) if len(cuts) > 2 else 0.0
