import cv2
import numpy as np
import pytest

from penscript.reading.ground import inverted, is_mostly_negative, is_negative
from penscript.reading.image import levels


def written(ink: int, ground: int, colour: bool = True) -> np.ndarray:
    crop = np.full((40, 300, 3), ground, np.uint8)
    cv2.putText(crop, "Total 12.50", (8, 30), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (ink,) * 3, 3, cv2.LINE_AA)
    return crop if colour else crop[..., 0]


@pytest.mark.parametrize("colour", [True, False])
@pytest.mark.parametrize(
    ("ink", "ground", "expected"),
    [(0, 255, False), (255, 0, True), (120, 200, False), (190, 110, True), (90, 84, False)],
)
def test_ink_lighter_than_its_ground_is_negative(ink: int, ground: int, expected: bool, colour: bool) -> None:
    assert is_negative(written(ink, ground, colour)) is expected


def test_a_page_is_what_most_of_its_text_is() -> None:
    crops = [np.zeros((40, 300)), np.zeros((40, 100)), np.zeros((40, 100))]
    assert is_mostly_negative(crops, [True, False, False])
    assert not is_mostly_negative(crops, [False, True, True])
    assert not is_mostly_negative([], [])


def test_black_becomes_white() -> None:
    assert inverted(np.array([[0, 200]], np.uint8)).tolist() == [[255, 55]]


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (24, 200), (32, 333)])
def test_levels_are_the_percentiles_of_pixels(shape: tuple[int, int]) -> None:
    for seed in range(20):
        pixels = np.random.default_rng(seed).normal(120, 60, shape).clip(0, 255).astype(np.uint8)
        assert levels(pixels, (2, 4, 50, 75, 96)) == pytest.approx(np.percentile(pixels, (2, 4, 50, 75, 96)))
