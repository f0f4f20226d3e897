"""What an invoice or a receipt says, as plain values. Money is Decimal, a day is a date, what is not there is None."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from penscript.document import Bounds

ValueT_co = TypeVar("ValueT_co", Decimal, datetime.date, str, covariant=True)


class Source(StrEnum):
    """Where a value comes from: the page, an XML inside the file, a code on the page, a template of a supplier."""

    PRINTED = "printed"
    EMBEDDED = "embedded"
    BARCODE = "barcode"
    TEMPLATE = "template"


class InvoiceKind(StrEnum):
    """What a document is. OTHER: nothing that asks for money or says that it was paid."""

    INVOICE = "invoice"
    RECEIPT = "receipt"
    CREDIT_NOTE = "credit_note"
    REMINDER = "reminder"
    QUOTE = "quote"
    ORDER = "order"
    DELIVERY_NOTE = "delivery_note"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands. lines: indexes into the lines of the result. bounds: the box around just these words, in
    pixels of page `page` (from 1). All empty for what is not printed.
    """

    lines: tuple[int, ...] = ()
    bounds: Bounds | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Field(Generic[ValueT_co]):
    """One value of an invoice. text: as it is printed. confidence: percent, the probability that the value is right.

    lines, bounds, page: see `Place`.
    """

    value: ValueT_co
    text: str
    confidence: float
    lines: tuple[int, ...] = ()
    bounds: Bounds | None = None
    page: int | None = None
    source: Source = Source.PRINTED


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the table of what was sold. amount: of the whole row, as printed. tax_rate: percent.

    confidence: percent, of the amount. lines, bounds, page: see `Place`.
    """

    description: str
    quantity: Decimal | None = None
    unit: str | None = None
    unit_price: Decimal | None = None
    tax_rate: Decimal | None = None
    amount: Decimal | None = None
    confidence: float = 0.0
    lines: tuple[int, ...] = ()
    bounds: Bounds | None = None
    page: int | None = None
    source: Source = Source.PRINTED


@dataclass(frozen=True, slots=True)
class Tax:
    """The tax of one rate (percent): what it is charged on, and what it comes to. Place and confidence as in `Item`."""

    rate: Decimal | None
    base: Decimal | None = None
    amount: Decimal | None = None
    confidence: float = 0.0
    lines: tuple[int, ...] = ()
    bounds: Bounds | None = None
    page: int | None = None
    source: Source = Source.PRINTED


class ProblemCode(StrEnum):
    """Why a person should look at an invoice."""

    MISSING = "missing"
    AMBIGUOUS_DATE = "ambiguous_date"
    AMBIGUOUS_NUMBER = "ambiguous_number"
    TOTAL_DIFFERS = "total_differs"
    TAXES_DIFFER = "taxes_differ"
    ITEMS_DIFFER = "items_differ"
    CASH_DIFFERS = "cash_differs"
    CHECK_DIGIT = "check_digit"
    ALTERNATIVE = "alternative"
    DATES_DISAGREE = "dates_disagree"
    PRINTED_DIFFERS = "printed_differs"
    UNREADABLE_TRUTH = "unreadable_truth"
    UNKNOWN_CURRENCY = "unknown_currency"
    DUPLICATE = "duplicate"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not fit. message: a sentence for a person. fields: the names of the fields it is about."""

    code: ProblemCode
    message: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invoice:
    """What an invoice says; a field that was not found is None.

    number: as the seller counts. net, tax, total: without tax, all tax, with tax. payable: what is still to be paid,
    where that is printed apart. vat_id: the seller's VAT number; tax_id: a national tax number; registration: of the
    company. iban, bic: where to pay. terms: of payment. currency: ISO 4217. kind: a value of `InvoiceKind`.
    """

    kind: Field[str] | None = None
    number: Field[str] | None = None
    date: Field[datetime.date] | None = None
    due_date: Field[datetime.date] | None = None
    delivery_date: Field[datetime.date] | None = None
    seller: Field[str] | None = None
    seller_address: Field[str] | None = None
    buyer: Field[str] | None = None
    buyer_address: Field[str] | None = None
    currency: Field[str] | None = None
    net: Field[Decimal] | None = None
    tax: Field[Decimal] | None = None
    total: Field[Decimal] | None = None
    payable: Field[Decimal] | None = None
    vat_id: Field[str] | None = None
    buyer_vat_id: Field[str] | None = None
    tax_id: Field[str] | None = None
    registration: Field[str] | None = None
    iban: Field[str] | None = None
    bic: Field[str] | None = None
    order_number: Field[str] | None = None
    customer_number: Field[str] | None = None
    terms: Field[str] | None = None
    taxes: tuple[Tax, ...] = ()
    items: tuple[Item, ...] = ()
    problems: tuple[Problem, ...] = ()

    def found(self) -> Iterator[tuple[str, Field[Decimal] | Field[datetime.date] | Field[str]]]:
        """The names and fields that were found, in the order in which they stand above."""
        for name in FIELDS:
            if (field := getattr(self, name)) is not None:
                yield name, field

    def to_json(self, indent: int | None = None) -> str:
        """The invoice as JSON, `indent` spaces a level when given. Money is text, so that no cent is lost."""
        from penscript.invoices.json import to_json

        return to_json(self, indent)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Invoice":
        """The invoice that `to_json` wrote. Raises InputError, and SchemaTooNew for one of a later Penscript."""
        from penscript.invoices.json import from_json

        return from_json(text)


FIELDS = tuple(field.name for field in fields(Invoice) if field.name not in ("taxes", "items", "problems"))
"""The names of the single fields of an invoice, in order."""

MONEY = ("net", "tax", "total", "payable")
DATES = ("date", "due_date", "delivery_date")
