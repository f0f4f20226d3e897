"""A photograph of paper -> the view of it that reads best: in even light, and flat.

Each step is tried only where the pieces of text say that it may help, and kept only where samples read better after
it than the same places did before. A scan pays for the two questions alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from penscript.document import Reading
from penscript.reading.crop import crop
from penscript.reading.detect import Region
from penscript.reading.flatten import flattened, longest
from penscript.reading.frame import frame_of
from penscript.reading.ground import positive
from penscript.reading.image import Pixels
from penscript.reading.piece import Quad
from penscript.reading.prepare import evened, is_uneven
from penscript.reading.script import surprise
from penscript.reading.transform import Transform
from penscript.reading.turn import aligned, is_doubtful

Look = Callable[[Pixels], list[Region]]
Read = Callable[[Sequence[Pixels]], list[Reading]]

ROUNDS = 2
"""How often the lines of a bent page are followed, the second time along those that the first one made visible."""


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


def best_view(page: Sheet, look: Look, read: Read) -> Sheet:
    """The page itself, or a view of it that reads better.

    look: finds the pieces of text. read: what crops say, whichever way up.
    """
    lit = _lit(page, look, read)
    flat = _flat(lit, look)
    return flat if flat.transform and _is_better(flat, lit, read) else lit


def _lit(page: Sheet, look: Look, read: Read) -> Sheet:
    """The page in even light, where it is not and reads better so."""
    if not is_uneven(page.pixels, page.quads):
        return page
    pixels = evened(page.pixels)
    lit = Sheet(pixels, look(pixels))
    return lit if _is_better(lit, page, read) else page


def _flat(page: Sheet, look: Look) -> Sheet:
    """A flat view of the page, or the page if its lines are straight."""
    flat = page
    for _ in range(ROUNDS):
        angle = frame_of(flat.quads).angle if flat.regions else 0.0
        height, width = flat.pixels.shape[:2]
        more = flattened([region.contour for region in flat.regions], angle, (width, height))
        if more is None:
            break
        transform = flat.transform.then(more) if flat.transform else more
        pixels = transform.view(page.pixels)
        flat = Sheet(pixels, look(pixels), transform)
    return flat


def _is_better(view: Sheet, page: Sheet, read: Read) -> bool:
    """Whether long pieces of the view surprise the recogniser less than the same places of the page."""
    quads = longest(view.quads)
    same = [view.transform.quad_to_source(quad) for quad in quads] if view.transform else quads
    seen, lying = (
        read([positive(crop(pixels, quad)) for quad in chosen])
        for pixels, chosen in ((view.pixels, quads), (page.pixels, same))
    )
    return surprise(seen) < surprise(lying)


def either_way(read: Read, trial: Sequence[Pixels]) -> list[Reading]:
    """The trial readings, upside down where that is likelier: which way is up is not known yet."""
    readings = read(trial)
    turned = read([np.ascontiguousarray(view[::-1, ::-1]) for view in trial]) if is_doubtful(readings) else []
    return min(readings, turned, key=surprise)
