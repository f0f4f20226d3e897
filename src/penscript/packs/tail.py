"""The end of a recogniser that learns a hand: from the row of the convolutions to the scores of the characters.

The exporter of PyTorch names every node by the module that it comes from, so the weights are found by the nodes:
`/neck/blocks/blocks.0/attention/into/MatMul` holds `blocks.0.attention.into.weight`.
"""

from dataclasses import dataclass
from typing import Any

from penscript.errors import UsageError
from penscript.packs.onnx_file import Floats, put_weights, weights

_ROW_READER = "/neck/reduce/conv/Conv"
_LOCAL = "/neck/local/conv/Conv"
_BY_PLACE = {"Conv": ("", "weight", "bias"), "LayerNormalization": ("", "weight", "bias")}
CLASSIFIER = ("classifier.weight", "classifier.bias")


@dataclass(frozen=True, slots=True)
class Tail:
    """row: the name of the value that comes in, N x channels x 1 x T. weights: by module, in the shapes of the file.

    dilation: of the convolution along the row.
    """

    row: str
    weights: dict[str, Floats]
    dilation: int


def read_tail(model: Any) -> Tail:
    """The tail of a pack. Raises UsageError for a network of another kind."""
    nodes = {node.name: node for node in model.graph.node}
    if _ROW_READER not in nodes or _LOCAL not in nodes:
        raise UsageError("This pack cannot learn a hand.", "Learn from a pack that `penscript train` wrote.")
    arrays = weights(model)
    found = {name: arrays[initializer] for name, initializer in tail_names(model).items()}
    dilations = next(one.ints for one in nodes[_LOCAL].attribute if one.name == "dilations")
    return Tail(nodes[_ROW_READER].input[0], found, int(dilations[-1]))


def put_tail(model: Any, changed: dict[str, Floats]) -> None:
    """New weights of the tail, by module; a longer classifier names more characters."""
    names = tail_names(model)
    put_weights(model, {names[name]: array for name, array in changed.items()})


def tail_names(model: Any) -> dict[str, str]:
    """The weights of the tail: `blocks.0.norm.weight` -> the name of its initializer."""
    known = {tensor.name for tensor in model.graph.initializer}
    found: dict[str, str] = {}
    for node in model.graph.node:
        if node.name.startswith(("/neck/", "/classifier/")):
            for place, value in enumerate(node.input):
                if value in known:
                    found[f"{_module(node.name)}.{_role(node.op_type, place)}"] = value
    return found


def _module(node: str) -> str:
    """`/neck/blocks/blocks.0/attention/into/MatMul` -> `blocks.0.attention.into`."""
    path = node.removeprefix("/neck").replace("/blocks/blocks.", "/blocks.").replace("/conv/", "/")
    return path.strip("/").rpartition("/")[0].replace("/", ".")


def _role(operation: str, place: int) -> str:
    if operation in _BY_PLACE:
        return _BY_PLACE[operation][place]
    return "weight" if operation == "MatMul" else "bias"
