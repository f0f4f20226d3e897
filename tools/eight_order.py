"""The network that finds text, with the same sums in an order that moves less memory.

Maps of half the page's size in 32 bits are far larger than what a core keeps near; each operation on them is a walk
through memory. So there are fewer of them:

- the two transposed convolutions at the end, whose windows do not overlap, are convolutions of single pixels of a map
  of a quarter of the page's size, and the pixels that come of one are put in their places at last;
- x + x s is x (1 + s).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from penscript.packs import onnx_file

Floats = NDArray[np.float32]
SMALL, ENLARGED, LARGE, FOUND = "p2o.pd_op.relu.18.0", "ConvTranspose.1", "ConvTranspose.3", "p2o.pd_op.add.97.0"


def rearrange(model: Any, patch: Any) -> None:
    """Put the nodes into the patch."""
    weights = onnx_file.weights(model)
    maker = {value: node for node in model.graph.node for value in node.output}
    bias = {
        node.input[0]: weights[node.input[1]]
        for node in model.graph.node
        if node.input[1:2] and node.input[1] in weights
    }
    first, second = (weights[maker[value].input[1]] for value in (ENLARGED, LARGE))
    _shrink_end(patch, first, bias[_behind(model, ENLARGED)], second, bias[_behind(model, LARGE)])
    _gather(model, patch, maker)


def _shrink_end(patch: Any, first: Floats, first_bias: Floats, second: Floats, second_bias: Floats) -> None:
    """first: in x channels x 2 x 2. second: channels x 1 x 2 x 2."""
    taken, channels = first.shape[:2]
    wide = first.transpose(2, 3, 1, 0).reshape(4 * channels, taken, 1, 1)
    each = second[:, 0].transpose(1, 2, 0).reshape(4, channels)
    given = np.zeros((16, 4 * channels), np.float32)
    for window in range(4):
        for pixel in range(4):
            row, column = 2 * (window // 2) + pixel // 2, 2 * (window % 2) + pixel % 2
            given[4 * row + column, window * channels : (window + 1) * channels] = each[pixel]
    arrays = {
        "wide": wide,
        "wide.bias": np.tile(first_bias.ravel(), 4),
        "given": given[:, :, None, None],
        "given.bias": np.repeat(second_bias.ravel(), 16),
    }
    for name, array in arrays.items():
        onnx_file.add_weights(patch, f"end.{name}", array)
    onnx_file.add_node(patch, "Conv", (SMALL, "end.wide", "end.wide.bias"), "end/wide", kernel_shape=(1, 1))
    onnx_file.add_node(patch, "Relu", ("end/wide",), "end/bent")
    onnx_file.add_node(patch, "Conv", ("end/bent", "end.given", "end.given.bias"), "end/given", kernel_shape=(1, 1))
    onnx_file.add_node(patch, "DepthToSpace", ("end/given",), FOUND, blocksize=4)


def _gather(model: Any, patch: Any, maker: dict[str, Any]) -> None:
    onnx_file.add_weights(patch, "one", np.ones(1, np.float32))
    for node in model.graph.node:
        product = _made(maker, node.input[1]) if node.op_type == "Add" and len(node.input) == 2 else None
        if product is not None and product.op_type == "Mul" and product.input[0] == node.input[0]:
            value = node.output[0]
            onnx_file.add_node(patch, "Add", (product.input[1], "one"), f"{value}/more")
            onnx_file.add_node(patch, "Mul", (node.input[0], f"{value}/more"), value)


def _made(maker: dict[str, Any], value: str) -> Any:
    """The node behind a value, past those that change nothing."""
    while value in maker and maker[value].op_type == "Identity":
        value = maker[value].input[0]
    return maker.get(value)


def _behind(model: Any, value: str) -> str:
    """The name that a value has where its bias is added."""
    return next(
        str(node.output[0]) for node in model.graph.node if node.op_type == "Identity" and node.input[0] == value
    )
