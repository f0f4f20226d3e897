"""Pixels -> the straight lines that are drawn on a page, level and upright ones, as those of tables and forms."""

from operator import itemgetter

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.document import Rule
from penscript.reading.image import Pixels, grey_at

WIDTH = 1600
"""Pixels across at which rules are looked for; larger pages are made smaller."""
SHORTEST = 40
"""Pixels, at that width: letters have no strokes as long."""
THICKEST = 8
MOST = 400
"""A page with more rules than this is a drawing, or ruled paper all over."""


def find_rules(pixels: Pixels) -> tuple[Rule, ...]:
    """The rules of a page, RGB or grey, in its pixels; none where there are more than any table has.

    What is dark for its surroundings is opened with a level and an upright stroke (mathematical morphology), so rules
    that stand askew by more than two degrees are not found.
    """
    scale = min(1.0, WIDTH / max(pixels.shape[1], 1))
    width, height = (max(1, round(scale * side)) for side in pixels.shape[1::-1])
    grey = grey_at(pixels, (width, height))
    if min(grey.shape) < SHORTEST:
        return ()
    dark = _dark(grey)
    found = [*_strokes(dark, level=True), *_strokes(dark, level=False)]
    if len(found) > MOST:
        return ()
    return tuple(Rule(*(round(float(place / scale), 1) for place in ends)) for ends in found)


def _dark(grey: Pixels) -> Pixels:
    """255 where a pixel is darker than its surroundings."""
    return np.asarray(
        cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12), np.uint8
    )


def _strokes(dark: Pixels, level: bool) -> list[tuple[float, float, float, float]]:
    """Ends of the strokes of one direction."""
    shape = (SHORTEST, 1) if level else (1, SHORTEST)
    across = (1, 3) if level else (3, 1)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones(across[::-1], np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, shape))
    joined = cv2.dilate(opened, cv2.getStructuringElement(cv2.MORPH_RECT, (9, 3) if level else (3, 9)))
    contours, tree = cv2.findContours(joined, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    parents = [] if tree is None else tree[0, :, 3]
    outer = [one for one, parent in zip(contours, parents, strict=True) if parent < 0]
    found = []
    for left, top, width, height in sorted(map(cv2.boundingRect, outer), key=itemgetter(1, 0)):
        length, thickness = (width, height) if level else (height, width)
        if thickness - 2 > THICKEST + 0.04 * length or length - 8 < SHORTEST:
            continue
        box = joined[top : top + height, left : left + width] > 0
        found.append(_ends(box, left, top, level))
    return found


def _ends(box: NDArray[np.bool_], left: int, top: int, level: bool) -> tuple[float, float, float, float]:
    """Both ends of one stroke, in the middle of its thickness, without what was added to join it."""
    mask = box if level else box.T
    length = mask.shape[1]
    near = max(1, length // 10)
    rows = np.arange(mask.shape[0])
    first, last = (float(np.average(rows, weights=part.sum(1))) for part in (mask[:, :near], mask[:, -near:]))
    start, end = 4, max(5, length - 4)
    if level:
        return left + start, top + first, left + end, top + last
    return left + first, top + start, left + last, top + end
