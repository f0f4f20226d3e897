"""Whose hand is it: from a few lines of a hand to the switch that tells them from those of others.

Means and spreads of the channels over a line, brought to independent values whose scatter within one hand is 1 and
between hands known (`tools/fit_hands.py` fits that on hundreds of hands), are compared as in probabilistic linear
discriminant analysis (Ioffe 2006): the hand, as the lines show it, against any hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from penscript.learning.trial import folds_of
from penscript.packs.onnx_file import Floats
from penscript.packs.two_ends import Switch

MISSED = 0.1
"""Share of the writer's own lines that may be taken for others'."""
TAKEN = 0.01
"""Share of others' lines that may be taken for the writer's, where that lets more of the own ones through."""
_SURE = 4.0
"""Nats of the comparison that are one nat of the odds: the values are less independent than the comparison thinks."""


@dataclass(frozen=True, slots=True)
class Hands:
    """How lines of one hand and of many hands scatter. look: k x 2 channels, shift: k, from what is shown of a line to
    values with scatter 1 within a hand; between: k, their variance between hands; others: hands x k, the hands
    themselves, and lines: how many of each there were.
    """

    look: Floats
    shift: Floats
    between: Floats
    others: Floats
    lines: Floats

    @classmethod
    def shipped(cls) -> "Hands":
        """What was fitted on the hands that the general pack has learnt from."""
        with np.load(Path(__file__).with_name("hands.npz")) as told:
            return cls(*(told[name].astype(np.float32) for name in ("look", "shift", "between", "others", "lines")))

    def switch(self, own: Sequence[Floats], threshold: float = 0.0) -> Switch:
        """The switch for the hand of these lines. own: what is shown of each. threshold: the comparison, in nats, at
        which a line is as likely the hand's as not.
        """
        z = np.stack(own) @ self.look.T + self.shift
        count, between = len(z), self.between.astype(np.float64)
        mean = z.mean(axis=0) * between * count / (between * count + 1)
        here, anywhere = 1 + between / (between * count + 1), 1 + between
        level = 0.5 * (np.log(anywhere / here) - mean * mean / here).sum() - threshold
        return Switch(
            self.look,
            self.shift,
            np.asarray((1 / anywhere - 1 / here) / (2 * _SURE), np.float32),
            np.asarray(mean / here / _SURE, np.float32),
            float(level / _SURE),
        )

    def threshold(self, own: Sequence[Floats], folds: Sequence[Sequence[int]]) -> float:
        """Where all but `MISSED` of the own lines are told by the others, those outside of their fold, and all but
        `TAKEN` of the lines of other hands are refused; the lower of the two.
        """
        told = []
        for fold in folds:
            left_out = set(fold)
            switch = self.switch([one for number, one in enumerate(own) if number not in left_out])
            told += [switch.odds(own[number]) for number in fold]
        switch, random = self.switch(own), np.random.default_rng(0)
        hands = np.repeat(self.others, self.lines.astype(int), axis=0)
        others = hands + random.standard_normal(hands.shape, np.float32)
        refused = np.quantile([switch.odds_of(one) for one in others], 1 - TAKEN)
        return _SURE * min(float(np.quantile(told, MISSED)), float(refused))


@dataclass(frozen=True, slots=True)
class Whose:
    """Tells a hand from others. own: what is shown of its lines."""

    hands: Hands
    own: tuple[Floats, ...]
    threshold: float

    @classmethod
    def of(cls, own: Sequence[Floats]) -> "Whose":
        """By what is shown of the lines."""
        hands = Hands.shipped()
        return cls(hands, tuple(own), hands.threshold(own, folds_of(len(own))))

    def switch(self, left_out: Sequence[int] = ()) -> Switch:
        """By all lines but these."""
        seen = set(left_out)
        return self.hands.switch([one for place, one in enumerate(self.own) if place not in seen], self.threshold)
