"""The diagrams of a report, as a picture and as a page that needs nothing else."""

from io import BytesIO

import pytest
from PIL import Image

from penscript.evaluation.drawing import to_html, to_png
from penscript.evaluation.report import Outcome, Report, SetReport
from penscript.evaluation.scores import Tally
from penscript.evaluation.sets import Kind


def _report(*names: str) -> Report:
    outcome = Outcome("a.jpg", "a", Tally(items=3), confidence=(0.9, 0.6, 0.2), right=(True, True, False))
    return Report(tuple(SetReport(name, Kind.LINE, (outcome,)) for name in names))


def test_every_set_is_drawn() -> None:
    one, two = (Image.open(BytesIO(to_png(_report(*names)))) for names in (("a",), ("a", "b")))
    assert two.size == (one.width, 2 * one.height)
    assert len(set(one.get_flattened_data() if hasattr(one, "get_flattened_data") else one.getdata())) > 3


def test_the_page_holds_its_picture_and_escapes_names() -> None:
    page = to_html(_report("<notes>"))
    assert "&lt;notes&gt;" in page
    assert "<notes>" not in page
    assert "data:image/png;base64," in page
    assert "http" not in page


def test_a_report_without_lines_is_not_drawn() -> None:
    with pytest.raises(ValueError, match="no line"):
        to_png(Report((SetReport("a", Kind.LINE, (Outcome("a", "a", Tally()),)),)))
