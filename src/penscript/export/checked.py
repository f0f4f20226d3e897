"""A value of a JSON file together with its place, so that a wrong one can be named."""

import math
from collections.abc import Iterator
from enum import StrEnum
from typing import TypeVar

from penscript.errors import InputError

Member = TypeVar("Member", bound=StrEnum)


class Checked:
    """`value` at `place`, for example `pages[0].regions[2].text`. InputError where its kind is wrong."""

    __slots__ = ("_value", "place")

    def __init__(self, value: object, place: str = "") -> None:
        self._value = value
        self.place = place

    def __getitem__(self, key: str) -> "Checked":
        value = self._object()
        if key not in value:
            raise InputError(f"This is not a Penscript result: {self.place or 'it'} has no {key!r}.")
        return self._inner(key, value[key])

    def get(self, key: str, default: object) -> "Checked":
        """The value of `key`, or `default` where there is none."""
        return self._inner(key, self._object().get(key, default))

    def items(self) -> Iterator["Checked"]:
        """The values of a list."""
        if not isinstance(self._value, list):
            raise self._wrong("a list")
        for place, value in enumerate(self._value):
            yield Checked(value, f"{self.place}[{place}]")

    def absent(self) -> bool:
        """Whether the value is null."""
        return self._value is None

    def text(self) -> str:
        """Text that can be written as UTF-8."""
        if not isinstance(self._value, str) or not _encodes(self._value):
            raise self._wrong("text")
        return self._value

    def text_or_none(self) -> str | None:
        """Text or null."""
        return None if self._value is None else self.text()

    def truth(self) -> bool:
        """True or false."""
        if not isinstance(self._value, bool):
            raise self._wrong("true or false")
        return self._value

    def whole(self, least: int | None = None) -> int:
        """A whole number, not under `least`."""
        value = self._value
        if not isinstance(value, int) or isinstance(value, bool) or (least is not None and value < least):
            raise self._wrong("a whole number" if least is None else f"a whole number from {least}")
        return value

    def number(self, least: float = -math.inf, most: float = math.inf) -> float:
        """A finite number from `least` to `most`."""
        value = self._value
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            raise self._wrong("a number" if math.isinf(least) else f"a number from {least:g} to {most:g}")
        return _float(value, self)

    def number_or_none(self) -> float | None:
        """A number or null."""
        return None if self._value is None else self.number()

    def point(self) -> tuple[float, float]:
        """Two numbers."""
        x, y = self.numbers(2, "two numbers")
        return x, y

    def numbers(self, count: int, called: str) -> list[float]:
        """So many numbers; `called` is what a message says was wanted."""
        numbers = [value.number() for value in self.items()]
        if len(numbers) != count:
            raise self._wrong(called)
        return numbers

    def member(self, kinds: type[Member]) -> Member:
        """One of the values of an enum."""
        try:
            return kinds(self.text())
        except ValueError:
            raise self._wrong(f"one of {', '.join(kinds)}") from None

    def _object(self) -> dict[str, object]:
        if not isinstance(self._value, dict):
            raise self._wrong("an object")
        return self._value

    def _inner(self, key: str, value: object) -> "Checked":
        return Checked(value, f"{self.place}.{key}" if self.place else key)

    def _wrong(self, wanted: str) -> InputError:
        return InputError(f"This is not a Penscript result: {self.place or 'it'} is not {wanted}.")


def _encodes(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _float(value: float, at: Checked) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise InputError(f"This is not a Penscript result: {at.place} is too large.")
    return number
