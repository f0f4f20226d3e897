"""Readings of lines from their rows, as the pack with these weights would give them, and what they are worth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from penscript.evaluation.interval import Floats as Doubles
from penscript.evaluation.interval import bootstrap
from penscript.evaluation.scores import fold
from penscript.learning.ctc_loss import ctc, log_softmax
from penscript.learning.fitting import Halves, Lesson, joined
from penscript.learning.layers import Floats, Weights
from penscript.learning.neck import scores
from penscript.packs.beam import BeamSearch
from penscript.packs.ctc import compact, find_runs
from penscript.packs.glance import BEYOND_DOUBT
from penscript.packs.likelihood import margin
from penscript.packs.two_ends import Switch

_LITTLE = 1e-9
_TINY = np.float32(1e-12)
_SURELY = 0.999
"""From this probability on the other end is not asked: where a hundred characters differ, it would tip none."""
CHANCE = 0.1
"""A gain that chance gives no more often than this is a gain."""
DRAWS = 2000
BETWEEN_PAGES = 0.054
"""By how much of the surprise the gain on one page differs from that on others of the same hand, beyond chance: the
standard deviation, by 16 lines of each of 14 pages of two hands that are not read for a figure (`tools/fit_pages.py`).
"""


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

    def _of(self, weights: Weights, seen: Halves) -> Floats:
        return np.exp(log_softmax(scores(*joined([seen]), weights, self.dilation)[0]))


@dataclass(frozen=True, slots=True)
class Decoder:
    """Posteriors -> text. search: with a language model where the network doubts; greedily without one."""

    charset: tuple[str, ...]
    search: BeamSearch | None = None

    def read(self, posteriors: Floats) -> str:
        """The text of one line, from what `Ends.posteriors` gives."""
        lattice = compact(posteriors)
        runs = find_runs(lattice, self.charset.index(" "))
        if self.search is not None and margin(lattice) <= BEYOND_DOUBT:
            runs = self.search.runs(lattice.values, [int(number) for number in lattice.classes]) or runs
        return "".join(self.charset[run[2]] for run in runs).strip()


def surprise(posteriors: Floats, text: Sequence[int]) -> float:
    """Minus the log probability of a text, by class numbers, in nats; 0 for one that does not fit."""
    logs = np.asarray(np.log(np.maximum(posteriors, _TINY)), np.float32)
    return float(ctc(logs, [(0, len(logs))], [text])[0][0])


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


@dataclass(frozen=True, slots=True)
class Surprise:
    """Minus the log probability of what lines say, in nats a line, before and after; pages: on which each stands. It
    tells more than counted characters, and by fewer lines.
    """

    before: Doubles
    after: Doubles
    pages: tuple[str, ...]

    def is_less(self, between: float = BETWEEN_PAGES) -> bool:
        """Whether lines of other pages would surprise less too, but for one time in ten.

        Lines are drawn anew (paired bootstrap), and for each page once what sets it apart from others: a normal value
        of standard deviation `between`, a share of the surprise.
        """
        if self.after.sum() >= self.before.sum():
            return False
        _, page = np.unique(np.asarray(self.pages), return_inverse=True)
        parts = np.bincount(page, self.before) / self.before.sum()
        apart = np.random.default_rng(0).standard_normal((DRAWS, len(parts))) @ (between * parts)

        def change(sums: Doubles) -> Doubles:
            return np.asarray(sums[..., 1] / np.maximum(_LITTLE, sums[..., 0]) - 1 + apart)

        return bootstrap(np.stack([self.before, self.after], axis=1), change, DRAWS, 1 - 2 * CHANCE)[1] < 0


def _sum(sums: Doubles) -> Doubles:
    return np.asarray(sums[..., 0])
