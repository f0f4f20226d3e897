import pytest

from penscript.training.charset import encode, latin_charset, nearest, plain


def test_the_blank_is_first_and_the_space_last_and_nothing_stands_twice():
    charset = latin_charset()
    assert (charset[0], charset[-1]) == ("", " ")
    assert len(set(charset)) == len(charset)


@pytest.mark.parametrize(
    "letters", ["éàçœÿ", "äöüßẞ", "ñ¿¡", "åäöøæ", "ąćęłńóśźż", "čďěňřšťůž", "őű", "ğışİ", "ạảấộựđ", "țș", "☐☑☒•→€£"]
)
def test_every_language_has_its_letters(letters):
    assert set(letters) <= set(latin_charset())


@pytest.mark.parametrize(
    ("truth", "written"),
    [
        ("M^me", "Mme"),
        ("Nou¬", "Nou-"),
        ("l’“art”", 'l\'"art"'),
        ("a \u00a0 b", "a b"),
        ("&amp;", "&"),
        ("e\u0301", "é"),
    ],
)
def test_truth_is_brought_to_what_a_pack_writes(truth, written):
    assert plain(truth) == written


def test_a_text_with_an_unknown_character_is_not_encoded():
    index = {character: number for number, character in enumerate(latin_charset())}
    assert encode("漢", index) is None
    assert encode("ab", index) == [index["a"], index["b"]]


def test_a_new_letter_starts_from_the_one_with_fewer_accents():
    assert nearest("ế", {"ê": 1, "e": 2}) == "ê"
    assert nearest("→", {"e": 2}) is None
