"""The queue as a list: its model, and how a row is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app import theme
from app.export.items import Item

MIME = "application/x-framekiln-queue-row"
ROW = 64  # px
ITEM = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex

_STATE = {  # icon, tint
    "queued": ("clock", "text-3"),
    "running": ("render", "accent-text"),
    "pausing": ("pause-job", "warn"),
    "cancelling": ("cancel", "warn"),
    "uploading": ("upload", "accent-text"),
    "paused": ("pause-job", "text-2"),
    "done": ("ok", "ok"),
    "failed": ("error", "danger"),
    "cancelled": ("cancel", "text-3"),
}
_BAR = {"paused": "text-3", "pausing": "warn", "cancelling": "warn"}


class QueueModel(QAbstractListModel):
    """`moved`: a row's key, and the key of the one it was dropped in front of ("": the end)."""

    moved = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Item] = []

    def show(self, items: Sequence[Item]) -> None:
        """Rows that stay keep their selection."""
        if [item.key for item in items] == [item.key for item in self.items]:
            changed = [at for at, (old, new) in enumerate(zip(self.items, items, strict=True)) if _differ(old, new)]
            self.items = list(items)
            for at in changed:
                self.dataChanged.emit(self.index(at), self.index(at))
            return
        self.layoutAboutToBeChanged.emit()
        before = {item.key: at for at, item in enumerate(self.items)}
        after = {item.key: at for at, item in enumerate(items)}
        keys = list(before)
        self.items = list(items)
        for index in self.persistentIndexList():
            to = after.get(keys[index.row()]) if index.row() < len(keys) else None
            self.changePersistentIndex(index, QModelIndex() if to is None else self.createIndex(to, 0))
        self.layoutChanged.emit()

    def item(self, index: Index) -> Item | None:
        return self.items[index.row()] if 0 <= index.row() < len(self.items) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.item(index)
        if item is None:
            return None
        if role == ITEM:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return item.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{item.title}, {item.state}, {item.words}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return item.error or item.file or None
        return None

    # -------------------------------------------------------------------------------------------------- dragging

    def flags(self, index: Index) -> Qt.ItemFlag:
        item = self.item(index)
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if item is None:
            return Qt.ItemFlag.ItemIsDropEnabled
        return usual | Qt.ItemFlag.ItemIsDragEnabled if "move" in item.may else usual

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        item = self.item(indexes[0])
        data = QMimeData()
        data.setData(MIME, QByteArray((item.key if item else "").encode()))
        return data

    def dropMimeData(self, data: QMimeData, _action: Qt.DropAction, row: int, _column: int, parent: Index) -> bool:
        key = bytes(data.data(MIME).data()).decode()
        at = parent.row() if parent.isValid() else row
        self.ask_to_move(key, at if at >= 0 else len(self.items))
        return False  # the list shows it once it is so

    def ask_to_move(self, key: str, at: int) -> None:
        """In front of the row `at`, or of the next that can be; the two lists do not mix."""
        moved = next((item for item in self.items if item.key == key), None)
        if moved is None or "move" not in moved.may:
            return
        kind = [item for item in self.items[max(0, at) :] if item.is_render == moved.is_render and item.key != key]
        before = next((item.key for item in kind if "move" in item.may), "")
        self.moved.emit(key, before)


def _differ(one: Item, other: Item) -> bool:
    return one != other or one.picture is not other.picture


class QueueDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, ROW)  # as wide as the list is

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ITEM)
        assert isinstance(item, Item)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._ground(painter, option)
        area = option.rect.adjusted(12, 8, -12, -8)
        picture = QRect(area.left(), area.top(), 80, 48)
        self._picture(painter, picture, item)
        self._words(painter, area.adjusted(92, 0, 0, 0), item)
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        area = QRectF(option.rect).adjusted(4, 1, -4, -1)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        under = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if selected or under:
            painter.setPen(QPen(theme.color("accent"), 1) if selected and focus else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent-soft" if selected else "hover"))
            painter.drawRoundedRect(area, theme.RADIUS, theme.RADIUS)

    def _picture(self, painter: QPainter, area: QRect, item: Item) -> None:
        path = QPainterPath()
        path.addRoundedRect(QRectF(area), 4, 4)
        painter.fillPath(path, theme.color("canvas"))
        if item.picture is None or item.picture.isNull():
            theme.paint_icon(painter, "video", QRect(area.center().x() - 9, area.center().y() - 9, 20, 20), "text-3")
            return
        size = item.picture.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(area.center().x() - size.width() // 2 + 1, area.top(), size.width(), size.height())
        target.moveCenter(area.center())
        painter.setClipPath(path)
        painter.drawImage(target, item.picture)
        painter.setClipping(False)

    def _words(self, painter: QPainter, area: QRect, item: Item) -> None:
        icon, tint = _STATE[item.state]
        theme.paint_icon(painter, icon, QRect(area.left(), area.top() + 2, 16, 16), tint)
        title = QRectF(area.left() + 24, area.top(), area.width() - 24, 20)
        painter.setFont(theme.font(13, 600))
        painter.setPen(theme.color("text-2" if item.state == "cancelled" else "text"))
        painter.drawText(title, Qt.AlignmentFlag.AlignVCenter, _elided(painter, item.title, title.width()))
        words = QRectF(area.left(), area.top() + 22, area.width(), 18)
        painter.setFont(theme.font(12, tabular=True))
        painter.setPen(theme.color("danger" if item.state == "failed" else "text-3"))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, _elided(painter, item.words, words.width()))
        if item.part is not None:
            self._bar(painter, QRectF(area.left(), area.bottom() - 4, area.width(), 4), item)

    def _bar(self, painter: QPainter, area: QRectF, item: Item) -> None:
        assert item.part is not None
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("line-strong"))
        painter.drawRoundedRect(area, 2, 2)
        done = QRectF(area)
        done.setWidth(area.width() * item.part)
        painter.setBrush(theme.color(_BAR.get(item.state, "accent")))
        painter.drawRoundedRect(done, 2, 2)


def _elided(painter: QPainter, text: str, width: float) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width))
