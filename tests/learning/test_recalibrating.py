import numpy as np
import pytest

from penscript.calibration import PackCalibration, fit
from penscript.learning.recalibrating import AUDITED, Answer, fit_odds, recalibrated


def answers(count, rng, slope=1.0, shift=0.0, audited=0.3):
    """Lines whose true odds are `slope` times those told, plus `shift`; doubtful ones are all asked about."""
    told = rng.uniform(0.05, 0.98, count)
    true = 1 / (1 + np.exp(-(slope * np.log(told / (1 - told)) + shift)))
    right = rng.random(count) < true
    accepted = told > 0.75
    chosen = ~accepted | (rng.random(count) < audited)
    return [
        Answer(float(p), bool(ok), audited if sure else 1.0, bool(sure))
        for p, ok, sure, taken in zip(told, right, accepted, chosen, strict=True)
        if taken
    ]


@pytest.fixture(scope="module")
def general():
    rng = np.random.default_rng(0)
    values = rng.standard_normal((400, 2))
    right = (rng.random(400) < 1 / (1 + np.exp(-values[:, 0]))).astype(float)
    return PackCalibration(fit(("a", "b"), values, right)).to_dict()


def test_the_shift_of_a_hand_is_found_through_an_unequal_choice():
    slope, shift = fit_odds(answers(4000, np.random.default_rng(1), slope=0.8, shift=-0.7))
    assert slope == pytest.approx(0.8, abs=0.12)
    assert shift == pytest.approx(-0.7, abs=0.15)


def test_without_the_inverse_probabilities_the_choice_would_count():
    """Where the odds are not a line, the accepted ones must weigh as much as they are many."""
    few = [Answer(0.9, True, 0.1, True)] * 20 + [Answer(0.9, False, 1.0, False)] * 20
    slope, shift = fit_odds(few)
    odds = slope * np.log(9) + shift
    assert 1 / (1 + np.exp(-odds)) > 0.85


def test_few_answers_change_little():
    slope, shift = fit_odds([Answer(0.8, True, 1.0, True)] * 3)
    assert slope == pytest.approx(1, abs=0.25)
    assert shift == pytest.approx(0, abs=0.25)


def test_maps_are_bent_and_stay_maps(general):
    told = recalibrated(general, answers(600, np.random.default_rng(2), shift=-1.0))
    before, after = PackCalibration.from_dict(general), PackCalibration.from_dict(told)
    evidence = {"a": 1.0, "b": 0.0}
    assert after.lines.probability(evidence) < before.lines.probability(evidence) - 0.05
    assert len(after.accepted) == 101


def test_too_few_audited_lines_leave_the_general_maps(general):
    some = [one for one in answers(600, np.random.default_rng(3)) if not one.accepted]
    audited = [Answer(0.9, True, 0.3, True)] * (AUDITED - 1)
    assert recalibrated(general, some + audited) is None
    assert recalibrated(None, answers(600, np.random.default_rng(3))) is None
