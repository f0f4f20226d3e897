"""The writing sheet: what it asks for, and its way through a camera and back."""

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

from penscript.errors import UnsupportedInput, UsageError
from penscript.evaluation.camera import View, photograph
from penscript.language import Language
from penscript.learning.sheet import sheet_pdf
from penscript.learning.sheet_form import PAGES, ROWS, SheetCode, box
from penscript.learning.sheet_lines import LINES, covered, sheet_languages, sheet_lines
from penscript.learning.sheet_photo import read_sheet

SCALE = 2.5
EMPTY = (3, 7)


@pytest.fixture(scope="module")
def filled():
    """The first French page, copied but for two lines: grey."""
    page = pypdfium2.PdfDocument(sheet_pdf(Language.FRENCH))[0].render(scale=SCALE).to_pil().convert("L")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(44)
    for row, text in enumerate(sheet_lines(Language.FRENCH)[:ROWS]):
        if row not in EMPTY:
            pen.text((box(row).x * SCALE + 20 + 3 * row, box(row).y * SCALE + 12), text[:12], fill=40, font=font)
    return np.asarray(page)


def texts(page):
    return [example.text for example in page.examples]


WRITTEN = [text for row, text in enumerate(sheet_lines(Language.FRENCH)[:ROWS]) if row not in EMPTY]


@pytest.mark.parametrize("code", sheet_languages())
def test_a_sheet_covers_letters_digits_and_many_pairs(code):
    lines = sheet_lines(Language(code))
    characters, pairs = covered(lines)
    assert len(lines) == LINES == ROWS * PAGES
    assert set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") <= characters
    assert set(sheet_languages()[code][0]) <= characters
    assert len(pairs) > 180
    assert max(map(len, lines)) <= 38


def test_a_language_without_a_sheet_is_refused():
    with pytest.raises(UsageError, match="no writing sheet"):
        sheet_pdf(Language("zh"))


def test_the_same_sheet_is_the_same_file():
    assert sheet_pdf(Language("pl")) == sheet_pdf(Language("pl"))


def test_a_scan_is_read_back(filled):
    page = read_sheet(filled, "scan.png")
    assert texts(page) == WRITTEN
    assert page.blank == len(EMPTY)
    assert page.code == SheetCode.of(Language.FRENCH, 1)


@pytest.mark.parametrize("turns", [0, 1, 2])
def test_a_photograph_is_read_back_whichever_way_it_was_held(filled, turns):
    view = View(pitch=18, yaw=10, roll=6, bend=5, shadow=0.5)
    photo = photograph(cv2.cvtColor(filled, cv2.COLOR_GRAY2RGB), view, seed=turns).pixels
    page = read_sheet(np.rot90(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), turns).copy(), "photo.jpg")
    assert texts(page) == WRITTEN
    height, width = page.examples[0].picture.shape
    assert 3 < width / height < 14


def test_bent_paper_is_refused_rather_than_misread(filled):
    photo = photograph(cv2.cvtColor(filled, cv2.COLOR_GRAY2RGB), View(pitch=20, bend=45), seed=1).pixels
    with pytest.raises(UnsupportedInput, match="bent"):
        read_sheet(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), "bent.jpg")


def test_another_picture_and_half_a_sheet_are_refused(filled):
    with pytest.raises(UnsupportedInput, match="0 of the four corner marks"):
        read_sheet(np.asarray(Image.effect_noise((400, 600), 40)), "cat.jpg")
    with pytest.raises(UnsupportedInput, match="2 of the four corner marks"):
        read_sheet(filled[: filled.shape[0] // 2].copy(), "half.jpg")


def test_a_sheet_of_other_lines_is_refused():
    with pytest.raises(UsageError, match="another version"):
        SheetCode("fr", "00000000", 1).lines()
    assert SheetCode.parse("https://example.org/a/b/c") is None
