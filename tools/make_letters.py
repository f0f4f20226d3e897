"""Write src/penscript/letters.json: the letters and signs of every language, from Unicode's CLDR.

    npm pack cldr-misc-full && tar xzf cldr-misc-full-*.tgz
    python tools/make_letters.py package

CLDR's main and auxiliary exemplar characters become `letters`, its punctuation and number characters `signs`. Scripts
with thousands of letters are left to the ranges of penscript.alphabets.
"""

import json
import re
import sys
import unicodedata
from pathlib import Path

from penscript.language import Language

TARGET = Path(__file__).resolve().parent.parent / "src" / "penscript" / "letters.json"
RENAMED = {"tl": "fil"}
BY_RANGES = {"zh", "zh-Hant", "ja", "ko"}
# CLDR has no letters for Latin: the alphabet with the macrons and breves of schoolbooks, the ligatures, the diaeresis.
SUPPLEMENT = {"la": "abcdefghijklmnopqrstuvwxyzāēīōūȳăĕĭŏŭæœǣëïüç"}
TOKEN = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)|([^\s\[\]{}])", re.DOTALL)


def characters(exemplars: str) -> set[str]:
    """The characters of a CLDR set such as `[aàâ b {dž} \\u200C]`, NFC: parts of sequences, no invisible ones."""
    found = "".join(
        chr(int(code, 16)) if code else escaped or plain for code, escaped, plain in TOKEN.findall(exemplars)
    )
    text = unicodedata.normalize("NFC", found)
    return {character for character in text if unicodedata.category(character) not in ("Cf", "Cc", "Zs")}


def entry(folder: Path, code: str) -> dict[str, str]:
    """What letters.json holds for one language."""
    locale = RENAMED.get(code, code)
    whole = json.loads((folder / "main" / locale / "characters.json").read_text("utf-8"))["main"][locale]["characters"]
    letters = set(SUPPLEMENT.get(code, ""))
    if code not in BY_RANGES:
        letters |= characters(whole["exemplarCharacters"]) | characters(whole.get("auxiliary", ""))
    signs = characters(whole.get("punctuation", "")) | characters(whole.get("numbers", ""))
    return {"letters": "".join(sorted(letters)), "signs": "".join(sorted(signs - letters))}


def main(folder: Path) -> None:
    version = json.loads((folder / "package.json").read_text("utf-8"))["version"]
    languages = {
        language.value: entry(folder, language.value) for language in Language if language is not Language.AUTO
    }
    document = {"source": f"Unicode CLDR {version}, Unicode-3.0", "languages": languages}
    TARGET.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
