"""Document -> PAGE XML 2019-07-15 (https://github.com/PRImA-Research-Lab/PAGE-XML): its regions and lines."""

from datetime import UTC, datetime
from itertools import groupby

from penscript import __version__
from penscript.document import Document, Kind, Line, Page, Point
from penscript.errors import UsageError
from penscript.export.placing import BASELINE, Axis, Run, axis, runs
from penscript.export.xml import Element, add, corners, union, within, written

_NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"
_TYPES = {Kind.HEADING: "heading", Kind.PAGE_NUMBER: "page-number", Kind.MARGIN: "marginalia"}


def to_page_xml(document: Document) -> str:
    """The one page of a document; UsageError where it has several, for a PAGE file holds one."""
    if len(document.pages) != 1:
        raise UsageError(
            f"{document.source} has {len(document.pages)} pages, and a PAGE file holds one.",
            "Read one page: pages=[1], or --pages 1.",
        )
    root = Element("PcGts", {"xmlns": _NAMESPACE})
    metadata, now = add(root, "Metadata"), f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    for tag, text in (("Creator", f"Penscript {__version__}"), ("Created", now), ("LastChange", now)):
        add(metadata, tag, text)
    _page(root, document.pages[0], document.source)
    return written(root)


def _page(root: Element, page: Page, source: str) -> None:
    shown = add(root, "Page", imageFilename=source, imageWidth=page.width, imageHeight=page.height)
    blocks = [list(lines) for _, lines in groupby(enumerate(page.lines), key=lambda numbered: numbered[1].block)]
    if blocks:
        order = add(add(shown, "ReadingOrder"), "OrderedGroup", id="order")
        for index in range(len(blocks)):
            add(order, "RegionRefIndexed", index=index, regionRef=f"region_{index}")
    for index, lines in enumerate(blocks):
        _region(shown, f"region_{index}", page, lines)


def _region(shown: Element, name: str, page: Page, lines: list[tuple[int, Line]]) -> None:
    region = add(shown, "TextRegion", id=name, type=_TYPES.get(lines[0][1].kind, "paragraph"))
    _coords(region, corners(union([line.bounds for _, line in lines])), page)
    for number, line in lines:
        _line(region, f"line_{number}", line, page)
    _text(region, "\n".join(line.text for _, line in lines), None)


def _line(region: Element, name: str, line: Line, page: Page) -> None:
    frame = axis(line, page.rotation)
    shown = add(region, "TextLine", id=name)
    _coords(shown, [*line.polygon] or corners(line.bounds), page)
    above = BASELINE * frame.height
    add(shown, "Baseline", points=_points([frame.at(0, above), frame.at(frame.length, above)], page))
    for index, run in enumerate(runs(line, frame)):
        _word(shown, f"{name}_word_{index}", run, frame, page)
    _text(shown, line.text, line.confidence)


def _word(shown: Element, name: str, run: Run, frame: Axis, page: Page) -> None:
    word = add(shown, "Word", id=name)
    ends = (frame.at(run.start, frame.height), frame.at(run.end, frame.height), frame.at(run.end), frame.at(run.start))
    _coords(word, list(ends), page)
    _text(word, run.text, run.word.confidence if run.word else None)
    for index, other in enumerate(run.word.alternatives if run.word else (), 1):
        _text(word, other, None, index=index)


def _text(parent: Element, text: str, confidence: float | None, **attributes: object) -> None:
    sure = None if confidence is None else f"{confidence / 100:.3f}"
    add(add(parent, "TextEquiv", conf=sure, **attributes), "Unicode", text)


def _coords(parent: Element, points: list[Point], page: Page) -> None:
    add(parent, "Coords", points=_points(points, page))


def _points(points: list[Point], page: Page) -> str:
    return " ".join(f"{x},{y}" for x, y in within(points, page))
