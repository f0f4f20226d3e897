"""Truth that travels with a document, laid over what is printed, and held against it.

What the file says is the value; the page says where it stands. Where both differ a person has to look: the file may be
wrong, and so may the reading.
"""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from penscript.document import Document
from penscript.invoices.cii import read_xml
from penscript.invoices.payment_codes import read_codes
from penscript.invoices.values import FIELDS, Field, Invoice, InvoiceKind, Problem, ProblemCode, Source

AMOUNTS = ("net", "tax", "total", "payable")
COMPARED = ("number", "date", "due_date", "currency", *AMOUNTS, "vat_id", "iban", "bic")
"""Names and addresses are written in many ways: these alone are compared."""
_SURE_ENOUGH = 80.0
"""A printed value that differs is told from this percentage on, even where the other one is printed somewhere too."""
_SUMS = (ProblemCode.TOTAL_DIFFERS, ProblemCode.TAXES_DIFFER, ProblemCode.ITEMS_DIFFER)
_SOLVED = (ProblemCode.MISSING, ProblemCode.AMBIGUOUS_DATE, ProblemCode.AMBIGUOUS_NUMBER, *_SUMS)
"""Problems of the reading that are none where the document itself tells the value."""
_NUMBER = re.compile(r"\d(?:[\d .,'’]*\d)?")


def read_truth(document: Document) -> Invoice | None:
    """What the document itself says: its XML, then the payment code on its pages; None where there is neither."""
    xml = read_xml(document.attachments)
    code = read_codes(barcode for page in document.pages for barcode in page.barcodes)
    if xml is None or code is None:
        return xml or code
    return _joined(code, xml, "The payment code on the page", "the XML in the file")


def with_truth(printed: Invoice, document: Document) -> Invoice:
    """The invoice with the values that travel with the document in the place of those that were read."""
    truth = read_truth(document)
    return printed if truth is None else merge(printed, truth, document)


def merge(printed: Invoice, truth: Invoice, document: Document) -> Invoice:
    """`truth` over `printed`, each field with the place where its value is printed; a problem for each that differs."""
    fields: dict[str, Any] = {}
    twice = {(one.code, one.fields) for one in truth.problems if one.code is ProblemCode.CHECK_DIGIT}
    problems = [one for one in printed.problems if (one.code, one.fields) not in twice]
    problems += truth.problems
    for name in FIELDS:
        told, read = getattr(truth, name), getattr(printed, name)
        if told is None:
            continue
        place = _place(told, read, document)
        fields[name] = _placed(told, place)
        if name == "payable" and read is None and truth.total is None:
            read = printed.total  # a payment code tells what to pay, an invoice mostly its total alone
        if name in COMPARED and read is not None and _differs(told, read, place) and not _credited(told, read, truth):
            problems.append(_differing(told, name, read))
    fields |= {name: rows for name in ("taxes", "items") if (rows := getattr(truth, name))}
    problems = [one for one in problems if not (one.code in _SOLVED and set(one.fields) <= set(fields))]
    problems += _sum_of(truth)
    return replace(printed, **fields, problems=tuple(problems))


def _sum_of(truth: Invoice) -> list[Problem]:
    """Net and tax of the file have to come to its total."""
    net, tax, total = truth.net, truth.tax, truth.total
    if net is None or tax is None or total is None or net.value + tax.value == total.value:
        return []
    message = f"The XML in the file says net {net.value} and tax {tax.value}, but a total of {total.value}."
    return [Problem(ProblemCode.TOTAL_DIFFERS, message, ("net", "tax", "total"))]


def _joined(code: Invoice, xml: Invoice, one: str, other: str) -> Invoice:
    """The XML over the code, with a problem for each amount or number in which they differ."""
    problems = [*xml.problems, *code.problems]
    for name in COMPARED:
        left, right = getattr(code, name), getattr(xml, name)
        if left is not None and right is not None and not _equal(left.value, right.value):
            message = f"{one} says {left.value}, {other} says {right.value}."
            problems.append(Problem(ProblemCode.PRINTED_DIFFERS, message, (name,)))
    fields = {name: getattr(xml, name) or getattr(code, name) for name in FIELDS}
    return replace(xml, **fields, taxes=xml.taxes or code.taxes, problems=tuple(problems))


def _differing(told: Field[Any], name: str, read: Field[Any]) -> Problem:
    where = "The payment code" if told.source is Source.BARCODE else "The XML in the file"
    message = f"{where} says {told.value}, the page says {read.value}."
    return Problem(ProblemCode.PRINTED_DIFFERS, message, (name,))


def _differs(told: Field[Any], read: Field[Any], place: Field[Any] | None) -> bool:
    """Whether a person should see that the page says something else. A doubtful reading is no contradiction."""
    if _equal(told.value, read.value) or _holds(read.text, told.value):
        return False  # the same text can be read both ways, as days can, and credit with or without a minus
    return place is None or read.confidence >= _SURE_ENOUGH


def _credited(told: Field[Any], read: Field[Any], truth: Invoice) -> bool:
    """Whether both say the same credit, which the file tells without the minus that is printed."""
    credit = truth.kind is not None and truth.kind.value == InvoiceKind.CREDIT_NOTE
    return credit and isinstance(told.value, Decimal) and told.value == -read.value


def _placed(told: Field[Any], place: Field[Any] | None) -> Field[Any]:
    if place is None:
        return told
    return replace(told, text=place.text, lines=place.lines, bounds=place.bounds, page=place.page)


def _place(told: Field[Any], read: Field[Any] | None, document: Document) -> Field[Any] | None:
    """Where the value is printed: where it was read, or the first line that holds it."""
    if read is not None and _equal(told.value, read.value):
        return read
    number = 0
    for page in document.pages:
        for line in page.lines:
            if _holds(line.text, told.value):
                return replace(told, lines=(number,), bounds=line.bounds, page=page.number)
            number += 1
    return None


def _equal(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return _letters(one) == _letters(other)
    return one == other


def _holds(text: str, value: object) -> bool:
    """Whether a line tells a value, in whatever convention."""
    if isinstance(value, Decimal):
        return any(_digits(found[0]) in _written(value) for found in _NUMBER.finditer(text))
    if isinstance(value, date):
        return _holds_day(text, value)
    plain = _letters(str(value))
    return len(plain) >= 3 and plain in _letters(text)


def _written(value: Decimal) -> set[str]:
    """The digits of an amount, with its cents or, where it has none, without."""
    written = {_digits(f"{abs(value):.2f}")}
    return written | {f"{abs(value):.0f}"} if value == value.to_integral_value() else written


def _holds_day(text: str, value: date) -> bool:
    day, month, year = f"{value:%d}", f"{value:%m}", f"{value:%Y}"
    orders = [[day, month, year], [month, day, year], [year, month, day], [day, month, year[2:]]]
    parts = [part.zfill(2) for part in re.findall(r"\d+", text)]
    return any(parts[start : start + 3] in orders for start in range(len(parts)))


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
