"""Confidence of fields."""

import math

from invoices_printed import printed
from penscript.invoices.confidence import GROUPS, MEASURES, percent, reading
from penscript.invoices.extract import explain
from penscript.invoices.rows import rows_of


def test_every_field_with_a_map_is_told_by_all_that_its_map_looks_at() -> None:
    told = {name: 1.0 for names in MEASURES.values() for name in names}
    assert all(0 < percent(name, told) < 100 for name in GROUPS)


def test_a_field_without_a_map_stays_cautious() -> None:
    assert percent("colour", {"line": 1.0, "word": 1.0}) < 75


def test_the_confidence_of_lines_is_evidence() -> None:
    sure, _ = explain(printed("Total: 12.00\nDate: 25/12/2026", confidence=97.0))
    unsure, _ = explain(printed("Total: 12.00\nDate: 25/12/2026", confidence=20.0))
    assert sure.total is not None
    assert unsure.total is not None
    assert sure.total.confidence > unsure.total.confidence


def test_the_confidence_of_several_lines_is_their_product() -> None:
    rows = rows_of(printed("one two\nthree", confidence=90.0))
    tokens = [token for row in rows for token in row.tokens]
    told = reading(tokens)
    assert math.isclose(told["line"], 0.81)
    assert math.isclose(told["word"], 0.729)
    assert math.isclose(told["odds"], math.log(0.729 / 0.271))


def test_a_name_is_never_surer_than_that_the_right_line_was_chosen() -> None:
    sure, doubtful = (percent("seller", {"odds": odds}) for odds in (4.5, -1.0))
    assert doubtful < sure < 97
    assert percent("seller", {"odds": 4.5}) != percent("buyer", {"odds": 4.5})
