"""Lines that were read twice -> the weights of the vote, a conditional logit (McFadden 1974). Needs no torch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from penscript.calibration import log_odds
from penscript.evaluation.scores import fold
from penscript.reading.enhance import Poll, Vote
from penscript.reading.taste import MEASURES, Floats, Taste

RIDGE = 3.0
STEPS = 30
ENOUGH = 1e-4
_NEVER = -1e9


@dataclass(frozen=True, eq=False)
class Ballot:
    """The texts that a piece of a line may hold. values: texts x measures. right: of each, whether it is what stands
    there; all False where nobody knows. The first reading is the first text.
    """

    values: Floats
    right: NDArray[np.bool_]


def ballots(vote: Vote | None, truth: str | None, ignore_case: bool) -> tuple[Ballot, ...]:
    """The ballot on each piece of a line. truth: of the line, None where it has none."""
    polls = vote.polls if vote else ()
    wanted = _parted([poll.texts[0] for poll in polls], truth, ignore_case)
    return tuple(_ballot(poll, text, ignore_case) for poll, text in zip(polls, wanted, strict=True))


def _ballot(poll: Poll, wanted: str | None, ignore_case: bool) -> Ballot:
    return Ballot(poll.values, np.array([_folded(text, ignore_case) == wanted for text in poll.texts]))


def _parted(texts: Sequence[str], truth: str | None, ignore_case: bool) -> list[str | None]:
    """What each piece should read: what the truth leaves between its neighbours, where these are as they should be."""
    if truth is None:
        return [None] * len(texts)
    whole, parts = _folded(truth, ignore_case), [_folded(text, ignore_case) for text in texts]
    found: list[str | None] = []
    for place in range(len(parts)):
        before = "".join(f"{part} " for part in parts[:place] if part)
        after = "".join(f" {part}" for part in parts[place + 1 :] if part)
        fits = whole.startswith(before) and whole.endswith(after) and len(before) + len(after) <= len(whole)
        found.append(whole[len(before) : len(whole) - len(after)] if fits else None)
    return found


def _folded(text: str, ignore_case: bool) -> str:
    return fold(text).lower() if ignore_case else fold(text)


def fit_taste(seen: Sequence[Ballot], lead: float, ridge: float = RIDGE) -> Taste:
    """The weights under which the right texts are likeliest, by Newton's method. lead: as a `Taste` has it.

    ridge: what pulls them to zero, nats a squared weight.
    """
    told = [one for one in seen if one.right.any() and not one.right.all()]
    values, is_text, right = _stacked(told)
    weights = np.zeros(len(MEASURES))
    for _ in range(STEPS):
        chance = _chances(values @ weights, is_text)
        wanted = chance * right
        wanted /= np.maximum(1e-12, wanted.sum(axis=1, keepdims=True))
        slope = np.einsum("lt,ltm->m", wanted - chance, values) - ridge * weights
        mean = np.einsum("lt,ltm->lm", chance, values)
        bend = np.einsum("lt,ltm,ltn->mn", chance, values, values) - mean.T @ mean + ridge * np.eye(len(weights))
        step = np.linalg.solve(bend, slope)
        weights += step / max(1.0, np.abs(step).max())
        if np.abs(step).max() < ENOUGH:
            break
    return Taste({name: round(float(one), 2) for name, one in zip(MEASURES, weights, strict=True)}, lead)


def _stacked(seen: Sequence[Ballot]) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Ballots side by side: values, which of their places hold a text, and which a right one."""
    most = max(len(one.right) for one in seen)
    values = np.zeros((len(seen), most, len(MEASURES)))
    is_text, right = np.zeros((2, len(seen), most), np.bool_)
    for place, one in enumerate(seen):
        count = len(one.right)
        values[place, :count], is_text[place, :count], right[place, :count] = one.values, True, one.right
    return values, is_text, right


def _chances(scores: Floats, is_text: NDArray[np.bool_]) -> Floats:
    kept = np.where(is_text, scores, _NEVER)
    grown = np.exp(kept - kept.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True), np.float64)


def becomes(seen: Sequence[Ballot], taste: Taste) -> bool | None:
    """Whether a line would be right after the vote; None where the first reading would be kept. A piece whose truth is
    known stands beside others that are right.
    """
    scores = [taste.scores(one.values) for one in seen]
    places = [int(one.argmax()) for one in scores]
    chance = sum(float(one[place] - np.logaddexp.reduce(one)) for one, place in zip(scores, places, strict=True))
    if not any(places) or log_odds(chance) < taste.lead:
        return None
    return all(bool(one.right[place]) for one, place in zip(seen, places, strict=True) if place)
