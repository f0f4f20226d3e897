"""The writing sheet as a PDF: short lines to copy by hand, with markers by which a photograph is read back.

The letters are those of Helvetica, which every program that shows or prints PDF has: nothing is embedded.
"""

import io
from collections.abc import Iterator, Sequence
from functools import cache

import cv2
import numpy as np
import pikepdf
import zxingcpp
from numpy.typing import NDArray

from penscript.language import Language
from penscript.learning.glyphs import glyph_name
from penscript.learning.sheet_form import BOX, CODE, CORNERS, HEIGHT, MARKER, PAGES, PRINT, ROWS, WIDTH, SheetCode, box
from penscript.learning.sheet_lines import sheet_lines

_TITLES = {
    "fr": ("Recopiez chaque ligne à la main dans son cadre.", "Puis photographiez ou numérisez la page entière."),
    "de": ("Schreiben Sie jede Zeile von Hand in ihren Rahmen.", "Dann die ganze Seite fotografieren oder scannen."),
    "es": ("Copie cada línea a mano en su recuadro.", "Después fotografíe o escanee toda la página."),
    "it": ("Copi ogni riga a mano nel suo riquadro.", "Poi fotografi o scansioni tutta la pagina."),
}
_ENGLISH = ("Copy each line by hand into its box.", "Then photograph or scan the whole page.")
_FIRST = 33


def sheet_pdf(language: Language) -> bytes:
    """The sheet in this language, A4. Raises UsageError for a language without one."""
    texts = sheet_lines(language)
    title = _TITLES.get(language.value, _ENGLISH)
    codes = _codes([*texts, *title, f"{PAGES}/"])
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(_font(codes))
        for page in range(1, PAGES + 1):
            rows = texts[(page - 1) * ROWS : page * ROWS]
            content = "\n".join(_page(rows, title, SheetCode.of(language, page), codes))
            pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
            pdf.pages[-1].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            pdf.pages[-1].Contents = pdf.make_stream(content.encode("latin-1"))
        pdf.docinfo["/Title"] = f"Penscript {language.name.lower()}"
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _page(rows: Sequence[str], title: Sequence[str], code: SheetCode, codes: dict[str, int]) -> Iterator[str]:
    """The drawing operators of one page."""
    for corner, (left, top) in enumerate(CORNERS):
        yield from _squares(_marker(4 * (code.page - 1) + corner), left, top, MARKER)
    yield from _squares(_matrix(str(code)), *CODE)
    yield _text(title[0], (78, 44), 8.5, codes, 0.25)
    yield _text(title[1], (78, 56), 8.5, codes, 0.25)
    yield _text(f"{code.page}/{PAGES}", (480, 50), 9, codes, 0.25)
    for number, row in enumerate(rows):
        place = box(number)
        yield _text(row, (place.x + 2, place.y - 3), PRINT - 1, codes, 0.35)
        yield f"0.6 G 0.5 w {place.x} {HEIGHT - place.y - BOX} {place.width} {BOX} re S"


def _text(text: str, place: tuple[float, float], size: float, codes: dict[str, int], grey: float) -> str:
    """Text whose baseline begins at `place`."""
    x, y = place
    shown = "".join(f"{codes[letter]:02x}" for letter in text)
    return f"BT {grey} g /F {size} Tf {x} {HEIGHT - y} Td <{shown}> Tj ET"


def _squares(dark: NDArray[np.bool_], left: float, top: float, side: float) -> Iterator[str]:
    """The dark cells of a square, as black rectangles."""
    cell = side / len(dark)
    yield "0 g"
    for row, column in zip(*np.nonzero(dark), strict=True):
        x, y = left + column * cell, HEIGHT - top - (row + 1) * cell
        yield f"{x:.3f} {y:.3f} {cell:.3f} {cell:.3f} re f"


@cache
def dictionary() -> cv2.aruco.Dictionary:
    """The markers that sheets use."""
    return cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)


def _marker(number: int) -> NDArray[np.bool_]:
    return np.asarray(cv2.aruco.generateImageMarker(dictionary(), number, 6) == 0)


def _matrix(text: str) -> NDArray[np.bool_]:
    """The modules of a QR code."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return np.asarray(np.array(zxingcpp.write_barcode_to_image(made, scale=1, add_quiet_zones=False)) == 0)


def _codes(texts: Sequence[str]) -> dict[str, int]:
    """A byte for every character that is printed."""
    used = sorted({letter for text in texts for letter in text} | set("0123456789/"))
    return {letter: _FIRST + number for number, letter in enumerate(used)}


def _font(codes: dict[str, int]) -> pikepdf.Dictionary:
    """Helvetica with the glyphs that are printed."""
    names = [pikepdf.Name(f"/{glyph_name(letter)}") for letter in codes]
    encoding = pikepdf.Dictionary(Type=pikepdf.Name.Encoding, Differences=pikepdf.Array([_FIRST, *names]))
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
        Encoding=encoding,
    )
