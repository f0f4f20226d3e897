"""Which format a file is in, by its first bytes and never by its ending."""

import codecs
import re
from dataclasses import dataclass

HEAD_BYTES = 4096
"""How many bytes of a file's beginning `format_of` and `refusal` want to see."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is decoded.

    title: as a message calls it. plugin: the Pillow module and class that decode it ("" for a PDF). many: several
    images in one file are several pages; elsewhere they are frames over time or variants, and the first stands for all.
    weight: how often a pixel counts against the limit, for decoders that take 12 bytes and more for one.
    """

    title: str
    plugin: str = ""
    many: bool = False
    weight: int = 1


PDF = Format("PDF", many=True)
JPEG = Format("JPEG", "PIL.JpegImagePlugin:JpegImageFile")
PNG = Format("PNG", "PIL.PngImagePlugin:PngImageFile")
TIFF = Format("TIFF", "PIL.TiffImagePlugin:TiffImageFile", many=True)
HEIF = Format("HEIC", "pillow_heif.as_plugin:HeifImageFile", many=True, weight=2)
AVIF = Format("AVIF", "PIL.AvifImagePlugin:AvifImageFile", weight=2)
JPEG2000 = Format("JPEG 2000", "PIL.Jpeg2KImagePlugin:Jpeg2KImageFile", weight=3)

BMP = Format("BMP", "PIL.BmpImagePlugin:BmpImageFile")
GIF = Format("GIF", "PIL.GifImagePlugin:GifImageFile")
WEBP = Format("WebP", "PIL.WebPImagePlugin:WebPImageFile", weight=2)
ICO = Format("ICO", "PIL.IcoImagePlugin:IcoImageFile")
PCX = Format("PCX", "PIL.PcxImagePlugin:PcxImageFile")
PNM = Format("PNM", "PIL.PpmImagePlugin:PpmImageFile")

_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"\xff\xd8", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II\x2a\x00", TIFF),
    (b"MM\x00\x2a", TIFF),
    (b"II\x2b\x00", TIFF),
    (b"MM\x00\x2b", TIFF),
    (b"BM", BMP),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", JPEG2000),
    (b"\xff\x4f\xff\x51", JPEG2000),
    (b"\x00\x00\x01\x00", ICO),
    *((bytes((10, version, 1)), PCX) for version in (0, 2, 3, 4, 5)),
    *((b"P%d%c" % (digit, space), PNM) for digit in range(1, 7) for space in b" \t\r\n"),
)
_AVIF_BRANDS = frozenset((b"avif", b"avis"))
_HEIF_BRANDS = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"mif2")
)

_HEADLESS_PDF = re.compile(rb"%[\x80-\xff]{4}\s+\d+ \d+ obj\b")

_KNOWN: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript file"),
    (b"8BPS", "a Photoshop file"),
    (b"AT&TFORM", "a DjVu file"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"version https://git-lfs", "a Git LFS pointer instead of the file itself"),
)


def format_of(head: bytes) -> Format | None:
    """The format that a file beginning with `head` (up to HEAD_BYTES bytes) is in; None when it is none of ours."""
    if b"%PDF-" in head[:1024] or _HEADLESS_PDF.match(head):
        return PDF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _container(head)
    return next((form for magic, form in _MAGIC if head.startswith(magic)), None)


def _container(head: bytes) -> Format | None:
    """ISO base media: the brands say which codec. AVIF files often name `mif1` first, so AVIF is looked for first."""
    box = head[8 : min(int.from_bytes(head[:4], "big"), 256)]
    brands = {box[at : at + 4] for at in range(0, len(box), 4)}
    if brands & _AVIF_BRANDS and not brands & {b"heic", b"heix"}:
        return AVIF
    return HEIF if brands & _HEIF_BRANDS else None


def refusal(head: bytes) -> str:
    """What a file that begins with `head` seems to be, as the rest of a sentence: "a text file"."""
    known = next((what for magic, what in _KNOWN if head.startswith(magic)), None)
    if known:
        return known
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return "an SVG drawing"
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if start.startswith(b"<?xml"):
        return "an XML file"
    if head[4:8] == b"ftyp":
        return "a video or a picture of an unknown kind"
    return "a text file" if _is_text(head) else "neither a picture nor a PDF"


def _is_text(head: bytes) -> bool:
    if not head.strip() or any(byte < 32 and byte not in b"\t\n\r\f" for byte in head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # a character may be cut at the end
    except UnicodeDecodeError:
        return sum(byte < 127 for byte in head) > 0.7 * len(head)
    return True
