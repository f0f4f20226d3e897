"""Every format, depth and colour model comes out as the page that was put in."""

import io
import subprocess
import sys

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms, features

from drawn_pages import encoded, page
from penscript.reading.load import open_source
from penscript.reading.raster import ANIMATED
from penscript.reading.sniff import format_of

TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
SAME = """
gif.gif heif.heic avif.avif jpeg2000.jp2 jpeg_cmyk.jpg jpeg_gray.jpg jpeg_progressive.jpg pcx.pcx png_16bit.png
png_16bit_lowrange.png png_1bit.png png_LA.png png_palette.png png_alpha_black_on_transparent.png
tiff_g4.tif tiff_jpeg.tif tiff_packbits.tif tiff_nonsquare_dpi.tif webp_lossless_alpha.webp
image_pdf.pdf pdf_owner_password_only.pdf
"""
GREY = page().mean(axis=2).round().astype(np.uint8)


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    if form == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def assert_alike(pixels: np.ndarray, expected: np.ndarray, tolerance: float = 6) -> None:
    assert pixels.shape == expected.shape
    assert np.abs(pixels.astype(int) - expected).mean() <= tolerance


@pytest.mark.parametrize(
    ("form", "options", "tolerance"),
    [
        ("JPEG", {"quality": 95}, 3),
        ("JPEG", {"quality": 95, "progressive": True}, 3),
        ("PNG", {}, 0),
        ("BMP", {}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("WEBP", {"quality": 95}, 4),
        ("GIF", {}, 6),
        ("JPEG2000", {}, 0),
        ("TIFF", {}, 0),
        ("TIFF", {"compression": "tiff_lzw"}, 0),
        ("TIFF", {"compression": "tiff_deflate"}, 0),
        ("TIFF", {"compression": "packbits"}, 0),
        ("TIFF", {"compression": "jpeg", "quality": 95}, 4),
        ("TIFF", {"big_tiff": True}, 0),
        ("PCX", {}, 0),
        ("PPM", {}, 0),
        ("HEIF", {"quality": 95}, 6),
        ("AVIF", {"quality": 95}, 6),
    ],
)
def test_colour(form, options, tolerance):
    if form == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    data = saved(Image.fromarray(page()), form, **options)
    with open_source(data) as opened:
        assert opened.page_count == 1
        assert_alike(opened.load(1).pixels, page(), tolerance)


def test_the_ending_says_nothing(tmp_path):
    path = tmp_path / "page.pdf"
    path.write_bytes(encoded("JPEG"))
    with open_source(path) as opened:
        assert opened.load(1).width == 160


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF"])
def test_grey_stays_grey(form):
    picture = open_source(saved(Image.fromarray(GREY), form)).load(1)
    if form != "WEBP":  # which knows no grey
        assert_alike(picture.pixels, GREY, 3)


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_orientation_is_applied(form, orientation):
    turn = TURNS[orientation]
    upright = Image.fromarray(page())
    back = {Image.Transpose.ROTATE_90: TURNS[8], Image.Transpose.ROTATE_270: TURNS[6]}.get(turn, turn)
    stored = upright if turn is None else upright.transpose({6: TURNS[6], 8: TURNS[8]}.get(orientation, back))
    exif = Image.Exif()
    exif[274] = orientation
    picture = open_source(saved(stored, form, exif=exif)).load(1)
    assert_alike(picture.pixels, page())


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_palettes_of_few_bits(depth):
    colours = Image.fromarray(page()).quantize(2**depth)
    expected = np.asarray(colours.convert("RGB"))
    assert_alike(open_source(saved(colours, "PNG", bits=depth)).load(1).pixels, expected, 0)


@pytest.mark.parametrize("compression", ["group3", "group4", "raw", "tiff_lzw"])
def test_one_bit(compression):
    ink = Image.fromarray(GREY).convert("1", dither=Image.Dither.NONE)
    expected = np.asarray(ink.convert("L"))
    assert_alike(open_source(saved(ink, "TIFF", compression=compression)).load(1).pixels, expected, 0)
    assert_alike(open_source(saved(ink, "PNG")).load(1).pixels, expected, 0)


def test_sixteen_bits():
    deep = Image.fromarray(GREY.astype(np.uint16) * 257)
    for form in ("PNG", "TIFF", "JPEG2000"):
        assert_alike(open_source(saved(deep, form)).load(1).pixels, GREY, 0)


def test_twelve_bits_in_sixteen_and_a_faint_range_are_spread():
    twelve = Image.fromarray(GREY.astype(np.uint16) * 16)
    assert_alike(open_source(saved(twelve, "PNG")).load(1).pixels, GREY, 1)
    faint = Image.fromarray((GREY // 4).astype(np.uint16) + 200)
    assert np.ptp(open_source(saved(faint, "PNG")).load(1).pixels) > 200


@pytest.mark.parametrize("kind", [np.uint16, np.float32])
def test_deep_colour_tiff(kind):
    values = page()[..., ::-1].astype(kind) * (257 if kind is np.uint16 else 1 / 255)
    data = cv2.imencode(".tif", values)[1].tobytes()
    assert_alike(open_source(data).load(1).pixels, page(), 1)


def test_float_and_signed_grey_tiff():
    assert_alike(open_source(saved(Image.fromarray((GREY / 255).astype(np.float32)), "TIFF")).load(1).pixels, GREY, 1)
    signed = open_source(saved(Image.fromarray(GREY.astype(np.int32) - 1000), "TIFF")).load(1).pixels
    assert np.corrcoef(signed.ravel(), GREY.ravel())[0, 1] > 0.999


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_four_inks(form):
    inks = Image.fromarray(page()).convert("CMYK")
    assert_alike(open_source(saved(inks, form)).load(1).pixels, page())


def test_lab():
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    lab = ImageCms.profileToProfile(Image.fromarray(page()), *profiles, outputMode="LAB")
    assert lab is not None
    assert_alike(open_source(saved(lab, "TIFF")).load(1).pixels, page(), 4)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("below", [0, 255])
def test_transparency_shows_white(form, below):
    ink = page().min(axis=2) < 128
    pixels = np.full((120, 160, 4), (below, below, below, 0), np.uint8)
    pixels[ink] = (0, 0, 0, 255)
    options = {"lossless": True, "exact": True} if form == "WEBP" else {}
    picture = open_source(saved(Image.fromarray(pixels), form, **options)).load(1)
    np.testing.assert_array_equal(picture.pixels[..., 0], np.where(ink, 0, 255))


def test_white_ink_on_nothing_is_laid_on_black():
    ink = page().min(axis=2) < 128
    pixels = np.full((120, 160, 4), 255, np.uint8)
    pixels[..., 3] = np.where(ink, 255, 0)
    picture = open_source(saved(Image.fromarray(pixels), "PNG")).load(1)
    np.testing.assert_array_equal(picture.pixels[..., 0], np.where(ink, 255, 0))


def test_a_transparent_palette_colour_and_grey_with_alpha():
    colours = Image.fromarray(GREY).convert("P")
    assert open_source(saved(colours, "PNG", transparency=0)).load(1).pixels[-1, -1].min() == 255
    half = Image.merge("LA", (Image.new("L", (8, 8), 0), Image.new("L", (8, 8), 128)))
    picture = open_source(saved(half, "PNG")).load(1)
    assert picture.pixels.shape == (8, 8)
    assert abs(int(picture.pixels[0, 0]) - 127) <= 1


def test_every_page_of_a_tiff_in_any_order():
    images = [Image.fromarray(np.full((30, 20 + number), 10 * number, np.uint8)) for number in range(12)]
    with open_source(saved(images[0], "TIFF", save_all=True, append_images=images[1:])) as opened:
        assert opened.page_count == 12
        for number in (1, 2, 12, 3, 3, 1, 11):
            picture = opened.load(number)
            assert (picture.number, picture.width, picture.pixels[0, 0]) == (number, 19 + number, 10 * (number - 1))


def test_previews_in_a_tiff_are_no_pages():
    images = [Image.fromarray(GREY), Image.fromarray(GREY[::4, ::4].copy()), Image.fromarray(GREY)]
    file = io.BytesIO()
    from PIL.TiffImagePlugin import AppendingTiffWriter

    with AppendingTiffWriter(file, True) as writer:
        for image, kind in zip(images, (0, 1, 0), strict=True):
            image.save(writer, "TIFF", tiffinfo={254: kind})
            writer.newFrame()
    with open_source(file.getvalue()) as opened:
        assert [opened.load(number).width for number in range(1, opened.page_count + 1)] == [160, 160]


def test_every_image_of_a_heic_is_a_page():
    first, second = Image.fromarray(page()), Image.fromarray(page()[:60])
    with open_source(saved(first, "HEIF", save_all=True, append_images=[second])) as opened:
        assert [opened.load(number).height for number in range(1, opened.page_count + 1)] == [120, 60]


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_an_animation_is_its_first_picture(form):
    first, second = Image.fromarray(page()), Image.fromarray(255 - page())
    with open_source(saved(first, form, save_all=True, append_images=[second], duration=100)) as opened:
        assert opened.page_count == 1
        picture = opened.load(1)
        assert_alike(picture.pixels, page(), 8)
        assert picture.warnings == (ANIMATED,)


def test_the_dots_of_a_fax_become_square():
    fax = Image.fromarray(np.ascontiguousarray(GREY[::2]))
    picture = open_source(saved(fax, "TIFF", dpi=(204, 98))).load(1)
    assert (picture.width, picture.height, picture.dpi) == (160, 125, 204)
    assert "not square" in picture.warnings[0]
    assert open_source(saved(fax, "TIFF", dpi=(300, 300))).load(1).dpi == 300


def test_a_profile_that_swaps_channels_is_applied_and_a_plain_one_costs_nothing():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = open_source(saved(Image.fromarray(page()), "PNG", icc_profile=srgb)).load(1)
    np.testing.assert_array_equal(plain.pixels, page())
    at = [srgb.index(tag, 128) for tag in (b"rXYZ", b"bXYZ")]
    swapped = bytearray(srgb)
    swapped[at[0] : at[0] + 4], swapped[at[1] : at[1] + 4] = b"bXYZ", b"rXYZ"
    shown = open_source(saved(Image.fromarray(page()), "PNG", icc_profile=bytes(swapped))).load(1)
    assert_alike(shown.pixels, page()[..., ::-1], 4)


def test_brands_of_heic_and_avif_are_told_apart():
    def box(*brands: bytes) -> bytes:
        return (8 + 4 * len(brands) + 4).to_bytes(4, "big") + b"ftyp" + brands[0] + bytes(4) + b"".join(brands[1:])

    assert [
        getattr(format_of(box(*brands)), "title", None)
        for brands in (
            (b"mif1", b"avif", b"miaf"),
            (b"mif1", b"heic"),
            (b"heix", b"mif1"),
            (b"avis", b"avif"),
            (b"isom", b"mp42"),
        )
    ] == ["AVIF", "HEIC", "HEIC", "AVIF", None]


def test_loading_is_lazy():
    code = (
        "import sys, penscript.reading.load; print(sorted({'cv2', 'PIL', 'pypdfium2', 'pikepdf'} & set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_the_one_page_of_the_formats_folder_is_always_the_same(shared):
    folder = shared / "data" / "print" / "formats"
    expected = open_source(folder / "plain_L.png").load(1).pixels.astype(int)
    names = [f"exif_{n}{end}" for n in range(1, 9) for end in (".jpg", "_png.png", "_webp.webp")] + SAME.split()
    for name in names:
        pixels = open_source(folder / name).load(1).pixels
        grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
        assert grey.shape == expected.shape, name
        assert np.abs(grey - expected).mean() < 8, name
