"""A template of a supplier from one document whose fields a person has corrected."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from penscript.document import Document
from penscript.errors import UsageError
from penscript.invoices.labels import Hit, letters
from penscript.invoices.sheet import Sheet
from penscript.invoices.suppliers import Rule, Supplier
from penscript.invoices.templates import Stretch, apart, find
from penscript.invoices.values import DATES, MONEY, Field, Invoice

SAME_EVERYWHERE = ("seller", "seller_address", "currency", "vat_id", "tax_id", "registration", "iban", "bic")
"""What a supplier prints alike on every document: kept as it is."""
LEARNED = ("number", *DATES, *MONEY, "order_number", "customer_number", "terms")
"""What differs: where it stands is learned."""

_MOST_FIGURES = 3
"""Of a label: `VAT 8.25%` has three."""
_EASY = 0.5
"""What a height of the text weighs from a label to a value at its right, against one above it."""
_KNOWN = 20.0
"""Heights by which a word that is known as a label of the field may stand further away."""
_HEAD = 15.0
_LATER = 5.0
"""The same for every further place where a value is printed."""


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
    """The rules that give the value back, the likeliest label first."""
    for _, rule in sorted(_rules(sheet, name, field), key=lambda scored: scored[0]):
        found = find(sheet, name, rule, supplier)
        if found is not None and _same(found.value, field.value):
            yield rule


def _same(one: object, other: object) -> bool:
    return letters(one) == letters(other) if isinstance(one, str) and isinstance(other, str) else one == other


def _rules(sheet: Sheet, name: str, field: Field[Any]) -> Iterator[tuple[float, Rule]]:
    """What may be the label of a value, with a score: how far it stands away; the less the better."""
    for order, place in enumerate(_printed(sheet, name, field)):
        pattern = None if name in (*MONEY, *DATES, "terms") else _pattern(place.text)
        for side, label, distance in (*_beside(place), *_above(sheet, place)):
            if words := _label(label.text):
                known = any(
                    name in hit.names for hit in sheet.hits_by_row.get(label.row.number, []) if _over(hit, label)
                )
                heads = _HEAD * (side == "below" and name in MONEY)  # above sums stand the heads of columns
                yield distance + _LATER * order + heads - _KNOWN * known, Rule(words, side, pattern)


def _over(hit: Hit, label: Stretch) -> bool:
    return hit.start < label.end and label.start < hit.end


def _beside(place: Stretch) -> Iterator[tuple[str, Stretch, float]]:
    """What stands left of the value: in its own cell, and in the cells before it."""
    box = place.row.box(place.start, place.end)
    for start, end in place.row.cells:
        if start < place.start and place.row.text[start : min(end, place.start)].strip():
            label = Stretch(place.row, start, min(end, place.start))
            gap = max(0, box.x - place.row.box(label.start, label.end).right)
            yield "right", label, _EASY * gap / place.row.height


def _above(sheet: Sheet, place: Stretch) -> Iterator[tuple[str, Stretch, float]]:
    """The cells above the value, which stand in one column with it."""
    box = place.row.box(place.start, place.end)
    for row in sheet.rows[max(0, place.row.number - 3) : place.row.number]:
        for start, end in row.cells if row.page == place.row.page else ():
            other = row.box(start, end)
            yield "below", Stretch(row, start, end), (box.y - other.y + apart(other, box)) / place.row.height


def _label(text: str) -> str:
    """The words of a label without what parts it from its value; "" for names with many figures, amounts and days."""
    plain = " ".join(text.split()).strip(" :")
    count = sum(letter.isalpha() for letter in plain)
    figures = sum(letter.isdigit() for letter in plain)
    return plain if count >= 2 and count > figures and figures <= _MOST_FIGURES else ""


def _printed(sheet: Sheet, name: str, field: Field[Any]) -> Iterator[Stretch]:
    """Where a value is printed."""
    if name in MONEY:
        equal = [one for one in sheet.amounts if one.value == field.value]
        yield from (Stretch(one.row, one.start, one.end) for one in reversed(equal))  # sums stand below what they sum
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
