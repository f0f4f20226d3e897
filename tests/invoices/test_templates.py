from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from penscript.invoices.read import read_invoice
from penscript.invoices.suppliers import Rule, Supplier
from penscript.invoices.templates import with_supplier
from penscript.invoices.values import Field, Invoice, ProblemCode, Source
from printed_documents import page_of

PAGE = page_of(
    "Nordlicht Werft",
    "Vorgang  K-77/3        Ausgabe  03.04.2026",
    "Kennwort          Blatt",
    "AB 12              4",
    "Endwert  1.190,00       davon Abgabe  190,00",
)
SUPPLIER = Supplier(
    "Nordlicht",
    texts=("Nordlicht Werft",),
    values={"currency": "EUR"},
    fields={
        "number": Rule("Vorgang", "right", r"K-\d+/\d+"),
        "date": Rule("Ausgabe"),
        "order_number": Rule("Kennwort", "below"),
        "total": Rule("Endwert"),
        "tax": Rule("davon Abgabe"),
        "payable": Rule("No such label"),
    },
)


def values(invoice: Invoice) -> dict[str, object]:
    return {name: field.value for name, field in invoice.found()}


def test_a_template_finds_what_no_rule_knows() -> None:
    invoice = with_supplier(Invoice(), PAGE, [replace(SUPPLIER, texts=("Somebody else",)), SUPPLIER])
    assert values(invoice) == {
        "number": "K-77/3",
        "date": date(2026, 4, 3),
        "order_number": "AB 12",
        "currency": "EUR",
        "tax": Decimal("190.00"),
        "total": Decimal("1190.00"),
    }
    total = invoice.total
    assert total is not None
    assert (total.source, total.text, total.confidence) == (Source.TEMPLATE, "1.190,00", 95.0)
    assert [PAGE.lines[line].text for line in total.lines] == ["1.190,00"]
    assert total.bounds == PAGE.lines[total.lines[0]].bounds


@pytest.mark.parametrize("suppliers", [[], [replace(SUPPLIER, texts=("Somebody else",))]])
def test_without_its_supplier_nothing_changes(suppliers: list[Supplier]) -> None:
    invoice = Invoice(number=Field("1", "1", 50.0))
    assert with_supplier(invoice, PAGE, suppliers) is invoice


@pytest.mark.parametrize(("order", "day"), [("dmy", date(2026, 4, 3)), ("mdy", date(2026, 3, 4))])
def test_the_order_of_dates_is_the_suppliers(order: str, day: date) -> None:
    found = with_supplier(Invoice(), PAGE, [replace(SUPPLIER, order=order)]).date
    assert found is not None
    assert found.value == day


def test_a_number_of_the_supplier_counts_before_a_text() -> None:
    page = page_of("Nordlicht Werft", "USt-IdNr. DE 136 695 976", "Endwert  5,00")
    other = Supplier("Other", vat_id="DE136695976", fields={"total": Rule("Endwert")}, values={"seller": "Other"})
    seller = with_supplier(Invoice(), page, [SUPPLIER, other]).seller
    assert seller is not None
    assert seller.value == "Other"


def test_sums_are_looked_at_again() -> None:
    page = page_of("Nordlicht Werft", "Endwert  1.200,00", "davon Abgabe  190,00", "Ohne  1.000,00")
    rules = {"total": Rule("Endwert"), "tax": Rule("davon Abgabe"), "net": Rule("Ohne")}
    invoice = with_supplier(Invoice(), page, [replace(SUPPLIER, fields=rules)])
    assert [one.code for one in invoice.problems] == [ProblemCode.TOTAL_DIFFERS]
    assert "1190.00, not 1200.00" in invoice.problems[0].message


def test_an_account_with_wrong_check_digits_is_no_value() -> None:
    page = page_of("Nordlicht Werft", "Konto DE88370400440532013000")
    rules = {"iban": Rule("Konto", "right", r"DE\d+")}
    assert with_supplier(Invoice(), page, [replace(SUPPLIER, fields=rules)]).iban is None


def test_read_invoice_takes_templates() -> None:
    assert read_invoice(PAGE, suppliers=[SUPPLIER]).number is not None
    assert values(read_invoice(PAGE, suppliers=[SUPPLIER]))["number"] == "K-77/3"
