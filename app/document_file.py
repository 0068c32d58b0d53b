"""A document's file: read with what its bytes were, written whole or not at all."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.document_copies import is_same
from app.document_text import document_text
from render_engine.document.read import document_file, parse_json
from render_engine.durable import commit, disk_full, means_full, reason
from render_engine.errors import DocumentError, RenderFailed


@dataclass(frozen=True)
class DocumentFile:
    """As it was last read or written here."""

    path: Path
    data: bytes
    document: dict[str, Any]


def read(path: Path) -> DocumentFile:
    """Raises DocumentError, with the line and column where the JSON breaks."""
    file = document_file(path)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise DocumentError(f"{file} cannot be read: {reason(error)}") from error
    document = parse_json(data, file.name)
    if not isinstance(document, dict):
        raise DocumentError(f'{file.name}: a document is a JSON object: {{"framekiln": 1, …}}')
    return DocumentFile(file.absolute(), data, document)


def write(path: Path, document: dict[str, Any], before: DocumentFile | None) -> DocumentFile:
    """A document that is the same as before keeps its bytes. Raises RenderFailed, and then the old file stays."""
    same = before is not None and is_same(document, before.document)
    data = before.data if before and same else _bytes(document, before)
    target = path.resolve()  # a link stays one
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        _refuse_read_only(target)
        partial.write_bytes(data)
        if target.exists():
            partial.chmod(stat.S_IMODE(target.stat().st_mode))
        commit(partial, target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        if means_full(error.errno):
            raise disk_full(f"“{path.name}”", target.parent, "Make room, or save it in another place.") from error
        raise RenderFailed(f"“{path}” cannot be saved: {reason(error)}. Save it in another place.") from error
    return DocumentFile(path.absolute(), data, document)


def _refuse_read_only(target: Path) -> None:
    """A file beside it could take its name all the same, but whoever made it read-only does not want that."""
    if target.exists() and not target.stat().st_mode & stat.S_IWUSR:
        raise PermissionError(0, "it is read-only")


def _bytes(document: dict[str, Any], before: DocumentFile | None) -> bytes:
    like = before.data.decode("utf-8-sig") if before else None
    return document_text(document, like, before.document if before else None).encode()
