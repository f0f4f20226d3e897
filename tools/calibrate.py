"""Fit the confidence of the packs that read by default on part `calibrate` (print: `develop` too), and store it.

python tools/calibrate.py ../shared --cache FOLDER              read, fit, report and store
python tools/calibrate.py ../shared --cache FOLDER --dry-run    store nothing
python tools/calibrate.py ../shared --cache FOLDER --votes      fit the weights of reading/taste.py instead

FOLDER keeps what the networks answered, by their weights: a run that was killed goes on where it stopped, a new Latin
pack costs its own readings alone, and a second run hardly more than the search. Nothing in it has to be deleted.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

from read_witnesses import chinese, left_out, mislabelled, owners, read

from penscript.calibration import PackCalibration
from penscript.evaluation.confidence import auroc, calibration_error, reliability
from penscript.export.atomic import write_bytes
from penscript.packs.catalog import BASE, BASE_CALIBRATION, LATIN, Catalog
from penscript.reading.taste import Taste
from penscript.training.calibrate import fit_packs, folded, write
from penscript.training.tempering import FOLDS, fold_of
from penscript.training.voting import becomes, fit_taste
from penscript.training.witness import Verdict, Witness

SETS = (
    ("dhsd_de_words", "calibrate", 476),
    ("copiste_dun_jour_fr", "calibrate", 318),
    ("testaments_poilus_fr", "calibrate", 181),
    ("pages/copiste_dun_jour_fr", "calibrate", 19),
    ("print/fr_typewritten", "calibrate", 16),
    ("print/ehri_typed", "calibrate", 14),
    ("print/zugferd", "develop", 18),
    ("print/sroie", "develop", 178),
)
TEXTLESS = (208, 1000)
FONTS, HELD_OUT = (
    ("NotoSansCJK", "NotoSerifCJK", "wqy-zenhei", "uming", "ukai", "cwyen"),
    ("LXGW", "wqy-microhei", "Smiley", "gkai", "cwfs"),
)
"""Chinese is fitted on lines drawn in the first fonts and reported on lines in the others."""
LINES = 160, 60
LEADS = (-1.5, -1.0, -0.5, 0.0)
"""Log odds from which a text other than the first reading may be kept."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--cache", type=Path, required=True)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--share", type=float, default=1.0, help="of the samples of each set")
    asked.add_argument("--dry-run", action="store_true", help="fit and report, store nothing")
    asked.add_argument("--votes", action="store_true", help="fit the weights of the vote, print them, store nothing")
    chosen = asked.parse_args()
    sets = [(name, part, max(2, round(most * chosen.share))) for name, part, most in SETS]
    nothing = (0, 0) if chosen.votes else TEXTLESS
    seen = read(chosen.folder, sets, nothing, chosen.cache, chosen.workers, thorough=True)
    wrong, skipped = mislabelled(chosen.folder, seen), left_out(chosen.folder, seen)
    print(f"{sum(wrong)} pictures have the label of another one and are left out")
    print(f"{sum(skipped)} lines of pages have no truth because everybody copied them, and are left out")
    seen = [one for one, is_wrong, is_skipped in zip(seen, wrong, skipped, strict=True) if not is_wrong | is_skipped]
    seen = [replace(one, document=owner) for one, owner in zip(seen, owners(chosen.folder, seen), strict=True)]
    if chosen.votes:
        return report_votes(seen)
    report(seen, folded(seen))
    seen += chinese(FONTS, LINES[0], 1, chosen.cache)
    packs = fit_packs(seen)
    report_chinese(packs, chinese(HELD_OUT, LINES[1], 2, chosen.cache))
    if not chosen.dry_run:
        store(packs)


