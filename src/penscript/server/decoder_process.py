"""The child process that decodes: bounded in memory, it opens one file after the other and hands out its pages."""

import contextlib
import io
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from penscript.document import Document
from penscript.errors import LimitExceeded, PenscriptError
from penscript.options import Limits
from penscript.reading.load import Source, open_source


def decode_files(pipe: Connection, memory: int) -> None:
    """Answer what comes through the pipe until it is closed. memory: bytes that it may take on top."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    desk = _Desk()
    desk.warm()
    _bound(memory)
    pipe.send((True, None))
    with contextlib.suppress(EOFError, OSError):
        while True:
            command, *arguments = pipe.recv()
            pipe.send(_tried(getattr(desk, command), arguments))


def _tried(action: Callable[..., Any], arguments: list[Any]) -> tuple[bool, Any]:
    """Whether it went well, and what came of it: a value, or an error of the house."""
    try:
        return True, action(*arguments)
    except PenscriptError as error:
        return False, error
    except MemoryError:
        told = "The file needs more memory than one may have to be decoded."
        return False, LimitExceeded(told, "Make it smaller, or print it to a new PDF.")


class _Desk:
    """The file that is open."""

    source: Source | None = None

    def warm(self) -> None:
        """Load what decodes, so that the memory that is bounded is that of the files."""
        import cv2  # noqa: F401
        import pillow_heif  # noqa: F401

        import penscript.pdf
        import penscript.reading.raster  # noqa: F401

    def open(self, name: str, data: bytes, password: str | None, limits: Limits) -> tuple[int, Any]:
        """How many pages there are, and the files inside."""
        self.close()
        self.source = open_source(NamedFile(name, data), password=password, limits=limits)
        return self.source.page_count, self.source.attachments

    def load(self, number: int) -> Any:
        """Page `number` as a Picture."""
        assert self.source is not None
        return self.source.load(number)

    def pdf(self, document: Document, data: bytes, limits: Limits) -> bytes:
        """The searchable PDF of a document. data: what was read."""
        from penscript.export.searchable import to_pdf

        with open_source(NamedFile(document.source, data), limits=limits) as source:
            return to_pdf(document, source)

    def close(self) -> None:
        """Close the file, if one is open."""
        if self.source is not None:
            self.source.close()
            self.source = None


class NamedFile(io.BytesIO):
    """Bytes with a name."""

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(data)
        self.name = name


def _bound(memory: int) -> None:
    """Let no more memory be taken than there is now and `memory` bytes; systems without such a bound go without."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):
        with open("/proc/self/statm", encoding="ascii") as told:
            now = int(told.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + memory, now + memory))
