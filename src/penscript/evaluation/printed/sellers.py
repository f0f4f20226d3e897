"""Invented sellers: who they are, what their conventions are, and how their paper looks.

A seller is drawn from its language, its part and a number alone. Part `develop` and part `test` share no seller and no
combination of head, meta and table, and one kind of head and of meta stands in `test` alone. Of every list of labels,
`develop` draws from the first half.
"""

import random
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from stdnum import get_cc_module, iban
from stdnum.exceptions import ValidationError

Part = Literal["develop", "test"]
LANGUAGES = ("en", "fr", "de", "sv", "es", "it", "nl", "pt", "zh")
SELLERS = 40
"""In each language and part."""
HEADS, METAS, TABLES, TOTALS, FOOTS = 6, 5, 5, 4, 3
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Layout:
    """Which of its kinds every block of a page is, the columns of its table, its fonts and the size of its letters."""

    head: int
    meta: int
    table: int
    totals: int
    foot: int
    columns: tuple[str, ...]
    face: str
    size: int


@dataclass(frozen=True, slots=True)
class Seller:
    """One seller. country: its entry in countries.toml; words: its language's; labels, columns: its own words."""

    language: str
    code: str
    country: Mapping[str, Any]
    words: Mapping[str, Any]
    labels: Mapping[str, str]
    columns: Mapping[str, str]
    name: str
    street: str
    place: str
    phone: str
    vat_id: str | None
    tax_number: str | None
    iban: str | None
    bic: str | None
    symbol: str
    symbol_first: bool
    symbol_everywhere: bool
    numbers: str
    dates: str
    layout: Layout


def seller(language: str, part: Part, number: int) -> Seller:
    """Seller `number` (from 0) of a part. language: one of LANGUAGES."""
    chance = random.Random(f"{part} {language} {number}")
    words = table("words.toml")[language]
    code = chance.choice(words["countries"])
    country = table("countries.toml")[code]
    naming = {"stem": chance.choice(_half(words["stems"], part)), "trade": chance.choice(words["trades"])}
    symbol = chance.choice(country["symbols"])
    return Seller(
        language,
        code,
        country,
        words,
        _labels(words["labels"], part, code, chance),
        {name: chance.choice(_known(choices, part)) for name, choices in words["columns"].items()},
        chance.choice(country["forms"]).format(**naming),
        chance.choice(words["streets"]).format(n=chance.randint(1, 99)),
        chance.choice(country["places"]),
        _filled("0## ### ## ##", chance),
        checked(country["vat"], country["check"], chance) if "vat" in country else None,
        _filled(country["tax_number"], chance) if "tax_number" in country else None,
        account(country["iban"], chance) if "iban" in country else None,
        _filled("@@@@", chance) + code + _filled("##", chance) if "iban" in country else None,
        symbol,
        symbol in "£$¥CHF" or (symbol == "€" and chance.random() < 0.4),
        chance.random() < 0.35,
        chance.choice(country["numbers"]),
        chance.choice(country["dates"]),
        _layout(part, chance),
    )


@lru_cache
def table(name: str) -> dict[str, Any]:
    """One of the data tables beside this module."""
    return tomllib.loads((files(__package__ or "") / name).read_text("utf-8"))


def checked(pattern: str, rule: str, chance: random.Random) -> str:
    """A number like the pattern whose check digits are right. rule: country.number, of python-stdnum."""
    country, name = rule.split(".")
    if (module := get_cc_module(country, name)) is None:
        raise LookupError(rule)
    while True:
        found = _filled(pattern, chance)
        try:
            module.validate(found)
        except ValidationError:
            continue
        return found


def account(pattern: str, chance: random.Random) -> str:
    """An IBAN in groups of four. pattern: the country, then the rest without its two check digits."""
    while True:
        drawn = _filled(pattern, chance)
        number = drawn[:2] + iban.calc_check_digits(drawn[:2] + "00" + drawn[2:]) + drawn[2:]
        if iban.is_valid(number):
            return str(iban.format(number))


def _filled(pattern: str, chance: random.Random) -> str:
    drawn = (
        str(chance.randint(0, 9)) if letter == "#" else chance.choice(_LETTERS) if letter == "@" else letter
        for letter in pattern
    )
    return "".join(drawn)


def _labels(known: Mapping[str, list[str]], part: Part, code: str, chance: random.Random) -> dict[str, str]:
    """One word for each label, in the country's currency; the United States call sales tax what others call VAT."""
    chosen = {name: chance.choice(_known(choices, part)) for name, choices in known.items()}
    currency = table("countries.toml")[code]["currency"]
    chosen = {name: re.sub(r"\bEUR\b", currency, word) for name, word in chosen.items()}
    return {name: word.replace("VAT", "Sales tax") if code == "US" else word for name, word in chosen.items()}


def _known(choices: list[str], part: Part) -> list[str]:
    """The words that a part draws from."""
    return choices if part == "test" else choices[: (len(choices) + 1) // 2]


def _half(choices: list[str], part: Part) -> list[str]:
    return choices[len(choices) // 2 :] if part == "test" else choices[: len(choices) // 2]


def _layout(part: Part, chance: random.Random) -> Layout:
    """The last kind of head and of meta stand in part `test` alone; else a combination belongs to one part."""
    while True:
        head, meta, rows = (chance.randrange(count) for count in (HEADS, METAS, TABLES))
        unseen = head == HEADS - 1 or meta == METAS - 1
        if (part == "test") == (unseen or (head + meta + rows) % 2 == 1):
            break
    columns = chance.choice(
        (
            ("description", "quantity", "price", "amount"),
            ("position", "description", "quantity", "price", "rate", "amount"),
            ("quantity", "description", "price", "amount"),
            ("description", "rate", "quantity", "price", "amount"),
        )
    )
    face = chance.choice(("sans", "sans", "humanist", "serif", "narrow", "mono"))
    return Layout(
        head, meta, rows, chance.randrange(TOTALS), chance.randrange(FOOTS), columns, face, chance.randint(21, 25)
    )
