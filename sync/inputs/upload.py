"""A job's files into the storage, each content once."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.inputs.cache import Stop, sha256_of

if TYPE_CHECKING:
    from sync.storage import Storage, Uploads

Told = Callable[[str, int, int], None]  # a file's name, bytes that are there, bytes in all


def input_key(project: str, sha256: str) -> str:
    """Below the storage's prefix."""
    return f"{project}/inputs/{sha256}"


def never() -> bool:
    return False


def untold(_name: str, _sent: int, _size: int) -> None:
    pass


def upload(
    files: Mapping[str, Path],
    storage: Storage,
    project: str,
    uploads: Uploads,
    *,
    stop: Stop = never,
    told: Told = untold,
) -> dict[str, str]:
    """The sha256 of each file, by name; what the storage did not have is in it when this returns.

    Raises StorageUnreachable, StorageRefused (also where a file changes meanwhile), and Stopped soon after `stop()`.
    """
    hashes = {path: sha256_of(path) for path in dict.fromkeys(files.values())}
    for name, path in {hashes[path]: (name, path) for name, path in files.items()}.values():
        _send(name, path, hashes[path], storage, project, uploads, stop, told)
    return {name: hashes[path] for name, path in files.items()}


def _send(
    name: str, path: Path, sha256: str, storage: Storage, project: str, uploads: Uploads, stop: Stop, told: Told
) -> None:
    key, size = input_key(project, sha256), path.stat().st_size
    there = storage.head(key)
    if there is None or there.size != size:
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        storage.put(
            key,
            path,
            sha256=sha256,
            media_type=media_type,
            uploads=uploads,
            stop=stop,
            told=lambda sent: told(name, sent, size),
        )
    told(name, size, size)


def retained_inputs(payload: Mapping[str, Any]) -> set[str]:
    """The sha256 of every object that the job reads: they stay while it may be rendered."""
    from sync.inputs.materialise import ASSET

    found = {sha256 for sha256 in (payload.get("files") or {}).values() if isinstance(sha256, str)}
    for part in ("document", "props"):
        found |= {match[1] for text in _texts(payload.get(part)) if (match := ASSET.fullmatch(text))}
    return found


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in _texts(each)]
