"""Lottie animations, plain (.json) or packed (.lottie): what they are. `lottie_drawing` draws them."""

from __future__ import annotations

import json
import math
import zipfile
import zlib
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from render_engine.errors import MediaError
from render_engine.media.content import content_hash
from render_engine.media.lottie_bounds import refuse_endless

MAX_BYTES = 64 * 2**20  # unpacked
MAX_SIDE = 16384
MAX_FRAMES = 1_000_000
MAX_RATE = 1000
RATE_ERROR = Fraction(1, 1000)  # frames a second: After Effects writes 29.97 as 29.9700012207031
NTSC = Fraction(1000, 1001)
PARTS = 64  # of a frame: how finely a time between two frames is told

Raw = dict[str, Any]


@dataclass(frozen=True)
class Lottie:
    """One animation. Its frames are counted from its in-point."""

    raw: Raw  # the JSON; only to be read
    width: int
    height: int
    rate: Fraction
    frames: int

    @property
    def duration(self) -> Fraction:
        return self.frames / self.rate

    def place_at(self, seconds: Fraction, *, backwards: bool = False, between: bool = False) -> int:
        """The frame on show, in PARTS of a frame. Backwards, a frame is seen up to the time at which the next one begins.
        `between`: also what is between two frames."""
        unit = 1 if between else PARTS
        spot = seconds * self.rate * PARTS / unit
        place = (math.ceil(spot) - 1 if backwards else math.floor(spot)) * unit
        return min(max(place, 0), self.frames * PARTS - unit)


def read_lottie(path: Path) -> Lottie:
    """MediaError where it is not a Lottie animation, or damaged."""
    return _read(path, content_hash(path))


@lru_cache(maxsize=32)
def _read(path: Path, _hash: str) -> Lottie:
    raw = _packed(path) if zipfile.is_zipfile(path) else _json(path, path.read_bytes())
    if not isinstance(raw, dict) or not {"layers", "fr", "ip", "op", "w", "h"} <= raw.keys():
        raise MediaError(f"{path.name} is not a Lottie animation: it lacks layers, fr, ip, op, w or h.")
    refuse_endless(path, raw)
    first, last = _number(path, raw, "ip", -1e6, 1e6), _number(path, raw, "op", -1e6, 1e6)
    frames = math.ceil(last - first)
    if not 0 < frames <= MAX_FRAMES:
        raise MediaError(f"{path.name} goes from frame {float(first):g} to {float(last):g}: there is nothing to show.")
    return Lottie(
        raw,
        round(_number(path, raw, "w", 1, MAX_SIDE)),
        round(_number(path, raw, "h", 1, MAX_SIDE)),
        _rate(_number(path, raw, "fr", 0.01, MAX_RATE)),
        frames,
    )


def _number(path: Path, raw: Raw, name: str, least: float, most: float) -> Fraction:
    """The decimal that was written, exactly."""
    value = raw[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise MediaError(f"{path.name}: “{name}” is {str(value)[:40]}, expected a number from {least:g} to {most:g}.")
    return Fraction(repr(value))


def _rate(written: Fraction) -> Fraction:
    """The rate that is meant: a whole number, or one of NTSC's, where it is written with its rounding."""
    whole, ntsc = Fraction(round(written)), round(written / NTSC) * NTSC
    meant = min((whole, ntsc), key=lambda rate: abs(rate - written))
    return meant if abs(meant - written) < RATE_ERROR else written


def _packed(path: Path) -> Any:
    """The animation of a .lottie that its manifest names first, its pictures put in their places."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _json(path, _member(path, archive, "manifest.json"))
            name = _first_animation(path, manifest)
            entries = set(archive.namelist())
            member = next((m for m in (f"a/{name}.json", f"animations/{name}.json") if m in entries), None)
            if member is None:
                raise MediaError(f"{path.name} names the animation “{name}” and does not hold it.")
            return _with_pictures(path, archive, _json(path, _member(path, archive, member)))
    except (zipfile.BadZipFile, zlib.error, OSError, KeyError, NotImplementedError, RuntimeError) as error:
        raise MediaError(f"{path.name} is damaged, or not a .lottie file: {error}.") from error


def _first_animation(path: Path, manifest: Any) -> str:
    try:
        named = manifest.get("activeAnimationId") or manifest.get("initial", {}).get("animation")
        return str(named or manifest["animations"][0]["id"])
    except (AttributeError, KeyError, IndexError, TypeError) as error:
        raise MediaError(f"{path.name} is not a .lottie file: its manifest names no animation.") from error


def _member(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise MediaError(f"{path.name}: {name} is over {MAX_BYTES // 2**20} MB.")
    return data


def _with_pictures(path: Path, archive: zipfile.ZipFile, raw: Any) -> Any:
    from base64 import b64encode

    assets = raw.get("assets", []) if isinstance(raw, dict) else []
    for asset in assets:
        if not isinstance(asset, dict) or asset.get("e") == 1 or not isinstance(asset.get("p"), str):
            continue
        name = Path(asset["p"]).name
        for folder in ("i", "images"):
            if f"{folder}/{name}" in archive.namelist():
                data = b64encode(_member(path, archive, f"{folder}/{name}")).decode()
                kind = Path(name).suffix.lower().lstrip(".").replace("jpg", "jpeg")
                asset.update(u="", p=f"data:image/{kind};base64,{data}", e=1)
    return raw


def _json(path: Path, data: bytes) -> Any:
    if len(data) > MAX_BYTES:
        raise MediaError(f"{path.name} is over {MAX_BYTES // 2**20} MB of Lottie.")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise MediaError(f"{path.name} is not a Lottie animation: it is no JSON ({error}).") from error
