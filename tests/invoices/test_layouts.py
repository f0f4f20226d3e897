"""Ways to lay out totals, numbers and days that invoices of several countries use."""

import pytest

from invoices_printed import printed
from penscript.invoices.extract import extract

PART_PAID = """
Moulin Neuf SARL
FACTURE FA-2017-0010
Date : 13/11/2017
Désignation | Qté | PU HT | Montant HT
Farine | 10 | 40,00 | 400,00
Blé | 2 | 112,45 | 224,90
Total HT | 624,90 €
TVA 20 % | 40,00 €
TVA 5,5 % | 6,25 €
Total TTC | 671,15 €
Acompte | 201,00 €
Net à payer | 470,15 €
"""
COLUMNS = """
Moulin Neuf SARL
Facture n° FA-2017-0010 du 13/11/2017
Total HT | Total TVA | Total TTC | Acompte | Net à payer
624,90 | 63,37 | 688,27 | 200,00 | 488,27
"""
RATES_FIRST = """
Lieferant GmbH
Rechnungsnr. 471102 | Datum 05.03.2013
Nettobetrag | 473,00 EUR
7% MwSt auf 275,00 EUR | 19,25 EUR
19% MwSt auf 198,00 EUR | 37,62 EUR
Gesamtbetrag | 529,87 EUR
"""
LETTER = """
Musterfirma GmbH · Musterweg 1 · 12345 Musterstadt
Herrn Max Muster
Beispielgasse 4
54321 Beispielort
| Musterstadt, 14.08.2018
Rechnung 2018-0815
Ihre Bestellung 4711 vom 01.08.2018
Pos. | Bezeichnung | Menge | Einzelpreis € | Gesamtpreis €
1 | Schrauben | 100 | 0,10 | 10,00
2 | Muttern | 100 | 0,12 | 12,00
| Summe | 22,00
| + 19 % USt | 4,18
| Endbetrag | 26,18
"""
AMERICAN = """
Acme Inc.
Austin, TX 78704
INVOICE
Invoice # 1001
Date 03/04/2020
Subtotal | $10.00
Sales Tax | $0.83
Total | $10.83
"""
TABLE = """
Tornillos SL
Factura Nº 23/118
Fecha 02/05/2023
Base Imponible | % IVA | Cuota IVA | Total Factura
10,00 | 21 | 2,10 | 12,10
"""
ROUNDED = """
Bolaget AB
Fakturanr 1234
Fakturadatum 2021-02-03
Netto 10,00 | Moms 25% 2,50 | Öresutjämning 0,50 | ATT BETALA SEK 13,00
"""
NO_LABEL = """
Versicherung AG
Beitragsrechnung Nr. 77-123 vom 01.02.2020
Wohngebäude | 100,00 EUR
Abgabe an den Staat | 19,00 EUR
zu zahlender Betrag | 119,00 EUR
"""
UNKNOWN_TOTAL = """
Gutschrift Nr. GS-1 vom 05.03.2018
Betrag netto | -100,00
MwSt 19 % | -19,00
Zu Ihren Gunsten | -119,00
"""

SIGN_BEFORE_MINUS = """
Zilvermeer BV
Creditfactuur nr. 2023/7440
Factuurdatum 08.07.2023
Totaal excl. btw | €-2879,24
Btw 21 % | €-514,00
Btw 6 % | €-25,90
Te betalen | €-3419,14
"""
RATES_BELOW = """
Granit HB
Kvittonr RE19102
Datum 2025-10-08
Äpplen | 121,00 SEK
Att betala | 735,10 SEK
Sats | Underlag | Momsbelopp
25% | 177,84 SEK | 44,46 SEK
12% | 457,86 SEK | 54,94 SEK
Netto | 635,70 SEK
"""
DAY_BEHIND_HOUSE = """
Bellavista s.n.c.
Fattura nr. RE12500
Corso Italia 9 | Data | 18 luglio 2025
Imponibile | 100,00
IVA 22 % | 22,00
Totale fattura | 122,00
"""

