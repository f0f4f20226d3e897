"""Bookings -> tables: one row a document; further tables of items, taxes, reasons to look, places of the fields."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from penscript.invoices.bookings import Booking, least_sure, plain, reasons, value_of, with_cents
from penscript.invoices.values import FIELDS, Field

Row = tuple[object, ...]
"""Cells: text, Decimal, date, float, int or None."""
DOCUMENTS, ITEMS, TAXES, REVIEW, LINES = "documents", "items", "taxes", "review", "lines"
HEADS = {
    DOCUMENTS: ("file", *FIELDS, "confidence", "review", "error"),
    ITEMS: ("file", "row", "description", "quantity", "unit", "unit_price", "tax_rate", "amount", "confidence"),
    TAXES: ("file", "rate", "base", "amount", "confidence"),
    REVIEW: ("file", "code", "fields", "reason"),
    LINES: ("file", "field", "value", "text", "confidence", "source", "page", "x", "y", "width", "height"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a row of names."""

    name: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]


def tables_of(bookings: Sequence[Booking], threshold: float, *, lines: bool = False) -> list[Table]:
    """The tables, that of the documents first. threshold: percent from which a field is accepted.

    lines: one more, with a row a field: what is printed, how sure it is, where it stands.
    """
    makers = {DOCUMENTS: _document, ITEMS: _items, TAXES: _taxes, REVIEW: _review}
    if lines:
        makers[LINES] = _lines
    return [
        Table(name, HEADS[name], tuple(row for one in bookings for row in make(one, threshold)))
        for name, make in makers.items()
    ]


def _document(booking: Booking, threshold: float) -> Iterator[Row]:
    invoice = booking.invoice
    if invoice is None:
        yield (booking.source, *[None] * (len(FIELDS) + 1), "yes", booking.error)
        return
    told = "; ".join(reason.message for reason in reasons(invoice, threshold))
    yield booking.source, *(value_of(invoice, name) for name in FIELDS), least_sure(invoice), told or None, None


def _items(booking: Booking, _: float) -> Iterator[Row]:
    for number, item in enumerate(booking.invoice.items if booking.invoice else (), start=1):
        price, amount = with_cents(item.unit_price), with_cents(item.amount)
        yield (
            booking.source,
            number,
            item.description,
            item.quantity,
            item.unit,
            price,
            item.tax_rate,
            amount,
            item.confidence,
        )


def _taxes(booking: Booking, _: float) -> Iterator[Row]:
    for tax in booking.invoice.taxes if booking.invoice else ():
        yield booking.source, tax.rate, with_cents(tax.base), with_cents(tax.amount), tax.confidence


def _review(booking: Booking, threshold: float) -> Iterator[Row]:
    if booking.invoice is None:
        yield booking.source, "failed", None, booking.error
        return
    for reason in reasons(booking.invoice, threshold):
        yield booking.source, str(reason.code), " ".join(reason.fields), reason.message


def _lines(booking: Booking, _: float) -> Iterator[Row]:
    for name, field in booking.invoice.found() if booking.invoice else ():
        yield booking.source, name, plain(field.value), field.text, field.confidence, str(field.source), *_place(field)


def _place(field: Field[Any]) -> Row:
    box = field.bounds
    return (field.page, *((None,) * 4 if box is None else (box.x, box.y, box.width, box.height)))
