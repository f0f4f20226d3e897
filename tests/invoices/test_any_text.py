"""Whatever stands on a page, reading it as an invoice ends well, and what comes out can be written and read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices_printed import printed
from penscript.document import Bounds, Document, Line, Page
from penscript.invoices.extract import extract
from penscript.invoices.values import Invoice

WORDS = st.sampled_from(
    [
        "Total",
        "TVA",
        "19%",
        "1.234,56",
        "€",
        "RM",
        "12/03/04",
        "31.02.2020",
        "IBAN",
        "DE02",
        "1203",
        "No.",
        "合计",
        "年",
        "|",
        ":",
        "-",
        "(",
        "5",
        "0,00",
        "Rechnung",
        "vom",
        "GmbH",
        "12345",
        "Jalan",
        "BIC",
        "USt-IdNr.",
        "DE136695976",
        "·",
        "x",
        "²",
        "٣",
        "8.20",
        "Cash",
        "Change",
        "%",
    ]
)
PAGES = st.lists(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=6).map(" ".join), max_size=12).map("\n".join)


@settings(max_examples=120, deadline=None)
@given(PAGES)
def test_any_text(text: str) -> None:
    clean = "".join(c for c in text if c == "\n" or c.isprintable())
    invoice = extract(printed(clean))
    assert Invoice.from_json(invoice.to_json()) == invoice
    assert all(0 <= field.confidence <= 100 for _, field in invoice.found())


@pytest.mark.parametrize("word", ["netto", "gesamt", "total", "no ", "1", "12.50", " ", "(", "Nr. ", "a"])
def test_a_line_without_end(word: str) -> None:
    text = "x" + word * (6000 // len(word)) + "x"
    box = Bounds(10, 10, 6000, 30)
    invoice = extract(Document("long", (Page(1, 6100, 100, (Line(text, 90.0, box, ()),)),)))
    assert Invoice.from_json(invoice.to_json()) == invoice


def test_lines_whose_boxes_have_no_size() -> None:
    nowhere = Bounds(0, 0, 0, 0)
    lines = tuple(Line(text, 90.0, nowhere, ()) for text in ("", "Total", "12.50"))
    invoice = extract(Document("flat", (Page(1, 0, 0, lines),)))
    assert invoice.total is not None
