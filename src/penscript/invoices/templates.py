"""A supplier's template over what was found without one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from penscript.document import Bounds, Document
from penscript.invoices.labels import letters
from penscript.invoices.proved import proved_account, proved_vat
from penscript.invoices.rows import Row
from penscript.invoices.sheet import Sheet
from penscript.invoices.suppliers import Rule, Supplier
from penscript.invoices.values import DATES, MONEY, Field, Invoice, Problem, ProblemCode, Source

_TOLD = 100.0
"""What a person wrote into the template is as the person says."""
_REACH = 3
"""Rows below a label that may hold its value."""
_ALIGNED = 1.5
"""Heights of the label by which a cell below it may stand aside."""
_PROOFS = {"iban": proved_account, "vat_id": proved_vat, "buyer_vat_id": proved_vat}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the text of a row."""

    row: Row
    start: int
    end: int

    @property
    def text(self) -> str:
        """What it says."""
        return self.row.text[self.start : self.end].strip()


def with_supplier(invoice: Invoice, document: Document, suppliers: Sequence[Supplier]) -> Invoice:
    """The invoice with what the template of its supplier finds and says; as it is where no supplier is known."""
    if not suppliers:
        return invoice
    sheet = Sheet.of(document)
    supplier = recognised(invoice, sheet, suppliers)
    if supplier is None:
        return invoice
    fields: dict[str, Any] = {name: _fixed(value, getattr(invoice, name)) for name, value in supplier.values.items()}
    for name, rule in supplier.fields.items():
        if (found := find(sheet, name, rule, supplier)) is not None:
            fields[name] = _surer(found, getattr(invoice, name))
    changed = replace(invoice, **fields)
    return replace(changed, problems=tuple(_left(changed, set(fields), supplier)))


def recognised(invoice: Invoice, sheet: Sheet, suppliers: Sequence[Supplier]) -> Supplier | None:
    """The first supplier by a number, else the first by a text that is printed."""
    text = [letters(row.text) for row in sheet.rows]
    for supplier in suppliers:
        for name in ("vat_id", "iban"):
            told, field = getattr(supplier, name), getattr(invoice, name)
            read = "" if field is None else letters(field.value)
            if told and (letters(told) == read or any(letters(told) in row for row in text)):
                return supplier
    printed = (one for one in suppliers if any(letters(words) in row for words in one.texts for row in text))
    return next(printed, None)


def find(sheet: Sheet, name: str, rule: Rule, supplier: Supplier) -> Field[Any] | None:
    """The value under the label of a rule; None where label or value is not there."""
    for hit in sorted(labels_of(sheet, rule.label), key=_joined):  # a label by itself before a part of another
        for place in _places(sheet, hit, rule.where):
            if (found := _value(sheet, name, place, rule, supplier)) is not None:
                return found
    return None


def labels_of(sheet: Sheet, label: str) -> Iterator[Stretch]:
    """Where a label is printed, whatever its case, accents and punctuation."""
    wanted = letters(label)
    for row in sheet.rows:
        for start in row.starts if wanted else ():
            end = next((end for end in _ends(row) if end > start and letters(row.text[start:end]) == wanted), None)
            if end is not None:
                yield Stretch(row, start, end)


def _joined(hit: Stretch) -> int:
    """On how many sides words stand in the same cell: `Total` in `Total net` or in `Net total`."""
    start, end = next((cell for cell in hit.row.cells if cell[0] <= hit.start < cell[1]), (hit.start, hit.end))
    after = re.match(r"[\W\d]*[^\W\d_]{2}", hit.row.text[hit.end : end])
    return bool(after) + bool(hit.row.text[start : hit.start].strip())


def _ends(row: Row) -> Iterator[int]:
    return (start + len(token.text) for start, token in zip(row.starts, row.tokens, strict=True))


