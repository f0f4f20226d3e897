"""Lines of one hand -> what a personal pack would be, and whether it reads that hand better and forgets nothing.

Look at the lines, try learning out on folds of them, learn from all, see how much is forgotten, judge. Nothing is
written here: see `publishing`.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from penscript.errors import UsageError
from penscript.learning.characters import grown_charset, grown_weights, numbers
from penscript.learning.example import Example, shipped
from penscript.learning.features import Rows
from penscript.learning.fitting import Halves, Learner, Lesson, Plan
from penscript.learning.judging import Comparison, Decoder
from penscript.learning.layers import Weights
from penscript.learning.texts import Language, OwnTexts, own_texts
from penscript.learning.trial import Trial, folds_of, try_out
from penscript.learning.work import Report, Work
from penscript.packs.metadata import PackCard, read_card
from penscript.packs.onnx_file import parse
from penscript.packs.session import cores
from penscript.packs.tail import Tail, read_tail

FEWEST = 4
"""Lines below which nothing is learnt."""
FORGETTING = 0.002
"""The character error rate on guard lines may rise by so much."""
PARTS = (0.7, 0.5, 0.35, 0.2)
"""Shares of what was learnt that are tried, until little enough is forgotten."""
_TYPICAL = 150
"""Time steps of a replayed line."""
_FITTING, _READING = 0.7, 0.3
"""Cost of learning from a time step and of reading it, against running it through the whole network."""


@dataclass(frozen=True, slots=True)
class Start:
    """The general pack that learning begins with. threads: lines that are looked at at the same time."""

    file: Path
    card: PackCard
    tail: Tail
    language: Language
    threads: int

    @classmethod
    def open(cls, file: Path, threads: int | None = None) -> "Start":
        """From a pack file. Raises UsageError for a network that cannot learn a hand."""
        tail = read_tail(parse(file.read_bytes()))
        return cls(file, read_card(file), tail, Language.of_pack(file), threads or cores())


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of it. first, weights: of the end of the network, before and after. own: the lines read before and
    after, each by weights that had not seen it. guard: lines of other hands and print. part: share of what was learnt
    that is kept.
    """

    first: Weights
    weights: Weights
    charset: tuple[str, ...]
    language: OwnTexts
    trial: Trial
    own: Comparison
    guard: Comparison
    part: float
    examples: tuple[Example, ...] = field(repr=False)

    @property
    def objection(self) -> str:
        """The gate: why it is not to be published, empty where nothing speaks against it."""
        (before, after), (guarded, since) = self.own.rates, self.guard.rates
        if since > guarded + FORGETTING:
            return f"it reads other hands worse: {since:.2%} of characters wrong instead of {guarded:.2%}"
        if not self.own.is_gain():
            return (
                f"it does not read your hand better beyond chance: {after:.1%} of characters wrong, before {before:.1%}"
            )
        return ""


def plan_for(count: int) -> tuple[Plan, int]:
    """How long to learn from so many lines, and how many changed pictures of each to make."""
    if count < 32:
        return Plan(steps=30), 6
    return (Plan(steps=160), 5) if count < 100 else (Plan(steps=400, rate=1e-3), 4)


def learn(examples: Sequence[Example], start: Start, report: Report, words: Sequence[str] = ()) -> Learned:
    """Learn a hand. Raises UsageError for fewer than `FEWEST` lines, and whatever `report` raises."""
    if len(examples) < FEWEST:
        told = f"{len(examples)} lines are too few to learn a hand from."
        raise UsageError(told, f"It needs {FEWEST} at least; 40 give a good beginning.")
    with threadpool_limits(1):  # the matrices are small: threads of ours do more than those of the BLAS
        return _learn(examples, start, report, words)


def _learn(examples: Sequence[Example], start: Start, report: Report, words: Sequence[str]) -> Learned:
    charset = grown_charset(start.card.charset, (one.text for one in examples))
    weights = grown_weights(start.tail.weights, start.card.charset, charset)
    plan, copies = plan_for(len(examples))
    guard, replay = shipped("guard"), shipped("replay")
    work = Work(_planned(examples, [*guard, *replay], plan, copies), report)
    look = partial(_lessons, rows=Rows(start.file, start.tail.row, start.card.info.height), charset=charset, work=work)
    work.begin("looking at the lines")
    lessons = look(examples, copies=copies, threads=start.threads)
    guarded, replayed = (look(some, copies=0, threads=start.threads) for some in (guard, replay))
    advance = partial(_advance, work, plan.replayed * _TYPICAL)
    work.begin("trying it out")
    trial = try_out(lessons, replayed, weights, start.tail.dilation, plan, advance=advance, threads=start.threads)
    work.begin("learning")
    learner = Learner(weights, start.tail.dilation, lessons, plan, replayed)
    found = learner.run(lambda step, mean: advance(learner.latest) or step < trial.stop)
    work.begin("judging")
    judge = _Judge(start, weights, charset, tuple(words), work)
    part, kept = judge.least_forgetting(guard, guarded, found)
    own = judge.by_folds(examples, lessons, trial, part)
    language = own_texts((one.text for one in examples), words, len(charset))
    return Learned(weights, mixed(weights, found, part), charset, language, trial, own, kept, part, tuple(examples))


