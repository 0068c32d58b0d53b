"""A result takes its final name only when it is whole: it grows beside it, and is renamed.

An interrupted or failed render leaves nothing under the final name, and what was there before stays as it was.
"""

from __future__ import annotations

import contextlib
import glob
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

from render_engine.durable import WRITE_ELSEWHERE, commit, discard, disk_full, means_full
from render_engine.errors import BadInput, RenderFailed

__all__ = ["check_folder", "commit", "discard", "failures_told", "is_full", "last_words", "partial_path", "sweep"]

ABANDONED = 600  # seconds untouched; the process that wrote it may be another machine's, where the folder is shared


def partial_path(final: Path) -> Path:
    """Where the result grows: hidden, in the same folder, so that renaming is atomic."""
    return final.with_name(f".{final.name}.{os.getpid()}.part")


def sweep(final: Path) -> None:
    """Removes what killed processes left of this file."""
    for left in final.absolute().parent.glob(f".{glob.escape(final.name)}.*.part"):
        pid = left.name.split(".")[-2]
        if pid.isdecimal() and time.time() - left.stat().st_mtime > ABANDONED and not _is_alive(int(pid)):
            discard(left)


def _is_alive(pid: int) -> bool:
    import psutil  # there is seldom anything to sweep

    return psutil.pid_exists(pid)


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


def is_full(error: OSError | av.FFmpegError) -> bool:
    return means_full(error.errno)


@contextlib.contextmanager
def failures_told(final: Path, called: str | None = None, advice: str = WRITE_ELSEWHERE) -> Iterator[None]:
    """Tells a person why writing stopped: a full disk is not the encoder's fault."""
    what = called or f'"{final.name}"'
    try:
        yield
    except (av.FFmpegError, OSError) as error:
        folder = final.absolute().parent
        if is_full(error):
            raise disk_full(what, folder, advice) from error
        raise RenderFailed(f'{what} could not be written to "{folder}": {_reason(error)}.') from error


def last_words(error: av.FFmpegError) -> str:
    """What the encoder said before it failed, which tells more than the error's number."""
    said: Any = error.log
    return str(said[2]).strip() if said else _reason(error)


def _reason(error: OSError | av.FFmpegError) -> str:
    return (error.strerror or str(error)).lower().rstrip(".")
