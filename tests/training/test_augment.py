import numpy as np
import pytest

from penscript.training.augment import STEPS, augment, colour


@pytest.fixture(scope="module")
def picture():
    drawn = np.full((64, 400), 230, np.uint8)
    drawn[20:44, 30:370:7] = 40
    return drawn


@pytest.mark.parametrize("step", [step for _, step in STEPS], ids=lambda step: step.__name__)
def test_every_step_gives_a_grey_picture_with_ink(picture, step):
    for seed in range(5):
        changed = step(picture, np.random.default_rng(seed))
        assert changed.dtype == np.uint8
        assert changed.ndim == 2
        assert changed.std() > 5


def test_the_same_seed_gives_the_same_picture(picture):
    first, second = (augment(picture, np.random.default_rng(7), picture) for _ in range(2))
    assert np.array_equal(first, second)


def test_the_line_handed_in_stays_as_it_was(picture):
    before = picture.copy()
    for seed in range(20):
        augment(picture, np.random.default_rng(seed), picture)
    assert np.array_equal(picture, before)


def test_colour_gives_three_channels(picture):
    assert colour(picture, np.random.default_rng(0)).shape == (64, 400, 3)