def mixed(first: Weights, learnt: Weights, part: float) -> Weights:
    """A share of the way from the first weights to those that were learnt."""
    return {name: array + np.float32(part) * (learnt[name] - array) for name, array in first.items()}


@dataclass(frozen=True, slots=True)
class _Judge:
    """Reads lines as the general pack does, and as the personal one would. weights: those that learning began with."""

    start: Start
    weights: Weights
    charset: tuple[str, ...]
    words: tuple[str, ...]
    work: Work

    def least_forgetting(
        self, guard: Sequence[Example], lessons: Sequence[Lesson], learnt: Weights
    ) -> tuple[float, Comparison]:
        """The largest share of what was learnt under which the guard lines, read greedily, stay as they were."""
        greedy, truths = Decoder(self.charset), [one.text for one in guard]
        before = self._read(lessons, self.weights, greedy)
        for part in PARTS:
            after = self._read(lessons, mixed(self.weights, learnt, part), greedy)
            compared = Comparison.of(truths, before, after)
            if compared.rates[1] <= compared.rates[0] + FORGETTING:
                break
        return part, compared

    def by_folds(self, examples: Sequence[Example], lessons: Sequence[Lesson], trial: Trial, part: float) -> Comparison:
        """Every line by the general pack and by weights and texts that had not seen it."""
        general = Decoder(self.charset, self.start.language.search(self.charset))
        before = self._read(lessons, self.weights, general)
        after = [""] * len(lessons)
        for left_out, learnt in trial.folds:
            texts = [one.text for number, one in enumerate(examples) if number not in left_out]
            own = own_texts(texts, self.words, len(self.charset))
            decoder = Decoder(self.charset, self.start.language.search(self.charset, own))
            weights = mixed(self.weights, learnt, part)
            for number, text in zip(
                left_out, self._read([lessons[i] for i in left_out], weights, decoder), strict=True
            ):
                after[number] = text
        return Comparison.of([one.text for one in examples], before, after)

    def _read(self, lessons: Sequence[Lesson], weights: Weights, decoder: Decoder) -> list[str]:
        found = []
        for one in lessons:
            found.append(decoder.read(one.views[0], weights, self.start.tail.dilation))
            self.work.advance(_READING * len(one.views[0]))
        return found


def _lessons(
    examples: Sequence[Example], *, rows: Rows, charset: tuple[str, ...], work: Work, copies: int, threads: int
) -> list[Lesson]:
    """The lines as the end of the network sees them, several at the same time."""
    pictures = [one.picture for one in examples]

    def look(number: int) -> tuple[Halves, ...]:
        return rows.views(pictures[number], copies, pictures, number)

    found = []
    with ThreadPoolExecutor(threads) as pool:
        try:
            for one, views in zip(examples, pool.map(look, range(len(examples))), strict=True):
                found.append(Lesson(views, numbers(one.text, charset)))
                work.advance(sum(map(len, views)))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return found


def _advance(work: Work, replayed: float, lessons: Sequence[Lesson]) -> None:
    work.advance(_FITTING * (replayed + sum(len(one.views[0]) for one in lessons)))


def _planned(examples: Sequence[Example], shown: Sequence[Example], plan: Plan, copies: int) -> float:
    """All the work, in time steps through the whole network."""
    own = [_steps(one) for one in examples]
    mean = sum(own) / len(own)
    fitted = plan.steps * (plan.lines * mean + plan.replayed * _TYPICAL) * (len(folds_of(len(own))) + 1)
    return sum(own) * (1 + copies + 2 * _READING) + sum(map(_steps, shown)) * (1 + 2 * _READING) + _FITTING * fitted


def _steps(example: Example) -> float:
    height, width = example.picture.shape[:2]
    return float(width * 12 / height)
