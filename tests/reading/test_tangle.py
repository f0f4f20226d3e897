"""Lines that are tied together in the heat map come apart."""

import cv2
import numpy as np
import pytest

from penscript.reading.detect import outlines

HOT = 0.95


def page() -> np.ndarray:
    return np.zeros((300, 500), np.float32)


def line(heat: np.ndarray, y: int, left: int = 40, right: int = 440) -> None:
    heat[y : y + 14, left:right] = HOT


def boxes(heat: np.ndarray) -> list[list[int]]:
    """Left, top, right and bottom of every piece, from the top down."""
    found = [[*one.quad.min(axis=0), *one.quad.max(axis=0)] for one in outlines(heat)]
    return sorted(([round(float(side)) for side in box] for box in found), key=lambda box: box[1])


def turned(heat: np.ndarray, degrees: float) -> np.ndarray:
    matrix = cv2.getRotationMatrix2D((250, 150), degrees, 1)
    return np.asarray(cv2.warpAffine(heat, matrix, (500, 300)), np.float32)


@pytest.mark.parametrize("degrees", [0, 8, -8])
def test_a_stroke_that_ties_two_lines_together_parts_them(degrees: float) -> None:
    heat = page()
    line(heat, 100)
    line(heat, 160)
    heat[100:174, 440:448] = HOT
    assert len(outlines(turned(heat, degrees))) == 2


def test_a_line_with_a_flourish_is_not_lost() -> None:
    heat = page()
    line(heat, 150)
    heat[40:150, 200:206] = HOT
    (box,) = boxes(heat)
    assert box[0] < 40
    assert box[2] > 440
    assert 120 < box[1] < 150
    assert 164 < box[3] < 190


def test_a_note_down_the_margin_is_a_piece_beside_the_line_that_it_crosses() -> None:
    heat = page()
    line(heat, 200)
    heat[20:280, 60:74] = HOT
    assert len(outlines(heat)) >= 2
    assert any(box[2] > 440 and box[3] - box[1] < 60 for box in boxes(heat))


def test_words_between_the_lines_come_off_the_line_that_they_touch() -> None:
    heat = page()
    line(heat, 150)
    cv2.line(heat, (250, 150), (290, 130), HOT, 12)
    heat[118:132, 285:430] = HOT
    tops = [box[1] for box in boxes(heat)]
    assert len(tops) >= 2
    assert min(tops) < 118
    assert max(tops) > 125


def test_a_line_that_runs_in_a_slight_bow_stays_whole() -> None:
    heat = page()
    x = np.arange(30, 470)
    for one, y in zip(x, (150 + 6 * np.cos((x - 250) / 140)).astype(int), strict=True):
        heat[y : y + 14, one] = HOT
    assert len(outlines(heat)) == 1
