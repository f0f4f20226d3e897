import cv2
import numpy as np

from penscript.reading.detect import AREA, Region, detect, detect_level, fit, in_strips, outlines, survey


def test_a_page_is_fitted_to_the_network() -> None:
    for size, ratio in (((2000, 1500), 0.5), ((600, 400), 1.3), ((5000, 300), 0.4), ((33, 4000), 0.5)):
        shrunk, scale = fit(np.zeros(size, np.uint8), ratio)
        height, width = shrunk.shape[:2]
        assert height % 32 == width % 32 == 0
        np.testing.assert_allclose(scale, [width / size[1], height / size[0]], rtol=1e-6)


def test_small_text_is_looked_at_closer() -> None:
    seen: list[tuple[int, ...]] = []

    def heat_of(pixels: np.ndarray) -> np.ndarray:
        seen.append(pixels.shape[:2])
        return np.where(pixels[:, :, 0] < 100, 0.9, 0.0).astype(np.float32)

    page = np.full((2400, 1800, 3), 255, np.uint8)
    for row in range(10):
        page[300 + 40 * row : 312 + 40 * row, 200:700] = 0
    regions = detect(page, heat_of)
    assert len(seen) == 2
    assert seen[0][0] * seen[0][1] <= 1.05 * AREA
    assert len(regions) == 10
    assert abs(min(region.quad[:, 1].min() for region in regions) - 300) < 12


def test_a_line_in_a_bow_is_kept_for_those_who_ask_in_the_same_look() -> None:
    page = np.full((600, 700, 3), 255, np.uint8)
    cv2.line(page, (60, 520), (640, 520), (0, 0, 0), 14)
    cv2.ellipse(page, (350, 380), (280, 260), 0, 200, 340, (0, 0, 0), 14)
    seen = []

    def heat_of(pixels: np.ndarray) -> np.ndarray:
        seen.append(pixels)
        return np.where(pixels[:, :, 0] < 128, 0.9, 0.0).astype(np.float32)

    found = survey(page, heat_of)
    assert (len(seen), len(found.straight), len(found.bent)) == (1, 1, 2)
    assert [len(detect(page, heat_of, bent)) for bent in (False, True)] == [1, 2]


def test_outlines_are_wider_than_the_likely_pixels() -> None:
    heat = np.zeros((200, 400), np.float32)
    heat[100:110, 50:350] = 0.9
    (found,) = outlines(heat)
    quad, score = found.quad, found.score
    assert score > 0.7
    left, top = quad.min(axis=0)
    right, bottom = quad.max(axis=0)
    assert 30 < left < 50
    assert 350 < right < 370
    assert 85 < top < 100
    assert 110 < bottom < 125


def test_what_is_small_or_unlikely_is_no_text() -> None:
    heat = np.zeros((100, 100), np.float32)
    heat[10:12, 10:12] = 0.9
    heat[50:60, 10:90] = 0.4
    assert outlines(heat) == []


def test_an_outline_leans_with_its_text() -> None:
    heat = np.zeros((300, 300), np.float32)
    cv2.line(heat, (40, 60), (260, 187), 0.95, 9)
    quad = outlines(heat)[0].quad
    sides = np.roll(quad, -1, axis=0) - quad
    longest = sides[np.argmax(np.hypot(*sides.T))]
    assert abs(abs(np.degrees(np.arctan(longest[1] / longest[0]))) - 30) < 2


def test_the_contour_bends_with_its_text() -> None:
    heat = np.zeros((120, 300), np.float32)
    bow = np.array([(x, 60 + 10 * np.cos((x - 150) / 60)) for x in range(30, 270, 5)], np.int32)
    cv2.polylines(heat, [bow], False, 0.95, 25)
    (found,) = outlines(heat)
    middle = found.contour[np.abs(found.contour[:, 0] - 150) < 10, 1]
    assert abs(float(middle.mean()) - 70) < 4
    moved = found.moved(np.array([2, 3], np.float32), (10, 0))
    assert np.allclose(moved.contour, found.contour * (2, 3) + (10, 0))
    assert np.allclose(moved.quad, found.quad * (2, 3) + (10, 0))


def test_regions_come_back_in_pixels_of_the_page() -> None:
    def heat_of(pixels: np.ndarray) -> np.ndarray:
        grey = pixels[:, :, 0].astype(np.float32)
        return np.where(grey < 128, 0.9, 0.0).astype(np.float32)

    page = np.full((1500, 1200, 3), 255, np.uint8)
    page[700:730, 300:900] = 0
    (region,) = detect(page, heat_of)
    assert 250 < region.quad[:, 0].min() < 300
    assert 900 < region.quad[:, 0].max() < 950
    assert region.quad[:, 1].min() < 700
    assert region.quad[:, 1].max() > 730
    assert (region.quad >= 0).all()


def test_text_that_leans_is_seen_level() -> None:
    page = np.full((900, 1200, 3), 255, np.uint8)
    page[300:330, 300:900] = 0
    page[400:430, 300:900] = 0
    matrix = cv2.getRotationMatrix2D((600, 450), -30, 1.0)
    leaning = cv2.warpAffine(page, matrix, (1200, 900), borderValue=(255, 255, 255))
    rows: list[int] = []

    def heat_of(pixels: np.ndarray) -> np.ndarray:
        heat = np.where(pixels[:, :, 0] < 128, 0.9, 0.0).astype(np.float32)
        rows.append(int((heat.max(axis=1) > 0).sum()))
        assert pixels.shape[0] % 32 == pixels.shape[1] % 32 == 0
        return heat

    found = detect(leaning, heat_of)
    level = detect_level(leaning, found, 30.0, heat_of)
    assert rows[-1] < 0.3 * rows[0]
    assert len(level) == len(found) == 2
    for one, other in zip(sorted(found, key=_top), sorted(level, key=_top), strict=True):
        assert np.abs(one.quad.mean(axis=0) - other.quad.mean(axis=0)).max() < 3
        assert np.abs(np.ptp(one.contour, axis=0) - np.ptp(other.contour, axis=0)).max() < 12


def test_strips_see_what_the_whole_shows() -> None:
    view = np.random.default_rng(0).integers(0, 255, (1280, 960, 3), np.uint8)
    seen: list[int] = []

    def heat_of(pixels: np.ndarray) -> np.ndarray:
        seen.append(pixels.shape[0] * pixels.shape[1])
        assert pixels.shape[0] % 32 == 0
        return (pixels[:, :, 0] / 255).astype(np.float32)

    np.testing.assert_array_equal(in_strips(heat_of)(view), heat_of(view))
    assert len(seen) == 6
    assert max(seen[:-1]) < 400_000


def _top(region: Region) -> float:
    return float(region.quad[:, 1].min())
