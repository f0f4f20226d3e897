"""PDF pages as pixels, their resolution, their words, what is attached, and one lock for all."""

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from drawn_pages import encoded, page
from penscript.errors import DamagedInput, EmptyInput, PasswordNeeded, PasswordWrong
from penscript.pdf import DEFAULT_DPI, REPAIRED, PdfFile


def helvetica() -> Dictionary:
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)


def document(
    content: str = "", size: tuple[float, float] = (200, 100), image: np.ndarray | None = None, **page_entries: object
) -> pikepdf.Pdf:
    """One page with Helvetica as /F and `image` as /I."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=size)
    one = pdf.pages[0]
    one.Resources = Dictionary(Font=Dictionary(F=helvetica()))
    if image is not None:
        one.Resources.XObject = Dictionary(I=picture_in(pdf, image))
    one.Contents = pdf.make_stream(content.encode())
    for name, value in page_entries.items():
        one[f"/{name}"] = value
    return pdf


def picture_in(pdf: pikepdf.Pdf, image: np.ndarray) -> pikepdf.Stream:
    stream = pdf.make_stream(image.tobytes())
    stream.Type, stream.Subtype, stream.ColorSpace = Name.XObject, Name.Image, Name.DeviceRGB
    stream.Height, stream.Width, stream.BitsPerComponent = image.shape[0], image.shape[1], 8
    return stream


def stored(pdf: pikepdf.Pdf, **options: object) -> bytes:
    file = io.BytesIO()
    pdf.save(file, **options)
    return file.getvalue()


def test_a_scan_comes_out_as_it_went_in():
    scan = np.random.default_rng(3).integers(0, 256, (300, 600, 3), np.uint8)
    with PdfFile(stored(document("200 0 0 100 0 0 cm /I Do", image=scan))) as pdf:
        dpi = pdf.resolution(1)
        assert dpi == pytest.approx(216, abs=0.01)
        assert np.abs(pdf.render(1, dpi).astype(int) - scan).mean() < 1


@pytest.mark.parametrize("rotate", [0, 90])
def test_a_scan_of_odd_size_is_not_resampled(rotate):
    scan = np.random.default_rng(3).integers(0, 256, (351, 248, 3), np.uint8)
    content = "59.5 0 0 84.2 0 0 cm /I Do"
    with PdfFile(stored(document(content, (59.5, 84.2), image=scan, Rotate=rotate))) as pdf:
        pixels = pdf.render(1, pdf.resolution(1))
    np.testing.assert_array_equal(pixels, np.rot90(scan, -rotate // 90))


def test_a_scan_that_cannot_be_decoded_is_no_blank_page():
    pdf = document("200 0 0 100 0 0 cm /I Do", image=page())
    pdf.pages[0].Resources.XObject.I = broken = pdf.make_stream(b"\xff\xd8 nothing that follows is a JPEG")
    for name, value in {"Type": Name.XObject, "Subtype": Name.Image, "ColorSpace": Name.DeviceRGB}.items():
        broken[f"/{name}"] = value
    broken.Width, broken.Height, broken.BitsPerComponent, broken.Filter = 40, 20, 8, Name.DCTDecode
    with PdfFile(stored(pdf), name="scan.pdf") as opened, pytest.raises(DamagedInput, match=r"Page 1 of scan\.pdf"):
        opened.render(1, 72)


def test_a_strip_is_not_drawn_endlessly_long():
    with PdfFile(stored(document(MediaBox=Array([0, 0, 1_000_000, 0.5])))) as pdf:
        assert max(pdf.render(1, pdf.resolution(1)).shape) <= 60_000


def test_resolution_follows_the_letters():
    def wanted(content: str, **options: object) -> float:
        with PdfFile(stored(document(content, **options))) as pdf:
            return pdf.resolution(1)

    assert wanted("") == DEFAULT_DPI
    assert wanted("BT /F 12 Tf 10 10 Td (letters) Tj ET") == pytest.approx(156)
    assert wanted("BT /F 6 Tf 10 10 Td (letters) Tj ET") == pytest.approx(312)
    assert wanted("BT /F 1 Tf 6 0 0 6 10 10 Tm (letters) Tj ET") == pytest.approx(312)
    assert wanted("BT /F 1 Tf 10 10 Td (letters) Tj ET") == 400
    assert wanted("BT /F 80 Tf 10 10 Td (letters) Tj ET") == 150
    assert wanted("BT 3 Tr /F 1 Tf 10 10 Td (hidden) Tj ET") == DEFAULT_DPI
    huge = np.zeros((2000, 4000, 3), np.uint8)
    assert wanted("200 0 0 100 0 0 cm /I Do", image=huge) == pytest.approx(360)
    assert wanted("BT /F 12 Tf 10 10 Td (x) Tj ET 9 0 0 9 0 0 cm /I Do", image=huge) == pytest.approx(156)


def test_a_poster_is_drawn_within_the_limit():
    with PdfFile(stored(document(size=(14_000, 14_000)))) as pdf:
        side = pdf.render(1, pdf.resolution(1, 4_000_000)).shape[0]
    assert side == 2000


@pytest.mark.parametrize(
    ("rotate", "shape"), [(0, (100, 200, 3)), (90, (200, 100, 3)), (180, (100, 200, 3)), (270, (200, 100, 3))]
)
def test_pages_are_rotated_as_viewers_do(rotate, shape):
    with PdfFile(stored(document("0 0 20 10 re f", Rotate=rotate))) as pdf:
        pixels = pdf.render(1, 72)
        assert pdf.page_size(1) == (shape[1], shape[0])
    assert pixels.shape == shape
    corner = {0: pixels[-5, 5], 90: pixels[5, 5], 180: pixels[5, -5], 270: pixels[-5, -5]}[rotate]
    assert corner.max() == 0


def test_annotations_and_filled_in_fields_are_seen():
    pdf = document(size=(200, 100))
    look = pdf.make_stream(b"0 0 50 20 re f")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 50, 20])
    stamp = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([10, 10, 60, 30]), F=4, AP=Dictionary(N=look))
    field = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Tx,
        T="name",
        V="filled",
        Rect=Array([120, 50, 170, 70]),
        F=4,
        AP=Dictionary(N=look),
    )
    stamp, field = pdf.make_indirect(stamp), pdf.make_indirect(field)
    pdf.pages[0].Annots = Array([stamp, field])
    pdf.Root.AcroForm = Dictionary(
        Fields=Array([field]), DA="/F 12 Tf 0 g", DR=Dictionary(Font=Dictionary(F=helvetica()))
    )
    with PdfFile(stored(pdf)) as opened:
        pixels = opened.render(1, 72)
    assert pixels[80, 30].max() == 0
    assert pixels[40, 145].max() < 255


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_words_lie_where_they_are_drawn(rotate):
    content = "BT /F 20 Tf 10 60 Td (Total: 42) Tj 0 -40 Td 3 Tr (hidden) Tj ET"
    with PdfFile(stored(document(content, Rotate=rotate))) as pdf:
        words = pdf.words(1)
        pixels = pdf.render(1, 72)
    assert sorted(word.text for word in words) == ["42", "Total:", "hidden"]
    for word in words:
        if word.text == "hidden":
            continue
        box = pixels[round(word.y) : round(word.y + word.height), round(word.x) : round(word.x + word.width)]
        assert box.min() < 60
        pixels[
            max(0, round(word.y) - 2) : round(word.y + word.height) + 2,
            max(0, round(word.x) - 2) : round(word.x + word.width) + 2,
        ] = 255
    assert pixels.min() == 255


def test_attachments():
    pdf = document()
    pdf.attachments["factur-x.xml"] = pikepdf.AttachedFileSpec(pdf, b"<Invoice/>", filename="factur-x.xml")
    pdf.attachments["Maße.txt"] = pikepdf.AttachedFileSpec(pdf, "1 m²".encode(), filename="Maße.txt")
    with PdfFile(stored(pdf)) as opened:
        assert {one.name: one.data for one in opened.attachments()} == {
            "factur-x.xml": b"<Invoice/>",
            "Maße.txt": "1 m²".encode(),
        }
    with PdfFile(stored(document())) as opened:
        assert opened.attachments() == ()


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
def test_encryption(revision):
    locked = stored(
        document(),
        encryption=pikepdf.Encryption(user="secret", owner="o", R=revision, aes=revision >= 4, metadata=revision >= 4),
    )
    with pytest.raises(PasswordNeeded):
        PdfFile(locked)
    with pytest.raises(PasswordWrong):
        PdfFile(locked, password="guess")
    for password in ("secret", "o"):
        with PdfFile(locked, password=password) as pdf:
            assert pdf.page_count == 1
    free = stored(document(), encryption=pikepdf.Encryption(user="", owner="o", R=6))
    with PdfFile(free, password="needless") as pdf:
        assert pdf.page_count == 1


def test_a_pdf_without_its_beginning_is_repaired():
    whole = stored(document("0 0 200 100 re f"), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with PdfFile(whole[whole.index(b"\n") + 1 :]) as pdf:
        assert pdf.warnings == (REPAIRED,)
        assert pdf.render(1, 72).max() == 0


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"%PDF-1.4\n%%EOF\n", b"nothing", b""])
def test_what_is_no_pdf_is_damaged(data):
    with pytest.raises(DamagedInput, match=r"bill\.pdf"):
        PdfFile(data, name="bill.pdf")


def test_a_pdf_without_pages_is_empty():
    with pytest.raises(EmptyInput, match="no pages"):
        PdfFile(stored(pikepdf.new()))


def test_a_page_that_is_not_there_names_itself():
    pdf = document()
    pdf.pages[0].obj["/Type"] = Name.Pages
    data = stored(pdf)
    with pytest.raises(DamagedInput), PdfFile(data, name="bill.pdf") as opened:
        opened.render(1)


def test_paths_and_file_objects(tmp_path):
    path = tmp_path / "Größe.pdf"
    Image.fromarray(page()).save(path, "PDF", resolution=72)
    with PdfFile(path) as pdf:
        assert (pdf.page_count, pdf.name) == (1, str(path))
    with path.open("rb") as file:
        with PdfFile(file) as pdf:
            assert pdf.render(1, 72).shape == (120, 160, 3)
        assert not file.closed


def test_closing_twice_and_forgetting_to_close():
    data = encoded("PDF")
    pdf = PdfFile(data)
    pdf.close()
    pdf.close()
    for _ in range(50):
        PdfFile(data).render(1, 20)


def test_eight_threads_take_turns():
    documents = [PdfFile(stored(document(f"{shade / 8} g 0 0 200 100 re f"))) for shade in range(8)]

    def shade_of(index: int) -> int:
        return int(documents[index % 8].render(1, 30)[5, 5, 0])

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(shade_of, range(64)))
    for one in documents:
        one.close()
    assert seen[:8] == seen[8:16] == seen[56:]
    assert sorted(seen[:8]) == seen[:8]


def test_a_long_document_is_opened_anew_now_and_then(monkeypatch):
    monkeypatch.setattr("penscript.pdf._KEPT_PAGES", 3)
    pdf = document("0 0 200 100 re f")
    with PdfFile(stored(pdf)) as opened:
        first = opened._document
        for _ in range(8):
            assert opened.render(1, 20).max() == 0
        assert opened._document is not first
        assert opened.page_count == 1
