"""An outline on the page -> an upright picture of one line of text. The same at learning and at reading."""

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.reading.image import Pixels

TALL = 96
"""Pixels that a line is high at most, twice what a network sees: the lines of a large scan would fill memory."""


def crop(pixels: Pixels, quad: NDArray[np.float32]) -> Pixels:
    """The line within four corners (4 x 2, clockwise from the top left), straightened; uint8 as `pixels`.

    Edges beyond the page repeat its border. A line of more than 96 pixels in height is scaled to that.
    """
    width, height = size_of(quad)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(np.asarray(quad, np.float32), target)
    cut = cv2.warpPerspective(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    if height > TALL:
        cut = cv2.resize(cut, (max(1, round(width * TALL / height)), TALL), interpolation=cv2.INTER_AREA)
    return np.asarray(cut, np.uint8)


def size_of(quad: NDArray[np.float32]) -> tuple[int, int]:
    """Width and height of the crop in pixels, at least 1."""
    top, right, bottom, left = (float(np.linalg.norm(quad[i] - quad[(i + 1) % 4])) for i in range(4))
    return max(1, int(max(top, bottom))), max(1, int(max(left, right)))
