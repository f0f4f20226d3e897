"""Labels, known although letters are misread, and never taken for their opposite."""

import pytest

from penscript.invoices.labels import catalogue, letters, look_up


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Rechnungsnurnmer", "number"),
        ("Tota1 amount due", "total"),
        ("Belopp inkl. moms", "total"),
        ("Belopp exkl. moms", "net"),
        ("Bedrag inci. btw", "total"),
        ("Gesamtsumme brutt0", "total"),
        ("Steuergesamtbetrag", "tax"),
        ("Förfallodatum", "due_date"),
    ],
)
def test_a_label_says_what_it_says(text: str, name: str) -> None:
    found = look_up(letters(text))
    assert found is not None
    assert name in catalogue().labels[found[0]][0]


@pytest.mark.parametrize("text", ["Warenwert inkl. moms", "Zwischensumme brutto", "Total TTC net HT"])
def test_what_is_without_tax_is_not_misread_for_what_is_with_it(text: str) -> None:
    found = look_up(letters(text))
    assert found is None or not catalogue().labels[found[0]][0] & {"net"}


@pytest.mark.parametrize("text", ["", "x", "Pan de centeno", "Kupferrohr"])
def test_what_is_no_label(text: str) -> None:
    assert look_up(letters(text)) is None
