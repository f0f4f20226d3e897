"""A writer's own texts beside the general language model."""

import math

import pytest

from penscript.learning.texts import own_texts
from penscript.packs.ngram import Blend, pack_own
from penscript.training.language import learn_language


@pytest.fixture(scope="module")
def general():
    return learn_language(["the cat sat on the mat"] * 3 + ["a banquet"], 100)


def test_own_texts_count_where_they_are_known_and_nowhere_else(general):
    own = own_texts(["the Lacaussade letters"], ["Zaouia"], 100)
    blend = Blend(general, own.model, own.share)
    assert blend.score("dear Lacaus", "s") > general.score("dear Lacaus", "s") + 0.5
    assert blend.score("at Zaou", "i") > general.score("at Zaou", "i") + 0.5
    for before, character in (("the cat", " "), ("xyz", "w"), ("Lac", "a")):
        assert blend.score(before, character) == general.score(before, character)


def test_the_share_grows_with_the_texts_and_is_kept_in_the_pack(general):
    few, many = (own_texts(["some words of mine"] * count, (), 100) for count in (4, 400))
    assert 0 < few.share < many.share < 0.3
    told = Blend.unpack(general, pack_own(many.model, many.share))
    assert math.exp(told._parts[1]) == pytest.approx(many.share, abs=1e-3)
