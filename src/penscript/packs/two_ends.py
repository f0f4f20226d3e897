"""A pack with two ends behind the same convolutions: that of everybody, and one that has learnt a hand.

A switch looks at what the convolutions see of a line and tells how likely the line is written in that hand; the
posteriors of the two ends are mixed by it (a mixture of experts, Jacobs et al. 1991). So lines of others and print are
read nearly as before, whatever the hand needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from penscript.packs.onnx_file import Floats, add_node, add_weights
from penscript.packs.tail import is_deep, read_tail, tail_names

LOOKED_AT = "/body/body.9/Add_1_output_0"
"""The value of the network that the switch looks at, N x channels x height x steps."""
_OWN, _GENERAL = "own:", "general:"
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Switch:
    """By means and spreads of the channels over a line -> the log odds that it is written in the hand.

    look: k x 2 channels, and shift: k, make k independent values z; square and slope: k; the log odds are
    sum(square z^2 + slope z) + bias.
    """

    look: Floats
    shift: Floats
    square: Floats
    slope: Floats
    bias: float

    def odds(self, shown: Floats) -> float:
        """The log odds that a line is written in the hand. shown: 2 channels, as `shown` gives them."""
        return self.odds_of(self.look @ shown + self.shift)

    def odds_of(self, values: Floats) -> float:
        """The same by the independent values."""
        return float(self.square @ (values * values) + self.slope @ values) + self.bias

    def chance(self, shown: Floats) -> float:
        """The probability of it."""
        return float(1 / (1 + np.exp(-np.clip(self.odds(shown), -60, 60))))


def shown(planes: Floats) -> Floats:
    """Means and spreads of the channels of one line, as float32. planes: channels x height x steps."""
    flat = planes.reshape(len(planes), -1)
    mean = flat.mean(axis=1)
    variance = np.maximum((flat * flat).mean(axis=1) - mean * mean, 0)
    return np.concatenate([mean, np.sqrt(variance + np.float32(_LEAST))])


def add_end(model: Any, own: dict[str, Floats], switch: Switch) -> None:
    """Give a general pack a second end with these weights (by module), and the switch between them."""
    tail = read_tail(model, deep=is_deep(own))
    posteriors = model.graph.output[0].name
    names = tail_names(model)
    renamed = {names[module]: _OWN + names[module] for module in own}
    _copy_end(model, tail.entry, renamed, posteriors)
    for module, array in own.items():
        add_weights(model, renamed[names[module]], array)
    chance = _add_switch(model, LOOKED_AT, switch)
    apart = _add(model, "Sub", [_OWN + posteriors, _GENERAL + posteriors], "switch/apart")
    moved = _add(model, "Mul", [apart, chance], "switch/moved")
    _add(model, "Add", [_GENERAL + posteriors, moved], posteriors)


def _copy_end(model: Any, entry: str, renamed: dict[str, str], posteriors: str) -> None:
    """Everything that follows from `entry` once more, with other weights; both posteriors get names of their own."""
    following, copied = {entry}, list[Any]()
    for node in model.graph.node:
        if following & set(node.input):
            following.update(node.output)
            copied.append(node)
    renamed |= {value: _OWN + value for value in following if value != entry}
    for node in copied:
        twin = model.graph.node.add()
        twin.CopyFrom(node)
        twin.name = _OWN + node.name
        twin.input[:] = [renamed.get(value, value) for value in node.input]
        twin.output[:] = [renamed[value] for value in node.output]
        node.output[:] = [_GENERAL + value if value == posteriors else value for value in node.output]


def _add_switch(model: Any, looked_at: str, switch: Switch) -> str:
    """The nodes of the switch; the value that holds the probability, N x 1 x 1."""
    look, square, slope = (
        switch.look[:, :, None, None],
        switch.square[None, :, None, None],
        switch.slope[None, :, None, None],
    )
    arrays = {"look": look, "shift": switch.shift, "square": square, "slope": slope}
    for name, array in arrays.items():
        add_weights(model, f"switch.{name}", array)
    add_weights(model, "switch.least", np.array([_LEAST], np.float32))
    add_weights(model, "switch.bias", np.array([switch.bias], np.float32))
    mean = _add(model, "ReduceMean", [looked_at], "switch/mean", axes=(2, 3), keepdims=1)
    squared = _add(model, "Mul", [looked_at, looked_at], "switch/squared")
    power = _add(model, "ReduceMean", [squared], "switch/power", axes=(2, 3), keepdims=1)
    level = _add(model, "Mul", [mean, mean], "switch/level")
    spread = _add(model, "Relu", [_add(model, "Sub", [power, level], "switch/variance")], "switch/positive")
    root = _add(model, "Sqrt", [_add(model, "Add", [spread, "switch.least"], "switch/above")], "switch/spread")
    both = _add(model, "Concat", [mean, root], "switch/shown", axis=1)
    z = _add(model, "Conv", [both, "switch.look", "switch.shift"], "switch/z")
    bent = _add(model, "Conv", [_add(model, "Mul", [z, z], "switch/zz"), "switch.square"], "switch/bent")
    straight = _add(model, "Conv", [z, "switch.slope", "switch.bias"], "switch/straight")
    chance = _add(model, "Sigmoid", [_add(model, "Add", [bent, straight], "switch/odds")], "switch/chance4")
    return _add(model, "ReduceMean", [chance], "switch/chance", axes=(3,), keepdims=0)


def _add(model: Any, operation: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
    """A further node; the name of its output."""
    add_node(model, operation, tuple(inputs), output, **attributes)
    return output
