"""What the writers of XML share: text that XML may hold, and elements as the bytes of a file."""

import re
from xml.etree import ElementTree

from penscript.document import Bounds, Page, Point

Element = ElementTree.Element
_NOT_IN_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def safe(text: str) -> str:
    """The text without the characters that XML 1.0 has no place for."""
    return _NOT_IN_XML.sub("\ufffd", text)


def add(parent: Element, tag: str, text: str | None = None, /, **attributes: object) -> Element:
    """A new last child; attributes that are None are left out."""
    given = {name: safe(str(value)) for name, value in attributes.items() if value is not None}
    child = ElementTree.SubElement(parent, tag, given)
    if text is not None:
        child.text = safe(text)
    return child


def written(root: Element, head: str = HEAD) -> str:
    """The element as a whole document, indented where no text stands."""
    ElementTree.indent(root)
    return head + ElementTree.tostring(root, encoding="unicode") + "\n"


def within(points: list[Point], page: Page) -> list[tuple[int, int]]:
    """The points in whole pixels inside the page."""
    return [(_clipped(x, page.width), _clipped(y, page.height)) for x, y in points]


def corners(box: Bounds) -> list[Point]:
    """The corners of a box, clockwise from the top left."""
    return [(box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)]


def union(boxes: list[Bounds]) -> Bounds:
    """The smallest box around at least one."""
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    return Bounds(left, top, max(box.right for box in boxes) - left, max(box.bottom for box in boxes) - top)


def _clipped(value: float, end: int) -> int:
    return max(0, min(round(value), max(end - 1, 0)))
