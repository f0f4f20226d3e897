"""Documents to write and a reader that reads nothing: what an engine does is seen without any network."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from PIL import Image

from penscript.document import (
    Barcode,
    Bounds,
    Document,
    Kind,
    Line,
    LineStatus,
    Page,
    PageStatus,
    Word,
)
from penscript.errors import DamagedInput

RED = (255, 0, 0)
BLUE = (0, 0, 255)


def line(text: str = "Buy milk", confidence: float = 90.0, **more: object) -> Line:
    """A line at the top left of its page."""
    box = Bounds(10, 10, 100, 20)
    corners = ((10.0, 10.0), (110.0, 10.0), (110.0, 30.0), (10.0, 30.0))
    return Line(text, confidence, box, corners, **{"pack": "fake@1", **more})  # type: ignore[arg-type]


def document() -> Document:
    """Three pages with everything that a document can hold."""
    words = (Word("Crème", 88.5, Bounds(1, 2, 3, 4), ("Creme", "Crane")), Word("brûlée", 70.0, Bounds(5, 2, 3, 4)))
    first = Page(
        number=1,
        width=640,
        height=480,
        lines=(
            line("Shopping", 96.4, kind=Kind.HEADING, calibrated=True, raw_score=0.987),
            line('Crème "brûlée"', 74.9, words=words, block=1),
            line("", 3.0, status=LineStatus.UNREADABLE, block=1),
        ),
        barcodes=(Barcode("https://example.org", "QRCode", Bounds(300, 300, 50, 50), 1),),
        warnings=("The end of the file is missing.",),
        dpi=299.5,
        rotation=90,
    )
    return Document(
        "note.jpg",
        (
            first,
            Page(2, 0, 0, status=PageStatus.FAILED, error="page 2 is damaged."),
            Page(3, 10, 10, status=PageStatus.BLANK),
        ),
    )


class FakeReader:
    """Says the size of a page. A red page is damaged, a blue one meets a mistake in the program."""

    def __init__(self, catalog: object = None, threads: int | None = None) -> None:
        self.asked: list[object] = []
        self.catalog = catalog

    def read_page(
        self,
        picture: object,
        options: object,
        *,
        timings: dict[str, float] | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> Page:
        self.asked.append(options)
        check()
        pixels = picture.pixels  # type: ignore[attr-defined]
        _fail(pixels)
        if timings is not None:
            timings["read"] = timings.get("read", 0.0) + 1.0
        height, width = pixels.shape[:2]
        lines = (line(f"page {picture.number}", 90.0), line(f"{width} x {height}", 60.0))  # type: ignore[attr-defined]
        return Page(picture.number, width, height, lines)  # type: ignore[attr-defined]

    def read_line(self, pixels: np.ndarray, options: object) -> Line:
        self.asked.append(options)
        return line(f"{pixels.shape[1]} wide")


def _fail(pixels: np.ndarray) -> None:
    corner = tuple(int(value) for value in np.atleast_1d(pixels[0, 0]))
    if corner == RED:
        raise DamagedInput("The page is red.", "Use another one.")
    if corner == BLUE:
        raise KeyError("blue")


def picture(colour: tuple[int, int, int] = (255, 255, 255), size: tuple[int, int] = (60, 40)) -> Image.Image:
    """A page of one colour."""
    return Image.new("RGB", size, colour)


def save_pages(path: object, colours: Sequence[tuple[int, int, int]]) -> None:
    """A TIFF with a page a colour."""
    first, *rest = [picture(colour) for colour in colours]
    first.save(path, save_all=True, append_images=rest)  # type: ignore[arg-type]


def white_pages(count: int) -> Iterator[Image.Image]:
    """Pages of growing width."""
    for number in range(count):
        yield picture(size=(60 + number, 40))
