from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from penscript.errors import UsageError
from penscript.evaluation.printed.invoices import draw_invoice
from penscript.evaluation.printed.sellers import SELLERS
from penscript.invoices.teaching import learn_supplier
from penscript.invoices.templates import with_supplier
from penscript.invoices.values import DATES, FIELDS, MONEY, Field, Invoice
from printed_documents import page_of


def corrected(told: dict[str, Any]) -> Invoice:
    """What a person would hand in: the values alone."""
    found: dict[str, Any] = {}
    for name in FIELDS:
        if told.get(name) is None:
            continue
        text = told[name]
        value = Decimal(text) if name in MONEY else date.fromisoformat(text) if name in DATES else text
        found[name] = Field(value, text, 100.0)
    return Invoice(**found)


PAGE = page_of("Nordlicht Werft", "Vorgang  K-77/3        Ausgabe  03.04.2026", "Endwert", "1.190,00")
TOLD = {"seller": "Nordlicht Werft", "number": "K-77/3", "date": "2026-04-03", "total": "1190.00", "due_date": None}


def test_labels_beside_and_above_are_learned() -> None:
    supplier = learn_supplier(corrected(TOLD), PAGE)
    assert supplier.texts == ("Nordlicht Werft",)
    assert {name: (rule.label, rule.where) for name, rule in supplier.fields.items()} == {
        "number": ("Vorgang", "right"),
        "date": ("Ausgabe", "right"),
        "total": ("Endwert", "below"),
    }
    other = page_of("Nordlicht Werft", "Vorgang  K-1204/11        Ausgabe  28.05.2026", "Endwert", "88,20")
    invoice = with_supplier(Invoice(), other, [supplier])
    assert {name: field.value for name, field in invoice.found()} == {
        "seller": "Nordlicht Werft",
        "number": "K-1204/11",
        "date": date(2026, 5, 28),
        "total": Decimal("88.20"),
    }


def test_the_order_of_dates_is_learned_where_it_shows() -> None:
    assert learn_supplier(corrected(TOLD | {"date": "2026-03-04"}), PAGE).order == "mdy"
    assert learn_supplier(corrected(TOLD), PAGE).order == "dmy"


def test_a_value_that_is_not_printed_is_not_learned() -> None:
    assert "number" not in learn_supplier(corrected(TOLD | {"number": "K-78"}), PAGE).fields


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"number": "K-77/3"}, "Nothing tells"),
        (TOLD | {"number": "x", "date": None, "total": None}, "None of the"),
    ],
)
def test_what_cannot_be_learned_is_said(told: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        learn_supplier(corrected(told), PAGE)


STACKED = (
    "Nordlicht Werft",
    "Anna Weber              Vorgang           Ausgabe",
    "Hafenweg 3              {number:18}{date}",
    "20457 Hamburg           Faellig           Kunde",
    "                        {due_date:18}{customer}",
)


def test_labels_above_count_before_what_stands_far_to_the_left() -> None:
    first = {"number": "K-77/3", "date": "03.04.2026", "due_date": "03.05.2026", "customer": "5521"}
    second = {"number": "K-1204/11", "date": "28.05.2026", "due_date": "03.07.2026", "customer": "77"}
    one, other = (page_of(*(row.format(**told) for row in STACKED)) for told in (first, second))
    told = TOLD | {"due_date": "2026-05-03", "customer_number": "5521", "total": None}
    supplier = learn_supplier(corrected(told), one)
    assert {(rule.label, rule.where) for rule in supplier.fields.values()} == {
        (label, "below") for label in ("Vorgang", "Ausgabe", "Faellig", "Kunde")
    }
    found = {name: field.text for name, field in with_supplier(Invoice(), other, [supplier]).found()}
    assert {name: found[name] for name in ("number", "date", "due_date", "customer_number")} == {
        "number": "K-1204/11",
        "date": "28.05.2026",
        "due_date": "03.07.2026",
        "customer_number": "77",
    }


@pytest.mark.parametrize("language", ["en", "de", "sv"])
def test_one_taught_document_serves_the_next_of_its_seller(language: str) -> None:
    """Number, date and total of the second document of a seller are found by the template of the first alone."""
    right = wanted = 0
    for seed in (0, 2, 4, 6):
        first, second = (draw_invoice(language, "develop", seed + more, "invoice", "clean") for more in (0, SELLERS))
        supplier = learn_supplier(corrected(first.fields), first.document())
        invoice = with_supplier(Invoice(), second.document(), [supplier])
        expected = corrected(second.fields)
        for name in supplier.fields.keys() & {"number", "date", "total"}:
            found, truth = getattr(invoice, name), getattr(expected, name)
            right += found is not None and found.value == truth.value
            wanted += 1
    assert wanted >= 10
    assert right >= 0.9 * wanted
