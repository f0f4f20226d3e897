"""A line that is wider than a network likes: cut into overlapping windows, whose lattices are joined again."""

import numpy as np

from penscript.packs.ctc import Floats, Lattice, Numbers
from penscript.packs.protocol import Crop

WIDEST = 3200
OVERLAP = 256
"""Pixels of the scaled line; both are multiples of every stride."""


def cut(crop: Crop, height: int) -> list[tuple[Crop, int]]:
    """The windows of a line and where each begins, in pixels of the line scaled to `height`; a narrow line is one."""
    scale = height / crop.shape[0]
    width = round(crop.shape[1] * scale)
    if width <= WIDEST:
        return [(crop, 0)]
    starts = range(0, width - OVERLAP, WIDEST - OVERLAP)
    return [(crop[:, round(start / scale) : round((start + WIDEST) / scale)], start) for start in starts]


def rejoin(lattices: list[Lattice], starts: list[int], space: int) -> Lattice:
    """One lattice of windows that begin at these steps, cut over where both neighbours see a gap between characters."""
    classes = np.unique(np.concatenate([lattice.classes for lattice in lattices]))
    joined = _spread(lattices[0], classes)
    for lattice, start in zip(lattices[1:], starts[1:], strict=True):
        values = _spread(lattice, classes)
        shared = min(len(joined) - start, len(values))
        gap = _gaps(joined[start : start + shared], classes, space) * _gaps(values[:shared], classes, space)
        seam = int(np.argmax(gap * np.hanning(shared + 2)[1:-1])) if shared > 0 else 0
        joined = np.concatenate([joined[: start + seam], values[seam:]])
    return Lattice(classes, joined)


def _spread(lattice: Lattice, classes: Numbers) -> Floats:
    values = np.zeros((len(lattice.values), len(classes)), np.float32)
    values[:, np.searchsorted(classes, lattice.classes)] = lattice.values
    return values


def _gaps(values: Floats, classes: Numbers, space: int) -> Floats:
    """How surely each step lies between characters."""
    return np.asarray(values[:, (classes == 0) | (classes == space)].sum(axis=1), np.float32)
