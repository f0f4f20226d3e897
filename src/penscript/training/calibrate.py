"""Lines of part `calibrate` -> a pack's calibration, written into its metadata. Needs no torch.

Every line is kept with the evidence of its first reading and of the vote on it, so that maps are fitted, and judged on
documents that they never saw, without reading again.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rapidfuzz.distance import Levenshtein

from penscript.calibration import Calibration, Floats, PackCalibration, accepted_by_threshold, fit
from penscript.document import Line
from penscript.evaluation.run import score_sample
from penscript.evaluation.scores import fold
from penscript.evaluation.sets import Kind, Sample, SampleSet
from penscript.evaluation.words import partners, right_words
from penscript.options import AcceptPolicy, ReadOptions
from penscript.reading.enhance import HOPELESS, WORTH, Doubt, Vote
from penscript.reading.evidence import evidence, hopes, length_of, word_evidence
from penscript.reading.image import Picture, Pixels
from penscript.reading.load import open_source
from penscript.reading.piece import Row
from penscript.reading.reader import Reader
from penscript.reading.recognize import letters_of, text_of
from penscript.reading.script import is_east_asian
from penscript.reading.verdict import told_by
from penscript.training.boosting import boosted
from penscript.training.tempering import FOLDS, fold_of, tempered, weights
from penscript.training.voting import ballots
from penscript.training.witness import Attempt, Measures, Verdict, Witness

RIDGE, AGAIN = 15.0, 4.0
"""The ridge of a map, and how much stronger it is for lines read again, which have more measures, and weaker for what
is no writing, which differs much.
"""
FEWEST = 40
ALIKE = 0.6
NOTHING = 0.001
ACCEPTED = AcceptPolicy().threshold / 100
TEXTLESS = "textless"
PAGES = ("pages/", "print/")
"""How the names of sets of whole pages begin."""
CHINESE = "drawn Chinese print"
EASTERN = " eastern"


Maps = Mapping[str, PackCalibration]


class Watch:
    """Collects what a reader's observer is told."""

    def __init__(self) -> None:
        self.seen: list[tuple[Line, Row, Vote | None]] = []

    def __call__(self, line: Line, row: Row, vote: Vote | None) -> None:
        """Remember one line, its first reading and the vote."""
        self.seen.append((line, row, vote))


def witnesses(
    reader: Reader, watch: Watch, owner: SampleSet, sample: Sample, options: ReadOptions
) -> Iterator[Witness]:
    """Every line of a sample with its readings beside the truth. A line without a truth is wrong."""
    watch.seen.clear()
    with open_source(sample.source) as source:
        for number in range(1, source.page_count + 1):
            picture = source.load(number)
            if owner.kind is Kind.LINE:
                reader.read_line(picture.pixels, options)
            else:
                reader.read_page(picture, options)
    yield from _beside_truth(watch, owner, sample)


def of_nothing(reader: Reader, watch: Watch, kind: str, picture: Picture, options: ReadOptions) -> Iterator[Witness]:
    """Every line that is read where nothing is written; all are wrong."""
    watch.seen.clear()
    reader.read_page(picture, options)
    for _, row, vote in watch.seen:
        yield Witness(TEXTLESS, kind, _first(row, False, None, False), _voted(row, vote, False, None, False))


def of_line(reader: Reader, watch: Watch, sample: Sample, pixels: Pixels, options: ReadOptions) -> list[Witness]:
    """The one line that a drawn picture shows."""
    watch.seen.clear()
    reader.read_line(pixels, options)
    return list(_beside_truth(watch, SampleSet(CHINESE, Kind.LINE, ()), sample))


def _beside_truth(watch: Watch, owner: SampleSet, sample: Sample) -> Iterator[Witness]:
    truths = partners(sample, [line for line, _, _ in watch.seen], owner.kind, owner.ignore_case)
    rows = [row for _, row, _ in watch.seen]
    first = _right(owner, sample, watch, rows)
    voted = _right(owner, sample, watch, [vote.row if vote else row for _, row, vote in watch.seen])
    for place, ((_, row, vote), truth) in enumerate(zip(watch.seen, truths, strict=True)):
        one = _first(row, first[place], truth, owner.ignore_case)
        two = _voted(row, vote, voted[place], truth, owner.ignore_case)
        yield Witness(owner.name, sample.document, one, two, truth, ballots(vote, truth, owner.ignore_case))


