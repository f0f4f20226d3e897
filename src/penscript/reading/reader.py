"""The whole life of a page: detect -> turn -> crop -> recognize -> join -> arrange -> barcodes."""

import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np

from penscript.calibration import Calibration
from penscript.document import Barcode, Bounds, Line, LineStatus, Page, PageStatus, Reading
from penscript.language import Language
from penscript.options import ReadOptions
from penscript.packs.catalog import BASE, LATIN, Catalog
from penscript.packs.protocol import PackInfo, Recognizer
from penscript.reading.crop import crop
from penscript.reading.detect import detect
from penscript.reading.evidence import evidence
from penscript.reading.frame import frame_of
from penscript.reading.gaps import fill
from penscript.reading.image import Picture, Pixels
from penscript.reading.join import cells, join
from penscript.reading.kinds import kinds
from penscript.reading.layout import arrange
from penscript.reading.piece import Piece, Quad, Row, outline
from penscript.reading.recognize import belief, cautious, raw_score, text_of, words_of
from penscript.reading.script import is_east_asian, samples, surprise
from penscript.reading.turn import Read, aligned, is_doubtful, rotation, turned_back, upright

Timings = dict[str, float]
PAGE_LEAD = 0.03
"""Nats a character by which the base weights must be less surprised: they are sure of neat hands and drop accents."""
MARK = 0.5
"""The score of a piece that only its ink gave away, as low as a detector's may be."""
LINE_LEAD = math.inf
"""A single line says too little about the hand; it goes to the base weights for its script alone."""
Upright = tuple[list[Quad], list[Reading]]
Reads = Callable[[Read], Upright]
Check = Callable[[], None]
Observe = Callable[[Line, Mapping[str, float]], None]
_log = logging.getLogger(__name__)


