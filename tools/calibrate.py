"""Fit the confidence of the packs that read by default on part `calibrate` (print: `develop` too), and store it.

python tools/calibrate.py ../shared --cache /tmp/witnesses              read, fit, report and store
python tools/calibrate.py ../shared --cache /tmp/witnesses --dry-run    store nothing

What was read is kept in the cache by the digest of the packs, so a second run only fits. Delete the cache when the code
that reads changes.
"""

import argparse
import hashlib
import json
import pickle
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2

from penscript.evaluation.confidence import auroc, calibration_error, reliability
from penscript.evaluation.sets import Kind, Sample, SampleSet, find_sets
from penscript.evaluation.textless import KINDS, draw
from penscript.export.atomic import write_bytes
from penscript.options import ReadOptions
from penscript.packs.catalog import BASE, BASE_CALIBRATION, Catalog
from penscript.reading.image import Picture
from penscript.reading.reader import Reader
from penscript.training.calibrate import Verdict, Watch, Witness, fit_packs, folded, of_nothing, witnesses, write

SETS = (
    ("copiste_dun_jour_fr", "calibrate", 140),
    ("testaments_poilus_fr", "calibrate", 100),
    ("dhsd_de_words", "calibrate", 200),
    ("pages/copiste_dun_jour_fr", "calibrate", 10),
    ("print/sroie", "develop", 24),
    ("print/fr_typewritten", "calibrate", 10),
    ("print/ehri_typed", "calibrate", 8),
    ("print/zugferd", "develop", 10),
)
TEXTLESS = 39
TEXTLESS_SEED = 1000


@dataclass(frozen=True)
class Task:
    """One thing to read: a sample of a set, or a textless picture."""

    owner: SampleSet
    sample: Sample
    cache: Path


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--cache", type=Path, required=True)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--share", type=float, default=1.0, help="of the samples of each set")
    asked.add_argument("--dry-run", action="store_true", help="fit and report, store nothing")
    chosen = asked.parse_args()
    seen = read(chosen.folder, chosen.cache, chosen.workers, chosen.share)
    report(seen, folded(seen))
    if not chosen.dry_run:
        store(seen)


def read(folder: Path, cache: Path, workers: int, share: float) -> list[Witness]:
    """The witnesses of every set, from the cache where they lie there."""
    started, tasks = time.time(), list(_tasks(folder, cache / _digest(), share))
    found: list[Witness] = []
    with ProcessPoolExecutor(workers, get_context("spawn"), _open_reader) as pool:
        for number, some in enumerate(pool.map(_read, tasks), 1):
            found += some
            print(f"{number} of {len(tasks)}, {time.time() - started:.0f} s", end="\r", flush=True)
    return found


def _tasks(folder: Path, cache: Path, share: float) -> Iterator[Task]:
    cache.mkdir(parents=True, exist_ok=True)
    for name, part, most in SETS:
        (owner,) = find_sets(folder, part, [name])
        step = max(1.0, len(owner.samples) / max(1, round(most * share)))
        samples = [owner.samples[round(place * step)] for place in range(int(len(owner.samples) / step))]
        bare = SampleSet(owner.name, owner.kind, (), owner.ignore_case)
        yield from (Task(bare, one, cache / f"{name}-{one.file}.pickle".replace("/", "_")) for one in samples)
    nothing = SampleSet("textless", Kind.PAGE, ())
    for number in range(round(TEXTLESS * share)):
        yield Task(nothing, Sample(str(number), "", "", b""), cache / f"textless-{number}.pickle")


def _digest() -> str:
    told = " ".join(info.sha256 for info in Catalog().packs())
    return hashlib.sha256(told.encode()).hexdigest()[:12]


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
    if task.owner.name == "textless":
        round_, place = divmod(int(task.sample.file), len(KINDS))
        kind = list(KINDS)[place]
        picture = Picture(draw(kind, TEXTLESS_SEED + round_))
        found = list(of_nothing(_WORKER["reader"], _WORKER["watch"], kind, picture, options))
    else:
        found = list(witnesses(_WORKER["reader"], _WORKER["watch"], task.owner, task.sample, options))
    write_bytes(task.cache, pickle.dumps(found))
    return found


def report(seen: list[Witness], verdicts: list[Verdict]) -> None:
    """By set, held out by document."""
    told = [(one, verdict) for one, verdict in zip(seen, verdicts, strict=True) if one.attempts[0].text]
    for name in ["", *sorted({one.set for one in seen})]:
        some = [(one, verdict) for one, verdict in told if name in ("", one.set)]
        sure, right = [v.probability for _, v in some], [float(v.right) for _, v in some]
        taken = [(p, r) for p, r in zip(sure, right, strict=True) if p >= 0.75]
        again = [(one.attempts[0].right, v.right) for one, v in some if len(one.attempts) > 1]
        print(f"{name or 'all':28} {len(some):5} lines  right {sum(right) / max(1, len(right)):.3f}", end="  ")
        print(f"error {calibration_error(sure, right):.3f}  AUROC {auroc(sure, right):.3f}", end="  ")
        count = max(1, len(taken))
        print(f"at 75: {len(taken)}, right {sum(r for _, r in taken) / count:.3f}", end=" ")
        print(f"told {sum(p for p, _ in taken) / count:.3f}", end="  ")
        gained, lost = sum(b and not a for a, b in again), sum(a and not b for a, b in again)
        print(f"read again {len(again)}: {gained} became right, {lost} wrong")
    for one in reliability([v.probability for _, v in told], [float(v.right) for _, v in told]):
        print(f"{one.low:.1f} to {one.high:.1f}: {one.count:5} lines, told {one.confidence:.3f}, right {one.right:.3f}")


def store(seen: list[Witness]) -> None:
    catalog = Catalog()
    for pack, calibration in fit_packs(seen).items():
        if pack.startswith(BASE + "@"):
            write_bytes(BASE_CALIBRATION, json.dumps(calibration.to_dict()).encode() + b"\n")
        else:
            write(Path(catalog.recognizer(pack).info.file), calibration)


if __name__ == "__main__":
    main()
