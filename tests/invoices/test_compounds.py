import pytest

from invoices_printed import printed
from penscript.invoices.extract import extract
from penscript.invoices.labels import catalogue, hits_of
from penscript.invoices.rows import rows_of


def names(text: str) -> set[str]:
    """What the labels of a row of text name."""
    return {name for hit in hits_of(rows_of(printed(text))) for name in hit.names}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Gesamtforderungsbetrag", "total"),
        ("zu überweisender Gesamtbetrag", "total"),
        ("Bruttogesamtbetrag in EUR", "total"),
        ("Rechnungsbetrag ohne Umsatzsteuer", "net"),
        ("Nettogesamtbetrag aller Positionen", "net"),
        ("zuzüglich gesetzlicher Mehrwertsteuer von", "tax"),
        ("noch offener Restbetrag", "payable"),
        ("Somme totale HT", "net"),
        ("Total facture T.T.C. en euros", "total"),
        ("Montant total de la TVA", "tax"),
        ("Montant restant dû", "payable"),
        ("Totale complessivo IVA inclusa", "total"),
        ("Fakturabelopp exklusive moms", "net"),
        ("Totaal factuurbedrag inclusief btw", "total"),
        ("Valor total sem IVA", "net"),
        ("Total after tax", "total"),
        ("Total HT à payer", "net"),
    ],
)
def test_a_label_that_no_list_holds(text: str, name: str) -> None:
    assert names(text) == {name}


@pytest.mark.parametrize(
    "text", ["Totale netto da pagare", "Netto te betalen", "Total neto a pagar", "Net amount to pay", "Netto zu zahlen"]
)
def test_what_is_left_when_all_is_taken_off_is_what_is_to_be_paid(text: str) -> None:
    assert names(text) == {"total"}


@pytest.mark.parametrize("text", ["Montage vor Ort", "inkl. Versand", "Kostenstelle", "Vor dem Holstentor", "la le de"])
def test_what_names_no_sum(text: str) -> None:
    assert not names(text) & {"total", "net", "tax", "payable"}


def test_all_words_for_sums_have_letters() -> None:
    assert all(word for told in catalogue().sums.values() for words in told.values() for word in words)


def test_a_word_misread_for_a_label_of_another_language_is_none() -> None:
    """`mottaget` is Swedish for what was received."""
    document = printed(
        """
Muster GmbH
Rechnung Nr. 77
Rechnungsdatum: 03.05.2023
Pos | Bezeichnung | Menge | Einzelpreis | Gesamtpreis
1 | Montage vor Ort | 7 | 72,03 | 504,21
Gesamtbetrag netto | 504,21 €
Mehrwertsteuer 19 % | 95,80 €
Gesamtkosten brutto | 600,01 €
"""
    )
    invoice = extract(document)
    assert invoice.total is not None
    assert invoice.net is not None
    assert (str(invoice.total.value), str(invoice.net.value)) == ("600.01", "504.21")


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("Buchungsdatum: 01.02.2023\nKöln, den 5. März 2023", "2023-03-05"),
        ("Rechnungs-Nr. | F20230127\n | 05.03.2023", "2023-03-05"),
        ("Rechnungs-Nr. | Lieferdatum\n4711          | 01.02.2023\n | | 05.03.2023", "2023-03-05"),
        ("Sammelrechnung Nr. 4711 vom 05.03.2023\nBestellt am: 01.02.2023", "2023-03-05"),
        ("Kontoauszugsdatum: 01.02.2023\nRechnungstag: 05.03.2023", "2023-03-05"),
        ("Lieferschein Nr. 55 vom 01.02.2023\nKöln den 05.03.2023", "2023-03-05"),
    ],
)
def test_the_day_of_issue_among_other_days(head: str, day: str) -> None:
    invoice = extract(printed(f"Muster GmbH\nWeg 3\n50667 Köln\n{head}\nRechnung\nGesamtbetrag | 100,00 €"))
    assert invoice.date is not None
    assert invoice.date.value.isoformat() == day


def test_the_taxes_of_two_rates_in_one_row() -> None:
    row = "Netto: 200,00   19 % MwSt: 19,00   7 % MwSt: 7,00   Gesamtbetrag: 226,00"
    invoice = extract(printed(f"Muster GmbH\nRechnung 77\n{row}"))
    assert invoice.tax is not None
    assert str(invoice.tax.value) == "26.00"


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("Nummer: 2021-77", "2021-77"),
        ("Référence | FR-2210", "FR-2210"),
        ("Löpnr 55123", "55123"),
        ("Verifikatsnummer: A-1023", "A-1023"),
        ("Document réf. : 2019/12", "2019/12"),
        ("No. 42, Jalan Besar", None),
        ("Kundnr 4711", None),
        ("Telefonnummer 0123 456789", None),
    ],
)
def test_a_number_under_a_word_that_no_list_holds(row: str, number: str | None) -> None:
    invoice = extract(printed(f"Muster AB\nGatan 3\n{row}\nSumma | 100,00"))
    assert (invoice.number.value if invoice.number else None) == number


@pytest.mark.parametrize(
    "rows",
    [
        "Gesamtbetrag 119,00 € inkl. 19,00 € MwSt.",
        "Gesamtbetrag inkl. 19,00 € MwSt. | 119,00 €",
        "Total HT 100,00 € TVA 19,00 € TTC 119,00 €",
        "HT | TVA | TTC\n100,00 | 19,00 | 119,00",
        "Leistung | Netto | MwSt | Brutto\nEins | 50,00 | 9,50 | 59,50\n"
        "Zwei | 50,00 | 9,50 | 59,50\nSumme | 100,00 | 19,00 | 119,00",
        "Netto | 100,00\nMwSt 19 % | 19,00\nSumme | 119,00\n"
        "Abschlagszahlung | 40,00\nAbschlagszahlung | 30,00\nRest | 49,00",
    ],
)
def test_the_tax_and_the_total_in_unusual_rows(rows: str) -> None:
    invoice = extract(printed(f"Muster GmbH\nRechnung Nr. 77 vom 12.03.2018\n{rows}"))
    assert invoice.tax is not None
    assert invoice.total is not None
    assert (str(invoice.tax.value), str(invoice.total.value)) == ("19.00", "119.00")
