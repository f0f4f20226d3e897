"""Days and their order."""

from datetime import date

import pytest

from invoices_printed import printed
from penscript.invoices.days import Day, days_of
from penscript.invoices.rows import rows_of


def days(text: str, *languages: str) -> list[Day]:
    return days_of(rows_of(printed(text)), languages)


@pytest.mark.parametrize(
    "text",
    [
        "31.03.2026",
        "31/03/26",
        "2026-03-31",
        "31 March 2026",
        "March 31, 2026",
        "31. März 2026",
        "31 mars 2026",
        "31 de marzo de 2026",
        "31 MAR 2026",
        "31/MAR/2026",
        "31 maart 2026",
        "2026年3月31日",
        "3l/O3/2026",
        "2026/03/3112:33:14",
    ],
)
def test_ways_to_write_a_day(text: str) -> None:
    assert [day.value for day in days(text)] == [date(2026, 3, 31)]


def test_days_that_touch_what_follows() -> None:
    found = [day.value for day in days("31 de julho de 202514 de agosto de 202565927\n30 december 20247:15")]
    assert found == [date(2025, 7, 31), date(2025, 8, 14), date(2024, 12, 30)]


@pytest.mark.parametrize("text", ["3 Mai 20123", "den 13. Mai 20121"])
def test_a_digit_behind_a_day_is_marked(text: str) -> None:
    (day,) = days(text, "de")
    assert day.glued


@pytest.mark.parametrize(
    "text", ["3 Mai 2012", "3 Mai 2012 3", "3 Mai 201214:05", "3 Mai 20124 Mai 2012", "3/5/201212:33:14"]
)
def test_what_follows_a_day_by_itself_is_not_marked(text: str) -> None:
    assert not days(text, "de")[0].glued


def test_letters_taken_for_digits_are_marked() -> None:
    assert [day.mended for day in days("3l/O3/2026\n31/03/2026")] == [True, False]


def test_a_day_above_twelve_tells_the_order_of_the_others() -> None:
    first, second = days("03/04/2026\n04/25/2026", "en")
    assert first.value == date(2026, 3, 4)
    assert not first.ambiguous
    assert second.value == date(2026, 4, 25)


def test_a_day_that_could_be_another_one_is_marked() -> None:
    (day,) = days("03/04/2026", "en")
    assert (day.value, day.other, day.ambiguous) == (date(2026, 4, 3), date(2026, 3, 4), True)


@pytest.mark.parametrize(("text", "language"), [("03.04.2026", "en"), ("03/04/2026", "fr"), ("05/05/2026", "en")])
def test_what_only_one_day_can_be_is_not_marked(text: str, language: str) -> None:
    (day,) = days(text, language)
    assert not day.ambiguous


@pytest.mark.parametrize("text", ["31.02.2026", "12.34", "07-355 2616", "10:30", "1.2.3.4", "99/99/2020"])
def test_what_is_no_day(text: str) -> None:
    assert days(text) == []
