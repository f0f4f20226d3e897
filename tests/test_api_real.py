"""The engine with its real networks, on pieces of the example pictures."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

import penscript as ocr

PIECES = (
    ("handwritten_notes.jpg", (180, 190, 940, 280)),
    ("invoice.png", (60, 90, 700, 240)),
)


@pytest.fixture(scope="module")
def engine():
    return ocr.OcrEngine(ocr.Language.ENGLISH)


@pytest.fixture(scope="module")
def pieces(examples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pieces")
    paths = []
    for name, box in PIECES:
        paths.append(folder / f"{name}.png")
        with Image.open(examples / name) as page:
            page.crop(box).save(paths[-1])
    return paths


@pytest.fixture(scope="module")
def alone(engine, pieces):
    return [engine.process(path).to_json() for path in pieces]


def test_text_place_and_confidence_come_back(engine, pieces):
    result = engine.process(pieces[0])
    assert "Garden meeting" in result.text
    for line in result.lines:
        assert 0 <= line.confidence <= 100
        assert line.bounds.width > line.bounds.height > 10
        assert line.pack
        assert " ".join(word.text for word in line.words) == line.text
    assert ocr.OcrResult.from_json(result.to_json()).document == result.document


def test_eight_threads_give_the_same_bytes(engine, pieces, alone):
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda path: engine.process(path).to_json(), pieces * 4)) == alone * 4


def test_two_processes_give_the_same_bytes(engine, pieces, alone):
    items = list(engine.process_many([*pieces, "missing.jpg"], workers=2))
    assert [item.result.to_json() for item in items[:-1]] == alone
    assert isinstance(items[-1].error, ocr.errors.MissingInput)


def test_a_line_alone_reads_as_a_line(engine, examples):
    with Image.open(examples / "invoice.png") as page:
        line = engine.process_line(np.asarray(page.convert("RGB"))[1635:1675, 360:895])
    assert line.text.endswith("registered in England no. 07412588")
