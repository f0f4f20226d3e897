"""Memory that was freed goes back to the system.

The C library of Linux keeps what large arrays leave behind and fills it up again, never quite; over many pages of many
sizes a process would grow. Elsewhere nothing is done.
"""

import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

MMAP_THRESHOLD = -3
"""The number of this option of `mallopt`: what is larger goes back to the system as soon as it is freed."""
THRIFTY, USUAL = 2**20, 2**25
"""Bytes; the second is what glibc comes to by itself."""


def give_back() -> None:
    """Hands free memory back to the system; takes milliseconds."""
    if trim := _of_glibc("malloc_trim"):
        trim(0)


@contextmanager
def thrift(wanted: bool = True) -> Iterator[None]:
    """While this lasts, large arrays go back to the system as soon as they are freed, which costs some speed."""
    option = _of_glibc("mallopt") if wanted else None
    if option:
        option(MMAP_THRESHOLD, THRIFTY)
    try:
        yield
    finally:
        if option:
            option(MMAP_THRESHOLD, USUAL)


@cache
def _of_glibc(name: str) -> Callable[..., int] | None:
    """A function of glibc; None with another C library."""
    library = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
    found: Callable[..., int] | None = getattr(library, name, None) if hasattr(library, "malloc_trim") else None
    return found
