"""Still pictures as the engine draws them: upright, sRGB, 8 bits, premultiplied BGRA, no larger than they are used."""

from __future__ import annotations

import glob
import io
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from render_engine.errors import MediaError
from render_engine.media.bombs import refuse_bomb
from render_engine.media.info import ImageInfo
from render_engine.media.premultiply import Pixels, premultiplied

DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    OverflowError,
    RuntimeError,
    struct.error,
    zlib.error,
)
# Pillow would also take MPEG video for a picture, and run a program for PostScript.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "DIB", "TIFF", "AVIF", "JPEG2000", "ICO", "PPM")
DEEP_MODES = ("I;16", "I;16L", "I;16B", "I;16N", "I")
ORIENTATION = 0x0112  # EXIF
TURNED = (5, 6, 7, 8)  # orientations that swap width and height
SEQUENCE_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".avif"}

Image.MAX_IMAGE_PIXELS = None  # Pillow only warns at first; refuse_bomb refuses, from the same header


def image_info(path: Path) -> ImageInfo | None:
    """From the header alone; None where this is no picture."""
    try:
        with opened(path) as image:
            width, height = _upright_size(image)
            profile = "icc_profile" in image.info
            return ImageInfo(width, height, image.format or "", image.mode, image.has_transparency_data, profile)
    except UnidentifiedImageError:
        return None


def image_size(path: Path) -> tuple[int, int]:
    """(width, height) as shown, from the header."""
    info = image_info(path)
    if info is None:
        raise _not_a_picture(path)
    return info.width, info.height


