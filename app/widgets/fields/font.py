"""A font's family: those of the document first, then the bundled ones, each shown in its own letters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QWidget

from app import theme
from app.widgets.fields.choice import Combo
from app.widgets.fields.field import Field


@cache
def bundled() -> tuple[str, ...]:
    """Families; their letters are loaded with the first font field."""
    faces = json.loads((theme.RESOURCES / "fonts" / "index.json").read_text(encoding="utf-8"))
    faces = [face for face in faces if "emoji" not in face["family"].lower()]
    nearest = {face["family"]: face for face in sorted(faces, key=lambda face: -abs(face["weight"] - 400))}
    for face in nearest.values():
        QFontDatabase.addApplicationFont(str(theme.RESOURCES / "fonts" / face["path"]))
    return tuple(sorted({face["family"] for face in faces}))


class FontField(Field):
    """Any name can be typed: what is wrong with it is told by whoever opens the document."""

    def __init__(self, parent: QWidget | None = None, families: Sequence[str] = ()) -> None:
        super().__init__(parent)
        self._value: str | None = None
        self.combo = Combo(self)
        self.combo.setEditable(True)
        self.combo.setInsertPolicy(Combo.InsertPolicy.NoInsert)
        for family in (*families, *(each for each in bundled() if each not in families)):
            self.combo.addItem(family)
            shown = QFont(family)
            shown.setPixelSize(theme.TEXT)
            self.combo.setItemData(self.combo.count() - 1, shown, Qt.ItemDataRole.FontRole)
        self.combo.textActivated.connect(self._tell)
        line = self.combo.lineEdit()
        assert line
        line.editingFinished.connect(lambda: self._tell(self.combo.currentText().strip()))
        self.row.addWidget(self.combo)
        self.setFocusProxy(self.combo)

    @property
    def value(self) -> str | None:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = None if value is None else str(value)
        with QSignalBlocker(self.combo):
            self.combo.setCurrentIndex(self.combo.findText(self._value or ""))
            self.combo.setEditText(self._value or "")

    def set_placeholder(self, value: Any) -> None:
        if line := self.combo.lineEdit():
            line.setPlaceholderText("" if value is None else str(value))

    def _tell(self, family: str) -> None:
        if (family or None) != self._value:
            self._value = family or None
            self.changed.emit(self._value)
            self.finished.emit()
