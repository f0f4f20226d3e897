"""Does memory stay flat in a batch? Runs one and prints how the resident memory of all its processes grows.

python tools/batch_memory.py FILE_OR_FOLDER... [--pages 1000] [--skip 500] [--workers 1] [--fake]

The files are taken again and again under other names. With --fake nothing is read: each gets forty lines. Linux.
"""

import argparse
import itertools
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
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


def workers_of(parent: int) -> float:
    """MiB of the child processes."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return sum(memory_of(int(child)) for child in children)


def memory_of(process: int) -> float:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096 / 2**20
    except OSError:
        return 0.0


def measured(options: argparse.Namespace, folder: Path) -> Iterator[tuple[float, float]]:
    """MiB of this process and of its workers after every page."""
    engine = ocr.OcrEngine(threads=options.threads)
    start: Any = Fake() if options.fake else engine.spec(options.threads, ready=True)
    target = Folder(folder, {".json": partial(OcrResult.render, format="json")})
    work = Work(start, target, engine.options)
    per_worker = options.per_worker or None
    with Journal(folder / ".penscript") as journal:
        batch = Batch(journal, target)
        jobs = batch.plan(inputs(sources(options.places), options.pages))
        run = partial(in_processes, workers=options.workers, lost=lost, ordered=False, per_worker=per_worker)
        for number, _ in enumerate(batch.run(jobs, lambda some: run(work, some)), 1):
            yield resident(), workers_of(os.getpid())
            if number % 100 == 0:
                print(f"{number}: {resident():.1f} + {workers_of(os.getpid()):.1f} MiB", flush=True)
        if batch.counts.failed:
            print(f"{batch.counts.failed} failed, such as {next(iter(batch.counts.failures.values()))}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--skip", type=int, default=500, help="pages to read before measuring")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--per-worker", type=int, default=PER_WORKER, help="0: workers stay for the whole batch")
    parser.add_argument("--fake", action="store_true", help="read nothing")
    parser.add_argument("--most", type=float, default=1.0, help="MiB a thousand pages that are still flat")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        memory = np.array(list(measured(options, Path(folder))))
    after = np.arange(len(memory) - options.skip)
    own, theirs = (float(np.polyfit(after, memory[options.skip :, column], 1)[0]) * 1000 for column in (0, 1))
    print(f"{len(memory)} pages: this process {memory[:, 0].max():.0f} MiB at most, workers {memory[:, 1].max():.0f}")
    print(f"after page {options.skip}, MiB a thousand pages: this process {own:+.2f}, workers {theirs:+.2f}")
    return 1 if own + theirs > options.most else 0


if __name__ == "__main__":
    sys.exit(main())
