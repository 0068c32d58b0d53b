"""The rows of the layers panel: a tree that shares its selection, with an eye, solo and a lock at each row's end."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from app import theme
from app.project_state import Moved, follow
from app.widgets.layer_deeds import LayerDeeds
from app.widgets.layer_kinds import ICONS
from app.widgets.layer_tree import FAINT, HIDDEN, KIND, LOCKED, PATH, SOLO, LayerModel
from app.widgets.timeline.lines import color_of

ROW = 28
MARK = 22  # px of each of the toggles at a row's end
MARKS = ("eye", "solo", "lock")
ANY_INDEX = QModelIndex | QPersistentModelIndex


class LayerView(QTreeView):
    def __init__(self, deeds: LayerDeeds, parent: QWidget) -> None:
        super().__init__(parent)
        project, selection = deeds.project, deeds.selection
        self.deeds, self.shared = deeds, selection
        self.tree = LayerModel(project, self)
        self._open: set[str] = set()  # paths of what is unfolded
        self._telling = False
        self.setModel(self.tree)
        self.setItemDelegate(_Delegate(self))
        self.setHeaderHidden(True)
        self.setIndentation(16)
        self.setMouseTracking(True)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setAutoExpandDelay(500)
        self.setAccessibleName(self.tr("Layers"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.expanded.connect(lambda index: self._open.add(index.data(PATH)))
        self.collapsed.connect(lambda index: self._open.discard(index.data(PATH)))
        self.tree.modelAboutToBeReset.connect(self._hold)
        self.tree.modelReset.connect(self._restore)
        project.layers_moved.connect(self._follow)
        selection.changed.connect(self._show_selection)
        self.selectionModel().selectionChanged.connect(self._selected)
        self.tree.refresh()

    # ----------------------------------------------------------------------------------------------------- selection

    def _selected(self, _new: QItemSelection, _old: QItemSelection) -> None:
        if not self._telling:
            current = self.currentIndex()
            paths = [index.data(PATH) for index in self.selectedIndexes()]
            if current.isValid() and current.data(PATH) in paths:
                paths = [*(path for path in paths if path != current.data(PATH)), current.data(PATH)]
            self._telling = True
            self.shared.select(paths)
            self._telling = False

    def _show_selection(self) -> None:
        if self._telling:
            return
        self._telling = True
        flags = QItemSelectionModel.SelectionFlag
        chosen = [index for path in self.shared.layers if (index := self.tree.index_of(path)).isValid()]
        self.selectionModel().select(_in_ranges(chosen), flags.ClearAndSelect)
        if chosen:
            self.selectionModel().setCurrentIndex(chosen[-1], flags.NoUpdate)
            self.scrollTo(chosen[-1])
        self._telling = False

    def _follow(self, moved: Moved) -> None:
        """Told before the model changes."""
        self._open = follow(self._open, moved)

    def _hold(self) -> None:
        self._telling = True

    def _restore(self) -> None:
        self._telling = False
        self._open = {path for path in self._open if self.tree.index_of(path).isValid()}
        for path in list(self._open):
            self.expand(self.tree.index_of(path))
        self._show_selection()

    # --------------------------------------------------------------------------------------------------------- marks

    def mark_at(self, event: QMouseEvent) -> tuple[str, str] | None:
        """Which toggle of which layer is under the pointer."""
        index = self.indexAt(event.position().toPoint())
        if not index.isValid():
            return None
        area = self.visualRect(index)
        place = next((k for k in range(3) if mark_area(area, k).contains(event.position().toPoint())), None)
        return None if place is None else (MARKS[place], index.data(PATH))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.mark_at(event) if event.button() == Qt.MouseButton.LeftButton else None
        if found is None:
            super().mousePressEvent(event)
            return
        mark, path = found
        {"eye": self.deeds.hide, "solo": self.deeds.solo, "lock": self.deeds.lock}[mark]([path])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.mark_at(event) is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.mark_at(event)
        words = {
            "eye": self.tr("Hide or show"),
            "solo": self.tr("Solo: only this in the preview"),
            "lock": self.tr("Lock"),
        }
        self.viewport().setToolTip(words[found[0]] if found else "")
        super().mouseMoveEvent(event)


def _in_ranges(indexes: Iterable[QModelIndex]) -> QItemSelection:
    """Rows beside each other as one: what Qt does for each of many takes it long."""
    found = QItemSelection()
    first = last = QModelIndex()
    for index in sorted(indexes, key=lambda each: (each.parent().internalId(), each.row())):
        if last.isValid() and index.parent() == last.parent() and index.row() == last.row() + 1:
            last = index
            continue
        if first.isValid():
            found.append(QItemSelectionRange(first, last))
        first = last = index
    if first.isValid():
        found.append(QItemSelectionRange(first, last))
    return found


def mark_area(row: QRect, place: int) -> QRect:
    """Of the eye (0, at the end), solo and the lock."""
    return QRect(row.right() + 1 - 6 - MARK * (place + 1), row.top(), MARK, row.height())


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: ANY_INDEX) -> QSize:
        return QSize(120, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ANY_INDEX) -> None:
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected, over = bool(state & QStyle.StateFlag.State_Selected), bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        if selected or over:
            painter.fillRect(area, theme.color("accent-soft" if selected else "hover"))
        faint = bool(index.data(FAINT))
        painter.setOpacity(0.45 if faint else 1)
        kind = index.data(KIND)
        icon = QRect(area.left() + 2, area.center().y() - 7, 16, 16)
        theme.paint_icon(painter, ICONS.get(kind, "layers"), icon, color_of(kind))
        font = theme.font(13, 500 if selected else 400)
        shown = [index.data(HIDDEN), index.data(SOLO), index.data(LOCKED)]
        last = max((k for k in range(3) if over or selected or shown[k]), default=-1)
        text = QRect(area)
        text.setLeft(icon.right() + 8)
        text.setRight(mark_area(area, last).left() - 4 if last >= 0 else area.right() - 8)
        painter.setFont(font)
        painter.setPen(theme.color("text" if selected or not faint else "text-2"))
        name = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setOpacity(1)
        for place, on in enumerate(shown):
            if on or over or selected:
                self._paint_mark(painter, mark_area(area, place), place, bool(on))
        painter.restore()

    def _paint_mark(self, painter: QPainter, area: QRect, place: int, on: bool) -> None:
        name = ("eye-off" if on else "eye", "solo", "lock" if on else "unlock")[place]
        tint = ("text-2", "accent-text", "warn")[place] if on else "text-3"
        painter.setOpacity(1 if on else 0.7)
        theme.paint_icon(painter, name, QRect(area.center().x() - 6, area.center().y() - 6, 14, 14), tint)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: ANY_INDEX) -> QWidget:
        editor = QLineEdit(parent)
        editor.setStyleSheet("min-height: 0; padding: 0 4px;")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: ANY_INDEX) -> None:
        area: QRect = option.rect
        editor.setGeometry(area.adjusted(20, 2, -6, -2))

    def editorEvent(self, event: QEvent, model: object, option: QStyleOptionViewItem, index: ANY_INDEX) -> bool:
        return False
