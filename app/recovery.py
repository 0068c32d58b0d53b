"""Copies of what is not saved, in case the window dies: one for each window's document, written beside and renamed.

A copy says whose it is by process and by the time that the process began: what is left by one that is no more is offered
at the next start.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.data_folder import data_folder, read_json, write_json

CLOCK = 2  # seconds by which two looks at when a process began may differ
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Copy:
    """`state`: as `Project` gives it. `origin`: the document's file; “” where it had none yet, and for templates."""

    origin: str
    name: str
    when: float  # seconds since 1970
    process: int
    began: float  # when the process did
    state: dict[str, Any]
    file: Path | None = None


class Recovery:
    """The copy of one document in one window."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or data_folder() / "recovery"
        self._number = next(_NUMBERS)
        self._file: Path | None = None

    def keep(self, origin: str, name: str, state: dict[str, Any]) -> None:
        """In place of the one before. Raises OSError."""
        process = os.getpid()
        file = self._folder / f"{_short(origin)}-{process}-{self._number}.json"
        copy = Copy(origin, name, time.time(), process, _began(process), state)
        write_json(file, {key: value for key, value in vars(copy).items() if key != "file"})
        if self._file not in (None, file):
            self.drop()
        self._file = file

    def drop(self) -> None:
        """It is saved, or not wanted."""
        if self._file:
            self._file.unlink(missing_ok=True)
            self._file = None


def left_behind(folder: Path | None = None) -> list[Copy]:
    """Of processes that are no more, the latest first."""
    files = (folder or data_folder() / "recovery").glob("*.json")
    copies = [copy for file in files if (copy := _read(file)) and abs(_began(copy.process) - copy.began) > CLOCK]
    return sorted(copies, key=lambda copy: -copy.when)


def forget(copy: Copy) -> None:
    if copy.file:
        copy.file.unlink(missing_ok=True)


def _read(file: Path) -> Copy | None:
    fields = read_json(file, None)
    if not isinstance(fields, dict) or not _is_state(fields.get("state")):
        return None
    try:
        return Copy(**fields, file=file)
    except TypeError:
        return None


def _is_state(value: Any) -> bool:
    """As `State.written` gives it: a copy that was damaged is none."""
    if not isinstance(value, dict):
        return False
    source, size = value.get("source"), value.get("size")
    return (
        isinstance(source, str)
        and bool(source)
        and (value.get("document") is None or isinstance(value["document"], dict))
        and isinstance(value.get("props", {}), dict)
        and (size is None or (isinstance(size, list) and len(size) == 2 and all(isinstance(px, int) for px in size)))
    )


def _began(process: int) -> float:
    """When a process began; 0 for none."""
    import psutil

    try:
        return psutil.Process(process).create_time()
    except psutil.Error:
        return 0.0


def _short(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()[:16]
