"""Which lines are read again, and which text wins the vote of two readings."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from penscript.document import Reading
from penscript.reading.enhance import CLEAR, SHARE, Doubt, again, doubtful, is_open, narrower, vote
from penscript.reading.piece import Piece, Row
from penscript.reading.taste import MEASURES


@dataclass(frozen=True)
class Seen:
    """A crop of which it is known what every text is worth."""

    nats: dict[str, float]
    fluency: float = 1.0
    spells: bool = True

    def searched(self) -> Sequence[str]:
        return list(self.nats)

    def surprises(self, texts: Sequence[str]) -> list[float]:
        return [self.nats.get(text, 30.0) for text in texts]

    def fluencies(self, texts: Sequence[str]) -> list[float]:
        return [self.fluency * len(text) for text in texts]

    def spelled(self, text: str) -> Reading | None:
        return Reading(text, 0.5, glimpse=self) if self.spells else None


def _row(left: int = 0, pieces: int = 1) -> Row:
    quads = [np.array([[x, 10], [x + 80, 10], [x + 80, 30], [x, 30]], np.float32) for x in range(left, 1000, 100)]
    return tuple(Piece(quad, Reading(f"word{place}", 0.5)) for place, quad in enumerate(quads[:pieces]))


def _read(text: str, seen: Seen | None) -> Row:
    return (Piece(_row()[0].quad, Reading(text, 0.5, glimpse=seen)),)


def test_the_most_open_lines_come_first_and_a_page_spends_only_its_share() -> None:
    chances = [0.9, 0.001, 0.2, 0.7, 0.51, 0.3, 0.55, 0.4, 0.95, 0.99]
    chosen = doubtful([Doubt(chance, 4.0) for chance in chances], 0.75, share=0.3)
    assert chosen == [4, 6, 7]
    assert len(doubtful([Doubt(0.5, 4.0)] * 10, 0.75)) == math.ceil(SHARE * 10)


def test_where_it_is_known_what_would_be_mended_the_worthiest_come_first() -> None:
    lines = [Doubt(0.5, 10.0, 0.1), Doubt(0.2, 10.0, 0.3), Doubt(0.2, 3.0, 0.3), Doubt(0.5, 30.0, 0.1)]
    assert doubtful(lines, 0.75, share=1.0) == [2, 1, 0]
    assert doubtful(lines[3:], 0.75, share=1.0) == [0]
    assert doubtful([Doubt(0.9, 3.0, 0.9), Doubt(0.001, 3.0, 0.9)], 0.75) == []


def test_what_is_clear_is_not_read_again_with_its_line() -> None:
    one, two = _row(pieces=2)
    clear = replace(two, reading=replace(two.reading, margin=CLEAR + 1))
    asked = []

    def read(quads: Sequence[np.ndarray]) -> list[Reading]:
        asked.extend(quads)
        return [Reading("other", 0.5)] * len(quads)

    assert [reading.text for reading in again((one, clear), read)] == ["other", clear.reading.text]
    assert asked == [one.quad]
    assert (is_open((one, clear)), is_open((clear,))) == (True, False)


def test_the_vote_on_a_clear_piece_is_its_own_reading() -> None:
    seen = Seen({"Milk": 3.0, "Wilk": 0.1})
    (piece,) = _read("Milk", seen)
    found = vote((piece,), [piece.reading])
    assert found is not None
    assert [one.texts for one in found.polls] == [["Milk"]]
    assert (found.measures["agree"], found.measures["changed"]) == (1.0, 0.0)


def test_a_line_alone_may_be_read_again() -> None:
    assert doubtful([Doubt(0.4, 4.0)], 0.75) == [0]
    assert doubtful([Doubt(0.8, 4.0)], 0.75) == []


def test_a_narrower_picture_is_as_high() -> None:
    assert narrower(np.zeros((48, 400, 3), np.uint8)).shape == (48, 360, 3)
    assert narrower(np.zeros((48, 3), np.uint8)).shape == (48, 8)


def test_a_text_that_both_readings_hold_for_possible_wins() -> None:
    first = Seen({"Wilk": 1.0, "Milk": 2.0})
    found = vote(_read("Wilk", first), [Reading("Milk", 0.5, glimpse=Seen({"Milk": 0.5, "Wilk": 6.0}))])
    assert found is not None
    assert [piece.reading.text for piece in found.row] == ["Milk"]
    assert found.measures["changed"] == 1
    assert found.measures["agree"] == 0
    assert found.measures["first_gap"] == pytest.approx(math.log1p(1.0))


def test_a_reading_that_is_confirmed_is_surer_than_one_that_is_not() -> None:
    seen = Seen({"Milk": 0.2, "Wilk": 4.0})
    same = vote(_read("Milk", seen), [Reading("Milk", 0.5, glimpse=seen)])
    torn = vote(_read("Milk", seen), [Reading("Wilk", 0.5, glimpse=Seen({"Wilk": 0.2, "Milk": 3.0}))])
    assert same is not None
    assert torn is not None
    assert same.measures["vote"] > torn.measures["vote"]
    assert (same.measures["agree"], torn.measures["agree"]) == (1, 0)


def test_a_text_that_cannot_be_spelled_stays_out() -> None:
    first = Seen({"Wilk": 3.0, "Milk": 1.0}, spells=False)
    found = vote(_read("Wilk", first), [Reading("Wilk", 0.5, glimpse=first)])
    assert found is not None
    assert [piece.reading.text for piece in found.row] == ["Wilk"]


def test_readings_that_keep_nothing_have_no_vote() -> None:
    assert vote(_read("Milk", None), [Reading("Milk", 0.5)]) is None


def test_the_votes_of_two_readings_can_be_weighed_again() -> None:
    seen = Seen({"Milk": 0.2, "Wilk": 4.0})
    found = vote(_read("Milk", seen), [Reading("Wilk", 0.5, glimpse=seen)])
    assert found is not None
    (poll,) = found.polls
    assert poll.texts == ["Milk", "Wilk"]
    assert poll.values.shape == (2, len(MEASURES))
    assert list(poll.first) == list(poll.second) == [0.2, 4.0]
