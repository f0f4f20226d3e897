"""What a user writes: an image, an engine that reads it, and the result.

>>> engine = OcrEngine()
>>> engine.language = Language.ENGLISH
>>> result = engine.process("handwritten_notes.jpg")  # doctest: +SKIP
>>> for line in result.lines: print(line.confidence, line.text)  # doctest: +SKIP
"""

import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from penscript import executors
from penscript.accepting import common_threshold, thresholds
from penscript.document import Barcode, Document, Line, Page, PageStatus
from penscript.errors import DamagedInput, PenscriptError, UsageError
from penscript.language import Language
from penscript.options import AcceptPolicy, Limits, ReadOptions, TextLayer, languages_of
from penscript.paging import Progress, Timings, read_pages
from penscript.result import Item, OcrResult
from penscript.sources import Image, kept, name_of, open_pages

if TYPE_CHECKING:
    from penscript.calibration import PackCalibration
    from penscript.reading.reader import Reader

Languages = Language | str | Sequence[Language | str]

__all__ = ["EngineSpec", "Image", "Item", "OcrEngine", "OcrResult"]


class OcrEngine:
    """Reads pages. Make one, reuse it, share it between threads: a call never changes it.

    language: one or several, AUTO for whatever the page holds. policy: which lines are accepted. pack: name or file
    of the weights, None for the best ones. limits: what one source may cost. barcodes: look for them too. text_layer:
    see `TextLayer`. flatten: paper on photographs is read flat where that reads better. packs: folders with further
    packs. threads: cores to use, None for all.
    """

    def __init__(
        self,
        language: Languages = Language.AUTO,
        *,
        policy: AcceptPolicy | None = None,
        pack: str | Path | None = None,
        limits: Limits | None = None,
        barcodes: bool = True,
        text_layer: TextLayer | str = TextLayer.AUTO,
        flatten: bool = True,
        packs: Sequence[str | Path] = (),
        threads: int | None = None,
    ) -> None:
        self._options = ReadOptions(
            languages=languages_of(language),
            pack=None if pack is None else str(pack),
            policy=policy or AcceptPolicy(),
            limits=limits or Limits(),
            barcodes=barcodes,
            text_layer=TextLayer.of(text_layer),
            flatten=flatten,
        )
        self._folders = tuple(Path(folder) for folder in packs)
        self._threads = threads
        self._lock = threading.Lock()
        self._reader: Reader | None = None

    @property
    def options(self) -> ReadOptions:
        """How the next call reads; a value, to be changed with `dataclasses.replace`."""
        return self._options

    @options.setter
    def options(self, value: ReadOptions) -> None:
        self._set(**{field.name: getattr(value, field.name) for field in fields(value)})

    @property
    def language(self) -> Language | tuple[Language, ...]:
        """What is read: a language, or several."""
        languages = self._options.languages
        return languages[0] if len(languages) == 1 else languages

    @language.setter
    def language(self, value: Languages) -> None:
        self._set(languages=languages_of(value))

    @property
    def policy(self) -> AcceptPolicy:
        """Which lines are accepted."""
        return self._options.policy

    @policy.setter
    def policy(self, value: AcceptPolicy) -> None:
        self._set(policy=value)

    @property
    def pack(self) -> str | None:
        """The weights, by name or file; None for the best ones for the language."""
        return self._options.pack

    @pack.setter
    def pack(self, value: str | Path | None) -> None:
        self._set(pack=None if value is None else str(value))

    def process(
        self,
        source: Any,
        *,
        policy: AcceptPolicy | None = None,
        pages: Sequence[int] | None = None,
        options: ReadOptions | None = None,
        progress: Progress | None = None,
        timings: Timings | None = None,
    ) -> OcrResult:
        """Read a whole source: whatever `Image.load` takes.

        policy: for this call alone. pages: numbers from 1, None for all. options: in the place of the engine's own.
        progress: called after every page. timings: gets the seconds of every stage added. A page that cannot be read
        among others is a page with its error; InputError, LimitExceeded, MissingComponent and UsageError are raised
        where there is nothing to give.
        """
        return self._read(source, self._snapshot(policy, pages, options), progress, timings)

    def attempt(self, source: Any, *, progress: Progress | None = None, timings: Timings | None = None) -> Item:
        """As `process`, but an error is handed back in the item."""
        return self._attempt(source, self._options, progress, timings)

    def load(self) -> None:
        """Load the weights now, not with the first page. Raises UsageError or MissingComponent where there are none."""
        self._open_reader().calibrations(self._options)

    def spec(self, threads: int | None = None, *, ready: bool = False) -> "EngineSpec":
        """What makes an engine like this one elsewhere; with so many threads, unless this one was told how many."""
        return EngineSpec(self._options, self._folders, self._threads or threads, ready)

    def pages(
        self, source: Any, *, policy: AcceptPolicy | None = None, pages: Sequence[int] | None = None
    ) -> Iterator[Page]:
        """The pages of a source, each read when it is asked for, so that memory stays flat. Errors as in `process`."""
        return self._stream(source, self._snapshot(policy, pages))

    def process_line(self, source: Any, *, policy: AcceptPolicy | None = None) -> Line:
        """The one line of text that a picture shows and nothing else. Takes what `Image.load` takes."""
        options = self._snapshot(policy, None)
        with open_pages(source, options) as opened:
            return self._open_reader().read_line(opened.load(1).pixels, options)

    def threshold_for(self, precision: float) -> float:
        """The lowest threshold, in percent, at which at least `precision` (0 to 1) of the accepted lines are right,
        whichever pack read them.

        From the calibration data of the packs that the engine reads with, lines that trained nothing. Raises UsageError
        where those cannot support the precision, or where a pack was never calibrated.
        """
        return common_threshold(self._calibrations(), precision)

    def policy_for(self, precision: float) -> AcceptPolicy:
        """The engine's policy, with the lowest threshold of every pack by itself: what one pack reads easily need not
        wait for what another finds hard. Raises as `threshold_for`.
        """
        found = thresholds(self._calibrations(), precision)
        return replace(self.policy, threshold=max(found.values()), packs=tuple(found.items()))

    def _calibrations(self) -> "dict[str, PackCalibration | None]":
        return {info.id: calibration for info, calibration in self._open_reader().calibrations(self._options)}

    def recognize_barcode(self, source: Any) -> list[Barcode]:
        """The barcodes and QR codes of all pages, without reading any text."""
        from penscript.reading.barcodes import find_barcodes

        with open_pages(source, self._options) as opened:
            numbers = range(1, opened.page_count + 1)
            return [code for number in numbers for code in find_barcodes(opened.load(number).pixels, number)]

    def process_many(
        self,
        sources: Iterable[Any],
        *,
        workers: int = 1,
        policy: AcceptPolicy | None = None,
        pages: Sequence[int] | None = None,
        progress: Progress | None = None,
    ) -> Iterator[Item]:
        """Read many sources; the items come in order, each when it is ready. A bad one is an item with its error.

        workers: processes to use; more than one needs sources that can travel (paths, bytes, arrays, Images), and in
        a script the call under `if __name__ == "__main__":`. progress: called after every source.
        """
        if isinstance(sources, str | bytes | Path | Image):
            raise UsageError("process_many was given one source.", "Give a list, or call process.")
        if workers < 1:
            raise UsageError(f"The number of workers is {workers}.", "Give 1 or more.")
        options = self._snapshot(policy, pages)
        total = len(sources) if isinstance(sources, Sized) else None
        if workers == 1:
            items = executors.serial(lambda: partial(self._attempt, options=options), sources)
        else:
            start = replace(self.spec(executors.share_of_cores(workers)), options=options)
            items = executors.in_processes(start, sources, workers, _lost)
        return _counted(items, total, progress)

    def _set(self, **changed: Any) -> None:
        with self._lock:
            self._options = replace(self._options, **changed)

    def _snapshot(
        self, policy: AcceptPolicy | None, pages: Sequence[int] | None, options: ReadOptions | None = None
    ) -> ReadOptions:
        options = options or self._options
        chosen = options.pages if pages is None else tuple(pages)
        return replace(options, policy=policy or options.policy, pages=chosen)

    def _open_reader(self) -> "Reader":
        if self._reader is None:
            from penscript.packs.catalog import Catalog
            from penscript.reading.reader import Reader

            with self._lock:
                self._reader = self._reader or Reader(Catalog(self._folders, self._threads), self._threads)
        return self._reader

    def _stream(self, source: Any, options: ReadOptions) -> Iterator[Page]:
        with open_pages(source, options) as opened:
            yield from read_pages(opened, self._open_reader(), options)

    def _attempt(
        self, source: Any, options: ReadOptions, progress: Progress | None = None, timings: Timings | None = None
    ) -> Item:
        try:
            return Item(name_of(source), self._read(source, options, progress, timings))
        except Exception as error:
            return _lost(source, error)

    def _read(
        self,
        source: Any,
        options: ReadOptions,
        progress: Progress | None = None,
        timings: Timings | None = None,
    ) -> OcrResult:
        with open_pages(source, options) as opened:
            pages = tuple(read_pages(opened, self._open_reader(), options, progress, timings))
            document = Document(opened.name, pages, tuple(opened.attachments))
        if len(pages) > 1 and all(page.status is PageStatus.FAILED for page in pages):
            raise DamagedInput(f"None of the {len(pages)} pages of {opened.name} could be read: {pages[0].error}")
        return OcrResult(document, options.policy, kept(source, opened, options))


