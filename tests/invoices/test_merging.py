from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from invoice_xml import factur_x
from penscript.document import Attachment, Barcode, Bounds, Document, Line, Page
from penscript.invoices.merging import with_truth
from penscript.invoices.values import Field, Invoice, Problem, ProblemCode, Source

BOX = Bounds(10, 20, 300, 30)
EPC = "BCD\n002\n1\nSCT\n\nEichler GmbH\nDE89370400440532013000\nEUR119.00\n\n\n"


def field(value: Any, confidence: float = 90.0) -> Field[Any]:
    return Field(value, str(value), confidence, (1,), BOX, 1)


def page(*texts: str, codes: tuple[str, ...] = ()) -> Page:
    lines = tuple(
        Line(text, 90.0, Bounds(10, 50 * row, 300, 30), ((10, 50 * row), (310, 50 * row), (310, 50 * row + 30)))
        for row, text in enumerate(texts)
    )
    return Page(1, 800, 1000, lines, tuple(Barcode(code, "QRCode", BOX) for code in codes))


def document(*texts: str, codes: tuple[str, ...] = (), xml: bytes | None = None) -> Document:
    files = () if xml is None else (Attachment("factur-x.xml", xml),)
    return Document("x.pdf", (page("first"), replace(page(*texts, codes=codes), number=2)), files)


PRINTED = Invoice(number=field("R-17"), total=field(Decimal("119.00")), date=field(date(2026, 3, 5)))


def test_without_truth_nothing_changes() -> None:
    assert with_truth(PRINTED, document("R-17")) is PRINTED


def test_the_file_is_the_value_and_the_page_its_place() -> None:
    texts = ("Rechnung R-17", "vom 05.03.2026", "fällig 4.4.26", "IBAN DE89 3704 0044 0532 0130 00")
    merged = with_truth(PRINTED, document(*texts, xml=factur_x()))
    assert merged.problems == ()
    assert merged.total is not None
    assert (merged.total.source, merged.total.lines, merged.total.bounds) == (Source.EMBEDDED, (1,), BOX)
    for found, line in ((merged.due_date, 3), (merged.iban, 4)):
        assert found is not None
        assert (found.lines, found.page) == ((line,), 2)
    assert merged.order_number is not None
    assert (merged.order_number.lines, merged.order_number.bounds) == ((), None)


def test_what_is_printed_otherwise_is_told() -> None:
    printed = replace(PRINTED, total=field(Decimal("191.00")), number=field("R-18"))
    merged = with_truth(printed, document("Rechnung R-18", "Summe 191,00", xml=factur_x()))
    assert {one.fields for one in merged.problems} == {("number",), ("total",)}
    assert {one.code for one in merged.problems} == {ProblemCode.PRINTED_DIFFERS}
    assert merged.total is not None
    assert merged.total.value == Decimal("119.00")
    assert "119.00" in merged.problems[-1].message
    assert "191.00" in merged.problems[-1].message


@pytest.mark.parametrize(("confidence", "told"), [(40.0, 0), (95.0, 1)])
def test_a_doubtful_reading_is_no_contradiction_where_the_value_is_printed(confidence: float, told: int) -> None:
    printed = replace(PRINTED, total=field(Decimal("100.00"), confidence))
    merged = with_truth(printed, document("netto 100,00", "Summe 119,00", xml=factur_x()))
    assert len(merged.problems) == told


@pytest.mark.parametrize(
    ("name", "read", "text"),
    [
        ("date", date(2026, 5, 3), "05/03/2026"),
        ("date", date(2026, 5, 3), "03/05/2026"),
        ("total", Decimal(-119), "-119,00"),
    ],
)
def test_what_can_be_read_both_ways_is_no_contradiction(name: str, read: object, text: str) -> None:
    printed = replace(PRINTED, **{name: Field(read, text, 99.0, (1,), BOX, 2)})
    doubt = Problem(ProblemCode.AMBIGUOUS_DATE, "Day or month?", (name,))
    merged = with_truth(replace(printed, problems=(doubt,)), document(text, xml=factur_x()))
    assert merged.problems == ()
    assert getattr(merged, name).lines == (1,)


@pytest.mark.parametrize(("code", "told"), [("381", 0), ("380", 1)])
def test_a_credit_may_be_printed_with_a_minus(code: str, told: int) -> None:
    printed = replace(PRINTED, total=Field(Decimal(-119), "-100 + -19", 99.0, (1,), BOX, 2))
    merged = with_truth(printed, document("R-17", xml=factur_x(code=code)))
    assert len(merged.problems) == told


def test_sums_are_those_of_the_file() -> None:
    misread = (
        Problem(ProblemCode.ITEMS_DIFFER, "Items and net.", ("items", "net", "total")),
        Problem(ProblemCode.CASH_DIFFERS, "Cash and change.", ("total",)),
    )
    merged = with_truth(replace(PRINTED, problems=misread), document("R-17", xml=factur_x()))
    assert [one.code for one in merged.problems] == [ProblemCode.CASH_DIFFERS]
    wrong = with_truth(Invoice(), document("R-17", xml=factur_x(total="120.00")))
    assert [one.code for one in wrong.problems] == [ProblemCode.TOTAL_DIFFERS]
    assert "a total of 120.00" in wrong.problems[0].message


def test_a_wrong_number_is_told_once() -> None:
    twice = Problem(ProblemCode.CHECK_DIGIT, "On the page.", ("iban",))
    merged = with_truth(replace(PRINTED, problems=(twice,)), document("x", xml=factur_x(iban="DE88")))
    assert len(merged.problems) == 1


def test_a_code_fills_in_how_to_pay() -> None:
    merged = with_truth(PRINTED, document("Summe 119,00", codes=(EPC,)))
    assert merged.problems == ()
    assert merged.payable is not None
    assert (merged.payable.value, merged.payable.source) == (Decimal("119.00"), Source.BARCODE)
    assert merged.total == PRINTED.total


def test_a_code_that_asks_for_another_amount_is_told() -> None:
    merged = with_truth(PRINTED, document("Summe 119,00", codes=(EPC.replace("119.00", "9119.00"),)))
    assert [(one.code, one.fields) for one in merged.problems] == [(ProblemCode.PRINTED_DIFFERS, ("payable",))]


def test_code_and_file_are_held_against_each_other() -> None:
    code = EPC.replace("DE89370400440532013000", "DE02120300000000202051")
    merged = with_truth(PRINTED, document("Summe 119,00", codes=(code,), xml=factur_x()))
    assert merged.iban is not None
    assert merged.iban.value == "DE89370400440532013000"
    assert [(one.code, one.fields) for one in merged.problems] == [(ProblemCode.PRINTED_DIFFERS, ("iban",))]


def test_what_the_file_tells_is_missing_no_more() -> None:
    missing = (
        Problem(ProblemCode.MISSING, "No seller was found.", ("seller",)),
        Problem(ProblemCode.MISSING, "No terms were found.", ("terms",)),
    )
    merged = with_truth(replace(PRINTED, problems=missing), document("R-17", xml=factur_x()))
    assert [one.fields for one in merged.problems] == [("terms",)]


def test_a_wrong_account_in_the_file_leaves_what_was_read() -> None:
    printed = replace(PRINTED, iban=field("DE89370400440532013000"))
    merged = with_truth(printed, document("x", xml=factur_x(iban="DE88370400440532013000")))
    assert merged.iban == printed.iban
    assert [one.code for one in merged.problems] == [ProblemCode.CHECK_DIGIT]
