"""Which lines a person should see, in which order, and what follows from the answers.

Every doubtful line is offered. Of the accepted ones a share is drawn at random: the audit, which tells whether the
confidence is true. A line is drawn with a probability in proportion to what an error in it would cost, never below a
quarter of the share, and the probability is kept: weighting each answer by its inverse gives an unbiased estimate over
all accepted lines, drawn or not (Horvitz and Thompson 1952, in the ratio form of Hajek 1971).
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from penscript.document import LineStatus
from penscript.notes import Notes
from penscript.notes.values import Change, Label, ReviewItem, StoredDocument, StoredLine
from penscript.options import AcceptPolicy
from penscript.teaching import teaching_order

DOUBTFUL = "doubtful"
AUDIT = "audit"
_LEAST_SHARE = 0.25
_DOCUMENTS_AT_ONCE = 100

Draw = Callable[[StoredLine], float]


@dataclass(frozen=True, slots=True)
class Choice:
    """A line for a person. probability: that with which it was chosen, above 0 to 1. cost: see `expected_cost`."""

    line: StoredLine
    reason: str
    probability: float
    cost: float


@dataclass(frozen=True, slots=True)
class Audit:
    """What the audit says. lines: how many were looked at. exact: estimated percent of accepted lines that are
    right.
    """

    lines: int
    exact: float | None


def expected_cost(line: StoredLine) -> float:
    """The probability that the line is wrong, twice where it holds a digit: a wrong amount or date looks right."""
    doubt = 1 - line.confidence / 100
    return doubt * (2 if any(letter.isdigit() for letter in line.read_text) else 1)


def choose(lines: Sequence[StoredLine], policy: AcceptPolicy, draw: Draw) -> list[Choice]:
    """The lines that a person should see, costliest first.

    draw: a line -> a number from 0 to 1, even over lines; the line is audited where it is below its probability. Lines
    that a person has already looked at are left out.
    """
    fresh = [line for line in lines if line.label is None]
    accepted = [line for line in fresh if _is_accepted(line, policy)]
    chosen = [Choice(line, DOUBTFUL, 1.0, expected_cost(line)) for line in fresh if not _is_accepted(line, policy)]
    for line, probability in zip(accepted, _shares(accepted, policy.audit), strict=True):
        if draw(line) < probability:
            chosen.append(Choice(line, AUDIT, probability, expected_cost(line)))
    return sorted(chosen, key=lambda choice: choice.cost, reverse=True)


def offer_lines(notes: Notes, document: int, policy: AcceptPolicy, left: frozenset[int] = frozenset()) -> int:
    """Put the lines of a document that a person should see into the queue; how many. Offering twice changes nothing.

    left: lines that are there for another reason, which stays.
    """
    lines = [line for page in notes.pages(document) for line in page.lines]
    chosen = choose(lines, policy, _draw_for(notes.document(document)))
    for choice in (one for one in chosen if one.line.id not in left):
        notes.offer(choice.line.id, choice.probability, choice.reason, choice.cost)
    return len(chosen)


def offer_all(notes: Notes, policy: AcceptPolicy) -> int:
    """`offer_lines` for every document; how many lines."""
    offered, offset = 0, 0
    left = frozenset(item.line.id for item in notes.items() if item.reason not in (DOUBTFUL, AUDIT))
    while documents := notes.documents(limit=_DOCUMENTS_AT_ONCE, offset=offset):
        offered += sum(offer_lines(notes, document.id, policy, left) for document in documents)
        offset += len(documents)
    return offered


def order_by_teaching(notes: Notes) -> int:
    """Put the waiting lines of the queue into the order in which their answers teach a hand most; how many.

    The probability with which each was chosen stays.
    """
    items = notes.items()
    waiting = {item.line.id: item for item in items if item.done_at is None}
    known = (item.line.text for item in items if item.line.label is not None)
    order = teaching_order([item.line for item in waiting.values()], known)
    for place, line in enumerate(order):
        item = waiting[line.id]
        notes.offer(line.id, item.probability, item.reason, float(len(order) - place))
    return len(order)


def answer(notes: Notes, line: int, text: str, by: str, was: str | None = None) -> Change:
    """What a person says of a line: a correction, or where the text is what stands there, a confirmation.

    Both are labels to learn from. ConflictError where the line is not `was` any more.
    """
    same = text == (notes.line(line).text if was is None else was)
    return notes.confirm(line, by, was) if same else notes.correct(line, text, by, was)


def audited(items: Iterable[ReviewItem]) -> Audit:
    """The estimate from the audited lines that were answered."""
    answered = [item for item in items if item.reason == AUDIT and item.line.label is not None]
    weight = sum(1 / item.probability for item in answered)
    right = sum(1 / item.probability for item in answered if _was_right(item.line))
    return Audit(len(answered), round(100 * right / weight, 1) if answered else None)


def _is_accepted(line: StoredLine, policy: AcceptPolicy) -> bool:
    return line.status is LineStatus.READ and line.confidence >= policy.threshold_of(line.pack)


def _was_right(line: StoredLine) -> bool:
    return line.label is Label.CONFIRMED or line.text == line.read_text


def _shares(lines: Sequence[StoredLine], share: float) -> list[float]:
    """The probability of each line: `share` on average, more where an error would cost more."""
    costs = [expected_cost(line) for line in lines]
    mean = sum(costs) / len(costs) if costs else 0.0
    if not mean:
        return [share] * len(lines)
    return [min(1.0, share * max(_LEAST_SHARE, cost / mean)) for cost in costs]


def _draw_for(document: StoredDocument) -> Draw:
    """The same number for the same line of the same file, so that a document read again is not drawn again."""
    seed = document.sha256 or f"{document.source}{document.id}"

    def draw(line: StoredLine) -> float:
        place = f"{seed}/{line.page}/{line.bounds.x}/{line.bounds.y}"
        return int.from_bytes(hashlib.blake2b(place.encode(), digest_size=8).digest(), "big") / 2**64

    return draw
