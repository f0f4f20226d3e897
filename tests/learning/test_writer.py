import numpy as np
import pytest

from penscript.learning.trial import folds_of
from penscript.learning.writer import Hands


@pytest.fixture(scope="module")
def hands():
    return Hands.shipped()


def lines(hands, centre, count, seed):
    """What would be shown of lines whose values scatter by 1 around `centre`."""
    values = centre + np.random.default_rng(seed).standard_normal((count, len(centre)))
    back = np.linalg.pinv(hands.look)
    return [(back @ (one - hands.shift)).astype(np.float32) for one in values]


def test_a_hand_is_told_from_others(hands):
    centres = np.random.default_rng(0).standard_normal((6, len(hands.between))) * np.sqrt(1 + hands.between)
    own = lines(hands, centres[0], 16, 1)
    switch = hands.switch(own, hands.threshold(own, folds_of(16)))
    assert np.mean([switch.chance(one) > 0.5 for one in lines(hands, centres[0], 50, 2)]) > 0.9
    others = [switch.chance(one) for number in range(1, 6) for one in lines(hands, centres[number], 20, number)]
    assert np.mean(others) < 0.1


def test_a_hand_that_scatters_widely_lets_its_own_lines_through(hands):
    """Two pens: half of the lines lie elsewhere."""
    centres = np.random.default_rng(3).standard_normal((2, len(hands.between)))
    own = [one for pair in zip(*(lines(hands, centre, 10, 5) for centre in centres), strict=True) for one in pair]
    switch = hands.switch(own, hands.threshold(own, folds_of(20)))
    assert np.mean([switch.chance(one) > 0.5 for one in own]) > 0.8


def test_of_the_lines_that_come_with_it_few_are_taken(hands):
    own = lines(hands, np.sqrt(hands.between) * 1.5, 24, 7)
    switch = hands.switch(own, hands.threshold(own, folds_of(24)))
    taken = [switch.odds_of(one) > 0 for one in hands.others]
    assert np.mean(taken) < 0.2
