"""What a search over many lines costs beside SQLite's own plain FTS5 query, in the same run, query by query in turn.

python tools/search_speed.py --lines 100000 --queries 200

The lines are drawn: words of a made-up language, as frequent as words are (Zipf), one in eight misread, with other
spellings as a recogniser gives them. Queries: a word as it is read somewhere, two words of one line, and a misread
word. The first search of a process takes the words of the database into memory; it is told apart. The plain query is
`MATCH ? ORDER BY rank LIMIT 20` on a table that holds the text alone, and returns the text; the search returns its hits
with their places, words and spans. Times are of the processor.
"""

import argparse
import gc
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import accumulate, islice
from pathlib import Path

from penscript.document import Bounds, Document, Line, Page, Word
from penscript.notes import open_notes

SYLLABLES = [
    first + vowel for first in "bcdfghjklmnprstvz" for vowel in ("a", "e", "i", "o", "u", "an", "er", "ou", "is")
]
WORDS_A_LINE = 8
LINES_A_PAGE = 50
MISREAD = 1 / 8


class Language:
    """Lines of words, drawn by a seed."""

    def __init__(self, seed: int, size: int = 60_000) -> None:
        self.draw = random.Random(seed)
        made = ("".join(self.draw.choices(SYLLABLES, k=self.draw.choice((1, 2, 2, 3, 3, 4)))) for _ in range(4 * size))
        self.words = list(islice(dict.fromkeys(made), size))
        self.weights = list(accumulate(1 / (rank + 2) for rank in range(len(self.words))))

    def misread(self, word: str) -> str:
        """The word with one letter changed."""
        place = self.draw.randrange(len(word))
        return word[:place] + self.draw.choice("abcdefghijklmnopqrstuvwxyz") + word[place + 1 :]

    def line(self, top: int) -> tuple[Line, list[str]]:
        """A line as read, and its words as written."""
        written = self.draw.choices(self.words, cum_weights=self.weights, k=WORDS_A_LINE)
        words = []
        for place, word in enumerate(written):
            read = self.misread(word) if self.draw.random() < MISREAD else word
            others = tuple(self.misread(read) for _ in range(self.draw.choice((0, 1, 2, 3))))
            words.append(Word(read, 60.0, Bounds(90 * place, top, 80, 30), others))
        text = " ".join(word.text for word in words)
        return Line(
            text, 60.0, Bounds(0, top, 720, 30), ((0, top), (720, top), (720, top + 30), (0, top + 30)), tuple(words)
        ), written


def timed(call: Callable[[], object]) -> float:
    """Seconds of the processor, so that other programs do not count."""
    begun = time.process_time()
    call()
    return time.process_time() - begun


def queries(read: list[str], written: list[list[str]], draw: random.Random, count: int) -> dict[str, list[str]]:
    """Queries of each kind, words of four letters and more."""
    kinds: dict[str, list[str]] = {"a word": [], "two words": [], "a misread word": []}
    while min(len(its) for its in kinds.values()) < count:
        place = draw.randrange(len(read))
        said = [word for word in read[place].split() if len(word) > 3]
        lost = [word for word in written[place] if len(word) > 3 and word not in said]
        if len(said) > 1:
            kinds["a word"].append(draw.choice(said))
            kinds["two words"].append(" ".join(draw.sample(said, 2)))
        if lost:
            kinds["a misread word"].append(lost[0])
    return {kind: its[:count] for kind, its in kinds.items()}


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--lines", type=int, default=100_000)
    told.add_argument("--queries", type=int, default=200)
    told.add_argument("--keep", type=Path, help="make the database there, or use it where it is")
    flags = told.parse_args()
    language = Language(1)
    drawn = [language.line(40 * (number % LINES_A_PAGE)) for number in range(flags.lines)]
    with tempfile.TemporaryDirectory() as folder:
        file = flags.keep or Path(folder) / "notes.db"
        fresh = not file.is_file()
        with open_notes(f"sqlite:///{file}") as notes:
            if fresh:
                begun = time.process_time()
                for start in range(0, len(drawn), 20 * LINES_A_PAGE):
                    some = [line for line, _ in drawn[start : start + 20 * LINES_A_PAGE]]
                    pages = (some[at : at + LINES_A_PAGE] for at in range(0, len(some), LINES_A_PAGE))
                    notes.add(
                        Document(f"{start}", tuple(Page(n, 720, 2000, tuple(its)) for n, its in enumerate(pages, 1)))
                    )
                print(
                    f"{len(drawn)} lines added in {time.process_time() - begun:.0f} s, {file.stat().st_size >> 20} MB"
                )
            plain = sqlite3.connect(Path(folder) / "plain.db")
            plain.execute("CREATE VIRTUAL TABLE plain USING fts5(text, tokenize = 'unicode61 remove_diacritics 2')")
            plain.executemany("INSERT INTO plain (text) VALUES (?)", [(line.text,) for line, _ in drawn])
            plain.commit()
            ask = "SELECT rowid, text FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT 20"
            asked = queries(
                [line.text for line, _ in drawn], [words for _, words in drawn], language.draw, flags.queries
            )
            gc.freeze()
            took = timed(lambda: notes.search("nothing"))
            print(f"the first search of a process, which takes the words into memory: {1000 * took:.0f} ms")
            print(f"{'query':>16} {'plain ms':>9} {'search ms':>10} {'ratio':>6} {'median ratio':>13}")
            totals = [0.0, 0.0]
            for kind, its in asked.items():
                notes.search(its[0])
                pairs = [
                    (
                        timed(lambda one=one: plain.execute(ask, (one,)).fetchall()),
                        timed(lambda one=one: notes.search(one)),
                    )
                    for one in its
                ]
                ours, theirs = sum(pair[1] for pair in pairs), sum(pair[0] for pair in pairs)
                totals = [totals[0] + theirs, totals[1] + ours]
                median = statistics.median(pair[1] / pair[0] for pair in pairs)
                cost = f"{1000 * theirs / len(its):>9.2f} {1000 * ours / len(its):>10.2f}"
                print(f"{kind:>16} {cost} {ours / theirs:>6.1f} {median:>13.1f}", flush=True)
            print(f"{'all':>16} {'':>9} {'':>10} {totals[1] / totals[0]:>6.1f}")


if __name__ == "__main__":
    main()
