"""A marker's name, typed in its place on the ruler: Enter takes it, Escape leaves it as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from app.widgets.timeline import edits
from app.widgets.timeline.clock import Mark

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView

WIDTH = 160  # px


class _Editor(QLineEdit):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.blockSignals(True)
            self.hide()
            self.deleteLater()
            return
        super().keyPressEvent(event)


class MarkerName:
    def __init__(self, view: TimelineView) -> None:
        self.view = view

    def begin(self, mark: Mark) -> None:
        view = self.view
        editor = _Editor(mark.name, view.viewport())
        editor.setAccessibleName(view.tr("Name of the marker"))
        editor.setGeometry(round(view.x_of(mark.at)), 1, WIDTH, view.ruler - 2)
        editor.selectAll()
        editor.editingFinished.connect(lambda: self._end(editor, mark))
        editor.show()
        editor.setFocus()

    def _end(self, editor: QLineEdit, mark: Mark) -> None:
        name = editor.text().strip()
        editor.blockSignals(True)  # it loses the focus when it goes, and would be finished again
        editor.hide()
        editor.deleteLater()
        self.view.setFocus()
        if name and name != mark.name:
            change = self.view.tr("Rename marker")
            self.view.edit(change, lambda document: edits.rename_marker(document, mark.path, name))
