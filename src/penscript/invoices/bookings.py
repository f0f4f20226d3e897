"""Many documents on their way to the books: which are there twice, and which a person has to see, and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from rapidfuzz.fuzz import ratio

from penscript.invoices.values import MONEY, Field, Invoice, InvoiceKind, Problem, ProblemCode

WANTED = ("number", "date", "seller", "total")
"""What a document cannot be booked without. A receipt may have no number."""
DECIDING = (*WANTED, "due_date", "currency", "net", "tax", "vat_id", "iban")
"""A doubt in one of these is for a person."""
_ALIKE = 90
_COST_OF_MONEY = 2.0


@dataclass(frozen=True, slots=True)
class Booking:
    """One document. sha256: of its file, hex. invoice: None where it could not be read, which `error` explains."""

    source: str
    sha256: str = ""
    invoice: Invoice | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a person should look. lines: indexes of the lines to look at. cost: of an error there, 0 to 2."""

    code: ProblemCode
    message: str
    fields: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    cost: float = 1.0


def reasons(invoice: Invoice, threshold: float) -> list[Reason]:
    """Why a person should look at an invoice, the costliest first. threshold: percent that accepts a field."""
    found = [_of_problem(invoice, problem) for problem in invoice.problems]
    told = {name for reason in found for name in reason.fields}
    found += [one for one in _missing(invoice) if one.fields[0] not in told]
    found += [one for one in _doubtful(invoice, threshold) if one.fields[0] not in told]
    return sorted(found, key=lambda one: -one.cost)


def _of_problem(invoice: Invoice, problem: Problem) -> Reason:
    fields = [getattr(invoice, name, None) for name in problem.fields]
    lines = sorted({line for field in fields if isinstance(field, Field) for line in field.lines})
    money = any(name in (*MONEY, "items", "taxes", "iban") for name in problem.fields)
    return Reason(problem.code, problem.message, problem.fields, tuple(lines), _COST_OF_MONEY if money else 1.0)


def _missing(invoice: Invoice) -> Iterator[Reason]:
    receipt = invoice.kind is not None and invoice.kind.value == InvoiceKind.RECEIPT
    for name in WANTED:
        if getattr(invoice, name) is None and not (receipt and name == "number"):
            cost = _COST_OF_MONEY if name in MONEY else 1.0
            yield Reason(ProblemCode.MISSING, f"No {name} was found.", (name,), (), cost)


def _doubtful(invoice: Invoice, threshold: float) -> Iterator[Reason]:
    for name in DECIDING:
        field: Field[Any] | None = getattr(invoice, name)
        if field is not None and field.confidence < threshold:
            cost = (1 - field.confidence / 100) * (_COST_OF_MONEY if name in (*MONEY, "iban") else 1.0)
            message = f"The {name.replace('_', ' ')} {field.value} is right with {field.confidence:.0f} percent only."
            yield Reason(ProblemCode.DOUBTFUL, message, (name,), field.lines, cost)


def mark_duplicates(bookings: Sequence[Booking], earlier: Iterable[Booking] = ()) -> list[Booking]:
    """The bookings, each with a problem for the first one before it that seems to be the same document.

    earlier: what is in the books already. The same is the same file; the same number of the same seller; or the same
    total on the same day, where neither the numbers nor the sellers tell otherwise.
    """
    before, marked = list(earlier), []
    for booking in bookings:
        twin = next(((one, why) for one in before if (why := _same(one, booking))), None)
        before.append(booking)
        if twin is not None and booking.invoice is not None:
            problem = Problem(ProblemCode.DUPLICATE, f"{twin[1]} as {twin[0].source}.", ("number",))
            booking = replace(  # noqa: PLW2901 - the marked one takes its place
                booking, invoice=replace(booking.invoice, problems=(*booking.invoice.problems, problem))
            )
        marked.append(booking)
    return marked


def _same(one: Booking, other: Booking) -> str | None:
    """What both have in common, or None where they are different documents."""
    if one.sha256 and one.sha256 == other.sha256:
        return "The same file"
    left, right = one.invoice, other.invoice
    if left is None or right is None:
        return None
    numbers, sellers = _equal(left.number, right.number), _same_seller(left, right)
    if numbers and sellers and _equal(left.kind, right.kind) is not False:
        return "The same seller and number"
    if _equal(left.total, right.total) and _equal(left.date, right.date) and numbers is None and sellers is not False:
        return "The same total on the same day"
    return None


def _same_seller(left: Invoice, right: Invoice) -> bool | None:
    """By the VAT number or the account, else by the name; None where that is not known of both."""
    if _equal(left.vat_id, right.vat_id) or _equal(left.iban, right.iban):
        return True
    if left.seller is None or right.seller is None:
        return None
    return ratio(_letters(left.seller.value), _letters(right.seller.value)) >= _ALIKE


def _equal(left: Field[Any] | None, right: Field[Any] | None) -> bool | None:
    """Whether two fields say the same; None where one of them says nothing."""
    if left is None or right is None:
        return None
    if isinstance(left.value, str):
        return _letters(left.value) == _letters(str(right.value))
    return bool(left.value == right.value)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def least_sure(invoice: Invoice) -> float | None:
    """The lowest confidence among what a document cannot be booked without; None where nothing of it was found."""
    found = [field.confidence for name in WANTED if (field := getattr(invoice, name)) is not None]
    return min(found, default=None)


def value_of(invoice: Invoice, name: str) -> object:
    """The value of a field, or None. Money stays a Decimal with its cents, a day a date."""
    field: Field[Any] | None = getattr(invoice, name)
    return None if field is None else with_cents(field.value)


def with_cents(value: object) -> object:
    """An amount with two decimals where it has fewer, or more that are noughts; anything else as it is."""
    if not isinstance(value, Decimal) or not value.is_finite() or value.adjusted() > _LARGEST:
        return value
    return round(value, 2) if value == round(value, 2) else value


_LARGEST = 24
"""The power of ten above which nothing is an amount, and a Decimal cannot be rounded to cents."""


def plain(value: object) -> str:
    """A value as text: money with a point, days as in ISO 8601, nothing as nothing."""
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)
