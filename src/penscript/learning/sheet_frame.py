"""Where the frame of a box really runs on a page that was laid flat: paper is never quite flat."""

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.document import Bounds
from penscript.training.augment import Picture

Places = NDArray[np.float32]
PARTS = 7
"""Stretches of a frame that are looked for one by one."""
_REACH = 5.0
"""Points that a frame may be off."""
_CONTRAST = 0.03
"""How much darker than the paper beside it a frame is at least, as a share."""
_SEEN = 0.7
"""Share of the stretches that must be found."""


def straightened(flat: Picture, box: Bounds, scale: float, edge: float) -> Picture | None:
    """What stands within a box, its frame left out, as a rectangle; None where the frame is not found.

    flat: the page at `scale` pixels a point. edge: points that are left out along the frame.
    """
    cut = np.linspace(box.x, box.right, PARTS + 1) * scale
    middles = (cut[1:] + cut[:-1]) / 2
    found = [_line(flat, cut, y * scale, scale) for y in (box.y, box.bottom)]
    if any(np.isnan(one).mean() > 1 - _SEEN for one in found):
        return None
    columns = np.arange(round((box.x + edge) * scale), round((box.right - edge) * scale), dtype=np.float32)
    top, bottom = (_along(columns, middles, one) for one in found)
    height = round((box.height - 2 * edge) * scale)
    share = ((np.arange(height) + edge * scale) / (height + 2 * edge * scale)).astype(np.float32)[:, None]
    rows = (1 - share) * top + share * bottom
    across = np.ascontiguousarray(np.broadcast_to(columns, rows.shape))
    return np.asarray(cv2.remap(flat, across, rows.astype(np.float32), cv2.INTER_LINEAR), np.uint8)


def _line(flat: Picture, cut: NDArray[np.float64], y: float, scale: float) -> Places:
    """The height of a thin dark line near `y` in every stretch; NaN where there is none."""
    reach, beside = round(_REACH * scale), round(1.2 * scale)
    first = round(y) - reach - beside
    found = np.full(len(cut) - 1, np.nan, np.float32)
    for number, (left, right) in enumerate(pairwise(cut)):
        level = flat[first : first + 2 * (reach + beside) + 1, round(left) : round(right)].mean(axis=1)
        paper = np.minimum(level[: -2 * beside], level[2 * beside :])
        dark = 1 - level[beside:-beside] / np.maximum(paper, 1)
        if dark.max() > _CONTRAST:
            found[number] = first + beside + int(dark.argmax())
    return found


def _along(columns: Places, middles: NDArray[np.float64], found: Places) -> Places:
    """The line at every column: a parabola through what was found, since paper bends gently."""
    seen = ~np.isnan(found)
    curve = np.polynomial.Polynomial.fit(middles[seen], found[seen], min(2, int(seen.sum()) - 1))
    return np.asarray(curve(columns), np.float32)
