"""Matrices of 32 bits -> integers, so that what a layer says changes least on given inputs.

What goes in has been rounded too, and so has everything before it. So the matrix is first fitted anew, by least squares
from the rounded inputs to what the layer of 32 bits says; then it is rounded input by input, each time the inputs that
are left make up for the error (GPTQ, Frantar et al. 2022).
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from penscript.packs.eight import LARGEST

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
STEPS = 255
"""Of an input, from the lowest value to the highest."""
_ENDS = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
_CLIPS = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
_PRIOR, _DAMP = 0.01, 0.01


@dataclass(frozen=True, slots=True)
class Grid:
    """The values that an input may have: (number - zero) * step, numbers from 0 to 255."""

    step: float
    zero: int

    def round(self, values: Floats) -> Floats:
        """The nearest values of the grid."""
        numbers = np.clip(np.rint(values / np.float32(self.step)) + self.zero, 0, STEPS)
        return np.asarray((numbers - self.zero) * np.float32(self.step), np.float32)


@dataclass(frozen=True, slots=True)
class Rounded:
    """outputs x inputs whole numbers, one step an output, and what is added to each output."""

    numbers: NDArray[np.int8]
    steps: Floats
    bias: Floats

    def of(self, inputs: Floats) -> Floats:
        """outputs x places, of inputs x places."""
        return np.asarray((self.numbers * self.steps[:, None]) @ inputs + self.bias[:, None], np.float32)


def grid_of(values: Floats) -> Grid:
    """The grid that loses least of these values, by mean square: its ends may lie within theirs. Zero is on it."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    ends = product(_ENDS if low < 0 else (1.0,), _ENDS)
    return min((_grid(low * a, high * b) for a, b in ends), key=lambda grid: _lost(grid, values))


def _grid(low: float, high: float) -> Grid:
    step = max((high - low) / STEPS, 1e-8)
    return Grid(step, int(np.clip(round(-low / step), 0, STEPS)))


def _lost(grid: Grid, values: Floats) -> float:
    return float(np.square(grid.round(values) - values).mean())


def rounded(matrix: Floats, inputs: Floats, wanted: Floats) -> Rounded:
    """The integers for a matrix, outputs x inputs.

    inputs: inputs x places, as the rounded network has them. wanted: outputs x places, what the layer is to say there.
    """
    mean, aim = inputs.mean(axis=1, dtype=np.float64), wanted.mean(axis=1, dtype=np.float64)
    centred = inputs - mean[:, None].astype(np.float32)
    alike = (centred @ centred.T).astype(np.float64) / inputs.shape[1]
    between = ((wanted - aim[:, None].astype(np.float32)) @ centred.T).astype(np.float64) / inputs.shape[1]
    fitted = _fitted(matrix.astype(np.float64), alike, between)
    steps = _steps(fitted, alike.diagonal())
    numbers = _compensated(fitted, alike, steps)
    bias = aim - (numbers * steps[:, None]) @ mean
    return Rounded(numbers.astype(np.int8), steps.astype(np.float32), bias.astype(np.float32))


def _fitted(matrix: Doubles, alike: Doubles, between: Doubles) -> Doubles:
    """Least squares, held near the matrix where the inputs say little."""
    held = alike + _PRIOR * alike.diagonal().mean() * np.eye(len(alike))
    return np.asarray(matrix + np.linalg.solve(held, (between - matrix @ alike).T).T, np.float64)


def _steps(matrix: Doubles, power: Doubles) -> Doubles:
    """The step of each output, of some, by what rounding alone would lose."""
    whole = np.maximum(np.abs(matrix).max(axis=1), 1e-8) / LARGEST
    tried = np.stack([whole * clip for clip in _CLIPS])
    numbers = np.clip(np.rint(matrix / tried[:, :, None]), -LARGEST, LARGEST)
    lost = (np.square(numbers * tried[:, :, None] - matrix) * power).sum(axis=2)
    return np.asarray(tried[lost.argmin(axis=0), np.arange(len(matrix))], np.float64)


def _compensated(matrix: Doubles, alike: Doubles, steps: Doubles) -> Doubles:
    """Whole numbers, input by input, the strongest first; the later inputs take on the error of the earlier ones."""
    order = np.argsort(-alike.diagonal(), kind="stable")
    damped = alike + _DAMP * alike.diagonal().mean() * np.eye(len(alike))
    upper = np.linalg.cholesky(np.linalg.inv(damped[np.ix_(order, order)])).T
    left, numbers = matrix[:, order].copy(), np.zeros_like(matrix)
    for place in range(len(order)):
        numbers[:, place] = np.clip(np.rint(left[:, place] / steps), -LARGEST, LARGEST)
        error = (left[:, place] - numbers[:, place] * steps) / upper[place, place]
        left[:, place + 1 :] -= np.outer(error, upper[place, place + 1 :])
    return np.asarray(numbers[:, np.argsort(order)], np.float64)
