"""What learning a hand gives: hands that the general pack never saw, some of their lines learnt from, others read.

    python tools/judge_learning.py ../shared --cache DIR             a hand after the other; goes on where it was ended
    python tools/judge_learning.py ../shared --cache DIR --report    the table of all that was measured

Modern French hands: writers of part test with 24 lines at least (pages of one text are one writer's); lines of part
skip are learnt from but never read. German words: writers of part test. Single hands: part adapt, other pages read than
learnt from.
"""

import argparse
import json
import pickle
import re
import time
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from penscript.evaluation.interval import bootstrap
from penscript.learning.characters import grown_charset, grown_weights, numbers
from penscript.learning.course import FORGETTING, PARTS, Start, mixed, plan_for
from penscript.learning.example import shipped
from penscript.learning.features import Rows
from penscript.learning.fitting import Learner, Lesson
from penscript.learning.judging import Comparison, Decoder
from penscript.learning.layers import Weights
from penscript.learning.texts import own_texts
from penscript.packs.catalog import Catalog
from penscript.training.charset import plain
from penscript.training.lines import decode_grey, read_splits

FRENCH, GERMAN = "copiste_dun_jour_fr", "dhsd_de_words"
SINGLE = {"joseph_hooker_en": (256, 80), "celestine_doniau_fr": (64, 60), "peraire_fr_20c": (256, 60)}
GUARDED = 2
"""Of the guard lines, only every second is read, to save time."""
HOOKER, CELESTINE, PERAIRE = SINGLE
ORDER = [
    (HOOKER, 16), (HOOKER, 64), (CELESTINE, 16), (FRENCH, 16), (GERMAN, 16), (GERMAN, 64), (CELESTINE, 64),
    (PERAIRE, 16), (PERAIRE, 64), (HOOKER, 256), (FRENCH, 8), (FRENCH, 4), (PERAIRE, 256),
]  # fmt: skip
"""What is measured first, so that a run that is ended early has a bit of everything."""


@dataclass(frozen=True)
class Hand:
    set: str
    name: str
    taught: list[tuple[str, str]]
    read: list[tuple[str, str]]
    counts: tuple[int, ...]


def hands(shared: Path) -> Iterator[Hand]:
    splits = read_splits(shared / "data/splits.tsv")
    for name, (taught, read) in SINGLE.items():
        yield single(name, lines_of(shared, name), splits, taught, read)
    yield from french(lines_of(shared, FRENCH), splits)
    yield from german(lines_of(shared, GERMAN), splits)


def lines_of(shared: Path, name: str) -> dict[str, str]:
    with zipfile.ZipFile(shared / f"data/handwriting/{name}.zip") as archive:
        rows = (row.partition("\t") for row in archive.read("lines.tsv").decode().splitlines())
        return {file: text for file, _, text in rows if plain(text)}


def french(texts: dict[str, str], splits: dict[tuple[str, str], str]) -> Iterator[Hand]:
    writers: dict[str, list[str]] = defaultdict(list)
    for file in texts:
        writers[re.sub(r"(_\d)?_\d+\.webp$", "", file)].append(file)
    for name, files in sorted(writers.items()):
        own = [file for file in files if splits.get((FRENCH, file)) == "test"]
        if len(files) >= 24 and len(own) >= 16:
            order = [file for file in files if file not in own][:6] + own
            pairs = [(file, texts[file]) for file in order]
            yield Hand(FRENCH, name, pairs[:16], pairs[16:], (4, 8, 16))


def german(texts: dict[str, str], splits: dict[tuple[str, str], str]) -> Iterator[Hand]:
    writers: dict[str, list[str]] = defaultdict(list)
    for file in texts:
        if splits.get((GERMAN, file)) == "test":
            writers[file.rsplit("_", 1)[0]].append(file)
    for name, files in sorted(writers.items()):
        order = np.random.default_rng(1).permutation(len(files))
        pairs = [(files[number], texts[files[number]]) for number in order]
        if len(pairs) >= 74:
            yield Hand(GERMAN, name, pairs[:64], pairs[64:104], (16, 64))


