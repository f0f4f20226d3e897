"""The loss of connectionist temporal classification and its gradient (Graves et al. 2006, sections 4.1 and 4.2)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from penscript.learning.layers import Floats, Spans

Doubles = NDArray[np.float64]
_NEVER = -1e30


def log_softmax(scores: Floats) -> Floats:
    """Log probabilities of every row."""
    moved = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(moved - np.log(np.exp(moved).sum(axis=1, keepdims=True)))


def ctc(log_chances: Floats, spans: Spans, texts: Sequence[Sequence[int]]) -> tuple[Doubles, Floats]:
    """Minus the log probability of each text, and the slope of their sum by the scores before the softmax.

    log_chances: steps x classes, several lines one behind the other. texts: class numbers without blanks. A text that
    does not fit its line costs nothing and teaches nothing.
    """
    states, lengths = _states(texts)
    emitted = _emitted(log_chances, spans, states)
    sizes = [(stop - start, 2 * length + 1) for (start, stop), length in zip(spans, lengths, strict=True)]
    forward = _forward(emitted, _skips(states))
    reverse = _turned(_forward(_turned(emitted, sizes), _skips(_turned(states[None], sizes)[0].astype(np.intp))), sizes)
    losses, slope = np.zeros(len(texts)), np.zeros_like(log_chances)
    for number, ((start, stop), (steps, size)) in enumerate(zip(spans, sizes, strict=True)):
        told = float(np.logaddexp.reduce(forward[steps - 1, number, max(0, size - 2) : size]))
        if told < _NEVER / 2:
            continue
        losses[number] = -told
        both = forward[:steps, number, :size] + reverse[:steps, number, :size] - emitted[:steps, number, :size]
        seen = np.exp(both - np.logaddexp.reduce(both, axis=1, keepdims=True)).astype(np.float32)
        which = np.zeros((size, log_chances.shape[1]), np.float32)
        which[np.arange(size), states[number, :size]] = 1
        slope[start:stop] = np.exp(log_chances[start:stop]) - seen @ which
    return losses, slope


def _states(texts: Sequence[Sequence[int]]) -> tuple[NDArray[np.intp], list[int]]:
    """Lines x (2 characters + 1): blanks around every character; shorter ones go on with blanks."""
    lengths = [len(text) for text in texts]
    states = np.zeros((len(texts), 2 * max(lengths, default=0) + 1), np.intp)
    for row, text in zip(states, texts, strict=True):
        row[1 : 2 * len(text) : 2] = text
    return states, lengths


def _emitted(log_chances: Floats, spans: Spans, states: NDArray[np.intp]) -> Doubles:
    """Longest line x lines x states."""
    emitted = np.zeros((max(stop - start for start, stop in spans), *states.shape))
    for number, (start, stop) in enumerate(spans):
        emitted[: stop - start, number] = log_chances[start:stop][:, states[number]]
    return emitted


def _skips(states: NDArray[np.intp]) -> Doubles:
    """0 where the blank before may be left out, `_NEVER` elsewhere."""
    skips = np.full(states.shape, _NEVER)
    skips[:, 3::2] = np.where((states[:, 3::2] != states[:, 1:-2:2]) & (states[:, 3::2] != 0), 0.0, _NEVER)
    return skips


def _forward(emitted: Doubles, skips: Doubles) -> Doubles:
    """The log probability of every beginning that ends in a state, all lines at once."""
    forward = np.full(emitted.shape, _NEVER)
    forward[0, :, :2] = emitted[0, :, :2]
    for step in range(1, len(emitted)):
        before = forward[step - 1]
        now = before.copy()
        now[:, 1:] = np.logaddexp(now[:, 1:], before[:, :-1])
        now[:, 2:] = np.logaddexp(now[:, 2:], before[:, :-2] + skips[:, 2:])
        forward[step] = now + emitted[step]
    return forward


def _turned(values: Doubles | NDArray[np.intp], sizes: Sequence[tuple[int, int]]) -> Doubles:
    """Every line (steps x lines x states) from its own end, steps and states; one step where there is one alone."""
    turned = np.zeros(values.shape)
    for number, (steps, size) in enumerate(sizes):
        last = min(steps, len(values))
        turned[:last, number, :size] = values[:last, number, :size][::-1, ::-1]
    return turned
