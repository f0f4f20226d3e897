"""Which letters the recogniser takes for which: src/penscript/notes/confusions.json, for the search.

python tools/learn_confusions.py ../shared --cache lines.jsonl

Lines of handwriting of part `select` are read, truth and reading are folded as the search folds them and aligned by
Levenshtein's operations, and every letter's fate is counted. Rare letters lean towards what happens to all of them. The
file holds costs, minus the logarithms of probabilities: `read_as[a][b]` that a is read as b, `lost[a]`, `made_up[b]`.
--cache keeps what was read, a line of JSON each, and takes it from there the next time.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from rapidfuzz.distance import Levenshtein

from penscript.api import OcrEngine
from penscript.evaluation.sets import Kind, find_sets
from penscript.notes.folding import fold

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
TARGET = Path(__file__).resolve().parent.parent / "src/penscript/notes/confusions.json"
WORST = 0.5
"""Lines with more errors than that share say nothing of letters: they are not aligned."""
LEAN = 8.0
"""A letter's own counts weigh as much as what happens to all letters after so many errors (four times as many uses)."""


def read_lines(shared: Path, part: str, limit: int) -> list[tuple[str, str]]:
    """Truth and reading of lines, at most `limit` a set."""
    engine = OcrEngine(threads=1)
    return [
        (sample.truth, engine.process_line(sample.source).text)
        for samples in find_sets(shared, part, limit=limit)
        if samples.kind is Kind.LINE
        for sample in samples.samples
    ]


def cached(file: Path | None, shared: Path, part: str, limit: int) -> list[tuple[str, str]]:
    """As `read_lines`, from the file where it is there."""
    if file and file.is_file():
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        return [(row["truth"], row["read"]) for row in rows]
    pairs = read_lines(shared, part, limit)
    if file:
        rows = [json.dumps({"truth": truth, "read": read}, ensure_ascii=False) for truth, read in pairs]
        file.write_text("\n".join(rows) + "\n", "utf-8")
    return pairs


def aligned(truth: str, read: str) -> list[tuple[str, str]]:
    """Letters of the truth and what they were read as; "" for one that was lost or made up. Spaces stay out."""
    pairs: list[tuple[str, str]] = []
    for tag, start, end, first, last in Levenshtein.opcodes(truth, read):
        if tag in ("equal", "replace"):
            pairs += zip(truth[start:end], read[first:last], strict=True)
        else:
            pairs += [(letter, "") for letter in truth[start:end]] + [("", letter) for letter in read[first:last]]
    return [(a.strip(), b.strip()) for a, b in pairs if a.strip() or b.strip()]


def counted(pairs: list[tuple[str, str]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How often each letter was read as each, was lost, was made up; the last place is that of all other letters."""
    place = {letter: number for number, letter in enumerate(LETTERS)}
    size = len(LETTERS) + 1
    read_as, lost, made_up = np.zeros((size, size)), np.zeros(size), np.zeros(size)
    for truth, read in pairs:
        said, seen = " ".join(fold(truth)), " ".join(fold(read))
        if not said or not seen or Levenshtein.normalized_distance(said, seen) > WORST:
            continue
        for letter, other in aligned(said, seen):
            if letter and other:
                read_as[place.get(letter, size - 1), place.get(other, size - 1)] += 1
            elif letter:
                lost[place.get(letter, size - 1)] += 1
            else:
                made_up[place.get(other, size - 1)] += 1
    return read_as, lost, made_up


def costs(read_as: np.ndarray, lost: np.ndarray, made_up: np.ndarray) -> dict[str, object]:
    """Minus the logarithms of the smoothed probabilities."""
    uses = read_as.sum(1) + lost
    wrong = read_as.copy()
    np.fill_diagonal(wrong, 0)
    guess = (wrong.sum(0) + 1) / (wrong.sum(0) + 1).sum()
    errors = wrong.sum(1, keepdims=True)
    share = (errors + 4 * LEAN * wrong.sum() / uses.sum()) / (uses[:, None] + 4 * LEAN)
    probable = share * (wrong + LEAN * guess) / (errors + LEAN)
    np.fill_diagonal(probable, 1)
    rare = [-np.log((one + 4 * LEAN * one.sum() / uses.sum()) / (uses + 4 * LEAN)) for one in (lost, made_up)]
    told = {"letters": LETTERS, "read_as": -np.log(probable), "lost": rare[0], "made_up": rare[1]}
    return {
        name: value if isinstance(value, str) else np.round(value + 0.0, 2).tolist() for name, value in told.items()
    }


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("shared", type=Path)
    told.add_argument("--part", default="select")
    told.add_argument("--limit", type=int, default=500, help="lines of a set")
    told.add_argument("--cache", type=Path)
    told.add_argument("--out", type=Path, default=TARGET)
    flags = told.parse_args()
    read_as, lost, made_up = counted(cached(flags.cache, flags.shared, flags.part, flags.limit))
    flags.out.write_text(json.dumps(costs(read_as, lost, made_up), separators=(",", ":")) + "\n", "utf-8")
    letters = int(read_as.sum() + lost.sum())
    print(
        f"{letters} letters, {letters - int(np.trace(read_as))} of them misread or lost, {int(made_up.sum())} made up"
    )


if __name__ == "__main__":
    main()
