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
    columns = np.searchsorted(lattice.classes, numbers)
    states, skips, _ = _states([columns])
    emitted = np.maximum(lattice.values[_telling(lattice)].astype(np.float64), TINY)
    alpha, lost = _forward(emitted, states, skips.astype(np.float64))
    return max(0.0, float(lost[0]) - float(np.log(max(float(alpha[0, -2:].sum()), TINY))))


def surprises(lattice: Lattice, texts: Sequence[Numbers]) -> NDArray[np.float64]:
    """The same of several texts at once. texts: columns of the lattice, -1 for a class that is no candidate, which
    counts as almost impossible wherever it stands.
    """
    count = len(texts)
    if not count:
        return np.zeros(0)
    values = lattice.values[_telling(lattice)].astype(np.float64)
    states, skips, ends = _states(texts)
    emitted = np.maximum(np.column_stack([values, np.zeros(len(values))]), UNLIKELY)
    alpha, lost = _forward(emitted, states, skips.astype(np.float64))
    rows = np.arange(count)
    last = alpha[rows, ends] + np.where(ends > 0, alpha[rows, np.maximum(ends - 1, 0)], 0.0)
    return np.maximum(0.0, lost - np.log(np.maximum(last, TINY)))


def _forward(emitted: Matrix, states: Numbers, skips: Matrix) -> tuple[Matrix, Matrix]:
    """Texts x states: the share of each state at the end; and minus the log of what all of a text's are in sum.

    emitted: steps x columns. states: the column of each state. skips: 1 where the blank before may be left out.
    """
    padded = np.zeros((len(states), states.shape[1] + 2))  # nothing comes from the two states on the left
    alpha, before, leap = padded[:, 2:], padded[:, 1:-1], padded[:, :-2]
    alpha[:, 0] = 1.0
    grown, leapt, lost = np.empty(states.shape), np.empty(states.shape), np.zeros(len(states))
    for start in range(0, len(emitted), SCALED):
        for chances in emitted[start : start + SCALED, states]:
            np.add(alpha, before, out=grown)
            np.multiply(leap, skips, out=leapt)
            np.add(grown, leapt, out=grown)
            np.multiply(grown, chances, out=alpha)
        scale = alpha.sum(axis=1)
        lost -= np.log(scale)
        alpha /= scale[:, None]
    return alpha, lost


def path(lattice: Lattice) -> float:
    """Minus the log probability (nats) of the single likeliest path, whatever it spells."""
    return -float(np.log(np.maximum(lattice.values.max(axis=1), TINY)).sum())


def margin(lattice: Lattice) -> float:
    """The log ratio (nats) of the best path and the nearest other one; 20 where there is no other."""
    if lattice.values.shape[1] < 2:
        return 20.0
    two = np.partition(lattice.values, -2, axis=1)[:, -2:]
    return float(min(20.0, np.log(two[:, 1] / np.maximum(two[:, 0], TINY)).min()))


def _states(texts: Sequence[Numbers]) -> tuple[Numbers, NDArray[np.bool_], Numbers]:
    """Of texts side by side: the column of each state, blanks between the characters; whether the blank before it may
    be left out; the last state.
    """
    longest = max(len(text) for text in texts)
    states = np.zeros((len(texts), 2 * longest + 1), np.intp)
    skips = np.zeros(states.shape, np.bool_)
    for row, text in enumerate(texts):
        states[row, 1 : 2 * len(text) : 2] = text
        skips[row, 3 : 2 * len(text) : 2] = text[1:] != text[:-1]
    return states, skips, np.array([2 * len(text) for text in texts], np.intp)


def _telling(lattice: Lattice) -> NDArray[np.bool_]:
    """The steps that do not merely repeat a sure one."""
    best, peak = lattice.values.argmax(axis=1), lattice.values.max(axis=1)
    repeats = (best[1:] == best[:-1]) & (peak[1:] > SURE) & (peak[:-1] > SURE)
    return np.concatenate([[True], ~repeats])
