"""Invoice -> JSON and back, without loss.

`{"schema_version", "fields": {name: {"value", "text", "confidence", "lines", "bounds", "page", "source"} or null},
"taxes": [...], "items": [...], "problems": [{"code", "message", "fields"}]}`. Money, quantities and rates are text
("12.50"), days ISO 8601 ("2026-03-31").
"""

import json
from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from penscript.document import Bounds
from penscript.errors import InputError, SchemaTooNew
from penscript.export.checked import Checked
from penscript.invoices.values import DATES, FIELDS, MONEY, Field, Invoice, Item, Problem, ProblemCode, Source, Tax

SCHEMA_VERSION = 1
Row = TypeVar("Row", Item, Tax)
_NUMBERS = ("quantity", "unit_price", "tax_rate", "amount", "rate", "base")


def to_json(invoice: Invoice, indent: int | None = None) -> str:
    """The invoice as JSON text; letters stand as they are."""
    return json.dumps(to_dict(invoice), ensure_ascii=False, allow_nan=False, indent=indent)


def to_dict(invoice: Invoice) -> dict[str, Any]:
    """The invoice as what JSON knows: dicts, lists, text, numbers, None."""
    return {
        "schema_version": SCHEMA_VERSION,
        "fields": {name: _field(getattr(invoice, name)) for name in FIELDS},
        "taxes": [_plain(tax) for tax in invoice.taxes],
        "items": [_plain(item) for item in invoice.items],
        "problems": [_plain(problem) for problem in invoice.problems],
    }


def from_json(text: str | bytes) -> Invoice:
    """The invoice that `to_json` wrote.

    Raises SchemaTooNew for one of a later Penscript and InputError for anything else, with the place that is wrong.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("This is not JSON.", "Give what Invoice.to_json wrote.") from error
    return from_dict(data)


def from_dict(data: object) -> Invoice:
    """The invoice that `to_dict` made. Errors as in `from_json`."""
    at = Checked(data)
    version = at["schema_version"].whole(1)
    if version > SCHEMA_VERSION:
        raise SchemaTooNew(
            f"The invoice has schema {version}.", f"This Penscript reads up to {SCHEMA_VERSION}: upgrade."
        )
    single: dict[str, Any] = {name: _read_field(name, at["fields"].get(name, None)) for name in FIELDS}
    taxes = tuple(_read_row(Tax, tax) for tax in at.get("taxes", []).items())
    items = tuple(_read_row(Item, item) for item in at.get("items", []).items())
    problems = tuple(_read_problem(problem) for problem in at.get("problems", []).items())
    return Invoice(**single, taxes=taxes, items=items, problems=problems)


def _field(field: Field[Any] | None) -> dict[str, Any] | None:
    return None if field is None else _plain(field)


def _plain(row: Field[Any] | Item | Tax | Problem) -> dict[str, Any]:
    return {field.name: _value(getattr(row, field.name)) for field in fields(row)}


def _value(value: object) -> object:
    match value:
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case Bounds():
            return {"x": value.x, "y": value.y, "width": value.width, "height": value.height}
        case tuple():
            return list(value)
    return value


def _read_field(name: str, at: Checked) -> Field[Any] | None:
    if at.absent():
        return None
    value: Decimal | date | str
    if name in MONEY:
        value = _number(at["value"])
    elif name in DATES:
        value = _day(at["value"])
    else:
        value = at["value"].text()
    return Field(value, at["text"].text(), at["confidence"].number(0, 100), **_place(at))


def _read_row(kind: type[Row], at: Checked) -> Row:
    told: dict[str, Any] = {"confidence": at["confidence"].number(0, 100), **_place(at)}
    for field in fields(kind):
        if field.name in _NUMBERS:
            told[field.name] = _number_or_none(at.get(field.name, None))
    if kind is Item:
        told |= {"description": at["description"].text(), "unit": at.get("unit", None).text_or_none()}
    return kind(**told)


def _place(at: Checked) -> dict[str, Any]:
    box, page = at.get("bounds", None), at.get("page", None)
    return {
        "lines": tuple(line.whole(0) for line in at.get("lines", []).items()),
        "bounds": None if box.absent() else _bounds(box),
        "page": None if page.absent() else page.whole(1),
        "source": at.get("source", "printed").member(Source),
    }


def _read_problem(at: Checked) -> Problem:
    names = tuple(name.text() for name in at.get("fields", []).items())
    return Problem(at["code"].member(ProblemCode), at["message"].text(), names)


def _bounds(at: Checked) -> Bounds:
    return Bounds(at["x"].whole(), at["y"].whole(), at["width"].whole(), at["height"].whole())


def _number_or_none(at: Checked) -> Decimal | None:
    return None if at.absent() else _number(at)


def _number(at: Checked) -> Decimal:
    try:
        value = Decimal(at.text())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise InputError(f"This is not a Penscript result: {at.place} is not a number as text.")
    return value


def _day(at: Checked) -> date:
    try:
        return date.fromisoformat(at.text())
    except ValueError:
        raise InputError(f"This is not a Penscript result: {at.place} is not a day, as 2026-03-31.") from None
