"""Fields of receipts, invoices and drawn papers: scores, and the maps that turn evidence into confidence.

python tools/score_fields.py ../shared                                  # figures on part test, from pixels alone
python tools/score_fields.py ../shared --set drawn --drawn 12           # 12 papers in each of nine languages
python tools/score_fields.py ../shared --part develop --fit             # writes src/penscript/invoices/confidence.json

Sets: sroie (ICDAR 2019, four fields; compared exactly but for case and spaces, the total as a number), zugferd (what
its XML says and its pages print), drawn (`evaluation/printed`). --cache keeps what was read, so that nothing is
recognised twice. --fit prints the calibration error of maps fitted without the seller whose papers they judge.

Of names and addresses the map tells whether the lines were read right, against the same paper read without error; that
the right lines were chosen is one number a field, measured on papers read without error. Rules are written with the
papers of part develop in view, and its readings are known to them: there both are better than they will be elsewhere,
together more than apart.
"""

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
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
PRIOR = 0.5
"""So many fields with middling measures are put in as right, and as many as wrong (Jeffreys' prior)."""
SPREAD = np.array([0.5, 0.25])
"""How far the log odds of reading may stray from those of the words: of their shift from 0, of their slope from 1."""
PLAIN = range(1000, 1012)
"""The seeds of drawn papers that are read without error."""


@dataclass(frozen=True)
class Row:
    """A field of a paper of a set. evidence: what its confidence is computed from, empty for what was not found.

    read: whether the field is what the same paper gives when it is read without error. chosen: whether that is right.
    None where no such paper is at hand.
    """

    name: str
    judged: Judged
    evidence: dict[str, float]
    read: bool | None = None
    chosen: bool | None = None


def read(engine: ocr.OcrEngine, source: object, kept: Path | None) -> ocr.Document:
    if kept is not None and kept.is_file():
        return ocr.OcrResult.from_json(kept.read_text("utf-8")).document
    result = engine.process(source)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(result.to_json(), "utf-8")
    return result.document


def papers(args: argparse.Namespace, name: str) -> Iterator[tuple[ocr.Document, ocr.Document | None, FieldTruth]]:
    """Papers as they are read, the same without an error of reading where that is known, and what they say."""
    engine = ocr.OcrEngine(text_layer="always", threads=args.threads)
    if name == "drawn":
        for seed in range(0, 7 * args.drawn, 7):
            for language in LANGUAGES:
                paper = draw_invoice(language, args.part, seed)
                mark = hashlib.sha256(paper.pixels.tobytes()).hexdigest()[:12]
                kept = args.cache and args.cache / "drawn" / f"{args.part}-{language}-{seed}-{mark}.json"
                plain = draw_invoice(language, args.part, seed, wear="clean").document()
                yield read(engine, paper.pixels, kept), plain, fields.drawn(paper)
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
        plain = fields.plain_receipt(file) if name == "sroie" and args.fit else None
        yield read(engine, file, args.cache and args.cache / name / f"{file.name}.json"), plain, truth


def judged(args: argparse.Namespace, name: str) -> Iterator[Row]:
    for document, plain, truth in papers(args, name):
        invoice, evidence = explain(document)
        without = explain(plain)[0] if plain is not None and args.fit else None
        chosen = {one.name: one.right for one in fields.judge(without, truth)} if without else {}
        for one in fields.judge(invoice, truth):
            same = without and _text(invoice, one.name) == _text(without, one.name)
            yield Row(name, one, dict(evidence.get(one.name, {})), same, chosen.get(one.name))


def _text(invoice: ocr.Invoice, name: str) -> str:
    told = getattr(invoice, name)
    return fields.fold(told.text) if told else ""


def plain_papers(part: str) -> Iterator[Row]:
    """The fields of drawn papers that are read without error: whether the right ones are chosen."""
    for language in LANGUAGES:
        for seed in PLAIN:
            paper = draw_invoice(language, part, seed, wear="clean")
            for one in fields.judge(explain(paper.document())[0], fields.drawn(paper)):
                yield Row("drawn", one, {}, None, one.right)


def show(name: str, rows: list[Row]) -> None:
    found = [row.judged for row in rows]
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


def fit_maps(rows: list[Row], part: str) -> None:
    rows = [*rows, *plain_papers(part)]
    maps: dict[str, object] = {group: _fit_group(group, rows) for group in confidence.MEASURES}
    names = [name for name, group in confidence.GROUPS.items() if group in confidence.READ]
    maps["chosen"] = {name: round(_chosen(rows, name), 4) for name in names}
    print("chosen right:", maps["chosen"])
    MAPS.write_text(json.dumps(maps, indent=1) + "\n", "utf-8")


