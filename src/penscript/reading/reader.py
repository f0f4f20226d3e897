"""The whole life of a page: detect -> light and flatten -> crop -> recognize -> turn -> barcodes -> join -> arrange."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from penscript.calibration import PackCalibration
from penscript.document import Barcode, Line, Page, PageStatus, Reading
from penscript.options import ReadOptions
from penscript.packs.catalog import BASE, LATIN, Catalog
from penscript.packs.metadata import calibration_of
from penscript.packs.protocol import PackInfo, Recognizer
from penscript.reading.choice import Choice, beginning, choose
from penscript.reading.clock import Check, Clock, Timings
from penscript.reading.detect import MULTIPLE, detect, detect_level
from penscript.reading.enhance import Vote, again, doubtful, is_open, narrower, vote
from penscript.reading.evidence import beside, evidence, look_at
from penscript.reading.flatten import placed
from penscript.reading.ground import positive
from penscript.reading.image import LARGE, Picture, Pixels
from penscript.reading.join import join
from penscript.reading.lines import arranged, without_arrows
from penscript.reading.paper import Found, Sheet, best_of, either_way, together, views_of
from penscript.reading.piece import Piece, Quad, Row, extent
from penscript.reading.prepare import is_pale, strengthened
from penscript.reading.recognize import habits, in_habit, mended, whole_words
from penscript.reading.script import characters_of, is_east_asian
from penscript.reading.seen import HeatOf, Seen, angle_of, cut, look
from penscript.reading.taste import OTHER, OWN
from penscript.reading.turn import leans, on_its_head, rotation, trial, upright
from penscript.reading.verdict import Calibrations, Verdict, doubt, judge
from penscript.reading.vertical import is_vertical, sample

DOWN = 270
"""The turn of a page whose text runs down."""
PAGE_LEAD = -0.03
"""Nats a character by which the base weights must be less surprised, beside their disagreement with the Latin pack."""
MARK = 0.5
"""The score of a piece that only its ink gave away, as low as a detector's may be."""
Codes = Callable[[], tuple[Barcode, ...]]
Observe = Callable[[Line, Row, Vote | None], None]
_log = logging.getLogger(__name__)


