"""The launch table: each kernel with the structure it takes, field by field as its .cu file has it.

tests/cuda/test_fatbin.py compares names and sizes with what the compilers made of them.
"""

from __future__ import annotations

from ctypes import Structure, c_float, c_int, c_uint32, c_uint64
from typing import Any

from render_engine.display_list import Rect as Box

TILE = 32  # px a side, as draw.cu has it
KINDS = ("fill", "copy", "nearest", "linear")
BLENDS = (
    "normal", "multiply", "screen", "overlay", "darken", "lighten", "color-dodge", "color-burn", "hard-light",
    "soft-light", "difference", "exclusion", "add", "hue", "saturation", "color", "luminosity",
)  # fmt: skip


class Image(Structure):
    _fields_ = [("pixels", c_uint64), ("width", c_int), ("height", c_int)]


class Rect(Structure):
    _fields_ = [(name, c_int) for name in ("x0", "y0", "x1", "y1")]


class Sprite(Structure):
    _fields_ = [
        ("image", Image),
        ("bounds", Rect),
        ("back", c_float * 9),
        ("part", c_float * 4),
        ("kind", c_int),
        ("mode", c_int),
        ("opacity", c_int),
        ("steps", c_int),
        ("color", c_uint32),
    ]


class Draw(Structure):
    _fields_ = [
        ("target", Image),
        ("sprites", c_uint64),
        ("lists", c_uint64),
        ("count", c_int),
        ("clear", c_int),
        ("background", c_uint32),
    ]


class Resize(Structure):
    _fields_ = [("source", Image), ("target", Image)]


class Cut(Structure):
    _fields_ = [("target", Image), ("keep", Image), ("luminance", c_int), ("inverted", c_int)]


class Window(Structure):
    _fields_ = [("source", Image), ("target", Image), ("x", c_int), ("y", c_int)]


class Mix(Structure):
    _fields_ = [
        ("target", Image),
        ("over", Image),
        ("cover", Image),
        *((name, c_int) for name in ("x", "y", "over_x", "over_y", "opacity")),
    ]


class Convert(Structure):
    _fields_ = [
        ("canvas", Image),
        *((name, c_uint64) for name in ("luma", "blue", "red")),
        *((name, c_int) for name in ("pitch", "chroma_pitch", "step", "deep")),
    ]


LAUNCHES: dict[str, type[Structure]] = {
    "draw": Draw,
    "list_sprites": Draw,
    "reduce": Resize,
    "cut": Cut,
    "window": Window,
    "mix": Mix,
    "convert": Convert,
}


def rect(box: Box) -> Rect:
    return Rect(*box)


def floats(values: Any) -> Any:
    """As a field of so many floats takes them."""
    return (c_float * len(values))(*values)
