"""Ink that the detector passed over between two pieces of a row: a lone colon, a single digit, an asterisk.

The detector learned words. What stands alone between two cells is found by its ink: the strip from one piece to the
next is mostly paper, and small marks in it that differ from the paper as much as the text beside it are text, too.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.reading.crop import crop
from penscript.reading.frame import frame_of, neighbours
from penscript.reading.image import Pixels
from penscript.reading.piece import Quad

FARTHEST = 30.0
"""Strips longer than so many line heights are not looked at."""
MARGIN = 0.12
"""Ink so near to a piece is the piece's own."""
CONTRAST = 0.33
"""Ink differs from the paper at least by this share of what the text beside it does."""
FAINTEST = 24.0
"""And by so many levels of grey."""
SMALLEST = 4
"""Strips of fewer pixels are not looked at."""
LEAST = 0.25
"""A mark is at least so high, in line heights, so that dots and rules are none."""
WIDEST = 1.6
"""And at most so wide."""
APART = 0.45
"""Strokes nearer than so many line heights are one mark."""
NEAR = 2.5
"""A mark so near to a piece is read with it."""
PAD = 0.15
"""So many line heights are left around a mark."""
HUGE = 150_000_000
"""Bytes of a page of which no second, grey copy is made."""
Span = tuple[float, float]
"""Where a mark begins and ends, shares of its strip."""
Box = tuple[int, int, int, int]
"""Left, right, top, bottom, pixels of the strip."""


def fill(pixels: Pixels, quads: Sequence[Quad]) -> tuple[list[Quad], list[Quad]]:
    """The outlines, made longer where a mark stands next to them, and outlines of marks that stand alone.

    quads: as the text reads, the top left corner first.
    """
    longer, alone = list(quads), list[Quad]()
    grey = pixels if pixels.size > HUGE else _grey(pixels)
    for i, j, gap, height in _strips(quads):
        strip = np.array([quads[i][1], quads[j][0], quads[j][3], quads[i][2]], np.float32)
        pad = PAD * height / gap
        for begin, end in _marks(grey, strip, (quads[i], quads[j])):
            if min(begin, 1 - end) * gap >= NEAR * height:
                alone.append(_between(strip, begin - pad, end + pad))
            elif begin < 1 - end:
                longer[i] = _longer(longer[i], _between(strip, 0, end + pad), 1)
            else:
                longer[j] = _longer(longer[j], _between(strip, begin - pad, 1), -1)
    return longer, alone


def _strips(quads: Sequence[Quad]) -> Iterator[tuple[int, int, float, float]]:
    """Left and right piece of every strip worth looking at, its length and the height of the text, in pixels."""
    if not quads:
        return
    frame = frame_of(quads)
    for i, j in neighbours(frame):
        gap, height = float(frame.left[j] - frame.right[i]), float(min(frame.height[i], frame.height[j]))
        if 2 * LEAST * height < gap < FARTHEST * height:
            yield i, j, gap, height


def _between(quad: Quad, begin: float, end: float) -> Quad:
    """The part of an outline from `begin` to `end`, shares of its length."""
    along = np.clip(np.array([begin, end, end, begin], np.float32), 0, 1)[:, None]
    left, right = quad[[0, 0, 3, 3]], quad[[1, 1, 2, 2]]
    return np.asarray(left + along * (right - left), np.float32)


def _longer(quad: Quad, part: Quad, side: int) -> Quad:
    """A piece moved out to the far end of a part of the strip on its right (1) or left (-1)."""
    far, near = ([1, 2], [0, 3]) if side > 0 else ([0, 3], [1, 2])
    along = quad[far].mean(0) - quad[near].mean(0)
    along /= max(1e-6, float(np.linalg.norm(along)))
    moved = quad.copy()
    moved[far] += max(0.0, float((part[far].mean(0) - quad[far].mean(0)) @ along)) * along
    return moved


def _marks(grey: Pixels, strip: Quad, beside: tuple[Quad, Quad]) -> Iterator[Span]:
    """The marks in a strip of paper, from its beginning."""
    view = _grey(crop(grey, strip))
    height, width = view.shape
    if min(height, width) < SMALLEST:
        return
    contrast = min(_contrast(_grey(crop(grey, quad))) for quad in beside)
    ink = np.abs(view - np.median(view)) > max(FAINTEST, CONTRAST * contrast)
    for left, right, top, bottom in _clusters(_strokes(ink.astype(np.uint8)), APART * height):
        if LEAST * height <= bottom - top and right - left <= WIDEST * height:
            yield left / width, right / width


def _strokes(ink: NDArray[np.uint8]) -> list[Box]:
    """The connected ink that reaches no edge of the strip, from the left."""
    height, width = ink.shape
    margin = MARGIN * height
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    boxes = [(x, x + w, y, y + h) for x, y, w, h, area in stats[1:].tolist() if area > 1]
    return sorted(
        box for box in boxes if box[2] > 0 and box[3] < height and box[0] > margin and box[1] < width - margin
    )


def _clusters(strokes: list[Box], apart: float) -> Iterator[Box]:
    """Strokes that stand near each other as one."""
    current: Box | None = None
    for one in strokes:
        if current and one[0] - current[1] < apart:
            current = current[0], max(current[1], one[1]), min(current[2], one[2]), max(current[3], one[3])
        else:
            if current:
                yield current
            current = one
    if current:
        yield current


def _contrast(view: Pixels) -> float:
    """How far the ink of a piece of text is from its paper."""
    return float(np.percentile(np.abs(view - np.median(view)), 92))


def _grey(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8) if pixels.ndim == 3 else pixels
