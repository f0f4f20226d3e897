import pytest

from penscript.evaluation.matching import match, overlap


def box(x: float, y: float, width: float = 100, height: float = 20) -> list[list[float]]:
    return [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]


def test_overlap_is_intersection_over_union() -> None:
    assert overlap(box(0, 0), box(0, 0)) == 1
    assert overlap(box(0, 0), box(50, 0)) == pytest.approx(1 / 3, abs=0.02)
    assert overlap(box(0, 0), box(0, 25)) == 0
    assert overlap(box(0, 0, 4000, 300), box(0, 0, 2000, 300)) == pytest.approx(0.5, abs=0.02)


def test_slanted_neighbours_do_not_overlap_though_their_boxes_do() -> None:
    slope = [[0, 0], [1000, 300], [1000, 340], [0, 40]]
    below = [[x, y + 60] for x, y in slope]
    assert overlap(slope, below) < 0.02


def test_the_best_overlap_wins_and_the_rest_is_counted() -> None:
    found = match([box(0, 0), box(0, 40), box(0, 80)], [box(2, 41), box(0, 3), box(0, 6), box(500, 500)])
    assert found.pairs == ((0, 1), (1, 0))
    assert found.missed == (2,)
    assert found.extra == (2, 3)


def test_too_little_overlap_is_no_match() -> None:
    found = match([box(0, 0)], [box(70, 0)])
    assert (found.pairs, found.missed, found.extra) == ((), (0,), (0,))


def test_nothing_on_either_side() -> None:
    assert match([], [box(0, 0)]).extra == (0,)
    assert match([box(0, 0)], []).missed == (0,)
