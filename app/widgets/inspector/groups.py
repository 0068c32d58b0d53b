"""Parts of a form that are more than one value: objects, choices with settings, and what cannot be shown as a field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.widgets.fields.choice import ChoiceField
from app.widgets.fields.field import Field
from app.widgets.fields.row import LABEL
from app.widgets.fields.words import in_words
from app.widgets.inspector.schema import Spec, fields_of_object
from app.widgets.inspector.target import MIXED, UNSET
from app.widgets.inspector.value_row import ValueRow

if TYPE_CHECKING:
    from app.widgets.inspector.slot import Slot


class PropRow(QWidget):
    """The value is the prop's; a click takes it back."""

    def __init__(self, slot: Slot, prop: str) -> None:
        super().__init__(slot)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        name = QLabel(slot.name, self)
        name.setProperty("role", "label")
        name.setFixedWidth(LABEL)
        chip = QToolButton(self)
        chip.setIcon(theme.icon("link", 12, "accent-text"))
        chip.setText(in_words(prop))
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setToolTip(self.tr("The value of the prop “{}”. Click to set one here.").format(prop))
        chip.setAccessibleName(self.tr("{} comes from the prop {}").format(slot.name, prop))
        chip.clicked.connect(slot.unset)
        line.addWidget(name)
        line.addWidget(chip)
        line.addStretch(1)

    def refresh(self) -> None:
        """Another prop is another row."""


class MixedRow(QLabel):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setText(self.tr("{}: differs between the selected layers").format(name))
        self.setProperty("role", "hint")
        self.setWordWrap(True)

    def refresh(self) -> None:
        """It goes on to differ."""


class Group(QWidget):
    """A name, a button, and the fields of an object below."""

    def __init__(
        self,
        slot: Slot,
        specs: list[Spec],
        do: Callable[[], object] | None,
        words: str = "",
        icon: str = "close",
        kind: str = "",
    ) -> None:
        super().__init__(slot)
        self.slot = slot
        self.head = QHBoxLayout()
        self.head.setContentsMargins(0, 0, 0, 0)
        self.head.setSpacing(4)
        self.title = QLabel(f"{slot.name} · {kind}" if kind else slot.name, self)
        self.title.setProperty("role", "label")
        self.title.setProperty("own", bool(specs))
        self.title.setToolTip(slot.spec.help)
        self.title.setMinimumHeight(theme.ROW)
        self.head.addWidget(self.title, 1)
        if do:
            self.button = head_button(self, icon, words, slot.name, do)
            self.head.addWidget(self.button)
        self.problem = problem_label(self)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        lines.addLayout(self.head)
        lines.addWidget(self.problem)
        self.slots_ = [slot.inner(f".{spec.name}", spec) for spec in specs]
        if specs:
            lines.addWidget(indented(self.slots_))

    def refresh(self) -> None:
        for slot in self.slots_:
            slot.refresh()

    def set_problem(self, text: str | None) -> None:
        self.problem.setText(text or "")
        self.problem.setVisible(bool(text))


class NamedGroup(QWidget):
    """A choice by name; its settings below, once there is one."""

    def __init__(self, slot: Slot) -> None:
        super().__init__(slot)
        self.slot = slot
        names, settings = slot.spec.shape.variants
        self.field = ChoiceField(self, names.choices, nullable=slot.spec.shape.nullable)
        self.row = _NameRow(slot, self.field)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        lines.addWidget(self.row)
        self.slots_: list[Slot] = []
        if slot._mode[1]:
            specs = [spec for spec in fields_of_object(settings) if spec.name != "type"]
            self.slots_ = [slot.inner(f".{spec.name}", spec) for spec in specs]
            lines.addWidget(indented(self.slots_))

    def refresh(self) -> None:
        self.row.refresh()
        for slot in self.slots_:
            slot.refresh()

    def set_problem(self, text: str | None) -> None:
        self.row.set_problem(text)


class _NameRow(ValueRow):
    def __init__(self, slot: Slot, field: Field) -> None:
        super().__init__(slot.sheet, slot.place, slot.spec, field, slot.name)

    def _show(self, now: Any) -> None:
        self.field.set_value(None if now in (UNSET, MIXED) else now.get("type") if isinstance(now, dict) else now)

    def _changed(self, value: Any) -> None:
        now = self.sheet.target.value(self.place)
        if value is None:
            self.sheet.target.remove(self.label.text(), self.place)
        elif isinstance(now, dict):
            self.sheet.target.set(self.label.text(), f"{self.place}.type", value)
        else:
            self.sheet.target.set(self.label.text(), self.place, value)


def head_button(parent: QWidget, icon: str, words: str, name: str, do: Callable[[], object]) -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(theme.icon(icon, 12, "text-3"))
    button.setFixedSize(22, 22)
    button.setToolTip(words)
    button.setAccessibleName(f"{name}: {words}")
    button.clicked.connect(lambda: do())
    return button


def problem_label(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setProperty("role", "danger")
    label.setWordWrap(True)
    label.hide()
    return label


def indented(slots: Sequence[QWidget], left: int = 12) -> QWidget:
    body = QWidget()
    lines = QVBoxLayout(body)
    lines.setContentsMargins(left, 0, 0, 4)
    lines.setSpacing(6)
    for slot in slots:
        lines.addWidget(slot)
    return body
