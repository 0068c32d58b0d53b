"""A short list that one searches by typing: of layers to add, effects, fields. Arrows choose, Enter takes, Escape leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app import theme

WIDE, HIGH = 320, 420
LINE, HEADING = 44, 28


@dataclass(frozen=True)
class Choice:
    """`group`: the heading that it stands under; `tint`: the colour of its icon."""

    key: str
    title: str
    hint: str = ""
    icon: str = "add"
    tint: str = "text-2"
    group: str = ""


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        choice = index.data(Qt.ItemDataRole.UserRole)
        return QSize(WIDE - 40, HEADING if choice is None else LINE if choice.hint else 32)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        area: QRect = option.rect
        choice: Choice | None = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if choice is None:
            painter.setFont(theme.font(11, 600))
            painter.setPen(theme.color("text-3"))
            painter.drawText(area.adjusted(8, 6, 0, 0), Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        else:
            self._paint_choice(painter, area, choice, option.state)
        painter.restore()

    def _paint_choice(self, painter: QPainter, area: QRect, choice: Choice, state: QStyle.StateFlag) -> None:
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(area.adjusted(0, 1, 0, -1), theme.RADIUS, theme.RADIUS)
        theme.paint_icon(painter, choice.icon, QRect(area.left() + 8, area.center().y() - 8, 17, 17), choice.tint)
        text = area.adjusted(36, 0, -8, 0)
        font, small = theme.font(13), theme.font(11)
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        upper = text.adjusted(0, 5, 0, -area.height() // 2 + 2) if choice.hint else text
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, choice.title)
        if choice.hint:
            painter.setFont(small)
            painter.setPen(theme.color("text-3"))
            lower = text.adjusted(0, area.height() // 2 - 1, 0, -6)
            hint = painter.fontMetrics().elidedText(choice.hint, Qt.TextElideMode.ElideRight, lower.width())
            painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, hint)


class PickList(QFrame):
    """Opens under a widget; deletes itself. `picked`: the key."""

    picked = Signal(str)

    def __init__(self, choices: Sequence[Choice], placeholder: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._choices = choices
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(placeholder)
        self.search.setAccessibleName(placeholder)
        self.search.addAction(theme.icon("search", 14, "text-3"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._show)
        self.search.returnPressed.connect(self._take_current)
        self.search.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(False)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.viewport().setAutoFillBackground(False)
        self.list.setStyleSheet("background: transparent;")
        self.list.setAccessibleName(placeholder)
        self.list.itemClicked.connect(self._take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self._show("")
        rows = sum(self.list.sizeHintForRow(k) for k in range(self.list.count()))
        self.setFixedSize(WIDE, min(HIGH, rows + 64))

    def open_under(self, widget: QWidget) -> None:
        """Or above it, where the screen ends."""
        screen = (widget.screen() or QApplication.primaryScreen()).availableGeometry()
        at = widget.mapToGlobal(QPoint(0, widget.height() + 4))
        if at.y() + self.height() > screen.bottom():
            at.setY(max(screen.top(), widget.mapToGlobal(QPoint(0, 0)).y() - self.height() - 4))
        at.setX(max(screen.left() + 4, min(at.x(), screen.right() - self.width() - 4)))
        self.move(at)
        self.show()
        self.search.setFocus()

    def _show(self, typed: str) -> None:
        """What begins with it comes first; headings only while nothing is searched."""
        words = typed.lower().split()
        found = [choice for choice in self._choices if all(w in f"{choice.title} {choice.hint}".lower() for w in words)]
        if words:
            found.sort(key=lambda choice: not choice.title.lower().startswith(words[0]))
        self.list.clear()
        group = ""
        for choice in found:
            if choice.group != group and not words:
                group = choice.group
                heading = QListWidgetItem(group, self.list)
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
            item = QListWidgetItem(choice.title, self.list)
            item.setData(Qt.ItemDataRole.UserRole, choice)
            item.setToolTip(choice.hint)
        self._step(0, first=True)

    def _step(self, by: int, *, first: bool = False) -> None:
        rows = [k for k in range(self.list.count()) if self.list.item(k).data(Qt.ItemDataRole.UserRole)]
        if rows:
            at = 0 if first else (rows.index(self.list.currentRow()) + by) % len(rows)
            self.list.setCurrentRow(rows[at])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 6, Qt.Key.Key_PageUp: -6}
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in steps:
            self._step(steps[Qt.Key(event.key())])
            return True
        return super().eventFilter(watched, event)

    def _take_current(self) -> None:
        if item := self.list.currentItem():
            self._take(item)

    def _take(self, item: QListWidgetItem) -> None:
        choice = item.data(Qt.ItemDataRole.UserRole)
        if choice:
            self.close()
            self.picked.emit(choice.key)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(theme.color("overlay")))
        painter.setPen(QPen(theme.color("line-strong"), 1))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 8, 8)
