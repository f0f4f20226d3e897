"""An open source -> its pages, read one at a time."""

import logging
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from penscript.document import Page, PageStatus
from penscript.errors import InputError, LimitExceeded, UsageError
from penscript.memory import settle
from penscript.options import ReadOptions

if TYPE_CHECKING:
    from penscript.reading.image import Picture
    from penscript.reading.load import Source
    from penscript.reading.reader import Reader

log = logging.getLogger(__name__)

Progress = Callable[[int, int | None], None]
"""Called with how many are done and how many there are, None where that is not known."""

Timings = dict[str, float]
"""Seconds by stage; every page adds to them."""


def read_pages(
    source: "Source",
    reader: "Reader",
    options: ReadOptions,
    progress: Progress | None = None,
    timings: Timings | None = None,
) -> Iterator[Page]:
    """The pages that the options ask for, each decoded and read when it is asked for.

    A page that cannot be read is a failed page that says why; where only one page is asked for, its error is raised.
    Raises LimitExceeded when the time for the source is up.
    """
    from penscript.reading.pages import read_page

    numbers = page_numbers(source, options)
    check = partial(_check_time, source.name, options.limits.seconds, time.monotonic())
    read = partial(read_page, reader, options=options, timings=timings, check=check)
    for done, number in enumerate(numbers, 1):
        check()
        settle()
        try:
            yield _read(source, number, read, timings)
        except (InputError, LimitExceeded) as error:
            check()
            if len(numbers) == 1:
                raise
            log.warning("page %d failed: %s", number, type(error).__name__)
            yield Page(number, 0, 0, status=PageStatus.FAILED, error=str(error))
        except Exception as error:
            if len(numbers) == 1:
                raise
            log.exception("page %d failed by an error of ours", number)
            yield Page(number, 0, 0, status=PageStatus.FAILED, error=f"Penscript made a mistake: {error!r}")
        if progress:
            progress(done, len(numbers))


def page_numbers(source: "Source", options: ReadOptions) -> tuple[int, ...]:
    """The numbers of the pages to read, in the order asked for; UsageError for one that there is not."""
    count = source.page_count
    numbers = tuple(dict.fromkeys(options.pages or range(1, count + 1)))
    for number in numbers:
        if not 1 <= number <= count:
            there, ask = ("1 page", "page 1") if count == 1 else (f"{count} pages", f"1 to {count}")
            raise UsageError(f"{source.name} has {there}, and page {number} was asked for.", f"Ask for {ask}.")
    return numbers


def _read(source: "Source", number: int, read: Callable[["Picture"], Page], timings: Timings | None) -> Page:
    started = time.perf_counter()
    picture = source.load(number)
    if timings is not None:
        timings["load"] = timings.get("load", 0.0) + time.perf_counter() - started
    return read(picture)


def _check_time(name: str, limit: float | None, started: float) -> None:
    if limit is not None and time.monotonic() - started > limit:
        advice = "Raise the limit: Limits(seconds=...), or --max-seconds."
        raise LimitExceeded(f"{name} took longer than the limit of {limit:g} seconds.", advice)
