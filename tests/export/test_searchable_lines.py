"""Lines of a searchable PDF, as PDFium and poppler make them out."""

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from pdf_readers import READERS, saved, scan
from penscript.document import Bounds, Line, Page, Word


@pytest.mark.parametrize("read", READERS)
def test_the_rows_of_a_receipt_stay_whole(read: Callable[[Path], list[str]], tmp_path):
    """Far columns and outlines that overlap, which poppler would take for columns and tear apart."""
    texts = ("Bread 2.40", "Two pounds of butter 11.80", "Black tea 3.15", "Total 17.35", "Cash 20.00")
    made = []
    for index, text in enumerate(texts):
        (name, price), top = text.rsplit(" ", 1), 40 + 34 * index
        words, left = [], 40
        for word in name.split():
            words.append(Word(word, 90, Bounds(left, top, 13 * len(word), 40)))
            left += 13 * len(word) + 10
        words.append(Word(price, 90, Bounds(560 - 13 * len(price), top, 13 * len(price), 40)))
        made.append(
            Line(
                text,
                90,
                Bounds(40, top, 520, 40),
                ((40, top), (560, top), (560, top + 40), (40, top + 40)),
                tuple(words),
            )
        )
    page = Page(1, 600, 400, tuple(made))
    assert read(saved(scan(tmp_path / "scan.png"), (page,), tmp_path / "out.pdf")) == list(texts)


def placed_line(*words: tuple[str, float, float], top: float, height: float = 40, rise: float = 0) -> Line:
    """Words from left to right on a line that climbs by `rise` pixels from end to end."""
    left, right = words[0][1], words[-1][2]

    def below(x: float) -> float:
        return top - rise * (x - left) / (right - left)

    boxes = [Bounds(start, min(map(below, (start, end))), end - start, height) for _, start, end in words]
    made = tuple(Word(word[0], 90, box) for word, box in zip(words, boxes, strict=True))
    polygon = (
        (left, below(left)),
        (right, below(right)),
        (right, below(right) + height),
        (left, below(left) + height),
    )
    return Line(" ".join(word.text for word in made), 90, Bounds.around(polygon), polygon, made)


@pytest.mark.parametrize("read", READERS)
def test_rows_with_lone_letters_far_apart_stay_whole(read: Callable[[Path], list[str]], tmp_path):
    """Gaps that no letter of a usual width could bridge."""
    made = (
        placed_line(("2", 40, 58), ("x", 300, 318), ("Tea", 420, 480), top=20),
        placed_line(("Total", 40, 150), (":", 330, 340), ("4.70", 500, 560), top=70),
        placed_line(("SR", 40, 80), ("6", 250, 268), ("78.00", 400, 470), ("4", 540, 558), top=120),
    )
    out = saved(scan(tmp_path / "scan.png"), (Page(1, 600, 400, made),), tmp_path / "out.pdf")
    assert read(out) == ["2 x Tea", "Total : 4.70", "SR 6 78.00 4"]


@pytest.mark.parametrize("read", READERS)
def test_lines_whose_outlines_overlap_stay_lines(read: Callable[[Path], list[str]], tmp_path):
    made = tuple(
        placed_line((word, 200 - 40 * index, 400), ("end", 430, 500), top=30 + 26 * index)
        for index, word in enumerate(("centred", "lines", "stand", "close"))
    )
    out = saved(scan(tmp_path / "scan.png"), (Page(1, 600, 400, made),), tmp_path / "out.pdf")
    assert read(out) == ["centred end", "lines end", "stand end", "close end"]


@pytest.mark.parametrize("read", READERS)
def test_lines_that_lean_a_little_stay_whole(read: Callable[[Path], list[str]], tmp_path):
    made = tuple(
        placed_line(("Extraordinarily", 40, 330), ("long", 360, 430), ("words", 460, 560), top=60 + 60 * row, rise=20)
        for row in range(3)
    )
    out = saved(scan(tmp_path / "scan.png"), (Page(1, 600, 400, made),), tmp_path / "out.pdf")
    assert read(out) == ["Extraordinarily long words"] * 3


def test_letters_stay_in_their_place_beside_a_gap(tmp_path):
    made = (placed_line(("SR", 40, 80), ("6", 250, 268), top=120),)
    out = saved(scan(tmp_path / "scan.png"), (Page(1, 600, 400, made),), tmp_path / "out.pdf")
    with pypdfium2.PdfDocument(out) as pdf:
        scale = 600 / pdf[0].get_width()
        text = pdf[0].get_textpage()
        boxes = [text.get_charbox(index) for index in range(4)]
    lefts, rights = [box[0] * scale for box in boxes], [box[2] * scale for box in boxes]
    assert (lefts[0], rights[1]) == (pytest.approx(40, abs=2), pytest.approx(80, abs=4))
    assert lefts[3] == pytest.approx(250, abs=2)
