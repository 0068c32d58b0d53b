"""The layers panel: the tree, what can be done with its layers, and a list of kinds to add."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.project import Project
from app.selection import Selection
from app.widgets.fields.words import in_words
from app.widgets.layer_deeds import LayerDeeds
from app.widgets.layer_kinds import FROM_FILE, ICONS, USUAL
from app.widgets.layer_tree import beside
from app.widgets.layer_view import LayerView
from app.widgets.pick_list import Choice, PickList
from app.widgets.timeline.lines import color_of

NEAR = ("layer-delete", "layer-rename")  # whose keys mean something else in other parts


class LayersTree(QWidget):
    """`actions_by_name`: for menus and the palette."""

    def __init__(self, project: Project, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.project, self.selection = project, selection
        self.actions_by_name: dict[str, QAction] = {}
        self.deeds = LayerDeeds(project, selection, self)
        self.view = LayerView(self.deeds, self)
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
        add, deeds = self._add_action, self.deeds
        add("layer-add", self.tr("Add layer…"), "Ctrl+Shift+A", "add", self.choose_what_to_add)
        add("layer-rename", self.tr("Rename layer"), "F2", "edit", self.rename)
        add("layer-duplicate", self.tr("Duplicate layers"), "Ctrl+D", "duplicate", deeds.duplicate)
        add("layer-delete", self.tr("Delete layers"), QKeySequence.StandardKey.Delete, "trash", deeds.delete)
        add("layer-group", self.tr("Group layers"), "Ctrl+G", "group", self.group)
        add("layer-ungroup", self.tr("Ungroup"), "Ctrl+Shift+G", "layers", deeds.ungroup)
        add("layer-up", self.tr("Bring forward"), "Ctrl+]", "arrow-up", lambda: deeds.step(1))
        add("layer-down", self.tr("Send backward"), "Ctrl+[", "arrow-down", lambda: deeds.step(-1))
        add("layer-hide", self.tr("Hide or show"), "Ctrl+Shift+K", "eye", lambda: deeds.hide(deeds.chosen()))
        add("layer-solo", self.tr("Solo"), "Shift+S", "solo", lambda: deeds.solo(deeds.chosen()))
        add("layer-lock", self.tr("Lock or unlock"), "Ctrl+Shift+L", "lock", lambda: deeds.lock(deeds.chosen()))

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
        chosen = self.deeds.chosen()
        listed = [path for path in chosen if path.endswith("]")]
        can = {
            "layer-add": self.project.is_editable,
            "layer-rename": len(chosen) == 1,
            "layer-duplicate": bool(listed),
            "layer-group": beside(chosen) and ".scenes[" not in f".{chosen[0].rsplit('.', 1)[-1]}",
            "layer-ungroup": any(self.deeds.is_group(path) for path in listed),
            "layer-up": bool(listed),
            "layer-down": bool(listed),
        }
        for name, action in self.actions_by_name.items():
            action.setEnabled(can.get(name, bool(chosen)))

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
        self.deeds.add_kind(kind, source)

    def rename(self) -> None:
        if chosen := self.deeds.chosen():
            self.view.setFocus()
            self.view.edit(self.view.tree.index_of(chosen[-1]))

    def group(self) -> None:
        """What is in it stays in sight."""
        self.deeds.group()
        for path in self.deeds.groups():
            self.view.expand(self.view.tree.index_of(path))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.open_menu(event.globalPos())

    def open_menu(self, at: QPoint) -> None:
        """Of what can be done with the selected layers; `at`: of the screen."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for k, action in enumerate(self.actions_by_name.values()):
            if k in (1, 4, 6, 8):
                menu.addSeparator()
            menu.addAction(action)
        menu.popup(at)
