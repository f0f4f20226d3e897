"""Ink that the detector passed over between two pieces of a row: a lone colon, a single digit, an asterisk.

The detector learned words. What stands alone between two cells is found by its ink: the strip from one piece to the
next is mostly paper, and small marks in it that differ from the paper as much as the text beside it are text, too.
Beyond the ends of rows, where a speck may lie as well, marks are text if they stand in a column.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.reading.crop import crop
from penscript.reading.frame import Frame, frame_of, neighbours
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
FAINTER = 0.5
"""The worn dot of a colon differs from the paper so much less."""
SMALLEST = 4
"""Strips of fewer pixels are not looked at."""
LEAST = 0.25
"""A mark is at least so high, in line heights, so that dots and rules are none."""
WIDEST = 1.6
"""And at most so wide."""
APART = 0.45
"""Strokes nearer than so many line heights are one mark."""
NEAR, NEAR_COLON = 2.5, 0.25
"""A mark so near to a piece is read with it; a faint colon that stands apart from a word is overlooked there."""
PAD, ROOM = 0.15, 0.3
"""So many line heights are left around a mark beside a piece, and around one alone, which is not read without them."""
WALL = 0.8
"""A column of pixels that is ink to this share is the edge of something."""
BEYOND = 3.5
"""So many line heights beyond the end of a row are looked at."""
BESIDE, COLUMN = 0.5, 8.0
"""Marks of a column stand so near to each other, across and down, in line heights."""
HUGE = 150_000_000
"""Bytes of a page of which no second, grey copy is made."""
Span = tuple[float, float, bool]
"""Where a mark begins and ends, shares of its strip, and whether it is a colon."""
Box = tuple[int, int, int, int]
"""Left, right, top, bottom, pixels of the strip."""
Place = tuple[float, float, float]
"""Along and across the text, and the height of its line, pixels of the frame."""


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """A mark beyond the right (side 1) or left (-1) end of a piece: the outline from the piece to it, and its place."""

    piece: int
    side: int
    quad: Quad
    place: Place


def fill(pixels: Pixels, quads: Sequence[Quad]) -> tuple[list[Quad], list[Quad]]:
    """The outlines, made longer where a mark stands next to them, and outlines of marks that stand alone.

    quads: as the text reads, the top left corner first.
    """
    if not quads:
        return [], []
    longer, alone = list(quads), list[Quad]()
    frame = frame_of(quads)
    grey = pixels if pixels.size > HUGE else _grey(pixels)
    links = neighbours(frame)
    inner: list[Place] = []
    for i, j, gap, height in _strips(frame, links):
        strip = np.array([quads[i][1], quads[j][0], quads[j][3], quads[i][2]], np.float32)
        pad, room = PAD * height / gap, ROOM * height / gap
        for begin, end, is_colon in marks_in(grey, strip, (quads[i], quads[j])):
            inner.append((frame.right[i] + (begin + end) / 2 * gap, float(frame.middle[i]), height))
            if min(begin, 1 - end) * gap >= (NEAR_COLON if is_colon else NEAR) * height:
                alone.append(_between(strip, begin - room, end + room))
            elif begin < 1 - end:
                longer[i] = _longer(longer[i], _between(strip, 0, end + pad), 1)
            else:
                longer[j] = _longer(longer[j], _between(strip, begin - pad, 1), -1)
    for mark in _at_ends(grey, quads, frame, links, inner):
        longer[mark.piece] = _longer(longer[mark.piece], mark.quad, mark.side)
    return longer, alone


def _at_ends(
    grey: Pixels, quads: Sequence[Quad], frame: Frame, links: Sequence[tuple[int, int]], inner: Sequence[Place]
) -> list[End]:
    """Marks beyond the ends of rows, such as a column of lone digits: each under or above others like it."""
    narrow = np.flatnonzero(frame.right - frame.left < WIDEST * frame.height)
    known = [
        (float(frame.left[i] + frame.right[i]) / 2, float(frame.middle[i]), float(frame.height[i])) for i in narrow
    ]
    lefts, rights = {i for i, _ in links}, {j for _, j in links}
    found = [
        end
        for side, taken in ((1, lefts), (-1, rights))
        for piece in range(len(quads))
        if piece not in taken and _is_free(frame, piece, side)
        for end in _beyond(grey, quads[piece], frame, piece, side)
    ]
    places = np.array([*known, *inner, *(end.place for end in found)]).reshape(-1, 3)
    return [end for end in found if _is_in_column(end.place, places)]


def _is_free(frame: Frame, piece: int, side: int) -> bool:
    """Whether no other piece reaches into the strip beyond the end of a row."""
    edge = frame.right[piece] if side > 0 else frame.left[piece]
    begin, end = sorted((edge, edge + side * BEYOND * frame.height[piece]))
    level = np.abs(frame.middle - frame.middle[piece]) < (frame.height + frame.height[piece]) / 3
    level[piece] = False
    return not np.any(level & (frame.left < end) & (frame.right > begin))


def _beyond(grey: Pixels, quad: Quad, frame: Frame, piece: int, side: int) -> Iterator[End]:
    """The mark in the strip beyond one end of a row, if there is just one."""
    height, reach = float(frame.height[piece]), BEYOND * float(frame.height[piece])
    share = reach / max(1.0, float(frame.right[piece] - frame.left[piece]))
    out = (quad[[1, 2]] - quad[[0, 3]]) * np.float32(share)
    near = quad[[1, 2]] if side > 0 else quad[[0, 3]]
    far = near + side * out
    left, right = (near, far) if side > 0 else (far, near)
    strip = np.array([left[0], right[0], right[1], left[1]], np.float32)
    if strip.min() < 0 or np.any(strip.max(axis=0) >= grey.shape[1::-1]):
        return
    share = min(1.0, share)
    beside = _between(quad, 1 - share, 1) if side > 0 else _between(quad, 0, share)
    marks = list(marks_in(grey, strip, (beside,), is_open=True))
    if len(marks) == 1:
        begin, end, _ = marks[0]
        pad = PAD * height / reach
        part = _between(strip, 0, end + pad) if side > 0 else _between(strip, begin - pad, 1)
        start = frame.right[piece] if side > 0 else frame.left[piece] - reach
        yield End(piece, side, part, (float(start) + (begin + end) / 2 * reach, float(frame.middle[piece]), height))


def _is_in_column(place: Place, places: NDArray[np.float64]) -> bool:
    """Whether at least two other marks stand little above or below a place."""
    across, down = np.abs(places[:, 0] - place[0]), np.abs(places[:, 1] - place[1])
    return bool(np.sum((across < BESIDE * place[2]) & (down < COLUMN * place[2]) & (down > place[2] / 2)) >= 2)


def _strips(frame: Frame, links: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, float, float]]:
    """Left and right piece of every strip worth looking at, its length and the height of the text, in pixels."""
    for i, j in links:
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


def marks_in(grey: Pixels, strip: Quad, beside: Sequence[Quad], is_open: bool = False) -> Iterator[Span]:
    """The marks in a strip of paper, from its beginning. is_open: it ends in nothing, so nothing crosses it."""
    view = _grey(crop(grey, strip))
    height, width = view.shape
    if min(height, width) < SMALLEST:
        return
    ink = np.abs(view - np.median(view))
    if ink.max() <= FAINTEST:
        return
    least = max(FAINTEST, CONTRAST * min(_contrast(_grey(crop(grey, quad))) for quad in beside))
    if is_open and (ink > least).mean(axis=0).max() > WALL:
        return
    for strokes in _clusters(_with_faint(_strokes(ink > least), ink, least), APART * height):
        left, right, top, bottom = _around(strokes)
        if LEAST * height <= bottom - top and right - left <= WIDEST * height:
            yield left / width, right / width, _is_colon(strokes, height)


def _strokes(ink: NDArray[np.bool_]) -> list[Box]:
    """The connected ink that reaches no edge of the strip, from the left."""
    height, width = ink.shape
    margin = MARGIN * height
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
    boxes = [(x, x + w, y, y + h) for x, y, w, h, area in stats[1:].tolist() if area > 1]
    return sorted(
        box for box in boxes if box[2] > 0 and box[3] < height and box[0] > margin and box[1] < width - margin
    )


def _with_faint(strokes: list[Box], ink: Pixels, least: float) -> list[Box]:
    """The strokes, and fainter dots above or below one, since the other dot of a colon is often worn."""
    dots = [one for one in strokes if one[3] - one[2] < LEAST * len(ink)]
    if not dots:
        return strokes
    faint = [one for one in _strokes(ink > FAINTER * least) if not any(map(partial(_within, one), strokes))]
    return sorted(strokes + [one for one in faint if any(map(partial(_is_stacked, one), dots))])


def _within(outer: Box, box: Box) -> bool:
    """Whether two strokes share a pixel or stand within each other."""
    return outer[0] < box[1] and box[0] < outer[1] and outer[2] < box[3] and box[2] < outer[3]


def _is_stacked(faint: Box, dot: Box) -> bool:
    """Whether a faint dot stands above or below another of its size."""
    offset = abs(faint[0] + faint[1] - dot[0] - dot[1]) / 2
    sides = [(faint[i + 1] - faint[i], dot[i + 1] - dot[i]) for i in (0, 2)]
    return offset <= max(1, dot[1] - dot[0]) / 2 and all(max(pair) <= 2 * min(pair) for pair in sides)


def _is_colon(strokes: list[Box], height: int) -> bool:
    """Whether a mark is two dots, one above the other. height: of the strip."""
    return len(strokes) == 2 and max(one[3] - one[2] for one in strokes) < LEAST * height and _is_stacked(*strokes)


def _clusters(strokes: list[Box], apart: float) -> Iterator[list[Box]]:
    """Strokes that stand near each other, together."""
    current: list[Box] = []
    for one in strokes:
        if current and one[0] - max(right for _, right, _, _ in current) >= apart:
            yield current
            current = []
        current.append(one)
    if current:
        yield current


def _around(strokes: list[Box]) -> Box:
    """The box around strokes."""
    lefts, rights, tops, bottoms = zip(*strokes, strict=True)
    return min(lefts), max(rights), min(tops), max(bottoms)


def _contrast(view: Pixels) -> float:
    """How far the ink of a piece of text is from its paper."""
    return float(np.percentile(np.abs(view - np.median(view)), 92))


def _grey(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8) if pixels.ndim == 3 else pixels
