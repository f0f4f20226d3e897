"""Samples and textless pictures -> every line with the evidence of all its readings, in several processes, kept in a
cache.
"""

import pickle
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2

from penscript.evaluation.chinese import chinese_lines
from penscript.evaluation.sets import Kind, Sample, SampleSet, find_sets
from penscript.evaluation.textless import KINDS, draw
from penscript.export.atomic import write_bytes
from penscript.options import ReadOptions
from penscript.packs.catalog import Catalog
from penscript.reading.image import Picture
from penscript.reading.reader import Reader
from penscript.training.calibrate import TEXTLESS, Watch, Witness, of_line, of_nothing, witnesses

Wanted = Sequence[tuple[str, str, int]]
"""Sets, their part, and how many samples."""


@dataclass(frozen=True)
class Task:
    """One thing to read: a sample of a set, or a textless picture, drawn from `seed`."""

    owner: SampleSet
    sample: Sample
    cache: Path
    seed: int = 0


def read(folder: Path, sets: Wanted, nothing: tuple[int, int], cache: Path, workers: int) -> list[Witness]:
    """The witnesses of every set and of textless pictures (how many, from which seed), from the cache where they lie
    there.
    """
    started, tasks = time.time(), [*_tasks(folder, sets, cache / _packs()), *_nothing(*nothing, cache / _packs())]
    found: list[Witness] = []
    with ProcessPoolExecutor(workers, get_context("spawn"), _open_reader) as pool:
        for number, some in enumerate(pool.map(_read, tasks), 1):
            found += some
            print(f"{number} of {len(tasks)}, {time.time() - started:.0f} s", end="\r", flush=True)
    print()
    return found


def _tasks(folder: Path, sets: Wanted, cache: Path) -> Iterator[Task]:
    cache.mkdir(parents=True, exist_ok=True)
    for name, part, most in sets:
        (owner,) = find_sets(folder, part, [name])
        step = max(1.0, len(owner.samples) / max(1, most))
        samples = [owner.samples[round(place * step)] for place in range(int(len(owner.samples) / step))]
        bare = SampleSet(owner.name, owner.kind, (), owner.ignore_case)
        yield from (Task(bare, one, cache / f"{name}-{one.file}.pickle".replace("/", "_")) for one in samples)


def _nothing(count: int, seed: int, cache: Path) -> Iterator[Task]:
    owner = SampleSet(TEXTLESS, Kind.PAGE, ())
    for number in range(count):
        yield Task(owner, Sample(str(number), "", "", b""), cache / f"textless-{seed}-{number}.pickle", seed)


def chinese(fonts: Sequence[str], count: int, seed: int) -> list[Witness]:
    """Lines of Chinese drawn in those of the fonts that are installed, by the beginnings of their files' names."""
    files = sorted(file for file in Path("/usr/share/fonts").rglob("*.tt[fc]") if file.stem.startswith(tuple(fonts)))
    if not files:
        return []
    _open_reader()
    tools = (_WORKER["reader"], _WORKER["watch"])
    told = chinese_lines(files, count, seed)
    return [
        one for name, text, line in told for one in of_line(*tools, Sample(name, name, text, b""), line, ReadOptions())
    ]


def _packs() -> str:
    return " ".join(info.id for info in Catalog().packs())


_WORKER: dict[str, Any] = {}


def _open_reader() -> None:
    cv2.setNumThreads(1)
    _WORKER["watch"] = Watch()
    _WORKER["reader"] = Reader(Catalog(threads=1), observe=_WORKER["watch"])


def _read(task: Task) -> list[Witness]:
    if task.cache.is_file():
        found: list[Witness] = pickle.loads(task.cache.read_bytes())
        return found
    options = ReadOptions(barcodes=False)
    if task.owner.name == TEXTLESS:
        later, place = divmod(int(task.sample.file), len(KINDS))
        kind = list(KINDS)[place]
        picture = Picture(draw(kind, task.seed + later))
        found = list(of_nothing(_WORKER["reader"], _WORKER["watch"], kind, picture, options))
    else:
        found = list(witnesses(_WORKER["reader"], _WORKER["watch"], task.owner, task.sample, options))
    write_bytes(task.cache, pickle.dumps(found))
    return found
