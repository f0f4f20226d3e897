"""Whether learning helps, before it is trusted: every line is read by weights that never saw it.

Cross-validation (Stone 1974): the lines are cut into folds, and for each the others are learnt from. Where the
learning should stop is chosen by the loss of the lines left out.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import numpy as np

from penscript.learning.ctc_loss import ctc, log_softmax
from penscript.learning.fitting import Learner, Lesson, Plan, fits, joined
from penscript.learning.layers import Weights
from penscript.learning.neck import scores

MANY = 200
"""Lines from which learning takes so long that it is tried on halves."""
STOPS = 5
"""Places where the learning may stop, evenly over its steps."""

Advance = Callable[[Sequence[Lesson]], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """stop: the best number of steps. folds: the lines left out in each, and the weights learnt from the others."""

    stop: int
    folds: tuple[tuple[tuple[int, ...], Weights], ...]


def folds_of(count: int) -> list[tuple[int, ...]]:
    """The lines left out together: neighbours, which stand on one page and are alike. Four folds, three or two
    for many.
    """
    number = 4 if count < 100 else 3 if count < MANY else 2
    return [tuple(int(one) for one in part) for part in np.array_split(np.arange(count), number) if len(part)]


def try_out(
    lessons: Sequence[Lesson],
    weights: Weights,
    dilation: int,
    plan: Plan,
    *,
    advance: Advance,
    threads: int = 1,
) -> Trial:
    """Learn once without each fold, several folds at the same time. What interrupts the waiting for them ends them at
    their next step.
    """
    folds, ended = folds_of(len(lessons)), Event()
    stops = sorted({max(1, round(plan.steps * (place + 1) / STOPS)) for place in range(STOPS)})

    def going(latest: Sequence[Lesson]) -> None:
        if ended.is_set():
            raise CancelledError
        advance(latest)

    def without(left_out: tuple[int, ...]) -> tuple[list[Weights], list[float]]:
        rest = [one for number, one in enumerate(lessons) if number not in set(left_out)]
        means = _at(stops, Learner(weights, dilation, rest, plan), going)
        return means, [loss([lessons[number] for number in left_out], mean, dilation) for mean in means]

    with ThreadPoolExecutor(threads) as pool:
        try:
            found = list(pool.map(without, folds))
        except BaseException:
            ended.set()
            raise
    kept = [means for means, _ in found]
    best = int(np.sum([losses for _, losses in found], axis=0).argmin())
    return Trial(stops[best], tuple((one, means[best]) for one, means in zip(folds, kept, strict=True)))


def _at(stops: Sequence[int], learner: Learner, advance: Advance) -> list[Weights]:
    """The mean weights at every stop."""
    found: list[Weights] = []

    def watch(step: int, mean: Weights) -> bool:
        advance(learner.latest)
        if step in stops:
            found.append({name: array.copy() for name, array in mean.items()})
        return True

    learner.run(watch)
    return found + [learner.mean] * (len(stops) - len(found))


def loss(lessons: Sequence[Lesson], weights: Weights, dilation: int) -> float:
    """Minus the log probability of the texts, from the lines as they are, summed."""
    total = 0.0
    for one in lessons:
        if fits(one):
            seen, spans = joined(one.views[:1])
            found, _ = scores(seen, spans, weights, dilation)
            total += float(ctc(log_softmax(found), spans, [one.text])[0][0])
    return total
