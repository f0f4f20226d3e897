"""What needs nothing but the pixels of a page is found while it is read, in moments when a core would lie idle."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Found = TypeVar("Found")


def aside(find: Callable[[], Found], threads: int) -> Callable[[], Found]:
    """Begins to find something in a thread of its own; the answer waits for it, and raises what it raised.

    threads: with fewer than two, nothing is begun before the answer is asked for.
    """
    if threads < 2:
        return find
    pool = ThreadPoolExecutor(1, "penscript-aside")
    found = pool.submit(find)
    pool.shutdown(wait=False)
    return found.result
