import json

import pytest

from penscript.evaluation.order import order_tally
from penscript.evaluation.report import Outcome, Report, SetReport
from penscript.evaluation.scores import tally
from penscript.evaluation.sets import Kind


def outcome(number: int, truth: str, read: str, confidence: float = 0.8) -> Outcome:
    return Outcome(
        file=f"d{number // 2}_{number}.png",
        document=f"d{number // 2}",
        tally=tally(truth, read),
        order=order_tally(truth, read),
        confidence=(confidence,),
        right=(truth == read,),
        seconds=number / 10,
    )


def report(wrong: int = 2) -> Report:
    lines = tuple(outcome(i, "some text", "some text" if i >= wrong else "sxme tex", 0.5 + i / 20) for i in range(8))
    return Report((SetReport("hand", Kind.LINE, lines), SetReport("scans", Kind.PAGE, lines[:2])))


def test_figures_of_a_set() -> None:
    figures = report()["hand"].figures()
    assert (figures["samples"], figures["documents"]) == (8, 4)
    assert figures["cer"] == pytest.approx(4 / 72)
    assert figures["exact"] == 0.75
    assert figures["cer_interval"][0] <= figures["cer"] <= figures["cer_interval"][1]
    assert figures["auroc"] == 1
    assert figures["accepted_at_75"] == 3 / 8
    assert figures["right_of_accepted"] == 1
    assert "order" not in figures
    assert "order" in report()["scans"].figures()


def test_json_there_and_back() -> None:
    written = report().to_json()
    assert Report.from_json(written) == report()
    assert json.loads(written)["sets"][0]["figures"]["exact"] == 0.75
    assert "NaN" not in written
    assert "some text" not in written


def test_json_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="schema"):
        Report.from_json('{"schema_version": 99, "sets": []}')


def test_text_is_a_table_of_lines_and_one_of_pages() -> None:
    lines, pages = report().to_text().split("\n\n")
    assert lines.splitlines()[0].split()[:3] == ["set", "lines", "documents"]
    assert "0.0556 [" in lines
    assert pages.splitlines()[1].startswith("scans")
    assert len({len(row) for row in lines.splitlines()}) == 1
