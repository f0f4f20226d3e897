from dataclasses import replace

import cv2
import numpy as np

from penscript.document import Reading
from penscript.reading.join import join
from penscript.reading.piece import Piece


def piece(text: str, x: float, y: float, width: float, *, height: float = 20.0, angle: float = 0.0) -> Piece:
    corners = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
    turn = cv2.getRotationMatrix2D((0, 0), -angle, 1)[:, :2]
    return Piece((corners @ turn.T).astype(np.float32), Reading(text, 0.9))


def texts(pieces: list[Piece]) -> list[str]:
    return [" ".join(piece.reading.text for piece in row) for row in join(pieces)]


def receipt(angle: float = 0.0) -> list[Piece]:
    rows = [("Milk", "2", "3.50"), ("Bread", "1", "2.20"), ("Butter", "4", "9.60"), ("TOTAL", "", "15.30")]
    places = (20, 250, 400)
    return [
        piece(cell, x, 30 * number, max(20, 14 * len(cell)), angle=angle)
        for number, row in enumerate(rows)
        for x, cell in zip(places, row, strict=True)
        if cell
    ]


def test_nothing_is_no_line() -> None:
    assert join([]) == []


def test_rows_of_a_receipt_run_across_the_page() -> None:
    expected = ["Milk 2 3.50", "Bread 1 2.20", "Butter 4 9.60", "TOTAL 15.30"]
    assert texts(receipt()) == expected
    assert texts(list(reversed(receipt(angle=7)))) == expected
    assert texts(receipt(angle=90)) == expected


def test_columns_of_sentences_stay_apart() -> None:
    left = [piece("one two three four", 20, 30 * row, 300) for row in range(8)]
    right = [piece("five six seven eight", 380, 30 * row + 2, 300) for row in range(8)]
    assert sorted(texts(left + right)) == ["five six seven eight"] * 8 + ["one two three four"] * 8


def test_words_of_one_line_are_joined_in_order() -> None:
    words = [piece("world", 130, 3, 90), piece("Hello", 20, 0, 100)]
    assert texts(words) == ["Hello world"]


def test_a_stamp_across_rows_is_no_part_of_them() -> None:
    stamp = piece("PAID", 100, -20, 120, height=70)
    assert texts([*receipt(), stamp]).count("PAID") == 1


def test_lines_one_under_the_other_are_never_joined() -> None:
    assert texts([piece("a", 20, 0, 300), piece("b", 25, 14, 280)]) == ["a", "b"]


def test_the_gutter_of_a_spread_goes_on_beside_short_and_long_lines() -> None:
    left = [piece("all that they had said before", 20, 30 * row, 300) for row in range(12)]
    right = [piece("and they went on to say it", 380, 30 * row, 300) for row in range(8)]
    right += [piece("Moi", 380, 30 * row, 60) for row in range(8, 12)]
    wide = piece("all that they had said to him now", 20, 360, 335)
    read = texts([*left, *right, wide, piece("and they went away", 375, 360, 300)])
    assert len(read) == 26


def test_addresses_with_lines_of_their_own_are_not_rows() -> None:
    left = [piece("Ma boutique", 20, 20 * row, 160) for row in range(5)]
    right = [piece("35 rue Haute", 400, 20 * row + 7, 160) for row in range(5)]
    rows = [piece(text, x, 200 + 30 * row, 90) for row in range(6) for x, text in ((20, "Total"), (400, "12.50"))]
    read = texts([*left, *right, *rows])
    assert read.count("Total 12.50") == 6
    assert sum(text == "Ma boutique" for text in read) >= 4


def test_what_runs_across_the_page_is_no_part_of_its_rows() -> None:
    rows = [piece("and so it went on", 20, 30 * row, 300) for row in range(5)]
    across = piece("in the margin", 300, 45, 150, angle=0)
    turn = cv2.getRotationMatrix2D((350, 70), -70, 1)
    turned = Piece((across.quad @ turn[:, :2].T + turn[:, 2]).astype(np.float32), across.reading)
    assert "in the margin" in texts([*rows, turned])


def test_a_label_half_way_between_two_lines_of_a_cell_stands_alone() -> None:
    cell = [piece("Managers: Joan Miller", 200, 0, 220), piece("Secretary: Ann Hall", 200, 26, 200)]
    assert "Content" in texts([*cell, piece("Content", 20, 13, 90)])


def test_a_row_runs_past_a_cell_of_two_lines_in_its_middle() -> None:
    cells = [piece("No", 20, 13, 30), piece("Item", 400, 13, 60), piece("Price", 600, 13, 70)]
    stacked = [piece("Supplier", 200, 0, 90), piece("Buyer", 200, 26, 70)]
    assert "No Item Price" in texts([*cells, *stacked])


def test_an_asterisk_belongs_to_the_row_beside_it() -> None:
    row = [piece("26.00", 20, 0, 60, height=28), piece("*", 92, 6, 13, height=13)]
    assert texts(row) == ["26.00 *"]
    assert sorted(texts([row[0], piece("*", 180, 6, 13, height=13)])) == ["*", "26.00"]


def lists() -> list[Piece]:
    names = ["Bananas", "Kitchen", "Envelopes", "Garden"]
    places = [(20, 100 + 10 * len(names[row]), row) for row in range(4)]
    return [piece(names[row], x, 40 * row, width, height=24) for left, width, row in places for x in (left, left + 350)]


def test_two_lists_of_words_in_a_hand_stay_apart_and_rows_of_print_do_not() -> None:
    assert len(join(lists(), is_written=True)) == 8
    assert len(join(lists())) == 4


def test_no_line_runs_out_of_a_shape() -> None:
    words = [piece("Draw", 20, 0, 80), piece("Build", 120, 0, 80), piece("Test", 230, 0, 80)]
    assert len(join(words)) == 1
    boxed = [replace(word, shape=0) for word in words[:2]]
    assert sorted(len(row) for row in join([*boxed, words[2]])) == [1, 2]
