"""SVG pictures through resvg: the same pixels everywhere, no scripts, no network, no system fonts."""

from __future__ import annotations

import gzip
import re
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

import cv2
import numpy as np
import resvg_py

from render_engine.errors import MediaError
from render_engine.media.bombs import refuse_bomb
from render_engine.media.premultiply import Pixels, premultiply

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
MAX_BYTES = 64 * 2**20  # unpacked
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
SMALLEST, LARGEST = 1e-3, 65_500.0
UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
STACK_BYTES = 256 * 2**20  # address space; only what is used becomes memory
MAX_DEPTH = 200
BRINGS_FILES = ("image", "use", "feImage")
DEFAULT_SIZE = (300.0, 150.0)  # CSS's size of a replaced element that says nothing


def is_svg(path: Path) -> bool:
    if path.suffix.lower() in (".svg", ".svgz"):
        return True
    with path.open("rb") as file:
        head = file.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and b"<svg" in head


@dataclass(frozen=True)
class Outline:
    """What must be known of a drawing before resvg may see it."""

    root: dict[str, str]
    links: tuple[str, ...]


def svg_size(path: Path) -> tuple[float, float]:
    """(width, height) in CSS pixels: from width and height, else the viewBox."""
    root = _outline(path, _text(path)).root
    box = _view_box(root)
    width, height = _length(root, "width"), _length(root, "height")
    if box and width and not height:
        height = width * box[1] / box[0]
    elif box and height and not width:
        width = height * box[0] / box[1]
    size = (width or (box or DEFAULT_SIZE)[0], height or (box or DEFAULT_SIZE)[1])
    if not all(SMALLEST <= side <= LARGEST for side in size):
        raise MediaError(f"{path.name} says it is {size[0]:g}×{size[1]:g} pixels, which cannot be drawn.")
    return size


def linked_files(path: Path) -> list[Path]:
    """The files that the drawing brings along, where they are: in its folder and below."""
    links = _outline(path, _text(path)).links
    _refuse_outside(path, links)
    own = [link for link in links if not link.startswith(("data:", "#"))]
    return [path.resolve().parent / link for link in own if (path.resolve().parent / link).is_file()]


def render_svg(path: Path, width: int, height: int) -> Pixels:
    """(height, width, 4) BGRA premultiplied; the drawing is stretched where the aspect differs."""
    refuse_bomb(path, width, height)
    natural = svg_size(path)
    text = _text(path)
    _refuse_outside(path, _outline(path, text).links)
    scale = max(width / natural[0], height / natural[1])
    refuse_bomb(path, round(natural[0] * scale), round(natural[1] * scale))
    try:
        png = _on_a_deep_stack(
            lambda: resvg_py.svg_to_bytes(
                svg_string=text,
                zoom=scale,
                skip_system_fonts=True,
                resources_dir=str(path.resolve().parent),
                font_dirs=[str(FONTS)] if FONTS.is_dir() else None,
            )
        )
    except ValueError as error:
        raise MediaError(f"{path.name} is not an SVG that can be drawn: {error}.") from error
    straight = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert straight is not None
    picture = premultiply(np.asarray(straight, np.uint8))
    if picture.shape[:2] != (height, width):
        picture = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return picture


def _on_a_deep_stack(work: Callable[[], bytes]) -> bytes:
    """A chain of <use> makes resvg recurse (its own limit on nodes ends it); a common stack would overflow."""
    before = threading.stack_size(STACK_BYTES)
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(work).result()
    finally:
        threading.stack_size(before)
        pool.shutdown()


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


def _outline(path: Path, text: str) -> Outline:
    """One pass of expat, which follows nothing. resvg overflows its stack on deep nesting, so the depth is bounded."""
    root: dict[str, str] = {}
    links: list[str] = []
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        local = name.rpartition(":")[2]
        if depth == 1:
            root.update(attributes, name=local)
        if depth > MAX_DEPTH:
            raise MediaError(f"{path.name} nests over {MAX_DEPTH} elements. Simplify it or save it as PNG.")
        if local in BRINGS_FILES:
            links.extend(value for key, value in attributes.items() if key.rpartition(":")[2] == "href")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise MediaError(f"{path.name} is not an SVG picture that can be read: {error}.") from error
    if root.get("name") != "svg":
        raise MediaError(f"{path.name} has no <svg> element: it is not an SVG picture.")
    return Outline(root, tuple(links))


def _length(root: dict[str, str], name: str) -> float | None:
    """In CSS pixels; a percentage says nothing here."""
    match = re.fullmatch(rf"({NUMBER})\s*([a-z]*)", root.get(name, "").strip())
    if match is None or match[2] not in UNITS:
        return None
    return float(match[1]) * UNITS[match[2]] or None


def _view_box(root: dict[str, str]) -> tuple[float, float] | None:
    numbers = re.findall(NUMBER, root.get("viewBox", ""))
    if len(numbers) != 4 or float(numbers[2]) <= 0 or float(numbers[3]) <= 0:
        return None
    return float(numbers[2]), float(numbers[3])


def _refuse_outside(path: Path, links: tuple[str, ...]) -> None:
    """A picture may bring files from its own folder and below, nothing else."""
    folder = path.resolve().parent
    for link in links:
        if link.startswith(("data:", "#")):
            continue
        if "://" in link or not (folder / link).resolve().is_relative_to(folder):
            raise MediaError(f"{path.name} refers to {link}, outside its folder. Embed it or put it beside the SVG.")
