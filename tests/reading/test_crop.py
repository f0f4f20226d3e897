import numpy as np

from penscript.reading.crop import crop, size_of


def page() -> np.ndarray:
    picture = np.full((100, 200, 3), 255, np.uint8)
    picture[20:40, 50:150, 0] = np.arange(100)
    return picture


def test_an_upright_crop_is_a_slice() -> None:
    quad = np.array([[50, 20], [150, 20], [150, 40], [50, 40]], np.float32)
    np.testing.assert_array_equal(crop(page(), quad), page()[20:40, 50:150])


def test_the_first_corner_is_the_top_left_of_the_text() -> None:
    quad = np.array([[50, 20], [140, 20], [140, 40], [50, 40]], np.float32)
    turned = crop(page(), np.roll(quad, 2, axis=0))
    assert turned.shape == (20, 90, 3)
    np.testing.assert_allclose(turned[10, 10:80, 0], crop(page(), quad)[::-1, ::-1][10, 10:80, 0], atol=2)
    assert crop(page(), np.roll(quad, 1, axis=0)).shape == (90, 20, 3)


def test_a_crop_is_never_empty_and_may_reach_beyond_the_page() -> None:
    assert size_of(np.zeros((4, 2), np.float32)) == (1, 1)
    beyond = np.array([[-20, -20], [30, -20], [30, 10], [-20, 10]], np.float32)
    assert crop(page(), beyond).shape == (30, 50, 3)
