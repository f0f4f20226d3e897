"""Colour profiles, where they make a difference that a reader could see."""

import contextlib
import io
from typing import Any

import numpy as np
from PIL import Image, ImageCms

Correction = ImageCms.ImageCmsTransform
_SEEN = 32.0
_GREY = (0.2126, 0.7152, 0.0722)


def correction(image: Image.Image) -> Correction | None:
    """What turns the picture's colours into sRGB; None where its plain values do as well.

    Cameras embed sRGB, Display P3 or Adobe RGB, which turn no light tone dark: converting a page costs time and changes
    no letter. A profile is applied when it moves the light of some colour by more than an eighth: swapped channels,
    linear light, inks that are no plain CMYK. CIE Lab is always converted.
    """
    with contextlib.suppress(ImageCms.PyCMSError, OSError, TypeError, ValueError):  # a damaged profile counts as none
        if image.mode == "LAB":
            return _to_srgb(ImageCms.createProfile("LAB"), "LAB")
        profile = image.info.get("icc_profile")
        if profile and image.mode in ("RGB", "CMYK"):
            transform = _to_srgb(ImageCms.ImageCmsProfile(io.BytesIO(profile)), image.mode)
            return transform if _matters(transform, image.mode) else None
    return None


def _to_srgb(profile: Any, mode: str) -> Correction:
    return ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), mode, "RGB")


def _matters(transform: Correction, mode: str) -> bool:
    levels = np.array([0, 64, 128, 192, 255], np.uint8)
    count = len(mode)
    grid = np.stack(np.meshgrid(*[levels] * count), axis=-1).reshape(1, -1, count)
    colours = Image.frombytes(mode, (grid.shape[1], 1), grid.tobytes())
    as_seen = ImageCms.applyTransform(colours, transform)
    moved = (np.asarray(as_seen, np.float32) - np.asarray(colours.convert("RGB"), np.float32)) @ _GREY
    return bool(np.abs(moved).max() > _SEEN)


def corrected(band: Image.Image, change: Correction | None) -> Image.Image:
    """A part of the picture with its colours as they are meant."""
    result = band if change is None else ImageCms.applyTransform(band, change)
    return band if result is None else result
