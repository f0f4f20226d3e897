"""Document -> ALTO 4 (https://www.loc.gov/standards/alto/): blocks, lines with outline and baseline, words."""

from itertools import groupby

from penscript import __version__
from penscript.document import Bounds, Document, Line, Page
from penscript.export.placing import BASELINE, Axis, Run, axis, box, runs
from penscript.export.xml import Element, add, safe, union, written

_NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"


def to_alto(document: Document) -> str:
    """One file for all pages; every String has its WC, the confidence of the word or else of its line, 0 to 1."""
    root = Element("alto", {"xmlns": _NAMESPACE, "SCHEMAVERSION": "4.4"})
    described = add(root, "Description")
    add(described, "MeasurementUnit", "pixel")
    add(add(described, "sourceImageInformation"), "fileName", document.source)
    software = add(add(described, "Processing", ID="penscript"), "processingSoftware")
    add(software, "softwareName", "Penscript")
    add(software, "softwareVersion", __version__)
    layout = add(root, "Layout")
    for page in document.pages:
        _page(layout, page)
    return written(root)


def _page(layout: Element, page: Page) -> None:
    name, size = f"page_{page.number}", {"WIDTH": page.width, "HEIGHT": page.height}
    shown = add(layout, "Page", ID=name, PHYSICAL_IMG_NR=page.number, **size)
    space = add(shown, "PrintSpace", HPOS=0, VPOS=0, **size)
    for block, lines in groupby(enumerate(page.lines), key=lambda numbered: numbered[1].block):
        _block(space, f"{name}_block_{block}", page, list(lines))


def _block(space: Element, name: str, page: Page, lines: list[tuple[int, Line]]) -> None:
    known = {shown.get("ID") for shown in space}
    first = lines[0][0]
    unique = name if name not in known else f"{name}_{first}"
    block = add(space, "TextBlock", ID=unique, **_place(union([line.bounds for _, line in lines])))
    for number, line in lines:
        _line(block, f"page_{page.number}_line_{number}", line, page)


def _line(block: Element, name: str, line: Line, page: Page) -> None:
    frame = axis(line, page.rotation)
    above = BASELINE * frame.height
    baseline = " ".join(f"{x:.0f},{y:.0f}" for x, y in (frame.at(0, above), frame.at(frame.length, above)))
    shown = add(block, "TextLine", ID=name, **_place(line.bounds), BASELINE=baseline)
    if line.polygon:
        outline = " ".join(f"{x:.1f},{y:.1f}" for x, y in line.polygon)
        add(add(shown, "Shape"), "Polygon", POINTS=outline)
    words = runs(line, frame)
    for index, run in enumerate(words):
        if index:
            add(shown, "SP")
        _string(shown, f"{name}_word_{index}", run, line, frame)
    if not words:
        add(shown, "String", ID=f"{name}_word_0", CONTENT="", WC="0", **_place(line.bounds))


def _string(shown: Element, name: str, run: Run, line: Line, frame: Axis) -> None:
    """Confidence of a word is cautious, that of its line is measured: where a word has none, the line's."""
    word = run.word
    sure = (word.confidence if word else line.confidence) / 100
    string = add(shown, "String", ID=name, CONTENT=run.text, WC=f"{sure:.3f}", **_place(box(run, frame)))
    for other in word.alternatives if word else ():
        add(string, "ALTERNATIVE", safe(other))


def _place(place: Bounds) -> dict[str, object]:
    return {"HPOS": place.x, "VPOS": place.y, "WIDTH": place.width, "HEIGHT": place.height}
