"""Searchable PDFs, as PDFium and poppler see them."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageOps

from pdf_readers import READERS, by_pdfium, saved, scan
from penscript.document import Bounds, Document, Line, Page, PageStatus, Word
from penscript.errors import DamagedInput, UsageError
from penscript.result import OcrResult

ROWS = ("Crème brûlée: 12,50 €", "春眠不觉晓， 处处闻啼鸟。", "a I , Ångström", "Last row")


def rows(width: int, height: int, turn: int = 0) -> tuple[Line, ...]:
    """Rows of words on a page that must be turned by `turn` degrees clockwise to stand upright."""
    across = width if turn % 180 == 0 else height
    made = []
    for index, text in enumerate(ROWS):
        top, words, left = 40 + 60 * index, [], 40
        for word in text.split():
            right = left + 14 * len(word)
            words.append(Word(word, 90, box(turn, (left, top, right, top + 30), (width, height))))
            left = right + 14
        quad = [(40, top), (left - 14, top), (left - 14, top + 30), (40, top + 30)]
        assert left < across
        polygon = tuple(spun(turn, point, (width, height)) for point in quad)
        made.append(Line(text, 90, Bounds.around(polygon), polygon, tuple(words)))
    return tuple(made)


def spun(turn: int, point: tuple[float, float], size: tuple[int, int]) -> tuple[float, float]:
    """Where a point of the upright page lies on the page as it is."""
    x, y = point
    return {0: (x, y), 90: (y, size[1] - x), 180: (size[0] - x, size[1] - y), 270: (size[0] - y, x)}[turn]


def box(turn: int, sides: tuple[float, float, float, float], size: tuple[int, int]) -> Bounds:
    return Bounds.around([spun(turn, point, size) for point in (sides[:2], sides[2:])])


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_picture_becomes_an_upright_page_that_can_be_read(read: Callable[[Path], list[str]], turn: int, tmp_path):
    size = (600, 400) if turn % 180 == 0 else (400, 600)
    source = scan(tmp_path / "scan.png", size)
    page = Page(1, *size, rows(*size, turn), rotation=turn)
    assert read(saved(source, (page,), tmp_path / "out.pdf")) == list(ROWS)


def pdf_of(path: Path, rotate: int = 0, crop: tuple[int, ...] | None = None, **save: object) -> Path:
    """A PDF of one page with a drawing, its resources and rotation stored above the page."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(600, 400) if rotate % 180 == 0 else (400, 600))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.Root.Pages.Resources = Dictionary(Font=Dictionary(PenscriptText=font))
    pdf.Root.Pages.Rotate = rotate
    page = pdf.pages[0]
    del page.obj.Resources
    page.Contents = pdf.make_stream(b"q 1 0 0 rg 10 10 50 50 re f")  # leaves its q open
    if crop:
        page.obj.CropBox = Array(crop)
    pdf.save(path, **save)
    return path


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_pdf_gets_its_text_and_keeps_its_look(read: Callable[[Path], list[str]], rotate: int, tmp_path):
    source = pdf_of(tmp_path / "in.pdf", rotate)
    out = saved(source, (Page(1, 600, 400, rows(600, 400)),), tmp_path / "out.pdf")
    assert read(out) == list(ROWS)
    with pypdfium2.PdfDocument(source) as before, pypdfium2.PdfDocument(out) as after:
        looks = [np.asarray(pdf[0].render(scale=1).to_numpy()) for pdf in (before, after)]
    np.testing.assert_array_equal(*looks)
    with pikepdf.open(source) as before, pikepdf.open(out) as after:
        assert after.pages[0].Contents[-1].read_bytes() == before.pages[0].Contents.read_bytes()


def test_words_lie_on_what_they_are_the_text_of(tmp_path):
    source = pdf_of(tmp_path / "in.pdf", 90, crop=(50, 100, 350, 550))
    out = saved(source, (Page(1, 900, 600, rows(900, 600)),), tmp_path / "out.pdf")
    with pypdfium2.PdfDocument(out) as pdf:
        page = pdf[0]
        found = page.get_textpage().search("Ångström")
        index, count = found.get_next()
        left, bottom, _, _ = page.get_textpage().get_charbox(index)
        assert page.get_size() == (450, 300)
    word = rows(900, 600)[2].words[3].bounds
    # the page is shown turned by 90 degrees: x of the view is y of the page, from the crop box on
    assert bottom - 100 == pytest.approx(word.x / 2, abs=1)
    assert left - 50 == pytest.approx((word.bottom - 0.2 * 30 - 0.38 * 30) / 2, abs=2.5)
    assert count == 8


