"""Fit the confidence of a pack on part `calibrate` (print: `develop` too) of the data sets, and store it.

python tools/calibrate.py latin ../shared
python tools/calibrate.py base ../shared --dry-run
"""

import argparse
import json
from pathlib import Path

from penscript.evaluation.confidence import auroc, calibration_error, reliability
from penscript.evaluation.sets import find_sets
from penscript.export.atomic import write_bytes
from penscript.options import ReadOptions
from penscript.packs.catalog import BASE, BASE_CALIBRATION, Catalog
from penscript.training.calibrate import Witness, calibrate, folded, witnesses, write

HANDWRITING = (
    ("pages/copiste_dun_jour_fr", "calibrate", 19),
    ("copiste_dun_jour_fr", "calibrate", 318),
    ("testaments_poilus_fr", "calibrate", 181),
    ("dhsd_de_words", "calibrate", 300),
)
PRINT = (
    ("print/fr_typewritten", "calibrate", 12),
    ("print/ehri_typed", "calibrate", 10),
    ("print/zugferd", "develop", 12),
    ("print/sroie", "develop", 45),
)
SETS = {
    "latin": (*HANDWRITING, *((name, part, most // 3 + 4) for name, part, most in PRINT)),
    "base": (*PRINT, *((name, part, 60) for name, part, _ in HANDWRITING[1:])),
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("pack", choices=SETS)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--dry-run", action="store_true", help="fit and report, store nothing")
    chosen = asked.parse_args()
    sets = [one for name, part, most in SETS[chosen.pack] for one in find_sets(chosen.folder, part, [name], most)]
    catalog = Catalog()
    seen = witnesses(catalog, sets, ReadOptions(pack=chosen.pack, barcodes=False), lambda *_: None)
    report(seen)
    if not chosen.dry_run:
        store(catalog, chosen.pack, seen)


def report(seen: list[Witness]) -> None:
    """By set, held out by document."""
    probabilities = folded(seen)
    for name in ["", *sorted({one.set for one in seen})]:
        pairs = [(p, one.right) for p, one in zip(probabilities, seen, strict=True) if name in ("", one.set)]
        sure, right = [p for p, _ in pairs], [float(r) for _, r in pairs]
        print(f"{name or 'all':28} {len(pairs):5} lines  right {sum(right) / len(right):.3f}", end="  ")
        print(f"error {calibration_error(sure, right):.3f}  AUROC {auroc(sure, right):.3f}")
    for one in reliability(probabilities, [float(witness.right) for witness in seen]):
        told = f"confidence {one.confidence:.3f}, right {one.right:.3f}"
        print(f"{one.low:.1f} to {one.high:.1f}: {one.count:5} lines, {told}")


def store(catalog: Catalog, pack: str, seen: list[Witness]) -> None:
    calibration = calibrate(seen)
    if pack == BASE:
        write_bytes(BASE_CALIBRATION, json.dumps(calibration.to_dict(), indent=1).encode() + b"\n")
    else:
        write(Path(catalog.recognizer(pack).info.file), calibration)


if __name__ == "__main__":
    main()
