"""Pages of print as a reader without any error would read them."""

from penscript.document import Bounds, Document, Page
from penscript.evaluation.printed.invoices import line_of


def page_of(*rows: str, confidence: float = 95.0) -> Document:
    """A page with these rows; two spaces and more part its cells, which stand in columns by their place in the row."""
    lines = []
    for number, row in enumerate(rows):
        at = 0
        for cell in (part for part in row.split("  ") if part.strip()):
            at = row.index(cell.strip(), at)
            text = cell.strip()
            lines.append(line_of(text, Bounds(40 + 14 * at, 60 + 50 * number, 13 * len(text), 28), confidence))
            at += len(text)
    return Document("page.png", (Page(1, 1200, 1600, tuple(lines)),))
