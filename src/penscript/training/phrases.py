"""Texts to write: notes in many languages, from templates and word lists, with the figures and signs of real notes."""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from penscript.training import figures
from penscript.training.charset import plain

Random = np.random.Generator

FIRST_NAMES = (
    "Anna", "Maria", "Emma", "Lucas", "Hugo", "Léa", "Chloé", "Jürgen", "Björn", "Zoë", "José", "Łukasz",
    "Žofie", "Ömer", "Çelik", "Ágnes", "Nils", "Ida", "Paul", "John", "Mary", "James", "Sarah", "David",
    "Laura", "Peter", "Sofia", "Tom", "Kate", "Ben", "Alice", "Max", "Eva", "Jan", "Petra", "Luis", "Inês",
    "Marta", "Pavel", "Øyvind", "Søren", "Åsa", "Renée", "Noël",
)  # fmt: skip
OFTEN = {"en": 14.0, "fr": 5.0, "de": 4.0}
"""How often a language is drawn; 1 for the others. One that is `like` another is drawn only where it is asked for."""
BULLETS = ("- ", "- ", "• ", "* ", "→ ", "☐ ", "☑ ", "☒ ", "✓ ", "+ ", "> ")
ENDS = ("", "", "", "", ".", ".", "?", "!", ",", ":", ";", "...", " →", " ✓", " = ?")


@dataclass(frozen=True)
class Tongue:
    """One language: its phrases, small words, words, whole sentences, names of people and of places.

    `special`: made of phrases nearly alone, like the language of tills.
    """

    code: str
    phrases: Sequence[str]
    small: Sequence[str]
    words: Sequence[str]
    sentences: Sequence[str] = ()
    names: Sequence[str] = FIRST_NAMES
    places: Sequence[str] = ()
    special: bool = False


def load_tongues(phrases: Path, sources: Path) -> list[Tongue]:
    """The languages of a phrases file, with `words`, `sentences` and `places` (`CODE.txt` each) and `names.txt` of a
    folder, UTF-8, one a row; only the words must be there.

    Raises FileNotFoundError; ValueError for a list without words.
    """
    table = tomllib.loads(phrases.read_text("utf-8"))
    names = _rows(sources / "names.txt") or FIRST_NAMES
    return [_tongue(code, part, sources, names) for code, part in table.items()]


def _tongue(code: str, part: dict[str, Any], sources: Path, names: Sequence[str]) -> Tongue:
    spoken, special = part.get("like", code), "like" in part
    words = _words(sources / "words" / f"{spoken}.txt")
    places = _rows(sources / "places" / f"{spoken}.txt")
    sentences = [] if special else _rows(sources / "sentences" / f"{spoken}.txt")
    return Tongue(code, part["phrases"], part["small"], words, sentences, names, places, special)


def _rows(file: Path) -> list[str]:
    """What each row says, in the plain form; nothing where there is no file."""
    return [plain(row) for row in file.read_text("utf-8").splitlines() if row] if file.is_file() else []