FEE = """
Cabinet Durand
Note d'honoraires n° 2018-12
Paris, le 5 décembre 2018
Honoraires | 1 500,00 €
TVA à 20 % | 300,00 €
Montant TTC | 1 800,00 €
"""


@pytest.mark.parametrize(
    ("text", "number", "day", "amounts"),
    [
        (PART_PAID, "FA-2017-0010", "2017-11-13", ("624.90", "46.25", "671.15")),
        (COLUMNS, "FA-2017-0010", "2017-11-13", ("624.90", "63.37", "688.27")),
        (RATES_FIRST, "471102", "2013-03-05", ("473.00", "56.87", "529.87")),
        (LETTER, "2018-0815", "2018-08-14", ("22.00", "4.18", "26.18")),
        (AMERICAN, "1001", "2020-03-04", ("10.00", "0.83", "10.83")),
        (TABLE, "23/118", "2023-05-02", ("10.00", "2.10", "12.10")),
        (ROUNDED, "1234", "2021-02-03", ("10.00", "2.50", "13.00")),
        (UNKNOWN_TOTAL, "GS-1", "2018-03-05", ("-100.00", "-19.00", "-119.00")),
        (SIGN_BEFORE_MINUS, "2023/7440", "2023-07-08", ("-2879.24", "-539.90", "-3419.14")),
        (RATES_BELOW, "RE19102", "2025-10-08", ("635.70", "99.40", "735.10")),
        (FEE, "2018-12", "2018-12-05", ("1500.00", "300.00", "1800.00")),
        (DAY_BEHIND_HOUSE, "RE12500", "2025-07-18", ("100.00", "22.00", "122.00")),
        (NO_LABEL, "77-123", "2020-02-01", ("100.00", "19.00", "119.00")),
    ],
)
def test_a_layout(text: str, number: str, day: str, amounts: tuple[str, str, str]) -> None:
    told = {name: str(field.value) for name, field in extract(printed(text)).found()}
    assert (told["number"], told["date"]) == (number, day)
    assert (told["net"], told["tax"], told["total"]) == amounts


def test_what_is_left_to_pay_is_told_though_its_label_calls_it_a_total() -> None:
    invoice = extract(printed(PART_PAID))
    assert invoice.payable is not None
    assert str(invoice.payable.value) == "470.15"


@pytest.mark.parametrize("label", ["Previous balance", "Balance"])
def test_what_was_owed_before_is_no_total_because_it_stands_where_items_do(label: str) -> None:
    text = f"Electric Co\nInvoice 1234-A\nDate: 12 May 2023\n{label} | 80.00\nThis month | 120.00\nAmount due | 200.00"
    invoice = extract(printed(text))
    assert invoice.total is not None
    assert str(invoice.total.value) == "200.00"


def test_a_total_told_again_in_another_currency_is_not_taken_for_a_negative_one() -> None:
    invoice = extract(printed("Acme Ltd\nInvoice No 1234\nDate: 12 May 2023\nTotal due | £119.00   ($130.50)"))
    assert invoice.total is not None
    assert (str(invoice.total.value), invoice.currency and invoice.currency.value) == ("119.00", "GBP")


def test_two_things_that_were_sold_are_no_net_amount_and_tax() -> None:
    invoice = extract(printed("Cafe Rome\n2023-05-03\nLasagne | 12.00\nEspresso | 2.00\nTotal | 14.00"))
    assert invoice.total is not None
    assert (str(invoice.total.value), invoice.net, invoice.tax) == ("14.00", None, None)
    invoice = extract(printed("Acme Ltd\n2023-05-03\nSum of it | 100.00\nplus 20% | 20.00\nTotal | 120.00"))
    assert invoice.tax is not None
    assert str(invoice.tax.value) == "20.00"
