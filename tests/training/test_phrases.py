import numpy as np
import pytest

from penscript.training.charset import latin_charset
from penscript.training.phrases import PhraseBook, Tongue, load_tongues

WORDS = ["tree", "house", "window", "river"]


@pytest.fixture
def book():
    phrases = ["Call {N} at {t} on {d}: {p}", "{n} x {w} = {m}", "{s}dorf {c} {e}"]
    return PhraseBook(
        [
            Tongue("en", phrases, ["the", "of"], WORDS, ["A free text."]),
            Tongue("xx", ["{W}"], ["o"], ["žluťoučký"]),
            Tongue("till", ["TOTAL {x} {q} {i} {r} {D} {b}"], ["RM"], WORDS, special=True),
        ]
    )


def test_texts_are_of_the_charset_and_short(book):
    allowed, random = set(latin_charset()), np.random.default_rng(0)
    for _ in range(300):
        text = book.text(random)
        assert text
        assert set(text) <= allowed
        assert len(text) <= 75


def test_one_language_can_be_asked_for(book):
    random = np.random.default_rng(1)
    texts = [book.text(random, "xx") for _ in range(60)]
    assert any("luťoučk" in text.lower() for text in texts)
    assert not any(word in text for text in texts for word in WORDS)


def test_a_special_language_comes_only_where_it_is_asked_for(book):
    random = np.random.default_rng(2)
    assert not any("TOTAL" in book.text(random) for _ in range(200))
    assert sum("TOTAL" in book.text(random, "till") for _ in range(50)) > 30


def test_sources_are_read_by_language(tmp_path, root):
    for kind, row in (("words", "ab\nab cd\nx1\ncd"), ("places", "Zschopau"), ("sentences", "One sentence.")):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "de.txt").write_text(row, "utf-8")
    (tmp_path / "names.txt").write_text("Ada Lovelace\n", "utf-8")
    (tmp_path / "phrases.toml").write_text(
        '[de]\nsmall = ["in"]\nphrases = ["{F} in {P}"]\n[places]\nlike = "de"\nsmall = ["am"]\nphrases = ["{P}"]\n',
        "utf-8",
    )
    german, places = load_tongues(tmp_path / "phrases.toml", tmp_path)
    assert (german.words, german.sentences, german.places) == (["ab", "cd"], ["One sentence."], ["Zschopau"])
    assert places.special
    assert not places.sentences
    assert "Ada Lovelace in Zschopau" in {PhraseBook([german]).text(np.random.default_rng(n)) for n in range(60)}


def test_every_phrase_of_the_recipe_can_be_filled(root):
    import tomllib

    from penscript.training.phrases import fill

    random = np.random.default_rng(3)
    for code, part in tomllib.loads((root / "training" / "phrases.toml").read_text("utf-8")).items():
        tongue = Tongue(code, part["phrases"], part["small"], WORDS)
        assert all(fill(phrase, tongue, random) for phrase in part["phrases"])
