"""Lines of one hand -> what a personal pack would be, and whether it reads that hand better and forgets nothing.

Look at the lines, try learning out on folds of them, learn from all, see how much is forgotten, judge. Nothing is
written here: see `publishing`.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from penscript.errors import UsageError
from penscript.learning.characters import grown_charset, grown_weights, numbers
from penscript.learning.example import Example, guard_lines
from penscript.learning.features import Front
from penscript.learning.fitting import Halves, Learner, Lesson, Plan
from penscript.learning.judging import Comparison, Decoder, Ends, Surprise, surprise
from penscript.learning.layers import Floats, Weights
from penscript.learning.texts import Language, OwnTexts, own_texts
from penscript.learning.trial import MANY, Trial, folds_of, try_out
from penscript.learning.work import Report, Work
from penscript.learning.writer import Whose
from penscript.packs.metadata import PackCard, read_card
from penscript.packs.onnx_file import parse
from penscript.packs.session import cores
from penscript.packs.tail import Tail, read_tail
from penscript.packs.two_ends import Switch

FEWEST = 4
"""Lines below which nothing is learnt."""
FORGETTING = 0.002
"""The character error rate on guard lines may rise by so much."""
PARTS = (1.0, 0.7, 0.5, 0.35, 0.2)
"""Shares of what was learnt that are tried, until little enough is forgotten."""
_HELD, _LONGEST = 1_800, 800
"""Pictures with their planes that memory holds, 300 to 600 kB each, and steps at most, whatever the number of lines."""
_FITTING, _DEEP, _READING = 0.2, 0.9, 0.3
"""Cost of learning from a time step, with the last convolutions too, and of reading it, against running it through the
whole network.
"""


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

    def for_plan(self, plan: Plan) -> "Start":
        """With the last blocks of convolutions too, where they are to learn."""
        return replace(self, tail=read_tail(parse(self.file.read_bytes()), deep=True)) if plan.deep else self


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of it. first, weights: of the end of the network, before and after. own: the lines read before and
    after, each by weights that had not seen it; surprise: what these thought of its text. guard: lines of other hands
    and print. part: share of what was learnt that is kept. whose: tells the lines of the hand from others.
    """

    first: Weights
    weights: Weights
    charset: tuple[str, ...]
    language: OwnTexts
    trial: Trial
    own: Comparison
    surprise: Surprise
    guard: Comparison
    part: float
    whose: Whose
    examples: tuple[Example, ...] = field(repr=False)

    @property
    def objection(self) -> str:
        """The gate: why it is not to be published, empty where nothing speaks against it."""
        (before, after), (guarded, since) = self.own.rates, self.guard.rates
        if since > guarded + FORGETTING:
            return f"it reads other hands worse: {since:.2%} of characters wrong instead of {guarded:.2%}"
        if after >= before or not self.surprise.is_less(between=0):
            return (
                f"it does not read your hand better beyond chance: {after:.1%} of characters wrong, before {before:.1%}"
            )
        if not self.surprise.is_less():
            return "too few pages show the gain: another page may look different, so learn from a second one too"
        return ""


