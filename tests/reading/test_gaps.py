import cv2
import numpy as np
import pytest

from penscript.reading.gaps import fill
from penscript.reading.piece import Quad

PAPER, INK = 230, 40


def quad(left: float, top: float, right: float, bottom: float) -> Quad:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def row(*, invert: bool = False) -> tuple[np.ndarray, list[Quad]]:
    """Two words 300 pixels apart on a page in colour."""
    page = np.full((100, 600, 3), PAPER, np.uint8)
    cv2.putText(page, "Total", (20, 62), cv2.FONT_HERSHEY_SIMPLEX, 1, (INK, INK, INK), 2)
    cv2.putText(page, "12.50", (420, 62), cv2.FONT_HERSHEY_SIMPLEX, 1, (INK, INK, INK), 2)
    return page, [quad(16, 34, 110, 70), quad(414, 34, 520, 70)]


def colon(page: np.ndarray, x: int) -> None:
    for y in (46, 60):
        cv2.circle(page, (x, y), 2, (INK, INK, INK), -1)


def test_a_page_without_text_has_no_marks() -> None:
    assert fill(np.full((50, 50), PAPER, np.uint8), []) == ([], [])


def test_empty_paper_holds_no_marks() -> None:
    page, quads = row()
    longer, alone = fill(page, quads)
    assert not alone
    assert all(np.array_equal(one, other) for one, other in zip(longer, quads, strict=True))


@pytest.mark.parametrize("inverted", [False, True])
def test_a_colon_next_to_a_word_is_read_with_it(inverted: bool) -> None:
    page, quads = row()
    colon(page, 117)
    longer, alone = fill(255 - page if inverted else page, quads)
    assert not alone
    assert 119 < longer[0][1, 0] < 130
    assert np.array_equal(longer[1], quads[1])


def test_a_colon_apart_from_a_word_stands_alone_and_a_digit_does_not() -> None:
    page, quads = row()
    colon(page, 140)
    longer, (alone,) = fill(page, quads)
    assert alone[0, 0] < 130
    assert alone[1, 0] > 150
    assert all(np.array_equal(one, other) for one, other in zip(longer, quads, strict=True))
    page, quads = row()
    cv2.putText(page, "7", (134, 62), cv2.FONT_HERSHEY_SIMPLEX, 1, (INK, INK, INK), 2)
    longer, none = fill(page, quads)
    assert not none
    assert longer[0][1, 0] > 150


def test_a_mark_far_from_both_words_stands_alone() -> None:
    page, quads = row()
    colon(page, 260)
    longer, alone = fill(page, quads)
    assert len(alone) == 1
    assert alone[0][0, 0] < 258
    assert alone[0][1, 0] > 262
    assert all(np.array_equal(one, other) for one, other in zip(longer, quads, strict=True))


def test_rules_and_specks_are_no_marks() -> None:
    page, quads = row()
    cv2.line(page, (250, 0), (250, 99), (INK, INK, INK), 2)
    cv2.line(page, (150, 66), (400, 66), (INK, INK, INK), 1)
    cv2.circle(page, (300, 50), 1, (INK, INK, INK), -1)
    assert not fill(page, quads)[1]


def test_the_worn_dot_of_a_colon_is_seen_beside_the_clear_one() -> None:
    page, quads = row()
    cv2.circle(page, (140, 60), 2, (INK, INK, INK), -1)
    assert all(np.array_equal(one, other) for one, other in zip(fill(page, quads)[0], quads, strict=True))
    cv2.circle(page, (140, 46), 2, (PAPER - 50,) * 3, -1)
    (alone,) = fill(page, quads)[1]
    assert alone[0, 0] < 130
    assert alone[1, 0] > 150


def items(count: int) -> tuple[np.ndarray, list[Quad]]:
    """Words below each other, a digit before the first `count` of them."""
    page = np.full((300, 600, 3), PAPER, np.uint8)
    for index in range(4):
        base = 62 + 60 * index
        cv2.putText(page, "Apple", (160, base), cv2.FONT_HERSHEY_SIMPLEX, 1, (INK, INK, INK), 2)
        if index < count:
            cv2.putText(page, "1", (100, base), cv2.FONT_HERSHEY_SIMPLEX, 1, (INK, INK, INK), 2)
    return page, [quad(156, 34 + 60 * index, 250, 70 + 60 * index) for index in range(4)]


def test_a_column_of_lone_digits_beside_the_rows_is_read_with_them() -> None:
    page, quads = items(3)
    longer, alone = fill(page, quads)
    assert not alone
    assert all(one[0, 0] < 104 for one in longer[:3])
    assert np.array_equal(longer[3], quads[3])


def test_single_marks_beside_rows_belong_to_none() -> None:
    page, quads = items(2)
    assert all(np.array_equal(one, other) for one, other in zip(fill(page, quads)[0], quads, strict=True))


def test_the_edge_of_something_beside_the_rows_is_no_column_of_marks() -> None:
    page, quads = items(3)
    cv2.line(page, (90, 0), (90, 299), (INK, INK, INK), 3)
    assert all(np.array_equal(one, other) for one, other in zip(fill(page, quads)[0], quads, strict=True))
