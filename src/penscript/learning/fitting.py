"""Rows of lines with their texts -> new weights of the end of the recogniser.

Adam (Kingma and Ba 2015), and the running mean of the weights as the result (Polyak and Juditsky 1992). That other
hands are forgotten meanwhile does little harm: the switch between the two ends of a pack (`packs/two_ends.py`) sees to
it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from penscript.learning.ctc_loss import ctc, log_softmax
from penscript.learning.layers import Floats, Gradients, Weights
from penscript.learning.neck import scores

Halves = NDArray[np.float16]
_MEAN, _SQUARE = 0.9, 0.99
_RUN = 4
"""Time steps that are left out together, on average."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A line to learn from. views: rows (steps x channels) of the line itself, then of pictures of it that were
    changed; planes (height x steps x channels) where the last blocks of convolutions learn too. text: class numbers.
    shown: of the line to the switch between the ends, empty where nothing asks for it.
    """

    views: tuple[Halves, ...]
    text: tuple[int, ...]
    shown: Floats = field(default_factory=lambda: np.zeros(0, np.float32))


@dataclass(frozen=True, slots=True)
class Plan:
    """How to learn: `steps` of `lines` lines; the rate warms up, then falls to zero. deep: what share of it the last
    blocks of convolutions get; where it is 0, only what comes behind them learns.

    drop: share of the channels that are left out of a step (dropout, Srivastava et al. 2014). mask: share of the time
    steps that are left out, in short runs (after SpecAugment, Park et al. 2019). follow: how slowly the mean follows.
    longest: norm of a gradient at most.
    """

    steps: int
    lines: int = 6
    rate: float = 5e-4
    deep: float = 0.0
    warmup: int = 5
    drop: float = 0.2
    mask: float = 0.15
    follow: float = 0.95
    longest: float = 1.0
    seed: int = 0


Watch = Callable[[int, Weights], bool]
"""Told the steps done and the mean weights after each; False ends the learning there."""


class Learner:
    """The weights while they learn. mean: those to read with. latest: the lines of the step before."""

    def __init__(self, weights: Weights, dilation: int, lessons: Sequence[Lesson], plan: Plan) -> None:
        self.weights = {name: array.copy() for name, array in weights.items()}
        self.mean = {name: array.copy() for name, array in weights.items()}
        self.dilation, self.plan = dilation, plan
        self.lessons = [one for one in lessons if fits(one)]
        self._first = {name: np.zeros_like(array) for name, array in weights.items()}
        self._second = {name: np.zeros_like(array) for name, array in weights.items()}
        self._random = np.random.default_rng(plan.seed)
        self._waiting: list[int] = []
        self.latest: list[Lesson] = []
        self.step = 0

    def run(self, watch: Watch = lambda step, mean: True) -> Weights:
        """To the end of the plan, or until `watch` says so; the mean weights."""
        while self.lessons and self.step < self.plan.steps:
            self.learn()
            if not watch(self.step, self.mean):
                break
        return self.mean

    def learn(self) -> float:
        """One step; the loss a character before it."""
        chosen = self.latest = self._chosen()
        views = [one.views[int(self._random.integers(len(one.views)))] for one in chosen]
        seen, spans = joined(views)
        found, back = scores(seen, spans, self.weights, self.dilation, self._disturbance(spans[-1][1]))
        losses, slope = ctc(log_softmax(found), spans, [one.text for one in chosen])
        characters = sum(len(one.text) for one in chosen)
        self._move(back(np.asarray(slope / characters, np.float32)))
        return float(losses.sum()) / characters

    def _chosen(self) -> list[Lesson]:
        """The lines of a step."""
        return [self._next() for _ in range(min(self.plan.lines, len(self.lessons)))]

    def _disturbance(self, steps: int) -> Floats:
        """What the rows are multiplied with: channels and short runs of steps are left out, so that nothing is learnt
        by heart.
        """
        channels = self._random.random(self.weights["reduce.weight"].shape[1]) >= self.plan.drop
        kept = np.tile(np.asarray(channels / (1 - self.plan.drop), np.float32), (steps, 1))
        for start in self._random.integers(steps, size=round(steps * self.plan.mask / _RUN)):
            kept[start : start + int(self._random.integers(1, 2 * _RUN))] = 0
        return kept

    def _next(self) -> Lesson:
        """Every line once, in a new order each time."""
        if not self._waiting:
            self._waiting = list(self._random.permutation(len(self.lessons)))
        return self.lessons[self._waiting.pop()]

    def _move(self, gradients: Gradients) -> None:
        plan, step = self.plan, self.step + 1
        norm = float(np.sqrt(sum(float(np.vdot(one, one)) for one in gradients.values())))
        shrink = np.float32(min(1.0, plan.longest / max(norm, 1e-12)))
        rate = plan.rate * min(1.0, step / plan.warmup) * (1 - self.step / plan.steps)
        share = np.float32(max(1 - plan.follow, 1 / step))
        first, second = 1 - _MEAN**step, 1 - _SQUARE**step
        for name in self.weights:
            own = rate * (plan.deep if name.startswith("body.") else 1.0)
            gradient = gradients[name] * shrink
            self._first[name] += np.float32(1 - _MEAN) * (gradient - self._first[name])
            self._second[name] += np.float32(1 - _SQUARE) * (gradient * gradient - self._second[name])
            root = np.sqrt(self._second[name] / np.float32(second)) + np.float32(1e-8)
            self.weights[name] -= np.float32(own / first) * self._first[name] / root
            self.mean[name] += share * (self.weights[name] - self.mean[name])
        self.step = step


def fits(lesson: Lesson) -> bool:
    """Whether every view has a step for each character, and one more between two that are the same."""
    needed = len(lesson.text) + sum(a == b for a, b in pairwise(lesson.text))
    return bool(lesson.text) and all(view.shape[-2] >= needed for view in lesson.views)


def joined(views: Sequence[Halves]) -> tuple[Floats, list[tuple[int, int]]]:
    """Lines one behind the other, and where each begins and ends."""
    ends = np.cumsum([view.shape[-2] for view in views])
    spans = [(int(end) - view.shape[-2], int(end)) for end, view in zip(ends, views, strict=True)]
    return np.concatenate(views, axis=-2, dtype=np.float32), spans
