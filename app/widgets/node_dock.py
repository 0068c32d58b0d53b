"""The node on this machine, and the nodes of the farm: what they are doing, what they can do, what they say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.cli.jobs_words import span
from app.export.farm import Farm
from app.export.node_process import MOST_LINES, NodeProcess, Wishes
from app.export.seen import Seen
from app.widgets.section import Section
from sync.queue import ALIVE


class NodeDock(QWidget):
    def __init__(self, node: NodeProcess, farm: Farm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.node, self.farm = node, farm
        self._rows: list[tuple[Any, ...]] = []
        page = QWidget()
        page.setProperty("role", "page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 12)
        layout.setSpacing(0)
        layout.addWidget(self._make_head())
        layout.addWidget(self._make_wishes())
        layout.addWidget(self._make_farm())
        layout.addWidget(self._make_log())
        layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has the focus
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.setMinimumWidth(280)
        self._connect()
        self._show()
        self._show_farm(farm.last)

    # ----------------------------------------------------------------------------------------------------- layout

    def _make_head(self) -> QWidget:
        self.sign = QLabel()
        self.title = QLabel()
        self.title.setProperty("role", "heading")
        self.hint = QLabel()
        self.hint.setProperty("role", "hint")
        self.hint.setWordWrap(True)
        self.button = QPushButton()
        head = QWidget()
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.title)
        words.addWidget(self.hint)
        layout = QHBoxLayout(head)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(12)
        layout.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _make_wishes(self) -> QWidget:
        wishes = self.node.wishes
        self.slots = QSpinBox()
        self.slots.setRange(0, 64)
        self.slots.setSpecialValueText(self.tr("As the settings say"))
        self.slots.setValue(wishes.slots)
        self.slots.setToolTip(self.tr("How many jobs at once"))
        self.hours = QLineEdit(wishes.active_hours)
        self.hours.setPlaceholderText(self.tr("always, or 22:00-07:00"))
        self.hours.setToolTip(self.tr("When it takes jobs"))
        self.tags = QLineEdit(wishes.tags)
        self.tags.setPlaceholderText(self.tr("gpu, studio"))
        self.tags.setToolTip(self.tr("What jobs may ask of this node"))
        self.yields = QCheckBox(self.tr("Yield while I work here"))
        self.yields.setChecked(wishes.yields)
        self.yields.setToolTip(
            self.tr("It gives its jobs back at the next segment, and goes on after a minute without input")
        )
        self.next_start = QLabel(self.tr("Holds from its next start."))
        self.next_start.setProperty("role", "hint")
        self.next_start.hide()
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, field in (
            (self.tr("Slots"), self.slots),
            (self.tr("Active hours"), self.hours),
            (self.tr("Tags"), self.tags),
        ):
            label = QLabel(text)
            label.setProperty("role", "label")
            label.setMinimumHeight(theme.ROW)
            field.setAccessibleName(text)
            form.addRow(label, field)
        form.addRow(self.yields)
        form.addRow(self.next_start)
        section = Section(self.tr("This machine"))
        section.add(form)
        return section

    def _make_farm(self) -> QWidget:
        self.farm_note = QLabel()
        self.farm_note.setProperty("role", "hint")
        self.farm_note.setWordWrap(True)
        self.farm_rows = QGridLayout()
        self.farm_rows.setHorizontalSpacing(12)
        self.farm_rows.setVerticalSpacing(8)
        self.farm_rows.setColumnStretch(1, 1)
        section = Section(self.tr("Nodes of the farm"))
        section.add(self.farm_note)
        section.add(self.farm_rows)
        return section

    def _make_log(self) -> QWidget:
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setMaximumBlockCount(MOST_LINES)
        self.log.setFont(theme.mono(11))
        self.log.setMinimumHeight(140)
        self.log.setAccessibleName(self.tr("What the node says"))
        self.log.setPlaceholderText(self.tr("What the node says stands here while it runs."))
        self.log.setPlainText("\n".join(self.node.lines))
        section = Section(self.tr("Log"))
        section.add(self.log)
        return section

    def _connect(self) -> None:
        self.button.clicked.connect(self._press)
        self.slots.valueChanged.connect(self._wish)
        self.hours.editingFinished.connect(self._wish)
        self.tags.editingFinished.connect(self._wish)
        self.yields.toggled.connect(self._wish)
        self.node.changed.connect(self._show)
        self.node.said.connect(self.log.appendPlainText)
        self.farm.seen.connect(self._show_farm)

    # ------------------------------------------------------------------------------------------------ this machine

    def _press(self) -> None:
        if self.node.state == "off":
            self.node.start()
        else:
            self.node.stop()

    def _wish(self, _value: object = None) -> None:
        wishes = Wishes(self.slots.value(), self.tags.text(), self.hours.text(), self.yields.isChecked())
        if wishes != self.node.wishes:
            self.next_start.setVisible(self.node.running)
            self.node.wish(wishes)

    def _show(self) -> None:
        tint, title, hint, button = self._words()
        icon = "error" if tint == "danger" else "node"
        self.sign.setPixmap(theme.pixmap(icon, 24, tint, self.devicePixelRatioF()))
        self.title.setText(title)
        self.hint.setText(hint)
        self.button.setText(button)
        self.button.setEnabled(self.node.state != "stopping")
        role = "primary" if self.node.state == "off" else ""
        if self.button.property("role") != role:
            self.button.setProperty("role", role)
            self.button.style().polish(self.button)
        if not self.node.running:
            self.next_start.hide()

    def _words(self) -> tuple[str, str, str, str]:
        """Tint, title, hint, the button."""
        node, stop = self.node, self.tr("Stop")
        can = ", ".join(node.capabilities)
        match node.state:
            case "off":
                return (
                    "text-3",
                    self.tr("The node is off"),
                    self.tr("Started, it takes jobs from the queue."),
                    self.tr("Start"),
                )
            case "starting":
                return "warn", self.tr("The node is starting"), self.tr("It tries what this machine can do."), stop
            case "on":
                return "ok", self.tr("{0} takes jobs").format(node.name), self.tr("It can: {0}").format(can), stop
            case "draining":
                return "warn", self.tr("It finishes what it has"), self.tr("Then it ends."), self.tr("Stop now")
            case "stopping":
                return "warn", self.tr("It stops"), self.tr("Its jobs go back at the next segment."), stop
            case "yielding" if node.running:
                return "warn", self.tr("It makes room for you"), self.tr("Its jobs go back at the next segment."), stop
        return "info", self.tr("It waits while you work"), self.tr("It goes on after a minute without input."), stop

    # ----------------------------------------------------------------------------------------------------- the farm

    def _show_farm(self, seen: Seen) -> None:
        rows = [_row(node) for node in seen.nodes]
        note = seen.problem or ("" if rows else self.tr("No node has worked on this queue yet."))
        self.farm_note.setText(note)
        self.farm_note.setVisible(bool(note))
        if rows == self._rows:
            return
        self._rows = rows
        _clear(self.farm_rows)
        for at, (name, tint, words, can, disabled) in enumerate(rows):
            self._add_node(at, name, tint, words, can, disabled)

    def _add_node(self, at: int, name: str, tint: str, words: str, can: str, disabled: bool) -> None:
        sign = QLabel()
        sign.setPixmap(theme.pixmap("node", 16, tint, self.devicePixelRatioF()))
        title = QLabel(name)
        title.setProperty("role", "value")
        told = QLabel(words)
        told.setProperty("role", "hint")
        for label in (title, told):
            label.setToolTip(self.tr("It can: {0}").format(can or self.tr("draw and encode")))
            label.setMinimumWidth(40)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(title)
        texts.addWidget(told)
        button = QPushButton(self.tr("Enable") if disabled else self.tr("Disable"))
        button.setProperty("role", "quiet")
        button.setAccessibleName(f"{button.text()} {name}")
        button.setToolTip(
            self.tr("It takes jobs again") if disabled else self.tr("It finishes what it has, and takes nothing more")
        )
        button.clicked.connect(lambda: self.farm.ask("enable" if disabled else "disable", name))
        self.farm_rows.addWidget(sign, at, 0, Qt.AlignmentFlag.AlignTop)
        self.farm_rows.addLayout(texts, at, 1)
        self.farm_rows.addWidget(button, at, 2, Qt.AlignmentFlag.AlignTop)

    def showEvent(self, event: QShowEvent) -> None:
        self.farm.watch("node", True)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.farm.watch("node", False)
        super().hideEvent(event)


def _row(node: Mapping[str, Any]) -> tuple[str, str, str, str, bool]:
    """Name, tint, words, what it can, whether it is disabled."""
    silent = node["now"] - node["seen_at"]
    can = ", ".join(json.loads(node["capabilities"] or "[]"))
    if node["state"] == "stopped":
        state, tint = _tr("off for {0}").format(span(silent)), "text-3"
    elif silent > ALIVE:
        state, tint = _tr("gone, seen {0} ago").format(span(silent)), "text-3"
    elif node["disabled"]:
        state, tint = _tr("disabled"), "warn"
    elif node["paused_until"] > node["now"] or node["state"] != "active":
        state, tint = _tr("rests: {0}").format(node["reason"] or node["state"]), "warn"
    else:
        state, tint = _tr("{0} of {1} slots busy").format(node["busy"], node["slots"]), "ok"
    return str(node["name"]), tint, state, can, bool(node["disabled"])


def _tr(text: str) -> str:
    return QCoreApplication.translate("", text)


def _clear(layout: QLayout) -> None:
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.deleteLater()
        elif inner := item.layout():
            _clear(inner)
