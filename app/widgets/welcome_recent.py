"""What was opened lately: a row each; what is gone is grey and can be taken off the list."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.recent import Opened, Recent
from app.widgets.fields.words import in_words

HIGH = 48
SHOWN = 8
NEARER = (QEvent.Type.Enter, QEvent.Type.Leave, QEvent.Type.FocusIn, QEvent.Type.FocusOut)
STEPS = ((60, "{} min ago", 60), (3600, "{} h ago", 24), (86_400, "{} d ago", 31))


def when_words(seconds: float) -> str:
    """How long ago, in one unit."""
    tr = QCoreApplication.translate
    if seconds < 60:
        return tr("Recent", "just now")
    for unit, words, fewer_than in STEPS:
        if seconds / unit < fewer_than:
            return tr("Recent", words).format(int(seconds / unit))
    return time.strftime("%d %b %Y", time.localtime(time.time() - seconds))


class RecentRow(QAbstractButton):
    removed = Signal()

    def __init__(self, row: Opened, parent: QWidget) -> None:
        super().__init__(parent)
        self.row, self.is_missing = row, row.is_missing
        self.setText(row.name if row.file else in_words(row.name.replace("-", "_")))
        self.setFixedHeight(HIGH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        where = self._where()
        self.setAccessibleName(f"{self.text()}, {self.tr('missing') if self.is_missing else where}")
        self.setToolTip(self.tr("{} is not there any more").format(row.source) if self.is_missing else row.source)
        if not self.is_missing:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.remove = QToolButton(self)
        self.remove.setIcon(theme.icon("close", 12, "text-3"))
        self.remove.setFixedSize(24, 24)
        self.remove.setToolTip(self.tr("Take off the list (Delete)"))
        self.remove.setAccessibleName(self.tr("Take {} off the list").format(self.text()))
        self.remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.remove.clicked.connect(self.removed)
        self._show_remove()

    def _where(self) -> str:
        file = self.row.file
        return str(file.parent).replace(str(Path.home()), "~", 1) if file else self.tr("Template")

    def resizeEvent(self, event: object) -> None:
        self.remove.move(self.width() - 30, (HIGH - 24) // 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def _show_remove(self) -> None:
        self.remove.setVisible(self.is_missing or self.underMouse() or self.hasFocus())

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() in NEARER:
            self._show_remove()
        return handled

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        over = self.underMouse()
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(theme.color("accent"), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hover") if over and not self.is_missing else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, theme.RADIUS, theme.RADIUS)
        icon = "warning" if self.is_missing else "composition" if self.row.file else "layers"
        theme.paint_icon(
            painter, icon, QRect(10, (HIGH - 18) // 2, 18, 18), "disabled" if self.is_missing else "text-3"
        )
        when = self.tr("missing") if self.is_missing else when_words(time.time() - self.row.when)
        self._paint_words(painter, when)

    def _paint_words(self, painter: QPainter, when: str) -> None:
        name, hint = theme.font(13, 500), theme.font(11)
        left, width = 38, self.width() - 38 - 36
        painter.setFont(name)
        painter.setPen(theme.color("disabled" if self.is_missing else "text"))
        first = QRect(left, 6, width, 19)
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter, theme.elided(self.text(), width, name))
        painter.setFont(hint)
        painter.setPen(theme.color("disabled" if self.is_missing else "text-3"))
        told = painter.fontMetrics().horizontalAdvance(f" · {when}")
        second = f"{theme.elided(self._where(), width - told, hint)} · {when}"
        painter.drawText(QRect(left, 25, width, 17), Qt.AlignmentFlag.AlignVCenter, second)


class RecentList(QWidget):
    """`chosen`: its source."""

    chosen = Signal(str)

    def __init__(self, recent: Recent, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recent = recent
        self.rows: list[RecentRow] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._none = QLabel(self.tr("What you open is listed here."), self)
        self._none.setProperty("role", "hint")
        self._layout.addWidget(self._none)
        self.refresh()

    def refresh(self) -> None:
        for row in self.rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [self._row(each) for each in self._recent()[:SHOWN]]
        self._none.setVisible(not self.rows)

    def _row(self, each: Opened) -> RecentRow:
        row = RecentRow(each, self)
        row.clicked.connect(lambda: None if row.is_missing else self.chosen.emit(each.source))
        row.removed.connect(lambda: self._remove(each.source))
        self._layout.addWidget(row)
        return row

    def _remove(self, source: str) -> None:
        self._recent.remove(source)
        self.refresh()
        if self.rows:
            self.rows[0].setFocus(Qt.FocusReason.OtherFocusReason)
