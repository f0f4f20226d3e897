"""The plugin, through the real program."""

import io
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pypdfium2
import pytest
from PIL import Image

pytest.importorskip("ocrmypdf", reason="ocrmypdf is not installed")

from ocrmypdf.exceptions import InputFileError

from penscript import ocrmypdf_plugin as plugin
from penscript.document import Bounds, Document, Line, Page
from penscript.options import AcceptPolicy
from penscript.pdf import PdfFile
from penscript.result import OcrResult

NEEDS_PROGRAM = pytest.mark.skipif(
    not shutil.which("gs") or not shutil.which("tesseract"),
    reason="ocrmypdf needs Ghostscript and looks for Tesseract",
)
SKEWED = ((10.0, 20.0), (110.0, 25.0), (109.0, 45.0), (9.0, 40.0))


class Engine:
    """Reads the same line everywhere."""

    def __init__(self) -> None:
        self.read: list[Path] = []

    def process(self, path: Path) -> OcrResult:
        self.read.append(path)
        line = Line("Total 42", 90, Bounds.around(SKEWED), SKEWED)
        return OcrResult(Document(str(path), (Page(1, 200, 100, (line,)),)), AcceptPolicy())


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    made = Engine()
    monkeypatch.setattr(plugin, "_engine", lambda languages: made)
    plugin._read_once.cache_clear()
    return made


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.new("L", (200, 100), 255).save(tmp_path / "page.png", dpi=(144, 144))
    return tmp_path / "page.png"


OPTIONS = SimpleNamespace(languages=["eng"], ocr_engine="auto", pdf_renderer="auto")


def test_the_page_is_read_once_for_all_that_is_asked(engine, picture, tmp_path):
    made = plugin.get_ocr_engine(OPTIONS)
    made.generate_hocr(picture, tmp_path / "a.hocr", tmp_path / "a.txt", OPTIONS)
    made.generate_pdf(picture, tmp_path / "a.pdf", tmp_path / "b.txt", OPTIONS)
    assert made.get_orientation(picture, OPTIONS) == (0, 15.0)
    assert made.get_deskew(picture, OPTIONS) == pytest.approx(2.86, abs=0.01)
    assert len(engine.read) == 1
    assert (tmp_path / "a.txt").read_text() == (tmp_path / "b.txt").read_text() == "Total 42\n"
    assert "ocrx_word" in (tmp_path / "a.hocr").read_text()
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as pdf:
        assert pdf[0].get_size() == pytest.approx((100, 50), abs=0.02)
        assert pdf[0].get_textpage().get_text_range().strip() == "Total 42"


def test_a_page_is_as_large_as_ocrmypdf_allows():
    assert plugin._engine(("auto",)).options.limits.pixels is None


def test_a_page_that_cannot_be_read_is_an_error_of_ocrmypdf(tmp_path):
    broken = tmp_path / "page.png"
    broken.write_bytes(b"no picture")
    with pytest.raises(InputFileError, match=r"page\.png is a text file"):
        plugin.get_ocr_engine(OPTIONS).get_deskew(broken, OPTIONS)


def test_languages_go_by_their_codes():
    assert plugin._languages(SimpleNamespace(languages=["deu", "fra"])) == ("de", "fr")
    assert plugin._languages(SimpleNamespace(languages=["sv"])) == ("sv",)
    assert plugin._languages(OPTIONS) == ("auto",)
    assert {"eng", "deu", "chi_sim", "de"} <= plugin.PenscriptEngine.languages(OPTIONS)


@pytest.mark.parametrize(("turn", "facing"), [(0, 0), (90, 270), (180, 180), (270, 90)])
def test_orientation_is_how_far_a_page_lies_turned_clockwise(turn, facing, engine, picture, monkeypatch):
    page = Page(1, 200, 100, (Line("a", 90, Bounds(0, 0, 9, 9), ()),), rotation=turn)
    monkeypatch.setattr(engine, "process", lambda path: OcrResult(Document("a", (page,))))
    assert plugin.PenscriptEngine.get_orientation(picture, OPTIONS).angle == facing


def test_another_reader_may_be_asked_for():
    assert plugin.get_ocr_engine(SimpleNamespace(ocr_engine="tesseract")) is None


def run(source: Path, out: Path, *flags: str) -> str:
    """What the real program says."""
    command = [sys.executable, "-m", "ocrmypdf", "--plugin", "penscript.ocrmypdf_plugin", "-j", "1", *flags]
    done = subprocess.run([*command, str(source), str(out)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def text_of(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        texts = [page.get_textpage().get_text_range() for page in pdf]
    return [row.strip() for row in "\n".join(texts).replace("\ufffe", "-\n").splitlines() if row.strip()]


@NEEDS_PROGRAM
def test_the_real_program_makes_a_scan_searchable(tmp_path, root):
    buffer = io.BytesIO()
    with Image.open(root / "src/penscript/examples/receipt.jpg") as image:
        image.crop((150, 250, 750, 500)).save(buffer, "PDF", resolution=150)
    (tmp_path / "in.pdf").write_bytes(buffer.getvalue())
    said = run(tmp_path / "in.pdf", tmp_path / "out.pdf", "--sidecar", str(tmp_path / "out.txt"))
    assert "PDF/A-2b" in said
    rows = (tmp_path / "out.txt").read_text("utf-8").replace("\f", "").splitlines()
    assert any("Croissant" in row for row in rows)
    assert text_of(tmp_path / "out.pdf") == rows


TEN = [
    ("formats/image_pdf.pdf", ()),
    ("formats/image_pdf_rotate_90.pdf", ("--rotate-pages",)),
    ("formats/image_pdf_rotate_180.pdf", ("--rotate-pages",)),
    ("formats/image_pdf_upright_by_rotate_90.pdf", ()),
    ("formats/image_pdf_upright_by_rotate_270.pdf", ("--output-type", "pdf")),
    ("formats/multipage_images.pdf", ("--deskew",)),
    ("zugferd/EN16931_Einfach.pdf", ("--force-ocr",)),
    ("zugferd/Facture_DOM_BASICWL.pdf", ("--skip-text",)),
    ("zugferd/python-factur-x.pdf", ("--redo-ocr",)),
    ("zugferd/EN16931_Gutschrift.pdf", ("--force-ocr", "--output-type", "pdfa-1")),
]


@NEEDS_PROGRAM
@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(("name", "flags"), TEN, ids=[name.split("/")[1] for name, _ in TEN])
def test_ten_files_go_through_the_real_program(name, flags, shared, tmp_path):
    run(shared / "data/print" / name, tmp_path / "out.pdf", *flags)
    assert len(text_of(tmp_path / "out.pdf")) > 3
    with PdfFile(tmp_path / "out.pdf") as pdf:
        words, pixels = pdf.words(1), pdf.render(1, 72)
    boxes = [(int(word.x), int(word.y), int(word.x + word.width), int(word.y + word.height)) for word in words]
    inked = [np.ptp(pixels[top : bottom + 1, left : right + 1]) > 50 for left, top, right, bottom in boxes]
    assert sum(inked) > 0.95 * len(inked)
    assert sum(word.turn == 0 for word in words) > 0.9 * len(words)
