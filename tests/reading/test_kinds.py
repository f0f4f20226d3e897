import numpy as np

from penscript.document import Kind
from penscript.reading.kinds import kinds


def told(*lines: tuple[str, float, float, float, float], cells: dict[int, int] | None = None) -> list[Kind]:
    """Kinds of lines given as text, left, top, right and bottom."""
    boxes = np.array([line[1:] for line in lines], float)
    return kinds([line[0] for line in lines], boxes, [(cells or {}).get(i, 1) for i in range(len(lines))])


def prose(count: int, top: float = 100) -> list[tuple[str, float, float, float, float]]:
    return [("and so it went on", 100, top + 30 * row, 600, top + 20 + 30 * row) for row in range(count)]


def test_nothing_has_no_kind() -> None:
    assert kinds([], np.zeros((0, 4)), []) == []


def test_prose_is_text() -> None:
    assert set(told(*prose(6))) == {Kind.TEXT}


def test_a_large_line_is_a_heading() -> None:
    assert told(("Chapter one", 100, 0, 500, 60), *prose(6))[0] is Kind.HEADING


def test_numbers_at_the_edge_count_pages() -> None:
    for text in ("- 5 -", "Page 2 of 3", "xii", "Seite 1 von 3"):
        assert told(*prose(8), (text, 300, 600, 340, 620))[-1] is Kind.PAGE_NUMBER
    assert told(*prose(4), ("42", 300, 230, 340, 250), *prose(4, 260))[4] is Kind.TEXT


def test_bullets_and_numbers_make_a_list() -> None:
    items = [("- milk", 100, 0, 200, 20), ("2. call Anna", 100, 30, 200, 50), ("• bread", 100, 60, 200, 80)]
    assert told(*items) == [Kind.LIST_ITEM] * 3
    assert told(("2.50 EUR", 100, 0, 200, 20), ("-3.20", 100, 30, 200, 50)) == [Kind.TEXT] * 2


def test_rows_of_cells_are_a_table() -> None:
    assert told(*prose(5), cells={1: 3, 3: 2, 4: 2})[1:] == [Kind.TABLE, Kind.TEXT, Kind.TABLE, Kind.TABLE]


def test_what_stands_beside_the_text_is_margin() -> None:
    assert told(*prose(6), ("nota bene", 10, 150, 90, 170))[-1] is Kind.MARGIN
