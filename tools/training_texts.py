"""Text packages -> SOURCES/words, sentences and places (CODE.txt each) and names.txt (part of training_sources.py)."""

import ast
import gettext
import html
import json
import random
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
COUNTRIES = {
    "AT": "de", "AU": "en", "BE": "fr", "BR": "pt", "CH": "de", "CZ": "cs", "DE": "de", "DK": "da", "EE": "et",
    "ES": "es", "FI": "fi", "FR": "fr", "GB": "en", "HR": "hr", "HU": "hu", "IE": "en", "IT": "it", "MX": "es",
    "NL": "nl", "NO": "no", "PL": "pl", "PT": "pt", "RO": "ro", "SE": "sv", "SI": "sl", "SK": "sk", "TR": "tr",
    "US": "en", "VN": "vi",
}  # fmt: skip
MOST = {"sentences": 24_000, "words": 100_000}
"""What is kept of a language at the most."""


def bring(entries: list[Entry], folders: dict[str, Path], out: Path) -> None:
    """Read every package as its `reader` says and write what all of them gave, by kind and language."""
    gathered: dict[tuple[str, str], dict[str, None]] = {}
    for entry in entries:
        for kind, code, text in READERS[entry["reader"]](entry, folders[entry["name"]]):
            gathered.setdefault((kind, code), {})[text] = None
    for code in {code for kind, code in gathered if kind == "sentences"}:
        if ("words", code) not in gathered:
            gathered["words", code] = dict.fromkeys(_vocabulary(gathered["sentences", code]))
    for (kind, code), texts in gathered.items():
        _write(out / kind / f"{code}.txt" if code else out / f"{kind}.txt", list(texts), kind)


def _write(file: Path, texts: list[str], kind: str) -> None:
    if kind in MOST:
        texts = random.Random(0).sample(texts, min(MOST[kind], len(texts)))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(texts) + "\n", "utf-8")


def _vocabulary(sentences: Iterable[str]) -> list[str]:
    """Words that stand in two sentences or more, in their commonest spelling."""
    seen = Counter(word for text in sentences for word in set(re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)))
    return [word for word, count in seen.items() if count > 1]


Found = Iterator[tuple[str, str, str]]
"""(kind, language or nothing, text)"""


def word_list(entry: Entry, folder: Path) -> Found:
    """A word a row, or a hunspell dictionary."""
    for file in sorted(folder.rglob(entry["files"])):
        for row in file.read_text("utf-8", errors="ignore").splitlines():
            yield "words", entry["language"], row.split("/")[0].split("\t")[0]


def help_pages(entry: Entry, folder: Path) -> Found:
    """Paragraphs of manuals in HTML, cut into sentences."""
    for file in sorted(folder.glob(entry["files"])):
        page = file.read_text("utf-8", errors="ignore")
        for paragraph in re.findall(r"<(?:p|dd|td|li)\b[^>]*>(.*?)</(?:p|dd|td|li)>", page, re.DOTALL):
            text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", "", paragraph))).strip()
            for sentence in re.split(r"(?<=[.!?]) (?=[^\W\d_a-z])", text):
                if _is_prose(sentence):
                    yield "sentences", entry["language"], sentence


def catalogue(entry: Entry, folder: Path) -> Found:
    """The translated messages of a program."""
    for file in sorted(folder.rglob(entry["files"])):
        with file.open("rb") as stream:
            messages = gettext.GNUTranslations(stream)._catalog.values()  # type: ignore[attr-defined]
        for text in messages:
            plain = re.sub(r"\s+", " ", re.sub(r"<[^>]*>|[_~]", "", text)).strip()
            if _is_prose(plain):
                yield "sentences", entry["language"], plain


def _is_prose(text: str) -> bool:
    letters = sum(character.isalpha() or character.isspace() for character in text)
    return 18 <= len(text) <= 240 and letters > 0.88 * len(text) and text.count(" ") >= 3 and "LibreOffice" not in text


def bible(entry: Entry, folder: Path) -> Found:
    """A SWORD module: compressed blocks, found by an index of (offset, size, size when unpacked)."""
    for index in sorted(folder.rglob("*.bzs")):
        blocks = index.with_suffix(".bzz").read_bytes()
        for start, size, _ in struct.iter_unpack("<III", index.read_bytes()):
            if size:
                text = zlib.decompress(blocks[start : start + size]).decode("utf-8", errors="ignore")
                text = re.sub(r"<note.*?</note>|<title.*?</title>", "", text, flags=re.DOTALL)
                text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", "", text)))
                yield from _verses(text, entry["language"])


def _verses(text: str, language: str) -> Found:
    for sentence in re.split(r"(?<=[.!?”’]) (?=[“‘¿¡]?[A-ZÁÉÍÓÚ])", text):
        if 12 <= len(sentence) <= 200:
            yield "sentences", language, sentence.strip()


def wordnet(entry: Entry, folder: Path) -> Found:
    """Example sentences and short glosses of WordNet."""
    for file in sorted(folder.rglob(entry["files"])):
        for row in file.read_text("utf-8", errors="ignore").splitlines():
            gloss = row.partition(" | ")[2].strip()
            yield from (("sentences", "en", text) for text in re.findall(r'"([^"]{12,140})"', gloss))


def people(entry: Entry, folder: Path) -> Found:
    """First and last names in Latin letters, of the providers of Faker, drawn together."""
    draw = random.Random(0)
    for file in sorted(folder.glob("faker/providers/person/*/__init__.py")):
        first, last = (_constants(file, start) for start in ("first_name", "last_name"))
        if first and last and all(re.fullmatch(r"[A-Za-zÀ-ɏ' -]+", name) for name in [*first, *last]):
            for _ in range(250):
                yield "names", "", f"{draw.choice(first)} {draw.choice(last)}"


def _constants(file: Path, start: str) -> list[str]:
    """The strings in the assignments of a module to names that begin so."""
    assigned = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Assign)]
    wanted = [
        node.value
        for node in assigned
        if isinstance(node.targets[0], ast.Name) and node.targets[0].id.startswith(start)
    ]
    parts = (part for value in wanted for part in ast.walk(value))
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def cities(entry: Entry, folder: Path) -> Found:
    """Names of places by the language of their country, of GeoNames."""
    known = json.loads(next(folder.rglob(entry["files"])).read_text("utf-8"))
    for city in known.values():
        if city["countrycode"] in COUNTRIES and len(city["name"]) < 30:
            yield "places", COUNTRIES[city["countrycode"]], city["name"]


READERS = {
    "words": word_list,
    "help": help_pages,
    "catalogue": catalogue,
    "bible": bible,
    "wordnet": wordnet,
    "people": people,
    "cities": cities,
}
