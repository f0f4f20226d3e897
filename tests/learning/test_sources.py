"""Lines to learn from: out of notes, folders and sheets."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from notes_values import line_of
from penscript.api import OcrEngine
from penscript.document import Document, Page
from penscript.errors import EmptyInput, UnsupportedInput
from penscript.language import Language
from penscript.learning.sheet import sheet_pdf
from penscript.learning.sources import cut_out, from_folder, from_notes, from_sheet
from penscript.notes import open_notes
from penscript.options import AcceptPolicy
from penscript.review import AUDIT, offer_all

TEXTS = ("first line", "second", "third one")


@pytest.fixture
def notes(tmp_path):
    """Three lines; where a line is said to stand its page is darker, each in its own grey."""
    lines = [line_of(text, 20 + 60 * place, 90.0 if place else 40.0) for place, text in enumerate(TEXTS)]
    page = np.full((600, 800, 3), 255, np.uint8)
    for place, line in enumerate(lines):
        box = line.bounds
        page[box.y : box.bottom, box.x : box.right] = 100 + 10 * place
    file = io.BytesIO()
    Image.fromarray(page).save(file, "PNG")
    with open_notes(f"sqlite:///{tmp_path / 'notes.db'}") as opened:
        opened.add(Document("a.png", (Page(1, 800, 600, tuple(lines)),)), picture=file.getvalue())
        yield opened


def test_corrected_and_confirmed_lines_are_cut_out_of_their_page(notes):
    offer_all(notes, AcceptPolicy(audit=1.0))
    first, _, third = (line for page in notes.pages(1) for line in page.lines)
    notes.correct(first.id, "frist lime", "anna")
    notes.confirm(third.id, "anna")
    found = from_notes(notes)
    assert [one.text for one in found.examples] == ["frist lime", "third one"]
    assert [round(float(one.picture.mean())) for one in found.examples] == [100, 120]
    assert [one.accepted for one in found.examples] == [False, True]
    assert found.examples[1].probability == next(i.probability for i in notes.items() if i.reason == AUDIT)
    assert [one.line for one in found.examples] == [first.id, third.id]
    assert {one.page for one in found.examples} == {"document 1, page 1"}


def test_a_page_without_its_picture_is_left_out_and_named(tmp_path):
    with open_notes(f"sqlite:///{tmp_path / 'notes.db'}") as notes:
        notes.add(Document("a.png", (Page(1, 800, 600, (line_of("text", 20),)),)))
        notes.confirm(notes.pages(1)[0].lines[0].id)
        found = from_notes(notes)
    assert found.examples == ()
    assert "document 1, page 1" in found.left_out[0]


def test_a_leaning_line_is_cut_upright():
    page = np.full((200, 300), 255, np.uint8)
    corners = ((50.0, 100.0), (250.0, 60.0), (258.0, 99.0), (58.0, 139.0))
    cv2.fillPoly(page, [np.array(corners, np.int32)], (0,))
    cut = cut_out(page, corners, line_of("x").bounds)
    assert 35 < cut.shape[0] < 45
    assert 195 < cut.shape[1] < 210
    assert cut.mean() < 20


def test_a_folder_of_lines(tmp_path):
    for number in range(2):
        Image.new("L", (90 + number, 30), 200).save(tmp_path / f"{number}.png")
    (tmp_path / "lines.tsv").write_text("0.png\tone\n1.png\ttwo\n", "utf-8")
    found = from_folder(tmp_path, OcrEngine())
    assert [(one.text, one.picture.shape[1]) for one in found.examples] == [("one", 90), ("two", 91)]


def test_a_folder_of_pages_gives_the_lines_that_are_read_like_their_text(tmp_path):
    page = Image.new("L", (700, 300), 250)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(40)
    for place, text in enumerate(("Bread and butter", "Call the office")):
        pen.text((40, 40 + 120 * place), text, fill=30, font=font)
    page.save(tmp_path / "page.png")
    (tmp_path / "page.gt.txt").write_text("Bread and butter\nCall the ofice\nNot on the page\n", "utf-8")
    found = from_folder(tmp_path, OcrEngine(threads=1))
    assert [one.text for one in found.examples] == ["Bread and butter", "Call the ofice"]
    assert all(one.picture.shape[1] > 4 * one.picture.shape[0] for one in found.examples)


def test_an_empty_sheet_and_another_picture_are_refused(tmp_path, examples):
    (tmp_path / "sheet.pdf").write_bytes(sheet_pdf(Language("en")))
    with pytest.raises(UnsupportedInput, match="Nothing is written"):
        from_sheet(tmp_path / "sheet.pdf")
    with pytest.raises(UnsupportedInput, match="corner marks"):
        from_sheet(examples / "invoice.png")
    (tmp_path / "nothing").mkdir()
    with pytest.raises(EmptyInput):
        from_folder(tmp_path / "nothing", OcrEngine())
