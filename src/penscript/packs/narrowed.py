"""A network that knows many thousand characters, asked for those of alphabets first.

Scores for every Chinese, Japanese and Korean character, and their softmax, cost a quarter of a line's time. So the last
layer is cut in two. The characters of alphabets are scored as before; of all others only the largest score is taken,
as if they were one more character. Where that one is never likely, no other character is, and the posteriors are what
the whole network says to a few thousandths; else the whole last layer is run on the features of the line.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from penscript.packs import onnx_file
from penscript.packs.ctc import Lattice, Numbers, compact
from penscript.packs.eight import LARGEST, in_eight
from penscript.packs.onnx_file import MICROSOFT, Floats
from penscript.packs.session import Session

LAST_OF_ALPHABETS = "\u20cf"
"""Behind the signs of currencies come symbols, and then East Asia."""
MANY = 4096
"""A network of fewer characters is asked for all of them at once."""
AT_A_TIME = 1024
_LEAST = np.float32(1e-8)
"""Of the largest weight of a character, which may have none."""
LIKELY = 0.02
"""The posterior of the likeliest other character from which they are scored one by one."""


class Narrowed:
    """The network in a file of weights. charset: by class, the blank first; only one of many characters is narrowed."""

    @classmethod
    def of(cls, file: Path, charset: tuple[str, ...]) -> "Narrowed | None":
        """None for a network of few characters, or of another end than product, bias and softmax."""
        return cls(file, charset) if len(charset) > MANY and _is_plain(file) else None

    def __init__(self, file: Path, charset: tuple[str, ...]) -> None:
        self.kept = np.array([number for number, one in enumerate(charset) if one[:1] <= LAST_OF_ALPHABETS], np.intp)
        self._narrow = Session(file, made=lambda weights: narrowed(in_eight(weights), self.kept))
        self._head = Session(file, made=head)

    def lattice(self, batch: Floats, allowed: Numbers | None = None) -> Lattice:
        """The likely part of the posteriors of one line; `allowed` as of `compact`."""
        posteriors, features = self._narrow.run_all(batch, (0, 1))
        if posteriors[0, :, -1].max() > LIKELY:
            return compact(self._head.run(features)[0], allowed)
        own = None if allowed is None else np.flatnonzero(np.isin(self.kept, allowed))
        found = compact(posteriors[0, :, :-1], own)
        return Lattice(self.kept[found.classes], found.values)


def narrowed(network: bytes, kept: Numbers) -> bytes:
    """The network with posteriors of the kept classes and, last, of all others together; behind them, the features
    that its last layer takes.
    """
    model = onnx_file.parse(network)
    layer = _last_layer(model)
    others = _split(model, layer, kept)
    softmax = model.graph.node.pop()
    _add_largest(model, layer.features, others)
    onnx_file.add_node(model, "Concat", (softmax.input[0], "largest"), "all scores", axis=2)
    softmax.input[0] = "all scores"
    model.graph.node.append(softmax)
    return onnx_file.with_outputs(bytes(model.SerializeToString()), (layer.features,))


def _split(model: Any, layer: "_Layer", kept: Numbers) -> Floats:
    """The columns of the kept classes in the place of all; those of the others, which go."""
    arrays = onnx_file.weights(model)
    matrix, bias = arrays[layer.matrix], arrays[layer.bias]
    others = matrix[:, np.setdiff1d(np.arange(len(bias)), kept)]
    onnx_file.put_weights(model, {layer.matrix: matrix[:, kept], layer.bias: bias[kept]})
    return others


def _add_largest(model: Any, features: str, others: Floats) -> None:
    """The largest score of all others, computed in seven bits, so many at a time that they stay near the core."""
    rounded = ("others/features", "others/step", "others/zero")
    onnx_file.add_node(model, "DynamicQuantizeLinear", (features,), rounded)
    onnx_file.add_weights(model, "others.middle", np.array(0, np.int8))
    largest = []
    for start in range(0, others.shape[1], AT_A_TIME):
        columns, name = others[:, start : start + AT_A_TIME], f"others.{start}"
        steps = np.maximum(np.abs(columns).max(axis=0), _LEAST) / LARGEST
        onnx_file.add_weights(model, name, np.rint(columns / steps).astype(np.int8))
        onnx_file.add_weights(model, f"{name}.steps", steps)
        inputs = (rounded[0], name, rounded[1], f"{name}.steps", rounded[2], "others.middle")
        onnx_file.add_node(model, "MatMulIntegerToFloat", inputs, f"{name}/scores", domain=MICROSOFT)
        onnx_file.add_node(model, "ReduceMax", (f"{name}/scores",), f"{name}/largest", axes=(2,), keepdims=1)
        largest.append(f"{name}/largest")
    onnx_file.add_node(model, "Max", tuple(largest), "largest")


def head(file: Path) -> bytes:
    """The last layer of a file and its softmax as a network of their own, which takes the features of a line."""
    model = onnx_file.parse(file.read_bytes())
    layer = _last_layer(model)
    onnx_file.keep_tail(model, layer.first, (layer.matrix, layer.bias), layer.features)
    return bytes(model.SerializeToString())


def _is_plain(file: Path) -> bool:
    graph = onnx_file.parse(file.read_bytes()).graph
    ends = [node.op_type for node in graph.node[-4:] if node.op_type != "Identity"]
    return ends[-3:] == ["MatMul", "Add", "Softmax"] and len(graph.output) == 1


@dataclass(frozen=True, slots=True)
class _Layer:
    """Names of the last layer: the value that it takes, its weights, and the place of its first node."""

    features: str
    matrix: str
    bias: str
    first: int


def _last_layer(model: Any) -> _Layer:
    """The last layer of a network that ends with product, bias and softmax."""
    known = {tensor.name for tensor in model.graph.initializer}
    nodes = list(model.graph.node)
    first = max(place for place, node in enumerate(nodes) if node.op_type == "MatMul")
    features, matrix = nodes[first].input
    (bias,) = known.intersection(nodes[first + 1].input)
    return _Layer(features, matrix, bias, first)
