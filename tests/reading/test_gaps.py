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
    colon(page, 140)
    longer, alone = fill(255 - page if inverted else page, quads)
    assert not alone
    assert 142 < longer[0][1, 0] < 155
    assert np.array_equal(longer[1], quads[1])


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
