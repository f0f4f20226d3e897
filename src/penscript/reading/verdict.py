"""A row, and how it read from other views -> a line with the confidence that its evidence deserves.

The maps from evidence to probability travel with the pack that read the line; without them confidence is a cautious
figure below 75.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from penscript.calibration import Calibration, PackCalibration
from penscript.document import Bounds, Character, Line, LineStatus
from penscript.reading.enhance import Doubt, Vote
from penscript.reading.evidence import evidence, hopes, length_of, word_evidence
from penscript.reading.piece import Row, outline
from penscript.reading.recognize import belief, cautious, raw_score, text_of, words_of
from penscript.reading.script import is_east_asian

Calibrations = Mapping[str, PackCalibration]
"""By pack, name@version."""
Measures = Mapping[str, float]
NOTHING = 0.001
WRITING = 0.5
"""Below this probability of being writing at all, nothing is shown."""


@dataclass(frozen=True)
class Verdict:
    """A line as it is told, and whether it is writing at all."""

    line: Line
    is_writing: bool


def doubt(row: Row, measures: Measures, packs: Calibrations) -> Doubt:
    """What speaks for reading a row again. measures: its `evidence`."""
    told, pack = _map_of(row, packs), packs.get(_pack(row))
    chance = 0.0 if told is None else told.probability(measures) if text_of(row) else NOTHING
    mended = pack.mended if pack and text_of(row) and not _is_eastern(row) else None
    return Doubt(chance, length_of(measures), mended.probability(hopes(measures, chance)) if mended else None)


def judge(row: Row, measures: Measures, vote: Vote | None, packs: Calibrations) -> Verdict:
    """The line of a row. row: as it read first, with its `evidence`. vote: what a second pass made of it, if there was
    one.
    """
    kept = vote.row if vote else row
    pack = packs.get(_pack(row))
    voted = pack.voted if vote and pack and _map_of(row, packs) and text_of(kept) else None
    if vote and voted:
        chance: float | None = voted.probability(told_by(measures, vote))
    else:
        chance = _probability(kept, evidence(kept) if vote else measures, packs)
    words = pack.words if pack and chance is not None and not _is_eastern(kept) else None
    line = _line(kept, chance, words)
    return Verdict(line, not (pack and pack.text) or pack.text.probability(measures) >= WRITING)


def _probability(row: Row, measures: Measures, packs: Calibrations) -> float | None:
    """The probability that a row is exactly right, from one reading; None where nobody measured it."""
    told = _map_of(row, packs)
    return None if told is None else told.probability(measures) if text_of(row) else NOTHING


def told_by(first: Measures, vote: Vote) -> dict[str, float]:
    """The measures of a line that was read again: of the reading that won, of the vote, and the odds of the first."""
    return evidence(vote.row) | vote.measures | {"before": first["odds"]}


def _map_of(row: Row, packs: Calibrations) -> Calibration | None:
    pack = packs.get(_pack(row))
    return None if pack is None else pack.eastern if _is_eastern(row) else pack.lines


def _is_eastern(row: Row) -> bool:
    return is_east_asian([piece.reading for piece in row])


def _pack(row: Row) -> str:
    return row[0].reading.pack


def _line(row: Row, chance: float | None, words: Calibration | None) -> Line:
    """The line with its confidence: the chance that it is right, or a cautious guess where nobody measured it."""
    polygon = tuple((round(float(x), 1), round(float(y), 1)) for x, y in outline(row))
    text = text_of(row)
    confidence = cautious(belief(row)) if chance is None else round(100 * chance, 1)
    sure = None if chance is None or words is None else partial(_of_word, words=words, line=chance)
    return Line(
        text,
        confidence if text else 0.0,
        Bounds.around(polygon),
        polygon,
        words_of(row, sure),
        LineStatus.READ if text else LineStatus.UNREADABLE,
        calibrated=chance is not None and bool(text),
        raw_score=round(raw_score(row), 4),
        pack=_pack(row),
    )


def _of_word(characters: Sequence[Character], words: Calibration, line: float) -> float:
    """The percentage of a word, which is never less likely right than its line."""
    return round(100 * max(line, words.probability(word_evidence(characters, line))), 1)
