"""What the confidence of the packs that ship is worth on part `test`, beside what is asked of it.

python tools/judge_confidence.py ../shared --cache /tmp/witnesses

Intervals are by document (evaluation/interval.py). The cache is as for tools/calibrate.py.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from read_witnesses import left_out, mislabelled, read

from penscript.api import OcrEngine
from penscript.calibration import PackCalibration
from penscript.document import least_sure
from penscript.evaluation.confidence import auroc, brier, calibration_error
from penscript.evaluation.words import CERTAINTY, WordTally
from penscript.options import AcceptPolicy
from penscript.packs.catalog import BASE, LATIN, Catalog
from penscript.reading.verdict import WRITING
from penscript.training.calibrate import TEXTLESS, judged
from penscript.training.witness import Verdict, Witness

HANDWRITING = {
    "pages/copiste_dun_jour_fr": 12,
    "copiste_dun_jour_fr": 345,
    "testaments_poilus_fr": 172,
    "dhsd_de_words": 400,
    "stanford_memorials_en": 49,
}
PRINT = {"print/sroie": 20, "print/fr_typewritten": 7, "print/ehri_typed": 8, "print/zugferd": 10}
NOTHING = (50, 12000)
BINS = (0, 50, 70, 80, 90, 100.1)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--cache", type=Path, required=True)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--part", default="test")
    asked.add_argument("--share", type=float, default=1.0, help="of the samples of each set")
    chosen = asked.parse_args()
    sets = [(name, chosen.part, max(2, round(n * chosen.share))) for name, n in (HANDWRITING | PRINT).items()]
    seen = read(chosen.folder, sets, NOTHING, chosen.cache, chosen.workers, thorough=False)
    catalog = Catalog()
    packs = [catalog.recognizer(name).info for name in (LATIN, BASE)]
    wrong = [a or b for a, b in zip(mislabelled(chosen.folder, seen), left_out(chosen.folder, seen), strict=True)]
    told = judge(
        seen, wrong, {info.id: PackCalibration.from_dict(info.calibration) for info in packs if info.calibration}
    )
    policy = OcrEngine().policy_for(0.9)
    print("policy_for(0.90):", ", ".join(f"{pack} from {percent:g}" for pack, percent in policy.packs))
    for name, some in groups([one for one in told if one.set != TEXTLESS and one.shown]).items():
        print(row(name, some, policy))
    nothing(told)


@dataclass(frozen=True)
class Told:
    """A line as its result tells it. first: whether its first reading was right. again: whether it was read again.

    mislabelled: whether its picture has the label of another one, or the truth of its page leaves it out.
    """

    set: str
    document: str
    confidence: float
    right: bool
    first: bool
    again: bool
    words: WordTally
    shown: bool
    mislabelled: bool
    pack: str


Figure = Callable[[Sequence[Told]], float]


def judge(seen: Sequence[Witness], wrong: Sequence[bool], packs: dict[str, PackCalibration]) -> list[Told]:
    """What reading makes of the witnesses with these maps; lines without a character are left out."""
    verdicts = zip(seen, wrong, judged(seen, packs), strict=True)
    return [_told_of(one, bad, verdict, packs[one.first.pack]) for one, bad, verdict in verdicts if one.first.text]


def _told_of(one: Witness, mislabelled: bool, verdict: Verdict, maps: PackCalibration) -> Told:
    sure = [max(verdict.probability, maps.words.probability(word)) if maps.words else 0.0 for word, _ in verdict.words]
    low = least_sure(sure, CERTAINTY)
    pairs = [(right, place in low) for place, (_, right) in enumerate(verdict.words)]
    words = WordTally()
    if verdict.probability < 0.75 and one.truth is not None:
        mistakes, held = sum(not right for right, _ in pairs), sum(seen and not right for right, seen in pairs)
        words = WordTally(mistakes, held, len(pairs), len(low))
    shown = maps.text is None or maps.text.probability(one.first.evidence) >= WRITING
    return Told(
        one.set,
        one.document,
        round(100 * verdict.probability, 1),
        verdict.right,
        one.first.right,
        verdict.again,
        words,
        shown,
        mislabelled,
        one.first.pack,
    )


def groups(told: Sequence[Told]) -> dict[str, list[Told]]:
    """Every set, and all of handwriting and of print."""
    found = {name: [one for one in told if one.set == name] for name in (*HANDWRITING, *PRINT)}
    for name in ("dhsd_de_words", "pages/copiste_dun_jour_fr"):
        found[f"{name}, own labels"] = [one for one in found[name] if not one.mislabelled]
    found["handwriting"] = [one for one in told if one.set in HANDWRITING]
    found["handwriting, own labels"] = [one for one in found["handwriting"] if not one.mislabelled]
    found["print"] = [one for one in told if one.set in PRINT]
    return {name: some for name, some in found.items() if some}


def row(name: str, some: Sequence[Told], policy: AcceptPolicy) -> str:
    """All that is asked of one set."""
    again = [one for one in some if one.again]
    gained = sum(one.right and not one.first for one in again)
    lost = sum(one.first and not one.right for one in again)
    doubtful = sum(one.confidence < 75 or one.again for one in some)
    words = sum((one.words for one in some), WordTally())
    accepted, taken, common = at(some, AcceptPolicy()), at(some, policy), at(some, AcceptPolicy(policy.threshold))
    return "\n".join(
        [
            f"{name}: {len(some)} lines, right {_right(some):.3f}, told {_told(some):.3f}",
            f"  from each confidence on, lines and right: {', '.join(bins(some))}",
            f"  accepted at 75: {len(accepted)}, right {_right(accepted):.3f}, told {_told(accepted):.3f}, "
            f"apart {spread(accepted, lambda lines: _right(lines) - _told(lines))}",
            f"  by policy_for(0.90): {len(taken)}, right {spread(taken, _right)}, "
            f"of all right ones {spread(some, lambda lines: recall(lines, policy))}",
            f"  at {policy.threshold:g}, threshold_for(0.90): {len(common)}, right {spread(common, _right)}, "
            f"of all right ones {recall(some, AcceptPolicy(policy.threshold)):.3f}",
            f"  calibration error {spread(some, error)}, Brier {brier(*columns(some)):.3f}, "
            f"AUROC {spread(some, lambda lines: auroc(*columns(lines)))}",
            f"  words: {words.held} of {words.mistakes} mistakes in doubtful words ({words.recall:.3f}); "
            f"{words.doubtful} of {words.words} words doubtful",
            f"  second pass: {len(again)} lines, {gained} became right ({gained / max(1, doubtful):.3f} of doubtful), "
            f"{lost} wrong",
        ]
    )


def bins(some: Sequence[Told]) -> list[str]:
    """How many lines are told so sure, and what share of them is right."""
    found = [(low, [one for one in some if low <= one.confidence < high]) for low, high in pairwise(BINS)]
    return [f"{low:g} {len(lines)} {_right(lines):.3f}" for low, lines in found]


def nothing(seen: Sequence[Told]) -> None:
    """What is read where nothing is written."""
    lines = [one for one in seen if one.set == TEXTLESS]
    shown = [one for one in lines if one.shown]
    accepted = [one for one in shown if one.confidence >= 75]
    count = NOTHING[0]
    print(f"{count} textless pictures: {len(lines)} lines found, {len(shown)} shown, {len(accepted)} accepted")


def spread(some: Sequence[Told], figure: Figure, draws: int = 400) -> str:
    """A figure and its 95% interval by document."""
    documents: dict[tuple[str, str], list[Told]] = {}
    for one in some:
        documents.setdefault((one.set, one.document), []).append(one)
    if len(documents) < 2:
        return f"{figure(some):.3f}"
    lots, random = list(documents.values()), np.random.default_rng(0)
    drawn = [[one for lot in random.integers(0, len(lots), len(lots)) for one in lots[lot]] for _ in range(draws)]
    low, high = np.nanquantile([figure(lines) for lines in drawn], (0.025, 0.975))
    return f"{figure(some):.3f} [{low:.3f}, {high:.3f}]"


def at(some: Sequence[Told], policy: AcceptPolicy) -> list[Told]:
    return [one for one in some if one.confidence >= policy.threshold_of(one.pack)]


def columns(some: Sequence[Told]) -> tuple[list[float], list[float]]:
    return [one.confidence / 100 for one in some], [float(one.right) for one in some]


def error(some: Sequence[Told]) -> float:
    return calibration_error(*columns(some))


def recall(some: Sequence[Told], policy: AcceptPolicy) -> float:
    return sum(one.right for one in at(some, policy)) / max(1, sum(one.right for one in some))


def _right(some: Sequence[Told]) -> float:
    return float(np.mean([one.right for one in some])) if some else float("nan")


def _told(some: Sequence[Told]) -> float:
    return float(np.mean([one.confidence for one in some])) / 100 if some else float("nan")


if __name__ == "__main__":
    main()