def plan_for(count: int) -> tuple[Plan, int]:
    """How long to learn from so many lines, and how many changed pictures of each to make."""
    if count < 32:
        return Plan(steps=20, lines=12), 15
    if count < MANY:
        return Plan(steps=100, lines=12), 11
    steps, deep = min(_LONGEST, max(200, count * 3 // 4)), 0.5 if count <= _HELD else 0.0
    return Plan(steps=steps, lines=12, rate=1e-3, deep=deep), min(6, max(0, _HELD // count - 1))


def learn(examples: Sequence[Example], start: Start, report: Report, words: Sequence[str] = ()) -> Learned:
    """Learn a hand. Raises UsageError for fewer than `FEWEST` lines, and whatever `report` raises."""
    if len(examples) < FEWEST:
        told = f"{len(examples)} lines are too few to learn a hand from."
        raise UsageError(told, f"It needs {FEWEST} at least; 40 give a good beginning.")
    with threadpool_limits(1):  # the matrices are small: threads of ours do more than those of the BLAS
        return _learn(examples, start, report, words)


def _learn(examples: Sequence[Example], start: Start, report: Report, words: Sequence[str]) -> Learned:
    charset = grown_charset(start.card.charset, (one.text for one in examples))
    plan, copies = plan_for(len(examples))
    start, guard = start.for_plan(plan), guard_lines()
    work = Work(_planned(examples, guard, plan, copies), report)
    front = Front(start.file, start.tail.entry, start.card.info.height)
    work.begin("looking at the lines")
    own, others = (
        Looked(tuple(some), tuple(_lessons(some, front=front, charset=charset, work=work, copies=number, start=start)))
        for some, number in ((examples, copies), (guard, 0))
    )
    return study(own, others, start, charset=charset, words=words, work=work)


@dataclass(frozen=True, slots=True)
class Looked:
    """Lines, and what the end of the network sees of each."""

    examples: tuple[Example, ...] = field(repr=False)
    lessons: tuple[Lesson, ...] = field(repr=False)


def study(
    own: Looked, guard: Looked, start: Start, *, charset: tuple[str, ...], words: Sequence[str], work: Work
) -> Learned:
    """Try out, learn, judge. charset: of the general pack and of the own lines."""
    weights = grown_weights(start.tail.weights, start.card.charset, charset)
    plan, dilation = plan_for(len(own.lessons))[0], start.tail.dilation
    work.begin("trying it out")
    advance = partial(_advance, work, _cost(plan))
    trial = try_out(own.lessons, weights, dilation, plan, advance=advance, threads=start.threads)
    work.begin("learning")
    learner = Learner(weights, dilation, own.lessons, plan)
    with threadpool_limits(start.threads if plan.deep else 1):  # planes are large enough, and nothing runs beside
        found = learner.run(lambda step, mean: advance(learner.latest) or step < trial.stop)
    work.begin("judging")
    whose = Whose.of([one.shown for one in own.lessons])
    judge = _Judge(start, weights, charset, tuple(words), whose, work)
    part, kept = judge.least_forgetting(guard, found)
    compared, surprise = judge.by_folds(own, trial, part)
    language = own_texts((one.text for one in own.examples), words, len(charset))
    learnt = mixed(weights, found, part)
    return Learned(weights, learnt, charset, language, trial, compared, surprise, kept, part, whose, own.examples)


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
    whose: Whose
    work: Work

    def least_forgetting(self, guard: Looked, learnt: Weights) -> tuple[float, Comparison]:
        """The largest share of what was learnt under which the guard lines, read greedily, stay as they were."""
        greedy, truths, switch = Decoder(self.charset), [one.text for one in guard.examples], self.whose.switch()
        before = [greedy.read(one) for one in self._seen(guard.lessons, self._ends())]
        for part in PARTS:
            ends = self._ends(mixed(self.weights, learnt, part), switch)
            compared = Comparison.of(truths, before, [greedy.read(one) for one in self._seen(guard.lessons, ends)])
            if compared.rates[1] <= compared.rates[0] + FORGETTING:
                break
        return part, compared

    def by_folds(self, own: Looked, trial: Trial, part: float) -> tuple[Comparison, Surprise]:
        """Every line by the general pack and by weights, switch and texts that had not seen it."""
        general = Decoder(self.charset, self.start.language.search(self.charset))
        seen = [self._seen(own.lessons, self._ends()), [np.zeros((0, 0), np.float32)] * len(own.lessons)]
        after = [""] * len(own.lessons)
        for left_out, learnt in trial.folds:
            texts = [one.text for number, one in enumerate(own.examples) if number not in left_out]
            told = own_texts(texts, self.words, len(self.charset))
            decoder = Decoder(self.charset, self.start.language.search(self.charset, told))
            ends = self._ends(mixed(self.weights, learnt, part), self.whose.switch(left_out))
            for number, one in zip(left_out, self._seen([own.lessons[i] for i in left_out], ends), strict=True):
                seen[1][number], after[number] = one, decoder.read(one)
        compared = Comparison.of([one.text for one in own.examples], [general.read(one) for one in seen[0]], after)
        lost = [
            [surprise(*pair) for pair in zip(some, (one.text for one in own.lessons), strict=True)] for some in seen
        ]
        return compared, Surprise(np.array(lost[0]), np.array(lost[1]), tuple(one.page for one in own.examples))

    def _ends(self, own: Weights | None = None, switch: Switch | None = None) -> Ends:
        return Ends(self.start.tail.dilation, self.weights, own, switch)

    def _seen(self, lessons: Sequence[Lesson], ends: Ends) -> list[Floats]:
        """The posteriors of each line."""
        found = []
        for one in lessons:
            found.append(ends.posteriors(one))
            self.work.advance(_READING * one.views[0].shape[-2])
        return found


def _lessons(
    examples: Sequence[Example], *, front: Front, charset: tuple[str, ...], work: Work, copies: int, start: Start
) -> list[Lesson]:
    """The lines as the end of the network sees them, several at the same time."""
    pictures = [one.picture for one in examples]

    def look(number: int) -> tuple[tuple[Halves, ...], Floats]:
        return front.views(pictures[number], copies, pictures, number)

    found = []
    with ThreadPoolExecutor(start.threads) as pool:
        try:
            for one, (views, told) in zip(examples, pool.map(look, range(len(examples))), strict=True):
                found.append(Lesson(views, numbers(one.text, charset), told))
                work.advance(sum(view.shape[-2] for view in views))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return found


def _cost(plan: Plan) -> float:
    return _DEEP if plan.deep else _FITTING


def _advance(work: Work, cost: float, lessons: Sequence[Lesson]) -> None:
    work.advance(cost * sum(one.views[0].shape[-2] for one in lessons))


def _planned(examples: Sequence[Example], shown: Sequence[Example], plan: Plan, copies: int) -> float:
    """All the work, in time steps through the whole network."""
    own = [_steps(one) for one in examples]
    mean = sum(own) / len(own)
    fitted = plan.steps * min(plan.lines, len(own)) * mean * (len(folds_of(len(own))) + 1)
    return sum(own) * (1 + copies + 2 * _READING) + sum(map(_steps, shown)) * (1 + 2 * _READING) + _cost(plan) * fitted


def _steps(example: Example) -> float:
    height, width = example.picture.shape[:2]
    return float(width * 12 / height)
