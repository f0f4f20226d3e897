"""Numbers and their conventions."""

from decimal import Decimal

import pytest

from invoices_printed import printed
from penscript.invoices.amounts import amounts_of
from penscript.invoices.rows import rows_of


def values(text: str) -> list[Decimal]:
    return [one.value for one in amounts_of(rows_of(printed(text)))]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56 €", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1 234,56 kr", "1234.56"),
        ("1'234.50 CHF", "1234.50"),
        ("RM39.00", "39.00"),
        ("$8.20", "8.20"),
        ("-6,40", "-6.40"),
        ("6,40-", "-6.40"),
        ("(6.40)", "-6.40"),
        ("￥1,200.00", "1200.00"),
        ("€-609,95", "-609.95"),
        ("RMO.94", "0.94"),
        ("Total: - 51.88", "51.88"),
    ],
)
def test_a_number_says_its_own_convention(text: str, value: str) -> None:
    assert values(text) == [Decimal(value)]


def test_three_digits_behind_a_sign_follow_the_rest_of_the_page() -> None:
    assert values("Gewicht 1.234\n12,50\n13,40") == [Decimal("1234"), Decimal("12.50"), Decimal("13.40")]
    assert values("Weight 1.234\n12.50\n13.40") == [Decimal("1.234"), Decimal("12.50"), Decimal("13.40")]


def test_three_digits_behind_a_sign_are_doubtful_where_the_page_says_nothing() -> None:
    (amount,) = amounts_of(rows_of(printed("Total 1.234")))
    assert amount.value == Decimal("1234")
    assert amount.doubtful


def test_letters_among_digits_are_read_as_digits_and_marked() -> None:
    first, second = amounts_of(rows_of(printed("Total: l5.O0\nTax: 2.00")))
    assert (first.value, first.mended) == (Decimal("15.00"), True)
    assert not second.mended


def test_a_lost_point_is_marked_and_no_point_is_put_where_there_is_no_room() -> None:
    (amount,) = amounts_of(rows_of(printed("Total : 31 00")))
    assert (amount.value, amount.mended) == (Decimal("31.00"), True)
    (change,) = amounts_of(rows_of(printed("CHANGE 100")))
    assert change.value == Decimal("100")


def test_columns_part_numbers_that_a_space_would_join() -> None:
    assert values("Artikel|   2   |   327,00") == [Decimal("2"), Decimal("327.00")]


def test_currencies_that_several_countries_use_are_not_guessed() -> None:
    first, second = amounts_of(rows_of(printed("12.00 $\n14.00 EUR")))
    assert (first.currency, second.currency) == ("$", "EUR")


@pytest.mark.parametrize(
    ("text", "currencies"),
    [
        ("Total 20 EUR 3 items", ["EUR", ""]),
        ("Gesamtbetrag 119 € 19 % MwSt", ["EUR", ""]),
        ("12,50 EUR 19 %", ["EUR", ""]),
        ("100 € 01.02.2024", ["EUR"]),
        ("Total RM 4.00 RM 5.00", ["MYR", "MYR"]),
    ],
)
def test_a_currency_behind_an_amount_is_not_given_to_the_next_number(text: str, currencies: list[str]) -> None:
    assert [one.currency for one in amounts_of(rows_of(printed(text)))][: len(currencies)] == currencies


def test_a_dash_alone_behind_a_colon_is_no_minus_and_marked() -> None:
    (amount,) = amounts_of(rows_of(printed("Total: - 12.50")))
    assert (amount.value, amount.mended) == (Decimal("12.50"), True)


def test_hours_of_the_day_are_no_amounts() -> None:
    assert values("Mo.-Fr. 08.30 - 12.30 Uhr") == []
    assert values("14.00 EUR") == [Decimal("14.00")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Rs. 1,23,456.00", "123456.00"),
        ("₹ 12,34,567", "1234567"),
        ("-1,23,456.00", "-123456.00"),
        ("1,00,000/-", "100000"),
    ],
)
def test_thousands_and_hundreds_of_them_are_one_number(text: str, value: str) -> None:
    assert values(text) == [Decimal(value)]


def test_hours_of_work_are_numbers_and_opening_hours_are_none() -> None:
    assert values("Consulting 7.50 hrs 100.00 750.00") == [Decimal("7.50"), Decimal("100.00"), Decimal("750.00")]
    assert values("Mon-Fri 8.30 - 12.30 hrs") == []


def test_cents_behind_a_space_are_no_amount_of_their_own() -> None:
    assert Decimal(56) not in values("Total 1 234, 56 €")
    assert Decimal(50) not in values("TOTAL 7. 50")


@pytest.mark.parametrize("text", ["12.05.20231", "1.23.456.7", "12,34,5"])
def test_no_amount_is_taken_out_of_what_goes_on_with_digits(text: str) -> None:
    assert not any(0 < one < 100 for one in values(text))
