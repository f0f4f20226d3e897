"""The search leaves out what is hopeless, and finds what a search that leaves out nothing finds."""

import math

import numpy as np
import pytest

from penscript.packs.beam import BLANK, BeamSearch

CHARSET = ["", "a", "b", "c", "d", "e"]
NUMBERS = range(len(CHARSET))
Ranked = list[tuple[list[int], float]]


class Model:
    """Likes every other character to be an a."""

    reach = 2

    def after(self, tail: str, character: str) -> float:
        return -0.3 if (character == "a") != tail.endswith("a") else -2.5

    def score(self, before: str, character: str) -> float:
        return self.after("\n" + before, character)


def plainly(search: BeamSearch, posteriors: np.ndarray) -> Ranked:
    """The same search with every prefix grown by every character."""
    kept = {(): (0.0, -math.inf)}
    for row in np.asarray(posteriors, np.float64):
        if row[0] > BLANK:
            kept = {prefix: (np.logaddexp(*chances), -math.inf) for prefix, chances in kept.items()}
            continue
        grown: dict[tuple[int, ...], tuple[float, float]] = {}

        def add(prefix: tuple[int, ...], rested: float, running: float, to: dict = grown) -> None:
            one, other = to.get(prefix, (-math.inf, -math.inf))
            to[prefix] = (np.logaddexp(one, rested), np.logaddexp(other, running))

        for prefix, (rested, running) in kept.items():
            total = np.logaddexp(rested, running)
            add(prefix, total + math.log(row[0]), -math.inf)
            for number in NUMBERS[1:]:
                if row[number] <= search.possible:
                    continue
                chance, again = math.log(row[number]), bool(prefix) and prefix[-1] == number
                if again:
                    add(prefix, -math.inf, running + chance)
                text = "".join(CHARSET[one] for one in prefix)
                hint = search.weight * search.model.score(text, CHARSET[number]) + search.bonus
                add((*prefix, number), -math.inf, (rested if again else total) + chance + hint)
        order = sorted(grown, key=lambda prefix: -np.logaddexp(*grown[prefix]))
        least = np.logaddexp(*grown[order[0]]) - search.hopeless
        kept = {one: grown[one] for one in order[: search.width] if np.logaddexp(*grown[one]) > least}
    return [(list(prefix), float(np.logaddexp(*chances))) for prefix, chances in kept.items()]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("width", [4, 24])
def test_nothing_is_lost_by_leaving_out_what_is_hopeless(seed: int, width: int) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2.5, (25, len(CHARSET)))
    posteriors = (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)).astype(np.float32)
    search = BeamSearch(CHARSET, Model(), width=width)
    found, expected = search.ranked(posteriors, NUMBERS), plainly(search, posteriors)
    assert [text for text, _ in found] == [text for text, _ in expected]
    np.testing.assert_allclose([chance for _, chance in found], [chance for _, chance in expected], atol=1e-4)
