"""SVG pictures through resvg: the same pixels everywhere, no scripts, no network, no system fonts."""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path

import cv2
import numpy as np
import resvg_py

from render_engine.errors import MediaError
from render_engine.media.images import Pixels, premultiply, refuse_bomb

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
MAX_BYTES = 64 * 2**20  # unpacked
UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
DEFAULT_SIZE = (300.0, 150.0)  # CSS's size of a replaced element that says nothing


def is_svg(path: Path) -> bool:
    if path.suffix.lower() in (".svg", ".svgz"):
        return True
    with path.open("rb") as file:
        head = file.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and b"<svg" in head


def svg_size(path: Path) -> tuple[float, float]:
    """(width, height) in CSS pixels: from width and height, else the viewBox."""
    tag = _root_tag(path)
    box = _view_box(tag)
    width, height = _length(tag, "width"), _length(tag, "height")
    if box and width and not height:
        height = width * box[1] / box[0]
    elif box and height and not width:
        width = height * box[0] / box[1]
    size = (width or (box or DEFAULT_SIZE)[0], height or (box or DEFAULT_SIZE)[1])
    refuse_bomb(path, round(size[0]), round(size[1]))
    return size


def render_svg(path: Path, width: int, height: int) -> Pixels:
    """(height, width, 4) BGRA premultiplied; the drawing is stretched where the aspect differs."""
    refuse_bomb(path, width, height)
    natural = svg_size(path)
    text = _text(path)
    _refuse_outside(path, text)
    scale = max(width / natural[0], height / natural[1])
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=text,
            zoom=scale,
            skip_system_fonts=True,
            resources_dir=str(path.resolve().parent),
            font_dirs=[str(FONTS)] if FONTS.is_dir() else None,
        )
    except ValueError as error:
        raise MediaError(f"{path.name} is not an SVG that can be drawn: {error}.") from error
    straight = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert straight is not None
    picture = premultiply(np.asarray(straight, np.uint8))
    if picture.shape[:2] != (height, width):
        picture = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return picture


def _text(path: Path) -> str:
    if not path.exists():
        raise MediaError(f"{path} does not exist. Check the name; paths are relative to the document.")
    data = path.read_bytes()
    try:
        if data.startswith(b"\x1f\x8b"):
            with gzip.open(path) as packed:
                data = packed.read(MAX_BYTES + 1)
        text = data.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise MediaError(f"{path.name} is damaged or not UTF-8: {error}.") from error
    if len(text) > MAX_BYTES:
        raise MediaError(f"{path.name} is over {MAX_BYTES // 2**20} MB of SVG. Simplify it or save it as PNG.")
    return text


def _root_tag(path: Path) -> str:
    match = re.search(r"<svg\b[^>]*>", _text(path))
    if match is None:
        raise MediaError(f"{path.name} has no <svg> element: it is not an SVG picture.")
    return match[0]


def _attribute(tag: str, name: str) -> str | None:
    match = re.search(rf"""\s{name}\s*=\s*["']([^"']*)["']""", tag)
    return match[1].strip() if match else None


def _length(tag: str, name: str) -> float | None:
    """In CSS pixels; a percentage says nothing here."""
    match = re.fullmatch(r"([+]?[\d.]+(?:[eE][+-]?\d+)?)\s*([a-z]*)", _attribute(tag, name) or "")
    if match is None or match[2] not in UNITS:
        return None
    return float(match[1]) * UNITS[match[2]] or None


def _view_box(tag: str) -> tuple[float, float] | None:
    numbers = re.findall(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?", _attribute(tag, "viewBox") or "")
    if len(numbers) != 4 or float(numbers[2]) <= 0 or float(numbers[3]) <= 0:
        return None
    return float(numbers[2]), float(numbers[3])


def _refuse_outside(path: Path, text: str) -> None:
    """A picture may bring files from its own folder and below, nothing else."""
    folder = path.resolve().parent
    for link in re.findall(r"""<(?:\w+:)?(?:image|use|feImage)\b[^>]*?href\s*=\s*["']([^"'#][^"']*)["']""", text):
        if link.startswith("data:"):
            continue
        target = (folder / link.removeprefix("file://")).resolve()
        if re.match(r"[a-z][a-z0-9+.-]+:", link) or not target.is_relative_to(folder):
            raise MediaError(f"{path.name} refers to {link}, outside its folder. Embed it or put it beside the SVG.")
