"""hOCR, ALTO, PAGE and layout text, seen by outside judges where they are installed."""

import importlib.util
import io
import os
import warnings
from pathlib import Path

import pytest

from fakes import document, line
from penscript.document import Bounds, Document, Kind, Line, LineStatus, Page, Word
from penscript.errors import UsageError
from penscript.export.alto import to_alto
from penscript.export.hocr import to_hocr
from penscript.export.layout_text import to_layout
from penscript.export.page_xml import to_page_xml

HOSTILE = '<script>alert("1")</script> & ]]> \x00\x0b "quoted"'


def row(text: str, x: int, y: int, **more: object) -> Line:
    box = Bounds(x, y, 12 * len(text), 20)
    corners = ((x, y), (box.right, y), (box.right, box.bottom), (x, box.bottom))
    return Line(text, 90.0, box, corners, **more)  # type: ignore[arg-type]


def one_page(source: str = "a.png") -> Document:
    lines = (
        row("Invoice", 40, 40, kind=Kind.HEADING),
        row(HOSTILE, 40, 100, block=1),
        row("", 40, 130, block=1, status=LineStatus.UNREADABLE),
        row("价格 ¥12 à régler", 40, 160, block=2),
        row("again in the first block", 40, 190, block=0),
    )
    return Document(source, (Page(1, 640, 480, lines, dpi=150.0, rotation=0),))


@pytest.fixture(params=["everything", "one page", "nothing"])
def any_document(request: pytest.FixtureRequest) -> Document:
    made = {"everything": document(), "one page": one_page('a "b"; c.png'), "nothing": Document("x", (Page(1, 5, 5),))}
    return made[request.param]


def test_hocr_passes_its_validator(any_document, tmp_path):
    pytest.importorskip("hocr_spec", reason="hocr-spec is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from hocr_spec import HocrValidator
    path = tmp_path / "page.hocr"
    path.write_text(to_hocr(any_document), "utf-8")
    report = HocrValidator("standard").validate(str(path))
    assert [str(item) for item in report.items if item.level in ("ERROR", "FATAL")] == []


def test_hocr_holds_every_word_and_its_box():
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    root = etree.fromstring(to_hocr(document()).encode())
    words = root.xpath("//*[@class='ocrx_word']")
    assert [word.text for word in words] == ["Shopping", "Crème", '"brûlée"']
    assert words[0].get("title") == "bbox 10 10 110 30; x_wconf 96"
    assert len(root.xpath("//*[@class='ocr_page']")) == 3


def test_alto_fits_its_grammar(any_document):
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    grammar = etree.RelaxNG(etree.parse(Path(__file__).with_name("alto.rng")))
    root = etree.fromstring(to_alto(any_document).encode())
    grammar.assertValid(root)
    names = root.xpath("//@ID")
    assert len(set(names)) == len(names)


def test_alto_passes_the_official_schema(any_document):
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    schema = os.environ.get("PENSCRIPT_ALTO_XSD")
    if not schema:
        pytest.skip("PENSCRIPT_ALTO_XSD does not name a copy of alto-4-4.xsd")
    etree.XMLSchema(etree.parse(schema)).assertValid(etree.fromstring(to_alto(any_document).encode()))


def test_page_passes_its_schema(tmp_path):
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    package = importlib.util.find_spec("ocrd_validators")
    if package is None or package.origin is None:
        pytest.skip("ocrd, which holds the schema, is not installed")
    schema = etree.XMLSchema(etree.parse(Path(package.origin).with_name("page.xsd")))
    for made in (one_page(), Document("x", (Page(1, 5, 5),))):
        schema.assertValid(etree.fromstring(to_page_xml(made).encode()))


def test_a_page_file_holds_one_page():
    with pytest.raises(UsageError, match="3 pages"):
        to_page_xml(document())


@pytest.mark.parametrize("write", [to_hocr, to_alto, to_page_xml])
def test_xml_says_what_was_read_and_runs_nothing(write):
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    root = etree.parse(io.BytesIO(write(one_page()).encode())).getroot()
    everything = " ".join([*root.itertext(), *(value for node in root.iter() for value in node.attrib.values())])
    assert "<script>alert(" in everything
    assert root.xpath("//*[local-name()='script']") == []
    assert "价格" in everything


def test_layout_keeps_columns_and_gaps():
    lines = (
        row("Item", 40, 40),
        row("Price", 280, 41),
        row("Nails", 40, 66),
        row("12.50", 280, 66),
        row("End", 40, 180),
    )
    shown = to_layout(Document("a", (Page(1, 640, 480, lines),)))
    assert shown == "Item                Price\nNails               12.50\n\n\n\nEnd\n"


def test_layout_of_a_page_on_its_side_is_upright():
    def on_its_side(text: str, x: int) -> Line:
        box = Bounds(x, 40, 20, 200)
        corners = ((x, 240), (x, 40), (x + 20, 40), (x + 20, 240))
        return Line(text, 90, box, corners)

    page = Page(1, 480, 640, (on_its_side("first line", 40), on_its_side("other line", 66)), rotation=90)
    assert to_layout(Document("a", (page,))) == "first line\nother line\n"


def test_layout_tells_what_failed():
    assert "[page 2 could not be read: page 2 is damaged.]" in to_layout(document())


def test_word_alternatives_travel():
    word = Word("cat", 60.0, Bounds(10, 10, 30, 20), ("cut",))
    made = Document("a", (Page(1, 99, 99, (line("cat", words=(word,)),)),))
    assert "<ALTERNATIVE>cut</ALTERNATIVE>" in to_alto(made)
    assert "<Unicode>cut</Unicode>" in to_page_xml(made)
