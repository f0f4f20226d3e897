"""A real server at a free port of the loopback address, over a reader that reads nothing, and over the real one."""

import io
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import requests
from PIL import Image

from penscript.api import OcrEngine
from penscript.document import Bounds, Kind, Line, Page, Word
from penscript.errors import DamagedInput
from penscript.notes import Notes, open_notes
from penscript.server.app import create_app
from penscript.server.options import ServerOptions
from penscript.server.running import Address, free_port, server_of


class SizeReader:
    """Says how wide and how high a page is. A page of 13 pixels width is damaged; `gate` keeps pages waiting."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.asked: Any = None
        self.gate.set()

    def read_page(self, picture: Any, options: Any, **_: Any) -> Page:
        self.asked = options
        assert self.gate.wait(20)
        height, width = picture.pixels.shape[:2]
        if width == 13:
            raise DamagedInput("The page is 13 wide.", "Use another one.")
        sure = said(f"wide {width}", 92.0, 10)
        doubtful = said(f"hihg {height}", 40.0, 40, ("high", "hugh"))
        return Page(picture.number, width, height, (sure, doubtful))

    def read_line(self, pixels: Any, options: Any) -> Line:
        return said(f"line {pixels.shape[1]}", 50.0, 0)


def said(text: str, confidence: float, top: int, alternatives: tuple[str, ...] = ()) -> Line:
    first, last = text.split()
    words = (
        Word(first, confidence, Bounds(10, top, 50, 20), alternatives),
        Word(last, 90.0, Bounds(65, top, 40, 20)),
    )
    corners = ((10.0, top), (110.0, top), (110.0, top + 20.0), (10.0, top + 20.0))
    more = {"kind": Kind.TEXT, "pack": "fake@1", "calibrated": True}
    return Line(text, confidence, Bounds(10, top, 100, 20), corners, words, **more)  # type: ignore[arg-type]


def png(width: int = 160, height: int = 90, form: str = "PNG") -> bytes:
    """A white page of that size."""
    file = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), 255, np.uint8)).save(file, form)
    return file.getvalue()


@dataclass
class Running:
    """A server that answers at `url`."""

    url: str
    app: Any
    notes: Notes
    engine: OcrEngine

    @property
    def reader(self) -> SizeReader:
        return self.engine._reader  # type: ignore[return-value]

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        return requests.request(method, self.url + path, timeout=30, **more)

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, **more: Any) -> requests.Response:
        return self.ask("POST", path, **more)

    def keep(self, data: bytes, name: str = "note.png", query: str = "") -> dict[str, Any]:
        """Hand a file in and wait until its job is over."""
        (job,) = self.post(f"/v1/jobs{query}", files={"file": (name, data)}).json()["jobs"]
        return self.over(job["id"])

    def over(self, job: str) -> dict[str, Any]:
        for line in self.get(f"/v1/jobs/{job}/events", stream=True).iter_lines():
            if line.startswith((b"event: done", b"event: failed")):
                break
        return self.get(f"/v1/jobs/{job}").json()

    def page(self, document: int, page: int = 1) -> dict[str, Any]:
        return self.get(f"/v1/documents/{document}/pages/{page}").json()


@contextmanager
def running(app: Any, address: Address) -> Iterator[None]:
    """The application in a thread, at that address."""
    ready = threading.Event()
    server = server_of(app, address, ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [address.bind()]}, daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(20)


class Started:
    """A server in a thread, which ends when the test does."""

    def __init__(self, engine: OcrEngine, url: str, options: ServerOptions) -> None:
        self.notes = open_notes(url)
        self.app = create_app(engine, self.notes, options)
        address = Address("127.0.0.1", free_port())
        self.running = Running(address.root("127.0.0.1"), self.app, self.notes, engine)
        self._stack = ExitStack()
        self._stack.callback(self.notes.close)
        self._stack.enter_context(running(self.app, address))

    def end(self) -> None:
        self._stack.close()


def fake_engine() -> OcrEngine:
    engine = OcrEngine()
    engine._reader = SizeReader()  # type: ignore[assignment]
    return engine
