"""The last light convolution blocks of the recogniser in NumPy, forwards and backwards, down to the row of its end.

Planes are height x time steps x channels; several lines stand one behind the other. `training/network.py` is the same
in PyTorch.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from penscript.learning.layers import Floats, Gradients, Spans, Weights, linear

Planes = NDArray[np.float32]
BackPlanes = Callable[[Planes], Planes]
_ROOT = np.float32(0.5**0.5)
_DENSITY = np.float32((2 * np.pi) ** -0.5)
_ERF = tuple(map(np.float32, (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)))
_BEND = np.float32(0.3275911)


def convolved(planes: Planes, spans: Spans, weights: Weights, into: Gradients) -> tuple[Floats, BackPlanes]:
    """Every block that `weights` holds, then the row (steps x channels) that the end begins with."""
    backs = []
    for name in block_names(weights):
        planes, back_block = _block(planes, spans, weights, name, into)
        backs.append(back_block)
    row, back_row = _pooled(planes, spans)

    def back(upper: Floats) -> Planes:
        lower = back_row(upper)
        for back_block in reversed(backs):
            lower = back_block(lower)
        return lower

    return row, back


def block_names(weights: Weights) -> list[str]:
    """`body.10`, `body.11` and so on, in the order in which they are run."""
    found = {name.rpartition(".depthwise.")[0] for name in weights if name.endswith(".depthwise.weight")}
    return sorted(found, key=lambda name: int(name.rpartition(".")[2]))


def _block(planes: Planes, spans: Spans, weights: Weights, name: str, into: Gradients) -> tuple[Planes, BackPlanes]:
    """Depthwise 3 x 3, channels weighed, expand, GELU, project; the same width is added to what comes out."""
    same = weights[f"{name}.project.weight"].shape[0] == planes.shape[2]
    deep, back_deep = depthwise(planes, spans, weights, f"{name}.depthwise", stride=1 if same else 2, into=into)
    back_weighed: BackPlanes | None = None
    if f"{name}.squeeze.squeeze.weight" in weights:
        deep, back_weighed = _weighed(deep, spans, weights, f"{name}.squeeze", into)
    flat = deep.reshape(-1, deep.shape[2])
    wide, back_wide = linear(flat, weights, f"{name}.expand", into)
    bent, slope = gelu(wide)
    mixed, back_mixed = linear(bent, weights, f"{name}.project", into)
    out = mixed + flat if same else mixed

    def back(upper: Planes) -> Planes:
        level = upper.reshape(-1, upper.shape[2])
        inner = back_mixed(level)
        inner *= slope
        lower = back_wide(inner)
        if same:
            lower += level
        lower = lower.reshape(deep.shape)
        return back_deep(back_weighed(lower) if back_weighed else lower)

    return out.reshape(*deep.shape[:2], -1), back


def depthwise(
    x: Planes, spans: Spans, weights: Weights, name: str, *, stride: int, into: Gradients
) -> tuple[Planes, BackPlanes]:
    """A convolution of 3 x 3, every channel by itself, zeros around each line; `stride` is that of the height."""
    kernel = np.ascontiguousarray(weights[f"{name}.weight"][:, 0].transpose(1, 2, 0))
    height = (x.shape[0] - 1) // stride + 1
    padded = [np.pad(x[:, start:stop], ((1, 1), (1, 1), (0, 0))) for start, stop in spans]
    taps = [(i, j) for i in range(3) for j in range(3)]

    def seen(line: Planes, i: int, j: int) -> Planes:
        return line[i : i + stride * (height - 1) + 1 : stride, j : j + line.shape[1] - 2]

    out = np.empty((height, *x.shape[1:]), np.float32)
    out[:] = weights[f"{name}.bias"]
    for (start, stop), line in zip(spans, padded, strict=True):
        for i, j in taps:
            out[:, start:stop] += seen(line, i, j) * kernel[i, j]

    def back(upper: Planes) -> Planes:
        lower, slope = np.empty_like(x), np.zeros_like(kernel)
        for (start, stop), line in zip(spans, padded, strict=True):
            here, given = upper[:, start:stop], np.zeros_like(line)
            for i, j in taps:
                slope[i, j] += np.einsum("htc,htc->c", here, seen(line, i, j))
                given_here = seen(given, i, j)
                given_here += here * kernel[i, j]
            lower[:, start:stop] = given[1:-1, 1:-1]
        into[f"{name}.weight"] += slope.transpose(2, 0, 1)[:, None]
        into[f"{name}.bias"] += upper.sum(axis=(0, 1))
        return lower

    return out, back


def _weighed(x: Planes, spans: Spans, weights: Weights, name: str, into: Gradients) -> tuple[Planes, BackPlanes]:
    """Channels weighed by what the whole line shows (Hu et al. 2018)."""
    means = np.stack([x[:, start:stop].mean(axis=(0, 1)) for start, stop in spans])
    small, back_small = linear(means, weights, f"{name}.squeeze", into)
    given, back_given = linear(np.maximum(small, 0), weights, f"{name}.excite", into)
    gates = np.clip(given / 6 + np.float32(0.5), 0, 1)
    out = np.empty_like(x)
    for gate, (start, stop) in zip(gates, spans, strict=True):
        np.multiply(x[:, start:stop], gate, out=out[:, start:stop])

    def back(upper: Planes) -> Planes:
        slope = np.stack([np.einsum("htc,htc->c", upper[:, a:b], x[:, a:b]) for a, b in spans])
        slope *= ((gates > 0) & (gates < 1)) / np.float32(6)
        inner = back_small(back_given(slope) * (small > 0))
        lower = np.empty_like(x)
        for gate, mean, (start, stop) in zip(gates, inner, spans, strict=True):
            np.multiply(upper[:, start:stop], gate, out=lower[:, start:stop])
            lower[:, start:stop] += mean / np.float32(x.shape[0] * (stop - start))
        return lower

    return out, back


def gelu(x: Floats) -> tuple[Floats, Floats]:
    """x times the share of a normal distribution below x (Hendrycks and Gimpel 2016), and its slope.

    The error function to 1.5e-7: Abramowitz and Stegun 1964, 7.1.26.
    """
    bell = np.exp(-0.5 * x * x)
    near = 1 / (1 + _BEND * _ROOT * np.abs(x))
    tail = np.full_like(x, _ERF[-1])
    for term in _ERF[-2::-1]:
        tail *= near
        tail += term
    tail *= near
    tail *= bell
    below = np.where(x > 0, 1 - tail / 2, tail / 2)
    bell *= x
    bell *= _DENSITY
    bell += below
    return np.asarray(x * below, np.float32), bell


def _pooled(planes: Planes, spans: Spans) -> tuple[Floats, BackPlanes]:
    """The mean over the height, then of each two neighbouring steps; the last step of a line has no neighbour."""
    height = planes.shape[0]
    row = planes.mean(axis=0)
    after = row.copy()
    for start, stop in spans:
        after[start : stop - 1] = row[start + 1 : stop]

    def back(upper: Floats) -> Planes:
        lower = upper.copy()
        for start, stop in spans:
            lower[start + 1 : stop] += upper[start : stop - 1]
            lower[stop - 1] += upper[stop - 1]
        lower /= np.float32(2 * height)
        return np.broadcast_to(lower, planes.shape)

    return (row + after) / 2, back
