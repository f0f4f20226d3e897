"""Posteriors over time -> characters with places: connectionist temporal classification (Graves et al. 2006), greedy.

Every time step names a character or the blank; steps in a row that name the same one are one character. The gaps are
looked at again for spaces, whose evidence is often spread thinly over several steps.
"""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Lattice:
    """The likely part of the posteriors. classes: class numbers, ascending. values: steps x classes, probabilities."""

    classes: Numbers
    values: Floats

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
    return Lattice(numbers[likely], np.ascontiguousarray(chosen[:, likely]))


def decode(
    lattice: Lattice,
    charset: tuple[str, ...],
    space: int,
    span: float,
    reach: float = 1.0,
    *,
    runs: list[Run] | None = None,
) -> list[Character]:
    """The characters of one line, left to right, with their places as shares of the line, 0 to 1.

    charset: character by class number, "" for the blank. space: class number of the space. span: steps that the line
    covers, its padding left out. reach: steps that a character extends beyond the ones that name it. runs: the
    characters by step, where somebody else has found them.
    """
    runs = runs or find_runs(lattice, space)
    places = _places(runs, space, span, reach)
    return [_character(lattice, charset, run, place) for run, place in zip(runs, places, strict=True)]


def find_runs(lattice: Lattice, space: int) -> list[Run]:
    """The characters by step, spaces found in the gaps included."""
    best, peaks = lattice.classes[lattice.values.argmax(axis=1)], lattice.values.max(axis=1)
    cuts = np.flatnonzero(np.diff(best, prepend=-1, append=-1))
    runs = [(int(s), int(e), int(best[s])) for s, e in pairwise(cuts) if best[s] != 0]
    inked = [run for run in runs if run[2] != space]
    if len(inked) < 2:
        return runs
    sure = float(np.mean([peaks[start:end].max() for start, end, _ in inked]))
    usual = float(np.median(np.diff([(start + end) / 2 for start, end, _ in inked])))
    return _with_spaces(runs, lattice.of(space) * sure**SURENESS / usual, space)


def _with_spaces(runs: list[Run], evidence: Floats, space: int) -> list[Run]:
    """The runs and a space in every gap whose summed evidence, times the gap's width in steps, is enough."""
    spaced = runs[:1]
    for run in runs[1:]:
        before = spaced[-1]
        gap = (run[0] + run[1] - before[0] - before[1]) / 2
        if space not in (before[2], run[2]) and gap * evidence[before[0] : run[1]].sum() > SPACE_EVIDENCE:
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


def _character(lattice: Lattice, charset: tuple[str, ...], run: Run, place: tuple[float, float]) -> Character:
    start, end, number = run
    peaks = lattice.values[start:end].max(axis=0)
    own = int(np.searchsorted(lattice.classes, number))
    order = [int(i) for i in np.argsort(-peaks, kind="stable")[: ALTERNATIVES + 1] if i != own and peaks[i] > FLOOR]
    others = tuple((charset[lattice.classes[i]], round(float(peaks[i]), 4)) for i in order[:ALTERNATIVES])
    return Character(charset[number], *place, float(peaks[own]), others)
