import cv2
import numpy as np
import pytest

from penscript.evaluation.camera import photograph, view_of
from penscript.reading.sheets import find_papers

PAGE = (900, 650)


def page(shade: int = 238) -> np.ndarray:
    pixels = np.full((*PAGE, 3), shade, np.uint8)
    for y in range(80, 820, 45):
        pixels[y : y + 14, 60:590][:, ::3] = 40
    return pixels


def quads_of(photo: object) -> list[np.ndarray]:
    """Two lines of the page, where they stand on the photograph."""
    lines = [[(60, y), (590, y), (590, y + 14), (60, y + 14)] for y in (80, 710)]
    return [np.array(photo.move(line), np.float32) for line in lines]


@pytest.mark.parametrize("kind", ["perspective", "curled", "waved"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_view_of_a_sheet_is_the_sheet(kind: str, seed: int) -> None:
    photo = photograph(page(), view_of(kind, seed), seed)
    (paper,) = find_papers(photo.pixels, quads_of(photo))
    assert paper.is_askew
    assert paper.inside == (0, 1)
    view = paper.view()
    width, height = view.size
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    found = photo.camera.trace(view.to_source(corners))
    wanted = np.array([(0, 0), (650, 0), (650, 900), (0, 900)])
    assert np.abs(found - wanted).max() < 0.05 * PAGE[0]
    along = np.array(photo.move([(60 + 53 * step, 400) for step in range(11)]))
    rise = np.ptp(view.to_view(along)[:, 1])
    assert rise < (0.12 if kind == "waved" else 0.03) * height, "a line runs level, unless the paper bends within"


def test_a_page_that_fills_the_picture_is_no_sheet_on_something() -> None:
    assert find_papers(page(), [np.array([(60, 80), (590, 80), (590, 94), (60, 94)], np.float32)]) == []
    framed = cv2.copyMakeBorder(page(), 3, 3, 3, 3, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    assert find_papers(framed, [np.array([(60, 80), (590, 80), (590, 94), (60, 94)], np.float32)]) == []


def test_a_coloured_box_on_a_page_is_no_sheet() -> None:
    pixels = page()
    pixels[300:500, 100:550] = (250, 230, 120)
    text = [
        np.array([(x, y), (x + 200, y), (x + 200, y + 14), (x, y + 14)], np.float32)
        for x, y in ((150, 400), (60, 80), (60, 125), (60, 170), (60, 215))
    ]
    assert find_papers(pixels, text) == []


def test_a_sheet_without_text_is_found_where_it_is_lighter_than_the_table() -> None:
    scene = np.full((800, 1000), 90, np.uint8)
    scene[100:500, 100:400] = 235
    scene[200:600, 600:900] = 20
    (paper,) = find_papers(scene, [])
    assert paper.inside == ()
    assert not paper.is_askew
    assert np.abs(paper.corners[0] - 100).max() < 8


def test_the_top_of_a_sheet_is_where_its_text_begins() -> None:
    scene = np.full((800, 1000), 90, np.uint8)
    scene[100:500, 100:400] = 235
    up = np.array([(200, 450), (200, 150), (215, 150), (215, 450)], np.float32)
    (paper,) = find_papers(scene, [up])
    assert np.abs(paper.corners[0] - (100, 500)).max() < 8
    width, height = paper.view().size
    assert width > height


def test_grey_pictures_and_tiny_ones() -> None:
    scene = np.full((12, 10), 200, np.uint8)
    assert find_papers(scene, []) == []
    assert find_papers(np.full((3, 400, 3), 9, np.uint8), []) == []
