"""Scores of tables, and drawn pages with tables."""

import numpy as np
import pytest

from penscript.evaluation.tables import KINDS, TableScore, draw_table, neighbours, score_drawn, score_tables

TABLE = (("a", "b", ""), ("", "c d", "e"))


def test_neighbours_skip_what_is_empty():
    assert set(neighbours(TABLE)) == {("a", "b", "right"), ("cd", "e", "right"), ("b", "cd", "below")}


def test_the_score_counts_pairs():
    assert score_tables([TABLE], [TABLE]).f1 == 1
    assert score_tables([TABLE], []) == TableScore(0, 3, 0)
    assert score_tables([], []).f1 == 1
    torn = score_tables([TABLE], [(("a", "b"),), (("c", "d", "e"),)])
    assert (torn.found, torn.truth, torn.read) == (1, 3, 3)
    assert (torn + torn).f1 == pytest.approx(1 / 3)


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_drawn_from_their_seed(kind):
    pixels, rows = draw_table(kind, 3)
    again, same = draw_table(kind, 3)
    np.testing.assert_array_equal(pixels, again)
    assert rows == same
    assert rows != draw_table(kind, 4)[1]
    assert len({len(row) for row in rows}) == 1
    assert pixels.shape[1:] == (1240, 3)


def test_a_reader_that_knows_all_scores_one():
    truth = iter([[draw_table("ruled", seed)[1]] for seed in range(3)])
    assert score_drawn("ruled", range(3), lambda pixels: next(truth)).f1 == 1
