"""Where the characters of a text stand: the likeliest path through the posteriors that spells it (forced alignment)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_NEVER = -1e30


def align(posteriors: Floats, places: Sequence[int] | NDArray[np.intp]) -> list[tuple[int, int]]:
    """First step and step behind the last of each character: the likeliest CTC path that spells them.

    posteriors: steps x columns, the blank in column 0; places: the column of each character. Empty where they do not
    fit.
    """
    if not len(places):
        return []
    states = np.zeros(2 * len(places) + 1, np.intp)
    states[1::2] = places
    logs = np.log(np.maximum(posteriors.astype(np.float64), 1e-12)).take(states, axis=1)
    forbidden = np.full(len(states) - 2, _NEVER)
    forbidden[1::2] = np.where(states[3::2] != states[1:-2:2], 0.0, _NEVER)
    best = _best_paths(logs, forbidden)
    state = len(states) - 1 if best[-1, -1] > best[-1, -2] else len(states) - 2
    if best[-1, state] < _NEVER / 2:
        return []
    path = _traced(best, forbidden, state)
    marks = 2 * np.arange(len(places)) + 1
    starts, ends = np.searchsorted(path, marks), np.searchsorted(path, marks, "right")
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _best_paths(logs: NDArray[np.float64], forbidden: NDArray[np.float64]) -> NDArray[np.float64]:
    """Steps x states: the log chance of the likeliest path that is in each state. forbidden: what a leap over the state
    before costs, for states 2 and up.
    """
    best = np.full(logs.shape, _NEVER)
    best[0, :2] = logs[0, :2]
    leap = np.empty(len(forbidden))
    for before, after, log in zip(best[:-1], best[1:], logs[1:], strict=True):
        np.maximum(before[1:], before[:-1], out=after[1:])
        after[0] = before[0]
        np.add(before[:-2], forbidden, out=leap)
        np.maximum(after[2:], leap, out=after[2:])
        np.add(after, log, out=after)
    return best


def _traced(best: NDArray[np.float64], forbidden: NDArray[np.float64], state: int) -> NDArray[np.intp]:
    """The state of the best path at each step, which ends in `state`; where paths are equal, the one that stays."""
    path = [state]
    for before in best[-2::-1]:
        chance, came = before[state], state
        if state > 0 and before[state - 1] > chance:
            chance, came = before[state - 1], state - 1
        if state > 1 and before[state - 2] + forbidden[state - 2] > chance:
            came = state - 2
        state = came
        path.append(state)
    return np.array(path[::-1], np.intp)
