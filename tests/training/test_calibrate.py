"""Maps are fitted per pack from what was read, and judged on documents that they never saw."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from penscript.calibration import PackCalibration, threshold_over
from penscript.reading.evidence import HOPES, hopes
from penscript.training import boosting
from penscript.training.calibrate import TEXTLESS, fit_packs, folded, is_mislabelled
from penscript.training.witness import Attempt, Witness


@pytest.fixture(autouse=True)
def _few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every map is fitted several times: a small forest will do."""
    monkeypatch.setattr(boosting, "TREES", 20)


HOPED = dict.fromkeys(HOPES, 0.0) | {"pitch": 0.0}
WORD = {"surprise": 0.1, "line": 0.0}


def _witnesses(count: int = 600, seed: int = 0) -> list[Witness]:
    """Lines whose chance falls with their surprise, half of them read twice; some that are no writing."""
    random = np.random.default_rng(seed)
    found = []
    for number in range(count):
        surprise = float(random.exponential(1.0))
        right = bool(random.random() < np.exp(-surprise))
        words = ((WORD | {"surprise": surprise}, right), (WORD, True))
        seen = HOPED | {"surprise": surprise, "cut": 0.0}
        first = Attempt("fake@1", "Milk" if right else "Mjlk", seen, right, words)
        mended = right or bool(random.random() < 0.3)
        voted = Attempt("fake@1", "Milk" if mended else "Mjlk", {"surprise": surprise, "vote": 1.0}, mended, words)
        found.append(Witness("lines", f"d{number % 40}", first, voted if number % 2 else None, "Milk"))
    nothing = Attempt("fake@1", "|", HOPED | {"surprise": 3.0, "cut": 5.0}, False)
    return [*found, *(Witness(TEXTLESS, "sketch", nothing) for _ in range(60))]


@cache
def _fitted() -> PackCalibration:
    (told,) = fit_packs(_witnesses(1500)).values()
    return told


def test_every_pack_gets_its_maps_and_they_travel_as_json() -> None:
    told = _fitted()
    assert told.voted is not None
    assert told.words is not None
    assert told.text is not None
    assert PackCalibration.from_dict(json.loads(json.dumps(told.to_dict()))) == told
    assert told.lines.probability(HOPED | {"surprise": 0.1, "cut": 0.0}) > 0.75
    assert told.text.probability(HOPED | {"surprise": 3.0, "cut": 5.0}) < 0.5
    assert told.text.probability(HOPED | {"surprise": 1.0, "cut": 0.0}) > 0.5


def test_what_a_second_pass_mends_is_learnt_from_doubtful_lines() -> None:
    told = _fitted()
    assert told.mended is not None
    likely, hardly = (told.mended.probability(hopes(HOPED, chance)) for chance in (0.2, 0.7))
    assert likely == pytest.approx(0.3 * 0.8, abs=0.1)
    assert hardly < likely


def test_a_line_of_a_page_that_would_hardly_be_mended_keeps_its_first_reading() -> None:
    seen = _witnesses(1500)
    long = HOPED | {"characters": 4.0}
    pages = [replace(one, set=f"pages/{one.set}", first=replace(one.first, evidence=one.first.evidence | long))
             for one in seen if one.set != TEXTLESS]  # fmt: skip
    alone, on_pages = (sum(one.again for one in folded(some)) for some in (seen, pages))
    assert on_pages < alone / 4


def test_lines_are_judged_by_maps_that_never_saw_their_document() -> None:
    seen = _witnesses(1500)
    told = [(verdict.probability, verdict.right) for one, verdict in zip(seen, folded(seen), strict=True)
            if one.set != TEXTLESS and not verdict.again]  # fmt: skip
    sure = [right for probability, right in told if probability > 0.7]
    assert np.mean(sure) > 0.7


def test_a_threshold_is_told_only_where_the_lines_can_show_it() -> None:
    told = _fitted()
    low, high = threshold_over([told], 0.7), threshold_over([told], 0.85)
    assert low is not None
    assert high is not None
    assert low <= high
    assert threshold_over([PackCalibration(told.lines, accepted=((5, 5),) * 101)], 0.5) is None


def test_doubtful_lines_are_judged_by_the_reading_that_won() -> None:
    seen = _witnesses(1500)
    again = [(one, verdict) for one, verdict in zip(seen, folded(seen), strict=True) if verdict.again]
    assert all(one.voted is verdict.kept for one, verdict in again)
    assert sum(verdict.right for _, verdict in again) > sum(one.first.right for one, _ in again)
    assert abs(np.mean([verdict.probability - verdict.right for _, verdict in again])) < 0.1


def test_a_picture_with_the_label_of_another_is_found() -> None:
    read = Attempt("fake@1", "Görlitz", {}, False)
    assert is_mislabelled(Witness("words", "w1", read, truth="Marienfließ"), {"Görlitz", "Marienfließ"})
    assert not is_mislabelled(Witness("words", "w1", read, truth="Görlitzer"), {"Görlitz", "Görlitzer"})
    assert not is_mislabelled(Witness("words", "w1", read, truth="Marienfließ"), {"Marienfließ"})
