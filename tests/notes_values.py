"""Documents to keep, for the tests of notes."""

from collections.abc import Sequence

from penscript.document import Bounds, Line, Page, Word


def line_of(
    text: str, top: int = 0, confidence: float = 80.0, alternatives: dict[str, tuple[str, ...]] | None = None
) -> Line:
    """A line of 40 pixels height whose words are 20 pixels a letter wide."""
    words, left = [], 10
    for word in text.split():
        box = Bounds(left, top, 20 * len(word), 40)
        words.append(Word(word, confidence, box, (alternatives or {}).get(word, ())))
        left = box.right + 20
    box = Bounds(10, top, max(20, left - 30), 40)
    corners = ((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom))
    return Line(text, confidence, box, corners, tuple(words), calibrated=True, raw_score=0.9, pack="latin@0.1.0")


def page_of(*texts: str, number: int = 1, alternatives: dict[str, tuple[str, ...]] | None = None) -> Page:
    """A page of 800 x 600 pixels with a line every 60 pixels."""
    lines = [line_of(text, 20 + 60 * place, alternatives=alternatives) for place, text in enumerate(texts)]
    return Page(number, 800, 600, tuple(lines))


def texts(lines: Sequence[object]) -> list[str]:
    """What they read."""
    return [str(getattr(line, "text", line)) for line in lines]
