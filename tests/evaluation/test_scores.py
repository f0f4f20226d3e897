import importlib.util
import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from penscript.evaluation import scores
from penscript.evaluation.confidence import calibration_error
from penscript.evaluation.sets import find_sets

LETTERS = "abcéÉüß’‘“„–—−…\u00a0\u202f（），：.,:-'\" \t\n中あa\u0301e\u030012"


@pytest.fixture(scope="module")
def definition(shared: Path) -> ModuleType:
    """eval/score.py, which defines the scores."""
    spec = importlib.util.spec_from_file_location("score", shared / "eval" / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def random_pairs(seed: int) -> list[tuple[str, str]]:
    rng = random.Random(seed)

    def text() -> str:
        return "".join(rng.choices(LETTERS, k=rng.randrange(30)))

    pairs = [(text(), text()) for _ in range(rng.randrange(1, 20))]
    return pairs + [(truth, truth) for truth, _ in pairs[::3]]


SCORES: list[tuple[str, Callable[..., float]]] = [
    ("cer", scores.cer),
    ("wer", scores.wer),
    ("exact", scores.exact),
    ("bag_f1", scores.bag_f1),
]


@pytest.mark.parametrize(("name", "ours"), SCORES)
def test_scores_equal_the_definition_on_random_text(
    definition: ModuleType, name: str, ours: Callable[..., float]
) -> None:
    for seed in range(60):
        pairs = random_pairs(seed)
        assert ours(pairs) == pytest.approx(getattr(definition, name)(pairs), abs=1e-12)


def test_fold_and_lower_f1_equal_the_definition(definition: ModuleType) -> None:
    for seed in range(60):
        pairs = random_pairs(seed)
        assert scores.bag_f1(pairs, lower=True) == pytest.approx(definition.bag_f1(pairs, lower=True), abs=1e-12)
        assert [scores.fold(one) for one, _ in pairs] == [definition.fold(one) for one, _ in pairs]


def test_calibration_error_equals_the_definition(definition: ModuleType) -> None:
    rng = random.Random(5)
    for count in (0, 1, 7, 500):
        rows = [(rng.choice([0.0, 1.0, 0.1, 0.3, 0.7, rng.random()]), rng.random() < 0.4) for _ in range(count)]
        ours = calibration_error([c for c, _ in rows], [k for _, k in rows])
        assert ours == pytest.approx(definition.calibration(rows), abs=1e-12)


def test_scores_equal_the_definition_on_real_truth(definition: ModuleType, shared: Path) -> None:
    samples = find_sets(shared, names=["copiste_dun_jour_fr"], limit=200)[0].samples
    pairs = [(one.truth, other.truth) for one, other in pairwise(samples)]
    for name, ours in SCORES:
        assert ours(pairs) == pytest.approx(getattr(definition, name)(pairs), abs=1e-12)


def test_known_values() -> None:
    assert scores.cer([("abcd", "abxd"), ("ef", "ef")]) == pytest.approx(1 / 6)
    assert scores.wer([("one two", "one too")]) == 0.5
    assert scores.exact([("« a »", "«  a »"), ("a", "b")]) == 0.5
    assert scores.bag_f1([("Total 12 EUR", "EUR Total 13")]) == pytest.approx(2 / 3)


def test_empty_truth_and_empty_reading() -> None:
    assert scores.cer([]) == 0
    assert scores.cer([("", "ab")]) == 2
    assert scores.exact([("", "")]) == 1
    assert scores.bag_f1([("", "")]) == 0


def test_ignoring_case_is_asked_for() -> None:
    assert scores.tally("TOTAL", "Total").edits == 4
    assert scores.tally("TOTAL", "Total", ignore_case=True).right == 1
