"""What the confidence of the packs that ship is worth on part `test`, beside what is asked of it.

python tools/judge_confidence.py ../shared --cache /tmp/witnesses

Intervals are by document (evaluation/interval.py). The cache is one of tools/calibrate.py, by the digest of the packs.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from read_witnesses import read

from penscript.api import OcrEngine
from penscript.evaluation.confidence import auroc, brier, calibration_error
from penscript.evaluation.words import WordTally
from penscript.training.calibrate import TEXTLESS, Witness

HANDWRITING = {
    "pages/copiste_dun_jour_fr": 8,
    "copiste_dun_jour_fr": 160,
    "testaments_poilus_fr": 100,
    "dhsd_de_words": 240,
    "stanford_memorials_en": 49,
}
PRINT = {"print/sroie": 16, "print/fr_typewritten": 7, "print/ehri_typed": 8, "print/zugferd": 10}
NOTHING = (50, 5000)
Figure = Callable[[Sequence[Witness]], float]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--cache", type=Path, required=True)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--part", default="test")
    asked.add_argument("--share", type=float, default=1.0, help="of the samples of each set")
    chosen = asked.parse_args()
    sets = [(name, chosen.part, max(2, round(n * chosen.share))) for name, n in (HANDWRITING | PRINT).items()]
    seen = read(chosen.folder, sets, NOTHING, chosen.cache, chosen.workers)
    told = [one for one in seen if one.set != TEXTLESS and one.shown and one.attempts[0].text]
    threshold = OcrEngine().threshold_for(0.9)
    for name, some in groups(told).items():
        print(row(name, some, threshold))
    nothing(seen)


def groups(told: Sequence[Witness]) -> dict[str, list[Witness]]:
    """Every set, and all of handwriting and of print."""
    found = {name: [one for one in told if one.set == name] for name in (*HANDWRITING, *PRINT)}
    found["handwriting"] = [one for one in told if one.set in HANDWRITING]
    found["print"] = [one for one in told if one.set in PRINT]
    return {name: some for name, some in found.items() if some}


def row(name: str, some: Sequence[Witness], threshold: float) -> str:
    """All that is asked of one set."""
    again = [one for one in some if len(one.attempts) > 1]
    gained = sum(one.right and not one.attempts[0].right for one in again)
    lost = sum(one.attempts[0].right and not one.right for one in again)
    doubtful = sum(one.confidence < 75 or len(one.attempts) > 1 for one in some)
    words = sum((one.words for one in some), WordTally())
    accepted, taken = at(some, 75.0), at(some, threshold)
    return "\n".join(
        [
            f"{name}: {len(some)} lines, right {np.mean([one.right for one in some]):.3f}",
            f"  accepted at 75: {len(accepted)}, right {_right(accepted):.3f}, told {_told(accepted):.3f}, "
            f"apart {spread(accepted, lambda lines: _right(lines) - _told(lines))}",
            f"  at {threshold:g}, threshold_for(0.90): {len(taken)}, right {spread(taken, _right)}, "
            f"of all right ones {spread(some, lambda lines: recall(lines, threshold))}",
            f"  calibration error {spread(some, error)}, Brier {brier(*columns(some)):.3f}, "
            f"AUROC {spread(some, lambda lines: auroc(*columns(lines)))}",
            f"  words: {words.held} of {words.mistakes} mistakes in doubtful words ({words.recall:.3f}); "
            f"{words.doubtful} of {words.words} words doubtful",
            f"  second pass: {len(again)} lines, {gained} became right ({gained / max(1, doubtful):.3f} of doubtful), "
            f"{lost} wrong",
        ]
    )


def nothing(seen: Sequence[Witness]) -> None:
    """What is read where nothing is written."""
    lines = [one for one in seen if one.set == TEXTLESS]
    shown = [one for one in lines if one.shown]
    accepted = [one for one in shown if one.confidence >= 75]
    count = NOTHING[0]
    print(f"{count} textless pictures: {len(lines)} lines found, {len(shown)} shown, {len(accepted)} accepted")


def spread(some: Sequence[Witness], figure: Figure, draws: int = 400) -> str:
    """A figure and its 95% interval by document."""
    documents: dict[tuple[str, str], list[Witness]] = {}
    for one in some:
        documents.setdefault((one.set, one.document), []).append(one)
    if len(documents) < 2:
        return f"{figure(some):.3f}"
    lots, random = list(documents.values()), np.random.default_rng(0)
    drawn = [[one for lot in random.integers(0, len(lots), len(lots)) for one in lots[lot]] for _ in range(draws)]
    low, high = np.nanquantile([figure(lines) for lines in drawn], (0.025, 0.975))
    return f"{figure(some):.3f} [{low:.3f}, {high:.3f}]"


def at(some: Sequence[Witness], threshold: float) -> list[Witness]:
    return [one for one in some if one.confidence >= threshold]


def columns(some: Sequence[Witness]) -> tuple[list[float], list[float]]:
    return [one.confidence / 100 for one in some], [float(one.right) for one in some]


def error(some: Sequence[Witness]) -> float:
    return calibration_error(*columns(some))


def recall(some: Sequence[Witness], threshold: float) -> float:
    return sum(one.right for one in at(some, threshold)) / max(1, sum(one.right for one in some))


def _right(some: Sequence[Witness]) -> float:
    return float(np.mean([one.right for one in some])) if some else float("nan")


def _told(some: Sequence[Witness]) -> float:
    return float(np.mean([one.confidence for one in some])) / 100 if some else float("nan")


if __name__ == "__main__":
    main()
