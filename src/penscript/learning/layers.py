"""Layers with their gradients, by hand: each gives its output and a function from the gradient there to that before it.

Rows are time steps x channels; several lines stand one behind the other, and what looks along a line is told where each
begins and ends (`spans`). Gradients of weights are added up in `Gradients`.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Weights = dict[str, Floats]
Gradients = dict[str, Floats]
Back = Callable[[Floats], Floats]
Spans = Sequence[tuple[int, int]]
HEADS = 8
_EPSILON = np.float32(1e-5)
_LOWEST = np.float32(-80)


def linear(x: Floats, weights: Weights, name: str, into: Gradients) -> tuple[Floats, Back]:
    """x @ W + b; W is inputs x outputs, or outputs x inputs x 1 x 1 as convolutions have it."""
    stored = weights[f"{name}.weight"]
    matrix = stored if stored.ndim == 2 else stored[:, :, 0, 0].T

    def back(upper: Floats) -> Floats:
        slope = x.T @ upper
        into[f"{name}.weight"] += slope if stored.ndim == 2 else slope.T[:, :, None, None]
        into[f"{name}.bias"] += upper.sum(axis=0)
        return upper @ matrix.T

    return x @ matrix + weights[f"{name}.bias"], back


def swish(x: Floats) -> tuple[Floats, Back]:
    """x sigmoid(x) (Ramachandran et al. 2017)."""
    gate = 1 / (1 + np.exp(-np.maximum(x, _LOWEST)))

    def back(upper: Floats) -> Floats:
        return np.asarray(upper * (gate * (1 + x * (1 - gate))), np.float32)

    return np.asarray(x * gate, np.float32), back


def layer_norm(x: Floats, weights: Weights, name: str, into: Gradients) -> tuple[Floats, Back]:
    """Every row to mean 0 and variance 1, then scaled and moved (Ba et al. 2016)."""
    weight = weights[f"{name}.weight"]
    centred = x - x.mean(axis=1, keepdims=True)
    inverse = 1 / np.sqrt((centred * centred).mean(axis=1, keepdims=True) + _EPSILON)
    normal = centred * inverse

    def back(upper: Floats) -> Floats:
        into[f"{name}.weight"] += (upper * normal).sum(axis=0)
        into[f"{name}.bias"] += upper.sum(axis=0)
        inner = upper * weight
        means = inner.mean(axis=1, keepdims=True) + normal * (inner * normal).mean(axis=1, keepdims=True)
        return np.asarray((inner - means) * inverse)

    return normal * weight + weights[f"{name}.bias"], back


def along(
    x: Floats, spans: Spans, weights: Weights, name: str, *, dilation: int, into: Gradients
) -> tuple[Floats, Back]:
    """A convolution along each line, every channel by itself, zeros beyond its ends. W: channels x 1 x 1 x taps."""
    kernel = weights[f"{name}.weight"][:, 0, 0, :]
    taps = kernel.shape[1]
    shifts = [(tap, (tap - taps // 2) * dilation) for tap in range(taps)]
    out = np.empty_like(x)
    out[:] = weights[f"{name}.bias"]
    for start, stop in spans:
        for tap, shift in shifts:
            here, there = _overlap(start, stop, shift)
            out[here] += x[there] * kernel[:, tap]

    def back(upper: Floats) -> Floats:
        slope, lower = np.zeros_like(kernel), np.zeros_like(x)
        for start, stop in spans:
            for tap, shift in shifts:
                here, there = _overlap(start, stop, shift)
                slope[:, tap] += (upper[here] * x[there]).sum(axis=0)
                lower[there] += upper[here] * kernel[:, tap]
        into[f"{name}.weight"] += slope[:, None, None, :]
        into[f"{name}.bias"] += upper.sum(axis=0)
        return lower

    return out, back


def attention(x: Floats, spans: Spans, weights: Weights, name: str, into: Gradients) -> tuple[Floats, Back]:
    """Eight heads of self attention along each line (Vaswani et al. 2017), no position code."""
    projected, back_into = linear(x, weights, f"{name}.into", into)
    mixed = np.empty_like(x)
    backs = []
    for start, stop in spans:
        mixed[start:stop], back_span = _heads(projected[start:stop])
        backs.append(back_span)
    out, back_out = linear(mixed, weights, f"{name}.out", into)

    def back(upper: Floats) -> Floats:
        inner = back_out(upper)
        lower = [back_span(inner[start:stop]) for back_span, (start, stop) in zip(backs, spans, strict=True)]
        return back_into(np.concatenate(lower))

    return out, back


def _heads(projected: Floats) -> tuple[Floats, Back]:
    """Query, key and value of one line, T x 3C -> T x C."""
    steps, width = projected.shape[0], projected.shape[1] // 3
    scale = np.float32((width // HEADS) ** -0.5)
    query, key, value = projected.reshape(steps, 3, HEADS, width // HEADS).transpose(1, 2, 0, 3)
    query = query * scale
    weight = query @ key.transpose(0, 2, 1)
    weight -= weight.max(axis=2, keepdims=True)
    np.exp(weight, out=weight)
    weight /= weight.sum(axis=2, keepdims=True)

    def back(upper: Floats) -> Floats:
        mixed = upper.reshape(steps, HEADS, width // HEADS).transpose(1, 0, 2)
        slope = mixed @ value.transpose(0, 2, 1)
        slope -= (slope * weight).sum(axis=2, keepdims=True)
        slope *= weight
        lower = np.empty((3, HEADS, steps, width // HEADS), np.float32)
        np.multiply(slope @ key, scale, out=lower[0])
        np.matmul(slope.transpose(0, 2, 1), query, out=lower[1])
        np.matmul(weight.transpose(0, 2, 1), mixed, out=lower[2])
        return lower.transpose(2, 0, 1, 3).reshape(steps, 3 * width)

    return np.asarray((weight @ value).transpose(1, 0, 2).reshape(steps, width), np.float32), back


def _overlap(start: int, stop: int, shift: int) -> tuple[slice, slice]:
    """Where a shifted line meets itself: the steps that receive and those that give."""
    low, high = max(start, start - shift), min(stop, stop - shift)
    return slice(low, max(low, high)), slice(low + shift, max(low, high) + shift)
