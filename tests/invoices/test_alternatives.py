"""Other spellings, chosen by arithmetic alone."""

from decimal import Decimal

import pytest

from invoices_printed import line
from penscript.document import Document, Page
from penscript.invoices.extract import extract
from penscript.invoices.values import Invoice, ProblemCode


def read(total: str, alternatives: tuple[str, ...], net: str = "100.00") -> Invoice:
    rows = [("Subtotal", net), ("VAT 20%", "20.00"), ("Date", "31.03.2026"), ("Total amount", total)]
    lines = [line(label, 100, 100 + 40 * place) for place, (label, _) in enumerate(rows)]
    lines += [line(value, 700, 100 + 40 * place, 80.0, {total: alternatives}) for place, (_, value) in enumerate(rows)]
    return extract(Document("page.png", (Page(1, 1000, 1000, tuple(lines)),)))


def told(invoice: Invoice) -> list[ProblemCode]:
    return [problem.code for problem in invoice.problems if problem.fields != ("currency",)]


def test_the_spelling_that_agrees_is_taken_and_told() -> None:
    invoice = read("126.00", ("128.00", "120.00"))
    assert invoice.total is not None
    assert (invoice.total.value, invoice.total.text) == (Decimal("120.00"), "126.00")
    assert ProblemCode.ALTERNATIVE in told(invoice)
    assert ProblemCode.TOTAL_DIFFERS not in told(invoice)


@pytest.mark.parametrize("alternatives", [(), ("128.00", "186.00")])
def test_no_amount_is_made_up_to_make_a_sum_fit(alternatives: tuple[str, ...]) -> None:
    invoice = read("126.00", alternatives)
    assert invoice.total is not None
    assert invoice.total.value == Decimal("126.00")
    assert told(invoice) == [ProblemCode.TOTAL_DIFFERS]


def test_what_fits_stays_as_it_is() -> None:
    invoice = read("120.00", ("126.00",))
    assert invoice.total is not None
    assert invoice.total.value == Decimal("120.00")
    assert ProblemCode.ALTERNATIVE not in told(invoice)
