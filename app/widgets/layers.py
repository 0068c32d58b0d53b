"""The layers panel: the tree, what can be done with its layers, and a list of kinds to add."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app import document_edits as edits
from app import theme
from app.project import Project
from app.selection import Selection
from app.widgets.fields.words import in_words
from app.widgets.layer_kinds import FROM_FILE, ICONS, USUAL, new_layer
from app.widgets.layer_tree import FAINT, HIDDEN, KIND, LOCKED, PATH, SOLO, LayerModel, beside, holder_of
from app.widgets.pick_list import Choice, PickList
from app.widgets.timeline.lines import color_of

ROW = 28
MARK = 22  # px of each of the toggles at a row's end
NEAR = ("layer-delete", "layer-rename")  # whose keys mean something else in other parts
MARKS = ("eye", "solo", "lock")
ANY_INDEX = QModelIndex | QPersistentModelIndex


class LayersTree(QWidget):
    """`actions_by_name`: for menus and the palette."""

    def __init__(self, project: Project, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.project, self.selection = project, selection
        self.actions_by_name: dict[str, QAction] = {}
        self.view = _View(project, selection, self)
        self.add_button = QPushButton(theme.icon("add", 14), self.tr("Add layer"), self)
        self.add_button.setToolTip(self.tr("Add a layer on top of the selected one (Ctrl+Shift+A)"))
        self.add_button.clicked.connect(self.choose_what_to_add)
        self._make_actions()
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.view)
        self.pages.addWidget(self._make_empty())
        self.pages.addWidget(self._make_program())
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 8, 8, 8)
        bar.setSpacing(4)
        bar.addWidget(self.add_button)
        bar.addStretch(1)
        for name in ("layer-group", "layer-duplicate", "layer-delete"):
            bar.addWidget(self._button(name))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self.pages, 1)
        project.changed.connect(self._show)
        project.making.connect(lambda on: self.make_button.setEnabled(not on))
        project.layers_moved.connect(selection.follow)
        selection.changed.connect(self._enable)
        self._show()

    def sizeHint(self) -> QSize:
        return QSize(260, 400)

    # --------------------------------------------------------------------------------------------------------- parts

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(self.actions_by_name[name])
        button.setAccessibleName(self.actions_by_name[name].text())
        button.setIconSize(QSize(16, 16))
        return button

    def _make_empty(self) -> QWidget:
        return self._page(self.tr("No layers yet"), self.tr("Add a text, a picture or a video to begin."))

    def _make_program(self) -> QWidget:
        self.make_button = QPushButton(self.tr("Make it a document"), self)
        self.make_button.clicked.connect(self.project.make_document)
        words = self.tr("A program makes the layers from the props. As a document they are yours to change.")
        return self._page(self.tr("This is a template"), words, self.make_button)

    def _page(self, title: str, words: str, button: QWidget | None = None) -> QWidget:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(8)
        layout.addStretch(1)
        for text, role in ((title, "subtitle"), (words, "hint")):
            label = QLabel(text, page)
            label.setProperty("role", role)
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        if button:
            layout.addSpacing(8)
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(2)
        return page

    def _show(self) -> None:
        editable = self.project.is_editable
        page = (0 if self.view.tree.rowCount() else 1) if editable else 2
        self.pages.setCurrentIndex(page)
        self.add_button.setEnabled(editable)
        self._enable()

    # ------------------------------------------------------------------------------------------------------- actions

    def _make_actions(self) -> None:
        add = self._add_action
        add("layer-add", self.tr("Add layer…"), "Ctrl+Shift+A", "add", self.choose_what_to_add)
        add("layer-rename", self.tr("Rename layer"), "F2", "edit", self.rename)
        add("layer-duplicate", self.tr("Duplicate layers"), "Ctrl+D", "duplicate", self.duplicate)
        add("layer-delete", self.tr("Delete layers"), QKeySequence.StandardKey.Delete, "trash", self.delete)
        add("layer-group", self.tr("Group layers"), "Ctrl+G", "group", self.group)
        add("layer-ungroup", self.tr("Ungroup"), "Ctrl+Shift+G", "layers", self.ungroup)
        add("layer-up", self.tr("Bring forward"), "Ctrl+]", "arrow-up", lambda: self.step(1))
        add("layer-down", self.tr("Send backward"), "Ctrl+[", "arrow-down", lambda: self.step(-1))
        add("layer-hide", self.tr("Hide or show"), "Ctrl+Shift+K", "eye", self.toggle_hidden)
        add("layer-solo", self.tr("Solo"), "Shift+S", "solo", self.toggle_solo)
        add("layer-lock", self.tr("Lock or unlock"), "Ctrl+Shift+L", "lock", self.toggle_locked)

    def _add_action(
        self, name: str, text: str, keys: str | QKeySequence.StandardKey, icon: str, do: Callable[[], object]
    ) -> None:
        action = QAction(theme.icon(icon), text, self)
        action.setObjectName(name)
        action.setShortcut(QKeySequence(keys))
        if name in NEAR:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.setToolTip(f"{text}  ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        action.triggered.connect(lambda: do())
        self.addAction(action)
        self.actions_by_name[name] = action

    def _enable(self) -> None:
        """What cannot be done is grey."""
        chosen = self._layers()
        document = self.project.document or {}
        listed = [path for path in chosen if path.endswith("]")]
        groups = [path for path in listed if isinstance(edits.value_or(document, f"{path}.layers"), list)]
        can = {
            "layer-add": self.project.is_editable,
            "layer-rename": len(chosen) == 1,
            "layer-duplicate": bool(listed),
            "layer-group": beside(chosen) and ".scenes[" not in f".{chosen[0].rsplit('.', 1)[-1]}",
            "layer-ungroup": bool(groups),
            "layer-up": bool(listed),
            "layer-down": bool(listed),
        }
        for name, action in self.actions_by_name.items():
            action.setEnabled(can.get(name, bool(chosen)))

    def _layers(self) -> list[str]:
        document = self.project.document or {}
        there = [path for path in self.selection.layers if isinstance(edits.value_or(document, path), dict)]
        return sorted(there, key=edits.steps_of)

    def choose_what_to_add(self) -> None:
        from app.widgets.inspector.schema import description, layer_kinds

        kinds = [*USUAL, *sorted(kind for kind in layer_kinds() if kind not in USUAL)]
        choices = [
            Choice(
                kind,
                in_words(kind),
                description(kind),
                ICONS[kind],
                color_of(kind),
                self.tr("Usual") if kind in USUAL else self.tr("All the others"),
            )
            for kind in kinds
        ]
        self.picker = PickList(choices, self.tr("Search kinds of layers"), self)
        self.picker.picked.connect(self.ask_and_add)
        self.picker.open_under(self.add_button)

    def ask_and_add(self, kind: str) -> None:
        """Of the kinds that show a file, that is asked for first."""
        source = ""
        if kind in FROM_FILE:
            title = self.tr("Choose the file to show")
            source, _ = QFileDialog.getOpenFileName(self, title, str(self.project.folder))
            if not source:
                return
        self.add(kind, source)

    def add(self, kind: str, source: str = "") -> None:
        """On top of the selected layer, or inside it where it is an empty group; it is selected then."""
        folder = self.project.folder
        if source and Path(source).is_relative_to(folder):
            source = Path(source).relative_to(folder).as_posix()
        layer, added = new_layer(kind, source), list[str]()
        parent, index = self._place()
        label = self.tr("Add {}").format(in_words(kind).lower())
        self.project.edit(label, lambda document: added.append(edits.insert_layer(document, layer, parent, index)))
        self.selection.select(added)

    def _place(self) -> tuple[str, int | None]:
        chosen = self._layers()
        document = self.project.document or {}
        if not chosen:
            return "", None
        path = chosen[-1]
        index = self.view.tree.index_of(path)
        entry = self.view.tree.entry(index) if index.isValid() else None
        if entry and (holder := holder_of(entry)) is not None and (not entry.children or entry.kind == "scene"):
            return holder, None
        parent, steps = edits.parent_of(path), edits.steps_of(path)
        if steps[-2:-1] != ("layers",) or not isinstance(
            edits.value_or(document, f"{parent}.layers".lstrip(".")), list
        ):
            return "", None
        return parent, int(steps[-1]) + 1

    def rename(self) -> None:
        if chosen := self._layers():
            self.view.edit(self.view.tree.index_of(chosen[-1]))

    def duplicate(self) -> None:
        paths, copies = [path for path in self._layers() if path.endswith("]")], list[str]()

        def change(document: edits.Document) -> None:
            for path in reversed(paths):
                copies.append(edits.duplicate_layer(document, path))

        if self.project.edit(self.tr("Duplicate"), change):
            above = {edits.parent_of(path): 0 for path in paths}
            found = []
            for path in paths:  # each copy below moves those above by one
                parent = edits.parent_of(path)
                above[parent] += 1
                steps = edits.steps_of(path)
                found.append(edits.path_of((*steps[:-1], int(steps[-1]) + above[parent])))
            self.selection.select(found)

    def delete(self) -> None:
        paths = self._layers()
        if paths and self.project.edit(self.tr("Delete"), lambda document: edits.remove_layers(document, paths)):
            self.selection.clear()

    def group(self) -> None:
        paths, made = self._layers(), list[str]()
        if self.project.edit(self.tr("Group"), lambda document: made.append(edits.group_layers(document, paths))):
            self.selection.select(made)
            self.view.expand(self.view.tree.index_of(made[0]))

    def ungroup(self) -> None:
        paths, freed = self._layers()[-1:], list[str]()
        if paths and self.project.edit(self.tr("Ungroup"), lambda d: freed.extend(edits.ungroup(d, paths[0]))):
            self.selection.select(freed)

    def step(self, by: int) -> None:
        """One place nearer to the eye, or farther from it."""
        paths = [path for path in self._layers() if path.endswith("]")]
        ordered = list(reversed(paths)) if by > 0 else paths

        def change(document: edits.Document) -> None:
            for path in ordered:
                steps = edits.steps_of(path)
                listed = edits.value_at(document, steps[:-1])
                to = int(steps[-1]) + by
                if 0 <= to < len(listed):
                    listed.insert(to, listed.pop(int(steps[-1])))

        self.project.edit(self.tr("Bring forward") if by > 0 else self.tr("Send backward"), change)

    def toggle_hidden(self) -> None:
        self.view.set_hidden(self._layers())

    def toggle_solo(self) -> None:
        self.view.set_solo(self._layers())

    def toggle_locked(self) -> None:
        self.view.set_locked(self._layers())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for k, action in enumerate(self.actions_by_name.values()):
            if k in (1, 4, 6, 8):
                menu.addSeparator()
            menu.addAction(action)
        menu.popup(event.globalPos())


class _View(QTreeView):
    def __init__(self, project: Project, selection: Selection, parent: QWidget) -> None:
        super().__init__(parent)
        self.project, self.shared = project, selection
        self.tree = LayerModel(project, self)
        self._open: set[str] = set()
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
        self.tree.about_to_reset.connect(self._remember)
        self.tree.was_reset.connect(self._restore)
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
        model = self.selectionModel()
        model.clearSelection()
        index = QModelIndex()
        for path in self.shared.layers:
            index = self.tree.index_of(path)
            if index.isValid():
                model.select(index, flags.Select)
        if index.isValid():
            model.setCurrentIndex(index, flags.NoUpdate)
            self.scrollTo(index)
        self._telling = False

    def _remember(self) -> None:
        self._open = {path for path in self.tree.paths() if self.isExpanded(self.tree.index_of(path))}
        self._telling = True

    def _follow(self, moved: Mapping[str, str | None]) -> None:
        """Told before the model changes."""
        self._remember()
        self._telling = False
        self._moved = {path: now for path, now in moved.items() if now is not None}

    _moved: Mapping[str, str] = {}

    def _restore(self) -> None:
        self._telling = False
        for path in {self._moved.get(path, path) for path in self._open}:
            self.expand(self.tree.index_of(path))
        self._moved = {}
        self._show_selection()

    # --------------------------------------------------------------------------------------------------------- marks

    def set_hidden(self, paths: Iterable[str]) -> None:
        paths = list(paths)
        document = self.project.document or {}
        hide = not all(edits.value_or(document, f"{path}.hidden") is True for path in paths)

        def change(draft: edits.Document) -> None:
            for path in paths:
                edits.set_hidden(draft, path, hide)

        self.project.edit(self.tr("Hide") if hide else self.tr("Show"), change)

    def set_solo(self, paths: Iterable[str]) -> None:
        paths = list(paths)
        on = not all(path in self.project.solo for path in paths)
        for path in paths:
            self.project.set_solo(path, on)

    def set_locked(self, paths: Iterable[str]) -> None:
        paths = list(paths)
        on = not all(path in self.project.locked for path in paths)
        for path in paths:
            self.project.set_locked(path, on)

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
        {"eye": self.set_hidden, "solo": self.set_solo, "lock": self.set_locked}[mark]([path])

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
