"""Lines of part `calibrate` -> a pack's calibration, written into its metadata. Needs no torch."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from penscript.calibration import Calibration, fit
from penscript.document import Line
from penscript.evaluation.run import score_sample
from penscript.evaluation.sets import Kind, Sample, SampleSet
from penscript.options import ReadOptions
from penscript.packs.catalog import Catalog
from penscript.reading.load import open_source
from penscript.reading.reader import Reader

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Witness:
    """One line as it was read: its document, its evidence, its confidence then (percent), and whether it was exactly
    right.
    """

    set: str
    document: str
    evidence: Mapping[str, float]
    confidence: float
    right: bool


def calibrate(witnesses: Sequence[Witness], ridge: float = 1.0) -> Calibration:
    """The calibration that fits the witnesses, every line weighing the same."""
    names = tuple(witnesses[0].evidence)
    values = np.array([[witness.evidence[name] for name in names] for witness in witnesses])
    right = np.array([witness.right for witness in witnesses], float)
    kinds = sorted({witness.set for witness in witnesses})
    return fit(names, values, right, ridge=ridge, kinds=", ".join(kinds))


def witnesses(catalog: Catalog, sets: Sequence[SampleSet], options: ReadOptions, progress: Progress) -> list[Witness]:
    """Every line of the sets as the reader returns it, beside the truth. A read line without a truth is wrong."""
    seen: list[tuple[Line, Mapping[str, float]]] = []
    reader = Reader(catalog, observe=lambda line, evidence: seen.append((line, evidence)))
    found: list[Witness] = []
    for one in sets:
        for done, sample in enumerate(one.samples, 1):
            seen.clear()
            found += _of_sample(reader, one, sample, options, seen)
            progress(one.name, done, len(one.samples))
    return found


def _of_sample(
    reader: Reader,
    owner: SampleSet,
    sample: Sample,
    options: ReadOptions,
    seen: list[tuple[Line, Mapping[str, float]]],
) -> Iterator[Witness]:
    with open_source(sample.source) as source:
        for number in range(1, source.page_count + 1):
            picture = source.load(number)
            if owner.kind is Kind.LINE:
                reader.read_line(picture.pixels, options)
            else:
                reader.read_page(picture, options)
    outcome = score_sample(owner, sample, [line for line, _ in seen])
    for (line, evidence), right in zip(seen, outcome.right, strict=True):
        if line.text:
            yield Witness(owner.name, sample.document, evidence, line.confidence, right)


def folded(witnesses: Sequence[Witness], folds: int = 5) -> list[float]:
    """The probability of each witness by a calibration that never saw its document."""
    documents = sorted({(one.set, one.document) for one in witnesses})
    fold_of = {document: place % folds for place, document in enumerate(documents)}
    place = [fold_of[one.set, one.document] for one in witnesses]
    fitted = [calibrate([one for one, p in zip(witnesses, place, strict=True) if p != fold]) for fold in range(folds)]
    return [fitted[p].probability(one.evidence) for one, p in zip(witnesses, place, strict=True)]


def write(pack: Path, calibration: Calibration) -> None:
    """Put the calibration into the metadata of an ONNX pack; the digest beside it is renewed. Needs the extra
    `train`.
    """
    import hashlib

    import onnx

    model = onnx.load(str(pack))
    entry = next(one for one in model.metadata_props if one.key == "penscript")
    entry.value = json.dumps(json.loads(entry.value) | {"calibration": calibration.to_dict()})
    partial = pack.with_suffix(".part")
    onnx.save(model, str(partial))
    digest = hashlib.sha256(partial.read_bytes()).hexdigest()
    pack.with_name(pack.name + ".sha256").write_text(digest + "\n", encoding="ascii")
    partial.replace(pack)
