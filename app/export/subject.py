"""What is open, as far as a render of it needs to know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage


@dataclass(frozen=True)
class Subject:
    source: str
    title: str
    width: int  # of the composition, as it is shown
    height: int
    fps: str
    frames: int
    props: Mapping[str, Any]
    document: Mapping[str, Any] | None = None
    size: tuple[int, int] | None = None  # where another than the composition's was asked for
    in_out: tuple[int, int] | None = None  # frames: from the first, up to the second
    picture: QImage | None = None
    folder: Path | None = None  # of its document


def free_path(folder: Path, title: str, suffix: str) -> Path:
    """A name for the result that nothing in the folder has."""
    stem = re.sub(r"[^\w\- ]+", "", title).strip().replace(" ", "-").lower()[:60] or "film"
    path, number = folder / f"{stem}{suffix}", 2
    while path.exists():
        path, number = folder / f"{stem}-{number}{suffix}", number + 1
    return path
