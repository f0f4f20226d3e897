import cv2
import numpy as np
import pytest

from penscript.reading import transform as transform_module
from penscript.reading.transform import Transform, homography

CORNERS = np.array([(40.0, 30.0), (410.0, 70.0), (380.0, 520.0), (15.0, 470.0)])
POINTS = np.array([(50.0, 60.0), (300.0, 100.0), (10.0, 440.0), (222.5, 333.3)])


def waved() -> Transform:
    """A view in which the page's lines, which run in a wave, are straight."""
    return Transform.of((400, 600), lambda p: np.column_stack([p[:, 0], p[:, 1] + 12 * np.sin(p[:, 0] / 70)]))


def projective(corners: np.ndarray) -> Transform:
    return Transform.of((372, 451), homography(corners, (372, 451))[1])


@pytest.mark.parametrize("transform", [waved(), projective(CORNERS), waved().then(projective(CORNERS))])
def test_there_and_back(transform: Transform) -> None:
    assert np.abs(transform.to_view(transform.to_source(POINTS)) - POINTS).max() < 0.01
    assert np.abs(transform.to_source(transform.to_view(POINTS)) - POINTS).max() < 0.01


def test_points_beyond_the_view_come_back_too() -> None:
    points = np.array([(-30.0, -20.0), (440.0, 650.0)])
    assert np.abs(waved().to_view(waved().to_source(points)) - points).max() < 0.01


def test_a_quadrilateral_becomes_a_rectangle() -> None:
    there, back = homography(CORNERS, (372, 451))
    box = np.array([(0, 0), (372, 0), (372, 451), (0, 451)], np.float64)
    assert np.abs(back(box) - CORNERS).max() < 0.5
    assert np.abs(there(CORNERS) - box).max() < 0.5


def test_a_view_of_a_view() -> None:
    first, second = waved(), projective(CORNERS)
    assert np.abs(first.then(second).to_source(POINTS) - first.to_source(second.to_source(POINTS))).max() < 0.3


def test_the_view_shows_what_lies_there() -> None:
    page = np.full((640, 400), 240, np.uint8)
    x = np.arange(400)
    for shift in range(-2, 3):
        page[(300 + 12 * np.sin(x / 70)).astype(int) + shift, x] = 10
    seen = waved().view(page)
    assert seen.shape == (600, 400)
    assert (seen[300, 5:395] < 60).all()
    assert (seen[[290, 310]] > 200).all()


def test_a_bent_outline_follows_its_line() -> None:
    box = np.array([(40, 290), (340, 290), (340, 310), (40, 310)], np.float64)
    outline = waved().outline_to_source(box)
    top, bottom = outline[: len(outline) // 2], outline[len(outline) // 2 :][::-1]
    assert np.allclose(bottom - top, (0, 20), atol=0.1)
    assert np.allclose(top[:, 1], 290 + 12 * np.sin(top[:, 0] / 70), atol=0.5)
    assert np.allclose(waved().quad_to_source(box.astype(np.float32))[2], outline[len(outline) // 2], atol=0.1)


def test_a_large_view_is_made_of_strips_without_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    page = np.random.default_rng(0).integers(0, 255, (640, 420, 3)).astype(np.uint8)
    page = np.asarray(cv2.GaussianBlur(page, (0, 0), 3))
    whole = waved().view(page)
    monkeypatch.setattr(transform_module, "STRIP", 400 * 37)
    assert np.abs(waved().view(page).astype(int) - whole.astype(int)).max() <= 2
