"""Rare kinds of files are decoded in a process of their own, with bounded time and memory.

JPEG and PNG are decoded here, by threads; PDF, TIFF, HEIC, AVIF and the rest go through a child process, to be read, to
be shown, and to be written as PDF again: what breaks, hangs or fills the memory there ends there. A child serves one
file at a time and is used again.
"""

import contextlib
import logging
import threading
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from penscript.document import Attachment, Document
from penscript.errors import DamagedInput, LimitExceeded, PenscriptError
from penscript.options import Limits, ReadOptions
from penscript.reading.image import Picture
from penscript.reading.load import Source, open_source
from penscript.reading.sniff import HEAD_BYTES, JPEG, PNG, format_of
from penscript.server.decoder_process import NamedFile, decode_files
from penscript.server.refusal import Busy
from penscript.sources import Image

log = logging.getLogger("penscript.server.decoding")

_SPAWN = get_context("spawn")
_MOST_FILES = 100
_START_SECONDS = 60.0
_WAIT_SECONDS = 60.0


class Decoders:
    """Children that wait for files, a few at the most. seconds: for one page. memory: bytes of one child, where they
    can be bound. most: children.
    """

    def __init__(self, seconds: float, memory: int, most: int = 4) -> None:
        self._seconds, self._memory = seconds, memory
        self._room = threading.Semaphore(most)
        self._idle: list[_Child] = []
        self._lock = threading.Lock()

    def image(self, name: str, data: bytes) -> Image:
        """What an engine reads: `data` as it is where its kind is plain, through a child otherwise."""
        return _Uploaded(name, data, None if is_plain(data) else self)

    def pdf(self, document: Document, data: bytes, limits: Limits) -> bytes:
        """The searchable PDF of a document, written by a child. data: what was read."""
        name = document.source
        with self.child(name) as child:
            return bytes(child.ask(name, "pdf", document, data, limits, pages=len(document.pages)))

    def close(self) -> None:
        """End the children that wait."""
        with self._lock:
            while self._idle:
                self._idle.pop().end()

    @contextlib.contextmanager
    def child(self, name: str) -> Iterator["_Child"]:
        """A child for one file; one that broke is not used again. Busy where none comes free."""
        if not self._room.acquire(timeout=_WAIT_SECONDS):
            raise Busy("Too many files are being decoded.", self._seconds)
        try:
            yield from self._lent()
        finally:
            self._room.release()

    def _lent(self) -> Iterator["_Child"]:
        with self._lock:
            child = self._idle.pop() if self._idle else None
        child = child or _Child(self._seconds, self._memory)
        try:
            yield child
        finally:
            if child.usable:
                with self._lock:
                    self._idle.append(child)
            else:
                log.info("a decoder ends after %d files", child.files)
                child.end()


def is_plain(data: bytes) -> bool:
    """Whether the kind of a file is decoded in this process."""
    return format_of(data[:HEAD_BYTES]) in (JPEG, PNG)


class _Uploaded(Image):
    """Bytes under the name that the visitor gave them."""

    def __init__(self, name: str, data: bytes, decoders: Decoders | None) -> None:
        super().__init__(data, name, 0, None, None)
        self._data, self._decoders = data, decoders

    def open(self, options: ReadOptions = ReadOptions()) -> Source:  # noqa: B008 - a value
        if self._decoders is None:
            file = NamedFile(self.name, self._data)
            return open_source(file, password=options.password, limits=options.limits)
        return Source(self.name, _FarPages(self._decoders, self.name, self._data, options.password, options.limits))


class _FarPages:
    """The pages of a file that a child has open."""

    def __init__(self, decoders: Decoders, name: str, data: bytes, password: str | None, limits: Limits) -> None:
        self._stack = contextlib.ExitStack()
        self._name = name
        self._child = self._stack.enter_context(decoders.child(name))
        try:
            self.count, self._attachments = self._child.ask(name, "open", name, data, password, limits)
        except BaseException:
            self._stack.close()
            raise

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files inside."""
        found: tuple[Attachment, ...] = self._attachments
        return found

    def picture(self, number: int) -> Picture:
        """Page `number`, from 1."""
        picture: Picture = self._child.ask(f"Page {number} of {self._name}", "load", number)
        return picture

    def close(self) -> None:
        """Give the child back. Closing twice is no error."""
        self._child.finish()
        self._stack.close()


class _Child:
    """One process that decodes, and our end of the pipe to it."""

    def __init__(self, seconds: float, memory: int) -> None:
        self._seconds, self.files = seconds, 0
        self._pipe: Connection
        self._pipe, far = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=decode_files, args=(far, memory), daemon=True)
        self._process.start()
        far.close()
        self.broken = False
        try:
            self._answer("the decoder", _START_SECONDS)
        except PenscriptError:
            self.end()
            raise Busy("The process that decodes did not begin.", _START_SECONDS) from None

    @property
    def usable(self) -> bool:
        """Whether it may take another file."""
        return not self.broken and self.files < _MOST_FILES

    def ask(self, what: str, *request: Any, pages: int = 1) -> Any:
        """The answer to a request; an error of the child's is raised here. what: for messages. pages: to be done."""
        try:
            self._pipe.send(request)
        except OSError:
            raise self._died(what) from None
        return self._answer(what, self._seconds * max(1, pages))

    def finish(self) -> None:
        """Let it close its file."""
        if not self.broken:
            self.files += 1
            with contextlib.suppress(DamagedInput, LimitExceeded):
                self.ask("the file", "close")

    def end(self) -> None:
        """Kill it."""
        self.broken = True
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _answer(self, what: str, seconds: float) -> Any:
        try:
            if not self._pipe.poll(seconds):
                self.broken = True
                advice = "Make it simpler, or print it to a new PDF."
                raise LimitExceeded(f"{what} took longer than {seconds:g} seconds to decode.", advice)
            good, answer = self._pipe.recv()
        except (EOFError, OSError):
            raise self._died(what) from None
        if not good:
            raise answer
        return answer

    def _died(self, what: str) -> DamagedInput:
        self.broken = True
        return DamagedInput(f"{what} broke the decoder.", "Get it again, or save it as PNG or JPEG.")
