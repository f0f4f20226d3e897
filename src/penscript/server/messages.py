"""The words of the pages, from one catalogue: `web/messages.json`."""

import json
from functools import cache
from importlib.resources import files

LANGUAGES = {"en": "English", "fr": "Français", "sv": "Svenska", "zh": "中文"}
"""Code -> how the language calls itself."""

_USUAL = "en"


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Language -> key -> text, with {names} to be filled in."""
    text = files("penscript.server").joinpath("web", "messages.json").read_text("utf-8")
    told: dict[str, dict[str, str]] = json.loads(text)
    return {language: {key: texts[language] for key, texts in told.items()} for language in LANGUAGES}


def language_for(chosen: str | None, accepted: str) -> str:
    """The language of a page. chosen: by the visitor. accepted: the browser's Accept-Language."""
    if chosen in LANGUAGES:
        return str(chosen)
    wanted = sorted(_preferences(accepted), reverse=True)
    return next((name for _, name in wanted if name in LANGUAGES), _USUAL)


def _preferences(accepted: str) -> list[tuple[float, str]]:
    """How much each language is wanted."""
    found = []
    for part in accepted[:500].split(","):
        name, _, weight = part.partition(";q=")
        try:
            found.append((float(weight or 1), name.strip()[:2].lower()))
        except ValueError:
            continue
    return found
