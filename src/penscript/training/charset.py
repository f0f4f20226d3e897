"""Which characters a Latin pack writes, and how truth is brought to them."""

import html
import re
import unicodedata

LETTERS_EXTENDED = "ƠơƯưȘșȚțẞǍǎǐǑǒǔẀẁẂẃẄẅỲỳ"
SYMBOLS = "€₤₺₽₹₿‰•▪●○■□◆★✓✔✗✘☐☑☒←↑→↓↔⇒≈≠≤≥√∞™№†Ωαβγδπ⁰⁴⁵⁶⁷⁸⁹"
LEFT_OUT = {"\u00a0", "\u00ad", "¨", "¯", "´", "¸", "¬", "ĸ", "ŉ", "ſ"}

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ`´′", "'"),
        **dict.fromkeys("“”„″", '"'),
        **dict.fromkeys("–—−─¬‐‑", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009", " "),
        **dict(zip("（），：ſ", "(),:s", strict=True)),
        "…": "...",
        "^": "",
        "ȼ": "c",
        "ᗅ": "A",
    }
)


def latin_charset() -> list[str]:
    """Index -> character: the blank (empty string) first, then printable ASCII, Latin letters, symbols, space last."""
    ascii_part = [chr(code) for code in range(0x21, 0x7F)]
    letters = [chr(code) for code in range(0xA1, 0x180)] + list(LETTERS_EXTENDED)
    vietnamese = [chr(code) for code in range(0x1EA0, 0x1EFA)]
    seen = dict.fromkeys(ascii_part + letters + vietnamese + list(SYMBOLS))
    return ["", *[character for character in seen if character not in LEFT_OUT], " "]


def plain(text: str) -> str:
    """Truth as a pack writes it: NFC, one kind of quote and dash, superscripts (`^`) on the line, single spaces."""
    text = unicodedata.normalize("NFC", html.unescape(text)).translate(_PLAIN)
    return re.sub(r"\s+", " ", text).strip()


def encode(text: str, index: dict[str, int]) -> list[int] | None:
    """The text as class numbers, or None where it holds a character that the pack cannot write."""
    numbers = [index.get(character, -1) for character in text]
    return None if -1 in numbers else numbers


def nearest(character: str, known: dict[str, int]) -> str | None:
    """The known character that looks most like this one: fewer accents, else nothing."""
    parts = unicodedata.normalize("NFD", character)
    for end in range(len(parts) - 1, 0, -1):
        shorter = unicodedata.normalize("NFC", parts[:end])
        if shorter in known:
            return shorter
    return None
