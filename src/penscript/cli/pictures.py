"""Pages as pictures with their boxes: one file for one page, otherwise one a page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from penscript.cli import console
from penscript.cli.outputs import Names, is_folder, refuse_sources
from penscript.document import PageStatus
from penscript.errors import UsageError
from penscript.options import ReadOptions
from penscript.result import OcrResult


class Pictures:
    """Takes results one by one and draws their pages.

    out: a picture's name for one source (`out-2.png` is its page 2), a folder for several. Raises UsageError at once
    where nothing can be written there.
    """

    def __init__(self, sources: Sequence[str], out: str) -> None:
        from penscript.export.atomic import check_writable, make_folder
        from penscript.export.picture import check_ending

        self._out = Path(out)
        self._in_folder = is_folder(out) or (len(sources) > 1 and not self._out.suffix)
        self._names = Names()
        if self._in_folder:
            _refuse_their_folder(make_folder(self._out), sources)
        elif len(sources) > 1:
            raise UsageError(f"{out} is one picture, and several files are read.", "Give a folder: --picture boxes/")
        else:
            check_ending(out)
            refuse_sources(self._out, sources)
            check_writable(self._out)

    def take(self, source: Any, result: OcrResult, options: ReadOptions) -> None:
        """Draw the pages of one result."""
        base = self._names.free(self._out, result.source, ".png") if self._in_folder else self._out
        drawn = draw(source, result, options, base)
        console.note(f"Boxes drawn in {', '.join(map(str, drawn))}.")


def _refuse_their_folder(folder: Path, sources: Sequence[str]) -> None:
    """A picture drawn among its sources could take the place of one."""
    if any(Path(source).resolve().parent == folder.resolve() for source in sources if source != "-"):
        raise UsageError(f"{folder} is where the files to be read lie.", "Give another folder: --picture boxes/")


def draw(source: Any, result: OcrResult, options: ReadOptions, path: Path) -> list[Path]:
    """Draw the pages that were read, decoding them again; the pictures written: `path`, or one a page of several."""
    from penscript.export.picture import draw_page, save_picture
    from penscript.sources import open_pages

    written = []
    with open_pages(source, options) as opened:
        for page in result.pages:
            if page.status is not PageStatus.FAILED:
                target = path.with_stem(f"{path.stem}-{page.number}") if len(result.pages) > 1 else path
                save_picture(draw_page(opened.load(page.number).pixels, page, result.policy), target)
                written.append(target)
    return written
