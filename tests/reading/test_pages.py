"""PDFs that carry text: what is kept, what is read, and what is drawn."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from penscript.document import Bounds, Document, Line, Page, PageStatus
from penscript.errors import UsageError
from penscript.export.searchable import to_pdf
from penscript.options import ReadOptions, TextLayer
from penscript.pdf import PdfFile
from penscript.reading.image import OwnWord, Picture
from penscript.reading.load import open_source
from penscript.reading.own_text import PACK, agreement, is_plausible, pieces_of, seen, without
from penscript.reading.pages import read_page

ROWS = ("The first of the rows", "a second row follows", "Crème brûlée, 12-50")


def drawn(rows: tuple[str, ...] = ROWS) -> np.ndarray:
    image = Image.new("RGB", (600, 400), (250, 250, 240))
    brush, font = ImageDraw.Draw(image), ImageFont.load_default(24)
    for index, row in enumerate(rows):
        brush.text((40, 40 + 60 * index), row, (20, 20, 40), font=font)
    return np.asarray(image)


def line(text: str, top: int) -> Line:
    box = Bounds(40, top, 12 * len(text), 30)
    corners = ((40, top), (box.right, top), (box.right, box.bottom), (40, box.bottom))
    return Line(text, 90, box, corners)


def layered(rows: tuple[str, ...]) -> Picture:
    """A scan of ROWS that carries `rows` as its text."""
    buffer = io.BytesIO()
    Image.fromarray(drawn()).save(buffer, "PNG", dpi=(144, 144))
    lines = tuple(line(row, 40 + 60 * index) for index, row in enumerate(rows))
    with open_source(buffer.getvalue()) as source:
        pdf = to_pdf(Document("a", (Page(1, 600, 400, lines, dpi=144.0),)), source)
    with open_source(pdf) as source:
        return source.load(1)


class Trial:
    """Reads lines in the order in which they are told, and on a page what is not painted over."""

    def __init__(self, *readings: str) -> None:
        self.readings = list(readings)
        self.seen: list[np.ndarray] = []

    def read_line(self, pixels: np.ndarray, options: ReadOptions) -> Line:
        return line(self.readings.pop(0), 0)

    def read_page(self, picture: Picture, options: ReadOptions, **_: object) -> Page:
        self.seen.append(picture.pixels)
        found = (line("read", 300),) if (picture.pixels[40:60] < 100).any() else ()
        return Page(picture.number, picture.width, picture.height, found, status=PageStatus.READ)


def read(picture: Picture, reader: Trial, mode: TextLayer = TextLayer.AUTO) -> Page:
    return read_page(reader, picture, replace(ReadOptions(), text_layer=mode))  # type: ignore[arg-type]


def test_good_text_is_kept_and_painted_over():
    reader = Trial(*ROWS)
    page = read(layered(ROWS), reader)
    assert [one.text for one in page.lines] == list(ROWS)
    assert {one.pack for one in page.lines} == {PACK}
    assert page.lines[0].confidence == 99.0
    assert not page.lines[0].calibrated
    assert reader.seen[0].min() > 200
    for one, top in zip(page.lines, (40, 100, 160), strict=True):
        assert abs(one.bounds.y - top) < 16


def test_confidence_is_how_far_the_samples_agree():
    page = read(layered(ROWS), Trial(ROWS[0], ROWS[1], "Crème brûlée, 12-5o"))
    assert page.lines[0].confidence == pytest.approx(100 * (1 - 1 / 50), abs=1)


def test_garbage_is_read_again():
    garbage = tuple("".join(chr(ord(letter) + 3) for letter in row) for row in ROWS)
    page = read(layered(garbage), Trial(*ROWS))
    assert [one.text for one in page.lines] == ["read"]


def test_modes():
    picture = layered(tuple(row[::-1] for row in ROWS))
    assert [one.text for one in read(picture, Trial(*ROWS), TextLayer.ALWAYS).lines] == ["read"]
    kept = read(picture, Trial(*ROWS), TextLayer.MISSING)
    assert [one.text for one in kept.lines] == [row[::-1] for row in ROWS]
    assert kept.lines[0].confidence < 75
    with pytest.raises(UsageError, match="auto, missing, always"):
        TextLayer.of("never")


def test_what_the_text_leaves_out_is_read_and_put_in_order():
    picture = layered(ROWS)
    partly = replace(picture, words=tuple(word for word in picture.words if word.corners[0][1] > 80))
    page = read(partly, Trial(*ROWS[1:]))
    assert [one.text for one in page.lines] == [*ROWS[1:], "read"]


def test_text_that_nobody_sees_is_left_out():
    pixels = np.full((100, 300, 3), 240, np.uint8)
    pixels[20:40, 20:100] = 10
    words = (
        OwnWord("seen", ((20, 18), (100, 18), (100, 42), (20, 42))),
        OwnWord("x", ((150, 18), (200, 18), (200, 42), (150, 42))),
    )
    assert [piece.reading.text for piece in seen(pixels, pieces_of(words))] == ["seen"]
    assert without(pixels, pieces_of(words)).min() == 240


def test_pieces_are_words_that_follow_each_other():
    def word(text: str, x: float, y: float) -> OwnWord:
        return OwnWord(text, ((x, y), (x + 10 * len(text), y), (x + 10 * len(text), y + 20), (x, y + 20)))

    words = (word("one", 0, 0), word("two", 40, 2), word("far", 200, 0), word("below", 0, 30))
    assert [piece.reading.text for piece in pieces_of(words)] == ["one two", "far", "below"]
    (first, *_) = pieces_of(words)
    assert first.between(first.reading.characters[4].start, 1)[0][0] == pytest.approx(40)


@pytest.mark.parametrize(
    ("text", "plausible"),
    [("plain text", True), ("春眠不觉晓", True), ("\ue001\ue002\ue003 a", False), ("\ufffd\ufffdb", False)],
)
def test_letters_of_no_script_are_garbage(text, plausible):
    assert is_plausible(pieces_of((OwnWord(text, ((0, 0), (90, 0), (90, 20), (0, 20))),))) is plausible


def test_agreement_counts_characters():
    assert agreement(["abcd", "ef gh"], ["abxd", "efgh"]) == pytest.approx(7 / 8)
    assert agreement([], []) == 0


def test_a_page_on_its_side_keeps_its_text():
    picture = layered(ROWS)
    turned = replace(
        picture,
        pixels=np.rot90(picture.pixels).copy(),
        words=tuple(OwnWord(w.text, tuple((y, 600 - x) for x, y in w.corners)) for w in picture.words),
    )
    page = read(turned, Trial(*ROWS))
    assert [one.text for one in page.lines] == list(ROWS)
    assert page.rotation == 90


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_words_of_a_pdf_know_how_they_stand(rotate):
    import pikepdf

    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 100))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    pdf.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    pdf.pages[0].Contents = pdf.make_stream(b"BT /F 20 Tf 10 60 Td (Total 4-) Tj ET")
    pdf.pages[0].Rotate = rotate
    out = io.BytesIO()
    pdf.save(out)
    with PdfFile(out.getvalue()) as opened:
        words = opened.words(1)
    assert [word.text for word in words] == ["Total", "4-"]
    assert {word.turn for word in words} == {(360 - rotate) % 360}
    (x0, y0), (x1, y1), *_ = words[0].corners
    assert {0: x1 > x0, 90: y1 > y0, 180: x1 < x0, 270: y1 < y0}[rotate]
