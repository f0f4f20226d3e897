"""Drawn lines."""

import cv2
import numpy as np
import pytest

from penscript.reading.rules import find_rules


def page(scale: int = 1) -> np.ndarray:
    return np.full((600 * scale, 800 * scale), 245, np.uint8)


def test_rules_are_found_where_they_are():
    pixels = page()
    cv2.line(pixels, (100, 200), (700, 200), 60, 2)
    cv2.line(pixels, (300, 150), (300, 500), 60, 1)
    cv2.putText(pixels, "No rules in letters", (100, 100), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0, 2)
    level, upright = find_rules(pixels)
    assert (level.x0, level.y0, level.x1, level.y1) == pytest.approx((100, 200, 700, 200), abs=4)
    assert (upright.x0, upright.y0, upright.x1, upright.y1) == pytest.approx((300, 150, 300, 500), abs=4)


def test_large_pages_give_their_own_pixels():
    pixels = page(4)
    cv2.line(pixels, (400, 800), (2800, 800), 60, 6)
    (rule,) = find_rules(np.repeat(pixels[..., None], 3, axis=2))
    assert (rule.x0, rule.y0, rule.x1) == pytest.approx((400, 800, 2800), abs=12)


def test_a_rule_a_little_askew_is_one():
    pixels = page()
    cv2.line(pixels, (50, 300), (750, 312), 60, 2)
    (rule,) = find_rules(pixels)
    assert (rule.y0, rule.y1) == pytest.approx((300, 312), abs=4)


def test_pictures_and_specks_have_no_rules():
    assert find_rules(page()) == ()
    assert find_rules(np.zeros((3, 5), np.uint8)) == ()
    assert find_rules(np.zeros((1, 5000), np.uint8)) == ()
    dark = page()
    dark[100:400, 100:500] = 30
    assert len(find_rules(dark)) <= 4


def test_a_page_of_one_row_has_none() -> None:
    assert find_rules(np.full((1, 5000), 255, np.uint8)) == ()
