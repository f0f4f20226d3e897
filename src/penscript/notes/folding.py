"""Text -> the words that are looked for: without case, accents and ligatures, each East Asian character by itself."""

import re
import unicodedata

_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i"}
_TRANSLATED = str.maketrans(_LETTERS)
_MARKS = "".join(chr(code) for code in range(0x300, 0x1100) if unicodedata.category(chr(code)).startswith("M"))
_ALONE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{_ALONE}]|(?:[^\\W_{_ALONE}]|[{_MARKS}])+")
_ASCII_WORD = re.compile("[a-z0-9]+")

VERSION = "2"
"""Of the rules here and of what is indexed; the index is made anew where it was made by others."""


def fold(text: str) -> list[str]:
    """The words of a text, in order."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return [word for _, _, word in fold_with_places(text)]


def fold_with_places(text: str) -> list[tuple[int, int, str]]:
    """The words of a text and from and up to which character each stands."""
    if text.isascii():
        return [(*found.span(), found[0]) for found in _ASCII_WORD.finditer(text.lower())]
    return [(found.start(), found.end(), word) for found in _WORD.finditer(text) if (word := _folded(found[0]))]


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(one for one in letters if one.isalnum()).translate(_TRANSLATED)
