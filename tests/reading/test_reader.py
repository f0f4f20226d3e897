from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
import pytest

from penscript.document import Character, LineStatus, PageStatus, Reading
from penscript.errors import LimitExceeded
from penscript.language import Language
from penscript.options import AcceptPolicy, ReadOptions
from penscript.packs.catalog import Catalog
from penscript.reading.enhance import Doubt
from penscript.reading.image import Picture
from penscript.reading.piece import Piece
from penscript.reading.reader import Reader

OPTIONS = ReadOptions(pack="base", barcodes=False)
TEXTS = ("Hello world 123", "Second line here", "Total 45.60")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(Catalog(threads=2))


def written(text: str, width: int = 420) -> np.ndarray:
    crop = np.full((48, width, 3), 255, np.uint8)
    cv2.putText(crop, text, (8, 34), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0, 0, 0), 2, cv2.LINE_AA)
    return crop


@pytest.fixture(scope="module")
def page() -> np.ndarray:
    pixels = np.full((420, 600, 3), 255, np.uint8)
    for number, text in enumerate(TEXTS):
        pixels[60 + 90 * number : 108 + 90 * number, 60:480] = written(text)
    return pixels


def test_a_page_may_be_ended_between_its_stages(reader: Reader, page: np.ndarray) -> None:
    timings: dict[str, float] = {}

    def check() -> None:
        if len(timings) == 2:
            raise LimitExceeded("too long")

    with pytest.raises(LimitExceeded, match="too long"):
        reader.read_page(Picture(page), OPTIONS, timings=timings, check=check)
    assert list(timings) == ["detect", "flatten"]


def test_a_page_is_read_in_order_with_words_in_their_places(reader: Reader, page: np.ndarray) -> None:
    timings: dict[str, float] = {}
    found = reader.read_page(Picture(page, number=3, dpi=150.0), OPTIONS, timings=timings)
    assert [line.text for line in found.lines] == list(TEXTS)
    assert (found.number, found.width, found.height, found.dpi, found.rotation) == (3, 600, 420, 150.0, 0)
    assert found.status is PageStatus.READ
    assert {"detect", "recognize"} <= timings.keys()
    line = found.lines[0]
    assert line.pack.startswith("base@")
    assert line.calibrated
    assert 75 < line.confidence < 100 * line.raw_score
    assert [word.text for word in line.words] == ["Hello", "world", "123"]
    assert line.words[0].bounds.right < line.words[1].bounds.x + 8
    assert all(word.bounds.x >= 60 and word.bounds.right < 480 for word in line.words)


@pytest.mark.parametrize(("turns", "rotation"), [(1, 90), (2, 180), (3, 270)])
def test_a_turned_page_reads_the_same(reader: Reader, page: np.ndarray, turns: int, rotation: int) -> None:
    turned = reader.read_page(Picture(np.ascontiguousarray(np.rot90(page, turns))), OPTIONS)
    assert [line.text for line in turned.lines] == list(TEXTS)
    assert turned.rotation == rotation


def test_grey_is_read_like_colour(reader: Reader, page: np.ndarray) -> None:
    grey = reader.read_page(Picture(page[:, :, 0].copy()), OPTIONS)
    assert grey.lines == reader.read_page(Picture(page), OPTIONS).lines


def test_a_page_without_text_is_blank(reader: Reader) -> None:
    found = reader.read_page(Picture(np.full((300, 200, 3), 250, np.uint8)), OPTIONS)
    assert (found.status, found.lines) == (PageStatus.BLANK, ())


def test_a_line_of_nothing_is_unreadable(reader: Reader) -> None:
    line = reader.read_line(np.full((40, 200, 3), 255, np.uint8), OPTIONS)
    assert (line.status, line.text, line.confidence) == (LineStatus.UNREADABLE, "", 0.0)


def test_a_language_limits_the_letters(reader: Reader) -> None:
    line = reader.read_line(written("cote 12"), replace(OPTIONS, languages=(Language.ENGLISH,)))
    assert line.text == "cote 12"
    assert all(alternative.isascii() for word in line.words for alternative in word.alternatives)


def test_a_reading_never_depends_on_its_company(reader: Reader) -> None:
    crops = [written(f"line number {number} " + "x" * (number % 5), 300 + 40 * number) for number in range(10)]
    recognizer = reader.catalog.recognizer("base")
    alone = [recognizer.read([crop])[0] for crop in crops]
    assert recognizer.read(crops) == alone
    assert recognizer.read(crops[::-1]) == alone[::-1]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda crop: recognizer.read([crop])[0], crops * 2)) == alone * 2


def test_a_very_wide_line_is_read_to_its_end(reader: Reader) -> None:
    words = " ".join(f"word{number}" for number in range(40))
    strip = written(words, 4700)
    line = reader.read_line(strip, OPTIONS)
    assert line.text.split()[0] == "word0"
    assert line.text.split()[-1] == "word39"
    assert abs(len(line.text) - len(words)) < 8


def test_lines_that_have_no_second_reading_take_none_of_its_time(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def row(text: str) -> tuple[Piece, ...]:
        return (Piece(np.zeros((4, 2), np.float32), Reading(text, 0.9, tuple(Character(c, 0, 1, 0.9) for c in text))),)

    monkeypatch.setattr(
        "penscript.reading.reader.doubt", lambda row, measures, packs: Doubt(0.5, len(row[0].reading.text))
    )
    rows = [row("发票号码发票号码"), row("la lettre"), row("ご請求書ご請求書")]
    assert reader._doubtful(rows, [{}] * 3, {}, 0.75) == [1]


def test_the_second_pass_asks_the_threshold_of_the_pack_that_read(
    reader: Reader, page: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    def nothing(lines: list[Doubt], threshold: float) -> list[int]:
        asked.append(threshold)
        return []

    monkeypatch.setattr("penscript.reading.reader.doubtful", nothing)
    policy = AcceptPolicy(90, packs=((reader.catalog.recognizer("base").info.id, 81.0),))
    reader.read_page(Picture(page), replace(OPTIONS, policy=policy))
    assert asked == [0.81]
