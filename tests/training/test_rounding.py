"""Matrices in whole numbers say what matrices of 32 bits say, as nearly as their grids allow."""

import numpy as np
import pytest

from penscript.packs.eight import LARGEST
from penscript.training.rounding import Grid, grid_of, rounded


@pytest.fixture
def inputs() -> np.ndarray:
    """48 inputs at 2,000 places that go together, as those of networks do."""
    random = np.random.default_rng(2)
    return (random.standard_normal((48, 8)) @ random.standard_normal((8, 2000)) + 0.3).astype(np.float32)


@pytest.fixture
def matrix() -> np.ndarray:
    return np.random.default_rng(3).standard_normal((16, 48)).astype(np.float32)


def lost(found: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.square(found - wanted).mean() / np.square(wanted).mean())


def test_errors_are_made_up_for(inputs: np.ndarray, matrix: np.ndarray) -> None:
    wanted = matrix @ inputs + 1
    steps = np.abs(matrix).max(axis=1, keepdims=True) / LARGEST
    nearest = np.rint(matrix / steps) * steps @ inputs + 1
    assert lost(rounded(matrix, inputs, wanted).of(inputs), wanted) < lost(nearest, wanted) / 20


def test_what_was_lost_before_is_made_up_for(inputs: np.ndarray, matrix: np.ndarray) -> None:
    worn = inputs * 0.9 - 0.2
    wanted = matrix @ inputs
    assert lost(rounded(matrix, worn, wanted).of(worn), wanted) < 1e-3


def test_numbers_have_seven_bits(inputs: np.ndarray, matrix: np.ndarray) -> None:
    layer = rounded(matrix, inputs, matrix @ inputs)
    assert layer.numbers.dtype == np.int8
    assert np.abs(layer.numbers.astype(int)).max() == LARGEST
    assert layer.steps.shape == layer.bias.shape == (16,)


def test_zero_is_on_every_grid() -> None:
    for low, high in ((-1.3, 4.1), (0.0, 2.0), (0.5, 2.0)):
        grid = grid_of(np.linspace(low, high, 500, dtype=np.float32))
        assert grid.round(np.zeros(1, np.float32)) == 0
        assert 0 <= grid.zero <= 255


def test_a_grid_gives_up_few_values_far_out() -> None:
    values = np.append(np.linspace(0, 1, 1_000_000), 3.0).astype(np.float32)
    assert grid_of(values).step < 3 / 255
    assert Grid(0.01, 0).round(np.array([5.0], np.float32)) == pytest.approx(2.55)
