"""Readings of pieces -> words and text of a line, with boxes on the page and other spellings."""

import heapq
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from penscript.document import Bounds, Character, Reading, Word
from penscript.reading.piece import Piece, Row
from penscript.vocabulary import LETTERS, knows

SPELLINGS = 4
AMOUNTS = 4
"""So many amounts with points on a page tell how it writes them."""
_AMOUNT, _DOLLARS = re.compile(r"\d+\.\d\d"), re.compile(r"\$\d+\.\d\d")
SHORT = 5
"""Letters of a word in two parts that say too little."""
_GAP = re.compile(rf"(?<!\w)([{LETTERS}]{{2,}}) (?=([{LETTERS}]{{2,}})(?!\w))")
_PARTED = re.compile(r"(?<=\d)\.( )(?=\d\d(?![\d.,]))")
"""An amount with a space behind its point."""
Habit = tuple[re.Pattern[str], str]
"""An amount with one letter misread, the pattern's group, and what it should be."""
_POINTED: tuple[Habit, ...] = ((re.compile(r"\d+( )\d\d"), "."), (re.compile(r"\d+\.\d([CODQ])"), "0"))
_LONE: tuple[Habit, ...] = ((re.compile("(;)"), ":"),)
"""A mark between two pieces of a row is hardly ever a semicolon."""
_SIGNED: tuple[Habit, ...] = ((re.compile(r"(S)\d+\.\d\d"), "$"),)


def text_of(row: Row) -> str:
    """The text of a line in logical order: its pieces, a space between."""
    return unicodedata.normalize("NFC", " ".join(p.reading.text for p in _logical(row) if p.reading.text))


Sure = Callable[[Sequence[Character]], float]
"""From the characters of a word to its confidence in percent."""


def words_of(row: Row, sure: Sure | None = None) -> tuple[Word, ...]:
    """The words of a line in logical order. sure: their confidence, a cautious guess without it."""
    return tuple(_word(piece, characters, sure or _guess) for piece, characters in letters_of(row))


def letters_of(row: Row) -> Iterator[tuple[Piece, Sequence[Character]]]:
    """The characters of each word of a line in logical order, and the piece that it stands in."""
    for piece in _logical(row):
        for characters in _split(_characters(piece.reading)):
            yield piece, characters


def habits(readings: Iterable[Reading]) -> tuple[Habit, ...]:
    """What can be told, from how a page writes its amounts, of letters that were misread in some of them."""
    texts = [reading.text for reading in readings]
    points, dollars = (sum(bool(one.fullmatch(text)) for text in texts) for one in (_AMOUNT, _DOLLARS))
    return (*_LONE, *(_POINTED if points >= AMOUNTS else ()), *(_SIGNED if dollars else ()))


def mended(reading: Reading, known: Sequence[Habit]) -> Reading:
    """The reading, with a point for the space in "327 00" and a naught for the letter in "35.0C" where the page writes
    amounts so; a faint point between two digits is easily taken for a space.
    """
    for pattern, letter in known:
        if found := pattern.fullmatch(reading.text):
            place = found.start(1)
            text = reading.text[:place] + letter + reading.text[place + 1 :]
            characters = reading.characters
            told = "".join(one.text for one in characters)
            at = place + len(told) - len(told.lstrip())
            if len(told) == len(characters) and told.strip() == reading.text:
                characters = (*characters[:at], replace(characters[at], text=letter), *characters[at + 1 :])
            return replace(reading, text=text, characters=characters)
    return reading


def whole_words(reading: Reading, known: Sequence[Habit] = ()) -> Reading:
    """The reading, with a word whose letters stand wide apart in one: "adjus tment" is nothing, and "adjustment" is.
    "79. 35" is in one too where the page is known to write amounts with a point.
    """
    told = "".join(one.text for one in reading.characters)
    if len(told) != len(reading.characters) or told.strip() != reading.text:
        return reading
    start, lost = len(told) - len(told.lstrip()), set[int]()
    for gap in _GAP.finditer(reading.text):
        if len(gap[1] + gap[2]) > SHORT and knows(gap[1] + gap[2]) and not knows(gap[1]) and not knows(gap[2]):
            lost.add(gap.end(1))
    if _POINTED[0] in known:
        lost.update(gap.start(1) for gap in _PARTED.finditer(reading.text))
    if not lost:
        return reading
    text = "".join(one for place, one in enumerate(reading.text) if place not in lost)
    characters = tuple(one for place, one in enumerate(reading.characters) if place - start not in lost)
    return replace(reading, text=text, characters=characters)


def in_habit(row: Row, known: Sequence[Habit]) -> Row:
    """The row with its pieces' readings as `mended` has them."""
    return tuple(replace(piece, reading=mended(piece.reading, known)) for piece in row) if known else row


def raw_score(row: Row) -> float:
    """The mean probability of a line's characters, 0 to 1."""
    probabilities = [character.probability for piece in row for character in _characters(piece.reading)]
    return sum(probabilities) / len(probabilities) if probabilities else 0.0


def belief(row: Row) -> float:
    """The product of a line's character probabilities, 0 to 1: the network's own belief that all are right."""
    return math.prod(character.probability for piece in row for character in _characters(piece.reading))


def spellings(characters: Sequence[Character]) -> tuple[str, ...]:
    """Up to four other spellings of a word, the likeliest first, from its characters' alternatives."""
    best: list[tuple[float, str]] = [(1.0, "")]
    for character in characters:
        if not character.alternatives:
            best = [(p * character.probability, text + character.text) for p, text in best]
            continue
        choices = ((character.text, character.probability), *character.alternatives)
        grown = ((p * q, text + more) for p, text in best for more, q in choices)
        best = heapq.nlargest(SPELLINGS + 1, grown)
    own = _text(characters)
    others = dict.fromkeys(unicodedata.normalize("NFC", text).strip() for _, text in best)
    return tuple(text for text in others if text and text != own)[:SPELLINGS]


def _logical(row: Row) -> Row:
    """The pieces, which stand from left to right, in the order in which they are read."""
    kinds = [unicodedata.bidirectional(one) for piece in row for one in piece.reading.text]
    leftwards = sum(kind in ("R", "AL") for kind in kinds)
    return row[::-1] if leftwards > kinds.count("L") else row


def _characters(reading: Reading) -> Sequence[Character]:
    return reading.characters or (Character(reading.text, 0, 1, reading.score),) * bool(reading.text)


def _word(piece: Piece, characters: Sequence[Character], sure: Sure) -> Word:
    corners = piece.between(characters[0].start, characters[-1].end)
    bounds = Bounds.around([(float(x), float(y)) for x, y in corners])
    return Word(_text(characters), sure(characters), bounds, spellings(characters))


def _guess(characters: Sequence[Character]) -> float:
    return cautious(math.prod(character.probability for character in characters))


def cautious(sure: float) -> float:
    """A percentage below 75 from a probability that nobody has measured."""
    return round(74.9 * sure, 1)


def _split(characters: Sequence[Character]) -> Iterator[list[Character]]:
    """The characters of each word."""
    word: list[Character] = []
    for character in characters:
        if not character.text.isspace():
            word.append(character)
        elif word:
            yield word
            word = []
    if word:
        yield word


def _text(characters: Sequence[Character]) -> str:
    return unicodedata.normalize("NFC", "".join(character.text for character in characters))
