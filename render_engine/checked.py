"""Files that cannot lie: the name is `<key>-<hash of the content>`, so what is truncated or altered is found out.

A file appears under its name at once and whole. Who writes the same key twice, at the same time or in another process,
does no harm: the same bytes have the same name, and other bytes stand beside them; the newest whole file counts.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from render_engine.durable import flush

_HASH_BYTES = 16


def file_hash(path: Path) -> str:
    """BLAKE2b-128 of the bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=_HASH_BYTES)).hexdigest()


def data_hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=_HASH_BYTES).hexdigest()


def put(folder: Path, key: str, partial: Path) -> Path:
    """Moves a finished file, on the same file system, to its place in `folder`. OSError where the disk does not take it."""
    flush(partial)
    final = folder / f"{key}-{file_hash(partial)}"
    folder.mkdir(parents=True, exist_ok=True)
    partial.replace(final)
    return final


def put_data(folder: Path, key: str, data: bytes) -> Path:
    """The same for a few bytes that are quickly made again: not flushed. What stood there under this key goes."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{key}.{secrets.token_hex(4)}"
    try:
        partial.write_bytes(data)
        final = folder / f"{key}-{data_hash(data)}"
        partial.replace(final)
    finally:
        partial.unlink(missing_ok=True)
    for other in under(folder, key):
        if other.name != final.name:
            other.unlink(missing_ok=True)
    return final


def under(folder: Path, key: str) -> list[Path]:
    """All files of this key, the newest first: one, or more where two writers made different bytes."""
    try:
        with os.scandir(folder) as entries:
            found = [entry.path for entry in entries if entry.name.startswith(f"{key}-")]
    except FileNotFoundError:
        return []
    return sorted(map(Path, found), key=_changed, reverse=True) if len(found) > 1 else [Path(path) for path in found]


def is_whole(path: Path) -> bool:
    """Whether the bytes are those that the name promises; FileNotFoundError where it has just been removed."""
    return file_hash(path) == hash_of(path)


def data_of(path: Path) -> bytes | None:
    """The bytes, if they are those that the name promises."""
    data = path.read_bytes()
    return data if data_hash(data) == hash_of(path) else None


def key_of(path: Path) -> str:
    return path.name.rpartition("-")[0]


def hash_of(path: Path) -> str:
    return path.name.rpartition("-")[2]


def touch(path: Path) -> None:
    """Says that it was used now: what has not been used for longest goes first."""
    with contextlib.suppress(OSError):  # just removed, or another user's file: nothing is lost but its turn
        os.utime(path)


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
