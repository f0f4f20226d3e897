"""An engine reads the sets, and what it read is counted against the truth."""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from penscript.document import Polygon
from penscript.errors import PenscriptError
from penscript.evaluation.matching import match, touched, truth_lines
from penscript.evaluation.order import OrderTally, line_tally, order_tally
from penscript.evaluation.report import NO_ORDER, NO_WORDS, NOTHING, Outcome, Report, SetReport
from penscript.evaluation.scores import Tally, fold, tally, total
from penscript.evaluation.sets import Kind, Sample, SampleSet, find_sets
from penscript.evaluation.words import WordTally, partners, word_tally

_log = logging.getLogger("penscript.evaluation")

Progress = Callable[[str, int, int], None]
"""Called with the name of the set, how many of its samples are done, and how many there are."""


class ReadLine(Protocol):
    """What is asked of a line: text, confidence in percent, outline in pixels."""

    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def confidence(self) -> float: ...  # noqa: D102
    @property
    def polygon(self) -> Polygon: ...  # noqa: D102


class ReadPage(Protocol):
    """What is asked of a result: its lines in reading order."""

    @property
    def lines(self) -> Sequence[Any]: ...  # noqa: D102


class Engine(Protocol):
    """What can be evaluated: `OcrEngine`, or anything else that reads pages and pictures of one line."""

    def process(self, image: Any, /) -> ReadPage:
        """A page from a path."""
        ...

    def process_line(self, image: Any, /) -> ReadLine:
        """A line from the bytes of a picture."""
        ...


def evaluate(
    folder: str | Path,
    engine: Engine,
    *,
    part: str = "test",
    sets: Collection[str] = (),
    limit: int | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Report:
    """Read the sets in `folder` with `engine` and score them; `find_sets` says what a folder may be and what it raises.

    limit: at most so many samples a set. workers: threads that read at once; times mean something with one only. A
    file that the engine refuses (a PenscriptError) counts as nothing read.
    """
    found = find_sets(folder, part, sets, limit)
    return Report(tuple(evaluate_set(one, engine, workers, progress) for one in found))


def evaluate_set(samples: SampleSet, engine: Engine, workers: int = 1, progress: Progress | None = None) -> SetReport:
    """Read one set and score it; outcomes keep the order of the samples."""
    outcomes: list[Outcome] = []
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for outcome in pool.map(partial(read_sample, engine, samples), samples.samples):
            outcomes.append(outcome)
            if progress:
                progress(samples.name, len(outcomes), len(samples.samples))
    return SetReport(samples.name, samples.kind, tuple(outcomes))


def read_sample(engine: Engine, samples: SampleSet, sample: Sample) -> Outcome:
    """Read one sample and score it."""
    started, error = time.perf_counter(), ""
    lines: list[ReadLine] = []
    try:
        lines = (
            [engine.process_line(sample.source)]
            if samples.kind is Kind.LINE
            else list(engine.process(sample.source).lines)
        )
    except PenscriptError as refused:
        error = refused.message
        _log.warning("%s/%s: %s", samples.name, sample.file, type(refused).__name__)
    return score_sample(samples, sample, lines, time.perf_counter() - started, error)


def score_sample(
    samples: SampleSet, sample: Sample, lines: Sequence[ReadLine], seconds: float = 0.0, error: str = ""
) -> Outcome:
    """Score what was read of one sample, in reading order."""
    text = "\n".join(line.text for line in lines)
    judged = _judge(sample, lines, samples.ignore_case, samples.kind)
    return Outcome(
        file=sample.file,
        document=sample.document,
        tally=tally(sample.truth, text, samples.ignore_case),
        order=order_tally(sample.truth, text) + judged.order if samples.kind is Kind.PAGE else NO_ORDER,
        confidence=tuple(round(line.confidence / 100, 4) for line in lines),
        right=judged.right,
        lines=judged.lines,
        transcribed=judged.transcribed,
        missed=judged.missed,
        extra=judged.extra,
        seconds=seconds,
        error=error,
        words=_words(samples, sample, lines),
    )


def _words(samples: SampleSet, sample: Sample, lines: Sequence[Any]) -> WordTally:
    """The words of the doubtful lines; nothing of an engine that tells no words."""
    if not any(getattr(line, "words", ()) for line in lines):
        return NO_WORDS
    truths = partners(sample, lines, samples.kind, samples.ignore_case)
    tallies = (word_tally(truth, line, samples.ignore_case) for truth, line in zip(truths, lines, strict=True))
    return sum(tallies, NO_WORDS)


@dataclass(frozen=True, slots=True)
class _Judged:
    """right: for every read line. lines, transcribed: as in `Outcome`."""

    right: tuple[bool, ...]
    lines: Tally = NOTHING
    transcribed: Tally = NOTHING
    missed: int = 0
    extra: int = 0
    order: OrderTally = NO_ORDER


def _judge(sample: Sample, lines: Sequence[ReadLine], ignore_case: bool, kind: Kind) -> _Judged:
    if kind is Kind.LINE:
        return _Judged(tuple(tally(sample.truth, line.text, ignore_case).right > 0 for line in lines))
    if sample.geometry:
        return _by_place(sample, sample.geometry, lines, ignore_case)
    return _by_text(sample.truth, lines, ignore_case)


def _by_place(sample: Sample, geometry: Path, lines: Sequence[ReadLine], ignore_case: bool) -> _Judged:
    """A read line is right if it equals the line of the truth that stands where it stands."""
    truth = list(truth_lines(geometry))
    outlines, places = [outline for _, outline in truth], [line.polygon for line in lines]
    found = match(outlines, places)
    tallies = {j: tally(truth[i][0], lines[j].text, ignore_case) for i, j in found.pairs}
    missed = [tally(truth[i][0], "", ignore_case) for i in found.missed]
    right = tuple(j in tallies and tallies[j].right > 0 for j in range(len(lines)))
    placed = len(truth) == sum(bool(fold(row)) for row in sample.truth.splitlines())
    kept = touched(outlines, places) if placed else [True] * len(lines)
    text = "\n".join(line.text for line, here in zip(lines, kept, strict=True) if here)
    transcribed = tally(sample.truth, text, ignore_case)
    counts = total([*tallies.values(), *missed]), transcribed, len(found.missed), len(found.extra)
    return _Judged(right, *counts, line_tally(found.pairs))


def _by_text(truth: str, lines: Sequence[ReadLine], ignore_case: bool) -> _Judged:
    """Without places: a read line is right if it equals a row of the truth that no line before it was taken for."""
    same: Callable[[str], str] = (lambda text: fold(text).lower()) if ignore_case else fold
    left = [same(row) for row in truth.splitlines() if fold(row)]
    right = []
    for text in (same(line.text) for line in lines):
        right.append(text in left)
        if right[-1]:
            left.remove(text)
    return _Judged(tuple(right))
