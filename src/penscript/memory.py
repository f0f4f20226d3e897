"""Memory that was freed goes back to the system.

The C library of Linux keeps what large arrays leave behind and fills it up again, never quite; over many pages of many
sizes a process would grow. Elsewhere nothing is done.
"""

import ctypes
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
"""The numbers of these options of `mallopt`: what is larger goes back to the system as soon as it is freed."""
THRIFTY, ROOMY = 2**20, 2**30
"""Bytes. With the second, a network fills the same memory layer after layer: a detector takes a quarter less time."""
OLD = 2**25
"""The most that older versions of the library take for the second option."""
PAGES = 16
"""After so many pages what lies free is handed back. To do it after each costs a tenth of the time of a receipt."""
_pages = count(1)
_thrifty: list[int] = []
"""One entry for each that is being thrifty now, in whatever thread."""
_lock = threading.Lock()


def give_back() -> None:
    """Hands free memory back to the system; takes milliseconds."""
    if trim := _of_glibc("malloc_trim"):
        trim(0)


def settle() -> None:
    """To be called before every page: it fills the same memory as the last, so that goes back now and then only.

    Threads beside the main one have memory of their own each, so it goes back before each of their pages.
    """
    if next(_pages) % PAGES == 0 or threading.current_thread() is not threading.main_thread():
        give_back()


@contextmanager
def thrift(wanted: bool = True) -> Iterator[None]:
    """While this lasts, large arrays go back to the system as soon as they are freed, which costs some speed, and what
    lay free before goes back too.

    wanted: otherwise, and when no thread wants it any more, they are kept until `give_back` is called.
    """
    with _lock:
        _thrifty.extend([1] * wanted)
        _keep()
    if wanted:
        give_back()
    try:
        yield
    finally:
        with _lock:
            del _thrifty[: int(wanted)]
            _keep()


def _keep() -> None:
    """Tells the library how many bytes of freed memory are kept for what comes next."""
    most = THRIFTY if _thrifty else ROOMY
    if option := _of_glibc("mallopt"):
        if not option(MMAP_THRESHOLD, most):
            option(MMAP_THRESHOLD, min(most, OLD))
        option(TRIM_THRESHOLD, most)


@cache
def _of_glibc(name: str) -> Callable[..., int] | None:
    """A function of glibc; None with another C library."""
    library = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
    found: Callable[..., int] | None = getattr(library, name, None) if hasattr(library, "malloc_trim") else None
    return found