def test_hidden_text_is_not_drawn(tmp_path):
    out = saved(scan(tmp_path / "a.png"), (Page(1, 600, 400, rows(600, 400)),), tmp_path / "out.pdf")
    with pypdfium2.PdfDocument(out) as pdf:
        pixels = pdf[0].render(scale=2).to_numpy()
    assert pixels[90:].min() == 255


def test_pages_that_were_not_read_are_kept(tmp_path):
    pdf = pikepdf.new()
    for _ in range(3):
        pdf.add_blank_page(page_size=(600, 400))
    pdf.save(tmp_path / "in.pdf")
    out = saved(tmp_path / "in.pdf", (Page(2, 600, 400, rows(600, 400)),), tmp_path / "out.pdf")
    assert by_pdfium(out, 2) == list(ROWS)
    assert by_pdfium(out, 1) == by_pdfium(out, 3) == []


def test_a_failed_page_of_pictures_keeps_its_number(tmp_path):
    first = Image.new("RGB", (600, 400), "white")
    first.save(tmp_path / "in.tif", save_all=True, append_images=[first])
    pages = (Page(1, 0, 0, status=PageStatus.FAILED, error="no"), Page(2, 600, 400, rows(600, 400)))
    out = saved(tmp_path / "in.tif", pages, tmp_path / "out.pdf")
    assert by_pdfium(out, 1) == []
    assert by_pdfium(out, 2) == list(ROWS)


