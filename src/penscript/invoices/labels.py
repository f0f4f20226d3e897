"""What parts of an invoice are called, found in rows although letters may be misread. The words are in labels.toml."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files

from rapidfuzz import fuzz, process

from penscript.invoices.compounds import Words, sum_named
from penscript.invoices.rows import Row

LANGUAGES = ("en", "fr", "de", "sv", "es", "it", "nl", "pt", "zh")
_MOST = 6
"""A label has at most so many words."""
_PART = re.compile(r"[^\s:：=]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NUMBER = re.compile(r"(?:^|\s)\d+(?:[.,]\d+)?%?(?:\s|$)|%")
_BREAKS = re.compile(r"[^\w]+")
EXACT = 0.97
"""The score of labels of which no letter was misread, but for those that look alike."""
_COMPOUND = 0.92
_PRICED, _PRICE = 0.85, re.compile("preis|prix|prijs")
"""How surely such a label is one that speaks of a price, which may be that of an item."""
_ALIKE = str.maketrans("l1|05", "iiios")
_TAILS = (
    "rechnung",
    "gutschrift",
    "quittung",
    "faktura",
    "factuur",
    "umsatzsteuer",
    "mehrwertsteuer",
    "steuer",
    "gesamtbetrag",
    "endbetrag",
    "bruttobetrag",
    "nettobetrag",
    "rechnungsbetrag",
    "steuerbetrag",
    "gesamtsumme",
)
"""Compounds are named by their last part: a Teilrechnung is a Rechnung."""
_OPPOSITES = (re.compile("in[ck]i|brutto|gross|ttc"), re.compile("ex[ck]i|netto|^net|ht$"))
"""Letters, made alike, that say with and without tax: one is never the other misread."""
_SHORT = frozenset(
    {"de", "von", "an", "to", "from", "da", "van", "aan", "till", "fran", "del", "vom", "po", "a", "inv"}
)
_SHORT_NAMES = frozenset({"seller", "buyer", "name"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A label in a row. names: what it may be a label of. start, end: in the text of the row. score: 0 to 1.

    languages: in which it is used. key: its letters, as the catalogue has them.
    """

    names: frozenset[str]
    languages: frozenset[str]
    row: Row
    start: int
    end: int
    score: float
    key: str

    @property
    def colon(self) -> bool:
        """Whether a colon follows."""
        return self.row.text[self.end :].lstrip()[:1] in (":", "：")

    @property
    def leads(self) -> bool:
        """Whether its cell begins with it."""
        return any(start == self.start for start, _ in self.row.cells) or not self.row.text[: self.start].strip("*-# (")

    @property
    def alone(self) -> bool:
        """Whether nothing else stands in its cell."""
        cell = next((cell for cell in self.row.cells if cell[0] <= self.start < cell[1]), (self.start, self.end))
        rest = self.row.text[cell[0] : self.start] + self.row.text[self.end : cell[1]]
        return not re.search(r"\w", rest)


