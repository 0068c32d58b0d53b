"""Where the layers stand at the playhead: asked of the preview's process, one question at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from app.preview.messages import Outlined
from app.preview.player import Player
from app.widgets.handles.box import Box


class Boxes(Mapping[str, Box]):
    """Made as they are looked at: of hundreds of layers, the hand is on a few."""

    def __init__(self, told: Mapping[str, Sequence[float]]) -> None:
        self._told = told
        self._made: dict[str, Box] = {}

    def __getitem__(self, path: str) -> Box:
        if path not in self._made:
            self._made[path] = Box.of(path, self._told[path])
        return self._made[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._told)

    def __len__(self) -> int:
        return len(self._told)


class Standing(QObject):
    """`boxes`: by the layers' paths, the lowest first; none while it plays. `is_behind`: a newer document is on its way."""

    changed = Signal()

    def __init__(self, player: Player, is_behind: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self.player, self._is_behind = player, is_behind
        self.boxes: Mapping[str, Box] = {}
        self._asked = self._again = False
        player.opened.connect(lambda _: self._opened())
        player.moved.connect(lambda _: self.ask())
        player.playing_changed.connect(lambda _: self.ask())
        player.outlined.connect(self._take)

    def ask(self) -> None:
        if self.player.speed:
            return
        if self._asked:
            self._again = True
        else:
            self._asked = True
            self.player.outline()

    def clear(self) -> None:
        self.boxes = {}
        self.changed.emit()

    def _opened(self) -> None:
        """What was asked of the film before is not answered."""
        self._asked = self._again = False
        if not self._is_behind():  # a hand drags: what is asked now is old when it is told
            self.ask()

    def _take(self, outlined: Outlined) -> None:
        self._asked = False
        if self._again:
            self._again = False
            self.ask()
        if not self._is_behind():
            self.boxes = Boxes(outlined.boxes)
            self.changed.emit()
