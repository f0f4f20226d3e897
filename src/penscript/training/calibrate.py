"""Lines of part `calibrate` -> a pack's calibration, written into its metadata. Needs no torch.

Every line is kept with the evidence of all its readings, so that maps are fitted, and judged on documents that they
never saw, without reading again.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from penscript.calibration import Calibration, PackCalibration, accepted_by_threshold, fit
from penscript.document import Line
from penscript.evaluation.run import score_sample
from penscript.evaluation.sets import Kind, Sample, SampleSet
from penscript.evaluation.words import partners, right_words
from penscript.options import ReadOptions
from penscript.reading.enhance import agreement, best
from penscript.reading.evidence import evidence, word_evidence
from penscript.reading.image import Picture, Pixels
from penscript.reading.load import open_source
from penscript.reading.piece import Row
from penscript.reading.reader import Reader
from penscript.reading.recognize import letters_of, text_of
from penscript.reading.script import is_east_asian

Measures = Mapping[str, float]
FOLDS = 5
RIDGE = 5.0
FEWEST = 40
NOTHING = 0.001
TEXTLESS = "textless"
CHINESE = "drawn Chinese print"
EASTERN = " eastern"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reading of a line: by which pack, its text, its evidence, whether it is exactly right, and its words'
    evidence and whether they are.
    """

    pack: str
    text: str
    evidence: Measures
    right: bool
    words: tuple[tuple[Measures, bool], ...] = ()
    eastern: bool = False


@dataclass(frozen=True, slots=True)
class Witness:
    """One line as it was read, first and again. set, document: where it stands. matched: whether the truth has it."""

    set: str
    document: str
    attempts: tuple[Attempt, ...]
    matched: bool = True

    @property
    def pack(self) -> str:
        """The pack of the first reading, by name and version."""
        return self.attempts[0].pack

    @property
    def texts(self) -> list[str]:
        """What each reading says."""
        return [attempt.text for attempt in self.attempts]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What maps say of a witness: its probability, whether it is right, its words' measures and whether they are right,
    the probability of each of its readings, and the evidence of the one that was chosen.
    """

    probability: float
    right: bool
    words: tuple[tuple[Measures, bool], ...]
    chances: tuple[float, ...]
    evidence: Measures


class Watch:
    """Collects what a reader's observer is told."""

    def __init__(self) -> None:
        self.seen: list[tuple[Line, Sequence[Row]]] = []

    def __call__(self, line: Line, attempts: Sequence[Row]) -> None:
        """Remember one line and its readings."""
        self.seen.append((line, attempts))


def witnesses(
    reader: Reader, watch: Watch, owner: SampleSet, sample: Sample, options: ReadOptions
) -> Iterator[Witness]:
    """Every line of a sample with all its readings beside the truth. A line without a truth is wrong."""
    watch.seen.clear()
    with open_source(sample.source) as source:
        for number in range(1, source.page_count + 1):
            picture = source.load(number)
            if owner.kind is Kind.LINE:
                reader.read_line(picture.pixels, options)
            else:
                reader.read_page(picture, options)
    yield from _beside_truth(watch.seen, owner, sample)


def of_nothing(reader: Reader, watch: Watch, kind: str, picture: Picture, options: ReadOptions) -> Iterator[Witness]:
    """Every line that is read where nothing is written; all are wrong."""
    watch.seen.clear()
    reader.read_page(picture, options)
    for _, rows in watch.seen:
        yield Witness(TEXTLESS, kind, tuple(_attempt(row, False, None, False) for row in rows), matched=False)


def of_line(reader: Reader, watch: Watch, sample: Sample, pixels: Pixels, options: ReadOptions) -> list[Witness]:
    """The one line that a drawn picture shows."""
    watch.seen.clear()
    reader.read_line(pixels, options)
    return list(_beside_truth(watch.seen, SampleSet(CHINESE, Kind.LINE, ()), sample))


def _beside_truth(seen: Sequence[tuple[Line, Sequence[Row]]], owner: SampleSet, sample: Sample) -> Iterator[Witness]:
    lines = [line for line, _ in seen]
    truths = partners(sample, lines, owner.kind, owner.ignore_case)
    right = []
    for number in range(max((len(rows) for _, rows in seen), default=0)):
        tried = [replace(line, text=text_of(rows[min(number, len(rows) - 1)])) for line, rows in seen]
        right.append(score_sample(owner, sample, tried).right)
    for place, ((_, rows), truth) in enumerate(zip(seen, truths, strict=True)):
        attempts = (_attempt(row, right[k][place], truth, owner.ignore_case) for k, row in enumerate(rows))
        yield Witness(owner.name, sample.document, tuple(attempts), truth is not None)


def _attempt(row: Row, right: bool, truth: str | None, ignore_case: bool) -> Attempt:
    words = [characters for _, characters in letters_of(row)]
    texts = ["".join(one.text for one in characters) for characters in words]
    told = zip((word_evidence(one, 0.5) for one in words), right_words(truth, texts, ignore_case), strict=True)
    eastern = is_east_asian([piece.reading for piece in row])
    return Attempt(row[0].reading.pack, text_of(row), evidence(row), right, tuple(told), eastern)


