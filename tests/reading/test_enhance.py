"""Which lines are read again, from which views, and which reading is kept."""

import math

import numpy as np

from penscript.document import Reading
from penscript.reading.crop import crop
from penscript.reading.enhance import SHARE, agreement, best, doubtful, views
from penscript.reading.piece import Piece, Row


def _row(left: int = 0, pieces: int = 1) -> Row:
    quads = [np.array([[x, 10], [x + 80, 10], [x + 80, 30], [x, 30]], np.float32) for x in range(left, 1000, 100)]
    return tuple(Piece(quad, Reading(f"word{place}", 0.5)) for place, quad in enumerate(quads[:pieces]))


def test_the_most_open_lines_come_first_and_a_page_spends_only_its_share() -> None:
    chances = [0.9, 0.01, 0.2, 0.7, 0.51, 0.3, 0.55, 0.4, 0.95, 0.99]
    chosen = doubtful([_row()] * 10, chances, 0.75)
    assert chosen == [4, 6, 7]
    assert len(chosen) == math.ceil(SHARE * 10)


def test_a_line_alone_may_be_read_again() -> None:
    assert doubtful([_row()], [0.4], 0.75) == [0]
    assert doubtful([_row()], [0.8], 0.75) == []


def test_pieces_are_cut_closer_and_read_by_another_pack() -> None:
    page = np.full((60, 400, 3), 255, np.uint8)
    closer, other = views(_row(pieces=2), lambda quad: crop(page, quad), other=True)
    assert [(len(view.crops), view.other) for view in (closer, other)] == [(2, False), (2, True)]
    assert closer.crops[0].shape[0] < other.crops[0].shape[0]
    again = other.read([Reading("one", 0.9), Reading("two", 0.9)])
    assert [piece.reading.text for piece in again] == ["one", "two"]
    assert len(list(views(_row(), lambda quad: crop(page, quad), other=False))) == 1


def test_the_first_reading_stays_unless_another_is_clearly_likelier() -> None:
    assert best(["Milk", "Mild"], [0.5, 0.55]) == 0
    assert best(["Milk", "Mild", "Wilk"], [0.5, 0.4, 0.8]) == 2


def test_a_confirmed_reading_gives_way_only_to_a_confirmed_one() -> None:
    assert best(["Milk", "Milk", "Wilk"], [0.5, 0.5, 0.9]) == 0
    assert best(["Milk", "Milk", "Wilk", "Wilk"], [0.5, 0.5, 0.9, 0.9]) == 2


def test_readings_that_agree_speak_for_a_line() -> None:
    same = agreement(["Milk", "Milk", "Milk"], [0.6, 0.5, 0.6], 0)
    torn = agreement(["Milk", "Mild", "Wilk"], [0.6, 0.5, 0.6], 0)
    assert (same["agree"], same["apart"], torn["agree"], torn["apart"]) == (1, 0, 0, 0.25)
    assert torn["rival"] > same["rival"]
    assert agreement(["Milk", "Milks"], [0.2, 0.9], 1)["changed"] == 1
