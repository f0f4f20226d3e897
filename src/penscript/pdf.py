"""PDF files: pages as pixels, their words, their attachments. PDFium is imported here and in pdf_text.py alone.

PDFium is not safe to use from two threads at once, whatever the documents, so every call happens under one lock.
"""

import io
import logging
import math
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from penscript.document import Attachment
from penscript.errors import DamagedInput, EmptyInput, PasswordNeeded, PasswordWrong
from penscript.pdf_text import PdfWord, words_of

log = logging.getLogger("penscript.pdf")
for _chatty in ("pypdfium2", "pikepdf"):  # without a handler, Python would print what they say of damaged files
    logging.getLogger(_chatty).addHandler(logging.NullHandler())

POINTS_PER_INCH = 72
DEFAULT_DPI = 200.0
REPAIRED = "The PDF is damaged; it was repaired as far as that goes, and parts may be missing."
_DPI_OF_TEXT = (150.0, 400.0)
_DPI_OF_IMAGE = (72.0, 400.0)
_EM_PIXELS = 26
_MOST_OBJECTS = 4_000
_MOST_SCANS = 8
_HAIR = 1e-5
_MOST_PIXELS = 60_000_000
_LONGEST_SIDE = 60_000
_KEPT_PAGES = 40
_ALL_ATTACHMENTS_BYTES = 256 * 2**20
_DRAWING = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER | raw.FPDF_RENDER_LIMITEDIMAGECACHE
_WHITE = (255, 255, 255, 255)

_lock = threading.RLock()


class PdfFile:
    """An open PDF. `close` it, or use it in a `with`; safe to use from several threads, which then take turns.

    source: a path, the bytes, or a binary file object that stays open as long as this does. name: for messages.
    warnings: what was done to open it. Raises PasswordNeeded, PasswordWrong, EmptyInput or
    DamagedInput.
    """

    def __init__(self, source: Path | bytes | BinaryIO, *, name: str = "", password: str | None = None) -> None:
        self.name = name or (str(source) if isinstance(source, Path) else "the PDF")
        self.warnings: tuple[str, ...] = ()
        self._source, self._password = source, password or None
        with _lock:
            self._begin()
            self.page_count: int = len(self._document)

    def _begin(self) -> None:
        """Open the document; anew after some pages, for PDFium keeps all that it has read until it is closed."""
        self._drawn = 0
        self._document = self._opened(self._source, self._password)
        self._finalizer = weakref.finalize(self, _close, self._document)
        try:
            self._document.init_forms()
        except pdfium.PdfiumError:
            log.debug("form fields cannot be drawn")

    def _opened(self, source: Path | bytes | BinaryIO, password: str | None) -> Any:
        try:
            return pdfium.PdfDocument(source, password=password)
        except pdfium.PdfiumError as error:
            if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
                return self._unlocked(source, password, error)
            repaired = _repaired(source, password, self.name)
            self.warnings = (REPAIRED,)
        try:
            return pdfium.PdfDocument(repaired)
        except pdfium.PdfiumError as error:
            raise DamagedInput(
                f"{self.name} begins like a PDF, but it is damaged or has no pages.",
                "Get it again, or print it to a new PDF.",
            ) from error

    def _unlocked(self, source: Path | bytes | BinaryIO, password: str | None, error: Exception) -> Any:
        """A PDF that only its owner may change opens without a password, and not with one meant for other files."""
        if not password:
            advice = "Give its password: password=..., or --password-file."
            raise PasswordNeeded(f"{self.name} is an encrypted PDF.", advice) from error
        try:
            return pdfium.PdfDocument(source)
        except pdfium.PdfiumError:
            raise PasswordWrong(f"The password does not open {self.name}.", "Capital letters count.") from error

    def __enter__(self) -> "PdfFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the document. Closing twice is no error."""
        self._finalizer()

    def page_size(self, number: int) -> tuple[float, float]:
        """Width and height of page `number` (from 1) in points (1/72 inch), as it is shown: its rotation applied."""
        with self._page(number) as page:
            width, height = page.get_size()
            return float(width), float(height)

    def resolution(self, number: int, most_pixels: int | None = None) -> float:
        """Pixels an inch at which page `number` is best read.

        That of its biggest image, so that a scan comes out as it went in, and enough for its smaller letters, within
        sane bounds and at most `most_pixels` (60 million if None) for the page.
        """
        with self._page(number) as page:
            width, height = page.get_size()
            dpi = _wanted_dpi(page, width * height)
        most = min(most_pixels or _MOST_PIXELS, _MOST_PIXELS)
        fits = min(math.sqrt(most / max(width * height, 1e-6)), _LONGEST_SIDE / max(width, height, 1e-6))
        return float(min(dpi, POINTS_PER_INCH * fits))

    def render(self, number: int, dpi: float = DEFAULT_DPI) -> NDArray[np.uint8]:
        """Page `number` as RGB, height x width x 3, with its annotations and filled-in form fields, on white."""
        with self._page(number) as page:
            self._drawn += 1
            width, height = _size_in_pixels(page, dpi)
            bitmap = pdfium.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR, rev_byteorder=True)
            bitmap.fill_rect(_WHITE, 0, 0, width, height)
            whole = raw.FS_RECTF(0, 0, width, height)
            raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, _filling(page, width, height), whole, _DRAWING)
            if self._document.formenv:
                raw.FPDF_FFLDraw(self._document.formenv, bitmap, page, 0, 0, width, height, 0, _DRAWING)
            pixels: NDArray[np.uint8] = bitmap.to_numpy()
            bitmap.close()  # the pixels are Python's own and stay
            if pixels.min() == 255:
                _check_images(page)
            return pixels

    def words(self, number: int) -> tuple[PdfWord, ...]:
        """The text that page `number` carries itself, visible or not, in its own order; none for a mere scan."""
        with self._page(number) as page:
            text = page.get_textpage()
            try:
                return tuple(words_of(page, text.raw, text.count_chars()))
            finally:
                text.close()

    def attachments(self) -> tuple[Attachment, ...]:
        """The files that travel inside the PDF, such as the XML of a Factur-X invoice; damaged ones are left out."""
        found: list[Attachment] = []
        with _lock:
            for index in range(self._document.count_attachments()):
                try:
                    one = self._document.get_attachment(index)
                    found.append(Attachment(one.get_name(), bytes(one.get_data())))
                except (pdfium.PdfiumError, UnicodeDecodeError):
                    log.debug("attachment %d cannot be read", index)
                if sum(len(one.data) for one in found) > _ALL_ATTACHMENTS_BYTES:
                    break
        return tuple(found)

    @contextmanager
    def _page(self, number: int) -> Iterator[Any]:
        """The page, loaded and closed again, under the lock. DamagedInput when PDFium cannot load or draw it."""
        with _lock:
            if self._drawn >= _KEPT_PAGES and self._finalizer.alive and not self.warnings:
                self.close()
                self._begin()
            page = None
            try:
                page = self._document[number - 1]
                yield page
            except (pdfium.PdfiumError, ValueError) as error:
                raise DamagedInput(
                    f"Page {number} of {self.name} is damaged and cannot be drawn.",
                    "Get the file again, or leave the page out.",
                ) from error
            finally:
                if page is not None:
                    page.close()


