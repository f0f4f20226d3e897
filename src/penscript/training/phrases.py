"""Texts to write: notes in many languages, from templates and word lists, with the figures and signs of real notes."""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from penscript.training.charset import plain

Random = np.random.Generator

FIRST_NAMES = (
    "Anna", "Maria", "Emma", "Lucas", "Hugo", "Léa", "Chloé", "Jürgen", "Björn", "Zoë", "José", "Łukasz",
    "Žofie", "Ömer", "Çelik", "Ágnes", "Nils", "Ida", "Paul", "John", "Mary", "James", "Sarah", "David",
    "Laura", "Peter", "Sofia", "Tom", "Kate", "Ben", "Alice", "Max", "Eva", "Jan", "Petra", "Luis", "Inês",
    "Marta", "Pavel", "Øyvind", "Søren", "Åsa", "Renée", "Noël",
)  # fmt: skip
CURRENCIES = ("€", "€", "$", "£", "EUR", "kr", "zł", "Kč", "Ft", "₺", "CHF", "USD", "lei")
OFTEN = {"en": 12.0, "fr": 5.0, "de": 5.0}
BULLETS = ("- ", "- ", "• ", "* ", "→ ", "☐ ", "☑ ", "☒ ", "✓ ", "+ ", "> ")
ENDS = ("", "", "", "", ".", ".", "?", "!", ",", ":", ";", "...", " →", " ✓", " = ?")


@dataclass(frozen=True)
class Tongue:
    """One language: its phrases, its small words and its word list."""

    code: str
    phrases: Sequence[str]
    small: Sequence[str]
    words: Sequence[str]


def load_tongues(phrases: Path, dictionaries: Path) -> list[Tongue]:
    """The languages of a phrases file, with word lists from a folder.

    A list is UTF-8, a word a line, also a hunspell .dic. Raises FileNotFoundError; ValueError for a list without words.
    """
    table = tomllib.loads(phrases.read_text("utf-8"))
    return [
        Tongue(code, part["phrases"], part["small"], _words([dictionaries / name for name in part["words"]]))
        for code, part in table.items()
    ]


