"""Barcodes: the examples of zxing and zxing-cpp, and codes drawn here."""

import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from penscript.document import Barcode, Bounds, Reading
from penscript.reading.barcodes import find_barcodes, outside
from penscript.reading.image import Pixels
from penscript.reading.piece import Piece

# Blurred or damaged photographs, codes with an add-on that we leave out, and a page that has a test of its own.
UNREAD = {
    "zxing_ean13-2/10.png",
    "zxing_ean13-4/08.png",
    "zxing_ean13-5/01.png",
    "zxing_ean13-5/05.png",
    "zxing_ean13-5/17.png",
    "zxing_pdf417-3/15.png",
    "zxing_rss14-2/1.png",
    "zxing_upca-3/06.png",
    "zxing_upca-5/01.png",
    "zxing_upca-6/05.png",
    "zxing_upcean-extension-1/1.png",
    "zxingcpp_ean13-extension-1/32.webp",
    "documents/azure_barcodes.png",
}

# Their main part is read; zxing-cpp misreads one of the add-ons.
WITH_ADD_ON = {"zxing_upcean-extension-1/1.png", "zxingcpp_ean13-extension-1/32.webp"}


def drawn(text: str, kind: str, scale: int = 3) -> Pixels:
    """A code with a quiet zone, grey."""
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    return np.array(code.to_image(scale=scale), np.uint8)


def page_with(code: Pixels, x: int, y: int, width: int = 1240, height: int = 1754) -> Pixels:
    page = np.full((height, width), 255, np.uint8)
    page[y : y + code.shape[0], x : x + code.shape[1]] = code
    return page


def pictures(path: Path) -> Iterator[Pixels]:
    if path.suffix == ".pdf":
        pdfium = pytest.importorskip("pypdfium2")
        document = pdfium.PdfDocument(path)
        yield from (np.array(page.render(scale=200 / 72).to_pil().convert("RGB")) for page in document)
        return
    with Image.open(path) as opened:
        image = opened.convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image)
    yield np.array(white.convert("RGB"))


def unescaped(text: str) -> str:
    known = {"r": "\r", "n": "\n", "t": "\t", "\\": "\\"}
    return re.sub(r"\\(.)", lambda match: known[match[1]], text)


@pytest.mark.shared
def test_the_examples_are_read(shared: Path) -> None:
    folder = shared / "data" / "barcodes"
    rows = [line.split("\t") for line in (folder / "expected.tsv").read_text("utf-8").split("\n")[1:] if line]
    wrong = set()
    for path, kind, text in rows:
        found = [(code.format, code.text) for picture in pictures(folder / path) for code in find_barcodes(picture)]
        expected = not found if kind == "none" else (kind, unescaped(text)) in found
        wrong |= set() if expected else {path}
    assert len(rows) >= 178
    assert wrong <= UNREAD


@pytest.mark.shared
def test_what_is_not_read_cannot_be_read_by_zxing_either(shared: Path) -> None:
    for name in UNREAD - WITH_ADD_ON - {"documents/azure_barcodes.png"}:
        (picture,) = pictures(shared / "data" / "barcodes" / name)
        binarizers = (
            getattr(zxingcpp.Binarizer, kind) for kind in ("LocalAverage", "GlobalHistogram", "FixedThreshold")
        )
        assert not [code for one in binarizers for code in zxingcpp.read_barcodes(picture, binarizer=one)], name


@pytest.mark.shared
def test_several_kinds_on_one_page(shared: Path) -> None:
    (picture,) = pictures(shared / "data" / "barcodes" / "documents" / "azure_barcodes.png")
    assert [code.format for code in find_barcodes(picture)] == ["QRCode", "Code39", "Code128", "UPCA", "PDF417"]


@pytest.mark.shared
def test_no_code_in_handwriting(shared: Path) -> None:
    pages = sorted((shared / "data" / "handwriting-pages").glob("*/*.jpg"))[::12]
    assert len(pages) >= 5
    assert not [page.name for page in pages for picture in pictures(page) if find_barcodes(picture)]


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("QRCode", "Rechnung 4711: 12,50 €", "QRCode"),
        ("DataMatrix", "penscript", "DataMatrix"),
        ("PDF417", "A form of eight pages", "PDF417"),
        ("Code128", "FR-2024-0815", "Code128"),
        ("Code39", "ASN00123", "Code39"),
        ("EAN13", "9780201310054", "EAN13"),
        ("EAN8", "12345670", "EAN8"),
        ("UPCA", "051000000675", "UPCA"),
        ("UPCE", "01234531", "UPCE"),
        ("ITF", "00012345678905", "ITF"),
        ("Codabar", "A31117013206375B", "Codabar"),
    ],
)
def test_kinds_that_are_drawn(kind: str, text: str, name: str) -> None:
    (code,) = find_barcodes(page_with(drawn(text, kind), 200, 300))
    assert (code.format, code.text) == (name, text.strip("AB") if kind == "Codabar" else text)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("inverted", [False, True])
def test_turned_and_inverted(turns: int, inverted: bool) -> None:
    page = np.rot90(page_with(drawn("https://example.org/4711", "QRCode"), 700, 200), turns)
    assert [code.text for code in find_barcodes(255 - page if inverted else page)] == ["https://example.org/4711"]