def fit_packs(seen: Sequence[Witness], ridge: float = RIDGE) -> dict[str, PackCalibration]:
    """The maps of every pack that read lines of the witnesses, by name and version."""
    judged = folded(seen, ridge)
    again = _fit_again([(one, verdict.chances) for one, verdict in zip(seen, judged, strict=True)], ridge)
    found = {}
    maps = _fit_first(seen, ridge)
    for pack, first in maps.items():
        own = [(one, verdict) for one, verdict in zip(seen, judged, strict=True) if _key(one.attempts[0]) == pack]
        if pack.endswith(EASTERN) or not own:
            continue
        words = [pair for one, verdict in own if one.matched for pair in verdict.words]
        real = [(one.attempts[0].evidence, one.set != TEXTLESS) for one in seen if one.pack == pack]
        shown = [verdict for one, verdict in own if one.set != TEXTLESS]
        found[pack] = PackCalibration(
            first,
            again.get(pack),
            _fit(words, ridge),
            _fit(real, ridge),
            maps.get(pack + EASTERN),
            accepted_by_threshold(np.array([v.probability for v in shown]), np.array([v.right for v in shown])),
        )
    return found


def folded(seen: Sequence[Witness], ridge: float = RIDGE) -> list[Verdict]:
    """The verdict on each witness by maps that never saw its document."""
    documents = {name: place for place, name in enumerate(sorted({(one.set, one.document) for one in seen}))}
    place = [documents[one.set, one.document] % FOLDS for one in seen]
    chances: list[list[float]] = [[] for _ in seen]
    for fold in range(FOLDS):
        maps = _fit_first([one for one, at in zip(seen, place, strict=True) if at != fold], ridge)
        for number in (number for number, at in enumerate(place) if at == fold):
            chances[number] = [_chance(attempt, maps) for attempt in seen[number].attempts]
    pairs = list(zip(seen, chances, strict=True))
    again = [
        _fit_again([pair for pair, at in zip(pairs, place, strict=True) if at != fold], ridge) for fold in range(FOLDS)
    ]
    return [_verdict(one, told, again[at]) for (one, told), at in zip(pairs, place, strict=True)]


def judged(seen: Sequence[Witness], packs: Mapping[str, PackCalibration]) -> list[Verdict]:
    """The verdict on each witness by the maps of packs, as reading gives it. packs: by name and version."""
    first = {pack: maps.lines for pack, maps in packs.items()}
    first |= {pack + EASTERN: maps.eastern for pack, maps in packs.items() if maps.eastern}
    again = {pack: maps.again for pack, maps in packs.items() if maps.again}
    return [_verdict(one, [_chance(attempt, first) for attempt in one.attempts], again) for one in seen]


def _fit_first(seen: Sequence[Witness], ridge: float) -> dict[str, Calibration]:
    """Of every pack, the map from the evidence of a first reading."""
    groups: dict[str, list[tuple[Measures, bool]]] = {}
    kinds: dict[str, set[str]] = {}
    for one in seen:
        first = one.attempts[0]
        if first.text and one.set != TEXTLESS:
            groups.setdefault(_key(first), []).append((first.evidence, first.right))
            kinds.setdefault(_key(first), set()).add(one.set)
    fitted = {pack: _fit(pairs, ridge, ", ".join(sorted(kinds[pack]))) for pack, pairs in groups.items()}
    return {pack: one for pack, one in fitted.items() if one is not None}


def _fit_again(pairs: Sequence[tuple[Witness, Sequence[float]]], ridge: float) -> dict[str, Calibration]:
    """Of every pack, the map from what several readings of a line say of the chosen one."""
    groups: dict[str, list[tuple[Measures, bool]]] = {}
    for one, chances in pairs:
        if len(one.attempts) > 1 and one.set not in (TEXTLESS, CHINESE):
            chosen = best(one.texts, chances)
            told = agreement(one.texts, chances, chosen)
            groups.setdefault(one.pack, []).append((told, one.attempts[chosen].right))
    fitted = {pack: _fit(told, ridge) for pack, told in groups.items()}
    return {pack: one for pack, one in fitted.items() if one is not None}


def _chance(attempt: Attempt, maps: Mapping[str, Calibration]) -> float:
    told = maps.get(_key(attempt))
    return told.probability(attempt.evidence) if told and attempt.text else NOTHING


def _verdict(one: Witness, chances: Sequence[float], again: Mapping[str, Calibration]) -> Verdict:
    chosen = best(one.texts, chances)
    attempt, chance = one.attempts[chosen], chances[chosen]
    if len(one.attempts) > 1 and one.pack in again and not attempt.eastern:
        chance = again[one.pack].probability(agreement(one.texts, chances, chosen))
    odds = math.log(chance / (1 - chance))
    words = tuple((dict(measures) | {"line": odds}, right) for measures, right in attempt.words)
    return Verdict(chance, attempt.right, words, tuple(chances), attempt.evidence)


def _fit(pairs: Sequence[tuple[Measures, bool]], ridge: float, kinds: str = "") -> Calibration | None:
    """The map that fits; None where there are too few lines, or only right or only wrong ones."""
    right = np.array([ok for _, ok in pairs], float)
    if len(pairs) < FEWEST or not 0 < right.mean() < 1:
        return None
    names = tuple(pairs[0][0])
    return fit(
        names, np.array([[measures[name] for name in names] for measures, _ in pairs]), right, ridge=ridge, kinds=kinds
    )


def _key(attempt: Attempt) -> str:
    return attempt.pack + (EASTERN if attempt.eastern else "")


def write(pack: Path, calibration: PackCalibration) -> None:
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
