"""The whole life of a page: detect -> crop -> recognize -> join -> arrange -> barcodes."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import cv2
import numpy as np

from penscript.calibration import Calibration
from penscript.document import Barcode, Bounds, Kind, Line, LineStatus, Page, PageStatus
from penscript.language import Language
from penscript.options import ReadOptions
from penscript.packs.catalog import Catalog
from penscript.packs.protocol import PackInfo
from penscript.reading.crop import crop
from penscript.reading.detect import detect
from penscript.reading.evidence import evidence
from penscript.reading.frame import frame_of
from penscript.reading.image import Picture, Pixels
from penscript.reading.join import join
from penscript.reading.layout import arrange
from penscript.reading.piece import Piece, Row, outline
from penscript.reading.recognize import belief, cautious, raw_score, text_of, words_of

Timings = dict[str, float]
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
        self, picture: Picture, options: ReadOptions | None = None, *, timings: Timings | None = None
    ) -> Page:
        """The page with its lines in reading order, in pixels of `picture`. `timings`: gains seconds by stage.

        Raises MissingComponent or UsageError where no pack reads what the options ask for.
        """
        options = options or ReadOptions()
        clock = _Clock(timings)
        pixels = _rgb(picture.pixels)
        recognizer = self.catalog.recognizer(options.pack, options.languages)
        with clock("detect"):
            regions = detect(pixels, self.catalog.detector().heat)
        with clock("crop"):
            crops = [crop(pixels, region.quad) for region in regions]
        with clock("recognize"):
            readings = recognizer.read(crops, _allowed(options.languages))
        pieces = [Piece(r.quad, reading, r.score) for r, reading in zip(regions, readings, strict=True)]
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
        )

    def read_line(self, pixels: Pixels, options: ReadOptions | None = None) -> Line:
        """One Line from a picture, RGB or grey, that is already one line of text; its outline is the whole picture."""
        options = options or ReadOptions()
        pixels = _rgb(pixels)
        recognizer = self.catalog.recognizer(options.pack, options.languages)
        height, width = pixels.shape[:2]
        quad = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        reading = recognizer.read([pixels], _allowed(options.languages))[0]
        return self._line((Piece(quad, reading),), recognizer.info)

    def _arranged(self, rows: list[Row], pack: PackInfo) -> tuple[Line, ...]:
        """Rows as lines in reading order."""
        if not rows:
            return ()
        layout = arrange(frame_of([outline(row) for row in rows]).boxes)
        return tuple(self._line(rows[index], pack, layout.block[index]) for index in layout.order)

    def _line(self, row: Row, pack: PackInfo, block: int = 0) -> Line:
        """One line from its pieces, with the confidence that its evidence deserves."""
        found = evidence(row)
        line = _line(row, block)
        if pack.calibration and line.text:
            probability = Calibration.from_dict(pack.calibration).probability(found)
            line = replace(line, confidence=round(100 * probability, 1), calibrated=True)
        if self._observe:
            self._observe(line, found)
        return line


def _line(row: Row, block: int) -> Line:
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
        block=block,
        kind=Kind.TEXT,
        pack=row[0].reading.pack,
    )


def _rgb(pixels: Pixels) -> Pixels:
    if pixels.ndim == 2:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB), np.uint8)
    return np.ascontiguousarray(pixels)


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
    """Adds the seconds of each stage to a dict, or does nothing."""

    def __init__(self, timings: Timings | None) -> None:
        self._timings = timings

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            if self._timings is not None:
                self._timings[stage] = self._timings.get(stage, 0.0) + time.perf_counter() - start
