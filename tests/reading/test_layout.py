import numpy as np

from penscript.reading import layout
from penscript.reading.layout import Layout


def boxes(*rows: tuple[float, float, float]) -> np.ndarray:
    """Left, top and right; every line is 20 high."""
    return np.array([(left, top, right, top + 20) for left, top, right in rows], float)


def reading_order(places: np.ndarray, prose: bool = True) -> list[int]:
    return layout.reading_order(places, np.full(len(places), prose))


def arrange(places: np.ndarray) -> Layout:
    return layout.arrange(places, np.ones(len(places), bool))


def test_lines_are_read_from_the_top_down() -> None:
    assert reading_order(boxes((0, 60, 200), (0, 0, 150), (10, 30, 100))) == [1, 2, 0]
    assert reading_order(np.zeros((0, 4))) == []


def test_a_column_is_read_to_its_end() -> None:
    left = [(0, 40 + 30 * row, 190) for row in range(4)]
    right = [(220, 45 + 30 * row, 400) for row in range(4)]
    title, foot = (50, 0, 350), (80, 200, 330)
    order = reading_order(boxes(*right, foot, *left, title))
    assert order == [9, 5, 6, 7, 8, 0, 1, 2, 3, 4]


def test_addresses_beside_each_other_are_read_row_by_row() -> None:
    left = [(0, 40 + 30 * row, 190) for row in range(4)]
    right = [(220, 52 + 30 * row, 400) for row in range(4)]
    assert reading_order(boxes(*left, *right), prose=False) == [0, 4, 1, 5, 2, 6, 3, 7]


def test_amounts_beside_a_text_are_no_column() -> None:
    text = [(0, 30 * row, 300) for row in range(12)]
    assert reading_order(boxes(*text, (320, 35, 380), (320, 305, 380))) == [0, 1, 12, *range(2, 11), 13, 11]


def test_level_lines_are_read_from_the_left() -> None:
    assert reading_order(boxes((300, 0, 380), (0, 4, 200), (0, 40, 400))) == [1, 0, 2]


def test_names_between_short_lines_are_no_column() -> None:
    talk = [(0, 60, 80), (150, 30, 250), (0, 0, 90), (150, 90, 250)]
    assert reading_order(boxes(*talk)) == [2, 1, 0, 3]


def test_a_gap_begins_a_block() -> None:
    layout = arrange(boxes((0, 0, 200), (0, 28, 210), (0, 120, 200), (0, 148, 180)))
    assert layout.order == (0, 1, 2, 3)
    assert layout.block == (0, 0, 1, 1)


def test_what_stands_in_a_shape_is_read_together() -> None:
    lines = boxes((0, 0, 100), (0, 30, 100), (200, 0, 300), (200, 30, 300), (0, 100, 300))
    prose = np.zeros(len(lines), bool)
    assert layout.arrange(lines, prose).order == (0, 2, 1, 3, 4)
    found = layout.arrange(lines, prose, [0, 0, 1, 1, -1])
    assert found.order == (0, 1, 2, 3, 4)
    assert found.block == (0, 0, 1, 1, 2)


def test_notes_across_the_page_are_read_last() -> None:
    lines = boxes((0, 0, 200), (0, 30, 200), (-60, 30, -40), (0, 60, 200))
    found = layout.arrange(lines, np.ones(4, bool), aside=np.array([False, False, True, False]))
    assert found.order == (0, 1, 3, 2)
    assert found.block[2] == 1


def test_boxes_side_by_side_need_not_be_level() -> None:
    lines = np.array([(0, 30, 100, 50), (0, 60, 100, 80), (200, 15, 300, 35)], float)
    assert layout.arrange(lines, np.zeros(3, bool), [0, 0, 1]).order == (2, 0, 1)
    lines[2, [1, 3]] = 22, 42
    assert layout.arrange(lines, np.zeros(3, bool), [0, 0, 1]).order == (0, 1, 2)
