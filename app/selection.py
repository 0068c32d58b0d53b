"""Which layers are chosen, for all that show layers: the tree, the timeline, the canvas, the inspector."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """`layers`: paths as `layers[2].layers[0]`, the one chosen last at the end. Empty: the composition itself."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.layers: tuple[str, ...] = ()

    def select(self, layers: Iterable[str]) -> None:
        layers = tuple(dict.fromkeys(layers))
        if layers != self.layers:
            self.layers = layers
            self.changed.emit()

    def toggle(self, layer: str) -> None:
        if layer in self.layers:
            self.select(each for each in self.layers if each != layer)
        else:
            self.select((*self.layers, layer))

    def clear(self) -> None:
        self.select(())

    def follow(self, moved: Mapping[str, str | None]) -> None:
        """An edit has moved layers: from their old paths to the new ones, or to none."""
        self.select(now for path in self.layers if (now := moved.get(path, path)) is not None)
