"""Memory that was freed goes back to the system.

The C library of Linux keeps what large arrays leave behind and fills it up again, never quite; over many pages of many
sizes a process would grow. Elsewhere nothing is done.
"""

import ctypes
import sys
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Hands free memory back to the system; takes milliseconds."""
    if trim := _trim():
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    """`malloc_trim` of glibc; None with another C library."""
    if not sys.platform.startswith("linux"):
        return None
    found: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return found
