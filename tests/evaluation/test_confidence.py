import math
import random

import pytest

from penscript.evaluation.confidence import (
    at_threshold,
    auroc,
    brier,
    calibration_error,
    coverage_curve,
    reliability,
    threshold_for,
)

CONFIDENCE = [0.9, 0.8, 0.8, 0.3, 0.1]
RIGHT = [1, 1, 0, 1, 0]


def test_auroc_counts_pairs_and_halves_ties() -> None:
    assert auroc(CONFIDENCE, RIGHT) == pytest.approx((2 + 1.5 + 1) / 6)
    assert auroc([0.1, 0.9], [0, 1]) == 1
    assert auroc([0.5, 0.5], [0, 1]) == 0.5
    assert math.isnan(auroc([0.5], [1]))


def test_auroc_equals_counting_on_random_rows() -> None:
    rng = random.Random(1)
    c = [round(rng.random(), 1) for _ in range(80)]
    r = [rng.random() < 0.5 for _ in c]
    pairs = [(a, b) for a, good in zip(c, r, strict=True) if good for b, bad in zip(c, r, strict=True) if not bad]
    assert auroc(c, r) == pytest.approx(sum((a > b) + (a == b) / 2 for a, b in pairs) / len(pairs))


def test_brier() -> None:
    assert brier([1.0, 0.5], [1, 0]) == 0.125
    assert math.isnan(brier([], []))


def test_reliability_holds_every_row_once() -> None:
    table = reliability([0.0, 0.05, 0.1, 0.95, 1.0], [0, 1, 0, 1, 1])
    assert [(one.low, one.count, one.right) for one in table] == [(0.0, 2, 0.5), (0.1, 1, 0.0), (0.9, 2, 1.0)]
    assert calibration_error([0.75] * 4, [1, 1, 1, 0]) == pytest.approx(0)


def test_coverage_curve_from_the_most_certain_down() -> None:
    curve = coverage_curve(CONFIDENCE, RIGHT, missed=5)
    assert [point.threshold for point in curve] == [0.9, 0.8, 0.3, 0.1]
    assert curve[1].coverage == 0.3
    assert curve[1].precision == pytest.approx(2 / 3)
    assert curve[-1].recall == 1


def test_one_threshold_equals_the_curve() -> None:
    for point in coverage_curve(CONFIDENCE, RIGHT):
        assert at_threshold(CONFIDENCE, RIGHT, point.threshold) == point
    assert math.isnan(at_threshold(CONFIDENCE, RIGHT, 0.95).precision)


def test_threshold_for_a_precision() -> None:
    curve = coverage_curve(CONFIDENCE, RIGHT)
    assert threshold_for(curve, 0.75) == 0.3
    assert threshold_for(curve, 0.9) == 0.9
    assert threshold_for(coverage_curve([0.9], [0]), 0.5) is None


def test_rows_of_different_length_are_a_bug() -> None:
    with pytest.raises(ValueError, match="one length"):
        brier([0.5], [1, 0])
