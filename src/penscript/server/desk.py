"""Where pages are read: one engine for everybody, a few readings at a time, and a line that does not grow for ever."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from penscript.api import OcrEngine
from penscript.document import Attachment, Barcode, Document
from penscript.options import ReadOptions
from penscript.paging import Progress
from penscript.reading.image import Picture
from penscript.result import OcrResult
from penscript.server.decoding import Decoders
from penscript.server.metrics import Metrics
from penscript.server.options import ServerOptions
from penscript.server.refusal import Busy
from penscript.server.uploads import Upload

T = TypeVar("T")
_FIRST_GUESS, _SHARE = 4.0, 0.1
_SHOWN_AT_ONCE = 2
"""Files that are decoded to be shown or written, while as many are read as may be."""


class Desk:
    """Reads what comes in. Any thread may call it; `answer` is for the event loop, which is never blocked."""

    def __init__(self, engine: OcrEngine, options: ServerOptions, metrics: Metrics) -> None:
        self.engine, self.metrics = engine, metrics
        self._options = options
        self.decoders = Decoders(options.decode_seconds, options.decode_bytes, options.readers + _SHOWN_AT_ONCE)
        self._turns = threading.Semaphore(options.readers)
        self._pool = ThreadPoolExecutor(options.readers, "reading")
        self._under_way = 0
        self._usual = _FIRST_GUESS

    def close(self) -> None:
        """Start nothing more, and end the decoders."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self.decoders.close()

    def read(self, upload: Upload, options: ReadOptions, progress: Progress | None = None) -> OcrResult:
        """The result of one file, when it is its turn. Raises what `OcrEngine.process` raises."""
        image = self.decoders.image(upload.name, upload.data)
        with self._turns, self.metrics.timed_reading():
            started = time.monotonic()
            result = self.engine.process(image, options=options, progress=progress)
            self._usual += _SHARE * (time.monotonic() - started - self._usual)
        self._count(result)
        return result

    def barcodes(self, upload: Upload) -> list[Barcode]:
        """The barcodes of one file."""
        image = self.decoders.image(upload.name, upload.data)
        with self._turns:
            return self.engine.recognize_barcode(image)

    def picture(self, name: str, data: bytes, page: int) -> Picture:
        """One page of a file, decoded where its kind is decoded."""
        with self.decoders.image(name, data).open(self.engine.options) as source:
            return source.load(page)

    def attachments(self, name: str, data: bytes) -> tuple[Attachment, ...]:
        """The files inside a PDF; none for other files."""
        if not data.startswith(b"%PDF"):
            return ()
        with self.decoders.image(name, data).open(self.engine.options) as source:
            return source.attachments

    def pdf(self, document: Document, data: bytes) -> bytes:
        """The searchable PDF of a document. data: what was read."""
        return self.decoders.pdf(document, data, self.engine.options.limits)

    async def answer(self, work: Callable[..., T], *arguments: Any) -> T:
        """What `work` returns, from a thread. Busy (503) where too many wait already, or where it takes too long."""
        if self._under_way >= self._options.queue + self._options.readers:
            raise Busy("Too many requests are waiting.", self.wait(self._under_way))
        self._under_way += 1
        self.metrics.waiting.set(self._under_way)
        try:
            async with asyncio.timeout(self._options.wait_seconds):
                return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)
        except TimeoutError:
            raise Busy("It was not read in time.", self.wait(self._under_way)) from None
        finally:
            self._under_way -= 1
            self.metrics.waiting.set(self._under_way)

    def wait(self, ahead: int) -> float:
        """Seconds until so many others have been read, more or less."""
        return ahead * self._usual / self._options.readers

    def _count(self, result: OcrResult) -> None:
        accepted = len(result.accepted())
        self.metrics.pages.inc(len(result.pages))
        self.metrics.lines.labels("accepted").inc(accepted)
        self.metrics.lines.labels("doubtful").inc(len(result.lines) - accepted)
