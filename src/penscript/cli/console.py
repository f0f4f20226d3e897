"""The two streams of the command: results on stdout, everything else on stderr."""

import os
import sys
import unicodedata
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

_PIPE_WIDTH = 4000


def prepare() -> None:
    """UTF-8 whatever the console says; names of files that are no text go through as they are."""
    for stream, errors in ((sys.stdout, "surrogateescape"), (sys.stderr, "backslashreplace")):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors=errors)


def stdout() -> Console:
    """For results. Coloured on a terminal only; long rows are never broken."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=True, emoji=False)


def print_table(table: Table) -> None:
    """A table to stdout: as wide as the terminal, or as it needs to be in a pipe."""
    width = None if is_terminal(sys.stdout) else _PIPE_WIDTH
    Console(file=sys.stdout, highlight=False, emoji=False, width=width).print(table)


def stderr() -> Console:
    """For progress, notes and errors."""
    return Console(file=sys.stderr, highlight=False, soft_wrap=True, emoji=False)


_quiet = False


def hush(quiet: bool) -> None:
    """Whether notes are to be left out."""
    global _quiet  # noqa: PLW0603 - one process is one command
    _quiet = quiet


def note(text: str) -> None:
    """Tell something that only a person at a terminal wants to know."""
    if not _quiet and is_terminal(sys.stderr):
        stderr().print(Text(clean(text), style="dim"))


def warn(text: str) -> None:
    """Tell what a person should know although all went well."""
    if not _quiet:
        stderr().print(Text.assemble(("Warning: ", "yellow"), clean(text)))


def complain(message: str, advice: str = "") -> None:
    """Tell what went wrong and what to do."""
    out = stderr()
    out.print(Text.assemble(("Error: ", "bold red"), clean(message)))
    if advice:
        out.print(Text(clean(advice)))


def is_terminal(stream: TextIO) -> bool:
    """Whether a person sits at the other end."""
    return hasattr(stream, "isatty") and not stream.closed and stream.isatty()


def write_bytes(data: bytes) -> None:
    """Bytes to stdout as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def clean(text: str) -> str:
    """Text without the control characters that would steer a terminal."""
    return "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)


def counted(number: int, what: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number} {what}{'s' * (number != 1)}"


def forget_stdout() -> None:
    """Nobody reads stdout any more: let what is left in its buffer go nowhere."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
