"""What was sold, where rows name their tax and where the heads of the columns take two rows."""

from decimal import Decimal

import pytest

from invoices_printed import printed
from penscript.invoices.extract import extract
from penscript.invoices.sheet import Sheet

TAX_IN_ROWS = """
Lieferant GmbH
Rechnung Nr. TX-471102 vom 30.10.2019
Pos | Beschreibung     | Nettopreis | Menge | Steuer      | Entgelt
1   | Grundpreis       | 3,90       | 1 Stk | 7 % VAT (S) | 3,90
2   | Stadtfahrt lang  | 2,00       | 6 Stk | 7 % VAT (S) | 12,00
Summe netto            | 15,90
Umsatzsteuer 7 %       | 1,11
Gesamtbetrag           | 17,01 EUR
"""
TWO_ROWS_OF_HEADS = """
Lieferant GmbH
Rechnung Nr. TX-471102 vom 30.10.2019
Pos | Beschreibung     | Nettopreis | Menge | USt.        | Betrag
    | (Art)            |            |       | USt.        | netto
1   | Grundpreis       | 3,90       | 1 Stk | 7 %         | 3,90
2   | Stadtfahrt lang  | 2,00       | 6 Stk | 7 %         | 12,00
Summe netto            | 15,90
Umsatzsteuer 7 %       | 1,11
Gesamtbetrag           | 17,01 EUR
"""
PROSE_BELOW = """
Lieferant GmbH
Rechnung Nr. TX-471102 vom 30.10.2019
Beitrag für den Haushalt                          | 15,90
Versicherungsteuer 7 %                            | 1,11
Rechnungsbetrag                                   | 17,01
Die Haftung, die Leistung des Versicherers und der Preis wurden entsprechend geändert.
"""


@pytest.mark.parametrize("text", [TAX_IN_ROWS, TWO_ROWS_OF_HEADS])
def test_rows_of_what_was_sold_end_with_the_sums(text: str) -> None:
    invoice = extract(printed(text))
    told = [(item.description, item.quantity, item.amount) for item in invoice.items]
    assert told == [
        ("Grundpreis", Decimal(1), Decimal("3.90")),
        ("Stadtfahrt lang", Decimal(6), Decimal("12.00")),
    ]
    assert invoice.tax is not None
    assert invoice.tax.value == Decimal("1.11")
    assert invoice.problems == ()


def test_prose_that_speaks_of_services_and_prices_names_no_columns() -> None:
    assert Sheet.of(printed(PROSE_BELOW)).header is None


def test_a_receipt_tells_how_many_pieces_and_does_not_take_the_row_above_for_a_name() -> None:
    invoice = extract(
        printed("CORNER BAKERY\nVAT GB 219 8834 28\n2 x Croissant | 3.60\nRye bread     | 4.25\nTOTAL         | 7.85")
    )
    told = [(item.description, item.quantity, item.amount) for item in invoice.items]
    assert told == [("Croissant", Decimal(2), Decimal("3.60")), ("Rye bread", None, Decimal("4.25"))]
