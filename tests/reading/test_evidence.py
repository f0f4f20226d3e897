"""What is measured of a line's picture, text and pieces."""

import cv2
import numpy as np
import pytest

from penscript.document import Character, Reading
from penscript.reading.evidence import beside, evidence, look_at, word_evidence
from penscript.reading.piece import ALONE, Piece


def _drawn(top: int = 40, grey: int = 0) -> np.ndarray:
    page = np.full((60, 300), 255, np.uint8)
    cv2.putText(page, "Milk 12", (10, top), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (grey,), 3, cv2.LINE_AA)
    return page


def test_a_pale_a_blurred_and_a_cut_line_look_so() -> None:
    plain = look_at(_drawn())
    assert look_at(_drawn(grey=180)).contrast < plain.contrast
    assert look_at(np.asarray(cv2.GaussianBlur(_drawn(), (0, 0), 4), np.uint8)).sharpness < plain.sharpness
    assert look_at(_drawn(top=10)).cut > plain.cut
    assert look_at(np.ascontiguousarray(_drawn()[:, 20:])).ends > plain.ends


def test_blank_paper_can_be_looked_at() -> None:
    assert np.isfinite([*vars_of(look_at(np.full((1, 1, 3), 255, np.uint8)))]).all()


def vars_of(look: object) -> list[float]:
    return [getattr(look, name) for name in type(look).__slots__]  # type: ignore[attr-defined]


def test_the_measures_of_a_line_of_two_pieces() -> None:
    quads = [np.array([[x, 0], [x + 60, 0], [x + 60, 20], [x, 20]], np.float32) for x in (0, 100)]
    letters = tuple(Character(one, 0, 1, p) for one, p in zip("T5.", (0.9, 0.5, 0.8), strict=True))
    reading = Reading("T5.", 0.7, letters, surprise=2.0, margin=0.4, path=1.5, fluency=6.0)
    told = evidence(tuple(Piece(quad, reading) for quad in quads))
    assert told["seams"] == pytest.approx(np.log(2))
    assert told["gap"] == pytest.approx(np.log1p(2.0))
    assert told["digits"] == told["capitals"] == 1 / 3
    assert told["marks"] == pytest.approx(np.log1p(2))
    assert told["tipped"] == pytest.approx(np.log1p(1.0))
    assert told["fluency"] == 2.0
    assert told["worst"] == pytest.approx(-np.log(0.5))


def test_a_word_of_a_doubtful_line_has_less_behind_it() -> None:
    letters = [Character("a", 0, 1, 0.9)]
    assert word_evidence(letters, 0.1)["line"] < word_evidence(letters, 0.9)["line"]


def test_which_letters_are_unsure() -> None:
    letters = (
        Character("1", 0, 0.2, 0.9, ((" ", 0.05),)),
        Character(" ", 0.2, 0.3, 0.6, (("", 0.3),)),
        Character("a", 0.3, 0.6, 0.8, (("A", 0.1), (".", 0.02))),
        Character("b", 0.6, 0.9, 0.95),
    )
    quad = np.array([[0, 0], [60, 0], [60, 20], [0, 20]], np.float32)
    told = evidence((Piece(quad, Reading("1 ab", 0.8, letters)),))
    assert told["first"] == told["worst_digit"] == pytest.approx(-np.log(0.9))
    assert told["second"] == told["worst_letter"] == pytest.approx(-np.log(0.8))
    assert told["worst_space"] == pytest.approx(-np.log(0.6))
    assert told["worst_word"] == pytest.approx(-np.log(0.8 * 0.95))
    assert told["unsure"] == pytest.approx(np.log1p(2))
    others = {name: told[f"other_{name}"] for name in ("space", "digit", "mark", "case", "nothing")}
    expected = {"space": 0.3, "digit": 0.05, "mark": 0.02, "case": 0.1, "nothing": 0.3}
    assert others == pytest.approx({name: np.log1p(20 * one) for name, one in expected.items()})
    assert evidence((Piece(quad, Reading("", 0.0)),)).keys() == told.keys()


def test_how_far_the_next_line_at_the_same_height_is() -> None:
    def row(left: float, top: float) -> tuple[Piece, ...]:
        quad = np.array([[0, 0], [60, 0], [60, 20], [0, 20]], np.float32) + np.array([left, top], np.float32)
        return (Piece(quad, Reading("x", 0.9)),)

    first, second, below = beside([row(0, 0), row(100, 4), row(0, 40)])
    assert first[0].side == second[0].side == pytest.approx(2.0)
    assert below[0].side == ALONE
    assert beside([]) == []


def test_a_word_that_the_language_model_hardly_expects_has_less_behind_it() -> None:
    told = word_evidence([Character("q", 0, 1, 0.9, hint=6.0), Character("x", 0, 1, 0.9, hint=2.0)], 0.5)
    assert told["unlikely"] == pytest.approx(np.log1p(6))
    assert told["unlikely_word"] == pytest.approx(np.log1p(8))
    assert told["odd"] == 4


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_what_stands_beside_a_row_is_told_along_the_text_however_the_page_lies(degrees: int) -> None:
    places = [(0, 0, 100, 20), (160, 0, 300, 20), (0, 40, 280, 60)]
    quads = [np.array([[a, b], [c, b], [c, d], [a, d]], np.float64) for a, b, c, d in places]
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    rows = beside([(Piece((quad @ turn).astype(np.float32), Reading("a", 1.0)),) for quad in quads])
    assert [row[0].side for row in rows] == pytest.approx([3.0, 3.0, ALONE], abs=0.01)
    assert beside([]) == []
