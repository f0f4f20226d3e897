"""The languages: a name as in `Language.ENGLISH`, a value that is its ISO 639-1 code (`"en"`), and its script."""

from enum import StrEnum

from penscript.errors import UsageError


class Language(StrEnum):
    """A language to read. AUTO leaves the choice to the page.

    `Language("fr")` is `Language.FRENCH`; `Language.of` also takes names and is forgiving about case.
    """

    AUTO = "auto"
    AFRIKAANS = "af"
    ALBANIAN = "sq"
    AZERBAIJANI = "az"
    BASQUE = "eu"
    BOSNIAN = "bs"
    CATALAN = "ca"
    CHINESE = "zh"
    CHINESE_TRADITIONAL = "zh-Hant"
    CROATIAN = "hr"
    CZECH = "cs"
    DANISH = "da"
    DUTCH = "nl"
    ENGLISH = "en"
    ESTONIAN = "et"
    FILIPINO = "tl"
    FINNISH = "fi"
    FRENCH = "fr"
    GALICIAN = "gl"
    GERMAN = "de"
    HUNGARIAN = "hu"
    ICELANDIC = "is"
    INDONESIAN = "id"
    IRISH = "ga"
    ITALIAN = "it"
    JAPANESE = "ja"
    KURDISH = "ku"
    LATIN = "la"
    LATVIAN = "lv"
    LITHUANIAN = "lt"
    LUXEMBOURGISH = "lb"
    MALAY = "ms"
    MALTESE = "mt"
    MAORI = "mi"
    NORWEGIAN = "no"
    OCCITAN = "oc"
    POLISH = "pl"
    PORTUGUESE = "pt"
    QUECHUA = "qu"
    ROMANIAN = "ro"
    ROMANSH = "rm"
    SERBIAN_LATIN = "sr-Latn"
    SLOVAK = "sk"
    SLOVENIAN = "sl"
    SPANISH = "es"
    SWAHILI = "sw"
    SWEDISH = "sv"
    TURKISH = "tr"
    UZBEK = "uz"
    VIETNAMESE = "vi"
    WELSH = "cy"
    # read by an installed Tesseract
    ARABIC = "ar"
    BENGALI = "bn"
    BULGARIAN = "bg"
    GREEK = "el"
    HEBREW = "he"
    HINDI = "hi"
    KOREAN = "ko"
    PERSIAN = "fa"
    RUSSIAN = "ru"
    SERBIAN = "sr"
    TAMIL = "ta"
    TELUGU = "te"
    THAI = "th"
    UKRAINIAN = "uk"
    URDU = "ur"

    @property
    def script(self) -> str:
        """The ISO 15924 code of its script: "Latn", "Hans", "Jpan", "Cyrl", ...; "Zyyy" (any) for AUTO."""
        return _SCRIPTS.get(self.value, "Latn")

    @property
    def engine(self) -> str:
        """What reads it: "base", the weights that come with Penscript, or "tesseract", a program to be installed."""
        return "base" if self.script in _BASE_SCRIPTS else "tesseract"

    @property
    def right_to_left(self) -> bool:
        """Whether it is written from right to left. Text is in logical order all the same: first read, first stored."""
        return self.script in ("Arab", "Hebr")

    @classmethod
    def of(cls, value: "Language | str") -> "Language":
        """A member from itself, its code or its name, in any case; UsageError names the nearest if there is none."""
        if isinstance(value, cls):
            return value
        wanted = "-".join(value.lower().replace("_", " ").split())
        for member in cls:
            if wanted in (member.value.lower(), member.name.lower().replace("_", "-")):
                return member
        raise UsageError(f"{value!r} is not a language that Penscript knows.", _nearest(wanted))


_BASE_SCRIPTS = frozenset({"Zyyy", "Latn", "Hans", "Hant", "Jpan"})
_SCRIPTS = {
    "auto": "Zyyy",
    "zh": "Hans",
    "zh-Hant": "Hant",
    "ja": "Jpan",
    "ar": "Arab",
    "fa": "Arab",
    "ur": "Arab",
    "bn": "Beng",
    "bg": "Cyrl",
    "ru": "Cyrl",
    "sr": "Cyrl",
    "uk": "Cyrl",
    "el": "Grek",
    "he": "Hebr",
    "hi": "Deva",
    "ko": "Kore",
    "ta": "Taml",
    "te": "Telu",
    "th": "Thai",
}


def _nearest(wanted: str) -> str:
    from rapidfuzz import process

    names = [m.name.lower() for m in Language] + [m.value for m in Language if len(wanted) <= 3]
    near = [match[0] for match in process.extract(wanted, names, limit=3)]
    return f"Did you mean {', '.join(near)}? `penscript packs list` shows all of them."
