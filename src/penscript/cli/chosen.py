"""One setting of the command, and a value that was chosen for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PREFIX = "PENSCRIPT_"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value and where it comes from."""

    value: Any
    origin: str = "default"

    @property
    def rank(self) -> int:
        """3 for a flag, 2 for a variable, 1 for the config file, 0 for the default."""
        by = (self.origin != "default", self.origin.startswith((PREFIX, "flag ")), self.origin.startswith("flag "))
        return sum(by)


@dataclass(frozen=True, slots=True)
class Setting:
    """`parse` makes the value of what a flag, a variable or the file says; it raises ValueError with what it wants."""

    parse: Callable[[Any], Any]
    default: Any
    help: str
