"""The characters that a language may produce: letters from Unicode's CLDR, digits, punctuation, other signs.

`letters.json` is written by tools/make_letters.py. Han, kana and hangul are whole ranges of Unicode instead.
"""

import json
from functools import cache
from importlib.resources import files
from typing import cast

from penscript.language import Language

_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
_KANA = ((0x3041, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F))
_BOPOMOFO = ((0x3105, 0x312F), (0x31A0, 0x31BF))
_HANGUL = ((0xAC00, 0xD7A3), (0x1100, 0x11FF), (0x3131, 0x318E))
_WIDE = ((0x3001, 0x303F), (0xFF01, 0xFF65), (0xFFE0, 0xFFE6))
_RANGES = {
    "Hans": (*_HAN, *_BOPOMOFO, *_WIDE),
    "Hant": (*_HAN, *_BOPOMOFO, *_WIDE),
    "Jpan": (*_HAN, *_KANA, *_WIDE),
    "Kore": (*_HANGUL, *_HAN, *_WIDE),
}
_ASCII_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SIGNS = (
    " !\"#$%&'()*+,-./0123456789:;<=>?@[\\]^_`{|}~"
    "¡¦§¨ª«¬®©¯°±²³´µ¶·¸¹º»¼½¾¿×÷"
    "‐‑‒–—―‖‘’‚‛“”„‟†‡•‣․‥…‰′″‴‹›※‾⁃⁄"
    "⁰ⁱ⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"
    "℀℃℅℉ℓ№℗℞℠™Ω℮⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
    "←↑→↓↔↕↗↘⇐⇒⇔➔➜"
    "∀∂∃∅∆∈∏∑−∕∗∘∙√∝∞∠∥∧∨∩∪∫∴≈≠≡≤≥≪≫⊂⊃⊕⊥⋅⋮⋯"
    "■□▢▪▫▲△▶▷►▼▽◀◆◇◊○◎●◦☆★☐☑☒☓✓✔✕✖✗✘✚➢➤"
)
_CURRENCIES = "¢£¤¥" + "".join(map(chr, range(0x20A0, 0x20C2)))


@cache
def letters(language: Language) -> frozenset[str]:
    """The letters of a language in both cases, single characters; empty for AUTO.

    A language in Latin script has the 26 letters of ASCII too: names and addresses hold them.
    """
    if language is Language.AUTO:
        return frozenset()
    small = _data()[language.value]["letters"] + (_ASCII_LETTERS if language.engine == "base" else "")
    return frozenset(_both_cases(small)) | _in_ranges(_RANGES.get(language.script, ()))


@cache
def allowed(languages: tuple[Language, ...]) -> frozenset[str] | None:
    """Every character that text in these languages may hold, the space among them; None, for no limit, if AUTO is one.

    That is their letters, and digits, punctuation, currency and mathematical signs, check boxes, bullets and arrows.
    """
    if Language.AUTO in languages:
        return None
    found = {*_SIGNS, *_CURRENCIES}
    for language in languages:
        found |= letters(language)
        found.update(_data()[language.value]["signs"])
    return frozenset(found)


@cache
def _data() -> dict[str, dict[str, str]]:
    document = json.loads(files("penscript").joinpath("letters.json").read_text("utf-8"))
    return cast(dict[str, dict[str, str]], document["languages"])


def _both_cases(small: str) -> set[str]:
    """The characters, their capitals and their small forms; ß brings ẞ, which Unicode does not call its capital."""
    cased = {form for one in small for form in (one, one.upper(), one.lower()) if len(form) == 1}
    return cased | {"ẞ"} if "ß" in cased else cased


def _in_ranges(ranges: tuple[tuple[int, int], ...]) -> frozenset[str]:
    return frozenset(chr(code) for first, last in ranges for code in range(first, last + 1))
