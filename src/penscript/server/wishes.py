"""How a visitor wants a file read: the parameters of a request -> ReadOptions."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Query

from penscript.options import ReadOptions, languages_of

_PAGES = r"^[1-9]\d{0,5}(-[1-9]\d{0,5})?(,[1-9]\d{0,5}(-[1-9]\d{0,5})?){0,49}$"
_NAME = r"^[A-Za-z0-9_-]{1,64}$"
_MOST_PAGES = 5000


@dataclass
class Wishes:
    """Parameters that every route that reads takes."""

    language: Annotated[
        list[str] | None, Query(description="Languages by code or name; may be given again.", examples=[["en"]])
    ] = None
    pages: Annotated[str | None, Query(description="Only these pages.", pattern=_PAGES, examples=["1-3,5"])] = None
    threshold: Annotated[
        float | None, Query(description="Percent from which a line is accepted.", ge=0, le=100, examples=[75])
    ] = None
    pack: Annotated[str | None, Query(description="Name of a pack.", pattern=_NAME, examples=["latin"])] = None
    barcodes: Annotated[bool | None, Query(description="Look for barcodes too.")] = None

    def options(self, usual: ReadOptions, password: str | None = None) -> ReadOptions:
        """The engine's own options with what was asked for. UsageError for a language that there is not."""
        policy = usual.policy
        if self.threshold is not None:
            policy = replace(policy, threshold=self.threshold, packs=())
        return replace(
            usual,
            languages=languages_of(self.language) if self.language else usual.languages,
            pages=page_numbers(self.pages) if self.pages else usual.pages,
            policy=policy,
            pack=self.pack or usual.pack,
            barcodes=usual.barcodes if self.barcodes is None else self.barcodes,
            password=password,
        )


def within(options: ReadOptions, seconds: float) -> ReadOptions:
    """The options with at most so many seconds for a file."""
    most = min(seconds, options.limits.seconds or seconds)
    return replace(options, limits=replace(options.limits, seconds=most))


def page_numbers(told: str) -> tuple[int, ...]:
    """`1-3,5` as (1, 2, 3, 5), at most 5,000 of them."""
    numbers: list[int] = []
    for part in told.split(","):
        first, _, last = part.partition("-")
        numbers += range(int(first), min(int(last or first), int(first) + _MOST_PAGES) + 1)
    return tuple(numbers[:_MOST_PAGES])
