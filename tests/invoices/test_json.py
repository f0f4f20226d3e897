"""Invoices as JSON and back."""

import json
from datetime import date
from decimal import Decimal

import pytest

from penscript.document import Bounds
from penscript.errors import InputError, SchemaTooNew
from penscript.invoices.values import Field, Invoice, Item, Problem, ProblemCode, Source, Tax

INVOICE = Invoice(
    number=Field("RE-7", "RE-7", 98.5, (1,), Bounds(1, 2, 3, 4), 1),
    date=Field(date(2026, 3, 31), "31.03.2026", 99.0, (2,), Bounds(5, 6, 7, 8), 1),
    total=Field(Decimal("1190.00"), "1.190,00", 97.0, (9, 10), None, None, Source.EMBEDDED),
    taxes=(Tax(Decimal("19"), Decimal("1000.00"), Decimal("190.00"), 90.0, (8,), Bounds(0, 0, 1, 1), 1),),
    items=(Item("Paper, white", Decimal("2.5"), "kg", Decimal("400"), None, Decimal("1000.00"), 80.0, (4, 5)),),
    problems=(Problem(ProblemCode.AMBIGUOUS_DATE, "Day or month?", ("date",)),),
)


def test_every_value_comes_back() -> None:
    again = Invoice.from_json(INVOICE.to_json())
    assert again == INVOICE
    assert str(again.total.value) == "1190.00"  # type: ignore[union-attr]


def test_an_empty_invoice_comes_back() -> None:
    assert Invoice.from_json(Invoice().to_json()) == Invoice()


def test_found_names_what_is_there_in_order() -> None:
    assert [name for name, _ in INVOICE.found()] == ["number", "date", "total"]


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("fields", "total", "value"), "12 euro", "fields.total.value"),
        (("fields", "total", "value"), "Infinity", "fields.total.value"),
        (("fields", "date", "value"), "31.03.2026", "fields.date.value"),
        (("fields", "number", "confidence"), 120, "fields.number.confidence"),
        (("fields", "number", "source"), "guess", "fields.number.source"),
        (("items", 0, "amount"), 5, "items[0].amount"),
        (("problems", 0, "code"), "odd", "problems[0].code"),
    ],
)
def test_what_is_wrong_is_named(path: tuple[str | int, ...], value: object, told: str) -> None:
    data = json.loads(INVOICE.to_json())
    at = data
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    with pytest.raises(InputError, match=told.replace("[", r"\[").replace("]", r"\]")):
        Invoice.from_json(json.dumps(data))


def test_a_later_schema_is_refused() -> None:
    with pytest.raises(SchemaTooNew, match="schema 2"):
        Invoice.from_json('{"schema_version": 2}')


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(InputError, match="JSON"):
        Invoice.from_json(b"\xff")
