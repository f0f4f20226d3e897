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
from threadpoolctl import threadpool_limits

from penscript.evaluation.interval import bootstrap
from penscript.learning.characters import grown_charset, numbers
from penscript.learning.course import Learned, Looked, Start, plan_for, study
from penscript.learning.example import Example, guard_lines
from penscript.learning.features import Front
from penscript.learning.fitting import Lesson, Plan
from penscript.learning.judging import Comparison, Decoder, Ends
from penscript.learning.work import Work
from penscript.packs.catalog import Catalog
from penscript.training.charset import plain
from penscript.training.lines import decode_grey, read_splits

FRENCH, GERMAN = "copiste_dun_jour_fr", "dhsd_de_words"
SINGLE = {"joseph_hooker_en": (256, 80), "celestine_doniau_fr": (64, 60), "peraire_fr_20c": (256, 60)}
OTHERS = {FRENCH: 50, "testaments_poilus_fr": 30, GERMAN: 60}
"""Real lines that show what becomes of other hands."""
HOOKER, CELESTINE, PERAIRE = SINGLE
ORDER = [
    (FRENCH, 16), (PERAIRE, 16), (HOOKER, 16), (CELESTINE, 16), (GERMAN, 16), (HOOKER, 64), (PERAIRE, 64),
    (CELESTINE, 64), (GERMAN, 64), (FRENCH, 8), (FRENCH, 4), (HOOKER, 256), (PERAIRE, 256),
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


def looked_at(shared: Path, hand: Hand, front: Front, cache: Path, deep: bool) -> tuple[list[Any], list[Any]]:
    """The views of the lines to learn from and of those to read, with what is shown of each; cached."""
    file = cache / f"{hand.set}-{hand.name}{'-deep' if deep else ''}.pickle"
    if not file.is_file():
        counts = [count for count in hand.counts if bool(plan_for(count)[0].deep) == deep]
        seen, held = pictures(shared, hand, hand.taught[: max(counts)]), pictures(shared, hand, hand.read)
        copies = [max(plan_for(count)[1] for count in counts if count > number) for number in range(len(seen))]
        views = [front.views(picture, copies[number], seen, number) for number, picture in enumerate(seen)]
        file.write_bytes(pickle.dumps((views, [front.of(picture) for picture in held])))
    return pickle.loads(file.read_bytes())


def drawn_lines(front: Front, charset: tuple[str, ...], cache: Path) -> Looked:
    """The guard lines."""
    file, examples = cache / "guard.pickle", guard_lines()
    if not file.is_file():
        file.write_bytes(pickle.dumps([front.of(one.picture) for one in examples]))
    found = zip(examples, pickle.loads(file.read_bytes()), strict=True)
    return Looked(
        tuple(examples), tuple(Lesson((row,), numbers(one.text, charset), told) for one, (row, told) in found)
    )


def others(shared: Path, front: Front, charset: tuple[str, ...], cache: Path) -> Looked:
    """Real lines of other hands: of part select, none of a hand that is learnt."""
    splits, random = read_splits(shared / "data/splits.tsv"), np.random.default_rng(3)
    examples: list[Example] = []
    for name, count in OTHERS.items():
        texts = lines_of(shared, name)
        files = [file for file in texts if splits.get((name, file)) == "select"]
        chosen = [files[number] for number in random.permutation(len(files))[:count]]
        with zipfile.ZipFile(shared / f"data/handwriting/{name}.zip") as archive:
            examples += [Example(decode_grey(archive.read(file)), plain(texts[file]), file) for file in chosen]
    file = cache / "others.pickle"
    if not file.is_file():
        file.write_bytes(pickle.dumps([front.of(one.picture) for one in examples]))
    found = zip(examples, pickle.loads(file.read_bytes()), strict=True)
    return Looked(tuple(examples), tuple(Lesson((row,), (), told) for one, (row, told) in found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--only", metavar="SET:LINES", help="such as joseph_hooker_en:256")
    told = parser.parse_args()
    told.cache.mkdir(parents=True, exist_ok=True)
    results = told.cache / "results.jsonl"
    if not told.report:
        measure(told.shared, told.cache, results, told.only)
    report([json.loads(row) for row in results.read_text().splitlines()])


def measure(shared: Path, cache: Path, results: Path, only: str | None) -> None:
    bench = Bench(shared, cache)
    done = {tuple(json.loads(row)["key"]) for row in results.read_text().splitlines()} if results.is_file() else set()
    tasks = [(hand, count) for hand in hands(shared) for count in hand.counts]
    tasks = [(hand, count) for hand, count in tasks if only in (None, f"{hand.set}:{count}")]
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
        self.start = Start.open(Path(Catalog().recognizer("latin").info.file), threads=1)
        self.before: dict[str, list[str]] = {}
        self.kind: tuple[bool, Start, Front, Looked, Looked] | None = None

    def opened(self, deep: bool) -> tuple[Start, Front, Looked, Looked]:
        """The beginning of a kind of learning, the guard lines and those of others."""
        if self.kind is None or self.kind[0] != deep:
            start, cache = self.start.for_plan(Plan(1, deep=float(deep))), self.cache / ("deep" if deep else "rows")
            cache.mkdir(exist_ok=True)
            front = Front(start.file, start.tail.entry, start.card.info.height)
            charset = start.card.charset
            far = others(self.shared, front, charset, cache)
            self.kind = (deep, start, front, drawn_lines(front, charset, cache), far)
        return self.kind[1:]

    def learn(self, hand: Hand, count: int) -> dict[str, Any]:
        """As `penscript learn` does, then the lines to read and those of other hands."""
        deep = bool(plan_for(count)[0].deep)
        start, front, guard, far = self.opened(deep)
        views, held = looked_at(self.shared, hand, front, self.cache, deep)
        texts, copies = [text for _, text in hand.taught[:count]], plan_for(count)[1]
        charset = grown_charset(start.card.charset, texts)
        lessons = [
            Lesson(one[: copies + 1], numbers(text, charset), told)
            for (one, told), text in zip(views, texts, strict=False)
        ]
        examples = [
            Example(np.zeros((1, 1), np.uint8), text, file, page=file.rsplit("_", 1)[0])
            for file, text in hand.taught[:count]
        ]
        began = time.process_time()
        with threadpool_limits(1):
            own, work = Looked(tuple(examples), tuple(lessons)), Work(1.0, lambda told: None)
            learned = study(own, guard, start, charset=charset, words=(), work=work)
            seconds = time.process_time() - began
            found = self.judged(hand, start, learned, [Lesson((row,), (), told) for row, told in held], far)
        return found | {"seconds": seconds}

    def judged(self, hand: Hand, start: Start, learned: Learned, held: list[Lesson], far: Looked) -> dict[str, Any]:
        truths, charset, language = [plain(text) for _, text in hand.read], learned.charset, start.language
        switch = learned.whose.switch()
        ends = [Ends(start.tail.dilation, learned.first, *more) for more in ((), (learned.weights, switch))]
        alone, both = ([one.posteriors(line) for line in held] for one in ends)
        greedy, general = Decoder(charset), Decoder(charset, language.search(charset))
        personal = Decoder(charset, language.search(charset, learned.language))
        before = self.before.setdefault(hand.name, read(general, alone))
        found = Comparison.of(truths, before, read(personal, both))
        told = {"before": found.before.tolist(), "after": found.after.tolist(), "characters": found.characters.tolist()}
        told |= {"cer": found.rates, "published": learned.objection == "", "objection": learned.objection}
        told |= {"greedy": Comparison.of(truths, read(greedy, alone), read(greedy, both)).rates}
        told["network_alone"] = Comparison.of(truths, before, read(general, both)).rates[1]
        real = [read(greedy, [one.posteriors(line) for line in far.lessons]) for one in ends]
        told["others"] = Comparison.of([one.text for one in far.examples], *real).rates
        told["taken"] = [float(np.mean([switch.chance(one.shown) for one in some])) for some in (held, far.lessons)]
        told["own"] = [one.tolist() for one in (learned.own.before, learned.own.after)]
        told["surprise"] = [one.tolist() for one in (learned.surprise.before, learned.surprise.after)]
        told["pages"] = learned.surprise.pages
        return told | {"guard": learned.guard.rates, "part": learned.part, "stop": learned.trial.stop}


def read(decoder: Decoder, posteriors: Sequence[np.ndarray]) -> list[str]:
    return [plain(decoder.read(one)) for one in posteriors]


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
    given = [one if one["published"] else one | {"after": one["before"]} for one in some]
    gets = np.where([one["published"] for one in some], change, 0.0)
    (low, high), (least, most) = interval(some, change), interval(given, gets)
    total = sum(sum(one["characters"]) for one in some)
    before, after = (sum(sum(one[side]) for one in some) / total for side in ("before", "after"))
    guard, far = ([one[name][1] - one[name][0] for one in some] for name in ("guard", "others"))
    network = [one["network_alone"] / one["cer"][0] - 1 for one in some]
    greedy = [one["greedy"][1] / one["greedy"][0] - 1 for one in some]
    own, foreign = np.mean([one["taken"] for one in some], axis=0)
    published = sum(one["published"] for one in some)
    return (
        f"{len(some)} hands, CER {before:.4f} to {after:.4f}, mean change {change.mean():+.1%} "
        f"[{low:+.1%}, {high:+.1%}], worse {int((change > 0).sum())}; published {published}, "
        f"with the gate {gets.mean():+.1%} [{least:+.1%}, {most:+.1%}], worse {int((gets > 0).sum())}; "
        f"network alone {np.mean(network):+.1%}, greedy {np.mean(greedy):+.1%}; "
        f"guard {np.mean(guard):+.4f} (at most {max(guard):+.4f}), real lines of others {np.mean(far):+.4f} "
        f"(at most {max(far):+.4f}); taken for the hand's {own:.1%} of its lines, {foreign:.1%} of others'; "
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
