"""The probability of a text: equal to the sum over all its alignments, written out."""

from itertools import groupby, product

import numpy as np
import pytest

from penscript.packs.ctc import Lattice
from penscript.packs.likelihood import margin, surprise, surprises


def _lattice(steps: int, classes: int, seed: int = 0) -> Lattice:
    values = np.random.default_rng(seed).dirichlet(np.ones(classes), steps).astype(np.float32)
    return Lattice(np.arange(classes), values)


def _by_hand(lattice: Lattice, text: tuple[int, ...]) -> float:
    steps, classes = lattice.values.shape
    paths = product(range(classes), repeat=steps)
    told = (p for p in paths if tuple(c for c, _ in groupby(p) if c) == text)
    return -float(np.log(sum(np.prod([lattice.values[t, c] for t, c in enumerate(p)]) for p in told)))


@pytest.mark.parametrize("text", [(), (1,), (1, 2), (1, 1), (2, 1, 2), (1, 2, 2)])
def test_surprise_sums_over_all_alignments(text: tuple[int, ...]) -> None:
    lattice = _lattice(5, 3)
    assert surprise(lattice, np.array(text, np.intp)) == pytest.approx(_by_hand(lattice, text), abs=1e-5)


def test_several_texts_at_once_are_as_surprising_as_each_by_itself() -> None:
    lattice = _lattice(6, 4)
    texts = [np.array(text, np.intp) for text in ((), (1,), (1, 1), (3, 2, 1), (2, 2, 2))]
    assert surprises(lattice, texts) == pytest.approx([surprise(lattice, text) for text in texts], abs=1e-5)
    assert len(surprises(lattice, [])) == 0


def test_a_class_that_is_no_candidate_is_almost_impossible_but_no_more() -> None:
    lattice = _lattice(6, 4)
    one, two = surprises(lattice, [np.array([1]), np.array([1, -1])])
    assert one + 5 < two < one + 15


def test_a_sure_step_that_is_repeated_changes_nothing() -> None:
    sure = np.array([[0.0005, 0.9995]] * 2 + [[0.3, 0.7]], np.float32)
    once, twice = Lattice(np.arange(2), sure[1:]), Lattice(np.arange(2), sure)
    assert surprise(once, np.array([1])) == surprise(twice, np.array([1]))


def test_margin_is_the_nearest_rival() -> None:
    values = np.array([[0.9, 0.1, 0.0], [0.5, 0.1, 0.4]], np.float32)
    assert margin(Lattice(np.arange(3), values)) == pytest.approx(np.log(0.5 / 0.4), abs=1e-4)


def test_a_lattice_of_blanks_has_no_rival() -> None:
    assert margin(Lattice(np.array([0]), np.ones((4, 1), np.float32))) == 20.0
