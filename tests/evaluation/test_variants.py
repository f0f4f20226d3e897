import numpy as np
import pytest

from penscript.evaluation.matching import overlap
from penscript.evaluation.variants import KINDS, make_variant

CORNERS = [(40, 30), (139, 30), (139, 59), (40, 59)]


def page(colour: bool = True) -> np.ndarray:
    """A light page with one dark block."""
    pixels = np.full((200, 300, 3) if colour else (200, 300), 230, np.uint8)
    pixels[30:60, 40:140] = 20
    return pixels


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("colour", [True, False])
def test_the_truth_moves_along(kind: str, seed: int, colour: bool) -> None:
    variant = make_variant(page(colour), kind, seed)
    assert variant.pixels.dtype == np.uint8
    assert variant.pixels.ndim == page(colour).ndim
    moved = np.array(variant.move(CORNERS))
    grey = variant.pixels if variant.pixels.ndim == 2 else variant.pixels[..., 0]
    inside, (x, y) = moved.mean(0), moved[0]
    middle = int(grey[round(inside[1]), round(inside[0])])
    outside = np.array((x, y)) + (np.array((x, y)) - inside) * 0.2
    lighter = int(grey[round(outside[1]), round(outside[0])]) - middle
    assert (-lighter if kind == "inverted" else lighter) > 20


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_pixels(kind: str) -> None:
    assert np.array_equal(make_variant(page(), kind, 4).pixels, make_variant(page(), kind, 4).pixels)


def test_a_quarter_turn_is_clockwise_and_exact() -> None:
    variant = make_variant(page(), "rotated-90")
    assert variant.pixels.shape == (300, 200, 3)
    assert variant.move([(0, 0)]) == [(199, 0)]
    assert variant.pixels[40, 199 - 30].tolist() == [20, 20, 20]


def test_four_quarter_turns_are_none() -> None:
    pixels = page()
    for _ in range(4):
        pixels = make_variant(pixels, "rotated-90").pixels
    assert np.array_equal(pixels, page())


def test_a_skewed_page_loses_nothing() -> None:
    variant = make_variant(page(), "skewed-25")
    height, width = variant.pixels.shape[:2]
    edges = np.array(variant.move([(0, 0), (299, 0), (299, 199), (0, 199)]))
    assert (edges.min(0) >= -1).all()
    assert (edges.max(0) <= (width, height)).all()
    assert overlap(variant.move(CORNERS), CORNERS) < 0.9


def test_light_and_contrast_change() -> None:
    shadow, faint = make_variant(page(), "shadowed").pixels, make_variant(page(), "pale").pixels
    assert shadow.min() < 20
    assert np.ptp(shadow[100].astype(int)) > 80
    assert np.ptp(faint.astype(int)) < 90


def test_paper_is_ruled_along_and_squared_both_ways() -> None:
    blank = np.full((340, 300), 240, np.uint8)
    lines, squares = make_variant(blank, "ruled").pixels, make_variant(blank, "squared").pixels
    assert (lines == lines[:, :1]).all()
    assert 30 <= np.sum(np.diff(lines[:, 0].astype(int)) < -20) <= 35
    assert np.ptp(squares[:, 0].astype(int)) > 30
    assert np.ptp(squares[0].astype(int)) > 30


def test_faint_ink_stays_darker_than_its_paper() -> None:
    pixels = make_variant(page(), "faint").pixels.astype(int)
    assert 40 < pixels[:, 200:].mean() - pixels[40:50, 60:120].mean() < 120
