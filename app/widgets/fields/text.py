"""Words: one line, or as many as there are."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QWidget

from app.widgets.fields.field import Field

LINES = (1, 7)  # fewest and most that are shown
LONG = 80  # characters from which a text gets several lines


class LineField(Field):
    """Empty is None where `nullable`."""

    wide = True

    def __init__(self, parent: QWidget | None = None, *, nullable: bool = False, longest: int | None = None) -> None:
        super().__init__(parent)
        self._nullable = nullable
        self.edit = QLineEdit(self)
        if longest:
            self.edit.setMaxLength(longest)
        self.edit.textEdited.connect(lambda _: self.changed.emit(self.value))
        self.edit.editingFinished.connect(self.finished)
        self.row.addWidget(self.edit)
        self.setFocusProxy(self.edit)

    @property
    def value(self) -> str | None:
        return self.edit.text() or (None if self._nullable else "")

    def set_value(self, value: Any) -> None:
        text = "" if value is None else str(value)
        if text != self.edit.text():
            self.edit.setText(text)
            self.edit.setCursorPosition(0)

    def set_placeholder(self, value: Any) -> None:
        self.edit.setPlaceholderText("" if value is None else str(value))


class Growing(QPlainTextEdit):
    """As high as its text; Tab goes on to the next field."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(1)
        self.setStyleSheet("padding: 4px 8px 4px 9px")  # one line is as high as a line edit, and begins where that does
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._grow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def _grow(self) -> None:
        """What lies around the text, the style's padding and border too, is the same whatever the height."""
        fewest, most = (lines * self.fontMetrics().lineSpacing() for lines in LINES)
        text = self._text_height()
        over = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if text <= most else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(over)
        around = self.height() - self.viewport().height() if self.isVisible() else 12
        inner = 2 * round(self.document().documentMargin())
        self.setFixedHeight(min(max(text, fewest), most) + inner + around)

    def _text_height(self) -> int:
        height, block = 0.0, self.document().begin()
        while block.isValid():
            height += self.blockBoundingRect(block).height()
            block = block.next()
        return round(height)


class TextField(Field):
    """Several lines."""

    wide = True

    def __init__(self, parent: QWidget | None = None, *, nullable: bool = False, longest: int | None = None) -> None:
        super().__init__(parent)
        self._nullable, self._longest, self._setting = nullable, longest, False
        self.edit = Growing(self)
        self.edit.textChanged.connect(self._edited)
        self.edit.installEventFilter(self)
        self.row.addWidget(self.edit)
        self.setFocusProxy(self.edit)

    @property
    def value(self) -> str | None:
        return self.edit.toPlainText() or (None if self._nullable else "")

    def set_value(self, value: Any) -> None:
        text = "" if value is None else str(value)
        if text != self.edit.toPlainText():
            self._setting = True
            self.edit.setPlainText(text)
            self._setting = False

    def set_placeholder(self, value: Any) -> None:
        self.edit.setPlaceholderText("" if value is None else str(value))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.lostFocus():
            self.finished.emit()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._is_full(event):
            return True
        return super().eventFilter(watched, event)

    def _is_full(self, event: QKeyEvent) -> bool:
        """As a line edit does: no more is taken in than fits."""
        if self._longest is None or not event.text().isprintable() or not event.text():
            return False
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        return len(self.edit.toPlainText()) >= self._longest and not self.edit.textCursor().hasSelection()

    def _edited(self) -> None:
        if not self._setting:
            self.changed.emit(self.value)
