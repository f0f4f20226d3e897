"""The end of a recogniser that learns a hand: from the row of the convolutions, or from its last blocks of them, to the
scores of the characters.

The exporter of PyTorch names every node by the module that it comes from, so the weights are found by the nodes:
`/neck/blocks/blocks.0/attention/into/MatMul` holds `blocks.0.attention.into.weight`, `/body/body.11/expand/Conv` holds
`body.11.expand.weight`.
"""

from dataclasses import dataclass
from typing import Any

from penscript.errors import UsageError
from penscript.packs.onnx_file import Floats, put_weights, weights

FIRST = 10
"""The first block of convolutions that learns, where such blocks do."""
_ENTRY = f"/body/body.{FIRST}/depthwise/Conv"
_BODY = "body."
_ROW_READER = "/neck/reduce/conv/Conv"
_LOCAL = "/neck/local/conv/Conv"
_BY_PLACE = {"Conv": ("", "weight", "bias"), "LayerNormalization": ("", "weight", "bias")}
CLASSIFIER = ("classifier.weight", "classifier.bias")


@dataclass(frozen=True, slots=True)
class Tail:
    """entry: the name of the value that comes in, N x channels x height x T; the height is 1 for the row. weights: by
    module, in the shapes of the file. dilation: of the convolution along the row.
    """

    entry: str
    weights: dict[str, Floats]
    dilation: int


def read_tail(model: Any, deep: bool = False) -> Tail:
    """The tail of a pack; a deep one begins with the last blocks of convolutions. Raises UsageError for a network of
    another kind.
    """
    nodes = {node.name: node for node in model.graph.node}
    first = _ENTRY if deep else _ROW_READER
    if first not in nodes or _LOCAL not in nodes:
        raise UsageError("This pack cannot learn a hand.", "Learn from a pack that `penscript train` wrote.")
    arrays = weights(model)
    names = tail_names(model)
    found = {name: arrays[names[name]] for name in names if deep or not name.startswith(_BODY)}
    dilations = next(one.ints for one in nodes[_LOCAL].attribute if one.name == "dilations")
    return Tail(nodes[first].input[0], found, int(dilations[-1]))


def is_deep(weights: dict[str, Floats]) -> bool:
    """Whether weights of a tail, by module, hold blocks of convolutions."""
    return any(name.startswith(_BODY) for name in weights)


def put_tail(model: Any, changed: dict[str, Floats]) -> None:
    """New weights of the tail, by module; a longer classifier names more characters."""
    names = tail_names(model)
    put_weights(model, {names[name]: array for name, array in changed.items()})


def tail_names(model: Any) -> dict[str, str]:
    """The weights of the deep tail: `blocks.0.norm.weight` -> the name of its initializer."""
    known = {tensor.name for tensor in model.graph.initializer}
    found: dict[str, str] = {}
    for node in model.graph.node:
        if node.name.startswith(("/neck/", "/classifier/")) or _block(node.name) >= FIRST:
            for place, value in enumerate(node.input):
                if value in known:
                    found[f"{_module(node.name)}.{_role(node.op_type, place)}"] = value
    return found


def _block(node: str) -> int:
    """The number of the block of convolutions that a node belongs to, -1 for none."""
    return int(node.split("/")[2].removeprefix(_BODY)) if node.startswith("/body/body.") else -1


def _module(node: str) -> str:
    """`/neck/blocks/blocks.0/attention/into/MatMul` -> `blocks.0.attention.into`."""
    path = node.removeprefix("/neck").removeprefix("/body").replace("/blocks/blocks.", "/blocks.")
    return path.replace("/conv/", "/").strip("/").rpartition("/")[0].replace("/", ".")


def _role(operation: str, place: int) -> str:
    if operation in _BY_PLACE:
        return _BY_PLACE[operation][place]
    return "weight" if operation == "MatMul" else "bias"
