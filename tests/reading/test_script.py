"""The script of a page is decided from what a few crops look like to the pack that knows them all."""

import math
from dataclasses import replace

from penscript.document import Character, Reading
from penscript.reading.script import disagreement, is_east_asian, surprise


def _reading(text: str, probability: float = 0.9) -> Reading:
    return Reading(text, probability, tuple(Character(one, 0, 1, probability) for one in text))


def test_chinese_and_japanese_pages_are_told_from_latin_ones() -> None:
    assert is_east_asian([_reading("发票号码 2026"), _reading("ご請求書"), _reading("Tel")])
    assert not is_east_asian([_reading("Facture n° 12"), _reading("à Paris"), _reading("Grüße")])


def test_a_few_unsure_han_characters_in_a_scrawl_do_not_decide() -> None:
    assert not is_east_asian([_reading("la lettre"), _reading("乙一", 0.3)])


def test_nothing_to_read_is_not_east_asian() -> None:
    assert not is_east_asian([])
    assert not is_east_asian([_reading("12,50")])


def test_surprise_is_by_character_and_infinite_without_any() -> None:
    sure, unsure = (replace(_reading("abcd"), path=value) for value in (0.4, 4.0))
    assert surprise([sure, unsure]) == 4.4 / 8
    assert surprise([]) == surprise([_reading("")]) == math.inf


def test_disagreement_is_edits_over_the_longer_reading() -> None:
    assert disagreement([_reading("note"), _reading("")], [_reading("nota"), _reading("ab")]) == 3 / 6
    assert disagreement([_reading("same")], [_reading("same")]) == disagreement([], []) == 0
