"""A template of a supplier from one document whose fields a person has corrected."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from penscript.document import Document
from penscript.errors import UsageError
from penscript.invoices.labels import letters
from penscript.invoices.sheet import Sheet
from penscript.invoices.suppliers import Rule, Supplier
from penscript.invoices.templates import Stretch, find
from penscript.invoices.values import DATES, MONEY, Field, Invoice

SAME_EVERYWHERE = ("seller", "seller_address", "currency", "vat_id", "tax_id", "registration", "iban", "bic")
"""What a supplier prints alike on every document: kept as it is."""
LEARNED = ("number", *DATES, *MONEY, "order_number", "customer_number", "terms")
"""What differs: where it stands is learned."""


def learn_supplier(corrected: Invoice, document: Document) -> Supplier:
    """The template that finds the corrected values in this document again.

    A place is learned only where it gives the corrected value back. Raises UsageError where nothing tells the supplier,
    or no field was found on the page.
    """
    sheet = Sheet.of(document)
    supplier = _known_by(corrected, sheet)
    supplier = replace(supplier, order=_order(corrected, sheet))
    rules = {}
    for name in LEARNED:
        field = getattr(corrected, name)
        rule = None if field is None else next(_fitting(sheet, name, field, supplier), None)
        if rule is not None:
            rules[name] = rule
    if not rules:
        raise UsageError(
            "None of the corrected values was found on the page with a label beside or above it.",
            "Is it the JSON of this very file, and are the values as they are printed?",
        )
    return replace(supplier, fields=rules)


def _known_by(corrected: Invoice, sheet: Sheet) -> Supplier:
    told = {name: getattr(corrected, name) for name in SAME_EVERYWHERE}
    values = {name: field.value for name, field in told.items() if field is not None}
    seller = values.get("seller")
    printed = seller and any(letters(seller) in letters(row.text) for row in sheet.rows)
    if not (values.get("vat_id") or values.get("iban") or printed):
        raise UsageError(
            "Nothing tells this supplier from others.", "Give seller as it is printed, vat_id or iban in the JSON."
        )
    name = seller or values.get("vat_id") or values["iban"]
    texts = (seller,) if printed and seller else ()
    return Supplier(name, values.get("vat_id"), values.get("iban"), texts, None, values)


def _order(corrected: Invoice, sheet: Sheet) -> str | None:
    """Whether day or month come first, where a corrected date shows it."""
    wanted = {field.value for name in DATES if (field := getattr(corrected, name)) is not None}
    for day in sheet.days:
        if day.other is not None and day.value != day.other and len({day.value, day.other} & wanted) == 1:
            other = {"dmy": "mdy", "mdy": "dmy"}.get(day.order)
            return day.order if day.value in wanted else other
    return None


def _fitting(sheet: Sheet, name: str, field: Field[Any], supplier: Supplier) -> Iterator[Rule]:
    """The rules that give the value back, those with a label in the same row first."""
    for rule in sorted(_rules(sheet, name, field), key=lambda rule: rule.where != "right"):
        found = find(sheet, name, rule, supplier)
        if found is not None and _same(found.value, field.value):
            yield rule


def _same(one: object, other: object) -> bool:
    return letters(one) == letters(other) if isinstance(one, str) and isinstance(other, str) else one == other


def _rules(sheet: Sheet, name: str, field: Field[Any]) -> Iterator[Rule]:
    for place in _printed(sheet, name, field):
        pattern = None if name in (*MONEY, *DATES, "terms") else _pattern(place.text)
        for label in _beside(place):
            yield Rule(label, "right", pattern)
        for above in _above(sheet, place):
            yield Rule(above, "below", pattern)


def _beside(place: Stretch) -> Iterator[str]:
    """What stands left of the value: in its own cell, then in the cells before it."""
    for start, end in reversed([cell for cell in place.row.cells if cell[0] < place.start]):
        if label := _label(place.row.text[start : min(end, place.start)]):
            yield label


def _label(text: str) -> str:
    """The words of a label without what parts it from its value; "" for what is more figures than letters."""
    plain = " ".join(text.split()).strip(" :")
    count = sum(letter.isalpha() for letter in plain)
    return plain if count >= 2 and count > sum(letter.isdigit() for letter in plain) else ""


def _above(sheet: Sheet, place: Stretch) -> Iterator[str]:
    """The cells above the value, the nearest first."""
    box = place.row.box(place.start, place.end)
    for row in reversed(sheet.rows[max(0, place.row.number - 3) : place.row.number]):
        for start, end in row.cells if row.page == place.row.page else ():
            other = row.box(start, end)
            if min(other.right, box.right) > max(other.x, box.x) and (label := _label(row.text[start:end])):
                yield label


def _printed(sheet: Sheet, name: str, field: Field[Any]) -> Iterator[Stretch]:
    """Where a value is printed."""
    if name in MONEY:
        yield from (Stretch(one.row, one.start, one.end) for one in sheet.amounts if one.value == field.value)
    elif name in DATES:
        yield from (Stretch(day.row, day.start, day.end) for day in sheet.days if field.value in (day.value, day.other))
    else:
        for row in sheet.rows:
            at = row.text.find(field.value)
            if at >= 0:
                yield Stretch(row, at, at + len(field.value))


def _pattern(value: str) -> str:
    """A pattern for numbers of this kind: figures may change and grow, letters and signs stay."""
    return re.sub(r"\d+", r"\\d+", re.escape(value)).replace(r"\ ", " ")
