"""Of the spellings that the recogniser offers for a word the one that is a known word, where the first is none.

Nothing is made up: a word is only ever changed to one of its own alternatives. Known are the words of labels.toml, and
those that stand elsewhere on the same document and were read surely. Amounts, days and codes stay as they were read;
in a postcode before a town the letter O is a naught where the recogniser offers it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from penscript.invoices.addresses import POSTCODE
from penscript.invoices.amounts import currency_of
from penscript.invoices.labels import catalogue, letters
from penscript.invoices.rows import Row, Token

_SURE = 95.0
"""A word that was read so surely, in percent, tells how it is spelled elsewhere."""
_REACH = 3
"""Words of addresses count in rows so near to a postcode."""
_FORMS = 3
"""A legal form of several words has at least so many letters in each of the first two, as `Sdn Bhd`."""


def respelled(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, each word in the spelling among its own that is known."""
    known = catalogue().vocabulary | _sure_words(rows)
    coded = [row.number for row in rows if POSTCODE.search(row.text)]
    near = {number + step for number in coded for step in range(-_REACH, _REACH + 1)}
    above = {number - step for number in coded for step in range(1, _REACH + 1)} - set(coded)
    found = []
    for row in rows:
        tokens = _words(row, known | _places() if row.number in near else known)
        found.append(_with_commas(tokens) if row.number in above else tokens)
    return tuple(
        row if tuple(tokens) == row.tokens else Row(tuple(tokens), row.number)
        for row, tokens in zip(rows, found, strict=True)
    )


def _sure_words(rows: Iterable[Row]) -> frozenset[str]:
    return frozenset(
        letters(token.text)
        for row in rows
        for token in row.tokens
        if token.certain >= _SURE and _plain(token.text) and len(letters(token.text)) > 3
    )


def _plain(text: str) -> bool:
    """Whether a text is a word of letters, whatever stands around it."""
    return text.strip(" .,;:()*-–'\"").isalpha()


def _words(row: Row, known: frozenset[str]) -> list[Token]:
    after = (*(token.text for token in row.tokens[1:]), "")
    tokens = [_word(token, follows, known) for token, follows in zip(row.tokens, after, strict=True)]
    for place in range(len(tokens) - 1):
        tokens[place : place + 2] = _form(tokens[place], tokens[place + 1])
    return tokens


def _word(token: Token, follows: str, known: frozenset[str]) -> Token:
    read = letters(token.text)
    if not token.alternatives or read in known or read == "no" or not re.search(r"[^\W\d_]", token.text):
        return token
    offered = [one for one in token.alternatives if _may_be(one, token.text)]
    if re.fullmatch(r"\d[\dOo]{4}", token.text):
        digits = re.sub("[Oo]", "0", token.text)
        town = re.match(r"[^\W\d_]{3}", follows) and not currency_of(follows)
        return _changed(token, digits) if town and digits in offered else token
    better = next((one for one in offered if _plain(one) and letters(one) in known), None)
    better = better or next((one for one in offered if "/" in one and letters(one) in _forms()), None)
    better = better or next((one for one in offered if _regular(one, token.text)), None)
    if follows[:1].isdigit():
        better = better or next((one for one in offered if letters(one) == "no"), None)
    return token if better is None else _changed(token, better)


def _regular(offered: str, read: str) -> bool:
    """Whether a spelling is a plain word, an ordinal or a Roman number where what was read is none: `As:aka`, `3R0`."""
    if re.search(r"[^\W\d_][:;!|][^\W\d_]", read):
        return _plain(offered)
    if re.fullmatch(r"\d{1,2}[A-Z0-9]{2},?", read):
        return bool(re.fullmatch(r"\d{1,2}(?:ST|ND|RD|TH),?", offered))
    return bool(re.fullmatch(r"[IlL1|]{2,3},?", read) and re.fullmatch(r"I{2,3},?", offered))


def _may_be(offered: str, read: str) -> bool:
    """Whether a spelling is no mere singular, and puts no accents on plain letters."""
    return letters(offered) + "s" != letters(read) and (offered.isascii() or not read.isascii())


def _form(first: Token, second: Token) -> tuple[Token, Token]:
    """Two words in the spelling that makes them a legal form: `SON BHD` is a `SDN BHD` where that was offered too."""
    if letters(first.text + second.text) in _forms():
        return first, second
    for one in (first.text, *first.alternatives):
        for other in (second.text, *second.alternatives):
            if letters(one + other) in _forms() and min(len(letters(one)), len(letters(other))) >= _FORMS:
                return _changed(first, one), _changed(second, other)
    return first, second


def _with_commas(tokens: Sequence[Token]) -> list[Token]:
    """A line of an address above its postcode: a comma, where one was offered, instead of a full stop at its end or
    between the number of a house and its street.
    """
    after = (*(letters(token.text) for token in tokens[1:]), "")
    return [_with_comma(token, follows) for token, follows in zip(tokens, after, strict=True)]


def _with_comma(token: Token, follows: str) -> Token:
    comma = token.text[:-1] + ","
    if not token.text.endswith(".") or comma not in token.alternatives or letters(token.text) in _forms():
        return token
    house = token.text[:-1].isdigit() and follows in catalogue().words("streets", "words")
    return _changed(token, comma) if house or not follows else token


def _changed(token: Token, text: str) -> Token:
    return token if token.text == text else replace(token, text=text)


@cache
def _places() -> frozenset[str]:
    return catalogue().places | {word for word in catalogue().words("streets", "words") if len(word) > 2}


@cache
def _forms() -> frozenset[str]:
    return catalogue().words("firms", "forms")