def report(seen: list[Witness], verdicts: list[Verdict]) -> None:
    """By set, held out by writer or seller."""
    told = [(one, verdict) for one, verdict in zip(seen, verdicts, strict=True) if one.first.text]
    for name in ["", *sorted({one.set for one in seen})]:
        some = [(one, verdict) for one, verdict in told if name in ("", one.set)]
        sure, right = [v.probability for _, v in some], [float(v.right) for _, v in some]
        taken = [(p, r) for p, r in zip(sure, right, strict=True) if p >= 0.75]
        again = [(one.first.right, v.right) for one, v in some if v.again]
        print(f"{name or 'all':28} {len(some):5} lines  right {sum(right) / max(1, len(right)):.3f}", end="  ")
        print(f"error {calibration_error(sure, right):.3f}  AUROC {auroc(sure, right):.3f}", end="  ")
        count = max(1, len(taken))
        print(f"at 75: {len(taken)}, right {sum(r for _, r in taken) / count:.3f}", end=" ")
        print(f"told {sum(p for p, _ in taken) / count:.3f}", end="  ")
        gained, lost = sum(b and not a for a, b in again), sum(a and not b for a, b in again)
        print(f"read again {len(again)}: {gained} became right, {lost} wrong")
    for one in reliability([v.probability for _, v in told], [float(v.right) for _, v in told]):
        print(f"{one.low:.1f} to {one.high:.1f}: {one.count:5} lines, told {one.confidence:.3f}, right {one.right:.3f}")


def report_votes(seen: list[Witness]) -> None:
    """The weights of each pack's vote, and what they mend and break on documents that they never saw."""
    verdicts, place = folded(seen), fold_of([one.document for one in seen])
    for pack, name in ((LATIN, "OWN"), (BASE, "OTHER")):
        own = [n for n, one in enumerate(seen) if one.first.pack.startswith(f"{pack}@") and one.ballots]
        told = [(place[n], ballot) for n in own for ballot in seen[n].ballots]
        found = fit_taste([ballot for _, ballot in told], LEADS[0])
        print(f"{name} = Taste(\n    {{")
        print(*(f'        "{measure}": {weight},' for measure, weight in found.weights.items()), "    },", sep="\n")
        tastes = [fit_taste([ballot for at, ballot in told if at != fold], LEADS[0]) for fold in range(FOLDS)]
        for lead in LEADS:
            print(f"    lead={lead},  #", *_changes([(seen[n], verdicts[n], tastes[place[n]], lead) for n in own]))


def _changes(lines: list[tuple[Witness, Verdict, Taste, float]]) -> list[str]:
    """By set: how many doubtful lines there are, how many become right, and wrong."""
    counts: dict[str, list[int]] = {}
    for one, verdict, taste, lead in lines:
        if verdict.again:
            now = becomes(one.ballots, replace(taste, lead=lead))
            changed = now is not None and now != one.first.right
            count = counts.setdefault(one.set, [0, 0, 0])
            for number, counted in enumerate((True, changed and now, changed and not now)):
                count[number] += bool(counted)
    return [f"{name}: {count[0]} +{count[1]} -{count[2]}" for name, count in sorted(counts.items())]


def report_chinese(packs: dict[str, PackCalibration], held_out: list[Witness]) -> None:
    """Lines in fonts that fitted nothing."""
    map_of = {pack.partition("@")[0]: maps.eastern for pack, maps in packs.items()}[BASE]
    told = [one.first for one in held_out if one.first.eastern]
    if map_of is None or not told:
        print("no Chinese fonts, so Chinese stays uncalibrated")
        return
    sure, right = [map_of.probability(one.evidence) for one in told], [float(one.right) for one in told]
    print(f"Chinese, other fonts: {len(told)} lines, right {sum(right) / len(right):.3f}", end="  ")
    print(f"error {calibration_error(sure, right):.3f}  AUROC {auroc(sure, right):.3f}")


def store(packs: dict[str, PackCalibration]) -> None:
    catalog = Catalog()
    for pack, calibration in packs.items():
        if pack.startswith(BASE + "@"):
            write_bytes(BASE_CALIBRATION, json.dumps(calibration.to_dict()).encode() + b"\n")
        else:
            write(Path(catalog.recognizer(pack).info.file), calibration)


if __name__ == "__main__":
    main()
