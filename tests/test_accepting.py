"""Thresholds from the calibration data of packs: one for all, or one a pack."""

import numpy as np
import pytest

import penscript as ocr
from penscript.accepting import common_threshold, thresholds
from penscript.calibration import PackCalibration, fit
from penscript.errors import UsageError


def _pack(least: float) -> PackCalibration:
    """A pack whose lines are right nine times in ten from this percentage on, and ever oftener."""
    values = np.arange(100.0)[:, None]
    counts = tuple((100, min(100, round(90 + (percent - least) / 4))) for percent in range(101))
    return PackCalibration(fit(("x",), values, (values[:, 0] % 2)), accepted=counts)


def test_a_pack_that_reads_easily_need_not_wait_for_another() -> None:
    packs = {"print@1": _pack(60), "hands@1": _pack(84)}
    assert thresholds(packs, 0.9) == {"print@1": pytest.approx(60, abs=2), "hands@1": pytest.approx(84, abs=2)}
    assert common_threshold(packs, 0.9) == thresholds(packs, 0.9)["hands@1"]


@pytest.mark.parametrize("precision", [0, 1, 90])
def test_a_precision_that_is_no_share_is_refused(precision: float) -> None:
    with pytest.raises(UsageError, match="precision"):
        thresholds({"print@1": _pack(60)}, precision)


def test_a_pack_without_data_or_with_too_few_gives_a_clear_no() -> None:
    for packs in ({}, {"own@1": None}, {"print@1": _pack(60), "own@1": None}):
        with pytest.raises(UsageError, match="no calibration data"):
            thresholds(packs, 0.9)
    with pytest.raises(UsageError, match="hands@1 cannot show"):
        thresholds({"print@1": _pack(60), "hands@1": _pack(400)}, 0.9)


def test_the_policy_for_a_precision_has_a_threshold_for_every_pack() -> None:
    engine = ocr.OcrEngine(policy=ocr.AcceptPolicy(audit=0.1))
    policy = engine.policy_for(0.8)
    assert policy.audit == 0.1
    assert {name.partition("@")[0] for name, _ in policy.packs} == {"latin", "base"}
    assert policy.threshold == max(threshold for _, threshold in policy.packs) == engine.threshold_for(0.8)