def _fit_group(group: str, rows: list[Row]) -> object:
    """The map of a group; its error is told with the seller held out whose fields it judges."""
    wanted = group in confidence.READ
    own = [
        row
        for row in rows
        if confidence.GROUPS.get(row.judged.name) == group and row.evidence and (row.read is not None or not wanted)
    ]
    names = confidence.MEASURES[group]
    values = np.array([[row.evidence.get(name, 0.0) for name in names] for row in own])
    right = np.array([float(bool(row.read) if wanted else row.judged.right) for row in own])
    weight, sellers = _weights(own), [row.judged.seller for row in own]
    make = partial(made_of_words if wanted else made, names)
    told = held_out(make, values, right, weight, sellers)
    marked = [
        Judged(row.judged.name, row.judged.paper, row.judged.seller, True, True, bool(good), 100 * p)
        for row, good, p in zip(own, right, told, strict=True)
    ]
    error, count = fields.calibration_error(marked, 8)
    what = "read" if wanted else "right"
    print(
        f"{group}: {count} fields of {len(set(sellers))} sellers, {right.mean():.3f} {what}, error {error:.3f} held out"
    )
    return make(values, right, weight).to_dict()


def _weights(rows: list[Row]) -> np.ndarray:
    papers = {row.judged.seller: set[str]() for row in rows}
    for row in rows:
        papers[row.judged.seller].add(row.judged.paper)
    share = [DRAWN if row.name == "drawn" else 1.0 for row in rows]
    return np.array(
        [one * min(1.0, MOST / len(papers[row.judged.seller])) for one, row in zip(share, rows, strict=True)]
    )


def _chosen(rows: list[Row], name: str) -> float:
    """How likely the right lines are chosen for a field, where sellers count alike. Real invoices are read nearly
    without error, so that what is right there was chosen right.
    """
    own = [row for row in rows if row.judged.name == name]
    told = [(row, row.judged.right if row.name == "zugferd" else row.chosen) for row in own]
    found = [(row, good) for row, good in told if good is not None]
    if not found:
        return _chosen(rows, {"buyer_address": "seller_address"}.get(name, "seller"))
    weight = _weights([row for row, _ in found])
    right = np.array([float(good) for _, good in found])
    return float((weight @ right + PRIOR) / (weight.sum() + 2 * PRIOR))


def held_out(
    make: Callable[..., Calibration],
    values: np.ndarray,
    right: np.ndarray,
    weight: np.ndarray,
    sellers: list[str],
) -> np.ndarray:
    """The probability of each field by a map that has not seen its seller."""
    folds = {seller: place % FOLDS for place, seller in enumerate(sorted(set(sellers)))}
    told = np.zeros(len(right))
    for fold in range(FOLDS):
        out = np.array([folds[seller] == fold for seller in sellers])
        if out.any():
            told[out] = make(values[~out], right[~out], weight[~out]).probabilities(values[out])
    return told


def made(names: tuple[str, ...], values: np.ndarray, right: np.ndarray, weight: np.ndarray) -> Calibration:
    """A fitted map; what `PRIOR` tells is put in, for where all are right."""
    middle = np.median(values, axis=0, keepdims=True)
    values, right = np.concatenate([values, middle, middle]), np.concatenate([right, [0.0, 1.0]])
    weight = np.concatenate([weight, [PRIOR, PRIOR]])
    return fit(names, values, right, weight=weight, ridge=RIDGE, kinds="fields of part develop")


def made_of_words(names: tuple[str, ...], values: np.ndarray, right: np.ndarray, weight: np.ndarray) -> Calibration:
    """A map from the log odds of words, which are theirs unless the fields say otherwise: the likeliest shift and slope
    under a normal prior around 0 and 1, by Newton's method.
    """
    terms, start = np.column_stack([np.ones(len(values)), values]), np.array([0.0, 1.0])
    told = start.copy()
    for _ in range(50):
        guess = 1 / (1 + np.exp(-terms @ told))
        slope = terms.T @ (weight * (right - guess)) - (told - start) / SPREAD**2
        bend = (terms * (weight * guess * (1 - guess))[:, None]).T @ terms + np.diag(1 / SPREAD**2)
        told = told + np.linalg.solve(bend, slope)
    shift, steep = map(float, told)
    return Calibration(names, (0.0,), (1.0,), ((),), (steep,), shift, len(values), "fields of part develop")


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
        for row in own if args.wrong else ():
            if not row.judged.right:
                print(f"  {row.judged.paper}: {row.judged.name}")
    if args.fit:
        fit_maps(rows, args.part)


if __name__ == "__main__":
    main()
