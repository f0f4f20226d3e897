"""Pictures without text: many kinds, the same ones from the same seed."""

import numpy as np
import pytest

from penscript.evaluation.textless import HEIGHT, KINDS, WIDTH, draw, textless


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_shows_something_and_is_the_same_again(kind: str) -> None:
    one = draw(kind, 3)
    assert one.shape == (HEIGHT, WIDTH, 3)
    assert one.dtype == np.uint8
    assert one.std() > 1
    assert np.array_equal(one, draw(kind, 3))
    assert not np.array_equal(one, draw(kind, 4))


def test_the_kinds_come_in_turn() -> None:
    names = [name for name, _ in textless(len(KINDS) + 1)]
    assert names == [*KINDS, next(iter(KINDS))]
