"""A document that goes to another folder: what it names relative to the old one is named from the new one.

What belongs to Framekiln itself, as the media of templates do, comes along: a document and its folder are whole.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.document_copies import copied
from render_engine.document.address import is_address
from render_engine.document.templates import BASE
from render_engine.durable import disk_full, means_full, reason
from render_engine.errors import RenderFailed

MOST_UP = 3  # a name with more steps up than these is written whole
Rename = Callable[[str], str]


def moved(document: dict[str, Any], old: Path, new: Path) -> dict[str, Any]:
    """The same document, to stand in the folder `new`. Raises RenderFailed where files that come along cannot be written."""
    if old.absolute() == new.absolute():
        return document

    def rename(name: str) -> str:
        if not name or is_address(name) or "${" in name or Path(name).is_absolute() or not _is_there(old / name):
            return name
        own = old.absolute().is_relative_to(BASE) and not new.absolute().is_relative_to(BASE)
        return _carried(old / name, new / "media") if own and (old / name).is_file() else _named(old / name, new)

    return _document(copied(document), rename)


def _is_there(path: Path) -> bool:
    """A file, a folder of pictures or a pattern in one; not the id of a layer."""
    pattern = "%" in path.name or "*" in path.name
    return path.parent.is_dir() if pattern else path.exists()


def _carried(path: Path, folder: Path) -> str:
    """Copied into the folder, once; its name from beside the folder."""
    names = (folder / f"{path.stem}{number}{path.suffix}" for number in ("", *range(2, 1000)))
    target = next(name for name in names if not name.exists() or filecmp.cmp(path, name, shallow=False))
    try:
        folder.mkdir(exist_ok=True)
        if not target.exists():
            partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
            shutil.copyfile(path, partial)
            partial.replace(target)
    except OSError as error:
        target.with_name(f".{target.name}.{os.getpid()}.partial").unlink(missing_ok=True)
        if means_full(error.errno):
            raise disk_full(f"“{path.name}”", folder.parent, "Make room, or save it in another place.") from error
        raise RenderFailed(f"“{path.name}” cannot be copied to “{folder}”: {reason(error)}.") from error
    return f"{folder.name}/{target.name}"


def _named(path: Path, folder: Path) -> str:
    whole = Path(os.path.normpath(path.absolute()))
    try:
        relative = Path(os.path.relpath(whole, folder.absolute()))
    except ValueError:  # another drive
        return str(whole)
    return str(whole) if relative.parts[: MOST_UP + 1] == ("..",) * (MOST_UP + 1) else relative.as_posix()


def _document(document: dict[str, Any], rename: Rename) -> dict[str, Any]:
    for name, files in _items(document.get("fonts")):
        document["fonts"][name] = _names(files, rename)
    for _, prop in _items(document.get("props")):
        if isinstance(prop, dict) and prop.get("type") == "file" and isinstance(prop.get("default"), str):
            prop["default"] = rename(prop["default"])
    for key, value in document.items():
        if key not in ("fonts", "props"):
            _inside(value, rename)
    return document


def _inside(value: Any, rename: Rename) -> None:
    if isinstance(value, list):
        for inner in value:
            _inside(inner, rename)
    elif isinstance(value, dict):
        nested = value.get("type") == "composition"
        for key, inner in value.items():
            if key == "source" and isinstance(inner, str):
                value[key] = rename(inner)
            elif nested and key == "composition" and isinstance(inner, dict):
                _document(inner, rename)
            elif nested and key == "props":
                _given(inner, rename)
            else:
                _inside(inner, rename)


def _given(props: Any, rename: Rename) -> None:
    """Values for another document's props: which of them are files only it knows, so those that are there."""
    for key, value in _items(props):
        if isinstance(value, str) and Path(value).suffix and len(value) < 260:
            props[key] = rename(value)


def _names(files: Any, rename: Rename) -> Any:
    if isinstance(files, str):
        return rename(files)
    return [rename(each) if isinstance(each, str) else each for each in files] if isinstance(files, list) else files


def _items(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []
