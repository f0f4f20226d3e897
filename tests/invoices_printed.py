"""Documents with lines at places, as a reader would hand them over: a cell a line, a word every 12 pixels a letter."""

from penscript.document import Bounds, Document, Line, Page, Word

LETTER, HEIGHT, PITCH = 12, 24, 32


def line(
    text: str, x: int, y: int, confidence: float = 95.0, alternatives: dict[str, tuple[str, ...]] | None = None
) -> Line:
    """A line at a place. alternatives: other spellings of words."""
    words, at = [], x
    for word in text.split():
        box = Bounds(at, y, LETTER * len(word), HEIGHT)
        words.append(Word(word, confidence, box, (alternatives or {}).get(word, ())))
        at += LETTER * (len(word) + 1)
    bounds = Bounds(x, y, max(1, at - x - LETTER), HEIGHT)
    corners = ((x, y), (bounds.right, y), (bounds.right, bounds.bottom), (x, bounds.bottom))
    return Line(text, confidence, bounds, tuple((float(a), float(b)) for a, b in corners), tuple(words))


def printed(text: str, confidence: float = 95.0, x: int = 100) -> Document:
    """A page from rows of text. `|` parts columns, each a line of its own; spaces keep their width."""
    lines = []
    for row, told in enumerate(text.strip("\n").split("\n")):
        at = x
        for cell in told.split("|"):
            lead = len(cell) - len(cell.lstrip())
            if cell.strip():
                lines.append(line(cell.strip(), at + LETTER * lead, 80 + PITCH * row, confidence))
            at += LETTER * (len(cell) + 1)
    return Document("page.png", (Page(1, 1400, 1800, tuple(lines)),))
