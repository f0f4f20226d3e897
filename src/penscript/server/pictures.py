"""Pages and lines as pictures for a browser."""

import io
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from penscript.document import Bounds
from penscript.notes import Notes
from penscript.notes.pictures import cut_out
from penscript.notes.values import Hit, StoredLine, StoredPage
from penscript.reading.image import Picture

_KEPT_PAGES = 4
_CONTEXT = 0.9
_SMOOTH = Image.Resampling.LANCZOS
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class View:
    """The part of a page around a line. box: left, top, right, bottom in pixels of the page; turn: clockwise."""

    box: tuple[int, int, int, int]
    turn: int

    def place(self, bounds: Bounds) -> dict[str, float]:
        """Where `bounds` lie in the turned picture: left, top, width and height as shares of it, 0 to 1."""
        left, top, right, bottom = self.box
        width, height = right - left, bottom - top
        corners = (
            (bounds.x - left) / width,
            (bounds.y - top) / height,
            (bounds.right - left) / width,
            (bounds.bottom - top) / height,
        )
        x0, y0, x1, y1 = _turned(corners, self.turn)
        return {"x": _share(x0), "y": _share(y0), "width": _share(x1 - x0), "height": _share(y1 - y0)}


def whole(page: StoredPage) -> View:
    """The page itself."""
    return View((0, 0, max(1, page.width), max(1, page.height)), page.rotation % 360)


def view_of(line: StoredLine, page: StoredPage) -> View:
    """The line with what stands above and below it, for the eye to judge by."""
    bounds = line.bounds
    margin = round(_CONTEXT * min(bounds.width, bounds.height)) + 8
    box = (
        max(0, bounds.x - margin),
        max(0, bounds.y - margin),
        max(1, min(page.width, bounds.right + margin)),
        max(1, min(page.height, bounds.bottom + margin)),
    )
    return View(box, page.rotation % 360)


class Pictures:
    """Pictures out of the notes; the last few pages stay decoded. Safe to share between threads.

    decode: name, bytes and number of a page -> its pixels.
    """

    def __init__(self, notes: Notes, decode: Callable[[str, bytes, int], Picture]) -> None:
        self._notes, self._decode = notes, decode
        self._pages: OrderedDict[tuple[int, int], Image.Image] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, document: int, number: int, width: int | None = None, upright: bool = False) -> bytes:
        """A page as a JPEG, at most `width` pixels wide. MissingInput where there is none.

        upright: turned so that its lines are read from left to right; otherwise as its lines' coordinates say.
        """
        picture = self._page(document, number)
        if upright:
            picture = _rotated(picture, self._notes.page(document, number).rotation)
        if width and width < picture.width:
            picture = picture.resize((width, max(1, round(picture.height * width / picture.width))), _SMOOTH)
        return _jpeg(picture)

    def line(self, line: StoredLine) -> bytes:
        """A line with its surroundings, upright, as a JPEG."""
        view = view_of(line, self._notes.page(line.document, line.page))
        cut = self._page(line.document, line.page).crop(view.box)
        return _jpeg(_rotated(cut, view.turn))

    def cutout(self, hit: Hit) -> bytes:
        """A line alone, upright, as a PNG, the words at its spans marked."""
        line = hit.line
        page = self._notes.page(line.document, line.page)
        return cut_out(self._page(line.document, line.page), page, line, hit.spans)

    def forget(self, document: int) -> None:
        """Keep no page of a document."""
        with self._lock:
            for key in [key for key in self._pages if key[0] == document]:
                del self._pages[key]

    def _page(self, document: int, number: int) -> Image.Image:
        key = (document, number)
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
        picture = self._decoded(document, number)
        with self._lock:
            self._pages[key] = picture
            while len(self._pages) > _KEPT_PAGES:
                self._pages.popitem(last=False)
        return picture

    def _decoded(self, document: int, number: int) -> Image.Image:
        page, name = self._notes.page(document, number), self._notes.document(document).source
        pixels = self._decode(name, self._notes.original(document), number).pixels
        picture, wanted = Image.fromarray(pixels).convert("RGB"), (page.width, page.height)
        return picture if picture.size == wanted or not all(wanted) else picture.resize(wanted)


def _turned(box: Box, degrees: int) -> Box:
    """A box of shares of a picture, after the picture was turned clockwise."""
    for _ in range(degrees // 90):
        x0, y0, x1, y1 = box
        box = (1 - y1, x0, 1 - y0, x1)
    return box


def _rotated(picture: Image.Image, degrees: int) -> Image.Image:
    """The picture, turned clockwise by a multiple of 90 degrees."""
    return picture.rotate(-degrees, expand=True) if degrees % 360 else picture


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 5)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
