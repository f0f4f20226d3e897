"""What pages come from: files, bytes, arrays, pictures in memory; and `Image`, which keeps one of them ready."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from penscript.options import Limits, ReadOptions

if TYPE_CHECKING:
    from penscript.reading.load import Source


class Image:
    """Something to read: a picture or a PDF of one page or several. Nothing stays open between readings."""

    def __init__(self, source: Any, name: str, page_count: int, password: str | None, limits: Limits | None) -> None:
        self._source = source
        self.name = name
        self.page_count = page_count
        self._password = password
        self._limits = limits

    @classmethod
    def load(cls, source: Any, *, password: str | None = None, limits: Limits | None = None) -> "Image":
        """Look at a source and say at once what is wrong with it.

        source: a path, bytes, a binary file object, an array (RGB or grey, uint8), a PIL image, or an Image.
        password: for an encrypted PDF. limits: what it may cost, those of the engine if None.
        Raises InputError or LimitExceeded, with the name of the file.
        """
        if isinstance(source, Image):
            return source
        if hasattr(source, "read"):
            source = _Kept.all_of(source, limits or Limits())
        with _open(source, password, limits or Limits()) as opened:
            return cls(source, opened.name, opened.page_count, password, limits)

    def open(self, options: ReadOptions = ReadOptions()) -> "Source":  # noqa: B008 - a value
        """The pages, to be decoded one at a time. Close it, or use it in a `with`."""
        source = self._source.again() if isinstance(self._source, _Kept) else self._source
        return _open(source, self._password or options.password, self._limits or options.limits)

    def __repr__(self) -> str:
        return f"Image({self.name!r}, pages={self.page_count})"


class _Kept(io.BytesIO):
    """What a file object held, under its name, to be read more than once."""

    name = ""

    @classmethod
    def all_of(cls, file: Any, limits: Limits) -> Any:
        """The rest of a file; the file itself where it cannot be read, for `open_source` knows what to say then."""
        try:
            data = file.read(-1 if limits.file_bytes is None else limits.file_bytes + 1)
        except (OSError, ValueError):
            return file
        if not isinstance(data, bytes):
            return file
        return cls(data).again(str(getattr(file, "name", "") or "the given file object"))

    def again(self, name: str = "") -> "_Kept":
        """The same from its beginning."""
        copy = type(self)(self.getvalue())
        copy.name = name or self.name
        return copy


def open_pages(source: Any, options: ReadOptions) -> "Source":
    """The pages of whatever `Image.load` takes. Close it, or use it in a `with`; raises as `Image.load`."""
    if isinstance(source, Image):
        return source.open(options)
    return _open(source, options.password, options.limits)


def _open(source: Any, password: str | None, limits: Limits) -> "Source":
    from penscript.reading.load import open_source

    return open_source(source, password=password, limits=limits)


def kept(source: Any, opened: "Source", options: ReadOptions) -> Image | None:
    """The source, to be opened again later; None for what would stay in memory for that."""
    if isinstance(source, Image):
        return source
    if not isinstance(source, str | Path):
        return None
    return Image(source, opened.name, opened.page_count, options.password, options.limits)


def name_of(source: Any) -> str:
    """What to call a source before it is opened."""
    if isinstance(source, str | Path):
        return str(source)
    return str(getattr(source, "name", f"the given {type(source).__name__}"))
