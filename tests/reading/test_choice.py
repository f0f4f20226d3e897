"""Which pack reads a page, and which way up it stands, from one trial of a few crops."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from penscript.document import Character, Reading
from penscript.reading.choice import FIRST, LETTERS, REACH, SAMPLES, WHOLE, beginning, choose, sampled

LEAD = -0.03
Crops = Sequence[np.ndarray]


class Pack:
    """Reads `text` of crops that are brighter above, with `sure` a character, and counts the crops; less sure of the
    others.
    """

    def __init__(self, text: str, sure: float, turned: float = 0.3) -> None:
        self.text, self.sure, self.turned, self.count = text, sure, turned, 0

    def __call__(self, crops: Crops) -> list[Reading]:
        self.count += len(crops)
        return [self._reading(self.sure if crop[0].mean() > crop[-1].mean() else self.turned) for crop in crops]

    def _reading(self, sure: float) -> Reading:
        characters = tuple(Character(one, 0, 1, sure) for one in self.text)
        return Reading(self.text, sure, characters, path=-len(self.text) * float(np.log(sure)))


def _crop(width: int, height: int = 20) -> np.ndarray:
    half = height // 2
    return np.vstack([np.full((half, width, 3), 250, np.uint8), np.full((height - half, width, 3), 5, np.uint8)])


def _page(width: int = 120, turned: bool = False) -> list[np.ndarray]:
    return [_crop(width)[::-1] if turned else _crop(width) for _ in range(12)]


def test_samples_are_few_of_usual_length_and_from_all_over_the_page() -> None:
    crops = [_crop(40 if index % 2 else 140) for index in range(60)]
    chosen = sampled(crops)
    assert len(chosen) == SAMPLES
    assert chosen[0] == 0
    assert chosen[-1] >= 56
    assert all(crops[place].shape[1] == 140 for place in chosen)


def test_a_page_with_one_crop_gives_one_sample_and_an_empty_one_none() -> None:
    assert sampled([_crop(10)]) == [0]
    assert sampled([]) == []
    assert choose([], Pack("", 1.0), Pack("", 1.0), LEAD).known == {}


def test_long_crops_are_cut_and_short_ones_whole() -> None:
    short, long = _crop(int(WHOLE * 20)), _crop(1000)
    assert beginning(short) is short
    assert beginning(long).shape[1] == REACH * 20


@pytest.mark.parametrize("turned", [False, True])
def test_print_goes_to_the_base_weights_which_way_up_it_stands(turned: bool) -> None:
    latin, base = Pack("total", 0.9), Pack("total", 0.93)
    choice = choose(_page(turned=turned), latin, base, LEAD)
    assert (choice.is_base, choice.is_turned) == (True, turned)
    assert [one.score for one in choice.known.values()] == [0.93] * SAMPLES
    assert (latin.count, base.count) == ((2 if turned else 1) * SAMPLES, SAMPLES + turned * FIRST)


def test_print_that_the_base_weights_read_surely_asks_nobody_else() -> None:
    latin, base = Pack("total", 0.9), Pack("total", 0.99)
    choice = choose(_page(), latin, base, LEAD)
    assert (choice.is_base, choice.is_turned, len(choice.known)) == (True, False, SAMPLES)
    assert (latin.count, base.count) == (0, SAMPLES)


@pytest.mark.parametrize(("text", "sure"), [("total", 0.93), ("9" * LETTERS, 0.99), ("", 0.99)])
def test_the_latin_pack_is_asked_where_print_is_not_sure_or_has_no_letters(text: str, sure: float) -> None:
    latin = Pack(text, 0.9)
    choose(_page(), latin, Pack(text, sure), LEAD)
    assert latin.count >= SAMPLES


def test_a_hand_costs_the_base_weights_one_look_though_it_is_in_doubt() -> None:
    latin, base = Pack("lettre", 0.85), Pack("lotne", 0.8)
    choice = choose(_page(), latin, base, LEAD)
    assert (choice.is_base, choice.is_turned) == (False, False)
    assert (latin.count, base.count) == (SAMPLES + FIRST, FIRST)  # the first look is the only one


def test_a_hand_that_the_base_weights_read_nearly_as_well_costs_them_all_samples() -> None:
    latin, base = Pack("lettre", 0.95), Pack("lettre", 0.9)
    assert not choose(_page(), latin, base, LEAD).is_base
    assert base.count == SAMPLES


@pytest.mark.parametrize("turned", [False, True])
def test_another_script_is_read_by_the_base_weights_whichever_way_up(turned: bool) -> None:
    choice = choose(_page(turned=turned), Pack("wnx", 0.5, turned=0.55), Pack("发票号码", 0.95), LEAD)
    assert (choice.is_base, choice.is_turned) == (True, turned)


def test_only_crops_that_were_read_to_their_ends_are_known() -> None:
    assert choose(_page(1000), Pack("lettre", 0.85), Pack("lotne", 0.8), LEAD).known == {}
    base = Pack("total", 0.99)
    assert len(choose(_page(1000), Pack("total", 0.95), base, LEAD).known) == SAMPLES
    assert base.count == FIRST + SAMPLES


class Uneven(Pack):
    """As the base weights read a receipt: sure of print, but not of the number that somebody wrote upon it."""

    def __init__(self, bad: int) -> None:
        super().__init__("TOTAL 12.50", 0.97)
        self.bad = bad

    def __call__(self, crops: Crops) -> list[Reading]:
        lost = replace(self._reading(0.3), text="A03018")
        known = self.count
        return [lost if index < self.bad else one for index, one in enumerate(super().__call__(crops), known)]


@pytest.mark.parametrize(("bad", "is_base"), [(0, True), (1, True), (2, False)])
def test_one_written_sample_does_not_make_a_printed_page_a_hand(bad: int, is_base: bool) -> None:
    assert choose(_page(), Pack("TOTAL 12.50", 0.97), Uneven(bad), LEAD).is_base is is_base


def test_a_text_with_accents_counts_its_worst_sample() -> None:
    assert choose(_page(), Pack("TOTAL 12.50", 0.97), Uneven(1), LEAD).is_base
    assert not choose(_page(), Pack("TÓTÁL 12.50", 0.97), Uneven(1), LEAD).is_base
