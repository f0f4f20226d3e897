"""The choice between a page and its views, with a detector and a recogniser that know what they should see."""

from collections.abc import Sequence

import cv2
import numpy as np

from penscript.document import Character, Reading
from penscript.reading.detect import Region
from penscript.reading.paper import Sheet, best_view

HEIGHT, WIDTH = 900, 800


def drawn(bend: float) -> np.ndarray:
    """A page with rows of strokes for lines of text, bent by so many pixels."""
    pixels = np.full((HEIGHT, WIDTH), 245, np.uint8)
    x = np.arange(80, 720)
    x = x[x % 8 < 3]
    for y in range(100, 800, 60):
        for shift in range(16):
            pixels[(y + shift + bend * np.sin(x / 130)).astype(int), x] = 30
    return pixels


def look(pixels: np.ndarray) -> list[Region]:
    """Every row of strokes is a piece of text."""
    dark = cv2.morphologyEx((pixels < 128).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, 15), np.uint8))
    contours, _ = cv2.findContours(dark, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found = [one for one in contours if cv2.contourArea(one) > 500]
    return [
        Region(cv2.boxPoints(cv2.minAreaRect(one)).astype(np.float32), 0.9, one[:, 0].astype(np.float32))
        for one in found
    ]


def read(crops: Sequence[np.ndarray]) -> list[Reading]:
    """The more of its crop the strokes fill, the less surprise there is."""
    paper = [float((crop > 128).mean()) for crop in crops]
    return [Reading("a", 0.9, (Character("a", 0, 1, 0.9),), path=share) for share in paper]


def contrary(crops: Sequence[np.ndarray]) -> list[Reading]:
    """The less of its crop the strokes fill, the less surprise there is."""
    return [Reading("a", 0.9, one.characters, path=1 - one.path) for one in read(crops)]


def sheet(bend: float) -> Sheet:
    return Sheet(drawn(bend), look(drawn(bend)))


def test_a_bent_page_is_flattened() -> None:
    view = best_view(sheet(25), look, read)
    assert view.transform is not None
    heights = [np.ptp(region.contour[:, 1]) for region in view.regions]
    assert len(heights) == 12
    assert max(heights) < 26
    assert min(np.ptp(region.contour[:, 1]) for region in sheet(25).regions) > 50


def test_a_view_that_reads_worse_is_not_taken() -> None:
    page = sheet(25)
    assert best_view(page, look, contrary) is page


def test_a_flat_page_is_never_looked_at_again() -> None:
    def never(_: object) -> list:
        raise AssertionError

    page = sheet(0)
    assert best_view(page, never, never) is page
    blank = Sheet(np.full((50, 50, 3), 255, np.uint8), [])
    assert best_view(blank, never, never) is blank
