"""A page with what it carries besides pixels: the text of a PDF is kept where it is good, the rest is read.

`Reader` reads pixels alone; here is what is done before and after.
"""

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np

from penscript.document import Bounds, Line, Page, PageStatus, Reading
from penscript.memory import thrift
from penscript.options import AcceptPolicy, ReadOptions, TextLayer
from penscript.packs.catalog import BASE
from penscript.reading.crop import crop
from penscript.reading.frame import frame_of
from penscript.reading.image import LARGE, Picture, Pixels
from penscript.reading.join import join
from penscript.reading.lines import arranged
from penscript.reading.own_text import KEPT, PACK, agreement, is_plausible, pieces_of, samples, seen, without
from penscript.reading.piece import Piece, Quad, Row, outline
from penscript.reading.reader import Reader
from penscript.reading.recognize import text_of, words_of
from penscript.reading.rules import find_rules
from penscript.reading.turn import rotation

Timings = dict[str, float]
Found = TypeVar("Found")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Own:
    """The text that is kept, how far it agrees with the page (0 to 1), and the page without it."""

    pieces: list[Piece]
    agreement: float
    rest: Pixels


def read_page(
    reader: Reader,
    picture: Picture,
    options: ReadOptions,
    *,
    timings: Timings | None = None,
    check: Callable[[], None] = lambda: None,
) -> Page:
    """As `Reader.read_page`, with the PDF's own text as `options.text_layer` says, and with the rules of tables."""
    start = time.perf_counter()
    own = _own(reader, picture, options)
    middle = time.perf_counter()
    rules = _aside(reader, picture, partial(find_rules, picture.pixels))
    rest = replace(picture, pixels=own.rest) if own else picture
    options = replace(options, flatten=options.flatten and not own)
    with thrift(picture.pixels.size > LARGE):
        page = reader.read_page(rest, options, timings=timings, check=check)
    end = time.perf_counter()
    page = replace(_with(own, page) if own else page, rules=rules())
    if timings is not None:
        timings["own text"] = timings.get("own text", 0.0) + middle - start
        timings["rules"] = timings.get("rules", 0.0) + time.perf_counter() - end
    return page


def _aside(reader: Reader, picture: Picture, find: Callable[[], Found]) -> Callable[[], Found]:
    """What tells something of the pixels of a page, and looks for it while the page is read."""
    crew = getattr(getattr(reader, "catalog", None), "crew", None)
    return crew.aside(find) if crew and picture.pixels.size <= LARGE else find


def _own(reader: Reader, picture: Picture, options: ReadOptions) -> _Own | None:
    """The text to keep, if any."""
    if options.text_layer is TextLayer.ALWAYS or not picture.words:
        return None
    pieces = seen(picture.pixels, pieces_of(picture.words))
    if not pieces:
        return None
    agreed = _agreement(reader, picture.pixels, pieces, options) if is_plausible(pieces) else 0.0
    _log.debug("page %d: %d pieces of its own text, agreement %.2f", picture.number, len(pieces), agreed)
    if options.text_layer is TextLayer.AUTO and agreed < KEPT:
        return None
    return _Own(pieces, agreed, without(picture.pixels, pieces))


def _agreement(reader: Reader, pixels: Pixels, pieces: Sequence[Piece], options: ReadOptions) -> float:
    """How far a sample of the text agrees with what is read there; print is what the base weights know best."""
    trial = replace(options, pack=options.pack or BASE, policy=AcceptPolicy(second_pass=False))
    chosen = samples(pieces)
    read = [reader.read_line(crop(pixels, piece.quad), trial).text for piece in chosen]
    return agreement([piece.reading.text for piece in chosen], read)


def _with(own: _Own, page: Page) -> Page:
    """The page with the kept text among what was read, in reading order."""
    rows = join(own.pieces)
    lines = [*(_line(row, own.agreement) for row in rows), *page.lines]
    read = [(Piece(_quad(line), Reading(line.text, 1.0)),) for line in page.lines]
    arranged_lines = arranged([*rows, *read], lines)
    turned = rotation(math.degrees(frame_of([outline(row) for row in [*rows, *read]]).angle))
    return replace(page, lines=arranged_lines, status=PageStatus.READ, rotation=turned)


def _line(row: Row, agreed: float) -> Line:
    """A line of the kept text, its confidence the agreement of the page."""
    polygon = tuple((round(float(x), 1), round(float(y), 1)) for x, y in outline(row))
    sure = min(round(100 * agreed, 1), 99.0)
    words = tuple(replace(word, confidence=sure, alternatives=()) for word in words_of(row))
    return Line(text_of(row), sure, Bounds.around(polygon), polygon, words, raw_score=round(agreed, 4), pack=PACK)


def _quad(line: Line) -> Quad:
    half = len(line.polygon) // 2
    corners = tuple(line.polygon[place] for place in (0, half - 1, half, -1)) if half > 1 else ()
    if not corners:
        box = line.bounds
        corners = ((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom))
    return np.array(corners, np.float32)
