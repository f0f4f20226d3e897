"""Whether words come in the order and the rows in which a person would copy them.

Two scores, both from 0 to 1, where 1 is best. Words are runs of letters and digits in lower case, with marks
between them (12.50, 7:30, l'eau); a Han character or kana is a word of its own.

- **Order score**: words of the truth are matched one to one with words read, and what has no partner is dropped on
  both sides. Of the pairs of words that now follow each other in the truth, the score is the share that follow each
  other in what was read. So it speaks of order alone: a misread word costs nothing here, a swapped piece of a row
  costs its seams. Measuring order on matched words, apart from recognition, follows Vidal et al., "End-to-end page-
  level assessment of handwritten text recognition" (2023); neighbours take the place of their distance of ranks,
  which a wrong seam hardly moves on a long page.
- **Row F1**: every row is its first word, its pairs of neighbouring words and its last word; the score is the F1 of
  these pieces over the page. A row cut in two, two rows run together, pieces of a row in the wrong order and misread
  words all lower it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import groupby, pairwise

from rapidfuzz.distance import Levenshtein

from penscript.evaluation.scores import f1, fold

_LONE = "\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_LONE}]|[^\W{_LONE}]+(?:[.,:/'-][^\W{_LONE}]+)*")
_DENSE = re.compile(rf"[{_LONE}]")
_NEAR = 0.5
_SURE = 4


@dataclass(frozen=True, slots=True)
class OrderTally:
    """Counts that add up over pages: kept of neighbours gives the order score, lines_kept of lines the order by place,
    the rest the row F1.
    """

    kept: int = 0
    neighbours: int = 0
    row_common: int = 0
    row_truth: int = 0
    row_read: int = 0
    lines_kept: int = 0
    lines: int = 0

    @property
    def line_order(self) -> float:
        """The order of lines by their places, 0 to 1; 1 where there is nothing to order."""
        return self.lines_kept / self.lines if self.lines else 1.0

    @property
    def order(self) -> float:
        """The order score, 0 to 1; 1 where there is nothing to order."""
        return self.kept / self.neighbours if self.neighbours else 1.0

    @property
    def row_f1(self) -> float:
        """The row F1, 0 to 1."""
        return f1(self.row_common, self.row_truth, self.row_read)

    def __add__(self, other: "OrderTally") -> "OrderTally":
        return OrderTally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def words(text: str) -> list[str]:
    """The words of a text as this module counts them."""
    return _WORD.findall(unicodedata.normalize("NFKC", fold(text)).lower())


def order_tally(truth: str, read: str) -> OrderTally:
    """The counts of one page; rows are the lines of each text."""
    pairs = matched(words(truth), words(read))
    rank = {place: i for i, place in enumerate(sorted(there for _, there in pairs))}
    places = [rank[there] for _, there in pairs]
    rows, found = _rows(truth), _rows(read)
    return OrderTally(
        kept=sum(b == a + 1 for a, b in pairwise(places)),
        neighbours=max(0, len(places) - 1),
        row_common=(rows & found).total(),
        row_truth=rows.total(),
        row_read=found.total(),
    )


def line_tally(pairs: Sequence[tuple[int, int]]) -> OrderTally:
    """The counts of the order by place from matched lines (truth, read), in the truth's order."""
    rank = {there: i for i, there in enumerate(sorted(there for _, there in pairs))}
    kept = sum(rank[after[1]] == rank[before[1]] + 1 for before, after in pairwise(pairs))
    return OrderTally(lines_kept=kept, lines=max(0, len(pairs) - 1))


def matched(truth: Sequence[str], read: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of positions (truth, read) of words taken for the same, in the truth's order, one to one.

    First equal runs of two words or more, the longest first (greedy string tiling: Wise, 1993); then single words that
    stand once among what is left on both sides; then, again and again, neighbours of matched words if at least half
    alike. Short words that nothing vouches for stay without a partner.
    """
    pairs = _Pairs()
    _match_runs(truth, read, pairs)
    _match_single(truth, read, pairs)
    _match_neighbours(truth, read, pairs)
    return sorted(pairs.partner.items())


class _Pairs:
    """Which position of the truth goes with which position read."""

    def __init__(self) -> None:
        self.partner: dict[int, int] = {}
        self.taken: set[int] = set()

    def free(self, here: int, there: int) -> bool:
        return here not in self.partner and there not in self.taken

    def link(self, here: int, there: int) -> None:
        self.partner[here] = there
        self.taken.add(there)


def _match_runs(truth: Sequence[str], read: Sequence[str], pairs: _Pairs) -> None:
    waiting = [(-length, i, j) for length, i, j in _runs(truth, read)]
    heapify(waiting)
    while waiting:
        length, i, j = heappop(waiting)
        free = [k for k in range(-length) if pairs.free(i + k, j + k)]
        if len(free) < -length:
            for first, size in _stretches(free):
                heappush(waiting, (-size, i + first, j + first))
        elif -length > 1 and sum(map(_letters, truth[i : i - length])) >= _SURE:
            for k in free:
                pairs.link(i + k, j + k)


def _runs(truth: Sequence[str], read: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Length and first positions of every run of equal words that cannot be made longer."""
    places: dict[str, list[int]] = {}
    for j, word in enumerate(read):
        places.setdefault(word, []).append(j)
    for i, word in enumerate(truth):
        for j in places.get(word, ()):
            if not (i and j and truth[i - 1] == read[j - 1]):
                length = 1
                while i + length < len(truth) and j + length < len(read) and truth[i + length] == read[j + length]:
                    length += 1
                yield length, i, j


def _stretches(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and size of every stretch of numbers that follow each other."""
    for _, group in groupby(enumerate(numbers), key=lambda item: item[1] - item[0]):
        stretch = [number for _, number in group]
        yield stretch[0], len(stretch)


def _match_single(truth: Sequence[str], read: Sequence[str], pairs: _Pairs) -> None:
    here = [i for i in range(len(truth)) if i not in pairs.partner]
    there = [j for j in range(len(read)) if j not in pairs.taken]
    counts = Counter(truth[i] for i in here), Counter(read[j] for j in there)
    place = {read[j]: j for j in there}
    for i in here:
        if counts[0][truth[i]] == counts[1][truth[i]] == 1 and _letters(truth[i]) >= _SURE:
            pairs.link(i, place[truth[i]])


def _match_neighbours(truth: Sequence[str], read: Sequence[str], pairs: _Pairs) -> None:
    waiting = list(pairs.partner)
    while waiting:
        here = waiting.pop()
        for step in (1, -1):
            i, j = here + step, pairs.partner[here] + step
            inside = 0 <= i < len(truth) and 0 <= j < len(read) and pairs.free(i, j)
            if inside and Levenshtein.normalized_similarity(truth[i], read[j]) >= _NEAR:
                pairs.link(i, j)
                waiting.append(i)


def _letters(word: str) -> int:
    """How much a word says; a Han character or kana as much as two letters."""
    return 2 if _DENSE.match(word) else len(word)


def _rows(text: str) -> Counter[tuple[str, str]]:
    pieces: Counter[tuple[str, str]] = Counter()
    for row in text.splitlines():
        line = ["", *words(row), ""]
        if len(line) > 2:
            pieces.update(pairwise(line))
    return pieces
