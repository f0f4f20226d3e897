"""The end of the recogniser (`packs/tail.py`) in NumPy, forwards and backwards, with its last blocks of convolutions or
without; `training/network.py` is the same in PyTorch.
"""

from collections.abc import Callable

import numpy as np

from penscript.learning.blocks import convolved
from penscript.learning.layers import (
    Back,
    Floats,
    Gradients,
    Spans,
    Weights,
    along,
    attention,
    layer_norm,
    linear,
    swish,
)


def scores(
    seen: Floats, spans: Spans, weights: Weights, dilation: int, kept: Floats | None = None
) -> tuple[Floats, Callable[[Floats], Gradients]]:
    """Rows (steps x channels of the convolutions), or the planes (height x steps x channels) before the blocks that
    `weights` holds -> steps x characters before the softmax, and the way back.

    kept: steps x channels, what the rows are multiplied with. The way back maps the gradient of the scores to that of
    every weight.
    """
    into: Gradients = {name: np.zeros_like(array) for name, array in weights.items()}
    rows, back_rows = (seen, None) if seen.ndim == 2 else convolved(seen, spans, weights, into)
    found, back_found = _read(rows if kept is None else rows * kept, spans, weights, dilation, into)

    def back(upper: Floats) -> Gradients:
        lower = back_found(upper)
        if back_rows is not None:
            back_rows(lower if kept is None else lower * kept)
        return into

    return found, back


def _read(rows: Floats, spans: Spans, weights: Weights, dilation: int, into: Gradients) -> tuple[Floats, Back]:
    reduced, back_reduced = _normed(rows, weights, "reduce", into)
    local, back_convolved = along(reduced, spans, weights, "local", dilation=dilation, into=into)
    bent, back_bent = swish(local)
    looked, back_looked = _blocks(reduced + bent, spans, weights, into)
    shortcut, back_shortcut = _normed(rows, weights, "shortcut", into)
    found, back_found = linear(looked + shortcut, weights, "classifier", into)

    def back(upper: Floats) -> Floats:
        features = back_found(upper)
        row = back_looked(features)
        return back_shortcut(features) + back_reduced(row + back_convolved(back_bent(row)))

    return found, back


def _normed(x: Floats, weights: Weights, name: str, into: Gradients) -> tuple[Floats, Back]:
    mixed, back_mixed = linear(x, weights, name, into)
    bent, back_bent = swish(mixed)
    return bent, lambda upper: back_mixed(back_bent(upper))


def _blocks(x: Floats, spans: Spans, weights: Weights, into: Gradients) -> tuple[Floats, Back]:
    """Every transformer block, then the last normalisation."""
    backs = []
    for number in range(sum(name.endswith(".before_attention.weight") for name in weights)):
        x, back_block = _block(x, spans, weights, f"blocks.{number}", into)
        backs.append(back_block)
    normal, back_normal = layer_norm(x, weights, "norm", into)

    def back(upper: Floats) -> Floats:
        upper = back_normal(upper)
        for back_block in reversed(backs):
            upper = back_block(upper)
        return upper

    return normal, back


def _block(x: Floats, spans: Spans, weights: Weights, name: str, into: Gradients) -> tuple[Floats, Back]:
    """Normalise, attend, add; normalise, mix, add."""
    normal, back_normal = layer_norm(x, weights, f"{name}.before_attention", into)
    attended, back_attended = attention(normal, spans, weights, f"{name}.attention", into)
    x = x + attended
    mixing, back_mixing = layer_norm(x, weights, f"{name}.before_mixing", into)
    wide, back_wide = linear(mixing, weights, f"{name}.expand", into)
    bent, back_bent = swish(wide)
    mixed, back_mixed = linear(bent, weights, f"{name}.project", into)

    def back(upper: Floats) -> Floats:
        middle = upper + back_mixing(back_wide(back_bent(back_mixed(upper))))
        return middle + back_normal(back_attended(middle))

    return x + mixed, back
