"""How many misread words the search finds: truth words that stand on a line of the page but not in what was read there.

python tools/search_recall.py ../shared RESULTS --part test
python tools/search_recall.py ../shared RESULTS --part calibrate --show 20

RESULTS is a folder with the pages' results as JSON, one `PAGE.json` a page (`penscript read PAGES --format json --out
RESULTS`). Every result is put into one new database; each word is one query, and it is found when its line is among the
hits. `@20` counts all hits; `20 more` counts those after the lines that say the word as it is, which rightly come first
and of frequent words are more than twenty. Words of one and two letters are counted apart.
"""

import argparse
import json
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from penscript.evaluation.matching import match
from penscript.evaluation.sets import Kind, find_sets
from penscript.export.json import from_json
from penscript.notes import Notes, open_notes
from penscript.notes.folding import fold
from penscript.notes.values import StoredLine

SHORTEST = 3
DEPTHS = (1, 5, 20, 100)
DEEPEST = 300
LENGTHS = ((1, 2), (3, 3), (4, 5), (6, 8), (9, 99))


@dataclass(frozen=True)
class Question:
    """A word that a line holds, and the line's id. read: what was read there."""

    word: str
    line: int
    read: str


def questions_of(lines: tuple[StoredLine, ...], geometry: Path) -> tuple[list[Question], int]:
    """The misread words of a page, and how many of its words stand on lines that were not found at all."""
    truth = [one for one in json.loads(geometry.read_text("utf-8")) if len(one["polygon"]) > 2]
    matched = match([one["polygon"] for one in truth], [line.polygon for line in lines])
    asked = [
        Question(word, lines[place].id, lines[place].text)
        for number, place in matched.pairs
        for word in dict.fromkeys(fold(truth[number]["text"]))
        if word not in fold(lines[place].text)
    ]
    return asked, sum(len(fold(truth[number]["text"])) for number in matched.missed)


def rank_of(notes: Notes, asked: Question) -> tuple[int, int]:
    """Place of the line among the hits from 1, and among those that do not say the word; 0 where it is not."""
    hits = notes.search(asked.word, limit=DEEPEST)
    places = [hit.line.id for hit in hits]
    if asked.line not in places:
        return 0, 0
    place = places.index(asked.line) + 1
    return place, place - sum(hit.score == 1 for hit in hits[:place])


def report(asked: list[Question], ranks: list[tuple[int, int]]) -> None:
    heads = [*(f"recall@{depth}" for depth in DEPTHS), "20 more"]
    print(f"{'letters':>10} {'words':>6}" + "".join(f"{head:>12}" for head in heads))
    for least, most in (*LENGTHS, (SHORTEST, 99), (1, 99)):
        its = [rank for one, rank in zip(asked, ranks, strict=True) if least <= len(one.word) <= most]
        counts = [sum(0 < place <= depth for place, _ in its) for depth in DEPTHS]
        counts.append(sum(0 < later <= 20 for _, later in its))
        shares = (count / max(1, len(its)) for count in counts)
        print(f"{f'{least}-{most}':>10} {len(its):>6}" + "".join(f"{share:>12.3f}" for share in shares))


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("shared", type=Path)
    told.add_argument("results", type=Path)
    told.add_argument("--part", default="test")
    told.add_argument("--show", type=int, default=0, help="show so many words that are not found")
    flags = told.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_notes(f"sqlite:///{folder}/notes.db") as notes:
        asked: list[Question] = []
        lost = pages = 0
        for samples in find_sets(flags.shared, flags.part):
            for sample in samples.samples if samples.kind is Kind.PAGE else ():
                result = flags.results / f"{Path(sample.file).stem}.json"
                if sample.geometry and result.is_file():
                    document = notes.add(from_json(result.read_bytes())).document
                    more, unfound = questions_of(notes.pages(document)[0].lines, sample.geometry)
                    asked, lost, pages = asked + more, lost + unfound, pages + 1
        ranks = [rank_of(notes, one) for one in asked]
        lines = sum(one.lines for one in notes.documents(limit=10_000))
        hits = statistics.mean(len(notes.search(one.word, limit=100)) for one in asked)
        print(f"{pages} pages, {lines} lines, {len(asked)} misread words, {lost} words on lines that were not found")
        print(f"{hits:.0f} hits a query; plain full text over what was read finds none of these lines, by definition")
        report(asked, ranks)
        for one in [one for one, (place, _) in zip(asked, ranks, strict=True) if not place][: flags.show]:
            print(f"{one.word:>16} | {one.read}")


if __name__ == "__main__":
    main()