def _right(owner: SampleSet, sample: Sample, watch: Watch, rows: Iterable[Row]) -> tuple[bool, ...]:
    """Whether each line would be right if these rows were kept."""
    told = [replace(line, text=text_of(row)) for (line, _, _), row in zip(watch.seen, rows, strict=True)]
    return score_sample(owner, sample, told).right


def _first(row: Row, right: bool, truth: str | None, ignore_case: bool) -> Attempt:
    return _attempt(row, evidence(row), right, truth, ignore_case)


def _voted(row: Row, vote: Vote | None, right: bool, truth: str | None, ignore_case: bool) -> Attempt | None:
    return None if vote is None else _attempt(vote.row, told_by(evidence(row), vote), right, truth, ignore_case)


def _attempt(row: Row, measures: Measures, right: bool, truth: str | None, ignore_case: bool) -> Attempt:
    words = [characters for _, characters in letters_of(row)]
    texts = ["".join(one.text for one in characters) for characters in words]
    told = zip((word_evidence(one, 0.5) for one in words), right_words(truth, texts, ignore_case), strict=True)
    eastern = is_east_asian([piece.reading for piece in row])
    return Attempt(row[0].reading.pack, text_of(row), measures, right, tuple(told), eastern)


def is_mislabelled(one: Witness, truths: Collection[str]) -> bool:
    """Whether a reading is little like the truth of its picture, but is that of another one word for word: then the
    labels were mixed up. truths: of the whole set.
    """
    own = fold(one.truth or "")
    texts = [fold(attempt.text) for attempt in (one.first, one.voted) if attempt]
    return any(text in truths and Levenshtein.normalized_similarity(text, own) < ALIKE for text in texts)


def fit_packs(seen: Sequence[Witness], ridge: float = RIDGE) -> dict[str, PackCalibration]:
    """The maps of every pack that read lines of the witnesses, by name and version."""
    maps, verdicts = _fit_maps(seen, ridge), folded(seen, ridge)
    mended = _fit_mended(seen, [verdict.before for verdict in verdicts])
    found = {}
    for pack, told in maps.items():
        own = [(one, verdict) for one, verdict in zip(seen, verdicts, strict=True) if _owner(one) == pack]
        words = [(one.document, *pair) for one, verdict in own if one.truth is not None for pair in verdict.words]
        real = [(one.first.evidence, one.set != TEXTLESS) for one in seen if one.first.pack == pack]
        known, text = _grown(words, ridge), _fit(real, ridge / AGAIN)
        accepted = _accepted([(one.document, verdict) for one, verdict in own if one.set != TEXTLESS])
        found[pack] = replace(told, words=known, text=text, mended=mended.get(pack), accepted=accepted)
    return found


def _accepted(told: Sequence[tuple[str, Verdict]]) -> tuple[tuple[int, int], ...]:
    """The lines of documents that reach thresholds, and the right ones."""
    sure, right = np.array([one.probability for _, one in told]), np.array([float(one.right) for _, one in told])
    return accepted_by_threshold(sure, right, weights([document for document, _ in told]))


def folded(seen: Sequence[Witness], ridge: float = RIDGE) -> list[Verdict]:
    """The verdict on each witness by maps that never saw its document."""
    place = fold_of([one.document for one in seen])
    maps = [_fit_maps([one for one, at in zip(seen, place, strict=True) if at != fold], ridge) for fold in range(FOLDS)]
    before = [_chance(one.first, maps[at].get(one.first.pack)) for one, at in zip(seen, place, strict=True)]
    for left_out, some in enumerate(maps):
        others = [index for index, at in enumerate(place) if at != left_out]
        mended = _fit_mended([seen[index] for index in others], [before[index] for index in others])
        maps[left_out] = {pack: replace(told, mended=mended.get(pack)) for pack, told in some.items()}
    return [_verdict(one, maps[at]) for one, at in zip(seen, place, strict=True)]


def _fit_mended(seen: Sequence[Witness], before: Sequence[float]) -> dict[str, Calibration]:
    """Of every pack, the map that tells whether a second pass mends a doubtful line. before: the probability that each
    first reading is right, by maps that did not see it.
    """
    pairs: dict[str, list[tuple[Measures, bool]]] = {}
    for one, chance in zip(seen, before, strict=True):
        if one.voted and not one.first.eastern and one.set not in (CHINESE, TEXTLESS) and _is_open(one, chance):
            told = hopes(one.first.evidence, chance), one.voted.right and not one.first.right
            pairs.setdefault(one.first.pack, []).append(told)
    fitted = {pack: _fit(own, RIDGE) for pack, own in pairs.items()}
    return {pack: told for pack, told in fitted.items() if told}


