import numpy as np
import pytest

from penscript.document import Barcode, Bounds, Line, Page, Word
from penscript.reading.flatten import flattened, longest, placed
from penscript.reading.transform import Transform

SIZE = (1000, 1400)


def bow(x: np.ndarray, y: float) -> np.ndarray:
    """Where a line that starts at height y runs on a page that is bent and seen from the side."""
    return y + 40 * np.sin(x / 260) * (0.6 + y / 2000) + 0.03 * (x - 500) * (y / 1400)


def contour(y: float, left: float = 100, right: float = 900, straight: bool = False) -> np.ndarray:
    """The contour of a line of text, 20 pixels high."""
    x = np.linspace(left, right, 40)
    middle = np.full(40, y) if straight else bow(x, y)
    return np.concatenate([np.column_stack([x, middle - 10]), np.column_stack([x, middle + 10])[::-1]]).astype(
        np.float32
    )


def lines(straight: bool = False) -> list[np.ndarray]:
    whole = [contour(y, straight=straight) for y in range(150, 1300, 60)]
    return [*whole, contour(90, 100, 300, straight), contour(90, 350, 700, straight)]


def turned(contours: list[np.ndarray], angle: float) -> list[np.ndarray]:
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return [np.asarray((one - 500) @ turn + 500, np.float32) for one in contours]


@pytest.mark.parametrize("angle", [0.0, 0.3, np.pi / 2, np.pi])
def test_bent_lines_become_level(angle: float) -> None:
    transform = flattened(turned(lines(), angle), angle, SIZE)
    assert transform is not None
    for y in (200, 700, 1200):
        x = np.linspace(120, 880, 12)
        along = turned([np.column_stack([x, bow(x, y)])], angle)[0]
        seen = transform.to_view(along.astype(np.float64))
        assert np.ptp(seen[:, 1]) < 6, y
        assert (np.diff(seen[:, 0]) > 0).all()


@pytest.mark.parametrize("angle", [0.0, 0.2])
def test_a_flat_page_stays_as_it_is(angle: float) -> None:
    assert flattened(turned(lines(straight=True), angle), angle, SIZE) is None


def test_too_little_text_says_nothing_of_the_paper() -> None:
    assert flattened([], 0.0, SIZE) is None
    assert flattened([contour(200), contour(400)], 0.0, SIZE) is None


def test_a_stray_line_does_not_bend_the_page() -> None:
    stray = np.array([(300, 500), (600, 560), (595, 585), (295, 525)], np.float32)
    transform = flattened([*lines(), stray], 0.0, SIZE)
    assert transform is not None
    x = np.linspace(120, 880, 12)
    assert np.ptp(transform.to_view(np.column_stack([x, bow(x, 500)]))[:, 1]) < 10


def test_samples_are_long_and_spread() -> None:
    quads = [
        np.array([(0, 30 * width), (width, 30 * width), (width, 30 * width + 9), (0, 30 * width + 9)], np.float32)
        for width in range(30)
    ]
    found = longest(quads, 4)
    assert len(found) == 4
    assert min(quad[1, 0] for quad in found) >= 18
    assert longest([]) == []


def test_lines_are_placed_where_they_stand_on_the_page() -> None:
    view = Transform.of((400, 600), lambda p: np.column_stack([p[:, 0] + 50, p[:, 1] + 0.1 * p[:, 0]]))
    corners = ((100.0, 200.0), (300.0, 200.0), (300.0, 220.0), (100.0, 220.0))
    line = Line("a b", 50.0, Bounds(100, 200, 200, 20), corners, (Word("a", 50.0, Bounds(100, 200, 20, 20)),))
    code = Barcode("12", "QRCode", Bounds(100, 300, 20, 20))
    page = placed(Page(1, 450, 640, (line,), (code,), rotation=180), view)
    (found,) = page.lines
    assert found.polygon[0] == (150.0, 210.0)
    assert found.bounds == Bounds(150, 210, 200, 40)
    assert found.words[0].bounds == Bounds(150, 210, 20, 22)
    assert found.text == line.text
    assert page.barcodes[0].bounds == Bounds(150, 310, 20, 22)
    assert page.rotation == 180
    assert placed(page, sideways()).rotation == 270


def sideways() -> Transform:
    """A view of a page that lay on its side: its text ran up."""
    return Transform.of((400, 600), lambda p: np.column_stack([p[:, 1], 400 - p[:, 0]]))