class Reader:
    """Reads pages and lines with the packs of one catalogue. Safe to share between threads; a call changes nothing.

    threads: how many cores to use, None for all. observe: is told every line with its first reading and the vote on it,
    lines that are not shown as well. thorough: every line is read again, whatever its confidence; to calibrate.
    """

    def __init__(
        self, catalog: Catalog, threads: int | None = None, observe: Observe | None = None, thorough: bool = False
    ) -> None:
        self.catalog = catalog if threads is None else Catalog(catalog.folders, threads)
        self._observe, self._thorough = observe, thorough
        self._lock, self._is_loaded = threading.Lock(), False
        self._maps: dict[str, PackCalibration | None] = {}

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
        clock = Clock(timings, check, tidy=picture.pixels.size > LARGE)
        pixels = np.ascontiguousarray(picture.pixels)
        network = self.catalog.detector().heat
        self._load(options, aside=pixels.size <= LARGE)
        codes = self._codes(pixels, picture.number) if options.barcodes else None
        with clock("detect"):
            seen, found, heat = look(pixels, network)
            if is_pale(pixels, seen.quads):
                pixels = strengthened(pixels)
                seen, found, heat = look(pixels, network)
        self.catalog.crew.start()
        page = Sheet(pixels, seen.regions)
        with clock("flatten"):
            views = self._views(Sheet(pixels, found.bent), heat, options) if options.flatten else []

        def pieces(sheet: Sheet) -> Found:
            of_sheet = seen if sheet is page else Seen(sheet.pixels, sheet.regions)
            return self._pieces(sheet.pixels, of_sheet, heat, options, clock)

        chosen = best_of(page, views, pieces)
        codes = codes if chosen[0][0] is page else None
        read = [(sheet, self._page(picture, sheet, found, options, clock, codes=codes)) for sheet, found in chosen]
        return together([placed(one, sheet.transform) if sheet.transform else one for sheet, one in read])

    def _views(self, page: Sheet, heat: HeatOf, options: ReadOptions) -> list[Sheet]:
        """Views of the page, which has its bent lines too, to be read instead of it if they read better."""
        pack = self.catalog.recognizer(options.pack, options.languages)
        read = partial(either_way, partial(pack.read, allowed=characters_of(options.languages)))
        return views_of(page, partial(detect, heat_of=heat, bent=True), read)

    def _page(
        self,
        picture: Picture,
        sheet: Sheet,
        found: Found,
        options: ReadOptions,
        clock: Clock,
        *,
        codes: Codes | None = None,
    ) -> Page:
        """The page from the pieces of a sheet, in pixels of the sheet. codes: its barcodes, where they are known."""
        recognizer, pieces, angle = found
        barcodes: tuple[Barcode, ...] = ()
        if options.barcodes:
            from penscript.reading.barcodes import outside

            with clock("barcodes"):
                barcodes = (codes or self._codes(sheet.pixels, picture.number))()
            pieces = outside(pieces, barcodes)
        with clock("arrange"):
            is_written = recognizer.info.name != BASE
            pieces = without_arrows(sheet.pixels, pieces)
            rows = beside(join(pieces, is_written))
        with clock("enhance"):
            verdicts = self._judged(partial(cut, sheet.pixels), rows, recognizer, options)
        with clock("arrange"):
            kept = [(row, one.line) for row, one in zip(rows, verdicts, strict=True) if one.is_writing]
            lines = arranged([row for row, _ in kept], [line for _, line in kept], is_written)
        _log.debug("page %d: %d pieces, %d lines", picture.number, len(pieces), len(lines))
        return Page(
            picture.number,
            picture.width,
            picture.height,
            lines,
            barcodes,
            PageStatus.READ if lines else PageStatus.BLANK,
            warnings=picture.warnings,
            dpi=picture.dpi,
            rotation=angle,
        )

    def _pieces(self, pixels: Pixels, seen: Seen, heat: HeatOf, options: ReadOptions, clock: Clock) -> Found:
        """The pack that reads the page, the pieces of text, and the degrees clockwise that make them upright."""
        with clock("turn"):
            recognizer, choice = self._chosen(options, seen)
            read, known = partial(recognizer.read, allowed=characters_of(options.languages)), choice.known
            if choice.is_turned:
                seen.quads, seen.crops = on_its_head(seen.quads, seen.crops)
            angle = angle_of(seen.quads)
            if rotation(angle) == DOWN and choice.is_eastern and is_vertical(recognizer.read(sample(seen.crops))):
                angle = 0.0
        if leans(angle):
            with clock("detect"):
                seen, known = Seen(pixels, detect_level(pixels, seen.regions, angle, heat), angle), {}
        with clock("recognize"):
            quads, readings = upright(seen.quads, seen.crops, read, known)
        scores = [region.score for region in seen.regions] + [MARK] * seen.marks
        looks = map(look_at, seen.crops)
        amounts = habits(readings)
        told = [whole_words(mended(one, amounts), amounts) for one in readings]
        found = [Piece(*one) for one in zip(quads, told, scores, looks, strict=True)]
        count = len(seen.regions)
        return recognizer, found[:count] + [one for one in found[count:] if one.reading.text], rotation(angle)

    def _chosen(self, options: ReadOptions, seen: Seen) -> tuple[Recognizer, Choice]:
        """The pack for the options, or the base weights where they suit the page better; and which way up it stands."""
        chosen = self.catalog.recognizer(options.pack, options.languages)
        read = partial(chosen.read, allowed=characters_of(options.languages))
        if options.pack or chosen.info.name != LATIN:
            is_turned, known = trial(seen.quads, seen.crops, read)
            return chosen, Choice(False, is_turned, known, is_east_asian(list(known.values())))
        base = self.catalog.recognizer(BASE)
        read_base = partial(base.read, allowed=characters_of(options.languages))
        choice = choose(seen.crops[: len(seen.regions)], read, read_base, PAGE_LEAD)
        return (base if choice.is_base else chosen), choice

    def _for_line(self, options: ReadOptions, crop: Pixels) -> Recognizer:
        """The pack for a single line, which says too little about the hand: its script alone decides."""
        chosen = self.catalog.recognizer(options.pack, options.languages)
        if options.pack or chosen.info.name != LATIN:
            return chosen
        base = self.catalog.recognizer(BASE)
        read = partial(base.read, allowed=characters_of(options.languages))
        return base if is_east_asian(either_way(read, [beginning(crop)])) else chosen

    def read_line(self, pixels: Pixels, options: ReadOptions | None = None) -> Line:
        """One Line from a picture, RGB or grey, that is already one line of text; its outline is the whole picture."""
        options = options or ReadOptions()
        pixels = np.ascontiguousarray(pixels)
        height, width = pixels.shape[:2]
        quad = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        recognizer = self._for_line(options, positive(pixels))
        (reading,) = recognizer.read([positive(pixels)], allowed=characters_of(options.languages))
        row = (Piece(quad, reading, look=look_at(positive(pixels))),)
        return self._judged(partial(cut, pixels), [row], recognizer, options)[0].line

    def _judged(
        self, cut: Callable[[Quad], Pixels], rows: list[Row], pack: Recognizer, options: ReadOptions
    ) -> list[Verdict]:
        """The verdict on each row, the doubtful ones read again. cut: the picture within an outline."""
        other = self._other(pack, options)
        packs = {one.info.id: told for one in (pack, other) if one and (told := self._calibration(one.info))}
        measures = [evidence(row) for row in rows]
        chosen: list[int] = []
        if self._thorough or (options.policy.second_pass and pack.info.id in packs):
            chosen = self._doubtful(rows, measures, packs, options.policy.threshold_of(pack.info.id) / 100)
        begun = self._votes(rows, chosen, cut, (pack, other), options)
        verdicts = {at: judge(row, measures[at], None, packs) for at, row in enumerate(rows) if at not in chosen}
        votes = dict(zip(chosen, begun(), strict=True))
        verdicts |= {at: judge(rows[at], measures[at], one, packs) for at, one in votes.items()}
        if self._observe:
            for index, row in enumerate(rows):
                self._observe(verdicts[index].line, row, votes.get(index))
        return [verdicts[index] for index in range(len(rows))]

    def _doubtful(
        self, rows: list[Row], measures: list[dict[str, float]], packs: Calibrations, threshold: float
    ) -> list[int]:
        """The rows to read again; those in East Asian scripts have no second reading, nor have clear ones."""
        found = [at for at, row in enumerate(rows) if not is_east_asian([piece.reading for piece in row])]
        if not self._thorough:
            told = [doubt(rows[at], measures[at], packs) for at in found]
            found = [found[index] for index in doubtful(told, threshold)]
        return [at for at in found if is_open(rows[at])]

    def _votes(
        self,
        rows: list[Row],
        chosen: list[int],
        cut: Callable[[Quad], Pixels],
        packs: tuple[Recognizer, Recognizer | None],
        options: ReadOptions,
    ) -> Callable[[], list[Vote | None]]:
        """What tells the votes on the chosen rows, which are read again: by the Latin pack where the base weights read
        them, narrower by their own pack else.
        """
        pack, other = packs
        is_other = other is not None and pack.info.name == BASE
        reader, taste = (other, OTHER) if other and is_other else (pack, OWN)
        allowed, amounts = characters_of(options.languages), habits(piece.reading for row in rows for piece in row)

        def read(quads: list[Quad]) -> list[Reading]:
            return reader.read([cut(quad) if is_other else narrower(cut(quad)) for quad in quads], allowed)

        def voted(row: Row) -> Vote | None:
            one = vote(row, again(row, read), taste)
            return one and replace(one, row=in_habit(one.row, amounts))

        return self.catalog.crew.begin(voted, [rows[index] for index in chosen], extent)

    def _other(self, pack: Recognizer, options: ReadOptions) -> Recognizer | None:
        """The pack that gives a second opinion; None where one is asked for by name."""
        other = {LATIN: BASE, BASE: LATIN}.get(pack.info.name)
        return None if other is None or options.pack else self.catalog.recognizer(other)

    def _codes(self, pixels: Pixels, page: int) -> Codes:
        """What tells the barcodes of a page, which are looked for while it is read."""
        from penscript.reading.barcodes import find_barcodes

        return self.catalog.crew.aside(partial(find_barcodes, pixels, page), wanted=pixels.size <= LARGE)

    def _load(self, options: ReadOptions, aside: bool) -> None:
        """Open the networks: beside the search for the first page's text, or before crops take much memory."""
        if not aside:
            self._open(options)
        elif not self._is_loaded:
            self._is_loaded = True
            _opened = self.catalog.crew.aside(partial(self._open, options))  # kept until it is begun
            self.catalog.crew.start()

    def _open(self, options: ReadOptions) -> None:
        self.catalog.detector().heat(np.full((MULTIPLE, MULTIPLE, 3), 255, np.uint8))
        for pack in self._packs(options):
            pack.read([np.full((MULTIPLE, MULTIPLE), 255, np.uint8)])

    def _packs(self, options: ReadOptions) -> list[Recognizer]:
        pack = self.catalog.recognizer(options.pack, options.languages)
        other = self._other(pack, options)
        return [one for one in (pack, other) if one]

    def calibrations(self, options: ReadOptions) -> list[tuple[PackInfo, PackCalibration | None]]:
        """The packs that may read with these options, and their maps. Raises as `read_page`."""
        return [(one.info, self._calibration(one.info)) for one in self._packs(options)]

    def _calibration(self, pack: PackInfo) -> PackCalibration | None:
        """The maps of a pack, None where it has none."""
        with self._lock:
            if pack.id not in self._maps:
                self._maps[pack.id] = calibration_of(pack)
            return self._maps[pack.id]
