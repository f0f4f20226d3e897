from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from penscript.invoices.bookings import Booking, least_sure, mark_duplicates, plain, reasons, with_cents
from penscript.invoices.values import Field, Invoice, Problem, ProblemCode


def field(value: Any, confidence: float = 95.0, line: int = 0) -> Field[Any]:
    return Field(value, str(value), confidence, (line,))


INVOICE = Invoice(
    kind=field("invoice"),
    number=field("R-17", line=1),
    date=field(date(2026, 3, 5), line=2),
    seller=field("Birkenhof GmbH", line=3),
    total=field(Decimal("119.00"), line=4),
)


def codes(invoice: Invoice, threshold: float = 75) -> list[tuple[str, tuple[str, ...]]]:
    return [(str(one.code), one.fields) for one in reasons(invoice, threshold)]


def test_what_is_sure_and_whole_needs_nobody() -> None:
    assert codes(INVOICE) == []
    assert least_sure(INVOICE) == 95.0
    assert least_sure(Invoice()) is None


def test_what_is_missing_or_doubtful_needs_a_person_money_first() -> None:
    doubtful = replace(INVOICE, number=None, total=field(Decimal("1.00"), 60.0, 4), iban=field("DE1", 20.0, 5))
    found = reasons(doubtful, 75)
    assert [(one.code, one.fields, one.lines) for one in found] == [
        (ProblemCode.DOUBTFUL, ("iban",), (5,)),
        (ProblemCode.MISSING, ("number",), ()),
        (ProblemCode.DOUBTFUL, ("total",), (4,)),
    ]
    assert "60 percent" in found[-1].message
    assert codes(doubtful, threshold=10) == [("missing", ("number",))]


def test_a_receipt_may_have_no_number() -> None:
    assert codes(replace(INVOICE, kind=field("receipt"), number=None)) == []


def test_a_problem_is_told_once_with_its_lines() -> None:
    problem = Problem(ProblemCode.TOTAL_DIFFERS, "They do not fit.", ("net", "tax", "total"))
    found = reasons(replace(INVOICE, problems=(problem,), total=field(Decimal("1.00"), 10.0, 4)), 75)
    assert [(one.code, one.lines, one.cost) for one in found] == [(ProblemCode.TOTAL_DIFFERS, (4,), 2.0)]


def duplicates(*invoices: Invoice | None, hashes: str = "") -> list[str | None]:
    bookings = [
        Booking(f"{place}.png", digest, one)
        for place, (one, digest) in enumerate(zip(invoices, hashes or "abcdefgh", strict=False))
    ]
    told = []
    for booking in mark_duplicates(bookings):
        problems = booking.invoice.problems if booking.invoice else ()
        told.append(next((one.message for one in problems if one.code is ProblemCode.DUPLICATE), None))
    return told


def test_the_same_file() -> None:
    assert duplicates(INVOICE, Invoice(), hashes="aa") == [None, "The same file as 0.png."]


def test_the_same_seller_and_number() -> None:
    again = replace(INVOICE, seller=field("BIRKENHOF GMBH"), number=field("R 17"), total=field(Decimal("119.80")))
    assert duplicates(INVOICE, None, again) == [None, None, "The same seller and number as 0.png."]


def test_another_seller_or_kind_may_have_the_same_number() -> None:
    other = replace(INVOICE, seller=field("Hansa Druckerei KG"))
    credit = replace(INVOICE, kind=field("credit_note"))
    assert duplicates(INVOICE, other, credit) == [None, None, None]


def test_the_vat_number_counts_before_the_name() -> None:
    one, other = (
        replace(INVOICE, vat_id=field("DE136695976"), seller=field(name)) for name in ("Birkenhof", "Logo AG")
    )
    assert duplicates(one, other) == [None, "The same seller and number as 0.png."]


def test_the_same_total_on_the_same_day_where_no_number_tells_otherwise() -> None:
    nameless = replace(INVOICE, number=None)
    other_number = replace(INVOICE, number=field("R-18"))
    other_day = replace(nameless, date=field(date(2026, 3, 6)))
    other_shop = replace(nameless, seller=field("Rheintal KG"))
    assert duplicates(INVOICE, nameless) == [None, "The same total on the same day as 0.png."]
    assert duplicates(INVOICE, other_number, other_day, other_shop) == [None] * 4


def test_what_is_in_the_books_already() -> None:
    (marked,) = mark_duplicates([Booking("new.png", "x", INVOICE)], [Booking("old.png", "y", INVOICE)])
    assert marked.invoice is not None
    assert marked.invoice.problems[-1].message == "The same seller and number as old.png."


def test_values_as_text() -> None:
    values = (None, Decimal("1E+2"), Decimal("12.50"), date(2026, 3, 5), "x")
    assert [plain(one) for one in values] == ["", "100", "12.50", "2026-03-05", "x"]


def test_amounts_have_their_cents_and_no_number_is_too_long() -> None:
    assert str(with_cents(Decimal("119"))) == "119.00"
    assert str(with_cents(Decimal("1.2345"))) == "1.2345"
    assert with_cents(Decimal("9" * 40)) == Decimal("9" * 40)