def single(set_: str, texts: dict[str, str], splits: dict[tuple[str, str], str], taught: int, read: int) -> Hand:
    pages: dict[str, list[str]] = defaultdict(list)
    for file in texts:
        if splits.get((set_, file)) == "adapt":
            pages[file.rsplit("_", 1)[0]].append(file)
    names = sorted(pages)
    names = [names[number] for number in np.random.default_rng(1).permutation(len(names))]
    held: list[str] = []
    while len(held) < read:
        held += pages[names.pop()]
    own = [file for name in names for file in pages[name]][:taught]
    if len(own) < taught:  # few pages: the first lines are learnt from, the others read
        files = [file for name in sorted(pages) for file in pages[name]]
        own, held = files[:taught], files[taught:]
    pairs = [[(file, texts[file]) for file in some] for some in (own, held[:read])]
    return Hand(set_, set_, *pairs, tuple(count for count in (16, 64, 256) if count <= len(own)))


def pictures(shared: Path, hand: Hand, files: Sequence[tuple[str, str]]) -> list[np.ndarray]:
    with zipfile.ZipFile(shared / f"data/handwriting/{hand.set}.zip") as archive:
        return [decode_grey(archive.read(file)) for file, _ in files]


def looked_at(shared: Path, hand: Hand, rows: Rows, cache: Path) -> tuple[list[Any], list[Any]]:
    """The views of the lines to learn from and the rows of those to read, kept in the cache."""
    file = cache / f"{hand.set}-{hand.name}.pickle"
    if not file.is_file():
        shown, held = pictures(shared, hand, hand.taught), pictures(shared, hand, hand.read)
        copies = plan_for(max(hand.counts))[1]
        views = [rows.views(picture, copies, shown, number) for number, picture in enumerate(shown)]
        file.write_bytes(pickle.dumps((views, [rows.of(picture) for picture in held])))
    return pickle.loads(file.read_bytes())


