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
    forward = _forward(emitted, _skips(states), [stop - start for start, stop in spans], lengths)
    losses = np.zeros(len(texts))
    slope = np.zeros_like(log_chances)
    for number, (start, stop) in enumerate(spans):
        chances, size, steps = forward[:, number], 2 * lengths[number] + 1, stop - start
        told = float(np.logaddexp.reduce(chances[steps - 1, max(0, size - 2) : size]))
        if told < _NEVER / 2:
            continue
        losses[number] = -told
        seen = _occupied(emitted[:steps, number, :size], chances[:steps, :size], states[number, :size])
        slope[start:stop] = np.exp(log_chances[start:stop])
        flat = np.zeros((log_chances.shape[1], steps))
        np.add.at(flat, states[number, :size], seen.T)
        slope[start:stop] -= flat.T.astype(np.float32)
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


def _forward(emitted: Doubles, skips: Doubles, steps: Sequence[int], lengths: Sequence[int]) -> Doubles:
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


def _occupied(emitted: Doubles, forward: Doubles, states: NDArray[np.intp]) -> Doubles:
    """Steps x states of one line: how probable it is to be there, given that the text is what is written."""
    turned = np.full((1, len(states)), 0, np.intp)
    turned[0] = states[::-1]
    reverse = _forward(emitted[::-1, None, ::-1], _skips(turned), [len(emitted)], [len(states) // 2])[::-1, 0, ::-1]
    both = forward + reverse - emitted
    both -= np.logaddexp.reduce(both, axis=1, keepdims=True)
    return np.asarray(np.exp(both))