@dataclass(frozen=True)
class Catalogue:
    """labels.toml, ready to be looked up."""

    told: Mapping[str, Mapping[str, object]]

    @cached_property
    def labels(self) -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
        """Letters of a label -> its names and languages. Names of kinds begin with `kind:`."""
        found: dict[str, tuple[set[str], set[str]]] = {}
        groups = [("", self.told["labels"]), ("kind:", self.told["kinds"])]
        for prefix, group in groups:
            for name, languages in group.items():
                for language, words in languages.items():  # type: ignore[attr-defined]
                    for word in words:
                        names, tongues = found.setdefault(letters(word), (set(), set()))
                        names.add(prefix + name)
                        tongues.add(language)
        return {key: (frozenset(names), frozenset(tongues)) for key, (names, tongues) in found.items() if key}

    @cached_property
    def plain(self) -> Mapping[str, str]:
        """Letters that look alike made one -> the label."""
        return {key.translate(_ALIKE): key for key in sorted(self.labels, key=len)}

    @cached_property
    def by_length(self) -> Mapping[int, list[str]]:
        """The labels of about a length, for those that are long enough to be forgiven a letter."""
        keys = [key for key in self.plain if len(key) > 3 and not _HAN.search(key)]
        return {n: [key for key in keys if abs(len(key) - n) <= max(1, n // 6)] for n in range(4, 48)}

    @cached_property
    def han(self) -> list[str]:
        """The labels in Chinese, the longest first."""
        return sorted((key for key in self.labels if _HAN.search(key)), key=len, reverse=True)

    @property
    def currencies(self) -> Mapping[str, list[str]]:
        """ISO 4217 -> signs and names."""
        return self.told["currencies"]  # type: ignore[return-value]

    def months(self) -> Mapping[str, int]:
        """Letters of a month's name, long and short -> 1 to 12."""
        found: dict[str, int] = {}
        for group in (self.told["months"], self.told["months_short"]):
            for names in group.values():
                for number, name in enumerate(names, 1):  # type: ignore[arg-type,var-annotated]
                    found[letters(name)] = number
                    found.setdefault(letters(name)[:3], number)
        return {name: number for name, number in found.items() if name not in ("juu", "jui")}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of at least four letters that stands anywhere in it but as a place, as its letters."""
        return _all_words([group for name, group in self.told.items() if name != "places"])

    @cached_property
    def places(self) -> frozenset[str]:
        """The words that names of regions and towns are made of, as their letters."""
        return _all_words([self.told["places"]])

    @cached_property
    def sums(self) -> Mapping[str, Words]:
        """The words that labels of sums are made of, as their letters, by language."""
        groups: Mapping[str, Mapping[str, list[str]]] = self.told["sums"]  # type: ignore[assignment]
        return {
            language: {kind: frozenset(map(letters, words)) for kind, words in told.items()}
            for language, told in groups.items()
        }

    def words(self, group: str, name: str) -> frozenset[str]:
        """A list of words, as their letters."""
        return frozenset(letters(word) for word in self.told[group][name])  # type: ignore[attr-defined]


def _all_words(texts: list[object]) -> frozenset[str]:
    found: set[str] = set()
    while texts:
        one = texts.pop()
        if isinstance(one, str):
            found.update(letters(word) for word in re.split(r"[\s/'’.-]+", one))
        else:
            texts.extend(one.values() if isinstance(one, Mapping) else one)  # type: ignore[arg-type]
    return frozenset(word for word in found if len(word) > 3 and word.isalpha())


@cache
def catalogue() -> Catalogue:
    """labels.toml, read once."""
    return Catalogue(tomllib.loads(files("penscript.invoices").joinpath("labels.toml").read_text("utf-8")))


@lru_cache(1 << 16)
def letters(text: str) -> str:
    """The letters and digits of a text without case, accents, punctuation and spaces; `n°` and `nº` give `no`."""
    text = unicodedata.normalize("NFKD", text.replace("°", "o").replace("№", "no").replace("ß", "ss").replace("€", ""))
    return "".join(c for c in text.casefold() if c.isalnum() or c in "%#")


@cache
def _month_names() -> frozenset[str]:
    """Names of months, which are no misread labels."""
    return frozenset(catalogue().months())


@lru_cache(1 << 16)
def look_up(key: str) -> tuple[str, float] | None:
    """The label that letters stand for, and how surely (0 to 1): exact, or with few letters misread."""
    known = catalogue()
    if key in known.labels:
        return key, 1.0
    plain = key.translate(_ALIKE)
    if plain in known.plain:
        return known.plain[plain], EXACT
    tail = next((one for one in _TAILS if key.endswith(one) and len(key) > len(one) + 2 and key.isalpha()), None)
    if tail is not None:
        return tail, 0.9
    if len(key) < 5 or len(key) > 47 or key in _month_names() or sum(c.isdigit() for c in key) > 1:
        return None
    cutoff = 79 if len(key) < 8 else 84
    near = known.by_length.get(len(key), ())
    found = process.extractOne(plain, near, scorer=fuzz.ratio, score_cutoff=cutoff)
    if found is None or (len(key) < 8 and found[0][0] != plain[0] and found[0][1:] != plain[1:]):
        return None
    return None if _opposite(plain, found[0]) else (known.plain[found[0]], found[1] / 100)


def _opposite(plain: str, found: str) -> bool:
    """Whether one of two labels is with tax and the other without."""
    with_tax, without = _OPPOSITES
    return bool(
        (with_tax.search(plain) and without.search(found)) or (without.search(plain) and with_tax.search(found))
    )


def hits_of(rows: Iterable[Row]) -> list[Hit]:
    """The labels of all rows; of those that overlap the one that says most stays."""
    return [hit for row in rows for hit in _best([*_spelled(row), *_han(row)])]


def _spelled(row: Row) -> list[Hit]:
    parts = [match.span() for match in _PART.finditer(row.text)]
    found = []
    for first, (start, _) in enumerate(parts):
        end = start
        for here, last in parts[first : first + _MOST]:
            if here - end > 2 and here != start:
                break
            end = last
            hit = _hit(row, start, end)
            if hit:
                found.append(hit)
    return found


def _hit(row: Row, start: int, end: int) -> Hit | None:
    told = row.text[start:end]
    trimmed = told.rstrip(".,;-–(*)")
    key = letters(trimmed)
    found = look_up(key) if key and not key.isdigit() else None
    if found is None or found[1] < EXACT:
        composed = _composed(row, trimmed, start, end)
        if composed is not None:
            return composed
    if found is None or (found[1] < 1 and _NUMBER.search(trimmed) and not re.search(r"[\d%]", found[0])):
        return None
    names, languages = catalogue().labels[found[0]]
    hit = Hit(names, languages, row, start, end, found[1], found[0])
    if found[0] == "ht" and not (hit.leads and (hit.colon or hit.alone)):
        return None
    if found[0] in _SHORT or (names & _SHORT_NAMES and len(found[0]) < 5):
        names = names if hit.leads and (hit.colon or hit.alone) else names - _SHORT_NAMES
        names = names if re.match(r"\W*\d", row.text[end:]) else names - {"date"}
    return Hit(names, languages, row, start, end, found[1], found[0]) if names else None


def _composed(row: Row, told: str, start: int, end: int) -> Hit | None:
    """A label that is made of words for sums, in the languages that have them."""
    words = tuple(letters(part) for part in _BREAKS.split(told.replace(".", "")) if part)
    named = _sum_named(words) if len(words) <= _MOST else None
    key = "".join(words)
    return Hit(*named, row, start, end, _PRICED if _PRICE.search(key) else _COMPOUND, key) if named else None


@lru_cache(1 << 14)
def _sum_named(words: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]] | None:
    found = {language: role for language, told in catalogue().sums.items() if (role := sum_named(words, told))}
    return (frozenset(found.values()), frozenset(found)) if len(set(found.values())) == 1 else None


def _han(row: Row) -> list[Hit]:
    if not _HAN.search(row.text):
        return []
    found = []
    for key in catalogue().han:
        at = row.text.find(key)
        while at >= 0:
            names, languages = catalogue().labels[key]
            found.append(Hit(names, languages, row, at, at + len(key), 1.0, key))
            at = row.text.find(key, at + 1)
    return found


def _best(hits: list[Hit]) -> list[Hit]:
    chosen: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: -(hit.score**3) * len(hit.key)):
        if all(hit.end <= other.start or hit.start >= other.end for other in chosen):
            chosen.append(hit)
    return sorted(chosen, key=lambda hit: hit.start)
