"""The writer's own words beside the language of everybody: texts and a word list -> the language model to read with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from penscript.packs.beam import BeamSearch
from penscript.packs.metadata import read_properties
from penscript.packs.ngram import LANGUAGE_KEY, OWN_SHARE, Blend, NgramModel, unpack_model
from penscript.training.charset import plain
from penscript.training.language import learn_language

LONGEST = 6
"""Characters in the longest run that the own model knows."""


@dataclass(frozen=True, slots=True)
class Language:
    """The language model of the general pack, None where it has none."""

    general: NgramModel | None

    @classmethod
    def of_pack(cls, file: Path) -> "Language":
        """What a pack file carries."""
        told = read_properties(file).get(LANGUAGE_KEY)
        return cls(unpack_model(told) if told else None)

    def search(self, charset: Sequence[str], own: NgramModel | None = None) -> BeamSearch | None:
        """The decoder of the general pack, or of a personal one with its own texts."""
        if self.general is None:
            return None
        return BeamSearch(charset, self.general if own is None else Blend(self.general, own, OWN_SHARE))


def own_model(texts: Iterable[str], words: Iterable[str], characters: int) -> NgramModel:
    """What the writer writes: lines as they are, words as if each stood by itself between spaces."""
    lines = [plain(text) for text in texts] + [f" {plain(word)} " for word in words]
    return learn_language(lines, characters, (1,) * LONGEST)
