"""Document -> hOCR 1.2 (https://kba.github.io/hocr-spec/1.2/): pages, areas, lines and words in one XHTML file."""

from itertools import groupby

from penscript import __version__
from penscript.document import Bounds, Document, Line, Page
from penscript.export.placing import BASELINE, Axis, Run, axis, box, runs
from penscript.export.xml import HEAD, Element, add, safe, union, written

_DOCTYPE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
)
_CAPABILITIES = "ocr_page ocr_carea ocr_par ocr_line ocrx_word ocrp_wconf"


def to_hocr(document: Document) -> str:
    """Every word with its box and confidence; lines with their baseline, turned ones with the angle of their text."""
    root = Element("html", {"xmlns": "http://www.w3.org/1999/xhtml"})
    head = add(root, "head")
    add(head, "title", document.source)
    add(head, "meta", **{"http-equiv": "Content-Type", "content": "text/html;charset=utf-8"})
    add(head, "meta", name="ocr-system", content=f"penscript {__version__}")
    add(head, "meta", name="ocr-capabilities", content=_CAPABILITIES)
    add(head, "meta", name="ocr-number-of-pages", content=len(document.pages))
    body = add(root, "body")
    for index, page in enumerate(document.pages):
        _page(body, page, index, document.source)
    return written(root, HEAD + _DOCTYPE)


def _page(body: Element, page: Page, index: int, source: str) -> None:
    quoted = source.replace("\\", "/").replace('"', "%22").replace(";", "%3B")
    title = f'image "{quoted}"; bbox 0 0 {page.width} {page.height}; ppageno {index}'
    if page.dpi:
        title += f"; scan_res {page.dpi:.0f} {page.dpi:.0f}"
    shown = add(body, "div", **{"class": "ocr_page", "id": f"page_{page.number}", "title": title})
    for number, (_, lines) in enumerate(groupby(page.lines, key=lambda line: line.block)):
        _area(shown, f"{page.number}_{number}", page, list(lines))
    if not page.lines:
        shown.text = " "  # what is empty would be closed at once, which is no HTML


def _area(shown: Element, name: str, page: Page, lines: list[Line]) -> None:
    title = _bbox(union([line.bounds for line in lines]))
    area = add(shown, "div", **{"class": "ocr_carea", "id": f"block_{name}", "title": title})
    paragraph = add(area, "p", **{"class": "ocr_par", "id": f"par_{name}", "title": title})
    for number, line in enumerate(lines):
        _line(paragraph, f"{name}_{number}", line, axis(line, page.rotation))


def _line(paragraph: Element, name: str, line: Line, frame: Axis) -> None:
    title = f"{_bbox(line.bounds)}; {_direction(line, frame)}"
    shown = add(paragraph, "span", **{"class": "ocr_line", "id": f"line_{name}", "title": title})
    words = runs(line, frame)
    for index, run in enumerate(words):
        _word(shown, f"{name}_{index}", run, line, frame)
    if not words:
        shown.text = " "


def _word(shown: Element, name: str, run: Run, line: Line, frame: Axis) -> None:
    sure = run.word.confidence if run.word else line.confidence
    title = f"{_bbox(box(run, frame))}; x_wconf {sure:.0f}"
    add(shown, "span", safe(run.text), **{"class": "ocrx_word", "id": f"word_{name}", "title": title})


def _direction(line: Line, frame: Axis) -> str:
    """The baseline against the lower left corner of the box; the angle where the text does not run to the right."""
    if abs(frame.angle) > 45:
        return f"textangle {frame.angle % 360:.0f}"
    start = frame.at(0, BASELINE * frame.height)
    slope = frame.along[1] / frame.along[0]
    offset = start[1] + slope * (line.bounds.x - start[0]) - line.bounds.bottom
    return f"baseline {slope:.3f} {offset:.0f}"


def _bbox(place: Bounds) -> str:
    return f"bbox {max(place.x, 0)} {max(place.y, 0)} {max(place.right, 0)} {max(place.bottom, 0)}"
