"""Document and what it was read from -> a PDF that shows the same and can be searched, selected and copied.

The pages of a PDF stay as they are: their text is put before what they draw, in rendering mode 3, which shows nothing.
Only the hidden text of an earlier reading is taken out where a page was read anew.
Pictures become pages of their own size.
"""

import io
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Protocol

import pikepdf
from pikepdf import Array, Dictionary, Name

from penscript.document import Document, Line, Page, PageStatus, Point
from penscript.errors import DamagedInput, PasswordNeeded
from penscript.export.glyphless import NAME, WIDTH, Glyphless
from penscript.export.hidden_text import remove_hidden_text
from penscript.export.placing import BASELINE, Axis, Run, axis, joined, leveled, runs
from penscript.export.scans import picture_page

OWN_TEXT = "pdf"
"""The `pack` of a line that is the PDF's own text, which is there already."""
HEIGHT = 0.8
"""Letters are so high as a share of their line: where lines overlap, poppler tears them apart."""
SIZE = 5
"""Of the font, in units of its matrix. PDFium takes lines for one that are less than one unit apart, or whose letters
run down the sheet and are less than a tenth of this many points high.
"""
_DEEPEST = 100
"""Pages hang below so many others; damaged ones, in a ring."""
Affine = Callable[[Point], Point]


class Original(Protocol):
    """What was read, opened again."""

    @property
    def format(self) -> str:
        """`PDF`, `JPEG` or another kind of file; nothing for pixels in memory."""
        ...

    @property
    def password(self) -> str | None:
        """What opens it."""
        ...

    def file(self) -> BinaryIO:
        """The whole file, from its beginning."""
        ...

    def load(self, number: int, /) -> Any:
        """Page `number` with its `pixels`."""
        ...


def to_pdf(document: Document, original: Original) -> bytes:
    """The searchable PDF. Pages that were not read are there too, where the original is a PDF; PDF/A stays PDF/A.

    Raises DamagedInput where the original cannot be copied. An encrypted PDF stays encrypted.
    """
    out = io.BytesIO()
    with _opened(document, original) as pdf:
        font, pages = Glyphless(pdf), _pages(pdf, document)
        for page in document.pages:
            place = page.number - 1 if original.format == "PDF" else document.pages.index(page)
            if page.status is PageStatus.READ and place < len(pages):
                turn = 0 if original.format == "PDF" else page.rotation
                if original.format == "PDF" and all(line.pack != OWN_TEXT for line in page.lines):
                    remove_hidden_text(pdf, pages[place])
                _write(pages[place], page, turn, font, document.source)
        with _damage_told(document.source):
            font.finish()
            pdf.save(out, encryption=bool(pdf.is_encrypted), deterministic_id=not pdf.is_encrypted)
    return out.getvalue()


def _pages(pdf: pikepdf.Pdf, document: Document) -> list[pikepdf.Page]:
    with _damage_told(document.source):
        return list(pdf.pages)


@contextmanager
def _damage_told(source: str) -> Iterator[None]:
    """What is raised where an original is not put together as PDFs are, as an error about it."""
    try:
        yield
    except (pikepdf.PdfError, RuntimeError, TypeError, ValueError, AttributeError, LookupError) as error:
        raise DamagedInput(f"{source} is too damaged to be copied.", "Print it to a new PDF and read that.") from error


def text_page(page: Page, size: tuple[float, float]) -> bytes:
    """A PDF of one page of `size` points, as wide and high as `page` lies, that holds its text and shows nothing.

    Its font has the name that Tesseract's has, by which OCRmyPDF finds it.
    """
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=size)
        sheet, font = pdf.pages[0], Glyphless(pdf)
        sheet.obj.Contents = pdf.make_stream(_content(page, _placed(sheet, page, 0), font, "/f-0-0") or b" ")
        sheet.obj.Resources = Dictionary(Font=Dictionary({"/f-0-0": font.reference}))
        font.finish()
        pdf.save(out)
    return out.getvalue()


def _opened(document: Document, original: Original) -> pikepdf.Pdf:
    """The PDF to write into."""
    if original.format != "PDF":
        return _of_pictures(document, original)
    with _damage_told(document.source):
        try:
            return pikepdf.open(original.file(), password=original.password or "")
        except pikepdf.PasswordError as error:
            raise PasswordNeeded(f"{document.source} is an encrypted PDF.", "Give its password.") from error


def _of_pictures(document: Document, original: Original) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    for page in document.pages:
        picture_page(pdf, page, original)
    return pdf


