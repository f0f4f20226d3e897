"""Tables from white space and from rules."""

import csv
import io

from penscript.document import Bounds, Document, Kind, Line, Page, Rule, Word
from penscript.export.csv import tables_to_csv
from penscript.export.markdown import to_markdown
from penscript.export.tables import page_tables
from penscript.result import OcrResult

STEP = 12


def row(y: int, *cells: tuple[int, str], kind: Kind = Kind.TABLE) -> Line:
    """A line of cells, each from a place on; a character is 12 pixels wide."""
    words = []
    for left, text in cells:
        x = left
        for word in text.split():
            words.append(Word(word, 90, Bounds(x, y, STEP * len(word), 24)))
            x += STEP * (len(word) + 1)
    left, right = cells[0][0], words[-1].bounds.right
    corners = ((left, y), (right, y), (right, y + 24), (left, y + 24))
    text = " ".join(word.text for word in words)
    return Line(text, 90, Bounds(left, y, right - left, 24), corners, tuple(words), kind=kind)


def page(*lines: Line, rules: tuple[Rule, ...] = ()) -> Page:
    return Page(1, 1000, 1400, lines, rules=rules)


INVOICE = (
    row(40, (40, "Thank you for your order of last week"), kind=Kind.TEXT),
    row(200, (40, "Item"), (400, "Quantity"), (700, "Price")),
    row(240, (40, "Steel nails"), (460, "2"), (712, "3.50")),
    row(280, (40, "Long wooden board"), (460, "10"), (700, "12.00")),
    row(320, (40, "Credit"), (700, "-1.00")),
    row(500, (40, "Pay within 14 days"), kind=Kind.TEXT),
)
ROWS = (
    ("Item", "Quantity", "Price"),
    ("Steel nails", "2", "3.50"),
    ("Long wooden board", "10", "12.00"),
    ("Credit", "", "-1.00"),
)


def test_white_space_makes_columns():
    (table,) = page_tables(page(*INVOICE))
    assert table.rows == ROWS
    assert not table.ruled
    assert table.lines == (1, 2, 3, 4)
    assert (table.bounds.x, table.bounds.bottom) == (40, 344)


def test_an_address_above_a_table_stays_whole():
    """The Order of an address block stands over a gap between two columns of the table below."""
    told = (
        ("Bill to", "No.", "LJ-17"),
        ("Hartwell", "Date", "14 May"),
        ("Mill Lane", "Due", "9 June"),
        ("York", "Order", "PO 88"),
    )
    things = (
        ("Item", "Qty", "Price", "Sum"),
        ("Shelf", "4", "2.00", "8.00"),
        ("Desk", "1", "5.00", "5.00"),
        ("Lamp", "2", "1.00", "2.00"),
    )
    address = [row(40 + 36 * y, *zip((40, 560, 800), cells, strict=True)) for y, cells in enumerate(told)]
    items = [row(258 + 54 * y, *zip((40, 460, 680, 810), cells, strict=True)) for y, cells in enumerate(things)]
    first, second = page_tables(page(*address, *items))
    assert first.rows == told
    assert second.rows == things


def test_a_cell_goes_on_in_the_next_row():
    lines = (*INVOICE[1:3], row(270, (40, "of three inches")), *INVOICE[3:5])
    lines = (lines[0], lines[1], row(262, (52, "three inches")), row(290, (40, "Board"), (460, "10"), (700, "12.00")))
    lines = (*lines, row(330, (40, "Credit"), (700, "-1.00")))
    (table,) = page_tables(page(*lines))
    assert table.rows[1] == ("Steel nails three inches", "2", "3.50")


def test_running_text_in_columns_is_no_table():
    left, right = "these are words of a long column here", "and these are the words of the other one"
    lines = [row(40 + 40 * n, (20, left), (520, right), kind=Kind.TEXT) for n in range(8)]
    assert page_tables(page(*lines)) == []


def test_paragraphs_are_no_table():
    assert page_tables(page(*(row(40 + 40 * n, (20, "one line of text after the other")) for n in range(8)))) == []


def grid(xs: list[int], ys: list[int]) -> tuple[Rule, ...]:
    level = [Rule(xs[0], y, xs[-1], y) for y in ys]
    return (*level, *(Rule(x, ys[0], x, ys[-1]) for x in xs))


def test_rules_make_cells():
    lines = (row(110, (50, "a b"), (80 + 60, "c d")), row(160, (50, "e"), (140, "f g")), row(185, (140, "h")))
    (table,) = page_tables(page(*lines, rules=grid([40, 120, 400], [100, 150, 215])))
    assert table.rows == (("a b", "c d"), ("e", "f g h"))
    assert table.ruled
    assert table.bounds == Bounds(40, 100, 360, 115)


def test_a_cell_that_spans_columns_stands_in_the_first():
    rules = (*grid([40, 200, 400], [150, 200, 250]), *grid([40, 400], [100, 150]))
    lines = (row(110, (180, "Total")), row(160, (50, "a"), (220, "b")), row(210, (50, "c"), (220, "d")))
    (table,) = page_tables(page(*lines, rules=rules))
    assert table.rows == (("Total", ""), ("a", "b"), ("c", "d"))


def test_a_box_around_text_is_no_table():
    assert page_tables(page(row(110, (50, "one two three four")), rules=grid([40, 400], [100, 150]))) == []


def test_csv_keeps_numbers_and_disarms_formulas():
    lines = (
        row(40, (40, "=SUM(A1)"), (300, "-5.00")),
        row(80, (40, "@x"), (300, "+3 %")),
        row(120, (40, "a"), (300, "b")),
    )
    text = tables_to_csv(Document("a", (page(*lines),)))
    assert list(csv.reader(io.StringIO(text))) == [["'=SUM(A1)", "-5.00"], ["'@x", "+3 %"], ["a", "b"]]


def test_markdown_has_the_table_where_it_stands():
    text = to_markdown(
        Document("a", (page(*INVOICE[:2], row(240, (40, "a|b <i>"), (460, "2"), (712, "3")), *INVOICE[3:]),))
    )
    assert text.split("\n\n") == [
        "Thank you for your order of last week",
        "| Item | Quantity | Price |\n| --- | --- | --- |\n| a\\|b \\<i\\> | 2 | 3 |\n"
        "| Long wooden board | 10 | 12.00 |\n| Credit |  | -1.00 |",
        "Pay within 14 days\n",
    ]


def test_a_result_tells_its_tables_and_keeps_them_in_json():
    result = OcrResult(Document("a", (page(*INVOICE, rules=(Rule(1, 2, 3.5, 4),)),)))
    assert result.tables[0].rows == ROWS
    assert OcrResult.from_json(result.to_json()) == result
    assert '"rows": [["Item", "Quantity", "Price"]' in result.to_json()
