"""How fields are compared and counted."""

from datetime import date
from decimal import Decimal

import pytest

from penscript.errors import MissingInput
from penscript.evaluation.fields import FieldTruth, Judged, calibration_error, invoices, judge, score, whole
from penscript.invoices.values import Field, Invoice, Problem, ProblemCode


def one(invoice: Invoice, *printed: str, **values: str | None) -> Judged:
    (found,) = judge(invoice, FieldTruth("a.png", "seller", values, frozenset(printed)))
    return found


@pytest.mark.parametrize(
    ("name", "value", "text", "wanted", "right"),
    [
        ("total", Decimal("9.00"), "RM9.00", "9.00", True),
        ("total", Decimal("9.00"), "9.00", "9.01", False),
        ("date", date(2018, 12, 25), "25/12/2018", "2018-12-25", True),
        ("seller", "ABC Ho Trading", "ABC Ho Trading", "ABC HO  TRADING", True),
        ("seller", "ABC Ho Trading.", "ABC Ho Trading.", "ABC HO TRADING", False),
        ("iban", "DE02120300000000202051", "DE02", "DE02 1203 0000 0000 2020 51", True),
    ],
)
def test_values_are_compared_exactly_but_for_case_and_spaces(
    name: str, value: object, text: str, wanted: str, right: bool
) -> None:
    field = Field(value, text, 80.0)  # type: ignore[type-var]
    found = one(Invoice(**{name: field}), **{name: wanted})
    assert (found.right, found.found, found.confidence) == (right, True, 80.0)


def test_of_receipts_the_printed_day_counts() -> None:
    invoice = Invoice(date=Field(date(2018, 12, 25), "25/12/2018", 80.0))
    assert one(invoice, "date", date="25/12/2018").right
    assert not one(invoice, "date", date="25 DEC 2018").right


def test_a_number_with_wrong_check_digits_is_right_when_it_is_refused() -> None:
    refused = Invoice(problems=(Problem(ProblemCode.CHECK_DIGIT, "Wrong.", ("iban",)),))
    wrong = "DE02120300000000202052"
    assert one(refused, iban=wrong).right
    assert not one(Invoice(), iban=wrong).right
    assert not one(Invoice(iban=Field(wrong, wrong, 90.0)), iban=wrong).right


def test_what_is_not_on_the_paper_counts_against_what_is_given() -> None:
    assert judge(Invoice(), FieldTruth("a", "b", {"net": None})) == []
    extra = one(Invoice(net=Field(Decimal(1), "1", 50.0)), net=None)
    assert (extra.wanted, extra.found, extra.right) == (False, True, False)


def test_f1_counts_what_is_given_and_what_is_wanted() -> None:
    rows = [
        Judged("total", "a", "s", True, True, True, 90.0),
        Judged("total", "b", "s", True, False, False, None),
        Judged("date", "a", "s", True, True, False, 90.0),
    ]
    total, day, everything = score(rows)
    assert (total.recall, round(total.f1, 3)) == (0.5, 0.667)
    assert (day.f1, everything.name, everything.f1) == (0.0, "all", 0.4)
    assert whole(rows) == (0, 2)


def test_the_calibration_error_is_the_gap_between_told_and_true() -> None:
    rows = [Judged("total", str(i), "s", True, True, i % 2 == 0, 80.0) for i in range(100)]
    error, count = calibration_error(rows)
    assert (round(error, 3), count) == (0.3, 100)
    assert calibration_error([]) == (0.0, 0)


def test_a_folder_that_is_not_there_is_told(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(MissingInput):
        list(invoices(tmp_path / "none", ["a.pdf"]))
