"""Pictures of one line -> what the recogniser sees. The same pixels at learning and at reading.

A line picture is uint8, height x width (grey) or height x width x 3 (RGB, as everywhere in Penscript). The network
wants float32 planes in BGR order, value (x / 255 - 0.5) / 0.5, padded with zeros on the right: `stack_lines` makes
them.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

BUCKET = 64
NARROWEST = 192
FINE, SHORTEST = 8, 64
"""The same where lines are read rather than learnt; the first is a multiple of every stride."""
MARK, ALONE = 40, 128
"""A line narrower than the first, a mark on its own, is read at the second width: with less room colons are misread."""
WIDEST = 6400


def scale_line(picture: NDArray[np.uint8], height: int = 48) -> NDArray[np.uint8]:
    """The line at `height` pixels, aspect kept: uint8, height x width x 3, RGB (grey becomes three equal channels).

    Raises ValueError for an empty picture or one that has not one or three channels.
    """
    if picture.ndim not in (2, 3) or 0 in picture.shape or (picture.ndim == 3 and picture.shape[2] not in (1, 3)):
        raise ValueError(f"a line picture is height x width or height x width x 3, not {picture.shape}")
    width = min(WIDEST, max(1, round(picture.shape[1] * height / picture.shape[0])))
    smaller = picture.shape[0] > height or picture.shape[1] > width
    scaled = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    if scaled.ndim == 2:
        scaled = cv2.cvtColor(scaled, cv2.COLOR_GRAY2RGB)
    return np.asarray(scaled, dtype=np.uint8)


def bucket_width(width: int) -> int:
    """The padded width in pixels at learning: the next multiple of 64, never under 192, so that many lines share it."""
    return max(NARROWEST, -(-width // BUCKET) * BUCKET)


def padded_width(width: int, room: int = 0) -> int:
    """The padded width in pixels at reading: the next multiple of 8, never under 64, nor under 128 for a single mark.

    room: how many of them are empty at least. It depends on the line alone, so a line reads the same whatever it is
    read beside.
    """
    return max(SHORTEST if width >= MARK else ALONE, -(-(width + room) // FINE) * FINE)


def stack_lines(lines: Sequence[NDArray[np.uint8]], width: int) -> NDArray[np.float32]:
    """Scaled lines of equal height as float32 N x 3 x height x `width`: BGR, -1 to 1, zeros to the right.

    Raises ValueError where there is no line or one is wider than `width`.
    """
    if not lines or max(line.shape[1] for line in lines) > width:
        raise ValueError(f"cannot stack {len(lines)} lines at width {width}")
    stacked = np.zeros((len(lines), 3, lines[0].shape[0], width), np.float32)
    for place, line in zip(stacked, lines, strict=True):
        for plane, channel in zip(place[:, :, : line.shape[1]], cv2.split(line)[::-1], strict=True):
            np.multiply(channel, np.float32(2 / 255), out=plane)
            np.subtract(plane, np.float32(1), out=plane)
    return stacked