def _write(sheet: pikepdf.Page, page: Page, turn: int, font: Glyphless, source: str) -> None:
    """Put the text of a page, which the sheet shows turned by `turn` degrees clockwise, before what it draws."""
    with _damage_told(source):
        resources, place = _resources(sheet), _placed(sheet, page, turn)
    name = _free_name(resources.Font)
    content = _content(page, place, font, name)
    if content:
        resources.Font[name] = font.reference
        with _damage_told(source):
            sheet.obj.Resources = resources
            sheet.contents_add(content, prepend=True)


def _content(page: Page, place: Affine, font: Glyphless, name: str) -> bytes:
    """The text as a content stream; nothing where there is none to add."""
    told = b"".join(_line(line, page, place, font) for line in page.lines if line.pack != OWN_TEXT)
    return b"q BT 3 Tr %s %d Tf\n%sET Q\n" % (name.encode(), SIZE, told) if told else b""


def _resources(sheet: pikepdf.Page) -> Any:
    """The page's own resources with their fonts: a copy where it shares them with others or has them from above."""
    own = _copy(_inherited(sheet, Name.Resources, None))
    own.Font = _copy(own.get(Name.Font))
    return own


def _copy(told: Any) -> Any:
    """A dictionary like this one; an empty one for anything else, of which viewers take no notice either."""
    return Dictionary(dict(told.items())) if isinstance(told, Dictionary) else Dictionary()


def _free_name(fonts: Any) -> str:
    name, number = f"/{NAME}", 1
    while name in fonts:
        number += 1
        name = f"/{NAME}{number}"
    return name


def _line(line: Line, page: Page, place: Affine, font: Glyphless) -> bytes:
    """One line, word by word."""
    frame = axis(line, page.rotation)
    words, level = joined(runs(line, frame), frame), leveled(frame)
    return b"".join(_shown(run, level, place, font) for run in words)


def _shown(run: Run, frame: Axis, place: Affine, font: Glyphless) -> bytes:
    """A word as a matrix, which makes it as long and as high as on the page, and its characters with a space behind.

    The space belongs to the word, for PDFium cannot tell the direction of a single character.
    """
    before, after = (font.cells(room * len(run.text) / (run.end - run.start)) for room in (run.before, run.after))
    length = run.end + run.after - run.start + run.before
    step, leftwards = length / (len(run.text) + before + after), _is_leftwards(run.text)
    start = run.start - run.before - (step if leftwards else 0)
    text = font.encoded(run.text[::-1] if leftwards else run.text, before, after)
    space = font.encoded(" ")
    origin = place(frame.at(start, BASELINE * frame.height))
    end = place(frame.at(start + step, BASELINE * frame.height))
    top = place(frame.at(start, (HEIGHT + BASELINE) * frame.height))
    sides = ((end[i] - origin[i]) / WIDTH for i in (0, 1)), (top[i] - origin[i] for i in (0, 1))
    numbers = b" ".join(b"%.6f" % number for number in (*(one / SIZE for side in sides for one in side), *origin))
    return b"%s Tm <%s> Tj\n" % (numbers, space + text if leftwards else text + space)


def _is_leftwards(text: str) -> bool:
    """Whether a word is of a right-to-left script: PDF has its characters from the left to the right."""
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    return any(kind in ("R", "AL") for kind in kinds) and "L" not in kinds


def _placed(sheet: pikepdf.Page, page: Page, turn: int) -> Affine:
    """Pixels of the page as it was read -> the sheet's own space, whatever its box and rotation."""
    left, bottom, right, top = _box(sheet)
    width, height = right - left, top - bottom
    turned = int(_inherited(sheet, Name.Rotate, 0)) % 360

    def place(point: Point) -> Point:
        u, v = _turned(point[0] / max(page.width, 1), point[1] / max(page.height, 1), turn)
        match turned:
            case 90:
                return left + v * width, bottom + u * height
            case 180:
                return right - u * width, bottom + v * height
            case 270:
                return right - v * width, top - u * height
        return left + u * width, top - v * height

    return place


def _turned(u: float, v: float, degrees: int) -> Point:
    """A place in the unit square, from the top left, after the square is turned clockwise."""
    for _ in range(degrees % 360 // 90):
        u, v = 1 - v, u
    return u, v


def _box(sheet: pikepdf.Page) -> tuple[float, float, float, float]:
    """What viewers show: the crop box within the media box."""
    media = _rectangle(_inherited(sheet, Name.MediaBox, Array([0, 0, 612, 792])))
    crop = _rectangle(_inherited(sheet, Name.CropBox, Array(list(media))))
    found = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    return found if found[0] < found[2] and found[1] < found[3] else media


def _rectangle(array: Any) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(number) for number in array)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _inherited(sheet: pikepdf.Page, key: Name, usual: Any) -> Any:
    """What a page says itself, or what it has from above."""
    node: Any = sheet.obj
    for _ in range(_DEEPEST):
        if key in node or Name.Parent not in node:
            break
        node = node.Parent
    return node.get(key, usual)
