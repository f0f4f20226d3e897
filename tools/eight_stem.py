"""The beginning of a network in eight bits throughout: five convolutions, and the largest of four pixels beside two."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from eight_parts import Part, at_places, drawn
from numpy.typing import NDArray

from penscript.packs import onnx_file
from penscript.packs.onnx_file import MICROSOFT
from penscript.training.rounding import Grid, Rounded, grid_of, rounded

Floats = NDArray[np.float32]
Window = dict[str, tuple[int, ...]]
PIXELS = Grid(2 / 255 * 1.0001, 128)
"""Of the input: pixels from 0 to 255 as values from -1 to 1, of which only 127 and 128 are one."""
FINE: Window = {"kernel_shape": (2, 2), "pads": (0, 0, 1, 1), "strides": (1, 1)}
WIDE: Window = {"kernel_shape": (3, 3), "pads": (1, 1, 1, 1), "strides": (2, 2)}
SINGLE: Window = {"kernel_shape": (1, 1), "pads": (0, 0, 0, 0), "strides": (1, 1)}


def add_stem(patch: Any, network: bytes, simple: Any, inputs: Sequence[Floats]) -> None:
    """Put the nodes of the beginning into the patch; the last value is in 32 bits again.

    simple: the network as `simplified` gives it.
    """
    stem = Stem(patch, network, simple, inputs)
    stem.round("x")
    stem.convolve(0, "x", WIDE)
    stem.largest(stem.bent[0])
    stem.convolve(1, stem.bent[0], FINE)
    stem.convolve(2, stem.bent[1], FINE)
    stem.beside(stem.pooled, stem.bent[2])
    stem.convolve(3, stem.joined, WIDE)
    stem.convolve(4, stem.bent[3], SINGLE)
    onnx_file.add_node(patch, "DequantizeLinear", stem.known(stem.bent[4]), stem.bent[4])


class Stem:
    """bent: names of what is above zero behind each convolution; pooled and joined: of the two values between.

    Every value has a twin in eight bits, `NAME/eight`, and a grid.
    """

    def __init__(self, patch: Any, network: bytes, simple: Any, inputs: Sequence[Floats]) -> None:
        self._patch, self._network, self._inputs = patch, network, inputs
        self._weights = onnx_file.weights(simple)
        self._convolutions = [node for node in simple.graph.node if node.op_type == "Conv"][:5]
        follows = {node.input[0]: node for node in simple.graph.node if node.op_type == "Relu"}
        self.bent = [str(follows[node.output[0]].output[0]) for node in self._convolutions]
        self.pooled = next(str(node.output[0]) for node in simple.graph.node if node.op_type == "MaxPool")
        self.joined = str(self._convolutions[3].input[0])
        self._grids = {"x": PIXELS}

    def known(self, value: str) -> tuple[str, str, str]:
        """Names of the twin, its step and its zero."""
        return f"{value}/eight", f"{value}/step", f"{value}/zero"

    def round(self, value: str) -> None:
        """The first twin."""
        self._say(value)
        onnx_file.add_node(self._patch, "QuantizeLinear", (value, *self.known(value)[1:]), self.known(value)[0])

    def convolve(self, number: int, taken: str, window: Window) -> None:
        """One convolution, fitted to what comes before it, and what of it is above zero."""
        name, value = f"stem.{number}", self.bent[number]
        layer, grid = self._fitted(number, taken, window)
        self._grids[value] = grid
        self._say(value)
        steps = layer.steps * np.float32(self._grids[taken].step)
        shape = self._weights[self._convolutions[number].input[1]].shape
        arrays = {
            f"{name}.numbers": layer.numbers.reshape(shape),
            f"{name}.steps": layer.steps,
            f"{name}.middle": np.zeros(len(layer.steps), np.int8),
            f"{name}.bias": np.rint(layer.bias / steps).astype(np.int32),
        }
        for told, array in arrays.items():
            onnx_file.add_weights(self._patch, told, array)
        numbers, each, middle, bias = arrays
        given, step, zero = self.known(value)
        inputs = (*self.known(taken), numbers, each, middle, step, zero, bias)
        onnx_file.add_node(self._patch, "QLinearConv", inputs, given, **window)

    def largest(self, taken: str) -> None:
        """Of four pixels, on the same grid."""
        self._grids[self.pooled] = self._grids[taken]
        self._say(self.pooled)
        onnx_file.add_node(self._patch, "MaxPool", (self.known(taken)[0],), self.known(self.pooled)[0], **FINE)

    def beside(self, first: str, second: str) -> None:
        """The channels of both, on one grid."""
        self._grids[self.joined] = max((self._grids[first], self._grids[second]), key=lambda grid: grid.step)
        self._say(self.joined)
        twin, step, zero = self.known(self.joined)
        inputs = (step, zero, *self.known(first), *self.known(second))
        onnx_file.add_node(self._patch, "QLinearConcat", inputs, twin, domain=MICROSOFT, axis=1)

    def _say(self, value: str) -> None:
        _, step, zero = self.known(value)
        onnx_file.add_weights(self._patch, step, np.array(self._grids[value].step, np.float32))
        onnx_file.add_weights(self._patch, zero, np.array(self._grids[value].zero, np.uint8))

    def _fitted(self, number: int, taken: str, window: Window) -> tuple[Rounded, Grid]:
        node = self._convolutions[number]
        exact = Part(self._network, (node.output[0],))
        rough = Part(self._network, (self.known(taken)[0],), self._patch)
        grid, pictures = self._grids[taken], []
        for batch in self._inputs:
            (numbers,), (given,) = rough.run(batch), exact.run(batch)
            values = (numbers.astype(np.float32) - grid.zero) * np.float32(grid.step)
            pictures.append((seen(values, window), given))
        patches, given = at_places(pictures)
        matrix = self._weights[node.input[1]]
        layer = rounded(matrix.reshape(len(matrix), -1), patches, given)
        return layer, grid_of(drawn(np.maximum(layer.of(patches), 0)))


def seen(planes: Floats, window: Window) -> Floats:
    """What a convolution sees of 1 x channels x height x width: 1 x (channels x window) x height x width."""
    (high, wide), (top, left, bottom, right), (down, across) = window["kernel_shape"], window["pads"], window["strides"]
    padded = np.pad(planes, ((0, 0), (0, 0), (top, bottom), (left, right)))
    views = np.lib.stride_tricks.sliding_window_view(padded, (high, wide), axis=(2, 3))[:, :, ::down, ::across]
    return np.ascontiguousarray(views.transpose(0, 1, 4, 5, 2, 3)).reshape(1, -1, *views.shape[2:4])
