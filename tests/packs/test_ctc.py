import numpy as np
from numpy.typing import NDArray

from penscript.packs.alignment import align
from penscript.packs.ctc import Lattice, compact, decode, likeliest

CHARSET = ("", "a", "b", "l", " ")
SPACE = 4


def posteriors(steps: str, sure: float = 0.97) -> NDArray[np.float32]:
    """One row a letter of `steps`, `-` for the blank; what is left is shared by the others."""
    rows = np.full((len(steps), len(CHARSET)), (1 - sure) / (len(CHARSET) - 1), np.float32)
    for row, letter in zip(rows, steps, strict=True):
        row[CHARSET.index(letter) if letter != "-" else 0] = sure
    return rows


def text(values: NDArray[np.float32]) -> str:
    return "".join(c.text for c in decode(compact(values), CHARSET, SPACE, len(values)))


def test_repeats_are_one_character_and_a_blank_parts_two() -> None:
    assert text(posteriors("aab-l-ll-")) == "abll"
    assert text(posteriors("-----")) == ""


def test_places_follow_the_steps() -> None:
    characters = decode(compact(posteriors("-a----b---")), CHARSET, SPACE, 10.0)
    assert [c.text for c in characters] == ["a", "b"]
    first, second = characters
    assert first.start <= 0.1
    assert first.end >= 0.2
    assert second.start <= 0.6
    assert second.end >= 0.7
    assert first.end < second.start
    assert all(0 <= c.start < c.end <= 1 for c in characters)


def test_a_space_is_found_where_its_evidence_is_spread() -> None:
    values = posteriors("a-b-a----b-a-b", sure=0.999)
    values[5:9, SPACE], values[5:9, 0] = 0.1, 0.899
    assert text(values) == "aba bab"


def test_unsure_writing_needs_more_evidence_of_a_space() -> None:
    values = posteriors("a-b-a----b-a-b", sure=0.8)
    values[5:9, SPACE], values[5:9, 0] = 0.1, 0.75
    assert text(values) == "ababab"


def test_only_allowed_characters_are_produced() -> None:
    values = posteriors("a-l-b", sure=0.6)
    values[2, 2] = 0.3
    lattice = compact(values, np.array([1, 2, SPACE]))
    assert "".join(c.text for c in decode(lattice, CHARSET, SPACE, 5)) == "abb"


def test_alternatives_are_likely_others_best_first() -> None:
    values = posteriors("-a-")
    values[1] = (0.1, 0.6, 0.2, 0.09, 0.01)
    (character,) = decode(compact(values), CHARSET, SPACE, 3)
    assert character.probability == np.float32(0.6)
    assert [other for other, _ in character.alternatives] == ["b", "", "l", " "]


def test_a_lattice_keeps_only_what_is_likely_somewhere() -> None:
    lattice = compact(posteriors("a-b", sure=0.999))
    assert lattice.classes.tolist() == [0, 1, 2]
    assert lattice.of(3).tolist() == [0, 0, 0]
    assert isinstance(lattice, Lattice)


def test_forced_alignment_puts_the_likeliest_path_where_it_is() -> None:
    for seed in range(20):
        logits = np.random.default_rng(seed).normal(0, 3, (60, len(CHARSET)))
        values = (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)).astype(np.float32)
        runs = likeliest(Lattice(np.arange(len(CHARSET)), values))
        assert align(values, [number for _, _, number in runs]) == [(start, end) for start, end, _ in runs]
