"""Trees learn what depends on two measures at once, travel as JSON, and say the same alone and in company."""

import json

import numpy as np
import pytest

from penscript.calibration import Calibration, fit
from penscript.evaluation.confidence import auroc, calibration_error
from penscript.training.boosting import boosted


def _lines(seed: int, count: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    """Lines that are mostly right where two measures agree in sign, which no sum of one-measure terms can say."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(count, 4))
    return values, (random.random(count) < np.where(values[:, 0] * values[:, 1] > 0, 0.9, 0.3)).astype(float)


@pytest.fixture(scope="module")
def maps() -> tuple[Calibration, Calibration]:
    values, right = _lines(1)
    plain = fit("abcd", values, right)
    return plain, boosted(plain, values, right)


def test_what_depends_on_two_measures_is_learnt(maps: tuple[Calibration, Calibration]) -> None:
    values, right = _lines(2)
    plain, grown = (one.probabilities(values) for one in maps)
    assert auroc(plain, right) < 0.6
    assert auroc(grown, right) > 0.75
    assert calibration_error(grown, right) < 0.1


def test_trees_travel_as_json_and_bend_with_their_map(maps: tuple[Calibration, Calibration]) -> None:
    values, _ = _lines(3, 50)
    again = Calibration.from_dict(json.loads(json.dumps(maps[1].to_dict())))
    assert again == maps[1]
    assert np.allclose(again.bent(0.5, 0.25).odds(values), 0.5 * maps[1].odds(values) + 0.25)
    assert "trees" not in maps[0].to_dict()


def test_a_line_is_told_the_same_alone(maps: tuple[Calibration, Calibration]) -> None:
    values, _ = _lines(4, 20)
    alone = [maps[1].probability(dict(zip("abcd", row, strict=True))) for row in values]
    assert np.allclose(alone, maps[1].probabilities(values), atol=1e-9)


def test_the_same_lines_grow_the_same_trees(maps: tuple[Calibration, Calibration]) -> None:
    values, right = _lines(1)
    assert boosted(maps[0], values, right) == maps[1]
    assert boosted(maps[0], values, right, seed=1) != maps[1]
