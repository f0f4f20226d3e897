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