def _words(files: Sequence[Path], most: int = 60000) -> list[str]:
    found: dict[str, None] = {}
    for file in files:
        for row in file.read_text("utf-8", errors="ignore").splitlines():
            word = plain(row.split("/")[0].split("\t")[0])
            if 2 <= len(word) <= 16 and re.fullmatch(r"[^\W\d_]+(?:['-][^\W\d_]+)*", word):
                found[word] = None
    if not found:
        raise ValueError(f"no words in {[str(file) for file in files]}")
    return list(found)[:: -(-len(found) // most)]


class PhraseBook:
    """Random texts of up to about `longest` characters. `sentences` are whole sentences of free text, English."""

    def __init__(self, tongues: Sequence[Tongue], sentences: Sequence[str] = ()) -> None:
        self.tongues, self.sentences = list(tongues), list(sentences)
        self.chances = np.array([OFTEN.get(tongue.code, 1.0) for tongue in tongues])
        self.chances /= self.chances.sum()

    def text(self, random: Random, code: str | None = None, longest: int = 62) -> str:
        """One line of text, in the plain form; of one language where a code is given."""
        chosen = [tongue for tongue in self.tongues if tongue.code == code]
        tongue = chosen[0] if chosen else self.tongues[int(random.choice(len(self.tongues), p=self.chances))]
        text = self._body(tongue, random)
        text = _dress(text, random)
        return plain(_cut(text, longest, random))

    def _body(self, tongue: Tongue, random: Random) -> str:
        kind = random.random()
        if tongue.code == "en" and self.sentences and kind < 0.5:
            return str(self.sentences[int(random.integers(len(self.sentences)))])
        if kind < 0.7:
            return fill(str(random.choice(tongue.phrases)), tongue, random)
        if kind < 0.8:
            return " ".join(fill(part, tongue, random) for part in _figures(random))
        return _prose(tongue, random)


def _prose(tongue: Tongue, random: Random) -> str:
    """Words of the list with small words between them."""
    words = []
    for _ in range(int(random.integers(1, 10))):
        source = tongue.small if random.random() < 0.45 else tongue.words
        words.append(source[int(random.integers(len(source)))])
    text = " ".join(words)
    return text[0].upper() + text[1:] if random.random() < 0.5 else text


def _figures(random: Random) -> list[str]:
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
        "n": lambda: _number(random),
        "m": lambda: _amount(random),
        "d": lambda: _date(random),
        "t": lambda: _time(random),
        "p": lambda: _phone(random),
        "e": lambda: _address(tongue, random),
        "N": lambda: str(random.choice(FIRST_NAMES)),
        "c": lambda: _code(random),
    }
    return re.sub(r"\{(\w)\}", lambda slot: makers[slot[1]](), template)


def _word(tongue: Tongue, random: Random) -> str:
    return tongue.words[int(random.integers(len(tongue.words)))]


def _stem(tongue: Tongue, random: Random) -> str:
    return _word(tongue, random)[: int(random.integers(3, 8))].rstrip("'-").capitalize()


def _number(random: Random) -> str:
    number = int(10 ** random.uniform(0, 4.2))
    return str(number) if random.random() < 0.85 else f"{number / 10:.1f}".replace(".", str(random.choice([".", ","])))


def _amount(random: Random) -> str:
    value = 10 ** random.uniform(0, 4.3)
    text = f"{value:,.2f}" if random.random() < 0.7 else f"{value:,.0f}"
    if random.random() < 0.6:
        text = text.replace(",", "\0").replace(".", ",").replace("\0", str(random.choice([".", " ", ""])))
    sign = str(random.choice(CURRENCIES))
    return f"{sign}{text}" if sign in "$£" or random.random() < 0.15 else f"{text} {sign}"


def _date(random: Random) -> str:
    day, month, year = int(random.integers(1, 29)), int(random.integers(1, 13)), int(random.integers(1950, 2032))
    forms = (
        f"{day}/{month}/{year}", f"{day:02}.{month:02}.{year}", f"{year}-{month:02}-{day:02}", f"{day}.{month}.",
        f"{month}/{day}/{year % 100:02}", f"{day:02}/{month:02}", f"{day}-{month}-{year % 100:02}",
    )  # fmt: skip
    return str(random.choice(forms))


def _time(random: Random) -> str:
    hour, minute = int(random.integers(0, 24)), int(random.integers(0, 12)) * 5
    forms = (
        f"{hour}:{minute:02}",
        f"{hour}h{minute:02}",
        f"{hour}h",
        f"{hour % 12 or 12} {'ap'[hour < 12]}m",
        f"{hour}.{minute:02}",
    )
    return str(random.choice(forms))


def _phone(random: Random) -> str:
    digits = "".join(str(digit) for digit in random.integers(0, 10, 12))
    forms = (
        f"0{digits[0]} {digits[1:3]} {digits[3:5]} {digits[5:7]} {digits[7:9]}",
        f"+{digits[:2]} {digits[2:5]} {digits[5:]}",
        f"{digits[:3]}-{digits[3:6]}-{digits[6:10]}",
        f"({digits[:3]}) {digits[3:6]}-{digits[6:10]}",
        f"0{digits[:3]}/{digits[3:9]}",
    )
    return str(random.choice(forms))


def _address(tongue: Tongue, random: Random) -> str:
    name = str(random.choice(FIRST_NAMES)).lower()
    place = tongue.words[int(random.integers(len(tongue.words)))].lower()
    form = str(random.choice(["{}@{}.com", "{}.{}@mail.org", "www.{}-{}.net", "{}_{}@web.de", "https://{}.{}/"]))
    return form.format(name, place)


def _code(random: Random) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    code = "".join(alphabet[number] for number in random.integers(0, 36, int(random.integers(3, 10))))
    return code if random.random() < 0.6 else f"{code[:2]}-{code[2:]}"


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
