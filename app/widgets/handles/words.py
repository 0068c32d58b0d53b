"""The words of a text, typed beside it, so that the picture itself shows them as they change."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.document_edits import set_value, value_or
from app.project import Project
from app.widgets.canvas import Canvas
from app.widgets.handles.box import Box

GAP = 12  # px from the text to its editor
WIDTH = (240, 560)  # px, least and most
LINES = (1, 5)


class Words(QObject):
    """`editor`: while words are typed; all that is typed in it is one step."""

    changed = Signal()

    def __init__(self, project: Project, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.project, self.canvas = project, canvas
        self.editor: WordsEditor | None = None
        self._is_typed = False

    def edit(self, box: Box) -> bool:
        """Of a layer; False where it has none."""
        path = f"{box.path}.text"
        words = value_or(self.project.document, path)
        if not isinstance(words, str):
            return False
        self.project.finish()
        self.editor = WordsEditor(self.canvas, words, self.canvas.transform.mapRect(box.rect))
        self.editor.typed.connect(lambda typed: self._type(path, typed))
        self.editor.ended.connect(self._end)
        self.changed.emit()
        return True

    def _type(self, path: str, typed: str) -> None:
        self._is_typed |= self.project.edit(self.tr("Words"), partial(set_value, path=path, value=typed), "words")

    def close(self) -> None:
        if self.editor:
            self.editor.end(keep=True)

    def _end(self, keep: bool) -> None:
        typing = self.editor is not None and self.editor.hasFocus()
        self.editor = None
        self.project.finish()
        if self._is_typed and not keep:
            self.project.undo()
        self._is_typed = False
        if typing:  # else somebody else has the focus already
            self.canvas.setFocus()
        self.changed.emit()


class WordsEditor(QPlainTextEdit):
    """Enter ends it, Shift+Enter is a new line, Escape takes back what was typed."""

    typed = Signal(str)
    ended = Signal(bool)  # whether what was typed is kept

    def __init__(self, canvas: QWidget, words: str, beside: QRectF) -> None:
        super().__init__(canvas)
        self._canvas, self._beside, self._over = canvas, beside, False
        self.setAccessibleName(self.tr("Words of the text"))
        self.setToolTip(self.tr("Enter ends it, Shift+Enter begins a line, Escape takes it back"))
        self.setProperty("role", "floating")
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setPlainText(words)
        self.selectAll()
        self.textChanged.connect(self._changed)
        self._place()
        self.show()
        self.setFocus()

    def _changed(self) -> None:
        self._place()
        self.typed.emit(self.toPlainText())

    def _place(self) -> None:
        """Below the text where there is room, else above it; never out of the canvas."""
        canvas = self._canvas.rect().adjusted(8, 8, -8, -8)
        lines = max(LINES[0], min(LINES[1], self.document().blockCount()))
        least, most = WIDTH
        width = min(canvas.width(), max(least, min(most, round(self._beside.width()))))
        area = QRect(0, 0, width, lines * self.fontMetrics().lineSpacing() + 20)
        area.moveLeft(round(self._beside.center().x()) - width // 2)
        area.moveTop(round(self._beside.bottom()) + GAP)
        if area.bottom() > canvas.bottom():
            area.moveBottom(max(canvas.top() + area.height(), round(self._beside.top()) - GAP))
        area.moveLeft(max(canvas.left(), min(area.left(), canvas.right() - width)))
        area.moveBottom(min(area.bottom(), canvas.bottom()))
        self.setGeometry(area)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.end(keep=False)
        elif enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.end(keep=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.end(keep=True)

    def end(self, *, keep: bool) -> None:
        if not self._over:
            self._over = True
            self.ended.emit(keep)
            self.hide()
            self.deleteLater()
