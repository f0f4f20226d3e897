"""A fitted map says what is so, bends where it must, and travels as JSON."""

import json

import numpy as np
import pytest

from penscript.calibration import FEWEST, Calibration, PackCalibration, fit, threshold_over
from penscript.evaluation.confidence import calibration_error


def _lines(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Lines whose chance to be right is known: it falls with one measure, in a curve, and not with the other."""
    random = np.random.default_rng(seed)
    values = np.stack([random.exponential(1.0, count), random.normal(size=count)], axis=1)
    return values, (random.random(count) < np.exp(-values[:, 0])).astype(float)


def test_probabilities_are_true_on_lines_that_fitted_nothing() -> None:
    calibration = fit(("surprise", "noise"), *_lines(1, 3000))
    values, right = _lines(2, 3000)
    assert calibration_error(calibration.probabilities(values), right) < 0.03


def test_surer_evidence_is_never_less_likely_to_be_right() -> None:
    calibration = fit(("surprise", "noise"), *_lines(1, 3000))
    path = [calibration.probability({"surprise": s, "noise": 0.0}) for s in np.linspace(0, 4, 20)]
    assert path == sorted(path, reverse=True)
    assert path[0] > 0.9
    assert path[-1] < 0.1


def test_it_travels_as_json() -> None:
    calibration = fit(("surprise", "noise"), *_lines(1, 200), kinds="drawn")
    told = json.loads(json.dumps(calibration.to_dict()))
    assert Calibration.from_dict(told) == calibration
    assert told["lines"] == 200


def test_a_measure_that_is_missing_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(KeyError):
        fit(("surprise", "noise"), *_lines(1, 200)).probability({"surprise": 0.0})


def test_lines_that_are_all_right_teach_nothing() -> None:
    values, right = _lines(1, 50)
    with pytest.raises(ValueError, match="right and wrong"):
        fit(("surprise", "noise"), values, np.ones_like(right))


def test_a_threshold_must_hold_for_every_pack_by_itself() -> None:
    lines = fit(("surprise", "noise"), *_lines(1, 200))
    easy = PackCalibration(lines, accepted=tuple((1000, 900 + place // 2) for place in range(101)))
    hard = PackCalibration(lines, accepted=tuple((100, 50 + place // 2) for place in range(101)))
    assert threshold_over([easy], 0.9) == 0.0
    assert threshold_over([easy, hard], 0.9) == 80.0
    few = PackCalibration(lines, accepted=((FEWEST - 1, FEWEST - 1),) * 101)
    assert threshold_over([easy, few], 0.9) is None


def test_a_threshold_that_one_pack_reaches_and_leaves_again_is_none() -> None:
    dips = PackCalibration(fit(("surprise", "noise"), *_lines(1, 200)), accepted=((100, 100),) * 51 + ((100, 50),) * 50)
    late = PackCalibration(dips.lines, accepted=((100, 50),) * 80 + ((100, 95),) * 21)
    assert threshold_over([dips, late], 0.9) is None


@pytest.mark.parametrize("trees", [{"places": [[0, 9]], "cuts": [[0, 0]], "leaves": [[0, 0, 0, 0]]}, {"places": [[0]]}])
def test_trees_that_do_not_fit_the_map_are_refused(trees: dict[str, object]) -> None:
    told = fit(("surprise", "noise"), *_lines(1, 200)).to_dict()
    with pytest.raises((KeyError, ValueError)):
        Calibration.from_dict(told | {"trees": trees})