def _is_open(one: Witness, chance: float) -> bool:
    return bool(one.first.text) and HOPELESS < chance < ACCEPTED


def judged(seen: Sequence[Witness], packs: Maps) -> list[Verdict]:
    """The verdict on each witness by the maps of packs, as reading gives it. packs: by name and version."""
    return [_verdict(one, packs) for one in seen]


def _verdict(one: Witness, packs: Maps) -> Verdict:
    pack = packs.get(one.first.pack)
    chance = _chance(one.first, pack)
    if one.voted is None or not _is_worth(one, chance, pack):
        return Verdict(chance, one.first, False, chance)
    known = pack.voted if pack else None
    measured = known and one.voted.text and not one.voted.eastern
    return Verdict(known.probability(one.voted.evidence) if known and measured else chance, one.voted, True, chance)


def _is_worth(one: Witness, chance: float, pack: PackCalibration | None) -> bool:
    """Whether a line is read again, if its page has time left; a picture of one line always has."""
    mended = pack.mended if pack and one.first.text and not one.first.eastern else None
    told = mended.probability(hopes(one.first.evidence, chance)) if mended else None
    doubt = Doubt(chance, length_of(one.first.evidence), told)
    return doubt.is_open(ACCEPTED) and (doubt.worth >= WORTH or not one.set.startswith(PAGES))


def _chance(attempt: Attempt, pack: PackCalibration | None) -> float:
    told = None if pack is None else pack.eastern if attempt.eastern else pack.lines
    return told.probability(attempt.evidence) if told and attempt.text else NOTHING


def _fit_maps(seen: Sequence[Witness], ridge: float) -> dict[str, PackCalibration]:
    """Of every pack, the maps of lines, of lines that were voted on, and of East Asian ones."""
    found = {}
    for pack in sorted({one.first.pack for one in seen}):
        own = [one for one in seen if one.first.pack == pack and one.first.text]
        western = [one for one in own if not one.first.eastern]
        kinds = ", ".join(sorted({one.set for one in western} - {TEXTLESS}))
        lines = _grown([(one.document, one.first.evidence, one.first.right) for one in western], ridge, kinds)
        real = [one for one in western if one.set not in (CHINESE, TEXTLESS)]
        voted = [(one.document, one.voted.evidence, one.voted.right) for one in real if one.voted and one.voted.text]
        eastern = [one.first for one in own if one.first.eastern]
        if lines:
            found[pack] = PackCalibration(
                lines,
                _grown(voted, AGAIN * ridge, kinds),
                eastern=_fit([(one.evidence, one.right) for one in eastern], ridge, CHINESE),
            )
    return found


def _owner(one: Witness) -> str:
    """The pack whose thresholds a line counts for; none for East Asian lines."""
    return "" if one.first.eastern else one.first.pack


def _fit(pairs: Sequence[tuple[Measures, bool]], ridge: float, kinds: str = "") -> Calibration | None:
    """The map that fits; None where there are too few lines, or only right or only wrong ones."""
    told = _columns(pairs)
    return None if told is None else fit(*told, ridge=ridge, kinds=kinds)


def _grown(told: Sequence[tuple[str, Measures, bool]], ridge: float, kinds: str = "") -> Calibration | None:
    """The same with trees, and true for documents that it did not see. told: the document, the measures, and whether
    they are those of something right.
    """
    found = _columns([(measures, right) for _, measures, right in told])
    if found is None:
        return None
    names, values, right = found

    def grow(some: Floats, are_right: Floats) -> Calibration:
        return boosted(fit(names, some, are_right, ridge=ridge, kinds=kinds), some, are_right)

    return tempered(grow, values, right, [document for document, _, _ in told])


def _columns(pairs: Sequence[tuple[Measures, bool]]) -> tuple[tuple[str, ...], Floats, Floats] | None:
    """The names of the measures, lines x measures, and whether each is right; None where they cannot be fitted."""
    right = np.array([ok for _, ok in pairs], float)
    if len(pairs) < FEWEST or not 0 < right.mean() < 1:
        return None
    names = tuple(pairs[0][0])
    return names, np.array([[measures[name] for name in names] for measures, _ in pairs]), right


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
