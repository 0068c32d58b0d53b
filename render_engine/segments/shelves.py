"""What stands in a journal's folder, how much may, and who has to go. Its callers hold the journal's gate to prune."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from render_engine import checked
from render_engine.durable import commit
from render_engine.engine import engine_identity
from render_engine.segments.locks import Lock

LOCK = ".lock"
_KINDS = ("segments", "kept")
_MOST = 20_000_000_000  # bytes, unless a person says otherwise


@dataclass(frozen=True)
class Entry:
    """One file of the journal."""

    path: Path
    size: int
    used: float  # seconds since the epoch
    is_segment: bool
    engine: str  # 8 digits of its identity

    @property
    def key(self) -> str:
        return checked.key_of(self.path)

    @property
    def is_ours(self) -> bool:
        return self.engine == engine_identity()[:8]


@dataclass(frozen=True)
class Pruned:
    removed: int
    freed_bytes: int
    kept_bytes: int
    in_use_bytes: int  # of those kept


def gate(folder: Path) -> contextlib.AbstractContextManager[None]:
    """Inside, nobody else claims, makes a work folder or prunes."""
    return Lock.wait(folder / "gate")


def segment_folder(folder: Path, key: str) -> Path:
    return folder / "segments" / engine_identity()[:8] / key[:2]


def kept_folder(folder: Path, name: str) -> Path:
    return folder / "kept" / engine_identity()[:8] / name


def limit(folder: Path) -> int:
    """What a person has set; else 20 GB, and never more than half of the room there is."""
    try:
        return int((folder / "limit").read_text("utf-8"))
    except (FileNotFoundError, ValueError):  # ValueError: damaged, as if never set
        room = shutil.disk_usage(folder).free + sum(entry.size for entry in entries(folder))
        return min(_MOST, room // 2)


def set_limit(folder: Path, max_bytes: int) -> None:
    partial = folder / f".limit.{os.getpid()}"
    partial.write_text(str(max_bytes), "utf-8")
    commit(partial, folder / "limit")


def entries(folder: Path) -> Iterator[Entry]:
    for kind in _KINDS:
        for engine in _listed(folder / kind):
            for shelf in _listed(Path(engine)):
                for file in _listed(Path(shelf)):
                    with contextlib.suppress(FileNotFoundError):  # removed by another process a moment ago
                        stat = file.stat()
                        yield Entry(Path(file), stat.st_size, stat.st_mtime, kind == "segments", Path(engine).name)


def prune(folder: Path, max_bytes: int, *, others: bool) -> Pruned:
    sweep_work(folder)
    claimed = _claimed(folder)
    found = sorted(entries(folder), key=lambda entry: (entry.is_ours, entry.used, entry.path))
    total = sum(entry.size for entry in found)
    freed = removed = 0
    for entry in found:
        if total - freed <= max_bytes and (entry.is_ours or not others):
            continue
        if entry.key not in claimed and _remove(entry.path):
            removed, freed = removed + 1, freed + entry.size
    in_use = sum(entry.size for entry in entries(folder) if entry.key in claimed)
    return Pruned(removed, freed, total - freed, in_use)


def _claimed(folder: Path) -> set[str]:
    """The keys that living processes use; the claims of dead ones go."""
    keys: set[str] = set()
    for path in (folder / "claims").iterdir():
        if _is_dead(path):
            path.unlink(missing_ok=True)
        else:
            with contextlib.suppress(FileNotFoundError):  # released a moment ago
                keys.update(path.read_text("utf-8").split())
    return keys


def sweep_work(folder: Path) -> None:
    """Removes what dead processes left behind."""
    for path in (folder / "work").iterdir():
        if _is_dead(path / LOCK):
            shutil.rmtree(path, ignore_errors=True)


def _is_dead(path: Path) -> bool:
    """Whether nobody holds this lock: then nobody ever will, as its holder alone takes it."""
    try:
        lock = Lock.take(path)
    except FileNotFoundError:
        return True
    if lock is None:
        return False
    lock.release()
    return True


def _listed(folder: Path | os.DirEntry[str]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listed:
            return list(listed)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _remove(path: Path) -> bool:
    """Whether it is gone. Windows keeps what is being read; another user's file stays too."""
    with contextlib.suppress(PermissionError):
        path.unlink(missing_ok=True)
        return True
    return False
