"""Does memory stay flat in a batch? Runs one and prints how the resident memory of all its processes grows.

python tools/batch_memory.py FILE_OR_FOLDER... [--pages 1000] [--skip 500] [--workers 1] [--keep FOLDER] [--fake]

The files are taken again and again under other names. With --fake nothing is read: each gets forty lines. With --keep
the results stay in a folder with what was measured, and the same command goes on where it was stopped. Linux.
"""

import argparse
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from flat_memory import resident, sources

import penscript as ocr
from penscript.batch.inputs import Input, file_input
from penscript.batch.run import Batch
from penscript.batch.targets import Folder
from penscript.batch.work import Work, lost
from penscript.cli.batch_plan import PER_WORKER
from penscript.executors import in_processes
from penscript.journal import Journal
from penscript.result import Item, OcrResult


class Fake:
    """Makes a task that reads nothing."""

    def __call__(self) -> Callable[[Any], Item]:
        return self.attempt

    def attempt(self, source: Any) -> Item:
        box = ocr.Bounds(10, 10, 100, 20)
        corners = ((10.0, 10.0), (110.0, 10.0), (110.0, 30.0), (10.0, 30.0))
        lines = tuple(ocr.Line(f"line {number} of the page", 90.0, box, corners, pack="fake@1") for number in range(40))
        return Item(str(source), OcrResult(ocr.Document(str(source), (ocr.Page(1, 640, 480, lines),))))


def inputs(paths: list[Path], count: int) -> list[Input]:
    """The files, over and over, each time as another input."""
    found = [file_input(path, path.stem) for path in paths]
    return [
        replace(one, key=f"{one.key}#{number}", place=f"{number // 1000}/{number}-{one.place}")
        for number, one in enumerate(itertools.islice(itertools.cycle(found), count))
    ]


def workers_of(parent: int) -> dict[int, float]:
    """MiB of the workers among the child processes, by their number."""
    children = map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
    return {child: memory_of(child) for child in children if is_worker(child)}


def is_worker(process: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def memory_of(process: int) -> float:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096 / 2**20
    except OSError:
        return 0.0


@dataclass(frozen=True)
class Moment:
    """After an input: how many are done, seconds of this run, MiB of this process and of each worker."""

    number: int
    seconds: float
    own: float
    workers: dict[int, float]

    @classmethod
    def of(cls, row: str) -> "Moment":
        number, seconds, own, *told = row.split()
        return cls(int(number), float(seconds), float(own), {int(a): float(b) for a, b in (w.split(":") for w in told)})

    def __str__(self) -> str:
        told = [f"{process}:{memory:.2f}" for process, memory in self.workers.items()]
        return " ".join([str(self.number), f"{self.seconds:.2f}", f"{self.own:.2f}", *told])


def read(options: argparse.Namespace, folder: Path) -> int:
    """Run the batch, or what is left of it, with a row in `memory.txt` after every input; how many inputs failed."""
    engine = ocr.OcrEngine(threads=options.threads)
    start: Any = Fake() if options.fake else engine.spec(options.threads, ready=True)
    target = Folder(folder / "results", {".json": partial(OcrResult.render, format="json")})
    work = Work(start, target, engine.options)
    run = partial(
        in_processes, workers=options.workers, lost=lost, ordered=False, per_worker=options.per_worker or None
    )
    with Journal(folder / ".penscript") as journal, (folder / "memory.txt").open("a", encoding="ascii") as log:
        batch, began = Batch(journal, target), time.monotonic()
        jobs = batch.plan(inputs(sources(options.places), options.pages))
        for _ in batch.run(jobs, lambda some: run(work, some)):
            done = batch.counts.finished
            print(Moment(done, time.monotonic() - began, resident(), workers_of(os.getpid())), file=log, flush=True)
        for entry in itertools.islice(batch.counts.failures.values(), 3):
            print(f"failed: {entry.name}: {entry.reason}")
    return batch.counts.failed


def slope(numbers: Sequence[float], memory: Sequence[float]) -> float:
    """MiB a thousand inputs."""
    return float(np.polyfit(numbers, memory, 1)[0]) * 1000


def told(moments: Sequence[Moment], options: argparse.Namespace) -> float:
    """Print what the memory does, every hundred inputs and by its slopes; that of all processes together."""
    for at in range(0, len(moments), 100):
        some = moments[at : at + 100]
        sums = [sum(one.workers.values()) for one in some]
        own = max(one.own for one in some)
        print(f"{some[-1].number}: {own:.1f} MiB, workers {np.mean(sums):.0f} on the mean, {max(sums):.0f} at most")
    later = [one for one in moments if one.number > options.skip]
    if len(later) < 2:
        raise SystemExit(f"There are {len(moments)} inputs, too few to measure after {options.skip}.")
    numbers = [one.number for one in later]
    own = slope(numbers, [one.own for one in later])
    theirs = slope(numbers, [sum(one.workers.values()) for one in later])
    print(f"after {options.skip} inputs, MiB a thousand: this process {own:+.2f}, workers {theirs:+.2f}")
    for process, (life, memory) in lives(moments).items():
        if len(life) > 2 * options.settle:
            grown = slope(life[options.settle :], memory[options.settle :])
            print(f"worker {process}: {len(life)} looks, {max(memory):.0f} MiB at most, {grown:+.2f} MiB a thousand")
    ends = [a for a, b in itertools.pairwise(moments) if b.seconds < a.seconds] + [moments[-1]]
    seconds = sum(one.seconds for one in ends)
    print(f"{len(moments)} inputs in {seconds:.0f} s: {len(moments) / seconds:.2f} a second")
    return own + theirs


def lives(moments: Sequence[Moment]) -> dict[int, tuple[list[float], list[float]]]:
    """Of every worker: the numbers of the inputs while it lived, and its memory then."""
    found: dict[int, tuple[list[float], list[float]]] = {}
    for one in moments:
        for process, memory in one.workers.items():
            life = found.setdefault(process, ([], []))
            life[0].append(one.number)
            life[1].append(memory)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, default=1000, help="inputs")
    parser.add_argument("--skip", type=int, default=500, help="inputs before those that are measured")
    parser.add_argument("--settle", type=int, default=100, help="looks at a worker before those that are measured")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--per-worker", type=int, default=PER_WORKER, help="0: workers stay for the whole batch")
    parser.add_argument("--keep", type=Path, help="folder for the results, the journal and what was measured")
    parser.add_argument("--fake", action="store_true", help="read nothing")
    parser.add_argument("--most", type=float, default=1.0, help="MiB a thousand inputs that are still flat")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        try:
            failed = read(options, folder)
        except KeyboardInterrupt:
            failed = 0
            print("Interrupted; with --keep the same command goes on.")
        moments = [Moment.of(row) for row in (folder / "memory.txt").read_text("ascii").splitlines()]
        grown = told(moments, options)
        results = len(list((folder / "results").rglob("*.json")))
    print(f"{options.pages} inputs, {results} results, {failed} failed")
    return 1 if grown > options.most or results + failed != options.pages else 0


if __name__ == "__main__":
    sys.exit(main())
