"""A file, bytes, an array or a PIL image -> Pictures, one page at a time, by content and never by ending."""

import io
import logging
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, TypeVar, cast

import numpy as np

from penscript.document import Attachment
from penscript.errors import (
    DamagedInput,
    EmptyInput,
    InputError,
    LimitExceeded,
    MissingInput,
    PenscriptError,
    UnsupportedInput,
    UsageError,
)
from penscript.options import Limits
from penscript.reading.bounded import within_bytes, within_pages, within_pixels
from penscript.reading.image import Picture
from penscript.reading.sniff import HEAD_BYTES, PDF, Format, format_of, refusal

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger("penscript.reading.load")

T = TypeVar("T")
READABLE = "JPEG, PNG, TIFF, WebP, GIF, BMP, HEIC, AVIF, JPEG 2000 or PDF"


class Pages(Protocol):
    """What stands behind a Source: some pages, decoded on demand."""

    count: int

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files inside."""
        ...

    def picture(self, number: int) -> Picture:
        """Page `number`, from 1."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class Source:
    """The pages of one input. Close it, or use it in a `with`. Threads that share one take turns.

    name: the file's name as it was given, for messages and results. page_count: at least 1. format: its kind,
    nothing for pixels in memory. password: what opens it.
    """

    def __init__(
        self,
        name: str,
        pages: Pages,
        file: BinaryIO | None = None,
        format: str = "",
        password: str | None = None,
    ) -> None:
        self.name = name
        self.format = format
        self.password = password
        self._pages = pages
        self._file = file
        self._lock = threading.Lock()
        self._closed = False

    @property
    def page_count(self) -> int:
        """How many pages there are."""
        return self._pages.count

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files inside a PDF; none for anything else."""
        with self._lock:
            return self._pages.attachments

    def file(self) -> BinaryIO:
        """The file itself, from its beginning, which closes with the source. UsageError for pixels in memory."""
        if self._file is None:
            raise UsageError(f"{self.name} is no file.", "Use its pixels.")
        self._file.seek(0)
        return self._file

    def load(self, number: int = 1) -> Picture:
        """Decode page `number`, from 1.

        Raises InputError or LimitExceeded for this page, UsageError for a number that is none or a closed source.
        """
        if not 1 <= number <= self.page_count:
            raise UsageError(f"{self.name} has no page {number}.", f"Its pages are 1 to {self.page_count}.")
        with self._lock:
            if self._closed:
                raise UsageError(f"{self.name} has been closed.", "Open it again.")
            picture = _guarded(self.name, number, lambda: self._pages.picture(number))
        if picture.pixels.size == 0:
            raise EmptyInput(f"{self.name} has no pixels.", "Check how it was made.")
        return picture

    def close(self) -> None:
        """Close the file. Closing twice is no error."""
        with self._lock:
            self._closed = True
            self._pages.close()

    def __enter__(self) -> "Source":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_source(source: object, *, password: str | None = None, limits: Limits | None = None) -> Source:
    """Open whatever pages can come from.

    source: a path, bytes, a binary file object (read from where it stands to its end, and left open), an array (RGB,
    grey or either with alpha; height x width (x channels); uint8, bool, 16-bit or float) or a PIL image (its current
    frame).
    Raises MissingInput, EmptyInput, UnsupportedInput, DamagedInput, PasswordNeeded, PasswordWrong, LimitExceeded, or
    UsageError for a source of another type. Nothing stays open when it raises.
    """
    limits = limits or Limits()
    if isinstance(source, (str, os.PathLike)):
        path = Path(os.fsdecode(source))
        return _from_file(_shown(str(path)), _opened(path, limits), password, limits)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _from_bytes("the given data", bytes(source), password, limits)
    if isinstance(source, np.ndarray) or hasattr(source, "__array_interface__"):
        return _from_memory(source, limits)
    if hasattr(source, "read"):
        return _from_bytes(*_drained(source, limits), password, limits)
    raise UsageError(
        f"A {type(source).__name__} is nothing that pages can be read from.",
        "Give a path, bytes, a file opened in binary mode, an array or a PIL image.",
    )


def _opened(path: Path, limits: Limits) -> BinaryIO:
    """The file, open for reading, when it is a regular file of a size that is allowed."""
    name = _shown(str(path))
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnsupportedInput(f"{name} is a folder.", "Name files; `penscript batch` reads folders.")
        if not stat.S_ISREG(status.st_mode):
            raise UnsupportedInput(
                f"{name} is a device or a pipe.", "Save what comes from it to a file, or pass the bytes."
            )
        within_bytes(name, status.st_size, limits)
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise MissingInput(f"There is no file {name}.", "Check the name and the folder.") from error
    except PermissionError as error:
        raise InputError(
            f"{name} may not be read.", "Change its permissions, or copy it to where you may read it."
        ) from error
    except OSError as error:
        raise InputError(
            f"{name} cannot be opened: {error.strerror or error}.", "Check the disk or the name."
        ) from error


def _drained(source: Any, limits: Limits) -> tuple[str, bytes]:
    """Name and bytes of a file object, read to its end or just past the limit."""
    named = getattr(source, "name", None)
    name = _shown(named) if isinstance(named, str) and named else "the given file object"
    most = -1 if limits.file_bytes is None else limits.file_bytes + 1
    try:
        data = source.read(most)
    except (OSError, ValueError) as error:
        raise InputError(f"{name} cannot be read: {error}.", "Give a file object that is open for reading.") from error
    if not isinstance(data, bytes):
        raise UsageError(f"{name} is open as text.", 'Open it in binary mode: open(name, "rb").')
    return name, data


def _from_bytes(name: str, data: bytes, password: str | None, limits: Limits) -> Source:
    within_bytes(name, len(data), limits)
    return _from_file(name, io.BytesIO(data), password, limits)


def _from_file(name: str, file: BinaryIO, password: str | None, limits: Limits) -> Source:
    """Look at the beginning, open with the decoder of that format; the file is closed when that fails."""
    try:
        head = file.read(HEAD_BYTES)
        form = format_of(head)
        if not head:
            raise EmptyInput(f"{name} is empty: it has no bytes.", "Copy or download it again.")
        if form is None:
            what = refusal(head)
            raise UnsupportedInput(f"{name} is {what}, which cannot be read.", f"Save it as {READABLE}.")
        file.seek(0)
        pages = _guarded(name, None, lambda: _pages_of(name, file, form, password, limits))
        try:
            within_pages(name, pages.count, limits)
        except LimitExceeded:
            pages.close()
            raise
    except BaseException:
        file.close()
        raise
    return Source(name, pages, file, form.title, password)


def _pages_of(name: str, file: BinaryIO, form: Format, password: str | None, limits: Limits) -> Pages:
    if form is PDF:
        from penscript.reading.pdf_pages import PdfPages

        return PdfPages(name, file, password, limits)
    from penscript.reading.raster import RasterPages

    return RasterPages(name, file, form, limits)


class MemoryPage:
    """The one page of an array or a PIL image."""

    count = 1
    attachments: tuple[Attachment, ...] = ()

    def __init__(self, make: Callable[[], Picture]) -> None:
        self._make = make

    def picture(self, number: int) -> Picture:
        """The page; `number` is 1."""
        return self._make()

    def close(self) -> None:
        """There is nothing to close: the array or the image belongs to the caller."""


def _from_memory(source: Any, limits: Limits) -> Source:
    from penscript.reading.raster import picture_of_array, picture_of_image

    if isinstance(source, np.ndarray):
        name = "the given array"
        if source.ndim >= 2 and source.size:
            within_pixels(name, source.shape[1], source.shape[0], limits)
        picture = picture_of_array(source)
        return Source(name, MemoryPage(lambda: picture))
    image = cast("Image", source)
    name = _shown(str(getattr(image, "filename", "") or "the given image"))
    within_pixels(name, image.width, image.height, limits)
    return Source(name, MemoryPage(lambda: picture_of_image(image)))


def _guarded(name: str, number: int | None, action: Callable[[], T]) -> T:
    """Run a decoder; what it raises comes out as one of our errors. Damaged data makes it raise nearly anything."""
    where = name if number is None else f"Page {number} of {name}"
    try:
        return action()
    except PenscriptError:
        raise
    except MemoryError as error:
        raise LimitExceeded(
            f"{where} does not fit into memory.", "Make it smaller, or lower Limits(pixels=...)."
        ) from error
    except Exception as error:
        log.debug("%s: %s: %s", where, type(error).__name__, error)
        raise DamagedInput(
            f"{where} is damaged, or of a kind that cannot be decoded.", "Get it again, or save it as PNG, JPEG or PDF."
        ) from error


def _shown(name: str) -> str:
    """A file's name as it can be printed and stored whatever bytes it is made of."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
