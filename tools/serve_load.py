"""Many clients at once on one server: is anything lost or mixed up, does memory grow, how long do answers take?

python tools/serve_load.py                         # 32 clients for two minutes, with the real reader
python tools/serve_load.py --clients 8 --seconds 30
python tools/serve_load.py --sizes                 # the server alone, with a reader that tells sizes

The pictures are strips of one line, so that it is the server that is under load and not the reader alone. Every answer
is compared with what the reader makes of the same strip without a server. With `--sizes` every picture has a size of
its own, so that an answer that is another's is seen. Memory is that of the server's process and, after the +, of the
processes that decode.
"""

import argparse
import io
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from penscript.api import OcrEngine
from penscript.document import Bounds, Line, Page
from penscript.errors import PenscriptError
from penscript.notes import open_notes
from penscript.server.app import create_app
from penscript.server.client import Client
from penscript.server.options import ServerOptions
from penscript.server.running import Address, free_port, server_of

EXAMPLES = Path(__file__).resolve().parent.parent / "src/penscript/examples"
PIECES = 12
"""Pictures of a line: the same for several clients, each with an answer that is known."""


@dataclass
class Tally:
    """What the clients saw."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {"read": [], "job": []})
    wrong: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, float]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def pieces() -> list[bytes]:
    """Strips of the example note and list, half as wide and a line high, in PNG, TIFF and PDF."""
    made = []
    for number in range(PIECES):
        name, top = (("handwritten_notes.jpg", 130), ("todo_list.jpg", 140))[number % 2]
        with Image.open(EXAMPLES / name) as page:
            strip = page.crop((0, top + 60 * number, page.width // 2, top + 60 * number + 80))
            file = io.BytesIO()
            strip.save(file, ("PNG", "TIFF", "PDF")[number % 3])
            made.append(file.getvalue())
    return made


def strips() -> "Work":
    """The strips and what they read."""
    data, engine = pieces(), OcrEngine(threads=1)
    return Work(data, [texts(engine.process(piece)) for piece in data])


def texts(result: object) -> list[tuple[str, float]]:
    return [(line.text, line.confidence) for line in result.lines]  # type: ignore[attr-defined]


@dataclass
class Work:
    """Pictures, and what the reader makes of each without any server."""

    data: list[bytes]
    truth: list[object]

    def asked(self, number: int, turn: int) -> tuple[bytes, object]:
        """The picture that a client hands in at its turn, and the right answer."""
        piece = (number + turn) % len(self.data)
        return self.data[piece], self.truth[piece]


class Sizes(Work):
    """White pictures of which no two have the same size."""

    def __init__(self) -> None:
        super().__init__([self._picture(100, 100, 0)], [])

    def asked(self, number: int, turn: int) -> tuple[bytes, object]:
        """See Work."""
        width, height = 100 + 40 * (turn // 1000) + number, 100 + turn % 1000
        return self._picture(width, height, turn), [(f"{width} x {height}", 90.0)]

    @staticmethod
    def _picture(width: int, height: int, turn: int) -> bytes:
        file = io.BytesIO()
        Image.new("L", (width, height), 255).save(file, ("PNG", "TIFF", "JPEG")[turn % 3])
        return file.getvalue()


class SizeReader:
    """Tells how large a page is."""

    def read_page(self, picture: Any, options: object, **_: object) -> Page:
        height, width = picture.pixels.shape[:2]
        line = Line(f"{width} x {height}", 90.0, Bounds(10, 10, 80, 20), ())
        return Page(picture.number, width, height, (line,))


def serve_sizes(port: int, notes: str) -> None:
    """A server over the reader that tells sizes."""
    engine, address = OcrEngine(), Address("127.0.0.1", port)
    engine._reader = SizeReader()  # type: ignore[assignment]
    with open_notes(notes) as opened:
        app = create_app(engine, opened, ServerOptions(rate=None))
        server_of(app, address, lambda: None).run(sockets=[address.bind()])


def answer(client: Client, kind: str, data: bytes) -> object:
    """What the server makes of a picture, read at once or kept."""
    return client.read(data) if kind == "read" else client.result(client.wait(client.submit(data)))


def ask(client: Client, number: int, until: float, asked: Work, tally: Tally) -> None:
    """One client: reads and hands in by turns, and compares every answer."""
    turn = 0
    while time.monotonic() < until:
        kind = "job" if (number + turn) % 4 == 0 else "read"
        data, truth = asked.asked(number, turn)
        started = time.monotonic()
        try:
            good = texts(answer(client, kind, data)) == truth
        except PenscriptError as error:
            good = False
            print(f"client {number}: {error}", file=sys.stderr)
        with tally.lock:
            tally.seconds[kind].append(time.monotonic() - started)
            tally.wrong[kind] += not good
        turn += 1


def watch(process: int, until: float, tally: Tally) -> None:
    """The resident memory of the server and of its children, once a second, in MiB."""
    while time.monotonic() < until:
        children = {child for task in Path(f"/proc/{process}/task").glob("*/children") for child in told(task).split()}
        tally.memory.append((resident(process), sum(resident(int(child)) for child in children)))
        time.sleep(1)


def resident(process: int) -> float:
    """MiB of a process, 0 for one that is gone."""
    return int((told(Path(f"/proc/{process}/status")).partition("VmRSS:")[2].split() or ["0"])[0]) / 1024


def told(file: Path) -> str:
    """What a file of /proc says; nothing where its process is gone."""
    try:
        return file.read_text()
    except OSError:
        return ""


def report(tally: Tally, clients: int, seconds: float) -> None:
    print(f"{clients} clients, {seconds:.0f} s")
    print("kind   answers  wrong    p50    p90    p99    max")
    for kind, times in tally.seconds.items():
        ranked = sorted(times) or [0.0]
        at = [ranked[min(len(ranked) - 1, int(share * len(ranked)))] for share in (0.5, 0.9, 0.99, 1)]
        print(f"{kind:<5} {len(times):>8} {tally.wrong[kind]:>6} " + " ".join(f"{value:>5.2f}s" for value in at))
    if tally.memory:
        part = max(1, len(tally.memory) // 6)
        parts = [tally.memory[start : start + part] for start in range(0, 6 * part, part)]
        highest = [f"{max(one for one, _ in some):.0f}+{max(two for _, two in some):.0f}" for some in parts if some]
        print(f"memory, highest in each sixth of the time: {', '.join(highest)} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--sizes", action="store_true", help="a reader that tells sizes")
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve_sizes(int(asked.serve[0]), asked.serve[1])
        return
    work, port = Sizes() if asked.sizes else strips(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        notes = f"sqlite:///{folder}/notes.db"
        own = [sys.executable, __file__, "--serve", str(port), notes]
        whole = ["-m", "penscript", "serve", "--port", str(port), "--rate", "none", "--threads", "1", "--notes", notes]
        server = subprocess.Popen(own if asked.sizes else [sys.executable, *whole])
        try:
            run(asked.clients, asked.seconds, Client(f"http://127.0.0.1:{port}"), server.pid, work)
        finally:
            server.terminate()
            server.wait()


def run(clients: int, seconds: float, client: Client, process: int, asked: Work) -> None:
    """Wait for the server, load it, and report; ends with 1 where an answer was lost or wrong."""
    tally = Tally()
    for _ in range(600):
        try:
            client.read(asked.data[0])
            break
        except PenscriptError:
            time.sleep(0.2)
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=ask, args=(client, number, until, asked, tally)) for number in range(clients)]
    watcher = threading.Thread(target=watch, args=(process, until, tally))
    for thread in [*threads, watcher]:
        thread.start()
    for thread in [*threads, watcher]:
        thread.join()
    report(tally, clients, seconds)
    sys.exit(1 if sum(tally.wrong.values()) else 0)


if __name__ == "__main__":
    main()
