"""What learning a hand gives: hands that the general pack never saw, some of their lines learnt from, others read.

    python tools/judge_learning.py ../shared --cache DIR                 learn, a hand after the other; goes on where it was ended
    python tools/judge_learning.py ../shared --cache DIR --report        the table of all that was measured

Modern French hands: writers of part test with 24 lines at least (pages of one text are one writer's); lines of part skip are
learnt from but never read. German words: writers of part test. Single hands: part adapt, other pages read than learnt from.
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

import numpy as np

from penscript.evaluation.interval import bootstrap
from penscript.learning.characters import grown_charset, grown_weights, numbers
from penscript.learning.course import Start, plan_for
from penscript.learning.example import shipped
from penscript.learning.features import Rows
from penscript.learning.fitting import Learner, Lesson
from penscript.learning.judging import Comparison, Decoder
from penscript.learning.texts import own_model
from penscript.packs.catalog import Catalog
from penscript.training.charset import plain
from penscript.training.lines import decode_grey, read_splits

FRENCH, GERMAN = "copiste_dun_jour_fr", "dhsd_de_words"
SINGLE = {"joseph_hooker_en": (256, 80), "celestine_doniau_fr": (64, 60), "peraire_fr_20c": (256, 60)}
GUARDED = 80


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
    pairs = [[(file, texts[file]) for file in some] for some in (own, held[:read])]
    return Hand(set_, set_, *pairs, tuple(count for count in (16, 64, 256) if count <= len(own)))


def pictures(shared: Path, hand: Hand, files: Sequence[tuple[str, str]]) -> list[np.ndarray]:
    with zipfile.ZipFile(shared / f"data/handwriting/{hand.set}.zip") as archive:
        return [decode_grey(archive.read(file)) for file, _ in files]


def looked_at(shared: Path, hand: Hand, rows: Rows, cache: Path) -> tuple[list, list]:
    """The views of the lines to learn from and the rows of those to read, kept in the cache."""
    file = cache / f"{hand.set}-{hand.name}.pickle"
    if not file.is_file():
        shown, held = pictures(shared, hand, hand.taught), pictures(shared, hand, hand.read)
        copies = plan_for(max(hand.counts))[1]
        views = [rows.views(picture, copies, shown, number) for number, picture in enumerate(shown)]
        file.write_bytes(pickle.dumps((views, [rows.of(picture) for picture in held])))
    return pickle.loads(file.read_bytes())


def kept_rows(rows: Rows, name: str, cache: Path) -> list:
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
    catalog = Catalog()
    start = Start.open(Path(catalog.recognizer("latin").info.file))
    rows = Rows(start.file, start.tail.row, start.card.info.height)
    done = {tuple(json.loads(row)["key"]) for row in results.read_text().splitlines()} if results.is_file() else set()
    guard, replay = kept_rows(rows, "guard", cache), kept_rows(rows, "replay", cache)
    tasks = [(hand, count) for hand in hands(shared) for count in hand.counts]
    for hand, count in sorted(tasks, key=lambda task: task[1] > 64):
        if True:
            key = (hand.set, hand.name, count)
            if key not in done:
                found = learn_one(shared, hand, count, (start, rows, cache, guard, replay))
                with results.open("a") as stream:
                    stream.write(json.dumps({"key": key} | found) + "\n")
                print(key, {name: value for name, value in found.items() if not isinstance(value, list)}, flush=True)


def learn_one(shared: Path, hand: Hand, count: int, at: tuple) -> dict:
    start, rows, cache, guard, replay = at
    views, held = looked_at(shared, hand, rows, cache)
    texts = [text for _, text in hand.taught[:count]]
    charset = grown_charset(start.card.charset, texts)
    weights = grown_weights(start.tail.weights, start.card.charset, charset)
    lessons = [Lesson(one, numbers(text, charset)) for one, text in zip(views[:count], texts, strict=True)]
    replayed = [
        Lesson((one,), numbers(drawn.text, charset)) for one, drawn in zip(replay, shipped("replay"), strict=True)
    ]
    began = time.process_time()
    learnt = Learner(weights, start.tail.dilation, lessons, plan_for(count)[0], replayed).run()
    seconds = time.process_time() - began
    own = start.language.search(charset, own_model(texts, (), len(charset)))
    truths = [text for _, text in hand.read]

    def read(decoder: Decoder, some: dict, lines: Sequence) -> list[str]:
        return [plain(decoder.read(one, some, start.tail.dilation)) for one in lines]

    general, greedy = Decoder(charset, start.language.search(charset)), Decoder(charset)
    before = read(general, weights, held)
    both = Comparison.of(list(map(plain, truths)), before, read(Decoder(charset, own), learnt, held))
    alone = Comparison.of(list(map(plain, truths)), read(greedy, weights, held), read(greedy, learnt, held))
    words = Comparison.of(list(map(plain, truths)), before, read(Decoder(charset, own), weights, held))
    network = Comparison.of(list(map(plain, truths)), before, read(general, learnt, held))
    guards = shipped("guard")[:: len(guard) // GUARDED]
    some = guard[:: len(guard) // GUARDED]
    kept = Comparison.of([one.text for one in guards], read(greedy, weights, some), read(greedy, learnt, some))
    return {
        "before": both.before.tolist(),
        "after": both.after.tolist(),
        "characters": both.characters.tolist(),
        "cer": both.rates,
        "greedy": alone.rates,
        "words_alone": words.rates[1],
        "network_alone": network.rates[1],
        "guard": kept.rates,
        "seconds": round(seconds, 1),
    }


def report(found: list[dict]) -> None:
    groups: dict[tuple[str, int], list[dict]] = defaultdict(list)
    for one in found:
        kind = one["key"][0] if one["key"][0] in (FRENCH, GERMAN) else "single hands"
        groups[kind, one["key"][2]].append(one)
        if kind == "single hands":
            groups[one["key"][0], one["key"][2]].append(one)
    for (kind, count), some in sorted(groups.items()):
        change = np.array([sum(one["after"]) / max(1, sum(one["before"])) - 1 for one in some])
        low, high = interval(some, change)
        pooled = [
            sum(sum(one[side]) for one in some) / sum(sum(one["characters"]) for one in some)
            for side in ("before", "after")
        ]
        guard = max(one["guard"][1] - one["guard"][0] for one in some)
        print(
            f"{kind} {count}: {len(some)} hands, CER {pooled[0]:.4f} to {pooled[1]:.4f}, mean change {change.mean():+.1%} "
            f"[{low:+.1%}, {high:+.1%}], worse {int((change > 0).sum())}, network alone "
            f"{np.mean([rate(one, 'network_alone') for one in some]):+.1%}, words alone "
            f"{np.mean([rate(one, 'words_alone') for one in some]):+.1%}, greedy "
            f"{np.mean([one['greedy'][1] / one['greedy'][0] - 1 for one in some]):+.1%}, guard at most {guard:+.4f}, "
            f"{np.mean([one['seconds'] for one in some]):.0f} s of one core"
        )


def rate(one: dict, name: str) -> float:
    return one[name] / max(1e-9, one["cer"][0]) - 1


def interval(some: list[dict], change: np.ndarray) -> tuple[float, float]:
    """By hand; for one hand alone by its lines."""
    if len(some) > 1:
        return bootstrap(np.stack([change, np.ones(len(change))], axis=1), lambda sums: sums[..., 0] / sums[..., 1])
    lines = np.array([some[0]["after"], some[0]["before"]], float).T
    return bootstrap(lines, lambda sums: sums[..., 0] / np.maximum(1, sums[..., 1]) - 1)


if __name__ == "__main__":
    main()
