"""What a file that is dragged in becomes: a layer of a document, or a document to open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtGui import QImageReader

from app.document_edits import Layer
from app.widgets.fields.file import file_kind

READ = 65_536  # bytes of a JSON file, to see what it is
WHOLE: Mapping[str, Any] = {"size": ["100%", "100%"], "fit": "contain"}
OPENED = (".py",)
BESIDE = ("audio", "captions")
STILL = ("image", "svg")
PICTURE = 3  # seconds that each is shown


def is_source(path: Path) -> bool:
    """To be opened, rather than shown in what is open."""
    return path.is_dir() or path.suffix in OPENED or (path.suffix == ".json" and '"framekiln"' in _beginning(path))


def layer_of(path: Path, name: str, film: tuple[int, int]) -> Layer | None:
    """`name`: of the file, as the document calls it. None for what can be no layer.

    A picture keeps its size where that fits into the film; what is larger, and videos, fit into it.
    """
    kind = _kind(path)
    if kind is None:
        return None
    size: Mapping[str, Any] = {}
    if kind in ("video", "svg", "lottie") or (kind == "image" and not _fits(path, film)):
        size = WHOLE
    return {"type": kind, "source": name, **size}


def one_after_another(layers: Sequence[Layer]) -> list[Layer]:
    """What is seen follows each other in time, as scenes; sound and words run beside that from the beginning."""
    seen = [layer for layer in layers if layer["type"] not in BESIDE]
    if len(seen) < 2:
        return list(layers)
    scenes = [{**({"duration": PICTURE} if each["type"] in STILL else {}), "layers": [each]} for each in seen]
    return [{"type": "sequence", "scenes": scenes}, *(layer for layer in layers if layer["type"] in BESIDE)]


def _kind(path: Path) -> str | None:
    suffix = path.suffix.lower()
    if suffix in (".svg", ".lottie"):
        return suffix[1:]
    if suffix == ".json":
        return "lottie" if '"layers"' in (text := _beginning(path)) and '"fr"' in text else "captions"
    kind = file_kind(path.name)
    return kind if kind in ("image", "video", "audio", "captions") else None


def _fits(path: Path, film: tuple[int, int]) -> bool:
    """By the file's head: nothing is decoded."""
    size = QImageReader(str(path)).size()
    return size.isValid() and size.width() <= film[0] and size.height() <= film[1]


def _beginning(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(READ).decode("utf-8", "replace")
    except OSError:
        return ""
