"""What of a page looks like text, and the crops that are read of it."""

from collections.abc import Callable, Sequence

import numpy as np

from penscript.reading.crop import crop
from penscript.reading.detect import Heat, Region, Survey, survey
from penscript.reading.frame import frame_of
from penscript.reading.gaps import fill
from penscript.reading.ground import inverted, is_mostly_negative, is_negative, positive
from penscript.reading.image import Pixels
from penscript.reading.piece import Quad
from penscript.reading.turn import aligned

HeatOf = Callable[[Pixels], Heat]
FAINTEST = 20.0
"""Levels of grey that become the whole range at the most."""


class Seen:
    """What of a page looks like text: outlines with their tops up, and dark ink on light ground cut out along them.

    The first outlines are those of the regions; `marks` more follow. direction: degrees clockwise in which the page is
    read, where that is known.
    """

    def __init__(self, pixels: Pixels, regions: list[Region], direction: float | None = None) -> None:
        quads, marks = fill(pixels, aligned([region.quad for region in regions], direction))
        self.regions, self.quads, self.marks = regions, [*quads, *marks], len(marks)
        cuts = [crop(pixels, quad) for quad in self.quads]
        self.negative = [is_negative(one) for one in cuts]
        crops = [inverted(one) if light else one for one, light in zip(cuts, self.negative, strict=True)]
        self.crops = [one if place < len(regions) else _bold(one) for place, one in enumerate(crops)]


def _bold(crop: Pixels) -> Pixels:
    """A mark in black on white: a worn one is overlooked where no darker text stands beside it."""
    dark, paper = float(crop.min()), float(np.median(crop))
    spread = 255 / max(FAINTEST, paper - dark)
    return np.asarray(np.clip((crop - dark) * spread, 0, 255), np.uint8)


def look(pixels: Pixels, heat: HeatOf) -> tuple[Seen, Survey, HeatOf]:
    """What looks like text, and the network that says so; it sees the page inverted if that is white on black."""
    found = survey(pixels, heat)
    seen = Seen(pixels, found.straight)
    if not is_mostly_negative(seen.crops, seen.negative):
        return seen, found, heat

    def inverse(view: Pixels) -> Heat:
        return heat(inverted(view))

    found = survey(pixels, inverse)
    return Seen(pixels, found.straight), found, inverse


def cut(pixels: Pixels, quad: Quad) -> Pixels:
    """The line within an outline, dark ink on light ground."""
    return positive(crop(pixels, quad))


def angle_of(quads: Sequence[Quad]) -> float:
    """Degrees clockwise in which most text runs; 0 where there is none."""
    return float(np.degrees(frame_of(quads).angle)) if quads else 0.0
