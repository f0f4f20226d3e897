"""Small pages for the tests of loading."""

import io

import numpy as np
from PIL import Image


def page(width: int = 160, height: int = 120) -> np.ndarray:
    """A page that no turn and no flip leaves as it is."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    pixels[10:30, 10:100] = (200, 30, 30)
    pixels[40:100, 20:30] = (20, 20, 160)
    pixels[-12:, -8:] = 0
    return pixels


def encoded(form: str = "PNG", pixels: np.ndarray | None = None, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(page() if pixels is None else pixels).save(file, form, **options)
    return file.getvalue()
