"""A photograph of paper -> views of it that may read better: each sheet by itself, in even light, and flat.

Each step is tried only where the pieces of text, or the edges of the paper, say that it may help. A scan pays for three
questions: does it show paper on something else, do its lines run straight, is its light even? Whether the views are
read instead of the page is decided by what can be read of both (`best_of`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from penscript.document import Line, Page, PageStatus, Reading
from penscript.packs.protocol import Recognizer
from penscript.reading.crop import crop
from penscript.reading.detect import Region
from penscript.reading.flatten import flattened, longest
from penscript.reading.frame import frame_of
from penscript.reading.ground import positive
from penscript.reading.image import Pixels
from penscript.reading.piece import Piece, Quad
from penscript.reading.prepare import evened, is_uneven
from penscript.reading.script import surprise
from penscript.reading.sheets import Paper, find_papers
from penscript.reading.transform import Transform
from penscript.reading.turn import aligned, is_doubtful

Look = Callable[[Pixels], list[Region]]
Found = tuple[Recognizer, list[Piece], int]
"""The pack that reads a sheet, the pieces of text on it, and the degrees clockwise that make them upright."""
Read = Callable[[Sequence[Pixels]], list[Reading]]

ROUNDS = 2
"""How often the lines of a bent page are followed, the second time along those that the first one made visible, if it
did.
"""
HUGE, LONGEST = 50_000_000, 30_000
"""Pages of more pixels, or of a longer side, are read as they lie: views take too much memory, or cannot be made."""
GAIN, LEAST = 1.04, 20
"""A view must let so many times the characters of the page be read, and so many more: of few words it may be luck."""
MORE = 1.15
"""A view of a flat page shows at most 1.11 times its text, one of a curled page at least 1.26 times."""
APART = 0.97
"""The same for sheets that are read one by one, which may be worth it for their order alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """What is read: pixels, the pieces of text on them, and where they lie on the page if they are a view of it."""

    pixels: Pixels
    regions: list[Region]
    transform: Transform | None = None

    @property
    def quads(self) -> list[Quad]:
        """The outlines of the pieces, their tops up unless all stand on their heads."""
        return aligned([region.quad for region in self.regions])

    def seen_through(self, transform: Transform, page: Pixels, look: Look) -> "Sheet":
        """What is seen of the page through a view of this sheet."""
        whole = self.transform.then(transform) if self.transform else transform
        pixels = whole.view(page)
        return Sheet(pixels, look(pixels), whole)


def views_of(page: Sheet, look: Look, read: Read) -> list[Sheet]:
    """Views that together show all the text of the page; empty where there is no reason for any.

    page: regions with those of bent lines. look: finds the pieces of text. read: what crops say, whichever way up.
    """
    height, width = page.pixels.shape[:2]
    if height * width > HUGE or max(height, width) > LONGEST:
        return []
    papers = find_papers(page.pixels, page.quads)
    if len(papers) < 2 and not any(paper.is_askew for paper in papers):
        papers = []
    begun = [page.seen_through(one.view(), page.pixels, look) for one in in_order(papers)]
    best = [_lit(_flat(sheet, page.pixels, look), look, read) for sheet in begun or [page]]
    if not papers:
        return [] if best[0] is page else best
    known = {index for paper in papers for index in paper.inside}
    rest = [region for index, region in enumerate(page.regions) if index not in known]
    return [*best, Sheet(page.pixels, rest)] if rest else best


def in_order(papers: Sequence[Paper]) -> list[Paper]:
    """Sheets as one would read them: those that stand side by side from the left, then those below."""
    left = sorted(papers, key=lambda one: float(one.corners[:, 1].mean()))
    found: list[Paper] = []
    while left:
        bottom = left[0].corners[:, 1].max()
        row = [one for one in left if one.corners[:, 1].mean() < bottom]
        found += sorted(row, key=lambda one: float(one.corners[:, 0].mean()))
        left = [one for one in left if one not in row]
    return found


def best_of(page: Sheet, views: Sequence[Sheet], read: Callable[[Sheet], Found]) -> list[tuple[Sheet, Found]]:
    """The views with what was found on each, or the page with what was found there, whichever is worth more.

    What a reading is worth is the number of its characters that are expected to be right. A view that shows hardly
    more text than a page that reads surely cannot be worth enough, and is not read.
    """
    lying = [(page, read(page))]
    if not views or (len(views) == 1 and _text(views[0]) < MORE * _text(page) and not _is_doubtful(lying)):
        return lying
    seen = [(view, read(view)) for view in views]
    worth, least = _worth(seen), _worth(lying)
    return seen if worth > (max(GAIN * least, least + LEAST) if len(views) == 1 else APART * least) else lying


def _text(sheet: Sheet) -> float:
    """How much text was found on a sheet, in line heights along it."""
    corners = np.array(sheet.quads, np.float64).reshape(-1, 4, 2)
    along, across = (np.linalg.norm(corners[:, side] - corners[:, 0], axis=1) for side in (1, 3))
    return float(np.sum(along / np.maximum(1.0, across)))


def _is_doubtful(found: Iterable[tuple[Sheet, Found]]) -> bool:
    return is_doubtful([piece.reading for _, (_, pieces, _) in found for piece in pieces])


def _worth(found: Iterable[tuple[Sheet, Found]]) -> float:
    readings = (piece.reading for _, (_, pieces, _) in found for piece in pieces)
    return sum(one.probability for reading in readings for one in reading.characters)


def together(pages: Sequence[Page]) -> Page:
    """The pages that were read of several sheets of one picture, one after the other, their blocks apart."""
    lines: list[Line] = []
    for page in pages:
        first = max((line.block for line in lines), default=-1) + 1
        lines += [replace(line, block=line.block + first) for line in page.lines]
    status = PageStatus.READ if lines else PageStatus.BLANK
    barcodes = tuple(code for page in pages for code in page.barcodes)
    return replace(pages[0], lines=tuple(lines), barcodes=barcodes, status=status)


def _flat(sheet: Sheet, page: Pixels, look: Look) -> Sheet:
    """A flat view, or the sheet if its lines are straight."""
    for _ in range(ROUNDS):
        angle = frame_of(sheet.quads).angle if sheet.regions else 0.0
        height, width = sheet.pixels.shape[:2]
        more = flattened([region.contour for region in sheet.regions], angle, (width, height))
        if more is None:
            break
        before, sheet = sheet, sheet.seen_through(more, page, look)
        if _text(sheet) < MORE * _text(before):
            break
    return sheet


def _lit(sheet: Sheet, look: Look, read: Read) -> Sheet:
    """The sheet in even light, where it is not and samples read better so."""
    if not is_uneven(sheet.pixels, sheet.quads):
        return sheet
    pixels = evened(sheet.pixels)
    lit = Sheet(pixels, look(pixels), sheet.transform)
    quads = longest(lit.quads)
    bright, dark = (read([positive(crop(one, quad)) for quad in quads]) for one in (pixels, sheet.pixels))
    return lit if surprise(bright) < surprise(dark) else sheet


def either_way(read: Read, trial: Sequence[Pixels]) -> list[Reading]:
    """The trial readings, upside down where that is likelier: which way is up is not known yet."""
    readings = read(trial)
    turned = read([np.ascontiguousarray(view[::-1, ::-1]) for view in trial]) if is_doubtful(readings) else []
    return min(readings, turned, key=surprise)
