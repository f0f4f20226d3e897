"""How much memory a large page takes, measured in processes of their own."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

MEASURE = r"""
import re, sys, cv2
from pathlib import Path
from penscript.reading.load import open_source
with open_source(sys.argv[1]) as source:
    for number in range(1, source.page_count + 1):
        picture = source.load(number)
peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]
print(picture.width, picture.height, picture.pixels.ndim, int(peak) // 1024)
"""

LAUNCH = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, used = os.wait4(process.pid, 0)
print(used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A process counts the memory of the one that started it as its own, so this one is small."""


def measured(path) -> tuple[int, int, int, int]:
    """Width, height, dimensions and the largest memory in MB after loading every page of `path`."""
    if sys.platform != "linux":
        pytest.skip("memory is measured on Linux")
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    width, height, dimensions, megabytes = map(int, done.stdout.split())
    return width, height, dimensions, megabytes


def test_memory_is_flat_over_pages(tmp_path):
    path = tmp_path / "many.tif"
    pages = [Image.new("RGB", (2000, 1500), (number, 9, 9)) for number in range(30)]
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="tiff_lzw")
    assert measured(path)[3] < 150


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "mode", "options", "most"),
    [
        ("colour.jpg", "RGB", {}, 600),
        ("turned.jpg", "RGB", {"exif": 6}, 600),
        ("grey.jpg", "L", {}, 300),
        ("colour.tif", "RGB", {}, 600),
        ("lzw.tif", "RGB", {"compression": "tiff_lzw"}, 600),
        ("inside.tif", "RGB", {"compression": "jpeg"}, 600),
        ("grey.tif", "L", {"compression": "tiff_deflate"}, 300),
        ("fax.tif", "1", {"compression": "group4"}, 300),
        ("grey.png", "L", {"compress_level": 1}, 300),
        ("colour.png", "RGB", {"compress_level": 1}, 600),
        ("clear.png", "RGBA", {"compress_level": 1}, 1000),
    ],
)
def test_a_hundred_megapixels(tmp_path, name, mode, options, most):
    path = tmp_path / name
    band = np.random.default_rng(1).integers(0, 256, (100, 100, 3), np.uint8)
    image = Image.fromarray(np.tile(band, (119, 84, 1))).convert(mode)
    if "exif" in options:
        exif = Image.Exif()
        exif[274] = options["exif"]
        options = {"exif": exif}
    image.save(path, **options)
    width, height, dimensions, megabytes = measured(path)
    assert width * height == 99_960_000
    assert dimensions == (2 if mode in ("L", "1") else 3)
    assert megabytes < most


@pytest.mark.slow
@pytest.mark.parametrize("name", ["colour.jpg", "colour.png"])
def test_a_hundred_megapixels_are_read_in_about_600_megabytes(name, tmp_path):
    """The whole command on two cores: 585 to 600 MB, as their crops happen to fall together."""
    if sys.platform != "linux":
        pytest.skip("memory is measured on Linux")
    page = Image.new("RGB", (10_000, 10_000), "ivory")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(120)
    for row in range(40):
        pen.text((600, 400 + 230 * row), f"Line number {row} of a very large scan of a page", "navy", font)
    page.save(tmp_path / name, quality=85, compress_level=1)
    command = [sys.executable, "-m", "penscript", "read", str(tmp_path / name), "--out", str(tmp_path / "out.txt")]
    done = subprocess.run(
        [sys.executable, "-c", LAUNCH, *command, "--threads", "2"], stdout=subprocess.PIPE, text=True, check=True
    )
    assert (tmp_path / "out.txt").read_text(encoding="utf-8").count("Line number") > 35
    assert int(done.stdout.split()[-1]) * 1024 < 630e6
