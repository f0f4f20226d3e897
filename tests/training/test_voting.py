"""The weights of the vote, fitted on lines of which it is known what they say."""

import numpy as np

from penscript.document import Reading
from penscript.reading.enhance import Poll, Vote
from penscript.reading.taste import MEASURES, Taste
from penscript.training.voting import Ballot, ballots, becomes, fit_taste

FIRST = MEASURES.index("first")
STRANGERS = MEASURES.index("strangers")


def _ballot(nats: list[float], strangers: list[float], right: int | None) -> Ballot:
    values = np.zeros((len(nats), len(MEASURES)))
    values[:, FIRST], values[:, STRANGERS] = -np.array(nats), strangers
    return Ballot(values, np.arange(len(nats)) == (-1 if right is None else right))


def _vote(*texts: list[str]) -> Vote:
    polls = [
        Poll(some, np.zeros((len(some), len(MEASURES))), np.zeros(len(some)), 0, Reading(some[0], 1)) for some in texts
    ]
    return Vote((), {}, tuple(polls))


def test_pieces_are_right_where_the_truth_leaves_them_beside_their_neighbours() -> None:
    one, two = ballots(_vote(["Totai", "Total"], ["3.50", "8.50"]), "TOTAL 3.50", ignore_case=True)
    assert one.right.tolist() == [False, True]
    assert not two.right.any(), "its neighbour is misread, so nobody knows where it begins"
    assert ballots(_vote(["a", "b"]), "b", ignore_case=False)[0].right.tolist() == [False, True]
    assert not ballots(_vote(["a"]), None, ignore_case=False)[0].right.any()
    assert ballots(None, "a", ignore_case=False) == ()


def test_what_tells_right_texts_gets_weight() -> None:
    random = np.random.default_rng(0)
    seen = []
    for _ in range(300):
        known = int(random.random() < 0.8)
        nats = random.random(2) * 2
        seen.append(_ballot(list(nats), [1.0, 0.0] if known else [0.0, 1.0], right=1))
    seen += [_ballot([0.0, 3.0], [0.0, 0.0], right=None)]
    weights = fit_taste(seen, lead=-1.0).weights
    assert set(weights) == set(MEASURES)
    assert -2.0 < weights["strangers"] < -1.0, "a word in five is known and wrong: the log of 4, and a ridge"
    assert abs(weights["first"]) < 0.5
    assert weights["digits"] == 0


def test_a_line_becomes_what_wins_clearly_enough() -> None:
    taste = Taste({"first": 1.0}, lead=0.0)
    assert becomes([_ballot([3.0, 0.0], [0, 0], right=1)], taste) is True
    assert becomes([_ballot([3.0, 0.0], [0, 0], right=0)], taste) is False
    assert becomes([_ballot([0.0, 3.0], [0, 0], right=0)], taste) is None, "the first reading wins"
    assert becomes([_ballot([0.2, 0.1, 0.1], [0, 0, 0], right=1)], taste) is None, "nothing wins clearly"
    two = [_ballot([3.0, 0.0], [0, 0], right=1), _ballot([0.0, 3.0], [0, 0], right=None)]
    assert becomes(two, taste) is True, "the truth of the first is known because the second is right"
    assert becomes([two[0], _ballot([3.0, 0.0], [0, 0], right=None)], taste) is False
