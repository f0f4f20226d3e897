"""Words in the spelling, among those that were offered, that is a known word."""

import pytest

from invoices_printed import line
from penscript.document import Document, Page
from penscript.invoices.rows import rows_of
from penscript.invoices.spelling import respelled


def spelled(rows: list[str], alternatives: dict[str, tuple[str, ...]], confidence: float = 80.0) -> list[str]:
    lines = tuple(line(text, 100, 100 + 40 * place, confidence, alternatives) for place, text in enumerate(rows))
    return [row.text for row in respelled(rows_of(Document("page.png", (Page(1, 1000, 1000, lines),))))]


ADDRESS = ["Acme Sdn Bhd", "12. Jalan Merah 3", "Taman Sentosa.", "43300 Seri Kembangan."]


@pytest.mark.parametrize(
    ("text", "alternatives", "expected"),
    [
        ("Tota1 12.00", {"Tota1": ("Totai", "Total")}, "Total 12.00"),
        ("AMANO SON BHD", {"SON": ("SUN", "SDN")}, "AMANO SDN BHD"),
        ("ACME MART S/0", {"S/0": ("5/0", "S/B")}, "ACME MART S/B"),
        ("Gercang Alaf", {"Gercang": ("Gencang", "Geroang")}, "Gercang Alaf"),
        ("Restaurants", {"Restaurants": ("Restaurant",)}, "Restaurants"),
        ("Frau Total", {"Total": ("Date",)}, "Frau Total"),
        ("Bawang 2.00", {"Bawang": ("Rawang",)}, "Bawang 2.00"),
        ("12.00 17.00", {"12.00": ("Total",)}, "12.00 17.00"),
        ("Gesamtbetrag 1O345 EUR", {"1O345": ("18345", "10345")}, "Gesamtbetrag 1O345 EUR"),
        ("Rechnung Nr. 1O345", {"1O345": ("18345", "10345")}, "Rechnung Nr. 1O345"),
        ("3R0 FLR, PLAZA", {"3R0": ("3RO", "3RD")}, "3RD FLR, PLAZA"),
        ("Jalan As:aka 7", {"As:aka": ("As.aka", "Astaka")}, "Jalan Astaka 7"),
        ("Wisma Il, No 21", {"Il,": ("Il.", "II,")}, "Wisma II, No 21"),
    ],
)
def test_a_word_that_is_known_is_taken_where_the_first_is_none(
    text: str, alternatives: dict[str, tuple[str, ...]], expected: str
) -> None:
    assert spelled([text], alternatives) == [expected]


def test_words_of_addresses_count_near_a_postcode() -> None:
    misread = {"Jalau": ("Jaiau", "Jalan"), "Sulangor": ("Selangor",), "Nc": ("No",), "433OO": ("43300", "43800")}
    rows = ["Acme", "Nc 12 Jalau Merah", "433OO Kajang Sulangor"]
    assert spelled(rows, misread) == ["Acme", "No 12 Jalan Merah", "43300 Kajang Selangor"]


def test_commas_end_the_lines_of_an_address_but_the_last() -> None:
    offered = {"12.": ("12,",), "Sentosa.": ("Sentosa,", "Sentosa"), "Kembangan.": ("Kembangan,",), "Bhd": ("Bhd,",)}
    expected = ["Acme Sdn Bhd", "12, Jalan Merah 3", "Taman Sentosa,", "43300 Seri Kembangan."]
    assert spelled(ADDRESS, offered) == expected
    assert spelled(ADDRESS, {}) == ADDRESS


def test_what_was_read_surely_tells_how_a_word_is_spelled_elsewhere() -> None:
    lines = [
        line("HIGHTOWN BAKERS", 100, 100, 98.0),
        line("Come back to Hightovn", 100, 140, 70.0, {"Hightovn": ("Hightown",)}),
    ]
    rows = respelled(rows_of(Document("page.png", (Page(1, 1000, 1000, tuple(lines)),))))
    assert rows[1].text == "Come back to Hightown"
