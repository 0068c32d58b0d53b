"""A result takes its final name only when it is whole: it grows beside it, and is renamed.

An interrupted or failed render leaves nothing under the final name, and what was there before stays as it was.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

from render_engine.errors import BadInput, RenderFailed

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def partial_path(final: Path) -> Path:
    """Where the result grows: hidden, in the same folder, so that renaming is atomic."""
    return final.with_name(f".{final.name}.{os.getpid()}.part")


def check_folder(final: Path) -> None:
    """Refuses a place that cannot be written to, before any work is done for it."""
    folder = final.absolute().parent
    if not folder.is_dir():
        raise BadInput(f'The folder "{folder}" for "{final.name}" does not exist: make it, or name another place.')
    probe = partial_path(final)
    try:
        if final.is_dir():
            raise BadInput(f'"{final}" is a folder: name a file to write.')
        if final.exists() and not final.is_file():
            raise BadInput(f'"{final}" is a device, not a place for a file: name another one.')
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise BadInput(f'The folder "{folder}" cannot be written to ({_reason(error)}): name another place.') from error


def commit(partial: Path, final: Path) -> None:
    """Makes the whole file durable, then gives it its name."""
    with partial.open("r+b") as file:  # Windows flushes only what may be written
        os.fsync(file.fileno())
    partial.replace(final)
    _sync_folder(final.absolute().parent)


def _sync_folder(folder: Path) -> None:
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


def is_full(error: OSError | av.FFmpegError) -> bool:
    return error.errno in _FULL


@contextlib.contextmanager
def failures_told(final: Path) -> Iterator[None]:
    """Tells a person why writing stopped: a full disk is not the encoder's fault."""
    try:
        yield
    except (av.FFmpegError, OSError) as error:
        folder = final.absolute().parent
        if is_full(error):
            free = shutil.disk_usage(folder).free / 1e6
            message = f'The disk is full: "{final.name}" does not fit in "{folder}" ({free:.0f} MB free).'
            raise RenderFailed(f"{message} Make room, or write to another place.") from error
        raise RenderFailed(f'"{final.name}" could not be written to "{folder}": {_reason(error)}.') from error


def last_words(error: av.FFmpegError) -> str:
    """What the encoder said before it failed, which tells more than the error's number."""
    said: Any = error.log
    return str(said[2]).strip() if said else _reason(error)


def _reason(error: OSError | av.FFmpegError) -> str:
    return (error.strerror or str(error)).lower().rstrip(".")
