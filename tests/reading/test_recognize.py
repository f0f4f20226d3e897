import numpy as np
import pytest

from penscript.document import Character, Reading
from penscript.reading.piece import Piece, outline
from penscript.reading.recognize import (
    belief,
    cautious,
    habits,
    mended,
    raw_score,
    spellings,
    text_of,
    whole_words,
    words_of,
)


def characters(text: str, **alternatives: tuple[tuple[str, float], ...]) -> tuple[Character, ...]:
    step = 1 / len(text)
    return tuple(
        Character(c, i * step, (i + 1) * step, 0.9, alternatives.get(f"at{i}", ())) for i, c in enumerate(text)
    )


def piece(text: str, x: float = 0.0, **alternatives: tuple[tuple[str, float], ...]) -> Piece:
    quad = np.array([[x, 10], [x + 100, 10], [x + 100, 30], [x, 30]], np.float32)
    return Piece(quad, Reading(text, 0.9, characters(text, **alternatives)))


def test_words_stand_where_their_characters_do() -> None:
    words = words_of((piece("ab cd"), piece("e", 200)))
    assert [word.text for word in words] == ["ab", "cd", "e"]
    assert [(word.bounds.x, word.bounds.width) for word in words] == [(0, 40), (60, 40), (200, 100)]


def test_a_line_is_its_pieces_with_spaces_between() -> None:
    row = (piece("GST"), piece("12"))
    assert text_of(row) == "GST 12"
    assert raw_score(row) == np.float64(0.9)
    assert abs(belief(row) - 0.9**5) < 1e-9


def test_pieces_of_a_right_to_left_line_are_read_from_the_right() -> None:
    row = (piece("1948"), piece("שלום", 200))
    assert text_of(row) == "שלום 1948"
    assert [word.text for word in words_of(row)] == ["שלום", "1948"]


def test_spellings_are_other_likely_texts_best_first() -> None:
    found = spellings(characters("cat", at0=(("b", 0.3),), at2=(("d", 0.1), ("", 0.05))))
    assert found[:2] == ("bat", "cad")
    assert len(found) == 4
    assert "cat" not in found


def test_an_unmeasured_probability_stays_below_75() -> None:
    assert cautious(1.0) < 75
    assert cautious(0.0) == 0


def test_an_empty_piece_has_no_words() -> None:
    empty = Piece(piece("a").quad, Reading("", 0.0))
    assert words_of((empty,)) == ()
    assert raw_score((empty,)) == 0


def test_the_outline_of_a_row_holds_its_pieces() -> None:
    corners = outline((piece("a"), piece("b", 300)))
    np.testing.assert_allclose(corners, [[0, 10], [400, 10], [400, 30], [0, 30]], atol=1e-3)


def spelled(text: str) -> Reading:
    return Reading(text, 0.9, tuple(Character(one, 0.1 * i, 0.1 * i + 0.1, 0.9) for i, one in enumerate(text)))


PAGE = [Reading(text, 0.9) for text in ("1.20", "13.00", "7.77", "240.10", "2 items", "12 2017")]


@pytest.mark.parametrize(
    ("lost", "right"), [("27 50", "27.50"), ("35.0C", "35.00"), ("S5.50", "S5.50"), ("2 items",) * 2]
)
def test_a_letter_lost_in_an_amount_is_put_back_where_the_page_writes_amounts_so(lost: str, right: str) -> None:
    told = mended(spelled(lost), habits(PAGE))
    assert told.text == "".join(one.text for one in told.characters) == right
    reading = spelled(lost)
    assert mended(reading, habits(PAGE[:3])) is reading


def test_a_dollar_is_put_back_where_the_page_writes_dollars() -> None:
    assert mended(spelled("S5.50"), habits([spelled("$1.20")])).text == "$5.50"
    assert mended(spelled(";"), habits([])).text == ":"


def test_a_word_whose_letters_stand_wide_apart_is_one_word() -> None:
    told = whole_words(spelled("necessary adjus tments to its"))
    assert told.text == "necessary adjustments to its"
    assert "".join(one.text for one in told.characters) == told.text
    for right in ("TAMAN SRI PUTRA", "Descript ion", "a de", "GA RDENIA 12"):
        reading = spelled(right)
        assert whole_words(reading) is reading


def test_an_amount_with_a_space_behind_its_point_is_in_one_where_the_page_writes_points() -> None:
    known = habits([spelled("12.50"), spelled("3.00"), spelled("7.25"), spelled("0.90")])
    told = whole_words(spelled("NET 79. 35 SR"), known)
    assert told.text == "NET 79.35 SR"
    assert "".join(one.text for one in told.characters) == told.text
    for right in ("on 22. 12. 1942", "No. 12", "12. 5", "12. 500"):
        assert whole_words(spelled(right), known).text == right
    assert whole_words(spelled("NET 79. 35"), habits([])).text == "NET 79. 35"
