"""Drawn invoices as a reader without any error would read them."""

from penscript.document import Bounds, Document, Line, Page, Word
from penscript.evaluation.printed.invoices import DrawnInvoice


def document_of(drawn: DrawnInvoice, confidence: float = 95.0) -> Document:
    """A line for each text that was printed by itself, a word for each of its words."""
    height, width = drawn.pixels.shape[:2]
    lines = tuple(_line(text, Bounds.around(outline), confidence) for text, outline in drawn.pieces)
    return Document(f"{drawn.seller}.png", (Page(1, width, height, lines),))


def page_of(*rows: str, confidence: float = 95.0) -> Document:
    """A page with these rows; two spaces and more part its cells, which stand in columns by their place in the row."""
    lines = []
    for number, row in enumerate(rows):
        at = 0
        for cell in (part for part in row.split("  ") if part.strip()):
            at = row.index(cell.strip(), at)
            text = cell.strip()
            lines.append(_line(text, Bounds(40 + 14 * at, 60 + 50 * number, 13 * len(text), 28), confidence))
            at += len(text)
    return Document("page.png", (Page(1, 1200, 1600, tuple(lines)),))


def _line(text: str, box: Bounds, confidence: float) -> Line:
    step, words, at = box.width / max(len(text), 1), [], 0
    for word in text.split():
        at = text.index(word, at)
        place = Bounds(round(box.x + at * step), box.y, max(1, round(len(word) * step)), box.height)
        words.append(Word(word, confidence, place))
        at += len(word)
    corners = ((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom))
    return Line(text, confidence, box, corners, tuple(words))
