"""A crop as a network saw it: what it reads there, what else it may read, and how likely any other text is."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

import numpy as np

from penscript.document import Candidate, Reading
from penscript.packs.alignment import align
from penscript.packs.beam import BeamSearch
from penscript.packs.ctc import Lattice, Numbers, Run, decode, find_runs, likeliest
from penscript.packs.likelihood import margin, path, surprise, surprises
from penscript.packs.metadata import PackCard
from penscript.packs.ngram import START, LanguageModel

_PIXELS_BEYOND = 8.0
"""How far a character reaches beyond the steps that name it, in pixels of the scaled line."""
BEYOND_DOUBT = 3.0
"""The margin (nats) from which no language model could tip a reading, and nothing else is looked for."""
TRUSTING = {"weight": 0.5, "bonus": 1.2}
"""A search that finds the texts too which the language model finds far likelier than the network."""
MOST = 12
"""Texts that a search names."""


class Decoder:
    """What one pack makes of posteriors. search: tips readings; greedy without one. model: a language model that says
    how likely texts are, that of the search where there is one; it is asked for when it is first needed.
    """

    def __init__(
        self, card: PackCard, search: BeamSearch | None = None, model: Callable[[], LanguageModel | None] = lambda: None
    ) -> None:
        self.card, self.search = card, search
        self.number = {character: number for number, character in enumerate(card.charset)}
        self.space = self.number.get(" ", -1)
        self._model = model

    @cached_property
    def narrow(self) -> BeamSearch | None:
        """The search that tips readings, or one that only says what else is possible; None without a model."""
        return self.search or self._searching()

    @cached_property
    def trusting(self) -> BeamSearch | None:
        """A search that trusts the language model more; None without one."""
        return self._searching(**TRUSTING)

    def _searching(self, **how: float) -> BeamSearch | None:
        model = self.search.model if self.search else self._model()
        return None if model is None else BeamSearch(self.card.charset, model, **how)  # type: ignore[arg-type]

    def text(self, numbers: Iterable[int]) -> str:
        """The text of class numbers, in NFC, without spaces at its ends."""
        return unicodedata.normalize("NFC", "".join(self.card.charset[number] for number in numbers)).strip()

    def hints(self, text: str, start: int = 0) -> tuple[float, ...]:
        """Minus the log probability (nats) of each character by the language model; nothing without one. start: the
        number of the first character that is asked for.
        """
        model = self.narrow.model if self.narrow else None
        if model is None:
            return ()
        seen, first = START + text, 1 - model.reach
        asked = enumerate(text[start:], start)
        return tuple(-model.after(seen[max(0, first + at) : at + 1], one) for at, one in asked)

    def fluencies(self, texts: Sequence[str]) -> list[float]:
        """Minus the log probability (nats) of each text by the language model; zeros without one.

        They are much alike, so hints are those of the first one wherever the same stands before.
        """
        if not texts or self.narrow is None:
            return [0.0] * len(texts)
        first, known, reach = texts[0], self.hints(texts[0]), self.narrow.model.reach
        found = [sum(known)]
        for text in texts[1:]:
            start, left = _alike(first, text)
            end = max(0, left - reach)  # so many characters at the end stand behind the same `reach` ones
            middle = self.hints(text[: len(text) - end], start)
            found.append(sum((*known[:start], *middle, *known[len(first) - end :])))
        return found


def _alike(one: str, other: str) -> tuple[int, int]:
    """How many characters two texts have in common at their beginnings and, apart from these, at their ends."""
    most = min(len(one), len(other))
    start = next((at for at in range(most) if one[at] != other[at]), most)
    end = next((at for at in range(most - start) if one[-1 - at] != other[-1 - at]), most - start)
    return start, end


@dataclass(frozen=True, eq=False)
class Glance:
    """lattice: the likely part of the posteriors. width: of the line as the network sees it, in pixels."""

    lattice: Lattice
    width: int
    decoder: Decoder

    @property
    def reading(self) -> Reading:
        """What the pack reads."""
        search = self.decoder.search
        runs = self._runs(self._ranked[0]) if search and self._ranked else None
        return self._reading(runs)

    def spelled(self, text: str) -> Reading | None:
        """The crop read as this text; None where the network holds one of its characters for impossible."""
        columns = self._columns(text)
        spans = align(self.lattice.values, columns) if (columns >= 0).all() else []
        numbers = self.lattice.classes[columns]
        runs = [(start, end, int(number)) for (start, end), number in zip(spans, numbers, strict=False)]
        return self._reading(runs) if runs else None

    def searched(self) -> tuple[str, ...]:
        """Texts that a search finds which trusts the language model more, the best first."""
        if self.decoder.trusting is None:
            return ()
        found = self.decoder.trusting.ranked(self.lattice.values, self._classes, MOST)
        return tuple(dict.fromkeys(self.decoder.text(numbers) for numbers, _ in found))

    def surprises(self, texts: Sequence[str]) -> list[float]:
        """Minus the log probability (nats) that the network gives to each text."""
        return [float(one) for one in surprises(self.lattice, [self._columns(text) for text in texts])]

    def fluencies(self, texts: Sequence[str]) -> list[float]:
        """Minus the log probability (nats) that the language model gives to each text; zeros without one."""
        return self.decoder.fluencies(texts)

    @cached_property
    def near(self) -> float:
        """The log ratio of the likeliest path and the nearest other one."""
        return margin(self.lattice)

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """The likeliest texts that the search leaves; none where the reading is beyond doubt."""
        texts = list(dict.fromkeys(self.decoder.text(numbers) for numbers in self._ranked))
        return tuple(map(Candidate, texts, self.surprises(texts), self.fluencies(texts)))

    @cached_property
    def _ranked(self) -> list[list[int]]:
        narrow = self.decoder.narrow if self.near <= BEYOND_DOUBT else None
        return [numbers for numbers, _ in narrow.ranked(self.lattice.values, self._classes, MOST)] if narrow else []

    @cached_property
    def _classes(self) -> list[int]:
        return list(map(int, self.lattice.classes))

    @cached_property
    def _places(self) -> dict[str, int]:
        """The column of each character that is a candidate."""
        named = ((self.decoder.card.charset[number], number, column) for column, number in enumerate(self._classes))
        return {one: column for one, number, column in named if self.decoder.number[one] == number}

    def _runs(self, numbers: Sequence[int]) -> list[Run]:
        """The characters by step: those of the likeliest path of all if it spells them, else of one that does."""
        best = likeliest(self.lattice)
        if [number for _, _, number in best] == list(numbers):
            return best
        spans = align(self.lattice.values, np.searchsorted(self.lattice.classes, numbers))
        return [(start, end, number) for (start, end), number in zip(spans, numbers, strict=False)]

    def _columns(self, text: str) -> Numbers:
        """The column of each character; -1 where it is no candidate."""
        return np.array([self._places.get(one, -1) for one in text], np.intp)

    def _reading(self, runs: list[Run] | None) -> Reading:
        card, stride = self.decoder.card, self.decoder.card.stride
        span, reach = self.width / stride, _PIXELS_BEYOND / stride
        runs = runs or find_runs(self.lattice, self.decoder.space)
        letters = [card.charset[number] for _, _, number in runs]
        text = unicodedata.normalize("NFC", "".join(letters)).strip()
        hints = self.decoder.hints(text)
        blank = sum(1 for _ in takewhile(str.isspace, letters))
        told = [*[0.0] * blank, *hints][: len(runs)]
        characters = decode(self.lattice, card.charset, self.decoder.space, span, reach, runs=runs, hints=told)
        return Reading(
            text,
            float(np.mean([c.probability for c in characters])) if characters else 0.0,
            tuple(characters),
            card.info.id,
            surprise(self.lattice, np.array([self.decoder.number[c.text] for c in characters], np.intp)),
            self.near,
            path(self.lattice),
            sum(hints),
            hints,
            self.candidates,
            self,
        )
