"""What a writing sheet asks to copy: some forty short lines that cover letters, digits and pairs of letters.

`lines/CODE.txt` holds lines of a language, `lines/any.txt` numbers and dates, `lines/letters.txt` the special letters
of each language. Of the lines of a language those are chosen that add most to what is covered (greedy set cover,
Chvatal 1979). A language without many lines of its own copies English ones beside its few.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

from penscript.errors import UsageError
from penscript.language import Language

LINES = 42
_ROW = 9
_OTHER = "en"
_NEW_CHARACTER, _NEW_PAIR = 4.0, 1.0


@cache
def sheet_lines(language: Language) -> tuple[str, ...]:
    """The lines of the sheet in this language, always the same `LINES`. UsageError for a language without a sheet."""
    special = sheet_languages()
    if language.value not in special:
        raise UsageError(f"There is no writing sheet in {language.name.lower()}.", f"There are {', '.join(special)}.")
    alphabet, further = special[language.value]
    figures, own = _file("any"), _file(language.value) or _file(_OTHER)
    fixed = [*further, *_letter_rows(alphabet), *figures]
    return (*_cover(own, LINES - len(fixed), fixed), *fixed)


@cache
def sheet_languages() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Code -> the letters beyond a to z, and lines that hold them, in alphabetical order."""
    rows = [[*row.split("\t"), "", ""] for row in _file("letters")]
    return {row[0]: (row[1], tuple(one for one in row[2].split("|") if one)) for row in sorted(rows)}


def covered(lines: Sequence[str]) -> tuple[set[str], set[str]]:
    """The characters that the lines hold, and the pairs of letters, case aside."""
    pairs = {a + b for line in lines for a, b in pairwise(line.lower()) if a.isalpha() and b.isalpha()}
    return {character for line in lines for character in line}, pairs


def _cover(lines: Sequence[str], count: int, fixed: Sequence[str]) -> list[str]:
    """So many of the lines, the most telling first; `fixed` ones are there already."""
    left, chosen = list(lines), list[str]()
    while left and len(chosen) < count:
        characters, pairs = covered([*fixed, *chosen])
        best = max(left, key=lambda line: _gain(line, characters, pairs))
        left.remove(best)
        chosen.append(best)
    return chosen


def _gain(line: str, characters: set[str], pairs: set[str]) -> float:
    """What a line adds, for its length."""
    one, two = covered([line])
    return (_NEW_CHARACTER * len(one - characters) + _NEW_PAIR * len(two - pairs)) / len(line)


def _letter_rows(alphabet: str) -> list[str]:
    """The special letters in both cases, a few to a row."""
    pairs = [one if one == "ß" else f"{'I' if one == 'ı' else one.upper()}{one}" for one in alphabet if one != "İ"]
    pairs += ["İi"] if "İ" in alphabet else []
    return [" ".join(pairs[at : at + _ROW]) for at in range(0, len(pairs), _ROW)]


def _file(code: str) -> list[str]:
    source = files("penscript.learning").joinpath("lines", f"{code}.txt")
    return [line for line in source.read_text("utf-8").splitlines() if line] if source.is_file() else []
