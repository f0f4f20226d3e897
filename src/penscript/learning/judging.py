"""Readings of lines from their rows, as the pack with these weights would give them, and what they are worth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from penscript.evaluation.interval import Floats as Doubles
from penscript.evaluation.interval import bootstrap
from penscript.evaluation.scores import fold
from penscript.learning.ctc_loss import log_softmax
from penscript.learning.fitting import Halves, Lesson
from penscript.learning.layers import Floats, Weights
from penscript.learning.neck import scores
from penscript.packs.beam import BeamSearch
from penscript.packs.ctc import compact, find_runs
from penscript.packs.glance import BEYOND_DOUBT
from penscript.packs.likelihood import margin
from penscript.packs.two_ends import Switch

_SURELY = 0.999
"""From this probability on the other end is not asked: where a hundred characters differ, it would tip none."""
CHANCE = 0.1
"""A gain that chance gives no more often than this is a gain."""
DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Ends:
    """What a pack reads with behind its convolutions: the end of everybody alone, or that of a hand too, and the switch
    between them.
    """

    dilation: int
    general: Weights
    own: Weights | None = None
    switch: Switch | None = None

    def posteriors(self, line: Lesson) -> Floats:
        """Steps x characters of one line as it is."""
        chance = 0.0 if self.switch is None else self.switch.chance(line.shown)
        found = self._of(self.general, line.views[0]) if chance < _SURELY else np.float32(0)
        if self.own is not None and chance > 1 - _SURELY:
            found = found + np.float32(chance) * (self._of(self.own, line.views[0]) - found)
        return np.asarray(found)

    def _of(self, weights: Weights, rows: Halves) -> Floats:
        return np.exp(log_softmax(scores(rows.astype(np.float32), [(0, len(rows))], weights, self.dilation)[0]))


@dataclass(frozen=True, slots=True)
class Decoder:
    """Posteriors -> text. search: with a language model where the network doubts; greedily without one."""

    charset: tuple[str, ...]
    search: BeamSearch | None = None

    def read(self, line: Lesson, ends: Ends) -> str:
        """The text of one line."""
        lattice = compact(ends.posteriors(line))
        runs = find_runs(lattice, self.charset.index(" "))
        if self.search is not None and margin(lattice) <= BEYOND_DOUBT:
            runs = self.search.runs(lattice.values, [int(number) for number in lattice.classes]) or runs
        return "".join(self.charset[run[2]] for run in runs).strip()


def edits(truth: str, read: str) -> int:
    """Characters to change, as the character error rate counts them."""
    return Levenshtein.distance(fold(truth), fold(read))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same lines read before and after. Each is a count a line."""

    before: NDArray[np.int64]
    after: NDArray[np.int64]
    characters: NDArray[np.int64]

    @classmethod
    def of(cls, truths: Sequence[str], before: Sequence[str], after: Sequence[str]) -> "Comparison":
        """From texts."""
        old, new = ([edits(*pair) for pair in zip(truths, some, strict=True)] for some in (before, after))
        return cls(np.array(old), np.array(new), np.array([len(fold(truth)) for truth in truths]))

    @property
    def rates(self) -> tuple[float, float]:
        """The character error rates before and after."""
        total = max(1, int(self.characters.sum()))
        return float(self.before.sum()) / total, float(self.after.sum()) / total

    def is_gain(self) -> bool:
        """Whether lines drawn anew from these would show a gain too, but for one time in ten (paired bootstrap)."""
        if self.after.sum() >= self.before.sum():
            return False
        return bootstrap((self.after - self.before)[:, None].astype(float), _sum, DRAWS, 1 - 2 * CHANCE)[1] < 0


def _sum(sums: Doubles) -> Doubles:
    return np.asarray(sums[..., 0])
