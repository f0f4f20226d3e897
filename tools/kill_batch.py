"""Is anything lost or doubled when a batch is killed? Kills `penscript batch` at drawn moments, goes on, compares.

python tools/kill_batch.py FILE_OR_FOLDER... [--kills 50] [--pages 120] [--seed 1] [--workers 2] [--fake]

A kill -9 hits the command, one of its workers, or all of them at once, some moments after some results have come. In
the end every file must have the one result that `penscript read` writes, byte for byte. With --fake nothing is read: a
page takes a twentieth of a second and says what its file holds, and what is compared is a batch that nobody killed.
Linux.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flat_memory import sources

import penscript as ocr
from penscript.errors import PenscriptError
from penscript.result import Item, OcrResult

REAL, FAKE = [sys.executable, "-m", "penscript"], [sys.executable, __file__, "as-if"]
FLAGS = ["--format", "json", "--threads", "1", "--quiet"]
STATE = ".penscript"


class Digest:
    """Makes a task that says what a file holds."""

    def __call__(self) -> Callable[[Any], Item]:
        return self.attempt

    def attempt(self, source: Any) -> Item:
        time.sleep(0.05)
        try:
            with ocr.Image.load(source).open() as opened:
                told = hashlib.sha256(opened.file().read()).hexdigest()
        except PenscriptError as error:
            return Item(str(source), error=error)
        corners = ((10.0, 10.0), (110.0, 10.0), (110.0, 30.0), (10.0, 30.0))
        line = ocr.Line(told, 90.0, ocr.Bounds(10, 10, 100, 20), corners, pack="fake@1")
        return Item(str(source), OcrResult(ocr.Document(str(source), (ocr.Page(1, 640, 480, (line,)),))))


def as_if(arguments: list[str]) -> None:
    """The command, which reads nothing."""
    from penscript.cli import main as command

    ocr.OcrEngine.spec = lambda *_, **__: Digest()  # type: ignore[assignment]
    sys.argv = ["penscript", *arguments]
    command()


def pages(places: list[Path], count: int, folder: Path) -> None:
    """So many files in two folders, each name in both."""
    found = sources(places)
    for number in range(count):
        target = folder / "ab"[number % 2] / f"{number // 2}{found[number % len(found)].suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(found[number % len(found)], target)


def written(folder: Path) -> dict[str, bytes]:
    """All files below but the journal."""
    files = [path for path in folder.rglob("*") if path.is_file() and STATE not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def workers_of(parent: int) -> list[int]:
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError:
        return []
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def kill(command: subprocess.Popen[bytes], chance: random.Random) -> str:
    """Kill something of a batch; what it was."""
    workers = workers_of(command.pid)
    victim = chance.choice(["command", "command", "everything", "worker"])
    if victim == "worker" and workers:
        os.kill(chance.choice(workers), signal.SIGKILL)
    elif victim == "everything":
        os.killpg(command.pid, signal.SIGKILL)
    else:
        victim = "command"
        command.kill()
    return victim


def interrupted(command_line: list[str], out: Path, chance: random.Random) -> str | None:
    """One run that is killed after up to three more results and up to a second; None where it ended before."""
    wanted = len(list(out.rglob("*.json"))) + chance.randrange(4)
    pause = chance.random()
    command = subprocess.Popen(command_line, start_new_session=True, stderr=subprocess.DEVNULL)
    while command.poll() is None and len(list(out.rglob("*.json"))) < wanted:
        time.sleep(0.01)
    time.sleep(pause)
    if command.poll() is not None:
        return None
    victim = kill(command, chance)
    if victim == "worker":
        time.sleep(chance.random())
        command.kill()
    command.wait()
    return victim


def read_all(scans: Path, read: Path) -> None:
    """What `penscript read` makes of the pages."""
    for name in "ab":
        files = sorted(str(path) for path in (scans / name).iterdir())
        subprocess.run([*REAL, "read", *files, "--out", f"{read / name}/", *FLAGS], check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="+", type=Path)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--fake", action="store_true", help="read nothing")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as place:
        scans, out, read = (Path(place, name) for name in ("scans", "out", "read"))
        pages(options.places, options.pages, scans)
        program = FAKE if options.fake else REAL
        batch = [*program, "batch", str(scans), "--workers", str(options.workers), *FLAGS, "--out"]
        victims: list[str] = []
        while len(victims) < options.kills and (victim := interrupted([*batch, str(out)], out, chance)):
            victims.append(victim)
            print(f"{len(victims)}: {victim}, {len(list(out.rglob('*.json')))} results", flush=True)
        done = subprocess.run([*batch, str(out)], check=False)
        loud = [part for part in batch if part != "--quiet"]
        again = subprocess.run([*loud, str(out)], check=False, capture_output=True, text=True)
        if options.fake:
            subprocess.run([*batch, str(read)], check=True)
        else:
            read_all(scans, read)
        results, expected = written(out), written(read)
    lost, more = sorted(expected.keys() - results.keys()), sorted(results.keys() - expected.keys())
    other = sorted(name for name in expected.keys() & results.keys() if expected[name] != results[name])
    print(
        f"{len(victims)} kills, {len(expected)} pages: {len(lost)} lost, {len(more)} too many, {len(other)} other bytes"
    )
    print(f"the last run ended with {done.returncode}; one more: {again.stdout.strip()}", *lost, *more, *other)
    return 1 if lost or more or other or done.returncode or len(victims) < options.kills else 0


if __name__ == "__main__":
    sys.exit(as_if(sys.argv[2:]) if sys.argv[1:2] == ["as-if"] else main())
