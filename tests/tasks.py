"""Tasks that travel to worker processes, which import this file by its name."""

import os
import signal
import time
from pathlib import Path

from fakes import line
from penscript.document import Document, Page, PageStatus
from penscript.errors import PenscriptError, UsageError
from penscript.options import ReadOptions
from penscript.result import Item, OcrResult
from penscript.sources import Image, name_of, open_pages


class Start:
    """Makes a task that doubles; it must be picklable, as the task itself need not be."""

    def __call__(self):
        return self.double

    def double(self, value):
        if value == "die":
            os._exit(9)
        if value == "raise":
            raise RuntimeError("no")
        return value, os.getpid()


class Broken:
    def __call__(self):
        raise AssertionError("never called")

    def __setstate__(self, state):
        os._exit(3)

    def __getstate__(self):
        return {"any": 1}


class Unmade:
    """Makes no task."""

    def __call__(self):
        raise UsageError("There is no pack 'none'.", "Choose another.")


class Deadly:
    """Its task dies on an input as often as the input says, by the files that it leaves behind."""

    def __call__(self):
        return self.work

    def work(self, value):
        name, deaths, folder = value
        before = len(list(Path(folder).glob(f"{name}-*")))
        Path(folder, f"{name}-{before}").touch()
        if before < deaths:
            os.kill(os.getpid(), signal.SIGKILL)
        return name, os.getpid()


class Glance:
    """Makes what looks at a source without reading: a line with the size of each page. A name tells what goes wrong."""

    def __init__(self, log=None, seconds=0):
        self.log, self.seconds = log, seconds

    def __call__(self):
        return self.attempt

    def attempt(self, source):
        name = Path(name_of(source)).stem
        if self.log:
            with open(self.log, "a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(f"{name}\n")
        time.sleep(self.seconds)
        if name.startswith("dies"):
            os._exit(9)
        if name.startswith("bug"):
            raise KeyError(name)
        try:
            return Item(name, OcrResult(glanced(source), original=source if isinstance(source, Image) else None))
        except PenscriptError as error:
            return Item(name, error=error)


def glanced(source):
    """A page a page; red ones have failed."""
    with open_pages(source, ReadOptions()) as opened:
        pages = []
        for number in range(1, opened.page_count + 1):
            picture = opened.load(number)
            height, width = picture.pixels.shape[:2]
            if (picture.pixels.reshape(-1, picture.pixels.shape[-1])[0].tolist()[:3]) == [255, 0, 0]:
                pages.append(Page(number, 0, 0, status=PageStatus.FAILED, error="The page is red."))
            else:
                pages.append(Page(number, width, height, (line(f"{width} x {height}"),)))
        return Document(opened.name, tuple(pages))
