"""hOCR as Tesseract writes it -> the glyphs of every word (http://kba.github.io/hocr-spec/1.2)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

_SPAN = "{http://www.w3.org/1999/xhtml}span"
_DIV = "{http://www.w3.org/1999/xhtml}div"


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character: its left and right edges in pixels, its probability (0 to 1) and its rivals, best first."""

    text: str
    left: float
    right: float
    probability: float
    rivals: tuple[str, ...] = ()


Words = list[list[Glyph]]
"""The words of one page in logical order, each with its glyphs in logical order."""


def parse(hocr: str) -> list[Words]:
    """The words of every page. Needs `hocr_char_boxes`; rivals come with `lstm_choice_mode` 2.

    Raises ValueError where the text is no XML, or its places are none.
    """
    try:
        root = ElementTree.fromstring(hocr)
    except ElementTree.ParseError as error:
        raise ValueError("not hOCR") from error
    pages = [element for element in root.iter(_DIV) if element.get("class") == "ocr_page"]
    return [[glyphs for word in _of_class(page, "ocrx_word") if (glyphs := list(_glyphs(word)))] for page in pages]


def visible(text: str) -> str:
    """The text without marks of direction and other invisible characters."""
    return "".join(one for one in text if one.isspace() or unicodedata.category(one) not in ("Cf", "Cc"))


def _of_class(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (span for span in element.iter(_SPAN) if span.get("class") == name)


def _glyphs(word: ElementTree.Element) -> Iterator[Glyph]:
    """The glyphs of a word; the span of a glyph's rivals follows its own."""
    edges = _numbers(word, "bbox", 4)
    spans = [span for span in word.iter(_SPAN) if "x_bboxes" in span.get("title", "")]
    rivals = [span for span in word.iter(_SPAN) if span.get("id", "").startswith("lstm_choices")]
    for index, span in enumerate(spans):
        text = visible(span.text or "")
        if text:
            left, _, right, _ = _numbers(span, "x_bboxes", 4)
            inside = max(left, edges[0]), min(right, edges[2])
            others = _rivals(rivals[index], text) if len(rivals) == len(spans) else ()
            sure = min(1.0, max(0.0, _numbers(span, "x_conf", 1)[0] / 100))
            yield Glyph(text, *inside, sure, others)


def _rivals(choices: ElementTree.Element, text: str) -> tuple[str, ...]:
    found = dict.fromkeys(visible(span.text or "") for span in choices.iter(_SPAN) if span is not choices)
    return tuple(one for one in found if one and one != text)


def _numbers(span: ElementTree.Element, name: str, count: int) -> list[float]:
    """The numbers of a property in `title`, zeros where it has none. Raises ValueError where they are not so many."""
    found = re.search(rf"\b{name} ([-\d. ]+)", span.get("title", ""))
    numbers = [float(number) for number in found[1].split()] if found else [0.0] * count
    if len(numbers) != count:
        raise ValueError(f"{name} has {len(numbers)} numbers, not {count}")
    return numbers
