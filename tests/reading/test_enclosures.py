import cv2
import numpy as np
import pytest

from penscript.reading.enclosures import enclosed
from penscript.reading.piece import Quad

INK = (30, 30, 30)


def quad(left: float, top: float) -> Quad:
    return np.array([[left, top], [left + 80, top], [left + 80, top + 20], [left, top + 20]], np.float32)


def board(*boxes: tuple[int, int, int, int], size: tuple[int, int] = (600, 800)) -> np.ndarray:
    page = np.full((*size, 3), 225, np.uint8)
    for left, top, right, bottom in boxes:
        cv2.rectangle(page, (left, top), (right, bottom), INK, 3)
    return page


@pytest.mark.parametrize("larger", [1, 3])
def test_texts_within_one_box_belong_together(larger: int) -> None:
    page = board((50, 50, 250, 180), (400, 50, 600, 180))
    big = cv2.resize(page, None, fx=larger, fy=larger)
    quads = [one * larger for one in (quad(80, 70), quad(80, 120), quad(430, 90), quad(80, 400))]
    one, same, other, free = enclosed(np.asarray(big, np.uint8), quads)[0]
    assert one == same >= 0
    assert other >= 0
    assert other != one
    assert free == -1


def test_the_smaller_of_two_shapes_counts() -> None:
    found = enclosed(board((40, 40, 500, 400), (60, 60, 260, 200)), [quad(80, 90), quad(300, 300)])[0]
    assert min(found) >= 0
    assert found[0] != found[1]


def test_the_cells_of_a_table_are_no_boxes() -> None:
    page = board(*((50 + 200 * x, 50 + 100 * y, 250 + 200 * x, 150 + 100 * y) for x in range(3) for y in range(3)))
    assert set(enclosed(page, [quad(80 + 200 * x, 80) for x in range(3)])[0]) == {-1}


def test_open_shapes_lone_texts_and_grey_pages() -> None:
    page = board((50, 50, 250, 180))
    cv2.line(page, (250, 80), (250, 150), (225, 225, 225), 9)
    assert set(enclosed(page[..., 0], [quad(80, 70), quad(80, 120)])[0]) == {-1}
    assert enclosed(page, []) == ([], [])


def test_an_arrow_between_boxes_is_drawn_and_a_word_is_not() -> None:
    page = board((50, 50, 250, 180), (500, 50, 700, 180))
    cv2.arrowedLine(page, (265, 115), (485, 115), INK, 3)
    cv2.putText(page, "two", (300, 100), cv2.FONT_HERSHEY_SIMPLEX, 1, INK, 2)
    head = np.array([[440, 90], [490, 90], [490, 140], [440, 140]], np.float32)
    word = np.array([[296, 72], [356, 72], [356, 106], [296, 106]], np.float32)
    assert enclosed(page, [head, word, quad(80, 100)])[1] == [True, False, False]
    assert not any(enclosed(page, [head, word])[1])
