"""Text against truth: how much of it was read right.

Every function takes pairs of (truth, read). CER and WER are edit distance over the length of the truth, summed over
the pairs, so that long lines weigh more; they can pass 1 where much was invented.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

Pair = tuple[str, str]

_SAME = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ", "'"),
        **dict.fromkeys("“”„", '"'),
        **dict.fromkeys("–—−", "-"),
        **dict.fromkeys("\u00a0\u202f", " "),
        "…": "...",
        "（": "(",
        "）": ")",
        "，": ",",
        "：": ":",
    }
)
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """What a reader would call the same text: NFC, one kind of quote and dash, single spaces, none at the ends."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_SAME)).strip()


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts that add up over lines, pages and documents; every score of text is a ratio of two of them.

    edits and characters give CER, word_edits and words give WER, right and items the share exactly right, and common,
    bag_truth and bag_read (words without order) the word F1.
    """

    items: int = 0
    right: int = 0
    edits: int = 0
    characters: int = 0
    word_edits: int = 0
    words: int = 0
    common: int = 0
    bag_truth: int = 0
    bag_read: int = 0

    @property
    def cer(self) -> float:
        """Character error rate."""
        return self.edits / max(1, self.characters)

    @property
    def wer(self) -> float:
        """Word error rate."""
        return self.word_edits / max(1, self.words)

    @property
    def exact(self) -> float:
        """Share of the pairs without an error, 0 to 1."""
        return self.right / max(1, self.items)

    @property
    def word_f1(self) -> float:
        """F1 of the words without their order, 0 to 1."""
        return f1(self.common, self.bag_truth, self.bag_read)


def tally(truth: str, read: str, ignore_case: bool = False) -> Tally:
    """The counts of one pair; `ignore_case` compares in lower case."""
    truth, read = fold(truth), fold(read)
    if ignore_case:
        truth, read = truth.lower(), read.lower()
    bags = Counter(_WORD.findall(truth)), Counter(_WORD.findall(read))
    words = truth.split()
    return Tally(
        items=1,
        right=int(truth == read),
        edits=Levenshtein.distance(truth, read),
        characters=len(truth),
        word_edits=Levenshtein.distance(words, read.split()),
        words=len(words),
        common=(bags[0] & bags[1]).total(),
        bag_truth=bags[0].total(),
        bag_read=bags[1].total(),
    )


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies."""
    columns = zip(*(tuple(getattr(one, name) for name in Tally.__slots__) for one in tallies), strict=True)
    return Tally(*(sum(column) for column in columns))


def cer(pairs: Sequence[Pair]) -> float:
    """Character error rate of all pairs together."""
    return total(tally(*pair) for pair in pairs).cer


def wer(pairs: Sequence[Pair]) -> float:
    """Word error rate of all pairs together; words are what spaces separate."""
    return total(tally(*pair) for pair in pairs).wer


def exact(pairs: Sequence[Pair]) -> float:
    """Share of the pairs that are equal once folded."""
    return total(tally(*pair) for pair in pairs).exact


def bag_f1(pairs: Sequence[Pair], lower: bool = False) -> float:
    """F1 of the words of each pair without their order, for pages whose reading order may differ."""
    return total(tally(*pair, ignore_case=lower) for pair in pairs).word_f1


def f1(common: int, wanted: int, found: int) -> float:
    """Harmonic mean of precision (common of found) and recall (common of wanted); 0 where nothing is common."""
    precision, recall = common / max(1, found), common / max(1, wanted)
    return 2 * precision * recall / max(1e-9, precision + recall)