def kept_rows(rows: Rows, name: str, cache: Path) -> list[Any]:
    file = cache / f"{name}.pickle"
    if not file.is_file():
        file.write_bytes(pickle.dumps([rows.of(one.picture) for one in shipped(name)]))
    return pickle.loads(file.read_bytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--report", action="store_true")
    told = parser.parse_args()
    told.cache.mkdir(parents=True, exist_ok=True)
    results = told.cache / "results.jsonl"
    if not told.report:
        measure(told.shared, told.cache, results)
    report([json.loads(row) for row in results.read_text().splitlines()])


def measure(shared: Path, cache: Path, results: Path) -> None:
    bench = Bench(shared, cache)
    done = {tuple(json.loads(row)["key"]) for row in results.read_text().splitlines()} if results.is_file() else set()
    tasks = [(hand, count) for hand in hands(shared) for count in hand.counts]
    for hand, count in sorted(tasks, key=lambda task: ORDER.index((task[0].set, task[1]))):
        key = (hand.set, hand.name, count)
        if key not in done:
            found = bench.learn(hand, count)
            with results.open("a") as stream:
                stream.write(json.dumps({"key": key} | found) + "\n")
            print(key, {name: value for name, value in found.items() if not isinstance(value, list)}, flush=True)


class Bench:
    def __init__(self, shared: Path, cache: Path) -> None:
        self.shared, self.cache = shared, cache
        self.start = Start.open(Path(Catalog().recognizer("latin").info.file))
        self.rows = Rows(self.start.file, self.start.tail.row, self.start.card.info.height)
        self.guard, self.replay = (kept_rows(self.rows, name, cache) for name in ("guard", "replay"))
        self.before: dict[str, list[str]] = {}
        self.guarded: list[str] | None = None

    def learn(self, hand: Hand, count: int) -> dict[str, Any]:
        views, held = looked_at(self.shared, hand, self.rows, self.cache)
        texts = [text for _, text in hand.taught[:count]]
        charset = grown_charset(self.start.card.charset, texts)
        weights = grown_weights(self.start.tail.weights, self.start.card.charset, charset)
        learnt, seconds = self.learnt(views[:count], texts, charset, weights)
        truths = [plain(text) for _, text in hand.read]
        general = Decoder(charset, self.start.language.search(charset))
        personal = Decoder(charset, self.start.language.search(charset, own_texts(texts, (), len(charset))))
        before = self.before.setdefault(hand.name, self.read(general, weights, held))
        greedy = Decoder(charset)
        for part in PARTS:  # as `penscript learn` chooses it
            kept = self.forgotten(greedy, weights, mixed(weights, learnt, part))
            if kept[1] <= kept[0] + FORGETTING:
                break
        learnt = mixed(weights, learnt, part)
        both = Comparison.of(truths, before, self.read(personal, learnt, held))
        told = {"before": both.before.tolist(), "after": both.after.tolist(), "characters": both.characters.tolist()}
        alone = Comparison.of(truths, self.read(greedy, weights, held), self.read(greedy, learnt, held))
        told |= {"cer": both.rates, "greedy": alone.rates, "seconds": round(seconds, 1)}
        if count == max(hand.counts):
            network = Comparison.of(truths, before, self.read(general, learnt, held)).rates[1]
            told |= {"network_alone": network}
        return told | {"guard": kept, "part": part}

    def learnt(
        self, views: Sequence[Any], texts: Sequence[str], charset: tuple[str, ...], weights: Weights
    ) -> tuple[Weights, float]:
        lessons = [Lesson(one, numbers(text, charset)) for one, text in zip(views, texts, strict=True)]
        drawn = zip(self.replay, shipped("replay"), strict=True)
        replayed = [Lesson((one,), numbers(example.text, charset)) for one, example in drawn]
        began = time.process_time()
        plan = plan_for(len(texts))[0]
        learnt = Learner(weights, self.start.tail.dilation, lessons, plan, replayed).run()
        return learnt, time.process_time() - began

    def forgotten(self, greedy: Decoder, weights: Weights, learnt: Weights) -> tuple[float, float]:
        texts = [one.text for one in shipped("guard")][::GUARDED]
        rows = self.guard[::GUARDED]
        if self.guarded is None:
            self.guarded = self.read(greedy, weights, rows)
        return Comparison.of(texts, self.guarded, self.read(greedy, learnt, rows)).rates

    def read(self, decoder: Decoder, weights: Weights, lines: Sequence[Any]) -> list[str]:
        return [plain(decoder.read(one, weights, self.start.tail.dilation)) for one in lines]


def report(found: list[dict[str, Any]]) -> None:
    groups: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for one in found:
        kind = one["key"][0] if one["key"][0] in (FRENCH, GERMAN) else "single hands"
        groups[kind, one["key"][2]].append(one)
        if kind == "single hands":
            groups[one["key"][0], one["key"][2]].append(one)
    for (kind, count), some in sorted(groups.items()):
        print(f"{kind} {count}: " + summary(some))


def summary(some: list[dict[str, Any]]) -> str:
    change = np.array([sum(one["after"]) / max(1, sum(one["before"])) - 1 for one in some])
    low, high = interval(some, change)
    total = sum(sum(one["characters"]) for one in some)
    before, after = (sum(sum(one[side]) for one in some) / total for side in ("before", "after"))
    guard = [one["guard"][1] - one["guard"][0] for one in some]
    network = [one["network_alone"] / one["cer"][0] - 1 for one in some if "network_alone" in one]
    greedy = [one["greedy"][1] / one["greedy"][0] - 1 for one in some]
    return (
        f"{len(some)} hands, CER {before:.4f} to {after:.4f}, mean change {change.mean():+.1%} "
        f"[{low:+.1%}, {high:+.1%}], worse {int((change > 0).sum())}, "
        f"network alone {np.mean(network) if network else np.nan:+.1%}, "
        f"greedy {np.mean(greedy):+.1%}, guard {np.mean(guard):+.4f} (at most {max(guard):+.4f}), "
        f"{np.mean([one['seconds'] for one in some]):.0f} s of one core"
    )


def interval(some: list[dict[str, Any]], change: np.ndarray) -> tuple[float, float]:
    """By hand; for one hand alone by its lines."""
    if len(some) > 1:
        return bootstrap(np.stack([change, np.ones(len(change))], axis=1), lambda sums: sums[..., 0] / sums[..., 1])
    lines = np.array([some[0]["after"], some[0]["before"]], float).T
    return bootstrap(lines, lambda sums: sums[..., 0] / np.maximum(1, sums[..., 1]) - 1)


if __name__ == "__main__":
    main()
