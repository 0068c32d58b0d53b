"""Everything that can be done, by name: for menus, shortcuts and the command palette."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from app import menus, theme

if TYPE_CHECKING:
    from app.main_window import MainWindow

Keys = QKeySequence.StandardKey


class Actions(QObject):
    """`all`: by name, in the order of the menus."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.all: dict[str, QAction] = {}
        self._own: list[str] = []  # that need something to be open
        self._make()
        for part in (window.transport, window.layers, window.timeline, window.clipboard):
            self.all |= part.actions_by_name
        self._make_menus()
        self._follow_the_undo_stack()

    def enable(self, *, editing: bool) -> None:
        for name in self._own:
            self.all[name].setEnabled(editing)
        if editing:
            self._say_undo()

    def _make(self) -> None:
        window, add = self.window, self._add
        project = window.project
        add("welcome", self.tr("Welcome page"), window.go_home, "Ctrl+Shift+H", "composition", needs_film=False)
        add("open", self.tr("Open…"), window.ask_what_to_open, Keys.Open, "folder", needs_film=False)
        add("save", self.tr("Save"), window.save, Keys.Save, "save")
        add("save-as", self.tr("Save as…"), window.ask_and_save_as, Keys.SaveAs, "save")
        add("revert", self.tr("Back to what was saved"), project.revert, "", "undo")
        add("make-document", self.tr("Make it a document"), project.make_document, "", "edit")
        add("render", self.tr("Render…"), window.exporting.ask, "Ctrl+R", "export")
        add("settings", self.tr("Settings…"), self._settings, "Ctrl+,", "settings", needs_film=False)
        add("quit", self.tr("Quit"), window.close, Keys.Quit, "close", needs_film=False)
        add("undo", self.tr("Undo"), project.undo, Keys.Undo, "undo")
        add("redo", self.tr("Redo"), project.redo, Keys.Redo, "redo")
        add("commands", self.tr("All commands…"), self._palette, "Ctrl+K", "command", needs_film=False)

    def _add(
        self, name: str, text: str, do: Callable[[], object], keys: Keys | str, icon: str, *, needs_film: bool = True
    ) -> None:
        action = QAction(theme.icon(icon, 18), text, self.window)
        action.setObjectName(name)
        action.setShortcut(QKeySequence(keys))
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text}  ({shown})" if shown else text)
        action.triggered.connect(lambda *_: do())
        self.window.addAction(action)
        self.all[name] = action
        if needs_film:
            self._own.append(name)

    def _make_menus(self) -> None:
        bar = self.window.menuBar()
        menus.fill(bar, self.all)
        parts = bar.addMenu(self.tr("&Window"))
        for dock in self.window.docks.values():
            parts.addAction(dock.toggleViewAction())

    def _follow_the_undo_stack(self) -> None:
        stack = self.window.project.undo_stack
        stack.indexChanged.connect(lambda _: self._say_undo())
        self._say_undo()

    def _say_undo(self) -> None:
        """What would be undone, in the menu's own words."""
        stack = self.window.project.undo_stack
        for name, can, what, words in (
            ("undo", stack.canUndo(), stack.undoText(), self.tr("Undo")),
            ("redo", stack.canRedo(), stack.redoText(), self.tr("Redo")),
        ):
            self.all[name].setEnabled(can)
            self.all[name].setText(f"{words}: {what}" if can and what else words)

    def _palette(self) -> None:
        from app.places import places
        from app.widgets.palette import Palette

        there = places(self.window)
        palette = Palette(lambda: (*self.all.values(), *there), self.window.preferences, self.window)
        palette.finished.connect(palette.deleteLater)
        palette.open()

    def _settings(self) -> None:
        from app.widgets.settings_dialog import SettingsDialog

        dialog = SettingsDialog(self.window.preferences, self.window)
        dialog.saved.connect(lambda _: self.window.exporting.farm.reopen())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
