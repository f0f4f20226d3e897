"""Pages as pictures: out of the file that was added, as their lines' coordinates say, and cut to one line."""

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from penscript.document import Bounds
from penscript.errors import InputError, MissingInput, UnsupportedInput
from penscript.notes.placing import place_words
from penscript.notes.values import Hit, StoredLine, StoredPage

_MARK = (255, 214, 0)
_SHOWN_AS_THEY_ARE = ("JPEG", "PNG")
_POINTS_PER_INCH = 72


def as_shown(data: bytes | Path, page: StoredPage) -> bytes:
    """A page as JPEG or PNG: the file itself where that will do."""
    if isinstance(data, bytes) and page.number == 1 and _plain(data, page):
        return data
    out = io.BytesIO()
    decoded(data, page).save(out, "JPEG", quality=90)
    return out.getvalue()


def decoded(data: bytes | Path, page: StoredPage) -> Image.Image:
    """A page as RGB, as wide and high as the page is. Raises InputError where the file can no longer be read."""
    try:
        head = data[:1024] if isinstance(data, bytes) else _head(data)
        picture = _from_pdf(data, page) if b"%PDF-" in head else _from_picture(data, page)
    except (OSError, ValueError, EOFError, Image.DecompressionBombError) as error:
        told = f"Page {page.number} of document {page.document} cannot be shown: {error}."
        raise UnsupportedInput(told, "Its text is there all the same.") from error
    wanted = (page.width, page.height)
    return picture if picture.size == wanted or not all(wanted) else picture.resize(wanted)


def cut_out(picture: Image.Image, page: StoredPage, line: StoredLine, spans: tuple[tuple[int, int], ...]) -> bytes:
    """A line as PNG with some paper around it, upright, the words at these characters of its text marked."""
    box = line.bounds
    if not box.width or not box.height:
        raise MissingInput(f"It is not known where line {line.id} stands on its page.")
    room = max(4, min(box.width, box.height) // 3)
    frame = (
        max(0, box.x - room),
        max(0, box.y - room),
        min(picture.width, box.right + room),
        min(picture.height, box.bottom + room),
    )
    if frame[0] >= frame[2] or frame[1] >= frame[3]:
        raise InputError(f"Line {line.id} stands outside of its page.")
    cut = picture.crop(frame)
    _mark(cut, [_moved(word, frame) for word in _boxes(line, spans)])
    out = io.BytesIO()
    cut.rotate(-page.rotation, expand=True).save(out, "PNG")
    return out.getvalue()


def spans_of(found: Hit | StoredLine) -> tuple[StoredLine, tuple[tuple[int, int], ...]]:
    """The line and what is to be marked in it."""
    return (found.line, found.spans) if isinstance(found, Hit) else (found, ())


def _boxes(line: StoredLine, spans: tuple[tuple[int, int], ...]) -> list[Bounds]:
    at, found = 0, []
    for word in place_words(line.text, line.words, line.bounds):
        start = line.text.find(word.text, at)
        at = max(at, start + len(word.text))
        if any(start < last and first < at for first, last in spans):
            found.append(word.bounds)
    return found


def _mark(cut: Image.Image, boxes: list[tuple[int, int, int, int]]) -> None:
    """As a marker pen does: the paper turns yellow, the ink stays."""
    for box in boxes:
        inside = (max(0, box[0]), max(0, box[1]), min(cut.width, box[2]), min(cut.height, box[3]))
        if inside[0] < inside[2] and inside[1] < inside[3]:
            part = cut.crop(inside)
            cut.paste(Image.composite(Image.new("RGB", part.size, _MARK), part, _paper(part)), inside)
            ImageDraw.Draw(cut).line((inside[0], inside[3] - 1, inside[2], inside[3] - 1), fill=(190, 120, 0), width=2)


def _paper(part: Image.Image) -> Image.Image:
    """How far each pixel is paper: the lighter, the more of the mark."""
    return ImageOps.autocontrast(part.convert("L")).point(lambda value: value // 2)


def _moved(box: Bounds, frame: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    return box.x - frame[0], box.y - frame[1], box.right - frame[0], box.bottom - frame[1]


def _plain(data: bytes, page: StoredPage) -> bool:
    try:
        with Image.open(io.BytesIO(data), formats=_SHOWN_AS_THEY_ARE) as image:
            upright = image.getexif().get(0x0112, 1) in (0, 1)
            return upright and image.size == (page.width, page.height) and image.mode in ("RGB", "L")
    except (OSError, ValueError, Image.DecompressionBombError):
        return False


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(1024)


def _from_pdf(data: bytes | Path, page: StoredPage) -> Image.Image:
    from penscript.pdf import PdfFile

    with PdfFile(data) as opened:
        width, _ = opened.page_size(page.number)
        return Image.fromarray(opened.render(page.number, page.width / max(width, 1) * _POINTS_PER_INCH))


def _from_picture(data: bytes | Path, page: StoredPage) -> Image.Image:
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    try:
        image: Image.Image = Image.open(file)
    except OSError:
        import pillow_heif

        image = pillow_heif.open_heif(file)[page.number - 1].to_pillow()
    with image:
        if page.number > 1 and getattr(image, "n_frames", 1) > 1:
            image.seek(page.number - 1)
        return _in_colour(ImageOps.exif_transpose(image))


def _in_colour(image: Image.Image) -> Image.Image:
    """Transparency on white; sixteen bits of grey become eight."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA"):
        layered = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("RGB")
    return image.convert("RGB")
