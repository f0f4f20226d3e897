"""Which words of a read line are right, and whether a line's doubtful words hold its mistakes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import Levenshtein

from penscript.document import least_sure
from penscript.evaluation.matching import match, truth_lines
from penscript.evaluation.scores import fold
from penscript.evaluation.sets import Kind, Sample

CERTAINTY = 0.9
LIKE = 0.5
"""Without places, a read line belongs to the row of the truth that is at least so much like it, 0 to 1."""


@dataclass(frozen=True, slots=True)
class WordTally:
    """Words that add up. mistakes: wrong words of doubtful lines; held: those of them among the lines' doubtful words.

    words, doubtful: all words of doubtful lines, and the doubtful ones.
    """

    mistakes: int = 0
    held: int = 0
    words: int = 0
    doubtful: int = 0

    def __add__(self, other: "WordTally") -> "WordTally":
        return WordTally(
            self.mistakes + other.mistakes,
            self.held + other.held,
            self.words + other.words,
            self.doubtful + other.doubtful,
        )

    @property
    def recall(self) -> float:
        """The share of the mistakes that doubtful words hold; NaN where there is none."""
        return self.held / self.mistakes if self.mistakes else float("nan")


def partners(sample: Sample, lines: Sequence[Any], kind: Kind, ignore_case: bool = False) -> list[str | None]:
    """For every read line (text, polygon) the text that it should have; None where the truth has none there."""
    if kind is Kind.LINE:
        return [sample.truth] * len(lines)
    if sample.geometry is None:
        return _by_likeness(sample.truth.splitlines(), [line.text for line in lines], ignore_case)
    truth = list(truth_lines(sample.geometry))
    pairs = {j: i for i, j in match([outline for _, outline in truth], [line.polygon for line in lines]).pairs}
    return [truth[pairs[j]][0] if j in pairs else None for j in range(len(lines))]


def right_words(truth: str | None, words: Sequence[str], ignore_case: bool = False) -> list[bool]:
    """Whether each read word is a word of the truth in its place; of no truth, none is."""
    wanted, found = _folded(truth or "", ignore_case).split(), [_folded(word, ignore_case) for word in words]
    right = [False] * len(found)
    for step in Levenshtein.opcodes(wanted, found):
        if step.tag == "equal":
            right[step.dest_start : step.dest_end] = [True] * (step.dest_end - step.dest_start)
    return right


def word_tally(truth: str | None, line: Any, ignore_case: bool = False, threshold: float = 75.0) -> WordTally:
    """The counts of one line (confidence in percent, words with text and confidence); nothing of an accepted one."""
    if truth is None or line.confidence >= threshold:
        return WordTally()
    right = right_words(truth, [word.text for word in line.words], ignore_case)
    open_words = least_sure([word.confidence / 100 for word in line.words], CERTAINTY)
    pairs = [(ok, place in open_words) for place, ok in enumerate(right)]
    mistakes, held = sum(not ok for ok, _ in pairs), sum(low and not ok for ok, low in pairs)
    return WordTally(mistakes, held, len(pairs), len(open_words))


def _by_likeness(rows: Sequence[str], texts: Sequence[str], ignore_case: bool) -> list[str | None]:
    """Rows and read lines, the likest pairs first, each once."""
    wanted, found = ([_folded(one, ignore_case) for one in some] for some in (rows, texts))
    shares = [
        (Levenshtein.normalized_similarity(a, b), i, j) for i, a in enumerate(wanted) for j, b in enumerate(found)
    ]
    pairs: dict[int, int] = {}
    for _, i, j in sorted((one for one in shares if one[0] >= LIKE), key=lambda one: (-one[0], one[1], one[2])):
        if j not in pairs and i not in pairs.values():
            pairs[j] = i
    return [rows[pairs[j]] if j in pairs else None for j in range(len(texts))]


def _folded(text: str, ignore_case: bool) -> str:
    return fold(text).lower() if ignore_case else fold(text)
