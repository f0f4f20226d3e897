import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from penscript.document import Polygon
from penscript.errors import DamagedInput, UnsupportedInput
from penscript.evaluation.matching import truth_lines
from penscript.evaluation.run import evaluate


@dataclass(frozen=True)
class FakeLine:
    text: str
    confidence: float = 80.0
    polygon: Polygon = ((0, 0), (100, 0), (100, 20), (0, 20))


@dataclass(frozen=True)
class FakePage:
    lines: tuple[FakeLine, ...]


class FakeEngine:
    """Reads what it was told, by the name of a page or the bytes of a line."""

    def __init__(self, known: dict[Any, Any]) -> None:
        self.known = known

    def process(self, image: Path) -> FakePage:
        found = self.known[image.name]
        if isinstance(found, Exception):
            raise found
        return FakePage(tuple(found))

    def process_line(self, image: bytes) -> FakeLine:
        return FakeLine(*self.known[image])


def at(y: float) -> Polygon:
    return ((0, y), (100, y), (100, y + 20), (0, y + 20))


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    for name, text in {"a": "First row\nSecond row\nThird row", "b": "Lost"}.items():
        (tmp_path / f"{name}.jpg").write_bytes(b"")
        (tmp_path / f"{name}.gt.txt").write_text(text, "utf-8")
    places = [{"text": row, "polygon": at(40 * i)} for i, row in enumerate(["First row", "Second row", "Third row"])]
    (tmp_path / "a.lines.json").write_text(json.dumps(places), "utf-8")
    return tmp_path


def test_lines(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "hand.zip", "w") as archive:
        archive.writestr("lines.tsv", "x_1.png\tabcd\nx_2.png\tab “c”\ny_1.png\tef")
        for name in ("x_1.png", "x_2.png", "y_1.png"):
            archive.writestr(name, name)
    engine = FakeEngine({b"x_1.png": ("abxd", 90), b"x_2.png": ('ab "c"', 60), b"y_1.png": ("", 0)})
    found = evaluate(tmp_path / "hand.zip", engine)["hand"]
    assert found.tally.cer == 3 / 12
    assert (found.tally.exact, found.documents) == (1 / 3, 2)
    assert found.confidence == [0.9, 0.6, 0.0]
    assert found.right == [False, True, False]


def test_pages_with_places_judge_each_line_where_it_stands(pages: Path) -> None:
    read = [FakeLine("Second row", 70, at(41)), FakeLine("First rOw", 95, at(2)), FakeLine("First row", 50, at(300))]
    found = evaluate(pages, FakeEngine({"a.jpg": read, "b.jpg": []})).sets[0].outcomes[0]
    assert found.right == (True, False, False)
    assert (found.missed, found.extra) == (1, 1)
    assert found.lines.cer == 10 / 28
    assert found.order.order < 1


def test_what_the_truth_leaves_out_is_no_part_of_the_text_transcribed(pages: Path) -> None:
    rows = [FakeLine(text, 70, at(40 * i)) for i, text in enumerate(["First row", "Second row", "Third row"])]
    read = [FakeLine("Printed head of the page", 90, at(-200)), *rows]
    found = evaluate(pages, FakeEngine({"a.jpg": read, "b.jpg": []})).sets[0]
    assert found.outcomes[0].tally.cer > 0.5
    assert found.outcomes[0].transcribed.cer == 0
    assert found.figures()["transcribed_cer"] == 0


def test_pages_without_places_judge_each_line_by_its_text(pages: Path) -> None:
    (pages / "a.lines.json").unlink()
    read = [FakeLine("Second row"), FakeLine("Second row"), FakeLine("First row")]
    found = evaluate(pages, FakeEngine({"a.jpg": read, "b.jpg": []})).sets[0].outcomes[0]
    assert found.right == (True, False, True)


def test_a_refused_page_counts_as_nothing_read(pages: Path) -> None:
    refused = UnsupportedInput("b.jpg is not a picture.")
    report = evaluate(pages, FakeEngine({"a.jpg": [], "b.jpg": refused}))
    assert report.sets[0].outcomes[1].error == "b.jpg is not a picture."
    assert report.sets[0].tally.cer == 1
    assert "b.jpg is not a picture." in report.to_text()


def test_threads_give_the_same_report_and_progress(pages: Path) -> None:
    engine = FakeEngine({"a.jpg": [FakeLine("First row")], "b.jpg": [FakeLine("Lost")]})
    seen: list[tuple[str, int, int]] = []
    alone = evaluate(pages, engine, progress=lambda *step: seen.append(step))
    several = evaluate(pages, engine, workers=4)
    assert seen == [(pages.name, 1, 2), (pages.name, 2, 2)]
    assert [one.tally for one in alone.sets[0].outcomes] == [one.tally for one in several.sets[0].outcomes]


def test_capitals_are_compared_without_case(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "a.gt.txt").write_text("TOTAL 7.00", "utf-8")
    found = evaluate(tmp_path, FakeEngine({"a.png": [FakeLine("Total 7.00")]})).sets[0]
    assert found.tally.cer == 0
    assert found.right == [True]


def test_geometry_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.lines.json").write_text('[{"text": "a"}]', "utf-8")
    with pytest.raises(DamagedInput, match=r"a\.lines\.json"):
        list(truth_lines(tmp_path / "a.lines.json"))