@dataclass(frozen=True)
class EngineSpec:
    """What an engine is made of. Unlike the engine it travels to other processes, where calling it gives the task.

    ready: its weights are loaded at once, so that calling it raises what would keep every source from being read.
    """

    options: ReadOptions
    folders: tuple[Path, ...] = ()
    threads: int | None = None
    ready: bool = False

    def __call__(self) -> Callable[[Any], Item]:
        """The task of a worker: a source -> its item."""
        engine = OcrEngine(packs=self.folders, threads=self.threads)
        if self.ready:
            engine.options = self.options
            engine.load()
        return partial(engine._attempt, options=self.options)


def _lost(source: Any, error: Exception) -> Item:
    """The item of a source that gave no result; what is not an error of the house is told as a bug, with its trace."""
    name = name_of(source)
    if isinstance(error, PenscriptError):
        return Item(name, error=error)
    if isinstance(error, executors.WorkerDied):
        advice = "Read it alone, with more memory or lower limits."
        return Item(name, error=DamagedInput(f"The process that read {name} {error}.", advice))
    bug = PenscriptError(f"{name} could not be read because of an error in Penscript: {error!r}.", "Please report it.")
    bug.add_note("".join(traceback.format_exception(error)))
    return Item(name, error=bug)


def _counted(items: Iterator[Item], total: int | None, progress: Progress | None) -> Iterator[Item]:
    for done, item in enumerate(items, 1):
        if progress:
            progress(done, total)
        yield item