def _close(document: Any) -> None:
    with _lock:
        document.close()


def _repaired(source: Path | bytes | BinaryIO, password: str | None, name: str) -> bytes:
    """What qpdf can restore of a PDF that PDFium refuses; no bytes where it refuses as well."""
    import pikepdf

    if not isinstance(source, (Path, bytes)):
        source.seek(0)
    whole = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(source) if isinstance(source, bytes) else source, password=password or "") as pdf:
            if not len(pdf.pages):
                raise EmptyInput(f"{name} has no pages.", "Check how it was made.")
            pdf.save(whole)
    except (pikepdf.PdfError, ValueError, RuntimeError, OSError) as error:
        log.debug("not repaired: %s", type(error).__name__)
        return b""
    return whole.getvalue()


def _size_in_pixels(page: Any, dpi: float) -> tuple[int, int]:
    """Width and height of the drawn page; exactly those of its scan where they round to it, so nothing is resampled."""
    width, height = (max(1, round(side * dpi / POINTS_PER_INCH)) for side in page.get_size())
    for image in _images(page):
        across, down = image.get_px_size()[:: -1 if page.get_rotation() % 180 else 1]
        if abs(across - width) <= 2 and abs(down - height) <= 2 and min(across, down) > 0:
            return across, down
    return width, height


def _images(page: Any) -> Iterator[Any]:
    return islice(page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=2), _MOST_SCANS)


def _check_images(page: Any) -> None:
    """PdfiumError for an image that cannot be decoded: PDFium leaves its place white, which is no blank page."""
    for image in _images(page):
        image.get_bitmap()


def _filling(page: Any, width: int, height: int) -> Any:
    """Maps the page onto so many pixels, smaller by a hair: else PDFium rounds a scan outwards and smears it."""
    across, down = width / page.get_width() * (1 - _HAIR), height / page.get_height() * (1 - _HAIR)
    return raw.FS_MATRIX(across, 0, 0, down, width * _HAIR / 2, height * _HAIR / 2)


def _wanted_dpi(page: Any, area: float) -> float:
    """The resolution that the images and the letters of a page of `area` square points call for."""
    letters: list[float] = []
    image_dpi, image_area = 0.0, 0.0
    objects = page.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_IMAGE), max_depth=4)
    for item in islice(objects, _MOST_OBJECTS):
        if item.type == raw.FPDF_PAGEOBJ_TEXT:
            if raw.FPDFTextObj_GetTextRenderMode(item) != raw.FPDF_TEXTRENDERMODE_INVISIBLE:
                matrix = item.get_matrix()
                letters.append(item.get_font_size() * math.hypot(matrix.c, matrix.d))
            continue
        left, bottom, right, top = item.get_bounds()
        if right > left and top > bottom and (covered := (right - left) * (top - bottom)) > image_area:
            image_area = covered
            image_dpi = POINTS_PER_INCH * math.sqrt(math.prod(item.get_px_size()) / image_area)
    wanted = [_dpi_of_image(image_dpi)] if image_area > area / 8 else []
    if letters:
        least, most = _DPI_OF_TEXT
        points = max(float(np.percentile(letters, 20)), 1)
        wanted.append(min(max(_EM_PIXELS * POINTS_PER_INCH / points, least), most))
    return max(wanted, default=DEFAULT_DPI)


def _dpi_of_image(native: float) -> float:
    """Native, or a whole part of it where it is more than anything needs: 600 becomes 300."""
    least, most = _DPI_OF_IMAGE
    return max(native / max(1, math.ceil(native / most)), least)
