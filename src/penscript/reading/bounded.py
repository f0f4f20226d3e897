"""The limits that hold before anything is decoded. Every message names the limit, its value and how to raise it."""

from penscript.errors import LimitExceeded
from penscript.options import Limits
from penscript.reading.sniff import Format


def within_bytes(name: str, size: int, limits: Limits) -> None:
    """LimitExceeded when a file of `size` bytes is larger than `limits.file_bytes`."""
    if limits.file_bytes is not None and size > limits.file_bytes:
        raise LimitExceeded(
            f"{name} has more than {limits.file_bytes / 2**20:,.0f} MiB, the limit for one file.",
            _raising("file_bytes", "--max-bytes", size),
        )


def within_pixels(name: str, width: int, height: int, limits: Limits, form: Format | None = None) -> None:
    """LimitExceeded when a page of `width` x `height` pixels is larger than `limits.pixels`.

    form: what the file is; some decoders take so much memory that a pixel counts more than once.
    """
    weight = form.weight if form else 1
    pixels = width * height
    if limits.pixels is None or pixels * weight <= limits.pixels:
        return
    raising = _raising("pixels", "--max-pixels", pixels * weight)
    if form and pixels <= limits.pixels:
        raise LimitExceeded(
            f"{name} has a page of {width} x {height} = {pixels:,} pixels; a {form.title} file takes much memory "
            f"to open, and its limit is {limits.pixels // weight:,}.",
            f"Save it as JPEG or TIFF. {raising}",
        )
    raise LimitExceeded(
        f"{name} has a page of {width} x {height} = {pixels:,} pixels; the limit is {limits.pixels:,}.", raising
    )


def unpacks_too_large(name: str, limits: Limits) -> LimitExceeded:
    """For a file whose header hides how large it is and whose decoder stopped."""
    most = "" if limits.pixels is None else f"; the limit is Limits(pixels={limits.pixels})"
    return LimitExceeded(
        f"{name} unpacks to far more pixels than its header says{most}.",
        "It looks like a trap: if you trust it, save its first picture as PNG and read that.",
    )


def within_pages(name: str, pages: int, limits: Limits) -> None:
    """LimitExceeded when a file has more pages than `limits.pages`."""
    if limits.pages is not None and pages > limits.pages:
        raise LimitExceeded(
            f"{name} has more pages than {limits.pages:,}, the limit for one file.",
            _raising("pages", "--max-pages", pages),
        )


def _raising(limit: str, flag: str, needed: int) -> str:
    """The advice, with the next figure of two digits and zeros, so that it can be typed."""
    step = int(10 ** max(0, len(str(needed)) - 2))
    enough = -(-needed // step) * step
    return f"If you trust it, raise the limit: Limits({limit}={enough}), or {flag} {enough}."
