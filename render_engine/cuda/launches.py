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


def _all(kind: type, names: str) -> list[tuple[str, type]]:
    return [(name, kind) for name in names.split()]


class Image(Structure):
    _fields_ = [("pixels", c_uint64), ("width", c_int), ("height", c_int)]


class Rect(Structure):
    _fields_ = _all(c_int, "x0 y0 x1 y1")


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
    _fields_ = [("target", Image), ("over", Image), ("cover", Image), *_all(c_int, "x y over_x over_y opacity")]


class Convert(Structure):
    _fields_ = [("canvas", Image), *_all(c_uint64, "luma blue red"), *_all(c_int, "pitch chroma_pitch step deep")]


class Soft(Structure):
    _fields_ = [("values", c_uint64), *_all(c_int, "width height by")]


class Shrink(Structure):
    _fields_ = [("source", Image), ("target", Soft), ("goes_on", c_int)]


class Convolve(Structure):
    _fields_ = [("source", Soft), ("target", Soft), ("weights", c_uint64), *_all(c_int, "reach down goes_on")]


class Blur(Structure):
    _fields_ = [("soft", Soft), ("target", Image)]


class Shift(Structure):
    _fields_ = [*_all(Image, "source target"), *_all(c_int, "x y"), *_all(c_float, "right down")]


class Shadow(Structure):
    _fields_ = [("soft", Soft), *_all(Image, "source target"), ("color", c_float * 4)]


class Light(Structure):
    _fields_ = [*_all(Image, "source target"), *_all(c_float, "threshold knee"), ("in_one_color", c_int)]


class Glow(Structure):
    _fields_ = [("soft", Soft), *_all(Image, "source target"), ("strength", c_float * 4)]


class Sharpen(Structure):
    _fields_ = [("soft", Soft), *_all(Image, "source target"), ("strength", c_float)]


class Recolor(Structure):
    _fields_ = [*_all(Image, "source target"), ("tables", c_uint64), ("matrix", c_float * 12), ("strength", c_float)]


class Cube(Structure):
    _fields_ = [
        *_all(Image, "source target"),
        ("entries", c_uint64),
        ("least", c_float * 3),
        ("most", c_float * 3),
        ("size", c_int),
        ("strength", c_float),
    ]


class ChromaKey(Structure):
    _fields_ = [*_all(Image, "source target"), ("key", c_float * 3), *_all(c_float, "tolerance softness spill")]


class Vignette(Structure):
    _fields_ = [
        *_all(Image, "source target"),
        *_all(c_int, "x y"),
        *_all(c_float, "width height strength clear"),
        ("tint", c_float * 3),
    ]


class Grain(Structure):
    _fields_ = [*_all(Image, "source target"), *_all(c_uint64, "lighter darker"), *_all(c_int, "side channels x y")]


class Share(Structure):
    _fields_ = [*_all(Image, "one other target"), ("share", c_float), ("mask", c_uint64)]


class Dissolve(Structure):
    _fields_ = [*_all(Image, "one other target"), ("noise", c_uint64), *_all(c_float, "share soft")]


class Accumulate(Structure):
    _fields_ = [("picture", Image), ("sums", c_uint64), ("first", c_int)]


class Mean(Structure):
    _fields_ = [("target", Image), ("sums", c_uint64), ("count", c_float)]


class Warp(Structure):
    _fields_ = [*_all(Image, "source target"), ("back", c_float * 9), ("bounds", Rect)]


class Displace(Structure):
    _fields_ = [
        *_all(Image, "source target map"),
        ("knots", c_uint64),
        *_all(c_int, "columns rows"),
        *_all(c_float, "step left top most"),
    ]


class Smear(Structure):
    _fields_ = [*_all(Image, "source target"), *_all(c_float, "x y"), ("samples", c_int), ("ends", c_float)]


class Zoom(Structure):
    _fields_ = [("source", Image), ("sums", c_uint64), *_all(c_float, "x y first step"), ("samples", c_int)]


class ZoomAgain(Structure):
    _fields_ = [*_all(c_uint64, "sums target"), *_all(c_int, "width height"), *_all(c_float, "x y scale")]


class ZoomShow(Structure):
    _fields_ = [
        *_all(Image, "sharp target"),
        ("sums", c_uint64),
        *_all(c_int, "width height by left top"),
        *_all(c_float, "x y smear from_px to_px"),
        ("dither", c_int),
    ]


class Mosaic(Structure):
    _fields_ = [
        *_all(Image, "source target"),
        *_all(c_uint64, "sums columns rows column_of row_of"),
        ("squares", Image),
    ]


class Gradient(Structure):
    _fields_ = [
        ("target", Image),
        ("ramp", c_uint64),
        ("steps", c_int),
        ("back", c_float * 9),
        ("geometry", c_float * 4),
        *_all(c_int, "kind spread"),
    ]


class Video(Structure):
    _fields_ = [
        *_all(c_uint64, "luma blue red"),
        *_all(c_int, "pitch chroma_pitch step deep width height turns"),
        ("chroma", c_float * 2),
        ("target", Image),
        ("matrix", c_float * 12),
    ]


LAUNCHES: dict[str, type[Structure]] = {
    "draw": Draw,
    "list_sprites": Draw,
    "reduce": Resize,
    "cut": Cut,
    "gradient": Gradient,
    "window": Window,
    "mix": Mix,
    "convert": Convert,
    "from_planes": Video,
    "shrink": Shrink,
    "convolve": Convolve,
    "blur": Blur,
    "shift_alpha": Shift,
    "drop_shadow": Shadow,
    "light": Light,
    "glow": Glow,
    "sharpen": Sharpen,
    "recolor": Recolor,
    "cube": Cube,
    "chroma_key": ChromaKey,
    "vignette": Vignette,
    "grain": Grain,
    "share": Share,
    "dissolve": Dissolve,
    "accumulate": Accumulate,
    "mean": Mean,
    "warp": Warp,
    "displace": Displace,
    "smear": Smear,
    "zoom": Zoom,
    "zoom_again": ZoomAgain,
    "zoom_show": ZoomShow,
    "mosaic_rows": Mosaic,
    "mosaic_squares": Mosaic,
    "mosaic_show": Mosaic,
}


PIXELS = {"draw": (1, 4), "window": (4, 1), "convert": (4, 2)}  # across and down, where a thread takes more than one


def rect(box: Box) -> Rect:
    return Rect(*box)


def floats(values: Any) -> Any:
    """As a field of so many floats takes them."""
    return (c_float * len(values))(*values)