def _places(sheet: Sheet, hit: Stretch, where: str) -> Iterator[Stretch]:
    if where == "right":
        yield Stretch(hit.row, hit.end, len(hit.row.text))
        return
    box = hit.row.box(hit.start, hit.end)
    for row in sheet.below(hit.row, _REACH):
        near = sorted((apart(row.box(start, end), box), start, end) for start, end in row.cells)
        yield from (Stretch(row, start, end) for far, start, end in near if far < _ALIGNED * box.height)


def apart(one: Bounds, other: Bounds) -> float:
    """How far two cells are from standing in one column, to the left, to the right or by their middles, in pixels."""
    left, right = one.x - other.x, one.right - other.right
    return min(abs(left), abs(right), abs(left + right) / 2)


def _value(sheet: Sheet, name: str, place: Stretch, rule: Rule, supplier: Supplier) -> Field[Any] | None:
    if name in MONEY:
        amounts = sheet.amounts_by_row.get(place.row.number, [])
        return next((_field(one, one.value) for one in amounts if _inside(one, place) and not one.percent), None)
    if name in DATES:
        days = sheet.days_by_row.get(place.row.number, [])
        return next((_field(day, _turned(day, supplier)) for day in days if _inside(day, place)), None)
    return _words(name, place, rule)


def _inside(found: Any, place: Stretch) -> bool:
    return bool(place.start <= found.start and found.end <= place.end)


def _turned(day: Any, supplier: Supplier) -> date:
    """The day in the order of the supplier."""
    turned = supplier.order in ("dmy", "mdy") and day.order != supplier.order and day.other is not None
    return day.other if turned else day.value  # type: ignore[no-any-return]


def _words(name: str, place: Stretch, rule: Rule) -> Field[Any] | None:
    """The first stretch that matches the pattern, or the first cell."""
    if rule.pattern is not None:
        match = re.compile(rule.pattern).search(place.row.text, place.start, place.end)
        found = Stretch(place.row, *match.span()) if match else None
    else:
        cells = (Stretch(place.row, max(a, place.start), b) for a, b in place.row.cells if b > place.start)
        found = next((cell for cell in cells if cell.text.lstrip(" :.#")), None)
    if found is None:
        return None
    value: str | None = found.text.lstrip(" :.#") if rule.pattern is None else found.text
    if name in _PROOFS:
        value = _PROOFS[name](value or "")
    return _field(found, value) if value else None


def _field(found: Any, value: Decimal | date | str) -> Field[Any]:
    """The confidence is that of the surest bound there is: that its line is exactly right."""
    place = found.row.place(found.start, found.end)
    sure = min((token.sure for token in found.row.within(found.start, found.end)), default=0.0)
    return Field(value, found.text, sure, place.lines, place.bounds, place.page, Source.TEMPLATE)


def _fixed(value: str, read: Field[Any] | None) -> Field[Any]:
    """What the template says, with the place where the same was read."""
    if read is not None and letters(read.value) == letters(value):
        return replace(read, value=value, confidence=_TOLD, source=Source.TEMPLATE)
    return Field(value, value, _TOLD, source=Source.TEMPLATE)


def _surer(found: Field[Any], read: Field[Any] | None) -> Field[Any]:
    """A value that was found without the template too keeps the higher confidence of the two."""
    if read is None or read.value != found.value:
        return found
    return replace(found, confidence=max(found.confidence, read.confidence))


def _left(invoice: Invoice, changed: set[str], supplier: Supplier) -> Iterator[Problem]:
    """The problems that are still true."""
    for problem in invoice.problems:
        about = set(problem.fields) & changed
        solved = {ProblemCode.MISSING, ProblemCode.TOTAL_DIFFERS}  # the second is looked at again below
        if supplier.order is not None:
            solved.add(ProblemCode.AMBIGUOUS_DATE)
        if not (about and problem.code in solved):
            yield problem
    net, tax, total = (getattr(invoice, name) for name in ("net", "tax", "total"))
    if changed & {"net", "tax", "total"} and net and tax and total and net.value + tax.value != total.value:
        message = f"Net {net.value} and tax {tax.value} come to {net.value + tax.value}, not {total.value}."
        yield Problem(ProblemCode.TOTAL_DIFFERS, message, ("net", "tax", "total"))
