"""What the app remembers of a person's ways: looks, window, folders. What a node is told is in sync/settings.py.

One small JSON file in the app's data folder, written whole at each change. A damaged one is put aside, and said; the app
then starts as new.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.data_folder import data_folder, write_json
from app.theme import Choice

MOST_COMMANDS = 12


@dataclass(frozen=True)
class Values:
    scheme: Choice = "system"
    language: str = "system"
    resolution: str = "auto"  # of the preview: auto, 1, 2 or 4 (the divider)
    renderer: str = "auto"  # of the preview: auto, cpu or cuda
    idle_rendering: bool = True
    notify: bool = True  # when a render is done
    moving: bool = True  # pictures of templates, while they are looked at
    window_geometry: str = ""  # base64
    window_state: str = ""  # of its docks, base64
    folders: Mapping[str, str] = field(default_factory=dict)  # what for → where it was last
    recent_commands: tuple[str, ...] = ()  # the newest first
    more: Mapping[str, Any] = field(default_factory=dict)  # what single widgets keep: open sections, widths


class Preferences(QObject):
    """Read a value as an attribute of `values`; write with `set`, which tells the names that differ."""

    changed = Signal(frozenset)
    trouble = Signal(str)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.told = ""  # what went wrong while reading, for whoever shows messages
        self.values = self._read()

    @classmethod
    def open(cls, folder: Path | None = None) -> Preferences:
        return cls((folder or data_folder()) / "preferences.json")

    @property
    def folder(self) -> Path:
        """Where the app keeps its own files."""
        return self.path.parent

    @property
    def scheme(self) -> Choice:
        return self.values.scheme

    @property
    def window_geometry(self) -> str:
        return self.values.window_geometry

    @property
    def window_state(self) -> str:
        return self.values.window_state

    def set(self, **values: Any) -> None:
        differing = {name: value for name, value in values.items() if getattr(self.values, name) != value}
        if not differing:
            return
        self.values = dataclasses.replace(self.values, **differing)
        try:
            write_json(self.path, dataclasses.asdict(self.values))
        except OSError as error:
            self.trouble.emit(self.tr("What the app remembers cannot be written: {}").format(error))
        self.changed.emit(frozenset(differing))

    def remember_window(self, geometry: str, state: str) -> None:
        self.set(window_geometry=geometry, window_state=state)

    def folder_of(self, purpose: str) -> str:
        """Where a dialog begins; the home folder at first, or when the last one is gone."""
        named = self.values.folders.get(purpose, "")
        return named if named and Path(named).is_dir() else str(Path.home())

    def remember_folder(self, purpose: str, folder: str) -> None:
        self.set(folders={**self.values.folders, purpose: folder})

    def remember_command(self, name: str) -> None:
        others = [each for each in self.values.recent_commands if each != name]
        self.set(recent_commands=(name, *others)[:MOST_COMMANDS])

    def kept(self, name: str, otherwise: Any = None) -> Any:
        return self.values.more.get(name, otherwise)

    def keep(self, name: str, value: Any) -> None:
        """value: as JSON has it."""
        self.set(more={**self.values.more, name: value})

    def _read(self) -> Values:
        try:
            return _values(json.loads(self.path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return Values()
        except OSError as error:
            self.told = self.tr("{} cannot be read: {}").format(self.path, error.strerror)
        except (ValueError, TypeError):
            self.told = self._put_aside()
        return Values()

    def _put_aside(self) -> str:
        aside = self.path.with_name("preferences.damaged.json")
        try:
            self.path.replace(aside)
        except OSError:  # of a folder that nobody may write to: it stays where it is
            aside = self.path
        told = self.tr("What the app remembered was damaged: it starts as new, and the old is in {}.")
        return told.format(aside)


_KNOWN: Mapping[str, tuple[str, ...]] = {
    "scheme": ("dark", "light", "system"),
    "resolution": ("auto", "1", "2", "4"),
    "renderer": ("auto", "cpu", "cuda"),
}


def _values(read: Any) -> Values:
    """What another version wrote and this one does not know is left out."""
    if not isinstance(read, dict):
        raise TypeError
    kept: dict[str, Any] = {}
    for name, default in dataclasses.asdict(Values()).items():
        value = tuple(read[name]) if isinstance(read.get(name), list) else read.get(name)
        if type(value) is type(default) and value in _KNOWN.get(name, (value,)):
            kept[name] = value
    return Values(**kept)
