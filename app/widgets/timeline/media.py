"""How long media are and how they sound, asked of a process, one file after another; a file that changed is asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.export.process import LineProcess
from app.peaks import RATE

Stamp = tuple[str, int, int]  # path, size, time of change


@dataclass(frozen=True)
class Medium:
    """`peaks`: RATE bytes a second, 255 is full scale; None where it has no sound."""

    duration: float | None
    peaks: bytes | None


class Media(QObject):
    """`known`: by the name that the document uses."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.known: dict[str, Medium] = {}
        self._found: dict[Stamp, Medium] = {}
        self._waiting: dict[Stamp, None] = {}
        self._names: dict[str, Stamp] = {}
        self._asking: Stamp | None = None
        self._process = LineProcess(self)
        self._process.told.connect(self._told)
        self._process.ended.connect(self._ended)

    def ask(self, sources: Iterable[str], folder: Path) -> None:
        """The files of a document in that folder."""
        self._names = {source: stamp for source in sources if (stamp := _stamp(folder, source))}
        new = [stamp for stamp in self._names.values() if stamp not in self._found and stamp != self._asking]
        self._waiting = dict.fromkeys(new)
        self._look_up()
        self._next()

    @property
    def is_busy(self) -> bool:
        return self._asking is not None

    @property
    def lengths(self) -> Mapping[str, float]:
        return {name: medium.duration for name, medium in self.known.items() if medium.duration}

    def close(self) -> None:
        self._waiting.clear()
        self._process.close()

    def _next(self) -> None:
        if self._asking or not self._waiting or self._process.running:
            return
        self._asking = next(iter(self._waiting))
        del self._waiting[self._asking]
        self._process.start("app.peaks", [self._asking[0]])

    def _told(self, facts: Mapping[str, object]) -> None:
        if self._asking:
            duration, file = facts.get("duration"), facts.get("peaks")
            self._found[self._asking] = Medium(
                float(duration) if isinstance(duration, (int, float)) else None,
                _bytes(Path(file)) if isinstance(file, str) else None,
            )

    def _ended(self, _code: int, _words: str) -> None:
        if self._asking:
            self._found.setdefault(self._asking, Medium(None, None))  # it is not asked again until it changes
            self._asking = None
            self._look_up()
            self.changed.emit()
        self._next()

    def _look_up(self) -> None:
        self.known = {name: self._found[stamp] for name, stamp in self._names.items() if stamp in self._found}


def _stamp(folder: Path, source: str) -> Stamp | None:
    """None for what is no file here: an address, or a file that is not there."""
    path = folder / source
    try:
        stat = path.stat()
    except (OSError, ValueError):
        return None
    return (str(path), stat.st_size, stat.st_mtime_ns) if path.is_file() else None


def _bytes(file: Path) -> bytes | None:
    import numpy as np

    try:
        return bytes(np.load(file).tobytes())
    except (OSError, ValueError):
        return None  # it was removed in between: the bar stays without its wave


__all__ = ["RATE", "Media", "Medium"]
