"""The example pictures: small, complete, and read as their truth says."""

from pathlib import Path

import pytest

import penscript
from penscript.evaluation.scores import cer

NAMES = ("handwritten_notes.jpg", "invoice.png", "receipt.jpg", "todo_list.jpg", "two_pages.pdf")


@pytest.fixture(scope="module")
def engine() -> "penscript.OcrEngine":
    return penscript.OcrEngine(penscript.Language.ENGLISH, threads=1)


def test_nothing_is_missing_and_nothing_is_large(examples: Path) -> None:
    truths = {str(Path(name).with_suffix(".gt.txt")) for name in NAMES}
    assert {file.name for file in examples.iterdir()} == {*NAMES, *truths}
    assert max(file.stat().st_size for file in examples.iterdir()) < 200_000


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_read_as_it_stands(engine: "penscript.OcrEngine", examples: Path, name: str) -> None:
    result = engine.process(examples / name)
    truth = (examples / name).with_suffix(".gt.txt").read_text("utf-8")
    assert cer([(truth, result.text)]) < 0.1
    assert len(result.pages) == (2 if name == "two_pages.pdf" else 1)
    if name in ("invoice.png", "receipt.jpg"):
        assert penscript.read_invoice(result).problems == ()


def test_the_code_on_the_invoice_is_found(engine: "penscript.OcrEngine", examples: Path) -> None:
    assert [code.text for code in engine.recognize_barcode(examples / "invoice.png")] == ["LJ-2026-0417;GBP 1256.40"]
