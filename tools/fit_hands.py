"""Fit how lines of one hand and of many hands scatter: what tells a hand that is learnt from all others.

    python tools/fit_hands.py ../shared src/penscript/learning/hands.npz

Reads lines of part train, at most a few of each hand, as far as the switch looks.
"""

import argparse
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from penscript.learning.course import Start
from penscript.learning.features import Front
from penscript.packs.catalog import Catalog
from penscript.training.charset import plain
from penscript.training.lines import decode_grey, read_splits

SETS = {
    "copiste_dun_jour_fr": (r"(_\d)?_\d+\.webp$", 8, 1100),
    "testaments_poilus_fr": (r"_\d+\.webp$", 10, 900),
    "dhsd_de_words": (r"_\d+\.webp$", 50, 1000),
    "cremma_mss19_fr": (r"_\d+\.webp$", 10, 200),
    "stanford_memorials_en": (r"_\d+\.webp$", 10, 100),
}
"""What is left of a file's name is its hand; lines a hand, and a set, at most."""
KEPT = 48
"""Values that are kept: those that tell hands apart best."""
FEWEST = 4
SHRINK = 0.1
"""How far the covariance within a hand is drawn to its diagonal."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("out", type=Path)
    told = parser.parse_args()
    start = Start.open(Path(Catalog().recognizer("latin").info.file))
    front = Front(start.file, start.tail.entry, start.card.info.height)
    lines = [(hand, front.of(picture)[1]) for hand, picture in pictures(told.shared)]
    found = np.stack([shown for _, shown in lines]).astype(np.float64)
    np.savez_compressed(told.out, **{name: array.astype(np.float32) for name, array in fit(found, lines).items()})
    print(len(lines), "lines of", len({hand for hand, _ in lines}), "hands,", told.out.stat().st_size, "bytes")


def pictures(shared: Path) -> Iterator[tuple[str, Any]]:
    splits, random = read_splits(shared / "data/splits.tsv"), np.random.default_rng(11)
    for name, (ending, each, most) in SETS.items():
        with zipfile.ZipFile(shared / f"data/handwriting/{name}.zip") as archive:
            files = [row.partition("\t") for row in archive.read("lines.tsv").decode().splitlines()]
            known = [file for file, _, text in files if plain(text) and splits.get((name, file)) == "train"]
            for hand, file in chosen(known, ending, each, most, random):
                yield hand, decode_grey(archive.read(file))


def chosen(
    files: list[str], ending: str, each: int, most: int, random: np.random.Generator
) -> Iterator[tuple[str, str]]:
    """Some lines of some hands."""
    hands: dict[str, list[str]] = defaultdict(list)
    for file in files:
        hands[re.sub(ending, "", file)].append(file)
    some = {}
    for hand, own in sorted(hands.items()):
        kept = [own[number] for number in random.permutation(len(own))[:each]]
        if len(kept) >= FEWEST:
            some[hand] = kept
    names, taken, count = sorted(some), set(), 0
    random.shuffle(names)
    for hand in names:
        if count < most:
            taken.add(hand)
            count += len(some[hand])
    yield from ((hand, file) for hand, own in some.items() if hand in taken for file in own)


def fit(found: np.ndarray, lines: list) -> dict[str, np.ndarray]:
    """Linear discriminant analysis: scatter 1 within a hand, and what is left between hands in other directions."""
    members: dict[str, list[int]] = defaultdict(list)
    for number, (hand, _) in enumerate(lines):
        members[hand].append(number)
    groups = [found[numbers] for numbers in members.values()]
    means = np.stack([group.mean(axis=0) for group in groups])
    apart = np.concatenate([group - group.mean(axis=0) for group in groups])
    within = apart.T @ apart / (len(apart) - len(groups))
    within = (
        (1 - SHRINK) * within
        + SHRINK * np.diag(np.diag(within))
        + 1e-6 * np.trace(within) / len(within) * np.eye(len(within))
    )
    between = np.cov(means.T) - within * np.mean([1 / len(group) for group in groups])
    level, turn = np.linalg.eigh(within)
    whitened = turn / np.sqrt(level)
    power, further = np.linalg.eigh(whitened.T @ between @ whitened)
    best = np.argsort(-power)[:KEPT]
    look = (whitened @ further[:, best]).T
    shift = -look @ means.mean(axis=0)
    told = {"look": look, "shift": shift, "between": np.maximum(power[best], 1e-3)}
    return told | {"others": means @ look.T + shift, "lines": np.array([len(group) for group in groups])}


if __name__ == "__main__":
    main()
