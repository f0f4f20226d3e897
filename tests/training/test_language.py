import base64
import struct

import numpy as np
import pytest

from penscript.packs.alignment import align
from penscript.packs.beam import BeamSearch
from penscript.packs.ngram import pack_model, unpack_model
from penscript.training.language import learn_language

CHARSET = ["", "c", "a", "o", "t", " "]


@pytest.fixture(scope="module")
def model():
    return learn_language(["a cat", "the cat sat", "a cat at", "cat"] * 3, 40)


def chances(model, before):
    return {character: np.exp(model.score(before, character)) for character in "abcdefghijklmnopqrstuvwxyz "}


def test_what_was_seen_is_likelier(model):
    after = chances(model, "the c")
    assert max(after, key=after.get) == "a"
    assert 0.8 < after["a"] <= 1


def test_the_unseen_is_unlikely_but_possible(model):
    assert np.log(1e-6) < model.score("the c", "z") < np.log(0.05)


def test_it_comes_back_as_it_was_packed(model):
    again = unpack_model(pack_model(model))
    for before in ("", "a c", "zzz", "the cat sa"):
        assert chances(again, before) == chances(model, before)


def test_it_expects_a_digit_but_never_which():
    model = learn_language(["born in 1914", "died in 1918"] * 9, 40)
    after = {digit: model.score("born in 19", digit) for digit in "0123456789"}
    assert len(set(after.values())) == 1
    assert after["7"] > model.score("born in 19", "x")


def test_longer_runs_are_kept_on_request():
    model = learn_language(["abcdefgh"] * 3, 40, (1, 1, 1, 1, 1, 1, 1, 3))
    assert model.reach == 7
    assert len(unpack_model(pack_model(model)).tables[7][0]) == 2


def test_models_of_the_first_form_are_read(model):
    parts = [struct.pack("<4sBI", b"PNG1", len(model.tables), 60)]
    for keys, costs, weights in model.tables:
        parts += [struct.pack("<I", len(keys)), keys.tobytes(), costs.tobytes(), weights.tobytes()]
    again = unpack_model(base64.b85encode(b"".join(parts)).decode("ascii"))
    assert chances(again, "the c")["a"] == chances(model, "the c")["a"]


def test_anything_else_is_no_model():
    with pytest.raises(ValueError, match=r".+"):
        unpack_model("00000000000000000000")


def posteriors(*rows):
    return np.array(rows, np.float32)


def test_the_model_tips_the_balance_between_what_the_network_finds_possible(model):
    seen = posteriors(
        [0.02, 0.98, 0, 0, 0, 0],
        [0.01, 0, 0.48, 0.51, 0, 0],
        [0.999, 0, 0, 0, 0.001, 0],
        [0.02, 0, 0, 0, 0.98, 0],
    )
    search = BeamSearch(CHARSET, model)
    assert "".join(CHARSET[number] for number in search.classes(seen, range(6))) == "cat"
    without = BeamSearch(CHARSET, model, weight=0.0, bonus=0.0)
    assert "".join(CHARSET[number] for number in without.classes(seen, range(6))) == "cot"


def test_a_sure_reading_stands_whatever_the_model_says(model):
    seen = posteriors([0.001, 0, 0, 0, 0.999, 0], [0.001, 0, 0, 0.999, 0, 0], [0.001, 0.999, 0, 0, 0, 0])
    search = BeamSearch(CHARSET, model)
    assert "".join(CHARSET[number] for number in search.classes(seen, range(6))) == "toc"


def test_a_letter_written_twice_needs_a_blank_between(model):
    rows = [[0.1, 0.9, 0, 0, 0, 0], [0.9, 0.1, 0, 0, 0, 0], [0.1, 0.9, 0, 0, 0, 0]]
    search = BeamSearch(CHARSET, model, weight=0.0, bonus=0.0)
    assert search.classes(posteriors(*rows), range(6)) == [1, 1]
    assert align(posteriors(*rows), [1, 1]) == [(0, 1), (2, 3)]


def test_what_does_not_fit_has_no_places():
    assert align(posteriors([0.5, 0.5, 0, 0, 0, 0]), [1, 1]) == []
    assert align(posteriors([0.5, 0.5, 0, 0, 0, 0]), []) == []
