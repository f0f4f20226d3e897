"""Posteriors over time -> characters with places: connectionist temporal classification (Graves et al. 2006), greedy.

Every time step names a character or the blank; steps in a row that name the same one are one character. The gaps are
looked at again for spaces, whose evidence is often spread thinly over several steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from penscript.document import Character

Floats = NDArray[np.float32]
Numbers = NDArray[np.intp]
Run = tuple[int, int, int]
"""First step, step behind the last, and class number."""

FLOOR = 0.004
"""A class that is never likelier than this is no candidate."""
ALTERNATIVES = 4
SPACE_EVIDENCE = 0.12
"""The posterior of the space, summed over a gap of the line's usual width, from which the gap holds one."""
SURENESS = 24
"""The evidence shrinks with this power of the line's mean probability: unclear writing hints at spaces everywhere."""


@dataclass(frozen=True, eq=False)
class Lattice:
    """The likely part of the posteriors. classes: class numbers, ascending. values: steps x classes, probabilities."""

    classes: Numbers
    values: Floats

    @cached_property
    def best(self) -> Numbers:
        """The place of the likeliest class at each step."""
        return np.asarray(self.values.argmax(axis=1), np.intp)

    @cached_property
    def peaks(self) -> Floats:
        """Its probability."""
        return np.asarray(self.values.max(axis=1), np.float32)

    def of(self, number: int) -> Floats:
        """The posterior of one class over time; zeros where it is no candidate."""
        place = int(np.searchsorted(self.classes, number))
        if place < len(self.classes) and self.classes[place] == number:
            return self.values[:, place]
        return np.zeros(len(self.values), np.float32)


def compact(posteriors: Floats, allowed: Numbers | None = None) -> Lattice:
    """The classes that are likely somewhere in steps x classes posteriors; `allowed` limits them to these numbers.

    The blank (class 0) always stays.
    """
    numbers = np.arange(posteriors.shape[1]) if allowed is None else np.union1d([0], allowed)
    chosen = posteriors if allowed is None else posteriors[:, numbers]
    likely = chosen.max(axis=0, initial=0) > FLOOR
    likely[0] = True
    places = np.flatnonzero(likely)
    return Lattice(numbers[places], chosen.take(places, axis=1))


def decode(
    lattice: Lattice,
    charset: tuple[str, ...],
    space: int,
    span: float,
    reach: float = 1.0,
    *,
    runs: list[Run] | None = None,
    hints: Sequence[float] = (),
) -> list[Character]:
    """The characters of one line, left to right, with their places as shares of the line, 0 to 1.

    charset: character by class number, "" for the blank. space: class number of the space. span: steps that the line
    covers, its padding left out. reach: steps that a character extends beyond the ones that name it. runs: the
    characters by step, where somebody else has found them. hints: of the first ones, what a language model says.
    """
    runs = runs or find_runs(lattice, space)
    if not runs:
        return []
    likely = zip(*_likely(lattice, charset, runs), strict=True)
    places = _places(runs, space, span, reach)
    told = zip(runs, places, likely, [*hints, *[0.0] * (len(runs) - len(hints))], strict=True)
    return [Character(charset[run[2]], *place, sure, others, hint) for run, place, (sure, others), hint in told]


def likeliest(lattice: Lattice) -> list[Run]:
    """The characters by step of the likeliest path, blanks left out."""
    return _runs(*_cut(lattice))


def _cut(lattice: Lattice) -> tuple[Numbers, Numbers]:
    """Where the runs of the likeliest path begin, the end of the last as well, and the class number of each."""
    best = lattice.classes[lattice.best]
    inner = np.flatnonzero(best[1:] != best[:-1]) + 1
    cuts = np.concatenate([[0], inner, [len(best)]])
    return cuts, best[cuts[:-1]]


def _runs(cuts: Numbers, numbers: Numbers) -> list[Run]:
    return [(s, e, n) for (s, e), n in zip(pairwise(cuts.tolist()), numbers.tolist(), strict=True) if n != 0]


def find_runs(lattice: Lattice, space: int) -> list[Run]:
    """The characters by step, spaces found in the gaps included."""
    cuts, numbers = _cut(lattice)
    runs = _runs(cuts, numbers)
    inked = (numbers != 0) & (numbers != space)
    if np.count_nonzero(inked) < 2:
        return runs
    sure = float(np.maximum.reduceat(lattice.peaks, cuts[:-1])[inked].mean())
    middles = (cuts[:-1] + cuts[1:])[inked] / 2
    steps = np.sort(middles[1:] - middles[:-1])
    usual = float(steps[(len(steps) - 1) // 2] + steps[len(steps) // 2]) / 2
    return _with_spaces(runs, lattice.of(space) * sure**SURENESS / usual, space)


def _with_spaces(runs: list[Run], evidence: Floats, space: int) -> list[Run]:
    """The runs and a space in every gap whose summed evidence, times the gap's width in steps, is enough."""
    spaced, summed = runs[:1], [0.0, *np.cumsum(evidence, dtype=np.float64).tolist()]
    for run in runs[1:]:
        before = spaced[-1]
        gap = (run[0] + run[1] - before[0] - before[1]) / 2
        if space not in (before[2], run[2]) and gap * (summed[run[1]] - summed[before[0]]) > SPACE_EVIDENCE:
            peak = before[1] - 1 + int(evidence[before[1] - 1 : run[0] + 1].argmax())
            spaced.append((peak, peak + 1, space))
        spaced.append(run)
    return spaced


def _places(runs: list[Run], space: int, span: float, reach: float) -> list[tuple[float, float]]:
    """Where each character begins and ends: half way to its neighbour, at most `reach` steps beyond its own."""
    inked = [run for run in runs if run[2] != space]
    middles = [(a[1] + b[0]) / 2 for a, b in pairwise(inked)]
    lefts, rights = [0.0, *middles], [*middles, span]
    ink = iter([(max(s - reach, a), min(e + reach, b)) for (s, e, _), a, b in zip(inked, lefts, rights, strict=False)])
    places = [next(ink) if run[2] != space else (float(run[0]), float(run[1])) for run in runs]
    return [(min(1.0, max(0.0, a / span)), min(1.0, max(0.0, b / span))) for a, b in places]


Others = tuple[tuple[str, float], ...]


def _likely(lattice: Lattice, charset: tuple[str, ...], runs: list[Run]) -> tuple[list[float], list[Others]]:
    """The probability of each run's character, and what else it may be."""
    edges, numbers = np.array([run[:2] for run in runs]).ravel(), np.array([run[2] for run in runs])
    values = np.concatenate([lattice.values, lattice.values[-1:]])  # the last run may end where they do
    peaks = np.maximum.reduceat(values, edges, axis=0)[::2]
    own = np.searchsorted(lattice.classes, numbers)
    order = np.argsort(-peaks, axis=1, kind="stable")[:, : ALTERNATIVES + 1]
    sorted_, rows = np.take_along_axis(peaks, order, axis=1), np.arange(len(runs))
    wanted = (order != own[:, None]) & (sorted_ > FLOOR)
    told = zip(lattice.classes[order].tolist(), sorted_.tolist(), wanted.tolist(), strict=True)
    return peaks[rows, own].tolist(), [_others(charset, *one) for one in told]


def _others(charset: tuple[str, ...], numbers: list[int], chances: list[float], wanted: Sequence[bool]) -> Others:
    rows = zip(numbers, chances, wanted, strict=True)
    return tuple((charset[number], round(chance, 4)) for number, chance, is_one in rows if is_one)[:ALTERNATIVES]
