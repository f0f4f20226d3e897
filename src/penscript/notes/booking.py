"""Invoices in the notes: their fields beside the document, what a person has to see in the queue of review."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from penscript.invoices.bookings import Booking, Reason, plain, reasons
from penscript.invoices.values import DATES, FIELDS, MONEY, Field, Invoice
from penscript.notes.protocol import Notes
from penscript.notes.values import StoredField, StoredLine

_LARGEST_STEP = 500
_TELLING = 5
"""Figures that tell a number from others."""
PREFIX = "invoice:"
"""What the reasons of the queue begin with."""


def book(notes: Notes, document: int, invoice: Invoice, threshold: float) -> int:
    """Keep the fields of a document and offer the lines that a person has to see; how many.

    Booking twice changes nothing. A line is offered with the costliest reason. What has no line is told where its
    number is printed, or as a missing total at the first line.
    """
    lines = [line for page in notes.pages(document) for line in page.lines]
    ids = [line.id for line in lines]
    notes.set_fields(document, list(stored_fields(invoice, ids)))
    offered: set[int] = set()
    for reason in reasons(invoice, threshold):
        for line in _lines(reason, lines):
            if line not in offered:
                notes.offer(line, 1.0, f"{PREFIX} {reason.message}", reason.cost)
                offered.add(line)
    return len(offered)


def _lines(reason: Reason, lines: Sequence[StoredLine]) -> list[int]:
    """The lines of a reason; where it has none those that print its number, else the first one."""
    chosen = [lines[line] for line in reason.lines if line < len(lines)]
    figures = _figures(reason.message)
    if not chosen and len(figures) >= _TELLING:
        chosen = [line for line in lines if figures in _figures(line.text)]
    return [line.id for line in chosen or lines[:1]]


def _figures(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def stored_fields(invoice: Invoice, ids: list[int]) -> Iterator[StoredField]:
    """The fields as the notes keep them: `total`, `tax.1.rate`, `item.2.amount`. ids: of the lines in order."""

    def lines(of: Any) -> tuple[int, ...]:
        return tuple(ids[line] for line in of.lines if line < len(ids))

    for name, field in invoice.found():
        yield StoredField(name, plain(field.value), field.confidence, lines(field))
    for number, tax in enumerate(invoice.taxes, start=1):
        for name in ("rate", "base", "amount"):
            if (value := getattr(tax, name)) is not None:
                yield StoredField(f"tax.{number}.{name}", plain(value), tax.confidence, lines(tax))
    for number, item in enumerate(invoice.items, start=1):
        for name in ("description", "quantity", "unit", "unit_price", "tax_rate", "amount"):
            if (value := getattr(item, name)) is not None:
                yield StoredField(f"item.{number}.{name}", plain(value), item.confidence, lines(item))


def bookings_in(notes: Notes, without: Iterable[int] = ()) -> Iterator[Booking]:
    """What is in the books already: the documents with fields, the oldest last."""
    left, offset = set(without), 0
    while found := notes.documents(limit=_LARGEST_STEP, offset=offset):
        offset += len(found)
        for one in found:
            if one.id not in left and (fields := notes.fields(one.id)):
                yield Booking(one.source, one.sha256 or "", invoice_of(fields))


def invoice_of(fields: Iterable[StoredField]) -> Invoice:
    """The single fields of an invoice from what the notes keep; values of another kind are left out."""
    told: dict[str, Any] = {}
    for field in fields:
        if field.name in FIELDS and (value := _value(field.name, field.value)) is not None:
            told[field.name] = Field(value, field.value, field.confidence or 0.0)
    return Invoice(**told)


def _value(name: str, text: str) -> Decimal | date | str | None:
    try:
        if name in MONEY:
            value = Decimal(text)
            return value if value.is_finite() else None
        return date.fromisoformat(text) if name in DATES else text
    except (InvalidOperation, ValueError):
        return None