def _words(file: Path, most: int = 60000) -> list[str]:
    words = dict.fromkeys(plain(row) for row in file.read_text("utf-8").splitlines())
    found = [word for word in words if 2 <= len(word) <= 16 and re.fullmatch(r"[^\W\d_]+(?:['-][^\W\d_]+)*", word)]
    if not found:
        raise ValueError(f"no words in {file}")
    return found[:: -(-len(found) // most)]


class PhraseBook:
    """Random texts of up to about `longest` characters, of languages as often as `OFTEN` says."""

    def __init__(self, tongues: Sequence[Tongue]) -> None:
        self.tongues = list(tongues)
        self.chances = np.array([0.0 if tongue.special else OFTEN.get(tongue.code, 1.0) for tongue in tongues])
        self.chances /= self.chances.sum()

    def text(self, random: Random, code: str | None = None, longest: int = 62) -> str:
        """One line of text, in the plain form; of one language where a code is given."""
        chosen = [tongue for tongue in self.tongues if tongue.code == code]
        tongue = chosen[0] if chosen else self.tongues[int(random.choice(len(self.tongues), p=self.chances))]
        text = self._body(tongue, random)
        if tongue.special and random.random() < 0.8:
            return plain(text[:longest])
        return plain(_cut(_dress(text, random), longest, random))

    def _body(self, tongue: Tongue, random: Random) -> str:
        kind = random.random() * (0.75 if tongue.special else 1.0)
        if tongue.sentences and kind < 0.5:
            return tongue.sentences[int(random.integers(len(tongue.sentences)))]
        if kind < 0.7:
            return fill(str(random.choice(tongue.phrases)), tongue, random)
        if kind < 0.8:
            return " ".join(fill(part, tongue, random) for part in _slots(random))
        return _prose(tongue, random)


def _prose(tongue: Tongue, random: Random) -> str:
    """Words of the list with small words between them."""
    words = []
    for _ in range(int(random.integers(1, 10))):
        words.append(_one(tongue.small if random.random() < 0.45 else tongue.words, random))
    text = " ".join(words)
    return text[0].upper() + text[1:] if random.random() < 0.5 else text


def _slots(random: Random) -> list[str]:
    slots = [
        "{n}",
        "{m}",
        "{d}",
        "{t}",
        "{p}",
        "{e}",
        "{c}",
        "{N}",
        "{w}",
        "{w}:",
        "{W}",
        "({n})",
        "{n}%",
        "+",
        "=",
        "/",
        "#{n}",
    ]
    return [str(slot) for slot in random.choice(slots, int(random.integers(1, 5)))]


def fill(template: str, tongue: Tongue, random: Random) -> str:
    """The template with its slots filled."""
    makers: dict[str, Callable[[], str]] = {
        "w": lambda: _word(tongue, random),
        "W": lambda: _word(tongue, random).capitalize(),
        "s": lambda: _stem(tongue, random),
        "n": lambda: figures.number(random),
        "m": lambda: figures.amount(random),
        "d": lambda: figures.date(random),
        "t": lambda: figures.time(random),
        "p": lambda: figures.phone(random),
        "e": lambda: _address(tongue, random),
        "N": lambda: _one(tongue.names, random).split(" ")[0],
        "F": lambda: _one(tongue.names, random),
        "P": lambda: _one(tongue.places or tongue.names, random),
        "q": lambda: str(int(random.integers(1, 21))),
        "i": lambda: str(int(random.integers(0, 10))),
        "x": lambda: figures.price(random),
        "D": lambda: figures.stamp(random),
        "b": lambda: figures.digits(random),
        "r": lambda: figures.rule(random),
        "c": lambda: figures.code(random),
    }
    return re.sub(r"\{(\w)\}", lambda slot: makers[slot[1]](), template)


def _one(texts: Sequence[str], random: Random) -> str:
    return texts[int(random.integers(len(texts)))]


def _word(tongue: Tongue, random: Random) -> str:
    return _one(tongue.words, random)


def _stem(tongue: Tongue, random: Random) -> str:
    return _word(tongue, random)[: int(random.integers(3, 8))].rstrip("'-").capitalize()


def _address(tongue: Tongue, random: Random) -> str:
    name = _one(tongue.names, random).split(" ")[0].lower()
    place = _word(tongue, random).lower()
    form = str(random.choice(["{}@{}.com", "{}.{}@mail.org", "www.{}-{}.net", "{}_{}@web.de", "https://{}.{}/"]))
    return form.format(name, place)


def _dress(text: str, random: Random) -> str:
    """List signs, end signs and capitals."""
    chance = random.random()
    if chance < 0.12:
        text = str(random.choice(BULLETS)) + text
    elif chance < 0.16:
        text = f"{int(random.integers(1, 20))}{random.choice(['.', ')', '/', '°'])} {text}"
    if random.random() < 0.4:
        text = text.rstrip(".") + str(random.choice(ENDS))
    chance = random.random()
    if chance < 0.08:
        return text.upper().replace("ß", "SS")
    return f"({text})" if chance < 0.1 else f'"{text}"' if chance < 0.12 else text


def _cut(text: str, longest: int, random: Random) -> str:
    """A stretch of whole words: lines of real writing begin and end anywhere."""
    words = text.split()
    limit = int(random.integers(8, longest + 1))
    start = int(random.integers(0, max(1, len(words) // 2))) if len(text) > limit and random.random() < 0.5 else 0
    kept = words[start : start + 1]
    for word in words[start + 1 :]:
        if len(" ".join(kept)) + len(word) >= limit:
            break
        kept.append(word)
    return " ".join(kept)[: longest + 10]
