"""How somebody exported last: the next export begins with it, and rendering ahead goes by it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from app.data_folder import data_folder, read_json, write_json


@dataclass(frozen=True)
class Remembered:
    preset: str | None = None
    folder: str = ""
    encoder: str | None = None
    renderer: str | None = None
    fps: str | None = None
    quality: str = ""
    crf: float | None = None
    suffix: str = ".mp4"


_KINDS: Mapping[str, type] = {"crf": float}


def recall(file: Path | None = None) -> Remembered:
    """What is there and has the right type."""
    raw = read_json(file or _file(), {})
    if not isinstance(raw, dict):
        return Remembered()
    found = {each.name: raw.get(each.name) for each in fields(Remembered)}
    good: dict[str, Any] = {name: value for name, value in found.items() if isinstance(value, _KINDS.get(name, str))}
    return Remembered(**good)


def remember(what: Remembered, file: Path | None = None) -> None:
    """A folder that cannot be written to only means that it is not remembered."""
    with contextlib.suppress(OSError):
        write_json(file or _file(), asdict(what))


def _file() -> Path:
    return data_folder() / "export.json"
