"""What an opening depends on beside the files that an open film reads: modules that a Python file imports, and what is missing.

The process lives on while a person edits these, and Python reads a module once: those beside the file are forgotten
before it is run again.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from app.json_spans import line_of
from app.preview import messages
from render_engine.errors import FramekilnError

OURS = ("app", "render_engine", "sync", "resources")  # a person's file may lie beside them
MOST = 200  # files or folders that are named


def python_file(source: str) -> Path | None:
    """Of file.py:function."""
    file = source.rpartition(":")[0]
    return Path(file) if file.endswith(".py") else None


def forget_modules(file: Path) -> None:
    for name, _ in list(_modules(file.parent)):
        del sys.modules[name]
    importlib.invalidate_caches()


def files_beside(source: str) -> tuple[str, ...]:
    """What a Python file has imported from its own folder, and from folders in that."""
    file = python_file(source)
    return tuple(str(path) for _, path in _modules(file.parent)) if file else ()


def failed(order: messages.Open, error: FramekilnError) -> messages.Failed:
    """With the lines of the file, where it is the file that was opened."""
    text = _text(Path(order.source)) if order.document is None else None
    told = [(each.path, each.message, each.suggestion) for each in getattr(error, "problems", ())]
    problems = (
        messages.Problem(path, message, suggestion, line_of(text, path) if text and path else None)
        for path, message, suggestion in told or [(error.where or "", error.message, None)]
    )
    return messages.Failed(order.generation, tuple(problems), _files_awaited(order, text))


def _text(file: Path) -> str | None:
    file = file / "composition.json" if file.is_dir() else file
    try:
        return file.read_text("utf-8-sig") if file.suffix == ".json" else None
    except (OSError, ValueError):
        return None


def _files_awaited(order: messages.Open, text: str | None) -> tuple[str, ...]:
    """A Python file's folder: which of its modules broke it is not known. Of a document, where its files would stand."""
    if python := python_file(order.source):
        return tuple(str(path) for path in sorted(python.absolute().parent.glob("*.py"))[:MOST])
    document = order.document if order.document is not None else _parsed(text)
    return _folders_named(document, Path(order.source).parent) if document else ()


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


def _folders_named(document: Any, base: Path) -> tuple[str, ...]:
    found = {base.absolute()}
    for text in _texts(document):
        if "/" in text and len(text) < 1000 and "\n" not in text:
            found.add((base / text).absolute().parent)
    return tuple(str(folder) for folder in sorted(found)[:MOST] if _is_folder(folder))


def _modules(folder: Path) -> Iterator[tuple[str, Path]]:
    inside = folder.absolute()
    for name, module in list(sys.modules.items()):
        path = _file(module)
        if path and path.is_relative_to(inside) and name.partition(".")[0] not in OURS and not _is_installed(path):
            yield name, path


def _file(module: ModuleType) -> Path | None:
    named = getattr(module, "__file__", None)
    return Path(named) if isinstance(named, str) and named.endswith(".py") else None


def _is_installed(path: Path) -> bool:
    return "site-packages" in path.parts or any(path.is_relative_to(root) for root in (sys.prefix, sys.base_prefix))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name too long, or none at all
        return False
