"""What was opened lately: a short list that all windows share."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from app.data_folder import data_folder, read_json, write_json

MOST = 20


@dataclass(frozen=True)
class Opened:
    """`source` as `Project.open` takes it: a file with its whole path, file.py:function, or a template's name."""

    source: str
    name: str
    when: float  # seconds since 1970
    size: tuple[int, int] | None = None

    @property
    def is_missing(self) -> bool:
        file = self.file
        return file is not None and not file.exists()

    @property
    def file(self) -> Path | None:
        """None for a template."""
        text = self.source.rpartition(":")[0] if ".py:" in self.source else self.source
        return Path(text) if Path(text).is_absolute() else None


class Recent:
    def __init__(self, path: Path | None = None) -> None:
        self._path = path or data_folder() / "recent.json"

    def __call__(self) -> list[Opened]:
        """The latest first."""
        kept = read_json(self._path, [])
        found = [_read(row) for row in (kept if isinstance(kept, list) else ())]
        return [each for each in found if each]

    def add(self, source: str, name: str, size: tuple[int, int] | None = None) -> None:
        self._keep([Opened(source, name, time.time(), size), *(each for each in self() if each.source != source)])

    def remove(self, source: str) -> None:
        self._keep([each for each in self() if each.source != source])

    def clear(self) -> None:
        self._keep([])

    def renamed(self, source: str, now: str) -> None:
        self._keep([replace(each, source=now) if each.source == source else each for each in self()])

    def _keep(self, rows: list[Opened]) -> None:
        """A list that cannot be kept is no reason to stop anyone."""
        try:
            write_json(self._path, [asdict(row) for row in rows[:MOST]])
        except OSError:
            return


def _read(row: object) -> Opened | None:
    match row:
        case {"source": str(source), "name": str(name), "when": float() | int() as when}:
            size = row.get("size") if isinstance(row, dict) else None
            return Opened(source, name, when, (size[0], size[1]) if isinstance(size, list) and len(size) == 2 else None)
    return None
