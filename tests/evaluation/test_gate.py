import pytest

from penscript.errors import UsageError
from penscript.evaluation.gate import gate
from penscript.evaluation.report import Outcome, Report, SetReport
from penscript.evaluation.scores import Tally
from penscript.evaluation.sets import Kind


def report(edits: list[int], name: str = "hand") -> Report:
    outcomes = [Outcome(f"{i}.png", f"d{i % 20}", Tally(items=1, edits=n, characters=100)) for i, n in enumerate(edits)]
    return Report((SetReport(name, Kind.LINE, tuple(outcomes)),))


def test_the_same_pack_passes() -> None:
    verdict = gate(report([5, 3] * 50), report([5, 3] * 50))
    assert verdict.passed
    assert verdict.to_text().endswith("passed")


def test_worse_on_every_document_is_refused_however_little() -> None:
    verdict = gate(report([6] * 100), report([5] * 100))
    assert not verdict.passed
    assert "worse beyond its interval" in verdict.to_text()


def test_worse_within_its_interval_passes_on_a_small_set() -> None:
    assert gate(report([9, 1] * 50), report([1, 8] * 50)).passed


def test_a_large_set_allows_only_the_margin() -> None:
    old = [10, 10] * 600
    assert gate(report([20, 0] * 595 + [20, 2] * 5), report(old)).passed
    assert "large set" in gate(report([21, 1, 22, 0, 20, 0, 19, 0] * 150), report(old)).to_text()


def test_better_passes() -> None:
    assert gate(report([1] * 1200), report([2] * 1200)).passed


def test_only_the_same_samples_can_be_compared() -> None:
    with pytest.raises(UsageError, match="different sets"):
        gate(report([1]), report([1], "other"))
    with pytest.raises(UsageError, match="different samples"):
        gate(report([1, 2]), report([1]))
