"""A group of fields, which can be folded; its rows are made when it is first opened."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.preview.messages import Problem
from app.widgets.fields.words import in_words
from app.widgets.inspector.schema import ONLY_WITH, Spec
from app.widgets.inspector.sheet import Sheet
from app.widgets.inspector.slot import Slot
from app.widgets.inspector.target import UNSET


class Section(QFrame):
    def __init__(self, group: str, specs: list[Spec], sheet: Sheet) -> None:
        super().__init__()
        self.group, self.specs, self.sheet = group, specs, sheet
        self.slots: dict[str, Slot] = {}
        self._words: list[str] = []
        self._problems: list[tuple[str, Problem]] = []
        self.setProperty("role", "section")
        self.fold = QToolButton(self)
        self.fold.setCheckable(True)
        self.fold.setProperty("role", "section")
        self.fold.setText(self.tr(group).replace("&", "&&"))
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.toggled.connect(self._show)
        self.mark = QLabel(self)
        self.mark.setProperty("role", "danger")
        self.body = QWidget(self)
        self.lines = QVBoxLayout(self.body)
        self.lines.setContentsMargins(12, 4, 8, 12)
        self.lines.setSpacing(6)
        head = QHBoxLayout()
        head.setContentsMargins(4, 4, 12, 4)
        head.addWidget(self.fold)
        head.addStretch(1)
        head.addWidget(self.mark)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.body)
        self._show(False)

    def _show(self, shown: bool) -> None:
        self.fold.setIcon(theme.icon("chevron-down" if shown else "chevron-right", 14, "text-3"))
        self.body.setVisible(shown)

    def build(self) -> Iterator[None]:
        for spec in self.specs:
            if spec.name not in self.slots and self._is_found(spec):
                slot = Slot(self.sheet, spec.name, spec)
                after = [each.name for each in self.specs[: self.specs.index(spec)]]
                self.slots[spec.name] = slot
                self.lines.insertWidget(sum(name in self.slots for name in after), slot)
                slot.setVisible(self._counts(spec))
                self._tell(slot)
                yield

    def refresh(self) -> None:
        for slot in self.slots.values():
            slot.refresh()
            slot.setVisible(self._is_found(slot.spec) and self._counts(slot.spec))

    def _counts(self, spec: Spec) -> bool:
        """A circle has no tips: what says nothing of this layer is not shown, unless it is set."""
        target = self.sheet.target
        needed = (ONLY_WITH.get((str(kind), spec.name)) for kind in target.each("type"))
        fits = all(each is None or each[1] in target.each(each[0]) for each in needed)
        return fits or any(value is not UNSET for value in target.each(spec.name))

    def playhead_moved(self) -> None:
        for name, slot in self.slots.items():
            if any(isinstance(value, (dict, list)) for value in self.sheet.target.each(name)):
                slot.refresh()

    def search(self, words: list[str]) -> None:
        self._words = words
        found = [spec for spec in self.specs if self._is_found(spec)]
        self.setVisible(bool(found))
        for name, slot in self.slots.items():
            slot.setVisible(any(spec.name == name for spec in found) and self._counts(slot.spec))

    def _is_found(self, spec: Spec) -> bool:
        said = f"{in_words(spec.name)} {spec.name} {spec.help} {self.group}".lower()
        return all(word in said for word in self._words)

    def set_problems(self, problems: list[tuple[str, Problem]]) -> None:
        names = {spec.name for spec in self.specs}
        self._problems = [
            (place, each) for place, each in problems if re.split(r"[.\[]", place, maxsplit=1)[0] in names
        ]
        count = len(self._problems)
        self.mark.setText(self.tr("%n problems", "", count) if count > 1 else self.tr("1 problem") if count else "")
        for slot in self.slots.values():
            self._tell(slot)

    def _tell(self, slot: Slot) -> None:
        """Each problem at the innermost field that it is in."""
        slots = list(slot.slots())
        told: dict[Slot, str] = {}
        for place, problem in self._problems:
            holders = [
                each for each in slots if place == each.place or place.startswith((f"{each.place}.", f"{each.place}["))
            ]
            if holders:
                words = f"{problem.message} {problem.suggestion or ''}".strip()
                told[max(holders, key=lambda each: len(each.place))] = words
        for each in slots:
            each.set_problem(told.get(each))
