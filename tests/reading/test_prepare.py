import numpy as np
import pytest

from penscript.reading.prepare import evened, is_pale, is_uneven, strengthened

SIZE = (900, 700)
PLACES = [(y, x) for y in range(80, 860, 90) for x in (60, 400)]
QUADS = [np.array([(x, y), (x + 200, y), (x + 200, y + 24), (x, y + 24)], np.float32) for y, x in PLACES]


def page(colour: bool = True) -> np.ndarray:
    """Light paper with strokes, as float."""
    pixels = np.full(SIZE, 240.0)
    for y, x in PLACES:
        pixels[y : y + 24, x : x + 200 : 8] = 40
    return np.repeat(pixels[..., None], 3, axis=2) if colour else pixels


def shadowed(colour: bool = True) -> np.ndarray:
    """The page with a shadow over its right half, warm where it is dark."""
    light = 1 - 0.6 / (1 + np.exp((350 - np.arange(SIZE[1])) / 12))
    tint = np.array([1.0, 0.95, 0.85])
    lit = page(colour) * (light[None, :, None] ** (1 / tint) if colour else light[None])
    return lit.astype(np.uint8)


@pytest.mark.parametrize("colour", [True, False])
def test_a_shadow_is_found_and_taken_away(colour: bool) -> None:
    assert is_uneven(shadowed(colour), QUADS)
    even = evened(shadowed(colour))
    assert even.dtype == np.uint8
    assert even.shape == shadowed(colour).shape
    paper = even[150:160]
    assert paper.min() > 215
    assert even[85:100, 408:600:8].max() < 120
    assert not is_uneven(even, QUADS)


def test_a_page_in_even_light_stays_as_it_is() -> None:
    assert not is_uneven(page().astype(np.uint8), QUADS)
    assert not is_uneven((page() * 0.4).astype(np.uint8), QUADS)


def test_too_little_text_says_nothing_of_the_light() -> None:
    assert not is_uneven(shadowed(), QUADS[:3])
    assert not is_uneven(shadowed(), [])


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (400, 3)])
def test_the_smallest_pictures(size: tuple[int, int]) -> None:
    assert evened(np.full((*size, 3), 90, np.uint8)).shape == (*size, 3)


@pytest.mark.parametrize("colour", [True, False])
@pytest.mark.parametrize("inverted", [True, False])
def test_a_pale_page_is_strengthened(colour: bool, inverted: bool) -> None:
    pale = (150 + (page(colour) - 240) / 7).astype(np.uint8)
    pale = 255 - pale if inverted else pale
    assert is_pale(pale, QUADS)
    strong = strengthened(pale)
    assert strong.dtype == np.uint8
    assert strong.shape == pale.shape
    assert (int(strong.min()), int(strong.max())) == (0, 255)
    assert not is_pale(strong, QUADS)


def test_dark_ink_and_pages_without_text_are_not_pale() -> None:
    assert not is_pale(page().astype(np.uint8), QUADS)
    assert not is_pale(np.full(SIZE, 240, np.uint8), [])