def load_image(path: Path, max_width: int | None = None, max_height: int | None = None) -> Pixels:
    """(height, width, 4) BGRA, premultiplied, sRGB. With a maximum the picture may come back reduced, never
    below what fills that box; its aspect is exact to a pixel."""
    try:
        with opened(path) as image:
            scale = _reduction(_upright_size(image), max_width, max_height)
            if scale > 1:
                image.draft(None, (image.width // scale, image.height // scale))
            picture = _upright_bgra(image, path, max_width, max_height)
    except UnidentifiedImageError as error:
        raise _not_a_picture(path) from error
    return _reduced(picture, max_width, max_height)


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """An image file for as long as it is looked at; whatever Pillow then meets is told as damage to this file.
    UnidentifiedImageError passes: only the caller knows whether this had to be a picture."""
    Image.init()  # a list of formats alone does not load their plugins
    try:
        with Image.open(path, formats=FORMATS) as image:
            refuse_bomb(path, *image.size)
            yield image
    except FileNotFoundError as error:
        raise MediaError(f"{path} does not exist. Check the name; paths are relative to the document.") from error
    except UnidentifiedImageError:
        raise
    except DAMAGE as error:
        raise MediaError(f"{path.name} is damaged or cut short: {error}.") from error


def _not_a_picture(path: Path) -> MediaError:
    return MediaError(f"{path.name} is not a picture that can be read: it is damaged, or another kind of file.")


def _upright_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    return (height, width) if image.getexif().get(ORIENTATION) in TURNED else (width, height)


def _reduction(size: tuple[int, int], max_width: int | None, max_height: int | None) -> int:
    """By how many whole times the picture is larger than it is used."""
    ratios = [have // want for have, want in zip(size, (max_width, max_height), strict=True) if want]
    return max(1, min(ratios)) if ratios else 1


def _reduced(picture: Pixels, max_width: int | None, max_height: int | None) -> Pixels:
    height, width = picture.shape[:2]
    ratios = [want / have for have, want in ((width, max_width), (height, max_height)) if want]
    factor = max(ratios, default=1.0)
    if factor > 0.5:  # a mip chain costs less than another resampling
        return picture
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _upright_bgra(image: Image.Image, path: Path, max_width: int | None, max_height: int | None) -> Pixels:
    image.load()
    upright = ImageOps.exif_transpose(image)
    small = _boxed(upright, _reduction(upright.size, max_width, max_height))
    return premultiplied(np.asarray(_rgba(small, path)))


def _boxed(image: Image.Image, scale: int) -> Image.Image:
    """Averages whole boxes before anything makes copies of the full size."""
    if scale == 1 or image.mode not in ("RGB", "RGBA", "L", "CMYK"):
        return image
    if image.mode == "RGBA":
        return image.convert("RGBa").reduce(scale).convert("RGBA")
    return image.reduce(scale)


def _rgba(image: Image.Image, path: Path) -> Image.Image:
    if image.mode in DEEP_MODES:
        image = _eight_bits(image)
    elif image.mode == "F":
        raise MediaError(
            f"{path.name} holds floating-point pixels, which have no agreed white. Save it as 8 or 16 bits."
        )
    profile = image.info.get("icc_profile")
    if profile:
        return _to_srgb(image, profile, path)
    return image.convert("RGBA")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Pillow's own conversion clips at 255 instead of scaling."""
    deep = np.asarray(image).astype(np.int64)
    if image.mode == "I" and deep.max(initial=0) <= 255:
        return Image.fromarray(deep.clip(0, 255).astype(np.uint8))
    return Image.fromarray(((deep.clip(0, 65535) * 255 + 32767) // 65535).astype(np.uint8))


def _to_srgb(image: Image.Image, profile: bytes, path: Path) -> Image.Image:
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    if image.mode not in ("RGB", "CMYK", "L", "LAB"):
        image = image.convert("L" if image.mode in ("LA", "1") else "RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() == "RGB" and image.mode == "L":
            image = image.convert("RGB")
        turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError) as error:
        raise MediaError(
            f"{path.name} carries a colour profile that cannot be used: {error}. Save it as sRGB."
        ) from error
    assert turned is not None
    result = turned.convert("RGBA")
    if alpha is not None:
        result.putalpha(alpha)
    return result


def image_sequence(source: Path) -> list[Path]:
    """The pictures of `frames/%04d.png`, `frames/*.png` or a folder, in order; a missing number is an error."""
    if source.is_dir():
        found = sorted((p for p in source.iterdir() if p.suffix.lower() in SEQUENCE_SUFFIXES), key=_natural)
    elif re.search(r"%0?\d*d", source.name):
        found = _numbered(source)
    else:
        found = sorted(map(Path, glob.glob(str(source))), key=_natural)  # noqa: PTH207 - the pattern is a whole path
        _refuse_gaps(source, found)
    if not found:
        raise MediaError(f"{source} matches no pictures. Give a folder, frames/*.png or frames/%04d.png.")
    return found


def _numbered(source: Path) -> list[Path]:
    head, width, tail = re.split(r"%0?(\d*)d", source.name, maxsplit=1)
    named = re.compile(re.escape(head) + r"(\d+)" + re.escape(tail))
    if not source.parent.is_dir():
        raise MediaError(f"{source.parent} does not exist, so {source.name} matches no pictures.")
    found = sorted((p for p in source.parent.iterdir() if _fits(named, p.name, int(width or 1))), key=_natural)
    _refuse_gaps(source, found)
    return found


def _fits(named: re.Pattern[str], name: str, width: int) -> bool:
    match = named.fullmatch(name)
    return match is not None and len(match[1]) >= width


def _natural(path: Path) -> tuple[tuple[int, int | str], ...]:
    """frame9 before frame10."""
    parts = re.split(r"(\d+)", path.name)
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in parts)


def _refuse_gaps(source: Path, found: list[Path]) -> None:
    """Numbers that count up must not skip one; names without a number are taken as they are."""
    numbers = [int(m[-1]) for p in found if (m := re.findall(r"\d+", p.stem))]
    if len(numbers) != len(found):
        return
    for before, after in pairwise(numbers):
        if after > before + 1:
            raise MediaError(f"{source}: number {before + 1} is missing (between {before} and {after}).")
