"""The choice between a page and its views, with a detector and a recogniser that know what they should see."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import cv2
import numpy as np
import pytest

from penscript.document import Bounds, Character, Line, Page, PageStatus, Reading
from penscript.packs.protocol import Recognizer
from penscript.reading import paper
from penscript.reading.detect import Region
from penscript.reading.paper import Found, Sheet, best_of, in_order, together, views_of
from penscript.reading.piece import Piece
from penscript.reading.sheets import Paper

HEIGHT, WIDTH = 900, 800


def drawn(bend: float) -> np.ndarray:
    """A page with rows of strokes for lines of text, bent by so many pixels."""
    pixels = np.full((HEIGHT, WIDTH), 245, np.uint8)
    x = np.arange(80, 720)
    x = x[x % 8 < 3]
    for y in range(100, 800, 60):
        for shift in range(16):
            pixels[(y + shift + bend * np.sin(x / 130)).astype(int), x] = 30
    return pixels


def look(pixels: np.ndarray) -> list[Region]:
    """Every row of strokes is a piece of text."""
    dark = cv2.morphologyEx((pixels < 128).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, 15), np.uint8))
    contours, _ = cv2.findContours(dark, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found = [one for one in contours if cv2.contourArea(one) > 500]
    return [
        Region(cv2.boxPoints(cv2.minAreaRect(one)).astype(np.float32), 0.9, one[:, 0].astype(np.float32))
        for one in found
    ]


def read(crops: Sequence[np.ndarray]) -> list[Reading]:
    """The more of its crop the strokes fill, the less surprise there is."""
    paper = [float((crop > 128).mean()) for crop in crops]
    return [Reading("a", 0.9, (Character("a", 0, 1, 0.9),), path=share) for share in paper]


def contrast(crops: Sequence[np.ndarray]) -> list[Reading]:
    """The stronger the ink, the less surprise there is."""
    return [replace(read([crop])[0], path=255 - float(crop.std())) for crop in crops]


def sheet(bend: float) -> Sheet:
    return Sheet(drawn(bend), look(drawn(bend)))


def found(*worth: float) -> Found:
    """Pieces of which so many characters are expected to be right."""
    quad = np.zeros((4, 2), np.float32)
    return cast(Recognizer, None), [Piece(quad, Reading("a", one, (Character("a", 0, 1, one),))) for one in worth], 0


def test_a_bent_page_is_flattened() -> None:
    (view,) = views_of(sheet(25), look, read)
    assert view.transform is not None
    heights = [np.ptp(region.contour[:, 1]) for region in view.regions]
    assert len(heights) == 12
    assert max(heights) < 26
    assert min(np.ptp(region.contour[:, 1]) for region in sheet(25).regions) > 50


def test_a_flat_page_is_never_looked_at_again() -> None:
    def never(_: object) -> list:
        raise AssertionError

    assert views_of(sheet(0), never, never) == []
    assert views_of(Sheet(np.full((50, 50, 3), 255, np.uint8), []), never, never) == []


def test_a_page_in_shadow_is_seen_in_even_light() -> None:
    dark = drawn(0)
    dark[450:] //= 4
    (view,) = views_of(Sheet(dark, sheet(0).regions), lambda _: sheet(0).regions, contrast)
    assert view.transform is None
    assert view.pixels[800:, :50].mean() > 200


def test_views_are_read_only_where_clearly_more_is_read() -> None:
    page = sheet(0)
    view = Sheet(page.pixels, page.regions * 2)
    few, many = 30.0, 1000.0
    for lying, seen, taken in ((many, 1030.0, page), (many, 1050.0, view), (many, 900.0, page), (few, 45.0, page)):
        worths = {id(page): lying, id(view): seen}
        ((chosen, _),) = best_of(page, [view], lambda one, worths=worths: found(worths[id(one)]))
        assert chosen is taken


@pytest.mark.parametrize(("sure", "more", "is_read"), [(0.95, 1, False), (0.95, 2, True), (0.8, 1, True)])
def test_a_view_that_shows_no_more_than_a_page_that_reads_surely_is_not_read(
    sure: float, more: int, is_read: bool
) -> None:
    page = sheet(0)
    view = Sheet(page.pixels, page.regions * more)
    asked = []

    def read_sheet(one: Sheet) -> Found:
        asked.append(one)
        return found(sure) if one is page else found(*[1.0] * 100)

    ((chosen, _),) = best_of(page, [view], read_sheet)
    assert (chosen is view, asked) == (is_read, [page, view][: 1 + is_read])


def test_sheets_by_themselves_need_not_be_read_better() -> None:
    page, parts = sheet(0), [sheet(0), sheet(0)]
    chosen = best_of(page, parts, lambda one: found(10.0) if one is page else found(5.0))
    assert [one for one, _ in chosen] == parts
    chosen = best_of(page, parts, lambda one: found(10.0) if one is page else found(4.0))
    assert [one for one, _ in chosen] == [page]


def test_sheets_on_a_table_are_seen_one_by_one_and_the_rest_is_kept() -> None:
    table = np.full((1000, 1800), 70, np.uint8)
    places = [(60, 80), (950, 60)]
    for left, top in places:
        turned = cv2.getRotationMatrix2D((400, 450), 6 if left < 500 else -7, 0.85)
        turned[:, 2] += (left, top - 20)
        cover = cv2.warpAffine(np.full((HEIGHT, WIDTH), 255, np.uint8), turned, table.shape[::-1])
        np.copyto(table, cv2.warpAffine(drawn(0), turned, table.shape[::-1]), where=cover > 128)
    quads = [
        np.array([(x, y), (x + 50, y), (x + 50, y + 20), (x, y + 20)], np.float32) for x, y in ((400, 450), (1300, 500))
    ]
    regions = [Region(quad, 0.9, quad) for quad in [*quads, quads[0] + (480, 500)]]
    views = views_of(Sheet(table, regions), look, read)
    assert [view.transform is None for view in views] == [False, False, True]
    assert [len(view.regions) for view in views] == [12, 12, 1]
    middles = [view.transform.to_source(np.array([[400.0, 400.0]]))[0, 0] for view in views[:2] if view.transform]
    assert middles[0] < 900 < middles[1]


def test_pages_of_one_picture_keep_their_blocks_apart() -> None:
    line = Line("a", 50.0, Bounds(0, 0, 9, 9), ((0, 0), (9, 0), (9, 9), (0, 9)))
    one = Page(1, 100, 100, (line, replace(line, block=1)))
    page = together([one, Page(1, 100, 100, ()), one])
    assert [each.block for each in page.lines] == [0, 1, 2, 3]
    assert together([Page(1, 100, 100, ())]).status is PageStatus.BLANK


def test_sheets_are_read_row_by_row() -> None:
    box = np.array([(0, 0), (100, 0), (100, 140), (0, 140)], np.float64)
    side = np.zeros((2, 2))
    papers = [Paper(box + place, (side,) * 4, ()) for place in ((10, 400), (300, 30), (10, 60), (300, 380))]
    assert [tuple(one.corners[0]) for one in in_order(papers)] == [(10, 60), (300, 30), (10, 400), (300, 380)]


def test_a_huge_page_is_read_as_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "HUGE", HEIGHT * WIDTH - 1)
    assert views_of(sheet(25), look, read) == []
