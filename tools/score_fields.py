"""Fields of receipts, invoices and drawn papers: scores, and the maps that turn evidence into confidence.

python tools/score_fields.py ../shared                                  # figures on part test, from pixels alone
python tools/score_fields.py ../shared --set drawn --drawn 12           # 12 papers in each of nine languages
python tools/score_fields.py ../shared --part develop --fit             # writes src/penscript/invoices/confidence.json

Sets: sroie (ICDAR 2019, four fields; compared exactly but for case and spaces, the total as a number), zugferd (what
its XML says and its pages print), drawn (`evaluation/printed`). --cache keeps what was read, so that nothing is
recognised twice. --fit prints the calibration error of maps fitted without the seller whose papers they judge.
"""

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import penscript as ocr
from penscript.calibration import Calibration, fit
from penscript.evaluation import fields
from penscript.evaluation.fields import FieldTruth, Judged
from penscript.evaluation.printed.invoices import draw_invoice
from penscript.invoices import confidence
from penscript.invoices.extract import explain
from penscript.invoices.labels import LANGUAGES

MAPS = Path(__file__).parent.parent / "src/penscript/invoices/confidence.json"
FOLDS = 5
MOST = 1
"""Papers of one seller count as so many at most when maps are fitted: what comes next is from another seller."""
DRAWN = 0.3
"""A drawn paper counts as so much of a real one: it is easier to read."""
RIDGE = 10.0
"""The penalty on large weights, in fields: most groups hold few wrong ones."""
Row = tuple[str, Judged, dict[str, float]]


def read(engine: ocr.OcrEngine, source: object, kept: Path | None) -> ocr.Document:
    if kept is not None and kept.is_file():
        return ocr.OcrResult.from_json(kept.read_text("utf-8")).document
    result = engine.process(source)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(result.to_json(), "utf-8")
    return result.document


def papers(args: argparse.Namespace, name: str) -> Iterator[tuple[ocr.Document, FieldTruth]]:
    engine = ocr.OcrEngine(text_layer="always", threads=args.threads)
    if name == "drawn":
        for seed in range(0, 7 * args.drawn, 7):
            for language in LANGUAGES:
                paper = draw_invoice(language, args.part, seed)
                mark = hashlib.sha256(paper.pixels.tobytes()).hexdigest()[:12]
                kept = args.cache and args.cache / "drawn" / f"{args.part}-{language}-{seed}-{mark}.json"
                yield read(engine, paper.pixels, kept), fields.drawn(paper)
        return
    splits = (args.shared / "data/splits.tsv").read_text("utf-8").splitlines()
    files = [
        row.split("\t")[1] for row in splits if row.startswith(f"print/{name}\t") and row.endswith(f"\t{args.part}")
    ]
    told = {"sroie": fields.receipts, "zugferd": fields.invoices}[name](args.shared / "data/print" / name, files)
    seen: Counter[str] = Counter()
    for file, truth in told:
        seen[truth.seller] += 1
        if args.each and seen[truth.seller] > args.each:
            continue
        yield read(engine, file, args.cache and args.cache / name / f"{file.name}.json"), truth


def judged(args: argparse.Namespace, name: str) -> Iterator[Row]:
    for document, truth in papers(args, name):
        invoice, evidence = explain(document)
        for one in fields.judge(invoice, truth):
            yield name, one, dict(evidence.get(one.name, {}))


def show(name: str, rows: list[Row]) -> None:
    found = [one for _, one, _ in rows]
    print(f"\n{name}\n{'field':17} papers  found  right  recall     F1")
    for score in fields.score(found):
        print(f"{score.name:17} {score.papers:6} {score.found:6} {score.right:6} {score.recall:7.3f} {score.f1:6.3f}")
    right, count = fields.whole(found)
    error, told = fields.calibration_error(found)
    print(f"all fields right: {right} of {count} papers ({right / max(count, 1):.3f})")
    print(f"calibration error: {error:.3f} over {told} fields")
    for language in LANGUAGES if name == "drawn" else ():
        own = fields.score([one for one in found if one.paper.startswith(language)])[-1]
        print(f"  {language}: {own.right} of {own.papers} fields ({own.recall:.3f}), {own.found} given")


def fit_maps(rows: list[Row]) -> None:
    maps: dict[str, object] = {}
    for group, names in confidence.MEASURES.items():
        found = [(name, one, told) for name, one, told in rows if confidence.GROUPS.get(one.name) == group and told]
        own = [(one, told) for _, one, told in found]
        values = np.array([[told.get(name, 0.0) for name in names] for _, told in own])
        right = np.array([float(one.right) for one, _ in own])
        sellers = [one.seller for one, _ in own]
        share = np.array([DRAWN if name == "drawn" else 1.0 for name, _, _ in found])
        papers = {seller: len({one.paper for one, _ in own if one.seller == seller}) for seller in set(sellers)}
        weight = share * np.array([min(1.0, MOST / papers[seller]) for seller in sellers])
        told = held_out(names, values, right, weight, sellers)
        pairs = zip(own, told, strict=True)
        marked = [Judged(o.name, o.paper, o.seller, True, True, o.right, 100 * p) for (o, _), p in pairs]
        error, count = fields.calibration_error(marked, 8)
        shown = f"{right.mean():.3f} right, error {error:.3f} held out by seller"
        print(f"{group}: {count} fields of {len(set(sellers))} sellers, {shown}")
        maps[group] = made(names, values, right, weight).to_dict()
    MAPS.write_text(json.dumps(maps, indent=1) + "\n", "utf-8")


def held_out(
    names: tuple[str, ...], values: np.ndarray, right: np.ndarray, weight: np.ndarray, sellers: list[str]
) -> np.ndarray:
    """The probability of each field by a map that has not seen its seller."""
    folds = {seller: place % FOLDS for place, seller in enumerate(sorted(set(sellers)))}
    told = np.zeros(len(right))
    for fold in range(FOLDS):
        out = np.array([folds[seller] == fold for seller in sellers])
        if out.any():
            told[out] = made(names, values[~out], right[~out], weight[~out]).probabilities(values[out])
    return told


def made(names: tuple[str, ...], values: np.ndarray, right: np.ndarray, weight: np.ndarray) -> Calibration:
    """A fitted map; one right and one wrong field with middling measures are put in, for where all are right."""
    middle = np.median(values, axis=0, keepdims=True)
    values, right = np.concatenate([values, middle, middle]), np.concatenate([right, [0.0, 1.0]])
    weight = np.concatenate([weight, [1.0, 1.0]])
    return fit(names, values, right, weight=weight, ridge=RIDGE, kinds="fields of part develop")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--set", dest="sets", action="append", choices=["sroie", "zugferd", "drawn"])
    parser.add_argument("--part", default="test", choices=["develop", "test"])
    parser.add_argument("--drawn", type=int, default=12, help="papers drawn in each language")
    parser.add_argument("--each", type=int, help="at most so many real papers of a seller, for a quicker look or fit")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="name the fields that are wrong")
    args = parser.parse_args()
    rows: list[Row] = []
    for name in args.sets or ["sroie", "zugferd", "drawn"]:
        own = list(judged(args, name))
        show(name, own)
        rows += own
        for _, one, _ in own if args.wrong else ():
            if not one.right:
                print(f"  {one.paper}: {one.name}")
    if args.fit:
        fit_maps(rows)


if __name__ == "__main__":
    main()
