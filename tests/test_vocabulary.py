"""Which words are known."""

from itertools import product
from pathlib import Path

import pytest

from penscript import vocabulary
from penscript.errors import MissingComponent
from penscript.vocabulary import knows, made_of, strangers


def test_words_of_several_languages_are_known_whatever_their_capitals() -> None:
    assert all(map(knows, ["réalisateur", "TOTAL", "Straße", "dirigea", "homologuées", "quantity"]))
    assert not any(map(knows, ["relisateur", "rafhinage", "geures"]))


def test_strangers_are_words_in_latin_script_that_nobody_knows() -> None:
    assert strangers("L'empereur de la rafhinage, 12 geures x привет δρόμος") == ["rafhinage", "geures"]


def test_hardly_any_word_that_is_not_known_is_taken_for_one() -> None:
    drawn = ["".join(letters) + "xqz" for letters in product("aeioulnrst", repeat=4)]
    assert sum(map(knows, drawn)) / len(drawn) < 0.02


def test_a_filter_knows_the_words_that_it_was_made_of() -> None:
    bits = made_of(["one", "two"])

    def is_in(word: str) -> bool:
        return all(bits[place >> 3] >> (place & 7) & 1 for place in vocabulary.places(word, 8 * len(bits)))

    assert is_in("one")
    assert is_in("TWO")
    assert not is_in("three")


@pytest.mark.parametrize("change", ["cut", "bit", "no digest"])
def test_a_damaged_filter_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    there = Path(vocabulary.__file__).parent
    data = (there / "words.bin").read_bytes()
    damaged = {"cut": data[:-1], "bit": bytes([data[0] ^ 1]) + data[1:], "no digest": data}
    (tmp_path / "words.bin").write_bytes(damaged[change])
    if change != "no digest":
        (tmp_path / "words.bin.sha256").write_text((there / "words.bin.sha256").read_text())
    monkeypatch.setattr(vocabulary, "FILE", tmp_path / "words.bin")
    with pytest.raises(MissingComponent, match=r"words\.bin, are cut short or damaged"):
        vocabulary._filter.__wrapped__()


@pytest.mark.parametrize("content", [None, b""])
def test_without_the_filter_it_is_told_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "words.bin").write_bytes(content)
    monkeypatch.setattr(vocabulary, "FILE", tmp_path / "words.bin")
    with pytest.raises(MissingComponent, match=r"words\.bin"):
        vocabulary._filter.__wrapped__()
