"""OCRmyPDF with Penscript as its reader: `ocrmypdf --plugin penscript.ocrmypdf_plugin in.pdf out.pdf`.

https://ocrmypdf.readthedocs.io/en/latest/plugins.html
"""

import shutil
import statistics
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ocrmypdf import hookimpl
from ocrmypdf.exceptions import InputFileError
from ocrmypdf.pluginspec import OcrEngine, OrientationConfidence
from PIL import Image

from penscript import __version__
from penscript.api import OcrEngine as Engine
from penscript.errors import InputError, LimitExceeded
from penscript.export.atomic import write_bytes
from penscript.export.placing import axis
from penscript.export.searchable import text_page
from penscript.language import Language
from penscript.options import Limits
from penscript.packs.tesseract import MODELS
from penscript.result import OcrResult

_SURE = 15.0
"""What OCRmyPDF takes for sure of a page's orientation; by default it turns from 14 on."""
_USUAL_DPI = 72.0


class PenscriptEngine(OcrEngine):
    """Pages are read as pictures; OCRmyPDF runs several at once, so that each reads on one core."""

    @staticmethod
    def version() -> str:
        """The version of Penscript."""
        return __version__

    @staticmethod
    def creator_tag(options: Any) -> str:
        """What the metadata of the PDF say."""
        return f"Penscript {__version__}"

    def __str__(self) -> str:
        return f"Penscript {__version__}"

    @staticmethod
    def languages(options: Any) -> set[str]:
        """Every language by its code for Tesseract, which OCRmyPDF uses, and by its own."""
        return {*MODELS.values(), *(language.value for language in Language)}

    @staticmethod
    def get_orientation(input_file: Path, options: Any) -> OrientationConfidence:
        """By how much the page lies turned clockwise: what OCRmyPDF then turns it back."""
        (page,) = _read(Path(input_file), _languages(options)).pages
        return OrientationConfidence(-page.rotation % 360, _SURE if page.lines else 0.0)

    @staticmethod
    def get_deskew(input_file: Path, options: Any) -> float:
        """The angle of the usual line, degrees counterclockwise that make it level."""
        (page,) = _read(Path(input_file), _languages(options)).pages
        angles = [axis(line, page.rotation).angle for line in page.lines]
        level = [-angle for angle in angles if abs(angle) < 20]
        return round(statistics.median(level), 2) if level else 0.0

    @staticmethod
    def generate_hocr(input_file: Path, output_hocr: Path, output_text: Path, options: Any) -> None:
        """The page as hOCR and as text."""
        result = _read(Path(input_file), _languages(options))
        write_bytes(output_hocr, result.render("hocr"))
        write_bytes(output_text, result.render("text"))

    @staticmethod
    def generate_pdf(input_file: Path, output_pdf: Path, output_text: Path, options: Any) -> None:
        """The page as a PDF of its text alone."""
        result = _read(Path(input_file), _languages(options))
        write_bytes(output_pdf, text_page(result.pages[0], _size(Path(input_file))))
        write_bytes(output_text, result.render("text"))


@hookimpl
def get_ocr_engine(options: Any = None) -> OcrEngine | None:
    """Penscript, unless another reader is asked for by name."""
    wanted = getattr(options, "ocr_engine", "auto")
    return PenscriptEngine() if wanted in ("auto", "penscript", None) else None


@hookimpl
def check_options(options: Any) -> None:
    """Penscript's own text layer is put in, which knows where every word stands, whichever way the page lies.

    Pages to be turned are drawn by Ghostscript where it is installed: by PDFium, a page with a rotation of its own
    is handed over wrongly turned (seen with OCRmyPDF 17.13).
    """
    if getattr(options, "pdf_renderer", "auto") == "auto":
        options.pdf_renderer = "sandwich"
    turns = getattr(options, "rotate_pages", False) and getattr(options, "rasterizer", "") == "auto"
    if turns and shutil.which("gs"):
        options.rasterizer = "ghostscript"


def _languages(options: Any) -> tuple[str, ...]:
    """The languages by Penscript's codes; English alone is what OCRmyPDF says when nothing is, so it allows all."""
    codes = {model: code for code, model in MODELS.items()}
    told = [codes.get(language, language) for language in options.languages or ()]
    return tuple(told) if told and told != ["en"] else (Language.AUTO.value,)


@cache
def _engine(languages: tuple[str, ...]) -> Engine:
    """Without limits of its own: pages come from OCRmyPDF, whose `--max-image-mpixels` holds."""
    return Engine(list(languages), barcodes=False, threads=1, limits=Limits(None, None, None))


def _read(path: Path, languages: tuple[str, ...]) -> OcrResult:
    """The page, read once though several things are asked of it."""
    return _read_once(path, path.stat().st_mtime_ns, languages)


@lru_cache(maxsize=4)
def _read_once(path: Path, changed: int, languages: tuple[str, ...]) -> OcrResult:
    engine = _engine(languages)
    try:
        return engine.process(path)
    except (InputError, LimitExceeded) as error:
        raise InputFileError(str(error)) from error


def _size(path: Path) -> tuple[float, float]:
    """Width and height of a picture in points."""
    with Image.open(path) as picture:
        across, down = (float(dpi) or _USUAL_DPI for dpi in picture.info.get("dpi", (_USUAL_DPI, _USUAL_DPI)))
        return picture.width * 72 / across, picture.height * 72 / down