def test_pdf_a_stays_pdf_a(tmp_path):
    with pikepdf.open(pdf_of(tmp_path / "plain.pdf")) as pdf:
        with pdf.open_metadata() as metadata:
            metadata["pdfaid:part"], metadata["pdfaid:conformance"] = "1", "B"
        pdf.save(tmp_path / "in.pdf", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    out = saved(tmp_path / "in.pdf", (Page(1, 600, 400, rows(600, 400)),), tmp_path / "out.pdf")
    with pikepdf.open(out) as pdf:
        assert pdf.open_metadata().pdfa_status == "1B"
        (name,) = set(pdf.pages[0].Resources.Font.keys()) - {"/PenscriptText"}
        font = pdf.pages[0].Resources.Font[name]
        inner = font.DescendantFonts[0]
        assert len(inner.FontDescriptor.FontFile2.read_bytes()) > 200
        assert len(inner.CIDToGIDMap.read_bytes()) >= 2 * len(set("".join(ROWS)))
        assert b"<00E8>" in font.ToUnicode.read_bytes()
    assert b"/ObjStm" not in out.read_bytes()


@pytest.mark.parametrize(
    ("name", "options", "filter"),
    [
        ("a.jpg", {"quality": 80}, "/DCTDecode"),
        ("a.png", {}, "/FlateDecode"),
        ("a.webp", {"quality": 80}, "/DCTDecode"),
        ("a.tif", {}, "/FlateDecode"),
    ],
)
def test_pictures_are_stored_as_well_as_they_came(name, options, filter, tmp_path):
    source = scan(tmp_path / name, **options)
    out = saved(source, (Page(1, 600, 400, rows(600, 400)),), tmp_path / "out.pdf")
    with pikepdf.open(out) as pdf:
        image = pdf.pages[0].Resources.XObject.Scan
        assert image.Filter == filter
        if name == "a.jpg":
            assert image.read_raw_bytes() == source.read_bytes()
    with pypdfium2.PdfDocument(out) as pdf:
        shown = pdf[0].render(scale=600 / pdf[0].get_width()).to_numpy()
    assert shown.shape[:2] == (400, 600)
    assert shown[20, 30, 2] > 150 > shown[20, 30, 0]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_stands_as_its_exif_says(orientation, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = orientation
    source = scan(tmp_path / "a.jpg", (300, 200), exif=exif, quality=95)
    size = (300, 200) if orientation < 5 else (200, 300)
    out = saved(source, (Page(1, *size, ()),), tmp_path / "out.pdf")
    with Image.open(source) as picture:
        wanted = np.asarray(ImageOps.exif_transpose(picture).convert("L")) < 150
    with pypdfium2.PdfDocument(out) as pdf:
        shown = np.asarray(pdf[0].render(scale=1).to_pil().convert("L").resize(size)) < 150
    assert (shown == wanted).mean() > 0.98


def test_an_encrypted_pdf_stays_encrypted(tmp_path):
    pdf_of(tmp_path / "in.pdf", encryption=pikepdf.Encryption(user="secret", owner="o", R=6))
    from penscript.sources import Image as Source

    original = Source.load(tmp_path / "in.pdf", password="secret")
    OcrResult(Document("in.pdf", (Page(1, 600, 400, rows(600, 400)),)), original=original).save(tmp_path / "out.pdf")
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(tmp_path / "out.pdf")
    with pikepdf.open(tmp_path / "out.pdf", password="secret") as pdf:
        assert len(pdf.pages) == 1


def test_what_is_gone_is_asked_for(tmp_path):
    result = OcrResult(Document(str(tmp_path / "gone.png"), (Page(1, 600, 400, rows(600, 400)),)))
    with pytest.raises(UsageError, match=r"gone\.png"):
        result.save(tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()
    buffer = io.BytesIO()
    Image.new("RGB", (600, 400), "white").save(buffer, "PNG")
    result.save(tmp_path / "out.pdf", original=buffer.getvalue())
    assert by_pdfium(tmp_path / "out.pdf") == list(ROWS)


def test_a_pdf_that_cannot_be_copied_says_so(tmp_path):
    class Broken:
        format, password = "PDF", None

        def file(self) -> io.BytesIO:
            return io.BytesIO(b"%PDF-1.7 nothing")

    from penscript.export.searchable import to_pdf

    with pytest.raises(DamagedInput, match=r"bill\.pdf"):
        to_pdf(Document("bill.pdf", ()), Broken())  # type: ignore[arg-type]


def test_hidden_text_of_an_earlier_reading_goes_when_the_page_is_read_anew(tmp_path):
    source = pdf_of(tmp_path / "in.pdf")
    old = tuple(row for row in rows(600, 400))[:1]
    first = saved(source, (Page(1, 600, 400, old),), tmp_path / "first.pdf")
    second = saved(first, (Page(1, 600, 400, rows(600, 400)[1:]),), tmp_path / "second.pdf")
    assert by_pdfium(second) == list(ROWS[1:])
    kept = tuple(replace(row, pack="pdf") for row in old)
    third = saved(first, (Page(1, 600, 400, kept + rows(600, 400)[1:]),), tmp_path / "third.pdf")
    assert sorted(by_pdfium(third)) == sorted(ROWS)


def test_text_that_is_seen_stays(tmp_path):
    with pikepdf.open(pdf_of(tmp_path / "in.pdf")) as pdf:
        pdf.pages[0].Contents = pdf.make_stream(b"BT /PenscriptText 20 Tf 10 20 Td (seen) Tj 3 Tr (hidden) Tj ET")
        pdf.save(tmp_path / "seen.pdf")
    out = saved(tmp_path / "seen.pdf", (Page(1, 600, 400, rows(600, 400)),), tmp_path / "out.pdf")
    found = by_pdfium(out)
    assert "seen" in found
    assert "hidden" not in " ".join(found)


def test_columns_far_apart_on_one_line_keep_their_words(tmp_path: Path) -> None:
    words = tuple(Word(text, 90, Bounds(left, 40, 12, 30)) for text, left in (("1", 50), ("0", 700), ("0", 1350)))
    polygon = ((50.0, 40.0), (1362.0, 40.0), (1362.0, 70.0), (50.0, 70.0))
    row = Line("1 0 0", 90, Bounds.around(polygon), polygon, words)
    out = saved(scan(tmp_path / "wide.png", (1400, 200)), (Page(1, 1400, 200, (row,)),), tmp_path / "wide.pdf")
    assert [one.split() for one in by_pdfium(out)] == [["1", "0", "0"]]