def test_bounds_hold_the_code_and_little_more() -> None:
    code = drawn("https://example.org/4711", "QRCode", scale=4)
    rows, columns = np.nonzero(code < 128)
    page = page_with(code, 321, 123)
    (found,) = find_barcodes(np.stack([page] * 3, axis=2), page=7)
    assert found.page == 7
    assert abs(found.bounds.x - 321 - columns.min()) <= 3
    assert abs(found.bounds.y - 123 - rows.min()) <= 3
    assert abs(found.bounds.right - 322 - columns.max()) <= 3
    assert abs(found.bounds.bottom - 124 - rows.max()) <= 3


def test_a_very_large_page_gives_bounds_of_its_own_pixels() -> None:
    code = drawn("4711", "QRCode", scale=12)
    (found,) = find_barcodes(page_with(code, 3000, 4000, 5000, 7000))
    assert found.text == "4711"
    assert abs(found.bounds.x + found.bounds.width / 2 - 3000 - code.shape[1] / 2) <= 6
    assert abs(found.bounds.y + found.bounds.height / 2 - 4000 - code.shape[0] / 2) <= 6


@pytest.mark.parametrize("shape", [(400, 800), (1754, 1240)])
@pytest.mark.parametrize("turns", [0, 1])
def test_specks_do_not_hide_bars(shape: tuple[int, int], turns: int) -> None:
    page = page_with(drawn("2018032251310415556", "Code128", scale=2), 100, 100, shape[1], shape[0])
    noise = np.random.default_rng(5).random(page.shape)
    page[noise < 0.03] = 0
    page[noise > 0.97] = 255
    assert [code.text for code in find_barcodes(np.rot90(page, turns))] == ["2018032251310415556"]


@pytest.mark.parametrize("kind", ["QRCode", "Aztec", "DataMatrix"])
def test_specks_do_not_hide_a_square_code(kind: str) -> None:
    page = page_with(drawn("https://example.org/4711", kind), 100, 100)
    noise = np.random.default_rng(5).random(page.shape)
    page[noise < 0.03] = 0
    page[noise > 0.97] = 255
    assert [code.text for code in find_barcodes(page)] == ["https://example.org/4711"]


@pytest.mark.parametrize("turns", [0, 1])
def test_specks_do_not_hide_a_stacked_code_on_a_page(turns: int) -> None:
    page = page_with(drawn("https://example.org/4711 and more", "PDF417", scale=2), 100, 200)
    noise = np.random.default_rng(5).random(page.shape)
    page[noise < 0.05] = 0
    page[noise > 0.95] = 255
    assert [code.text for code in find_barcodes(np.rot90(page, turns))] == ["https://example.org/4711 and more"]


def test_a_dim_picture_that_is_not_so_small_has_its_contrast_levelled() -> None:
    page = page_with(drawn("https://example.org/4711", "QRCode", scale=4), 30, 60, 800, 600)
    bright = cv2.GaussianBlur(page.astype(np.float32), (0, 0), 1) / 255
    dim = 40 + np.linspace(0, 60, 800) + 6 * bright + np.random.default_rng(1).normal(0, 1, page.shape)
    assert [code.text for code in find_barcodes(dim.astype(np.uint8))] == ["https://example.org/4711"]


def test_two_codes_come_from_top_to_bottom_and_equal_ones_stay_two() -> None:
    page = np.full((1754, 1240), 255, np.uint8)
    for text, x, y in (("first", 600, 100), ("second", 50, 900), ("first", 600, 1400)):
        page = np.minimum(page, page_with(drawn(text, "QRCode"), x, y))
    assert [code.text for code in find_barcodes(page)] == ["first", "second", "first"]


def test_bytes_that_are_no_text_are_given_in_hex() -> None:
    code = zxingcpp.create_barcode(bytes([0, 1, 2, 200, 255, 129]), zxingcpp.BarcodeFormat.DataMatrix)
    page = page_with(np.array(code.to_image(scale=4), np.uint8), 100, 100)
    assert [found.text for found in find_barcodes(page)] == ["hex:000102c8ff81"]


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (3, 3, 3), (40, 40, 1)])
def test_tiny_and_thin_pictures_hold_nothing(shape: tuple[int, ...]) -> None:
    assert find_barcodes(np.full(shape, 255, np.uint8)) == ()


def test_views_into_larger_arrays_are_read() -> None:
    page = cv2.cvtColor(page_with(drawn("4711", "QRCode"), 100, 100), cv2.COLOR_GRAY2RGB)
    assert [code.text for code in find_barcodes(page[50:700, ::-1][:, ::-1])] == ["4711"]


def test_text_within_a_code_is_dropped_and_text_beside_it_kept() -> None:
    code = Barcode("4711", "QRCode", Bounds(100, 100, 80, 80))
    corner, label = (
        Piece(np.array([[x, y], [x + 30, y], [x + 30, y + 20], [x, y + 20]], np.float32), Reading("E", 0.5))
        for x, y in ((102, 158), (120, 182))
    )
    assert outside([corner, label], [code]) == [label]
