"""Is anything lost or doubled when a batch is killed? Kills `penscript batch` at drawn moments, goes on, compares.

python tools/kill_batch.py FILE_OR_FOLDER... [--kills 50] [--pages 120] [--seed 1] [--workers 2]

A kill -9 hits the command, one of its workers, or all of them at once, some moments after some results have come. In
the end every file must have the one result that `penscript read` writes, byte for byte. Linux.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flat_memory import sources

COMMAND = [sys.executable, "-m", "penscript"]
FLAGS = ["--format", "json", "--threads", "1", "--quiet"]
STATE = ".penscript"


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


def interrupted(arguments: list[str], out: Path, chance: random.Random) -> str | None:
    """One run that is killed after up to three more results and up to a second; None where it ended before."""
    wanted = len(list(out.rglob("*.json"))) + chance.randrange(4)
    pause = chance.random()
    command = subprocess.Popen([*COMMAND, *arguments], start_new_session=True, stderr=subprocess.DEVNULL)
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="+", type=Path)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as place:
        scans, out, read = (Path(place, name) for name in ("scans", "out", "read"))
        pages(options.places, options.pages, scans)
        arguments = ["batch", str(scans), "--out", str(out), "--workers", str(options.workers), *FLAGS]
        victims: list[str] = []
        while len(victims) < options.kills and (victim := interrupted(arguments, out, chance)):
            victims.append(victim)
            print(f"{len(victims)}: {victim}, {len(list(out.rglob('*.json')))} results", flush=True)
        done = subprocess.run([*COMMAND, *arguments], check=False)
        again = subprocess.run([*COMMAND, *arguments[:-1]], check=False, capture_output=True, text=True)
        for name in "ab":
            files = sorted(str(path) for path in (scans / name).iterdir())
            subprocess.run([*COMMAND, "read", *files, "--out", f"{read / name}/", *FLAGS], check=True)
        results, expected = written(out), written(read)
    lost, more = sorted(expected.keys() - results.keys()), sorted(results.keys() - expected.keys())
    other = sorted(name for name in expected.keys() & results.keys() if expected[name] != results[name])
    print(
        f"{len(victims)} kills, {len(expected)} pages: {len(lost)} lost, {len(more)} too many, {len(other)} other bytes"
    )
    print(f"the last run ended with {done.returncode}; one more: {again.stdout.strip()}", *lost, *more, *other)
    return 1 if lost or more or other or done.returncode or len(victims) < options.kills else 0


if __name__ == "__main__":
    sys.exit(main())
