"""The timeline with its tools: what can be done to layers, keyframes and markers at the playhead."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSlider, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.document_edits import Document, index_of, parent_of, remove_layers
from app.preview.messages import Opened
from app.preview.player import Player
from app.project import Project
from app.selection import Selection
from app.widgets.timeline import edits
from app.widgets.timeline.clock import Clock
from app.widgets.timeline.made import Made
from app.widgets.timeline.media import Media
from app.widgets.timeline.rendered import Rendered
from app.widgets.timeline.row import Row, Rows
from app.widgets.timeline.rows import Known, rows_of
from app.widgets.timeline.view import TimelineView

Step = Callable[[Document, Sequence[Row], float], None]
ALIKE = {"+": ("=",)}  # as keyboards have it
ZOOM = 1.4  # a step
TOOLS = ("split", "add-marker", "timeline-delete", None, "snap")
MENU = ("split", "trim-start", "trim-end", "move-start", None, "add-marker", None, "timeline-delete")


class Timeline(QWidget):
    """`actions_by_name`: for menus, shortcuts and the palette."""

    def __init__(self, project: Project, player: Player, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.project, self.player, self.selection = project, player, selection
        self.view = TimelineView(project, player, selection, self)
        self.media = Media(self)
        self.rendered = Rendered(self)
        self.made = Made(project, self)  # before this hears of changes: it forgets what is not open any more
        self.actions_by_name: dict[str, QAction] = {}
        self._known = Known()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._show_and_ask)
        self._make_actions()
        self._lay_out()
        project.path_changed.connect(self._another)
        project.changed.connect(self._changed)
        project.view_changed.connect(self.view.viewport().update)
        player.opened.connect(self._opened)
        selection.changed.connect(self._enable)
        self.view.keys_changed.connect(self._enable)
        self.view.zoomed.connect(self._zoomed)
        self.view.menu_wanted.connect(self._show_menu)
        self.media.changed.connect(self._show)
        self.made.changed.connect(self._changed)
        self.rendered.changed.connect(lambda: self.view.show_rendered(self.rendered.spans))
        self._changed()

    def sizeHint(self) -> QSize:
        return QSize(1000, 260)

    def look_for_rendered(self) -> None:
        """Something was rendered: the strip under the ruler may know more."""
        self.rendered.ask_again()

    def close_processes(self) -> None:
        """At the end: nothing is asked any more."""
        self._soon.stop()
        self.media.close()
        self.rendered.close()
        self.made.close()

    # ------------------------------------------------------------------------------------------------------ showing

    def _another(self) -> None:
        """Not where it was saved under another name. Its rows are made at the next turn: all else appears at this one."""
        if not self.project.undo_stack.count():
            self.view.show_rows(Rows(), editable=False)
            self.view.show_another()
            self._soon.start()

    def _changed(self) -> None:
        if not self._soon.isActive():
            self._show_and_ask()

    def _show_and_ask(self) -> None:
        self._show()
        known = self.media.known
        self.media.ask(self.view.rows.sources, self._folder)
        if self.media.known != known:
            self._show()
        self.rendered.ask(self.project.source(as_seen=False) if self.project.is_open else None)

    @property
    def _folder(self) -> Path:
        return self.made.state.base if self.made.state else self.project.folder

    def _opened(self, _film: Opened) -> None:
        self._show()

    def _show(self) -> None:
        film, project = self.player.film, self.project
        length = film.frames / self.view.fps if film else None
        self.view.media = self.media.known
        self.view.show_rows(
            rows_of(self.made.document or project.document, project.props, self.media.lengths, length, self._known),
            editable=project.is_editable,
        )
        self._to_document.setVisible(project.kind in ("template", "python"))
        self._enable()

    # ------------------------------------------------------------------------------------------------------ actions

    def _make_actions(self) -> None:
        add = self._add
        add("split", self.tr("Split at playhead"), self.split, "Ctrl+B", "scissors")
        add("trim-start", self.tr("Trim start to playhead"), self.trim_start, "Alt+[", "in")
        add("trim-end", self.tr("Trim end to playhead"), self.trim_end, "Alt+]", "out")
        add("move-start", self.tr("Move start to playhead"), self.move_start, "[", "move")
        add("add-marker", self.tr("Add marker"), self.add_marker, "M", "marker")
        add("timeline-delete", self.tr("Delete"), self.delete, "Del", "trash", near=True)
        add(
            "nudge-left", self.tr("Nudge one frame earlier"), lambda: self.nudge(-1), "Alt+Left", "step-back", near=True
        )
        add(
            "nudge-right",
            self.tr("Nudge one frame later"),
            lambda: self.nudge(1),
            "Alt+Right",
            "step-forward",
            near=True,
        )
        add("timeline-zoom-in", self.tr("Zoom in on time"), lambda: self.view.zoom(ZOOM), "+", "zoom")
        add("timeline-zoom-out", self.tr("Zoom out of time"), lambda: self.view.zoom(1 / ZOOM), "-", "zoom-out")
        add("timeline-fit", self.tr("Show the whole film"), self.view.fit, "Shift+Z", "fit")
        snap = add("snap", self.tr("Snapping"), self._toggle_snap, "N", "snap")
        snap.setCheckable(True)
        snap.setChecked(True)

    def _add(
        self, name: str, text: str, do: Callable[[], object], keys: str, icon: str, *, near: bool = False
    ) -> QAction:
        """`near`: its shortcut is for the timeline alone."""
        action = QAction(theme.icon(icon), text, self)
        action.setObjectName(name)
        action.setShortcuts([QKeySequence(each) for each in (keys, *ALIKE.get(keys, ()))])
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text}  {shown}")
        if near:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: do())
        self.addAction(action)
        self.actions_by_name[name] = action
        return action

    def _lay_out(self) -> None:
        bar = QWidget(self)
        bar.setObjectName("timeline-tools")
        row = QHBoxLayout(bar)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(4)
        for name in TOOLS:
            if name is None:
                row.addSpacing(8)
            else:
                row.addWidget(self._button(name))
        row.addSpacing(8)
        self._to_document = QPushButton(theme.icon("edit"), self.tr("Edit layers"))
        self._to_document.setProperty("role", "quiet")
        self._to_document.setToolTip(self.tr("Make a document of it: then its layers can be moved and changed"))
        self._to_document.clicked.connect(self.project.make_document)
        row.addWidget(self._to_document)
        row.addStretch(1)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, 100)
        self._slider.setFixedWidth(120)
        self._slider.setAccessibleName(self.tr("Zoom of the timeline"))
        self._slider.setToolTip(self.tr("Zoom of the timeline  Ctrl+wheel"))
        self._slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._slider.valueChanged.connect(self._slid)
        for widget in (self._button("timeline-zoom-out"), self._slider, self._button("timeline-zoom-in")):
            row.addWidget(widget)
        row.addWidget(self._button("timeline-fit"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self.view, 1)

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self.actions_by_name[name])
        button.setAutoRaise(True)
        button.setIconSize(QSize(16, 16))
        button.setAccessibleName(self.actions_by_name[name].text())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _enable(self) -> None:
        editable, chosen = self.project.is_editable, bool(self.selection.layers)
        for name in ("split", "trim-start", "trim-end", "move-start"):
            self.actions_by_name[name].setEnabled(editable and chosen)
        keys, mark = bool(self.view.keys), self.view.chosen_mark is not None
        for name in ("nudge-left", "nudge-right"):
            self.actions_by_name[name].setEnabled(editable and (chosen or keys))
        self.actions_by_name["timeline-delete"].setEnabled(editable and (chosen or keys or mark))
        self.actions_by_name["add-marker"].setEnabled(editable)

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in MENU:
            menu.addSeparator() if name is None else menu.addAction(self.actions_by_name[name])
        menu.popup(at)

    def _toggle_snap(self) -> None:
        self.view.snaps = self.actions_by_name["snap"].isChecked()

    # --------------------------------------------------------------------------------------------------------- zoom

    def _zoomed(self, px: float) -> None:
        share = math.log(max(px, 0.5) / 0.5) / math.log(4000 / 0.5)
        self._slider.blockSignals(True)
        self._slider.setValue(round(100 * share))
        self._slider.blockSignals(False)

    def _slid(self, value: int) -> None:
        self.view.zoom(0.5 * (4000 / 0.5) ** (value / 100) / self.view.scale.px)

    # ------------------------------------------------------------------------------------------------------- deeds

    def _edit(self, label: str, change: Callable[[Document], Any], merge: str | None = None) -> bool:
        return self.project.edit(label, change, merge)

    def split(self) -> None:
        rows, at = edits.outermost(self.view.free_rows()), self.view.playhead
        made: list[str] = []
        if any(row.start < at < row.end for row in rows):
            self._edit(self.tr("Split"), lambda document: made.extend(edits.split(document, rows, at)))
        if made:
            self.selection.select(made)

    def trim_start(self) -> None:
        at = self.view.playhead
        rows = [row for row in edits.outermost(self.view.free_rows()) if at < row.end]
        self._each(self.tr("Trim start"), edits.trim_start, rows, lambda row: at - row.start)

    def trim_end(self) -> None:
        at = self.view.playhead
        rows = [row for row in edits.outermost(self.view.free_rows()) if at > row.start]
        self._each(self.tr("Trim end"), edits.trim_end, rows, lambda row: at - row.end)

    def move_start(self) -> None:
        at, rows = self.view.playhead, edits.outermost(self.view.free_rows())
        self._each(self.tr("Move"), edits.move, rows, lambda row: at - row.start)

    def _each(self, label: str, step: Step, rows: Sequence[Row], by: Callable[[Row], float]) -> None:
        def change(document: Document) -> None:
            for row in rows:
                step(document, [row], by(row))

        self._edit(label, change)

    def nudge(self, frames: int) -> None:
        """The keyframes that are selected, or else the layers."""
        by = frames / self.view.fps
        keys = [(row, key) for row, key in self.view.selected_keys() if key.free]
        if keys:
            held = edits.held_keys(keys)
            if self._edit(self.tr("Move keyframes"), lambda document: edits.move_keys(document, held, by), "nudge"):
                self.view.select_keys_at({(field, edits.written(clock.here(at + by))) for field, _, at, clock in held})
            return
        rows = edits.outermost(self.view.free_rows())
        self._edit(self.tr("Move in time"), lambda document: edits.move(document, rows, by), "nudge")

    def add_marker(self) -> None:
        taken = {mark.name for mark in self.view.rows.marks}
        name = next(name for k in range(1, 100_000) if (name := self.tr("Marker {}").format(k)) not in taken)
        at = self.view.playhead
        self._edit(self.tr("Add marker"), lambda document: edits.add_marker(document, at, name))

    def delete(self) -> None:
        """The keyframes that are selected, or the marker, or else the layers."""
        keys = [(parent_of(key.path), index_of(key.path)) for _, key in self.view.selected_keys()]
        if keys:
            self._edit(self.tr("Delete keyframes"), lambda document: edits.remove_keys(document, keys))
            return
        if mark := self.view.chosen_mark:
            self._edit(self.tr("Delete marker"), lambda document: edits.remove_marker(document, mark.path))
            return
        paths = [row.path for row in edits.outermost(self.view.free_rows()) if row.kind != "scene"]
        if paths:
            self._edit(self.tr("Delete"), lambda document: remove_layers(document, paths))

    # ---------------------------------------------------------------------------------------------------- clipboard

    def copied_keys(self) -> list[dict[str, Any]]:
        return edits.copied_keys(self.project.document or {}, self.view.selected_keys())

    def paste_keys(self, keys: Sequence[Mapping[str, Any]]) -> None:
        """At the playhead, into the chosen layers; they are selected then."""
        rows, at = self.view.free_rows(), self.view.playhead
        if not rows:
            self.project.problem.emit(self.tr("Choose the layer into which the keyframes are to go."))
        elif self._edit(self.tr("Paste keyframes"), lambda document: edits.paste_keys(document, rows, keys, at)):
            self.view.select_keys_at(
                {
                    (
                        f"{row.path}.{key['field']}",
                        edits.written(Clock(row.start, row.clock.speed).here(at + key["at"])),
                    )
                    for row in rows
                    for key in keys
                }
            )
