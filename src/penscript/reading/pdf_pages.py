"""A PDF -> Pictures: each page drawn at the resolution that it calls for."""

from typing import BinaryIO

from penscript.document import Attachment
from penscript.options import Limits
from penscript.pdf import PdfFile
from penscript.reading.image import OwnWord, Picture


class PdfPages:
    """The pages of a PDF, drawn at the resolution that each calls for."""

    def __init__(self, name: str, file: BinaryIO, password: str | None, limits: Limits) -> None:
        self._file, self._limits = file, limits
        self._pdf = PdfFile(file, name=name, password=password)
        self.count = self._pdf.page_count

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files inside."""
        return self._pdf.attachments()

    def picture(self, number: int) -> Picture:
        """Draw page `number`."""
        dpi = self._pdf.resolution(number, self._limits.pixels)
        pixels = self._pdf.render(number, dpi)
        width, height = self._pdf.page_size(number)
        across, down = pixels.shape[1] / max(width, 1e-6), pixels.shape[0] / max(height, 1e-6)
        words = tuple(
            OwnWord(word.text, tuple((x * across, y * down) for x, y in word.corners))
            for word in self._pdf.words(number)
        )
        return Picture(pixels, number, round(dpi, 2), self._pdf.warnings, words)

    def close(self) -> None:
        """Close PDFium's document, then the file."""
        self._pdf.close()
        self._file.close()
