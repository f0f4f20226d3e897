"""Where lines to learn from come from: corrections in the notes, folders with their text, writing sheets."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from penscript.api import Image, OcrEngine
from penscript.document import Bounds, Polygon
from penscript.errors import InputError, UnsupportedInput
from penscript.evaluation.sets import ALL, Kind, Sample, find_sets
from penscript.evaluation.words import partners
from penscript.learning.example import Example
from penscript.learning.sheet_photo import read_sheet
from penscript.notes import Notes
from penscript.notes.values import ReviewItem, StoredLine
from penscript.options import Limits
from penscript.reading.crop import crop
from penscript.reading.image import Pixels
from penscript.reading.load import open_source
from penscript.review import AUDIT

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Found:
    """The lines of one source. left_out: what could not be taken, in words, for the user to know."""

    examples: tuple[Example, ...]
    left_out: tuple[str, ...] = ()


def from_notes(notes: Notes) -> Found:
    """Every line that a person corrected or confirmed, out of the page that is kept with it."""
    items = {item.line.id: item for item in notes.items()}
    pages: dict[tuple[int, int], list[StoredLine]] = {}
    for line in _labelled(notes):
        pages.setdefault((line.document, line.page), []).append(line)
    examples, left_out = list[Example](), list[str]()
    for (document, number), lines in pages.items():
        try:
            pixels = _decoded(notes.picture(document, number))
        except InputError as error:
            left_out.append(f"document {document}, page {number}: {error.message}")
            continue
        examples += [_stored(pixels, line, items.get(line.id)) for line in lines if line.text.strip()]
    return Found(tuple(examples), tuple(left_out))


def _labelled(notes: Notes) -> Iterator[StoredLine]:
    after = 0
    while lines := notes.lines(label=True, limit=_AT_ONCE, after=after):
        yield from lines
        after = lines[-1].id


def _stored(pixels: Pixels, line: StoredLine, item: ReviewItem | None) -> Example:
    return Example(
        cut_out(pixels, line.polygon, line.bounds),
        line.text,
        f"line {line.id}",
        line.id,
        item.probability if item else 1.0,
        item is not None and item.reason == AUDIT,
        f"document {line.document}, page {line.page}",
    )


def from_folder(folder: Path, engine: OcrEngine, progress: Callable[[int, int], None] = lambda a, b: None) -> Found:
    """Pictures of lines with `lines.tsv`, or pages with their text in `.gt.txt`, as `penscript evaluate` takes them.

    Of a page the lines are taken that are read at least half as their text says. Raises as `find_sets`.
    """
    samples = [(one.kind, sample) for one in find_sets(folder, ALL) for sample in one.samples]
    examples, left_out = list[Example](), list[str]()
    for number, (kind, sample) in enumerate(samples, 1):
        try:
            examples += _line(sample) if kind is Kind.LINE else _page(sample, engine)
        except InputError as error:
            left_out.append(f"{sample.file}: {error.message}")
        progress(number, len(samples))
    return Found(tuple(examples), tuple(left_out))


def _line(sample: Sample) -> list[Example]:
    with open_source(sample.source) as source:
        return [Example(source.load(1).pixels, sample.truth, sample.file, page=sample.document)]


def _page(sample: Sample, engine: OcrEngine) -> list[Example]:
    lines = engine.process(Image.load(sample.source)).document.pages[0].lines
    with open_source(sample.source) as source:
        pixels = source.load(1).pixels
    return [
        Example(cut_out(pixels, line.polygon, line.bounds), text, f"{sample.file}, {text[:20]}", page=sample.document)
        for line, text in zip(lines, partners(sample, lines, Kind.PAGE), strict=True)
        if text
    ]


def from_sheet(file: Path, limits: Limits | None = None) -> Found:
    """A photograph or a scan of a filled writing sheet, a page of it in a picture, several in a PDF.

    Raises UnsupportedInput where it shows none.
    """
    examples, left_out = list[Example](), list[str]()
    with open_source(file, limits=limits) as source:
        for number in range(1, source.page_count + 1):
            pixels = source.load(number).pixels
            grey = pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
            page = read_sheet(grey, file.name)
            examples += page.examples
            if page.blank:
                left_out.append(f"{file.name}: {page.blank} boxes of page {page.code.page} are empty or unclear")
    if not examples:
        raise UnsupportedInput(f"Nothing is written on the sheet in {file.name}.", "Fill it in first.")
    return Found(tuple(examples), tuple(left_out))


def cut_out(pixels: Pixels, polygon: Polygon, bounds: Bounds) -> Pixels:
    """A line as reading crops it: by the corners of its outline, or else its box."""
    half = len(polygon) // 2
    corners: Sequence[tuple[float, float]] = [polygon[place] for place in (0, half - 1, half, -1)] if half > 1 else []
    left, top, right, bottom = bounds.x, bounds.y, bounds.right, bounds.bottom
    return crop(pixels, np.array(corners or [(left, top), (right, top), (right, bottom), (left, bottom)], np.float32))


def _decoded(data: bytes) -> Pixels:
    with open_source(data) as source:
        return source.load(1).pixels