class Reader:
    """Reads pages and lines with the packs of one catalogue. Safe to share between threads; a call changes nothing.

    threads: how many cores to use, None for all. observe: is told every line with the evidence that its confidence
    rests on.
    """

    def __init__(self, catalog: Catalog, threads: int | None = None, observe: Observe | None = None) -> None:
        self.catalog = catalog if threads is None else Catalog(catalog.folders, threads)
        self._observe = observe

    def read_page(
        self,
        picture: Picture,
        options: ReadOptions | None = None,
        *,
        timings: Timings | None = None,
        check: Check = lambda: None,
    ) -> Page:
        """The page with its lines in reading order, in pixels of `picture`.

        timings: gains seconds by stage. check: called before every stage; what it raises ends the page. Raises
        MissingComponent or UsageError where no pack reads what the options ask for.
        """
        options = options or ReadOptions()
        clock = _Clock(timings, check)
        pixels = np.ascontiguousarray(picture.pixels)
        recognizer, pieces = self._pieces(pixels, options, clock)
        angle = rotation(frame_of([piece.quad for piece in pieces]).angle) if pieces else 0
        if angle:  # the detector misses lines of handwriting that do not run to the right
            recognizer, pieces = self._pieces(np.ascontiguousarray(np.rot90(pixels, -angle // 90)), options, clock)
            pieces = [replace(one, quad=turned_back(one.quad, angle, *pixels.shape[:2])) for one in pieces]
        with clock("arrange"):
            lines = self._arranged(join(pieces), recognizer.info)
        barcodes = _barcodes(pixels, picture.number, clock) if options.barcodes else ()
        status = PageStatus.READ if lines else PageStatus.BLANK
        _log.debug("page %d: %d pieces, %d lines", picture.number, len(pieces), len(lines))
        return Page(
            picture.number,
            picture.width,
            picture.height,
            lines,
            barcodes,
            status,
            warnings=picture.warnings,
            dpi=picture.dpi,
            rotation=angle,
        )

    def _pieces(self, pixels: Pixels, options: ReadOptions, clock: "_Clock") -> tuple[Recognizer, list[Piece]]:
        """The pieces of text and the pack that read them."""
        with clock("detect"):
            regions = detect(pixels, self.catalog.detector().heat)
        with clock("crop"):
            quads, marks = fill(pixels, aligned([region.quad for region in regions]))
            crops = [crop(pixels, quad) for quad in (*quads, *marks)]
        with clock("recognize"):
            recognizer, (quads, readings) = self._recognized(options, crops, partial(upright, [*quads, *marks], crops))
        scores = [region.score for region in regions] + [MARK] * len(marks)
        found = [Piece(*one) for one in zip(quads, readings, scores, strict=True)]
        return recognizer, found[: len(regions)] + [one for one in found[len(regions) :] if one.reading.text]

    def _recognized(
        self, options: ReadOptions, crops: Sequence[Pixels], read: Reads, lead: float = PAGE_LEAD
    ) -> tuple[Recognizer, Upright]:
        """The pack for the options and what it reads of the crops. `lead`: see `_chosen`."""
        chosen = self._chosen(options, crops, lead)
        return chosen, read(partial(chosen.read, allowed=_allowed(options.languages)))

    def _chosen(self, options: ReadOptions, crops: Sequence[Pixels], lead: float) -> Recognizer:
        """The pack for the options; the base weights where they suit the page better and no pack is asked for.

        lead: by how much (nats a character) they must be less surprised.
        """
        chosen = self.catalog.recognizer(options.pack, options.languages)
        if options.pack or chosen.info.name != LATIN:
            return chosen
        base, allowed, trial = self.catalog.recognizer(BASE), _allowed(options.languages), samples(crops)
        by_base, by_chosen = (_either_way(partial(one.read, allowed=allowed), trial) for one in (base, chosen))
        return base if is_east_asian(by_base) or surprise(by_base) + lead < surprise(by_chosen) else chosen

    def read_line(self, pixels: Pixels, options: ReadOptions | None = None) -> Line:
        """One Line from a picture, RGB or grey, that is already one line of text; its outline is the whole picture."""
        options = options or ReadOptions()
        pixels = np.ascontiguousarray(pixels)
        height, width = pixels.shape[:2]
        quad = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        recognizer, (_, readings) = self._recognized(
            options, [pixels], lambda read: ([quad], read([pixels])), LINE_LEAD
        )
        return self._line((Piece(quad, readings[0]),), recognizer.info)

    def _arranged(self, rows: list[Row], pack: PackInfo) -> tuple[Line, ...]:
        """Rows as lines in reading order."""
        if not rows:
            return ()
        frame = frame_of([outline(row) for row in rows])
        layout = arrange(frame.boxes, np.array([any(piece.is_prose for piece in row) for row in rows]))
        found = [rows[index] for index in layout.order]
        told = kinds([text_of(row) for row in found], frame.boxes[list(layout.order)], [cells(row) for row in found])
        lines = (self._line(row, pack) for row in found)
        return tuple(
            replace(line, block=layout.block[index], kind=kind)
            for index, line, kind in zip(layout.order, lines, told, strict=True)
        )

    def _line(self, row: Row, pack: PackInfo) -> Line:
        """One line from its pieces, with the confidence that its evidence deserves."""
        found = evidence(row)
        line = _line(row)
        if pack.calibration and line.text and not is_east_asian([piece.reading for piece in row]):
            probability = Calibration.from_dict(pack.calibration).probability(found)
            line = replace(line, confidence=round(100 * probability, 1), calibrated=True)
        if self._observe:
            self._observe(line, found)
        return line


def _line(row: Row) -> Line:
    """One line from its pieces, its confidence not yet calibrated."""
    polygon = tuple((round(float(x), 1), round(float(y), 1)) for x, y in outline(row))
    text = text_of(row)
    return Line(
        text,
        cautious(belief(row)) if text else 0.0,
        Bounds.around(polygon),
        polygon,
        words_of(row),
        LineStatus.READ if text else LineStatus.UNREADABLE,
        calibrated=False,
        raw_score=round(raw_score(row), 4),
        pack=row[0].reading.pack,
    )


def _either_way(read: Read, trial: Sequence[Pixels]) -> list[Reading]:
    """The trial readings, upside down where that is likelier: which way is up is not known yet."""
    readings = read(trial)
    turned = read([np.ascontiguousarray(view[::-1, ::-1]) for view in trial]) if is_doubtful(readings) else []
    return min(readings, turned, key=surprise)


def _allowed(languages: tuple[Language, ...]) -> frozenset[str] | None:
    if Language.AUTO in languages:
        return None
    from penscript.alphabets import allowed

    found: frozenset[str] | None = allowed(languages)
    return found


def _barcodes(pixels: Pixels, page: int, clock: "_Clock") -> tuple[Barcode, ...]:
    from penscript.reading.barcodes import find_barcodes

    with clock("barcodes"):
        return find_barcodes(pixels, page)


class _Clock:
    """Asks before each stage whether there is time left, and adds its seconds to a dict, if there is one."""

    def __init__(self, timings: Timings | None, check: Check) -> None:
        self._timings, self._check = timings, check

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        self._check()
        start = time.perf_counter()
        try:
            yield
        finally:
            if self._timings is not None:
                self._timings[stage] = self._timings.get(stage, 0.0) + time.perf_counter() - start
