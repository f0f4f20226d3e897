"""Samples and textless pictures -> every line with the evidence of its readings, in several processes.

What the networks answered is kept in `cache` (remembered.py), so that a second run, with other maps or other code
between the networks and the maps, takes a fraction of the time, and one that was killed goes on where it stopped.
"""

import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
from rapidfuzz import fuzz
from remembered import RememberedCatalog

from penscript.errors import PenscriptError
from penscript.evaluation import fields
from penscript.evaluation.chinese import chinese_lines
from penscript.evaluation.scores import fold
from penscript.evaluation.sets import Kind, Sample, SampleSet, find_sets
from penscript.evaluation.textless import KINDS, draw
from penscript.options import ReadOptions
from penscript.reading.image import Picture
from penscript.reading.reader import Reader
from penscript.training.calibrate import TEXTLESS, Watch, is_mislabelled, of_line, of_nothing, witnesses
from penscript.training.witness import Witness

LONG, ALIKE = 12, 80.0
"""Characters of a text that can be known again, and how much of it must be found, in percent."""
PAGE = re.compile(r"[_-]\d{1,2}(_\w+_default)?$")
"""The number of a page at the end of a document's name."""
Wanted = Sequence[tuple[str, str, int]]
"""Sets, their part, and how many samples."""


@dataclass(frozen=True)
class Task:
    """One thing to read: a sample of a set, or a textless picture, drawn from `seed`."""

    owner: SampleSet
    sample: Sample
    seed: int = 0


def read(
    folder: Path, sets: Wanted, nothing: tuple[int, int], cache: Path, workers: int, *, thorough: bool
) -> list[Witness]:
    """The witnesses of every set and of textless pictures (how many, from which seed).

    thorough: every line is read again, as calibrating wants it; else the doubtful ones alone, as reading does.
    """
    started, tasks = time.time(), [*_tasks(folder, sets), *_nothing(*nothing)]
    found: list[Witness] = []
    with ProcessPoolExecutor(workers, get_context("spawn"), _open_reader, (cache, thorough)) as pool:
        for number, some in enumerate(pool.map(_read, tasks), 1):
            found += some
            print(f"{number} of {len(tasks)}, {time.time() - started:.0f} s", end="\r", flush=True)
    print()
    return found


def mislabelled(folder: Path, seen: Sequence[Witness]) -> list[bool]:
    """Of each witness, whether its picture has the label of another one of its set."""
    names = sorted({one.set for one in seen if not one.set.startswith(("pages/", "print/", TEXTLESS))})
    truths = {owner.name: {fold(one.truth) for one in owner.samples} for owner in find_sets(folder, "all", names)}
    return [one.set in truths and is_mislabelled(one, truths[one.set]) for one in seen]


def left_out(folder: Path, seen: Sequence[Witness]) -> list[bool]:
    """Of each witness, whether it stands on a page whose truth leaves it out: a label of the sheet, or a sentence that
    everybody had to copy, as part `skip` of the same set of lines has them.
    """
    pages = sorted({one.set for one in seen if one.set.startswith("pages/") and one.truth is None})
    skipped = {name: _skipped(folder, name.removeprefix("pages/")) for name in pages}
    return [one.truth is None and _is_part_of(fold(one.first.text), skipped.get(one.set, "")) for one in seen]


def owners(folder: Path, seen: Sequence[Witness]) -> list[str]:
    """Of each witness, whose it is: the seller of a receipt or an invoice, else the document, all of its pages."""
    sellers: dict[tuple[str, str], str] = {}
    for name, truths in (("sroie", fields.receipts), ("zugferd", fields.invoices)):
        own = {one.document for one in seen if one.set == f"print/{name}"}
        told = truths(folder / "data/print" / name, [f"{document}.pdf" for document in sorted(own)]) if own else ()
        sellers |= {(f"print/{name}", file.stem): truth.seller for file, truth in told}
    return [sellers.get((one.set, one.document), PAGE.sub("", one.document)) for one in seen]


def _skipped(folder: Path, name: str) -> str:
    """The texts of part `skip` of a set of lines, one behind the other; nothing where it has none."""
    try:
        return " ".join(fold(sample.truth) for owner in find_sets(folder, "skip", [name]) for sample in owner.samples)
    except PenscriptError:
        return ""


def _is_part_of(text: str, skipped: str) -> bool:
    return len(text) >= LONG and fuzz.partial_ratio(text, skipped) >= ALIKE


def _tasks(folder: Path, sets: Wanted) -> Iterator[Task]:
    for name, part, most in sets:
        (owner,) = find_sets(folder, part, [name])
        step = max(1.0, len(owner.samples) / max(1, most))
        samples = [owner.samples[round(place * step)] for place in range(int(len(owner.samples) / step))]
        bare = SampleSet(owner.name, owner.kind, (), owner.ignore_case)
        yield from (Task(bare, one) for one in samples)


def _nothing(count: int, seed: int) -> Iterator[Task]:
    owner = SampleSet(TEXTLESS, Kind.PAGE, ())
    for number in range(count):
        yield Task(owner, Sample(str(number), "", "", b""), seed)


def chinese(fonts: Sequence[str], count: int, seed: int, cache: Path) -> list[Witness]:
    """Lines of Chinese drawn in those of the fonts that are installed, by the beginnings of their files' names."""
    files = sorted(file for file in Path("/usr/share/fonts").rglob("*.tt[fc]") if file.stem.startswith(tuple(fonts)))
    if not files:
        return []
    _open_reader(cache, thorough=True)
    tools = (_WORKER["reader"], _WORKER["watch"])
    told = chinese_lines(files, count, seed)
    return [
        one for name, text, line in told for one in of_line(*tools, Sample(name, name, text, b""), line, ReadOptions())
    ]


_WORKER: dict[str, Any] = {}


def _open_reader(cache: Path, thorough: bool) -> None:
    cv2.setNumThreads(1)
    _WORKER["watch"] = Watch()
    _WORKER["reader"] = Reader(RememberedCatalog(cache), observe=_WORKER["watch"], thorough=thorough)


def _read(task: Task) -> list[Witness]:
    options = ReadOptions(barcodes=False)
    tools = (_WORKER["reader"], _WORKER["watch"])
    if task.owner.name != TEXTLESS:
        return list(witnesses(*tools, task.owner, task.sample, options))
    later, place = divmod(int(task.sample.file), len(KINDS))
    kind = list(KINDS)[place]
    return list(of_nothing(*tools, kind, Picture(draw(kind, task.seed + later)), options))
