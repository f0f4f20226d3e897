import numpy as np
import pytest

from penscript.evaluation.camera import VIEWS, View, photograph, view_of

CORNERS = [(60, 40), (239, 40), (239, 99), (60, 99)]


def page(colour: bool = True) -> np.ndarray:
    """A light page with one dark block."""
    pixels = np.full((400, 300, 3) if colour else (400, 300), 235, np.uint8)
    pixels[40:100, 60:240] = 20
    return pixels


@pytest.mark.parametrize("kind", VIEWS)
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("colour", [True, False])
def test_the_truth_moves_along(kind: str, seed: int, colour: bool) -> None:
    photo = photograph(page(colour), view_of(kind, seed), seed)
    assert photo.pixels.dtype == np.uint8
    assert photo.pixels.ndim == page(colour).ndim
    grey = photo.pixels if photo.pixels.ndim == 2 else photo.pixels[..., 0]
    middle = np.mean(CORNERS, axis=0)
    for corner in CORNERS:
        toward = middle - corner
        (inside, outside) = photo.move([tuple(corner + 0.15 * toward), tuple(corner - 0.15 * toward)])
        assert int(grey[round(inside[1]), round(inside[0])]) < int(grey[round(outside[1]), round(outside[0])]) - 20


@pytest.mark.parametrize("kind", VIEWS)
def test_a_ray_meets_the_point_that_is_seen_there(kind: str) -> None:
    camera = photograph(page(), view_of(kind, 3), 3).camera
    points = np.array([(0.0, 0.0), (150.0, 200.0), (299.0, 10.0), (20.0, 390.0)])
    assert np.abs(camera.trace(camera.project(points)) - points).max() < 0.01


def test_a_sheet_seen_from_above_keeps_its_shape() -> None:
    camera = photograph(page(), View()).camera
    seen = camera.project(np.array(CORNERS, np.float64))
    assert np.allclose(np.diff(seen, axis=0), np.diff(np.array(CORNERS), axis=0))


def test_paper_does_not_stretch() -> None:
    profile = photograph(page(), view_of("curled", 2), 2).camera.profile
    steps = np.hypot(np.diff(profile.place), np.diff(profile.height))
    assert np.allclose(steps, np.diff(profile.length))


def test_the_same_seed_gives_the_same_pixels() -> None:
    one, other = (photograph(page(), view_of("photo", 4), 4) for _ in range(2))
    assert np.array_equal(one.pixels, other.pixels)
    assert not np.array_equal(one.pixels.shape, photograph(page(), view_of("photo", 5), 5).pixels.shape)


def test_a_page_lies_whole_on_its_table() -> None:
    photo = photograph(page(), view_of("photo", 1), 1)
    height, width = photo.pixels.shape[:2]
    corners = np.array(photo.move([(0, 0), (299, 0), (299, 399), (0, 399)]))
    assert (corners > 5).all()
    assert (corners < (width - 5, height - 5)).all()
