"""The writer's own words beside the language of everybody: texts and a word list -> the language model to read with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from penscript.packs.beam import BeamSearch
from penscript.packs.metadata import read_properties
from penscript.packs.ngram import LANGUAGE_KEY, Blend, NgramModel, unpack_model
from penscript.training.charset import plain
from penscript.training.language import learn_language

LONGEST = 6
"""Characters in the longest run that the own model knows."""
MOST = 0.3
"""What the writer's own model counts for at most beside that of everybody."""
ENOUGH = 1_000
"""Characters of own text from which it counts for half of that."""


@dataclass(frozen=True, slots=True)
class Language:
    """The language model of the general pack, None where it has none."""

    general: NgramModel | None

    @classmethod
    def of_pack(cls, file: Path) -> "Language":
        """What a pack file carries."""
        told = read_properties(file).get(LANGUAGE_KEY)
        return cls(unpack_model(told) if told else None)

    def search(self, charset: Sequence[str], own: "OwnTexts | None" = None) -> BeamSearch | None:
        """The decoder of the general pack, or of a personal one with its own texts."""
        if self.general is None:
            return None
        return BeamSearch(charset, self.general if own is None else Blend(self.general, own.model, own.share))


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """The model of the writer's own texts, and what it counts for, 0 to `MOST`."""

    model: NgramModel
    share: float


def own_texts(texts: Iterable[str], words: Iterable[str], characters: int) -> OwnTexts:
    """What the writer writes: lines as they are, words as if each stood by itself between spaces."""
    lines = [plain(text) for text in texts] + [f" {plain(word)} " for word in words]
    length = sum(map(len, lines))
    return OwnTexts(learn_language(lines, characters, (1,) * LONGEST), MOST * length / (length + ENOUGH))
