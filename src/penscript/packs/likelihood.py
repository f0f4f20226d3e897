"""How likely a text is, given the posteriors: what the confidence of a line is made of.

The forward recursion of connectionist temporal classification (Graves et al. 2006, section 4.1), scaled at every step.
A text's likelihood belongs to the sequence as a whole and not to its characters (Slossberg et al. 2021, arXiv
2012.12643).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from penscript.packs.ctc import Lattice, Numbers

SURE = 0.999
"""A step that repeats the one before it, both surer than this, changes nothing."""
TINY = 1e-12
UNLIKELY = 1e-5
"""What a class counts at a step that hardly holds it for possible, where several texts are compared."""


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


def surprises(lattice: Lattice, texts: Sequence[Numbers]) -> NDArray[np.float64]:
    """The same of several texts at once. texts: columns of the lattice, -1 for a class that is no candidate, which
    counts as almost impossible wherever it stands.
    """
    lost, count = np.zeros(len(texts)), len(texts)
    if not count:
        return lost
    values = lattice.values[_telling(lattice)].astype(np.float64)
    states, skips, ends = _states(texts)
    alpha = np.zeros(states.shape)
    alpha[:, :2] = 1.0
    for number, step in enumerate(values):
        grown = alpha.copy()
        if number:
            grown[:, 1:] += alpha[:, :-1]
            grown[:, 2:] += np.where(skips[:, 2:], alpha[:, :-2], 0.0)
        alpha = grown * np.maximum(np.append(step, 0.0)[states], UNLIKELY)
        scale = np.maximum(alpha.sum(axis=1), TINY)
        lost -= np.log(scale)
        alpha /= scale[:, None]
    rows = np.arange(count)
    last = alpha[rows, ends] + np.where(ends > 0, alpha[rows, np.maximum(ends - 1, 0)], 0.0)
    return np.maximum(0.0, lost - np.log(np.maximum(last, TINY)))


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
