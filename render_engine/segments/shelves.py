"""What stands in a journal's folder, how much may, and who has to go. Its callers hold the journal's gate to prune."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from render_engine.durable import commit
from render_engine.engine import engine_identity
from render_engine.segments.locks import Lock

LOCK = ".lock"
_KINDS = ("segments", "kept")
_MOST = 20_000_000_000  # bytes, unless a person says otherwise


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the journal."""

    file: str
    size: int
    used: float  # seconds since the epoch
    is_segment: bool
    is_ours: bool  # of this engine: of use to it

    @property
    def path(self) -> Path:
        return Path(self.file)

    @property
    def key(self) -> str:
        return os.path.basename(self.file).rpartition("-")[0]  # noqa: PTH119  # asked of all of 20,000 files


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


def limit(folder: Path, kept_bytes: int) -> int:
    """What a person has set; else 20 GB, and never more than half of the room there is."""
    try:
        return int((folder / "limit").read_text("utf-8"))
    except (FileNotFoundError, ValueError):  # ValueError: damaged, as if never set
        return min(_MOST, (shutil.disk_usage(folder).free + kept_bytes) // 2)


def set_limit(folder: Path, max_bytes: int) -> None:
    partial = folder / f".limit.{os.getpid()}"
    partial.write_text(str(max_bytes), "utf-8")
    commit(partial, folder / "limit")


def entries(folder: Path) -> Iterator[Entry]:
    ours = engine_identity()[:8]
    for kind in _KINDS:
        for engine in _listed(folder / kind):
            for shelf in _listed(engine):
                for file in _listed(shelf):
                    with contextlib.suppress(FileNotFoundError):  # removed by another process a moment ago
                        stat = file.stat()
                        yield Entry(file.path, stat.st_size, stat.st_mtime, kind == "segments", engine.name == ours)


def prune(folder: Path, max_bytes: int | None, *, others: bool) -> Pruned:
    sweep_work(folder)
    claimed = _claimed(folder)
    found = list(entries(folder))
    total = sum(entry.size for entry in found)
    bound = limit(folder, total) if max_bytes is None else max_bytes
    removed = freed = 0
    for entry in _leaving(found, total - bound, claimed, others=others):
        if _remove(entry.path):
            removed, freed = removed + 1, freed + entry.size
    in_use = sum(entry.size for entry in found if claimed and entry.key in claimed)
    return Pruned(removed, freed, total - freed, in_use)


def _leaving(found: list[Entry], excess: int, claimed: set[str], *, others: bool) -> Iterator[Entry]:
    """Who goes, the useless and the least used first, until `excess` bytes have gone; nobody, mostly."""
    if excess <= 0 and (not others or all(entry.is_ours for entry in found)):
        return
    for entry in sorted(found, key=lambda entry: (entry.is_ours, entry.used, entry.file)):
        is_useless = others and not entry.is_ours
        if (excess > 0 or is_useless) and entry.key not in claimed:
            excess -= entry.size
            yield entry


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
