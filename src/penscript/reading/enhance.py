"""The second pass: doubtful lines are read once more, and the readings vote.

A page that the base weights read is read again by the Latin pack, and a page of the Latin pack by that pack from
narrower pictures. What was possible in either reading stands for election, and what a search finds that trusts the
language model more. Every text is weighed by what both posteriors and the language model say of it, by its words, known
or not, and by what characters it has (`taste`). How clearly a text wins, and whether the readings agree, is evidence in
turn. (Single best readings of paler, slanted, thicker, thinner and closer copies, and the mean of several views'
posteriors, mended no more lines than they broke.)
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from penscript.calibration import log_odds
from penscript.document import Glimpse, Reading
from penscript.reading.image import Pixels
from penscript.reading.piece import Piece, Quad, Row
from penscript.reading.taste import MEASURES, OWN, Floats, Taste, measures

SHARE = 0.3
"""A second pass looks at so much of a page's text at most, measured along the lines, and at one line at least."""
WORTH = 0.005
"""Lines that a second pass must be expected to mend for a line height that it reads."""
BEGUN = 5.0
"""What every reading costs beside its length, in line heights."""
HOPELESS = 0.005
"""The probability below which nobody looks again."""
CLEAR = 3.0
"""The margin (nats) beyond which a piece is not read again with its line: of 151 such pieces no vote changed one."""
NARROWER = 0.9
SOFT = 0.6
FAR = 40.0
"""A text this many nats behind is as far behind as any can be."""


@dataclass(frozen=True, eq=False)
class Vote:
    """A row with the readings that won, what the vote says of them, see `vote`, and the poll of each piece."""

    row: Row
    measures: dict[str, float]
    polls: tuple["Poll", ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A line that may be read again. chance: the probability that it is right, 0 to 1. length: in line heights. mended:
    the probability that a second pass would make it right; None where nobody measured it.
    """

    chance: float
    length: float
    mended: float | None = None

    @property
    def worth(self) -> float:
        """How many lines a second pass would mend for a line height that it reads; more where the line is more open,
        if nobody measured that.
        """
        return WORTH + 0.5 - abs(self.chance - 0.5) if self.mended is None else self.mended / (self.length + BEGUN)

    def is_open(self, threshold: float) -> bool:
        """Whether it is neither accepted, at this probability, nor hopeless."""
        return HOPELESS < self.chance < threshold


def doubtful(lines: Sequence[Doubt], threshold: float, share: float = SHARE) -> list[int]:
    """The numbers of the lines to read again, the worthiest first, as many as the page may spend.

    threshold: the probability from which a line is accepted. share: of the page's text. The worthiest line is read
    again whatever it is worth.
    """
    left = share * sum(line.length for line in lines)
    found: list[int] = []
    for index in sorted(range(len(lines)), key=lambda index: -lines[index].worth):
        line = lines[index]
        if line.is_open(threshold) and (not found or (left > 0 and line.worth >= WORTH)):
            found.append(index)
            left -= line.length
    return found


def is_open(row: Row) -> bool:
    """Whether a second reading could change any piece of a row."""
    return any(map(_is_unsure, row))


def _is_unsure(piece: Piece) -> bool:
    return piece.reading.margin <= CLEAR


def again(row: Row, read: Callable[[list[Quad]], list[Reading]]) -> list[Reading]:
    """A second reading of each piece, its first one where that is clear. read: what outlines say."""
    new = iter(read([piece.quad for piece in row if _is_unsure(piece)]))
    return [next(new) if _is_unsure(piece) else piece.reading for piece in row]


def narrower(crop: Pixels) -> Pixels:
    """The same line in nine tenths of its width, so that every character falls on other steps of the network."""
    width = max(8, round(crop.shape[1] * NARROWER))
    return np.asarray(cv2.resize(crop, (width, crop.shape[0]), interpolation=cv2.INTER_AREA), np.uint8)


def vote(row: Row, others: Sequence[Reading], taste: Taste = OWN) -> Vote | None:
    """The texts that win, piece by piece; None where a reading keeps nothing to weigh texts by. others: a second
    reading of each piece, or its first one.

    vote: log odds of the winners against all other texts; soft_vote: with every weight less. first_gap, second_gap: how
    far behind the best text the winners are in either posteriors (nats, as logarithms). second: minus the log
    probability by the second, likewise. agree: whether both readings are the winners. changed: whether the winners are
    not the first reading.
    """
    polls = [Poll.of(piece.reading, other, taste) for piece, other in zip(row, others, strict=True)]
    held = [poll for poll in polls if poll]
    if len(held) < len(row):
        return None
    if log_odds(sum(poll.chance(1.0) for poll in held)) < taste.lead:
        held = [replace(poll, place=0, winner=piece.reading) for poll, piece in zip(held, row, strict=True)]
    winners = tuple(replace(piece, reading=poll.winner) for piece, poll in zip(row, held, strict=True))
    texts = [piece.reading.text for piece in winners]
    told = {
        "vote": log_odds(sum(poll.chance(1.0) for poll in held)),
        "soft_vote": log_odds(sum(poll.chance(SOFT) for poll in held)),
        "first_gap": math.log1p(sum(poll.first[poll.place] - poll.first.min() for poll in held)),
        "second_gap": math.log1p(sum(poll.second[poll.place] - poll.second.min() for poll in held)),
        "second": math.log1p(sum(poll.second[poll.place] for poll in held)),
        "agree": float(texts == [piece.reading.text for piece in row] == [other.text for other in others]),
        "changed": float(texts != [piece.reading.text for piece in row]),
    }
    return Vote(winners, told, tuple(held))


@dataclass(frozen=True, eq=False)
class Poll:
    """The texts that a piece may hold, the first reading's before the others. values: texts x measures. scores: what
    they are worth. place: of the winner, whose reading is `winner`.
    """

    texts: list[str]
    values: Floats
    scores: Floats
    place: int
    winner: Reading

    @classmethod
    def of(cls, reading: Reading, other: Reading, taste: Taste) -> "Poll | None":
        """None where a reading keeps nothing to weigh texts by."""
        one, two = reading.glimpse, other.glimpse
        if one is None or two is None:
            return None
        likely = [each.text for some in (reading, other) for each in some.candidates]
        searched = () if other is reading else one.searched()
        texts = list(dict.fromkeys([reading.text, other.text, *likely, *searched]))
        nats = [_bounded(glimpse.surprises(texts)) for glimpse in (one, two)]
        values = measures([reading.text, other.text], texts, *nats, np.array(one.fluencies(texts), np.float64))
        scores = taste.scores(values)
        for place in np.argsort(-scores, kind="stable"):
            winner = reading if place == 0 else _spelled(texts[place], one, two)
            if winner:
                return cls(texts, values, scores, int(place), winner)
        return cls(texts, values, scores, 0, reading)

    @property
    def first(self) -> Floats:
        """Minus the log probability of each text by the first reading's posteriors."""
        return -self.values[:, MEASURES.index("first")]

    @property
    def second(self) -> Floats:
        """The same by the second reading's."""
        return -self.values[:, MEASURES.index("second")]

    def chance(self, power: float) -> float:
        """The log probability of the winner. power: what the weights are multiplied by."""
        return float(power * self.scores[self.place] - np.logaddexp.reduce(power * self.scores))


def _spelled(text: str, one: Glimpse, two: Glimpse) -> Reading | None:
    found = one.spelled(text) or two.spelled(text)
    return found if found and found.text == text else None


def _bounded(surprises: Sequence[float]) -> Floats:
    found = np.asarray(surprises, np.float64)
    return np.asarray(np.minimum(found, found.min() + FAR))
