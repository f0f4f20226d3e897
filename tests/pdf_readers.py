"""Searchable PDFs of made-up pages, and the programs that extract their text."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from penscript.document import Document, Page
from penscript.result import OcrResult

NEEDS_POPPLER = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler's pdftotext is not installed")


def scan(path: Path, size: tuple[int, int] = (600, 400), **options: object) -> Path:
    pixels = np.full((size[1], size[0], 3), 255, np.uint8)
    pixels[10:30, 10:60] = (200, 30, 30)
    Image.fromarray(pixels).save(path, **options)
    return path


def saved(source: Path, pages: tuple[Page, ...], out: Path) -> Path:
    OcrResult(Document(str(source), pages)).save(out)
    return out


def by_pdfium(path: Path, number: int = 1) -> list[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        text = pdf[number - 1].get_textpage().get_text_range()
    return [row.strip() for row in text.replace("\ufffe", "-\n").splitlines() if row.strip()]


def by_poppler(path: Path, *flags: str) -> list[str]:
    done = subprocess.run(["pdftotext", *flags, str(path), "-"], capture_output=True, check=True)
    return [row.strip() for row in done.stdout.decode().replace("\f", "\n").splitlines() if row.strip()]


READERS = [pytest.param(by_pdfium, id="pdfium"), pytest.param(by_poppler, id="poppler", marks=NEEDS_POPPLER)]
