"""A file takes its name only when it is whole and on the disk; and a full disk is told in the same words everywhere."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from render_engine.errors import DiskFull

WRITE_ELSEWHERE = "Make room, or write to another place."
KEEP_LESS = "Make room, or let the journal keep less: framekiln cache --max-size 5GB"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def flush(path: Path) -> None:
    """Its bytes are on the disk when this returns."""
    with path.open("r+b") as file:  # Windows flushes only what may be written
        os.fsync(file.fileno())


def commit(partial: Path, final: Path) -> None:
    """Makes the whole file durable, then gives it its name."""
    flush(partial)
    partial.replace(final)
    _flush_folder(final.absolute().parent)


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no handle on a folder to flush
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def discard(partial: Path) -> None:
    if partial.is_dir():
        shutil.rmtree(partial)
    else:
        partial.unlink(missing_ok=True)


def means_full(number: int | None) -> bool:
    """Whether this errno says that no more can be written: no space, no quota, or a limit on the file's size."""
    return number in _FULL


def disk_full(what: str, folder: Path, advice: str) -> DiskFull:
    """`what` and `advice` are whole sentences but for the full stop of the first."""
    free = shutil.disk_usage(folder).free / 1e6
    return DiskFull(f'The disk is full: {what} does not fit in "{folder}" ({free:.0f} MB free). {advice}')


def reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower().rstrip(".")
