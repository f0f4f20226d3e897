"""How likely a text is, given the posteriors: what the confidence of a line is made of.

The forward recursion of connectionist temporal classification (Graves et al. 2006, section 4.1), scaled at every step.
A text's likelihood belongs to the sequence as a whole and not to its characters (Slossberg et al. 2021, arXiv
2012.12643).
"""

import numpy as np
from numpy.typing import NDArray

from penscript.packs.ctc import Lattice

SURE = 0.999
"""A step that repeats the one before it, both surer than this, changes nothing."""
TINY = 1e-12


def surprise(lattice: Lattice, numbers: NDArray[np.intp]) -> float:
    """Minus the log probability (nats, 0 and up) that the posteriors give to a text, summed over all its alignments.

    numbers: the text as class numbers, without blanks.
    """
    emitted = _emissions(lattice, numbers)
    alpha, lost = np.zeros(emitted.shape[1]), 0.0
    alpha[:2] = emitted[0, :2]
    skips = _may_skip(numbers)
    for step in emitted[1:]:
        grown = alpha.copy()
        grown[1:] += alpha[:-1]
        grown[2:] += np.where(skips, alpha[:-2], 0.0)
        alpha = grown * step
        scale = max(float(alpha.sum()), TINY)
        lost -= float(np.log(scale))
        alpha /= scale
    return max(0.0, lost - float(np.log(max(float(alpha[-2:].sum()), TINY))))


def path(lattice: Lattice) -> float:
    """Minus the log probability (nats) of the single likeliest path, whatever it spells."""
    return -float(np.log(np.maximum(lattice.values.max(axis=1), TINY)).sum())


def margin(lattice: Lattice) -> float:
    """The log ratio (nats) of the best path and the nearest other one; 20 where there is no other."""
    if lattice.values.shape[1] < 2:
        return 20.0
    two = np.partition(lattice.values, -2, axis=1)[:, -2:]
    return float(min(20.0, np.log(two[:, 1] / np.maximum(two[:, 0], TINY)).min()))


def _emissions(lattice: Lattice, numbers: NDArray[np.intp]) -> NDArray[np.float64]:
    """Steps x (2 characters + 1): the posterior of each state, blanks between the characters."""
    values = lattice.values[_telling(lattice)]
    states = np.zeros(2 * len(numbers) + 1, np.intp)
    states[1::2] = np.searchsorted(lattice.classes, numbers)
    return np.maximum(values[:, states].astype(np.float64), TINY)


def _telling(lattice: Lattice) -> NDArray[np.bool_]:
    """The steps that do not merely repeat a sure one."""
    best, peak = lattice.values.argmax(axis=1), lattice.values.max(axis=1)
    repeats = (best[1:] == best[:-1]) & (peak[1:] > SURE) & (peak[:-1] > SURE)
    return np.concatenate([[True], ~repeats])


def _may_skip(numbers: NDArray[np.intp]) -> NDArray[np.bool_]:
    """For states 2 and up, whether the blank before may be left out: between two different characters."""
    skips = np.zeros(2 * len(numbers) - 1 if len(numbers) else 0, np.bool_)
    skips[1::2] = numbers[1:] != numbers[:-1]
    return skips
