"""The crops of what looks like text on a page."""

import cv2
import numpy as np

from penscript.reading.detect import Region
from penscript.reading.seen import Seen

PAPER, INK = 230, 40


def _page(ink: int) -> tuple[np.ndarray, list[Region]]:
    """Two words far apart, and a colon between them that is as dark as `ink`."""
    page = np.full((100, 600, 3), PAPER, np.uint8)
    for text, left in (("Total", 20), ("12.50", 420)):
        cv2.putText(page, text, (left, 62), cv2.FONT_HERSHEY_SIMPLEX, 1, (INK, INK, INK), 2)
    for y in (46, 60):
        cv2.circle(page, (260, y), 2, (ink, ink, ink), -1)
    lefts = [(16, 110), (414, 520)]
    quads = [np.array([[a, 34], [b, 34], [b, 70], [a, 70]], np.float32) for a, b in lefts]
    return page, [Region(quad, 0.9, quad) for quad in quads]


def test_a_worn_mark_is_read_in_black_on_white_and_a_word_as_it_is() -> None:
    seen = Seen(*_page(ink=140))
    assert seen.marks == 1
    assert (seen.crops[2].min(), np.median(seen.crops[2])) == (0, 255)
    assert np.median(seen.crops[0]) == PAPER


def test_a_page_without_marks_has_a_crop_a_region() -> None:
    seen = Seen(*_page(ink=PAPER))
    assert (seen.marks, len(seen.crops)) == (0, 2)
