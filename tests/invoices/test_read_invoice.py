"""Whole invoices and receipts, from lines at places."""

from datetime import date
from decimal import Decimal

import pytest

import penscript as ocr
from invoices_printed import printed
from penscript.invoices.values import Invoice, ProblemCode
from penscript.result import OcrResult

GERMAN = """
Muster & Söhne GmbH
Hauptstraße 5
50667 Köln
Tel. 0221 123456

Frau Erika Beispiel
Lindenweg 12
12345 Musterstadt

Rechnung Nr. RE-2026/0017 vom 31.03.2026
Lieferdatum: 28.03.2026
Kundennummer: 4711

Beschreibung            |   Menge   |  Einzelpreis   |   Betrag
Papier, weiß            |   10      |   4,50         |   45,00
Drucker                 |   1       |   1.155,00     |   1.155,00

Summe netto                                       |  1.200,00 €
zzgl. MwSt 19 %                                   |    228,00 €
Gesamtbetrag                                      |  1.428,00 €

Zahlbar bis 30.04.2026
IBAN DE02 1203 0000 0000 2020 51   BIC BYLADEM1001
USt-IdNr. DE136695976
"""

RECEIPT = """
      SUNNY MINI MARKET SDN BHD
            (123456-X)
      NO. 12, JALAN MERAH 3,
      43300 SERI KEMBANGAN, SELANGOR
         TEL: 03-1234 5678

DATE: 25/12/2018   18:02
Milk 1L                 |    7.20
Bread                   |    4.00
Total                   |   11.20
Rounding                |   -0.00
CASH                    |   20.00
CHANGE                  |    8.80
"""


def read(text: str) -> Invoice:
    return ocr.read_invoice(OcrResult(printed(text)))


def codes(invoice: Invoice) -> set[ProblemCode]:
    return {problem.code for problem in invoice.problems}


def values(invoice: Invoice) -> dict[str, object]:
    return {name: field.value for name, field in invoice.found()}


def test_a_german_invoice() -> None:
    invoice = read(GERMAN)
    told = values(invoice)
    assert told["kind"] == "invoice"
    assert (told["number"], told["customer_number"]) == ("RE-2026/0017", "4711")
    assert (told["date"], told["delivery_date"], told["due_date"]) == (
        date(2026, 3, 31),
        date(2026, 3, 28),
        date(2026, 4, 30),
    )
    assert (told["net"], told["tax"], told["total"]) == (Decimal("1200.00"), Decimal("228.00"), Decimal("1428.00"))
    assert told["currency"] == "EUR"
    assert (told["seller"], told["buyer"]) == ("Muster & Söhne GmbH", "Frau Erika Beispiel")
    assert told["seller_address"] == "Hauptstraße 5, 50667 Köln"
    assert (told["iban"], told["bic"], told["vat_id"]) == ("DE02120300000000202051", "BYLADEM1001", "DE136695976")
    assert [tax.rate for tax in invoice.taxes] == [Decimal(19)]
    assert invoice.problems == ()


def test_the_rows_of_what_was_sold() -> None:
    first, second = read(GERMAN).items
    assert (first.description, first.quantity, first.unit_price, first.amount) == (
        "Papier, weiß",
        Decimal(10),
        Decimal("4.50"),
        Decimal("45.00"),
    )
    assert (second.description, second.amount) == ("Drucker", Decimal("1155.00"))


def test_a_receipt() -> None:
    invoice = read(RECEIPT)
    told = values(invoice)
    assert told["kind"] == "receipt"
    assert (told["seller"], told["date"], told["total"]) == (
        "SUNNY MINI MARKET SDN BHD",
        date(2018, 12, 25),
        Decimal("11.20"),
    )
    assert told["seller_address"] == "NO. 12, JALAN MERAH 3, 43300 SERI KEMBANGAN, SELANGOR"
    assert [item.amount for item in invoice.items] == [Decimal("7.20"), Decimal("4.00")]


def test_fields_name_their_lines_and_their_box() -> None:
    result = OcrResult(printed(GERMAN))
    total = ocr.read_invoice(result).total
    assert total is not None
    assert [result.lines[index].text for index in total.lines] == ["1.428,00 €"]
    assert total.bounds is not None
    assert total.bounds.y == result.lines[total.lines[0]].bounds.y
    assert (total.page, total.text) == (1, "1.428,00")
    assert 0 < total.confidence <= 100


def test_what_does_not_add_up_is_told_and_not_changed() -> None:
    invoice = read(GERMAN.replace("1.428,00 €", "1.482,00 €"))
    assert invoice.total is not None
    assert invoice.total.value == Decimal("1482.00")
    assert ProblemCode.TOTAL_DIFFERS in codes(invoice)


def test_wrong_cash_is_told() -> None:
    assert ProblemCode.CASH_DIFFERS in codes(read(RECEIPT.replace("8.80", "3.80")))


@pytest.mark.parametrize(
    ("right", "wrong", "name"), [("2020 51", "2020 52", "iban"), ("DE136695976", "DE136695977", "vat_id")]
)
def test_a_wrong_check_digit_is_an_error_and_no_value(right: str, wrong: str, name: str) -> None:
    invoice = read(GERMAN.replace(right, wrong))
    assert getattr(invoice, name) is None
    assert [problem.fields for problem in invoice.problems if problem.code is ProblemCode.CHECK_DIGIT] == [(name,)]


def test_an_iban_with_a_misread_digit_is_mended_by_its_check_digits_and_told() -> None:
    invoice = read(GERMAN.replace("DE02 1203", "DEO2 12O3"))
    assert invoice.iban is not None
    assert invoice.iban.value == "DE02120300000000202051"
    assert ProblemCode.ALTERNATIVE in codes(invoice)


def test_an_ambiguous_day_is_told_unless_the_country_is() -> None:
    text = RECEIPT.replace("25/12/2018", "05/12/2018")
    assert ProblemCode.AMBIGUOUS_DATE not in codes(read(text))
    invoice = read(text.replace(", SELANGOR", ""))
    assert invoice.date is not None
    assert invoice.date.value == date(2018, 12, 5)
    assert ProblemCode.AMBIGUOUS_DATE in codes(invoice)


def test_labels_with_misread_letters_are_known() -> None:
    invoice = read(GERMAN.replace("Gesamtbetrag", "Gesarntbetrag").replace("Rechnung Nr.", "Rechnunq Nr."))
    assert invoice.total is not None
    assert invoice.total.value == Decimal("1428.00")


def test_an_empty_page_is_an_empty_invoice_that_misses_something() -> None:
    invoice = read("")
    assert not list(invoice.found())
    assert codes(invoice) >= {ProblemCode.MISSING}


def test_totals_in_several_currencies_are_told() -> None:
    text = "Acme Ltd\nInvoice No 1234\nDate: 12 May 2023\nTotal EUR | 119.00\nTotal USD | 130.50"
    invoice = read(text)
    assert [problem.code for problem in invoice.problems] == [ProblemCode.UNKNOWN_CURRENCY]
    assert "119.00 EUR, 130.50 USD" in invoice.problems[0].message
