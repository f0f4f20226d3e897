"""A map that is as sure of the writers it never saw as it should be.

A map knows the writers and sellers on whose lines it was fitted, and is too sure of others. So maps are fitted that
leave some of them out, and what these say of the lines that they never saw gives the slope and the shift of the log
odds (Platt 1999, on cross-validated odds as in stacking, Wolpert 1992). What comes next is from somebody else: nobody
counts for more than a few lines, however many there are.
"""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from penscript.calibration import Calibration, Floats, platt

FOLDS = 5
MOST = 30
"""Lines of one document that count, when maps are tempered and thresholds are told."""
Grow = Callable[[Floats, Floats], Calibration]
"""Fits a map to lines x measures, and whether each line is right."""


def tempered(grow: Grow, values: Floats, right: Floats, documents: Sequence[str]) -> Calibration:
    """The map that `grow` makes of all lines, with true log odds for documents that it did not see. documents: of each
    line. Raises ValueError as `grow`.
    """
    found, place = grow(values, right), np.array(fold_of(documents))
    odds = np.zeros(len(right))
    for fold in range(FOLDS):
        out = place == fold
        if out.all() or not 0 < right[~out].mean() < 1:
            return found
        odds[out] = grow(values[~out], right[~out]).odds(values[out])
    return found.bent(*platt(odds, right, weights(documents)))


def weights(documents: Sequence[str]) -> Floats:
    """What each line counts: 1, or less where its document has more than `MOST` lines."""
    sizes = Counter(documents)
    return np.array([min(1.0, MOST / sizes[name]) for name in documents])


def fold_of(documents: Sequence[str]) -> list[int]:
    """The fold of each line: a document, in whatever sets it stands, is in one fold, and folds are of like size."""
    sizes = Counter(documents)
    filled, found = [0] * FOLDS, {}
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        found[name] = int(np.argmin(filled))
        filled[found[name]] += sizes[name]
    return [found[name] for name in documents]
