"""A map is as sure of writers that it never saw as it should be."""

import numpy as np

from penscript.calibration import Calibration, fit, platt, sigmoid
from penscript.training.tempering import FOLDS, MOST, fold_of, tempered, weights

NAMES = ("surprise", *(f"habit {place}" for place in range(12)))


def _lines(seed: int, writers: int, lines: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Lines of writers each of whom has habits that say nothing of others, and a way of being right."""
    random = np.random.default_rng(seed)
    luck, habits = random.normal(0.0, 1.5, writers), random.normal(size=(writers, 12))
    whose = np.repeat(np.arange(writers), lines)
    surprise = random.normal(size=len(whose))
    values = np.concatenate([surprise[:, None], habits[whose] + 0.1 * random.normal(size=(len(whose), 12))], axis=1)
    right = random.random(len(whose)) < sigmoid(luck[whose] - 1.5 * surprise)
    return values, right.astype(float), [f"{seed} {writer}" for writer in whose]


def _grow(values: np.ndarray, right: np.ndarray) -> Calibration:
    return fit(NAMES, values, right, ridge=0.1)


def test_a_map_that_learnt_its_writers_by_heart_becomes_less_sure() -> None:
    values, right, documents = _lines(1, 25, 60)
    others, are_right, _ = _lines(2, 200, 20)
    plain, told = _grow(values, right), tempered(_grow, values, right, documents)
    chances = [one.probabilities(others) for one in (plain, told)]
    loss = [-np.mean(np.log(np.where(are_right, chance, 1 - chance))) for chance in chances]
    assert loss[1] < loss[0]
    assert np.abs(told.odds(others)).mean() < np.abs(plain.odds(others)).mean()


def test_nobody_counts_for_more_than_a_few_lines() -> None:
    counts = weights(["a"] * 4 * MOST + ["b"] * 3)
    assert counts[:-3].sum() == MOST
    assert set(counts[-3:]) == {1.0}


def test_one_document_alone_leaves_the_map_as_it_is() -> None:
    values, right, _ = _lines(1, 25, 60)
    assert tempered(_grow, values, right, ["one"] * len(right)) == _grow(values, right)


def test_a_document_is_in_one_fold_whatever_set_it_stands_in() -> None:
    documents = [f"d{number % 7}" for number in range(70)]
    found = fold_of(documents)
    assert len({(name, fold) for name, fold in zip(documents, found, strict=True)}) == 7
    assert set(found) == set(range(FOLDS))


def test_true_odds_stay_and_those_that_are_too_sure_shrink() -> None:
    random = np.random.default_rng(0)
    odds = random.normal(0.0, 2.0, 4000)
    right = (random.random(4000) < sigmoid(odds)).astype(float)
    for factor in (1.0, 2.0):
        slope, shift = platt(factor * odds, right, np.ones(4000))
        assert abs(slope * factor - 1) < 0.1
        assert abs(shift) < 0.1
    assert platt(-odds, right, np.ones(4000))[0] == 0.2
