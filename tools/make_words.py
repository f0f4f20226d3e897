"""Write src/penscript/words.bin, the filter of known words.

    python tools/training_sources.py SOURCES
    python tools/make_words.py SOURCES FR.dic

SOURCES: the texts of training/manifest.toml. FR.dic: a dictionary of hunspell with its FR.aff beside it, whose words
are inflected (French: hunspell-fr-comprehensive, MPL-2.0). Words of sentences count if they stand there twice.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from penscript.vocabulary import LETTERS, made_of

TARGET = Path(__file__).resolve().parent.parent / "src" / "penscript" / "words.bin"
WORD = re.compile(rf"[{LETTERS}]{{2,}}")


@dataclass(frozen=True)
class Ending:
    """A rule of a hunspell file: what it takes off a word, what it puts there, and on which words."""

    lost: str
    gained: str
    fits: re.Pattern[str]

    def of(self, word: str) -> str | None:
        if not word.endswith(self.lost) or not self.fits.search(word):
            return None
        return word[: len(word) - len(self.lost)] + self.gained


def endings(affixes: Path) -> dict[str, list[Ending]]:
    """The endings by flag, two characters each (FLAG long)."""
    found: dict[str, list[Ending]] = {}
    for row in affixes.read_text("utf-8").splitlines():
        parts = row.split()
        if len(parts) >= 5 and parts[0] == "SFX":
            lost, gained = (part.partition("/")[0] for part in parts[2:4])
            rule = Ending("" if lost == "0" else lost, "" if gained == "0" else gained, re.compile(f"{parts[4]}$"))
            found.setdefault(parts[1], []).append(rule)
    return found


def inflected(dictionary: Path) -> Iterator[str]:
    """Every word of a hunspell dictionary in all its forms."""
    rules = endings(dictionary.with_suffix(".aff"))
    for row in dictionary.read_text("utf-8").splitlines()[1:]:
        word, _, flags = (row.split() or [""])[0].partition("/")
        yield word
        for flag in re.findall("..", flags):
            yield from (form for rule in rules.get(flag, ()) if (form := rule.of(word)))


def gathered(sources: Path) -> Iterator[str]:
    """The words of the lists, of names, and those that stand twice in the sentences of a language."""
    for file in [*sources.glob("words/*.txt"), *sources.glob("places/*.txt"), sources / "names.txt"]:
        yield from WORD.findall(file.read_text("utf-8"))
    for file in sources.glob("sentences/*.txt"):
        seen = Counter(WORD.findall(file.read_text("utf-8")))
        yield from (word for word, count in seen.items() if count > 1)


def main(sources: Path, dictionary: Path) -> None:
    words = {word.lower() for word in gathered(sources)}
    words |= {word.lower() for form in inflected(dictionary) for word in WORD.findall(form)}
    made = made_of(sorted(words))
    TARGET.write_bytes(made)
    TARGET.with_suffix(".bin.sha256").write_text(sha256(made).hexdigest() + "\n", encoding="ascii")
    print(f"{len(words):,} words, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
