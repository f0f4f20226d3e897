"""How likely a text is, given the posteriors: what the confidence of a line is made of.

The forward recursion of connectionist temporal classification (Graves et al. 2006, section 4.1), scaled now and then.
A text's likelihood belongs to the sequence as a whole and not to its characters (Slossberg et al. 2021, arXiv
2012.12643).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from penscript.packs.ctc import Lattice, Numbers

SURE = 0.999
"""A step that repeats the one before it, both surer than this, changes nothing."""
Matrix = NDArray[np.float64]
TINY = 1e-12
SCALED = 16
"""Steps after which the chances are scaled: the smallest ones of so many are far from the least that a float holds."""
UNLIKELY = 1e-5
"""What a class counts at a step that hardly holds it for possible, where several texts are compared."""


def surprise(lattice: Lattice, numbers: NDArray[np.intp]) -> float:
    """Minus the log probability (nats, 0 and up) that the posteriors give to a text, summed over all its alignments.

    numbers: the text as class numbers, without blanks.
    """
    return float(_surprises(lattice, [np.searchsorted(lattice.classes, numbers)], TINY)[0])


def surprises(lattice: Lattice, texts: Sequence[Numbers]) -> NDArray[np.float64]:
    """The same of several texts at once. texts: columns of the lattice, -1 for a class that is no candidate, which
    counts as almost impossible wherever it stands.
    """
    return _surprises(lattice, texts, UNLIKELY) if texts else np.zeros(0)


def _surprises(lattice: Lattice, texts: Sequence[Numbers], least: float) -> NDArray[np.float64]:
    """least: what a class counts at a step at the least."""
    values = lattice.values[_telling(lattice)]
    emitted = np.zeros((len(values), values.shape[1] + 2))
    emitted[:, :-2] = values
    np.maximum(emitted, least, out=emitted)
    emitted[:, -2] = 0.0
    states, skips, ends = _states(texts, nowhere=values.shape[1])
    alpha, lost = _forward(emitted, states, skips)
    rows = np.arange(len(texts))
    last = alpha[rows, ends] + alpha[rows, ends - 1]
    return np.maximum(0.0, lost - np.log(np.maximum(last, TINY)))


def _forward(emitted: Matrix, states: Numbers, skips: Matrix) -> tuple[Matrix, Matrix]:
    """Texts x states: the share of each state at the end; and minus the log of what all of a text's are in sum.

    emitted: steps x columns. states: the column of each state. skips: 1 where the blank before may be left out. The
    texts lie one behind the other, so that a step is four sums and products of two long rows.
    """
    row = np.zeros(states.size + 2)
    alpha, before, leap = row[2:], row[1:-1], row[:-2]
    told = alpha.reshape(states.shape)
    told[:, 2] = 1.0
    places, may, lost = states.ravel(), skips.ravel(), np.zeros(len(states))
    grown, leapt = np.empty(states.size), np.empty(states.size)
    for start in range(0, len(emitted), SCALED):
        for chances in emitted[start : start + SCALED].take(places, axis=1):
            np.add(alpha, before, out=grown)
            np.multiply(leap, may, out=leapt)
            np.add(grown, leapt, out=grown)
            np.multiply(grown, chances, out=alpha)
        scale = told[:, 2:].sum(axis=1)
        lost -= np.log(scale)
        told /= scale[:, None]
    return told, lost


def path(lattice: Lattice) -> float:
    """Minus the log probability (nats) of the single likeliest path, whatever it spells."""
    return -float(np.log(np.maximum(lattice.peaks, TINY)).sum())


def margin(lattice: Lattice) -> float:
    """The log ratio (nats) of the best path and the nearest other one; 20 where there is no other."""
    if lattice.values.shape[1] < 2:
        return 20.0
    others = lattice.values.copy()
    others[np.arange(len(others)), lattice.best] = 0.0
    return float(min(20.0, np.log(lattice.peaks / np.maximum(others.max(axis=1), TINY)).min()))


def _states(texts: Sequence[Numbers], nowhere: int) -> tuple[Numbers, Matrix, Numbers]:
    """Of texts side by side: the column of each state, blanks between the characters; 1 where the blank before it may
    be left out; the last state. nowhere: the column of two states before each text, which nothing leads to.
    """
    longest = max(len(text) for text in texts)
    states = np.zeros((len(texts), 2 * longest + 3), np.intp)
    states[:, :2] = nowhere
    skips = np.zeros(states.shape)
    for row, text in enumerate(texts):
        states[row, 3 : 2 * len(text) + 2 : 2] = text
        skips[row, 5 : 2 * len(text) + 2 : 2] = text[1:] != text[:-1]
    return states, skips, np.array([2 * len(text) + 2 for text in texts], np.intp)


def _telling(lattice: Lattice) -> NDArray[np.bool_]:
    """The steps that do not merely repeat a sure one."""
    best, peak = lattice.best, lattice.peaks
    repeats = (best[1:] == best[:-1]) & (peak[1:] > SURE) & (peak[:-1] > SURE)
    return np.concatenate([[True], ~repeats])
