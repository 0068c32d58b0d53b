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


class Soft(Structure):
    _fields_ = [
        ("values", c_uint64),
        *((name, c_int) for name in ("width", "height", "by")),
    ]


class Shrink(Structure):
    _fields_ = [
        ("source", Image),
        ("target", Soft),
        ("goes_on", c_int),
    ]


class Convolve(Structure):
    _fields_ = [
        ("source", Soft),
        ("target", Soft),
        ("weights", c_uint64),
        *((name, c_int) for name in ("reach", "down", "goes_on")),
    ]


class Blur(Structure):
    _fields_ = [
        ("soft", Soft),
        ("target", Image),
    ]


class Shift(Structure):
    _fields_ = [
        *((name, Image) for name in ("source", "target")),
        *((name, c_int) for name in ("x", "y")),
        *((name, c_float) for name in ("right", "down")),
    ]


class Shadow(Structure):
    _fields_ = [
        ("soft", Soft),
        *((name, Image) for name in ("source", "target")),
        ("color", c_float * 4),
    ]


class Light(Structure):
    _fields_ = [
        *((name, Image) for name in ("source", "target")),
        *((name, c_float) for name in ("threshold", "knee")),
        ("in_one_color", c_int),
    ]


class Glow(Structure):
    _fields_ = [
        ("soft", Soft),
        *((name, Image) for name in ("source", "target")),
        ("strength", c_float * 4),
    ]


class Sharpen(Structure):
    _fields_ = [
        ("soft", Soft),
        *((name, Image) for name in ("source", "target")),
        ("strength", c_float),
    ]


class Recolor(Structure):
    _fields_ = [
        *((name, Image) for name in ("source", "target")),
        ("tables", c_uint64),
        ("matrix", c_float * 12),
        ("strength", c_float),
    ]


class Cube(Structure):
    _fields_ = [
        *((name, Image) for name in ("source", "target")),
        ("entries", c_uint64),
        ("least", c_float * 3),
        ("most", c_float * 3),
        ("size", c_int),
        ("strength", c_float),
    ]


class ChromaKey(Structure):
    _fields_ = [
        *((name, Image) for name in ("source", "target")),
        ("key", c_float * 3),
        *((name, c_float) for name in ("tolerance", "softness", "spill")),
    ]


class Vignette(Structure):
    _fields_ = [
        *((name, Image) for name in ("source", "target")),
        *((name, c_int) for name in ("x", "y")),
        *((name, c_float) for name in ("width", "height", "strength", "clear")),
        ("tint", c_float * 3),
    ]


class Grain(Structure):
    _fields_ = [
        *((name, Image) for name in ("source", "target")),
        *((name, c_uint64) for name in ("lighter", "darker")),
        *((name, c_int) for name in ("side", "channels", "x", "y")),
    ]


class Share(Structure):
    _fields_ = [
        *((name, Image) for name in ("one", "other", "target")),
        ("share", c_float),
        ("mask", c_uint64),
    ]


class Dissolve(Structure):
    _fields_ = [
        *((name, Image) for name in ("one", "other", "target")),
        ("noise", c_uint64),
        *((name, c_float) for name in ("share", "soft")),
    ]


class Accumulate(Structure):
    _fields_ = [
        ("picture", Image),
        ("sums", c_uint64),
        ("first", c_int),
    ]


class Mean(Structure):
    _fields_ = [
        ("target", Image),
        ("sums", c_uint64),
        ("count", c_float),
    ]


class Warp(Structure):
    _fields_ = [
        *((name, Image) for name in ("source", "target")),
        ("back", c_float * 9),
        ("bounds", Rect),
    ]


class Displace(Structure):
    _fields_ = [
        *((name, Image) for name in ("source", "target", "map")),
        ("knots", c_uint64),
        *((name, c_int) for name in ("columns", "rows")),
        *((name, c_float) for name in ("step", "left", "top", "most")),
    ]


class Smear(Structure):
    _fields_ = [
        *((name, Image) for name in ("source", "target")),
        *((name, c_float) for name in ("x", "y")),
        ("samples", c_int),
        ("ends", c_float),
    ]


class Zoom(Structure):
    _fields_ = [
        ("source", Image),
        ("sums", c_uint64),
        *((name, c_float) for name in ("x", "y", "first", "step")),
        ("samples", c_int),
    ]


class ZoomAgain(Structure):
    _fields_ = [
        *((name, c_uint64) for name in ("sums", "target")),
        *((name, c_int) for name in ("width", "height")),
        *((name, c_float) for name in ("x", "y", "scale")),
    ]


class ZoomShow(Structure):
    _fields_ = [
        *((name, Image) for name in ("sharp", "target")),
        ("sums", c_uint64),
        *((name, c_int) for name in ("width", "height", "by", "left", "top")),
        *((name, c_float) for name in ("x", "y", "smear", "from_px", "to_px")),
        ("dither", c_int),
    ]


class Mosaic(Structure):
    _fields_ = [
        *((name, Image) for name in ("source", "target")),
        *((name, c_uint64) for name in ("sums", "columns", "rows", "column_of", "row_of")),
        ("squares", Image),
    ]


class Gradient(Structure):
    _fields_ = [
        ("target", Image),
        ("ramp", c_uint64),
        ("steps", c_int),
        ("back", c_float * 9),
        ("geometry", c_float * 4),
        *((name, c_int) for name in ("kind", "spread")),
    ]


class Video(Structure):
    _fields_ = [
        *((name, c_uint64) for name in ("luma", "blue", "red")),
        *((name, c_int) for name in ("pitch", "chroma_pitch", "step")),
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


def rect(box: Box) -> Rect:
    return Rect(*box)


def floats(values: Any) -> Any:
    """As a field of so many floats takes them."""
    return (c_float * len(values))(*values)
