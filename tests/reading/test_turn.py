from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from penscript.document import Character, Reading
from penscript.reading.turn import aligned, leans, on_its_head, rotation, trial, upright


def box(x: float, y: float, width: float, height: float, *, angle: float = 0.0, first: int = 0) -> np.ndarray:
    """Corners of a box that is turned about the origin by `angle` degrees, beginning with any of them."""
    corners = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
    turn = cv2.getRotationMatrix2D((0, 0), -angle, 1)[:, :2]
    return np.roll(corners @ turn.T, first, axis=0).astype(np.float32)


def page(angle: float) -> list[np.ndarray]:
    lines = [box(10, 40 * row, 300, 20, angle=angle, first=row % 4) for row in range(6)]
    return [*lines, box(320, 40, 18, 20, angle=angle, first=1), box(320, 80, 24, 20, angle=angle, first=3)]


def directions(quads: Sequence[np.ndarray]) -> list[float]:
    return [float(np.degrees(np.arctan2(*(quad[1] - quad[0])[::-1]))) for quad in quads]


@pytest.mark.parametrize("angle", [0, 3, -10, 25, -45, 45, 90, 80, 115])
def test_every_outline_runs_with_the_page(angle: float) -> None:
    np.testing.assert_allclose(directions(aligned(page(angle))), angle, atol=0.5)


def test_a_long_piece_across_the_page_keeps_its_direction() -> None:
    quads = aligned([*page(0), box(400, 0, 20, 200)])
    assert abs(directions(quads)[-1]) == pytest.approx(90)


@pytest.mark.parametrize("angle", [0, -10, 25, 90])
@pytest.mark.parametrize("width", [12, 8])
def test_a_lone_digit_runs_with_the_page(angle: float, width: float) -> None:
    quads = aligned([*page(angle), box(400, 40, width, 20, angle=angle, first=1)])
    np.testing.assert_allclose(directions(quads), angle, atol=0.5)


def test_no_outlines_are_no_error() -> None:
    assert aligned([]) == []
    assert trial([], [], lambda crops: []) == (False, {})
    assert upright([], [], lambda crops: [], {}) == ([], [])


def read(crops: Sequence[np.ndarray]) -> list[Reading]:
    """Sure of crops that are brighter above than below."""
    sure = [0.98 if crop[0].mean() > crop[-1].mean() else 0.5 for crop in crops]
    return [Reading("ab", score, tuple(Character(c, 0, 1, score) for c in "ab")) for score in sure]


@pytest.mark.parametrize("stands", [True, False])
def test_a_page_on_its_head_is_turned(stands: bool) -> None:
    quads = aligned(page(0))
    line = np.vstack([np.full((10, 200, 3), 250, np.uint8), np.full((10, 200, 3), 5, np.uint8)])
    calls: list[int] = []

    def counted(crops: Sequence[np.ndarray]) -> list[Reading]:
        calls.append(len(crops))
        return read(crops)

    crops = [line if stands else line[::-1]] * len(quads)
    turned, known = trial(quads, crops, counted)
    assert turned is not stands
    if turned:
        quads, crops = on_its_head(quads, crops)
    heads, readings = upright(quads, crops, counted, known)
    assert all(reading.score == 0.98 for reading in readings)
    np.testing.assert_allclose(np.abs(directions(heads)), 0 if stands else 180, atol=0.5)
    assert sum(calls) == len(quads) + (0 if stands else 4)


@pytest.mark.parametrize(("angle", "degrees"), [(0, 0), (20, 0), (90, 270), (180, 180), (-90, 90), (-170, 180)])
def test_rotation_makes_the_page_upright(angle: float, degrees: int) -> None:
    assert rotation(angle) == degrees
    assert leans(angle) is (angle != 0)


def test_outlines_follow_a_direction_that_is_known() -> None:
    np.testing.assert_allclose(directions(aligned(page(0), 175)), [180] * 8, atol=0.5)
