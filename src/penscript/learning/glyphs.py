"""Characters -> the names that fonts of PDF know their glyphs by (Adobe Glyph List)."""

import unicodedata

_NAMES = """
space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft parenright asterisk plus comma hyphen
period slash zero one two three four five six seven eight nine colon semicolon equal question bracketleft bracketright
underscore exclamdown questiondown degree Euro bar
"""
_SIGNS = dict(zip(" !\"#$%&'()*+,-./0123456789:;=?[]_¡¿°€|", _NAMES.split(), strict=True))
_LETTERS = {"ß": "germandbls", "ø": "oslash", "æ": "ae", "œ": "oe", "ł": "lslash", "đ": "dcroat", "ı": "dotlessi"}
_ACCENTS = {
    "\u0300": "grave", "\u0301": "acute", "\u0302": "circumflex", "\u0303": "tilde", "\u0304": "macron",
    "\u0306": "breve", "\u0307": "dotaccent", "\u0308": "dieresis", "\u030a": "ring", "\u030b": "hungarumlaut",
    "\u030c": "caron", "\u0326": "commaaccent", "\u0327": "cedilla", "\u0328": "ogonek",
}  # fmt: skip


def glyph_name(character: str) -> str:
    """`eacute` for é. Raises KeyError for a character that no sheet prints."""
    if character in _SIGNS or (character.isascii() and character.isalpha()):
        return _SIGNS.get(character, character)
    small = _LETTERS.get(character.lower())
    if small:
        return small if character.islower() else small.upper() if len(small) == 2 else small.capitalize()
    parts = unicodedata.normalize("NFD", character)
    return parts[0] + _ACCENTS[parts[1:]]
