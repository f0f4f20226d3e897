"""Values within a network, as it is and with a patch as far as it goes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from penscript.packs import onnx_file

Floats = NDArray[np.float32]
PLACES = 4000
"""Of one picture, at most, that teach a layer."""


def at_places(pictures: Sequence[Sequence[Floats]]) -> list[Floats]:
    """For each value channels x places, drawn from all pictures.

    pictures: of each its values, 1 x channels x height x width.
    """
    kept: list[list[Floats]] = [[] for _ in pictures[0]]
    for number, values in enumerate(pictures):
        flat = [value.reshape(value.shape[1], -1) for value in values]
        chosen = np.random.default_rng(number).permutation(flat[0].shape[1])[:PLACES]
        for one, value in zip(kept, flat, strict=True):
            one.append(value[:, chosen])
    return [np.concatenate(one, axis=1) for one in kept]


def drawn(values: Floats) -> Floats:
    """Some of the values, and the outermost."""
    chosen = np.random.default_rng(0).integers(values.size, size=400_000)
    return np.concatenate([values.ravel()[chosen], [values.min(), values.max()]])


class Part:
    """A network, with its patch so far, up to some of its values."""

    def __init__(self, network: bytes, values: tuple[str, ...], patch: Any = None) -> None:
        later = len(patch.graph.node) if patch else 0
        model = onnx_file.parse(network + (bytes(patch.SerializeToString()) if patch else b""))
        del model.graph.output[:]
        for value in values:
            model.graph.output.add(name=value)
        onnx_file.keep(model, *onnx_file.needed(model, later))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = 1, 4
        self._session = onnxruntime.InferenceSession(bytes(model.SerializeToString()), options)

    def run(self, batch: Floats) -> list[Floats]:
        """The values for one input."""
        found: list[Floats] = self._session.run(None, {self._session.get_inputs()[0].name: batch})
        return found
