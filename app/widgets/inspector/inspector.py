"""The panel beside the picture: what is selected, and everything that can be said of it.

Groups are built when they are opened, one at a turn of the event loop, so that selecting never holds up the window.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import document_edits as edits
from app import theme
from app.preview.messages import Failed, Problem
from app.preview.player import Player
from app.project import Project
from app.selection import Selection
from app.widgets.fields.words import in_words
from app.widgets.inspector.schema import Spec, fields_of, grouped, layer_kinds
from app.widgets.inspector.sheet import Sheet
from app.widgets.inspector.slot import Slot
from app.widgets.inspector.target import Target
from app.widgets.inspector.value_field import Offers
from app.widgets.layer_kinds import ICONS
from app.widgets.layer_tree import name_at
from app.widgets.timeline.lines import color_of

OPEN = ("Content", "Transform", "Look", "Time")
MOST_COLORS = 16
_HEX = re.compile(r"#[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?")


class Inspector(QWidget):
    def __init__(self, project: Project, selection: Selection, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.project, self.selection, self.player = project, selection, player
        self.sections: dict[str, Section] = {}
        self._shown: Any = None
        self._target: Target | None = None
        self._problems: Sequence[Problem] = ()
        self._open = set(OPEN)
        self._building: Iterator[None] = iter(())
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._build)
        self.header = Header(self)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Search fields"))
        self.search.setAccessibleName(self.tr("Search fields"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(theme.icon("search", 14, "text-3"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._search)
        self.scrolled = QScrollArea(self)
        self.scrolled.setWidgetResizable(True)
        self.scrolled.setFrameShape(QFrame.Shape.NoFrame)
        self.scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.pages = QStackedWidget(self)
        self._lay_out()
        project.changed.connect(self.refresh)
        project.view_changed.connect(self.header.refresh)
        selection.changed.connect(self.refresh)
        player.moved.connect(lambda _: self._playhead_moved())
        player.opened.connect(lambda _: self.set_problems(()))
        player.failed.connect(self._failed)
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(340, 600)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 200)

    def _lay_out(self) -> None:
        page = QWidget(self)
        lines = QVBoxLayout(page)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 0, 12, 12)
        bar.addWidget(self.search)
        lines.addWidget(self.header)
        lines.addLayout(bar)
        lines.addWidget(self.scrolled, 1)
        nothing = QLabel(self.tr("Nothing can be changed here: the layers are made by a program."), self)
        nothing.setProperty("role", "hint")
        nothing.setWordWrap(True)
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing.setContentsMargins(24, 24, 24, 24)
        self.pages.addWidget(page)
        self.pages.addWidget(nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)

    # ------------------------------------------------------------------------------------------------------- showing

    @property
    def layers(self) -> tuple[str, ...]:
        """Those that are there; the composition itself where none is."""
        document = self.project.document or {}
        chosen = tuple(path for path in self.selection.layers if isinstance(edits.value_or(document, path), dict))
        return chosen or ("",)

    def refresh(self) -> None:
        self.pages.setCurrentIndex(0 if self.project.is_editable else 1)
        if not self.project.is_editable:
            return
        layers = self.layers
        kinds = tuple(dict.fromkeys(self._kind(path) for path in layers))
        if kinds != self._shown or self._target is None:
            self._shown = kinds
            self._begin(layers)
        else:  # the form is the same: its fields only show other values
            self._target.layers = layers
            for section in self.sections.values():
                section.refresh()
        self.header.refresh()
        self._show_problems()

    def _kind(self, path: str) -> str:
        layer = edits.value_or(self.project.document, path, {}) if path else {}
        if not path:
            return ""
        return "scene" if edits.steps_of(path)[-2:-1] == ("scenes",) else str(layer.get("type"))

    def _begin(self, layers: tuple[str, ...]) -> None:
        """A new form. Fields that only some of the layers have are left out."""
        target = Target(self.project, layers, self.playhead)
        page = QWidget()
        self._target = target
        sheet = Sheet(target, self._offers(), self._go, page)
        lines = QVBoxLayout(page)
        lines.setContentsMargins(0, 0, 0, 24)
        lines.setSpacing(0)
        self.sections = {}
        for group, specs in grouped(self._specs(layers)).items():
            section = Section(group, specs, sheet)
            section.fold.toggled.connect(lambda on, group=group: self._fold(group, on))
            self.sections[group] = section
            lines.addWidget(section)
        lines.addStretch(1)
        self.scrolled.setWidget(page)
        self._search(self.search.text())

    def _specs(self, layers: tuple[str, ...]) -> tuple[Spec, ...]:
        kinds = dict.fromkeys(self._kind(path) for path in layers)
        named = {"": "", "scene": "Scene", **layer_kinds()}
        each = [fields_of(named[kind]) if kind in named else () for kind in kinds]
        first, *others = each
        return tuple(spec for spec in first if all(_alike(spec, other) for other in others))

    def _offers(self) -> Offers:
        document = self.project.document or {}
        fonts = document.get("fonts")
        used = Counter(color.lower() for color in _HEX.findall(repr(document)))
        colors = [color for color, _ in used.most_common(MOST_COLORS)]
        return Offers(tuple(fonts) if isinstance(fonts, dict) else (), colors)

    def _fold(self, group: str, on: bool) -> None:
        if self.search.text():
            return
        self._open = self._open | {group} if on else self._open - {group}
        self._start_building()

    def _start_building(self) -> None:
        self._building = self._steps()
        self._turn.start()

    def _build(self) -> None:
        if next(self._building, self) is self:
            self._turn.stop()
            self._show_problems()

    def _steps(self) -> Iterator[None]:
        for section in list(self.sections.values()):
            if section.fold.isChecked():
                yield from section.build()

    def build_all(self) -> None:
        """At once: for tests, and for who looks for a field by name."""
        for section in self.sections.values():
            for _ in section.build():
                pass

    def _search(self, typed: str) -> None:
        words = typed.lower().split()
        for group, section in self.sections.items():
            section.search(words)
            section.fold.setChecked(bool(words) or group in self._open)
        self._start_building()

    # ---------------------------------------------------------------------------------------------------------- time

    def playhead(self) -> float:
        """Seconds of the film."""
        return float(self.player.frame / self.player.fps)

    def _go(self, seconds: float) -> None:
        self.player.seek(round(seconds * self.player.fps))

    def _playhead_moved(self) -> None:
        for section in self.sections.values():
            section.playhead_moved()

    # ------------------------------------------------------------------------------------------------------ problems

    def _failed(self, failed: Failed) -> None:
        self.set_problems(failed.problems)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        self._problems = problems
        self._show_problems()

    def _show_problems(self) -> None:
        own = [(place, problem) for problem in self._problems if (place := self._place(problem.path)) is not None]
        for section in self.sections.values():
            section.set_problems(own)

    def _place(self, path: str) -> str | None:
        """Inside the selected layers."""
        for layer in self.layers:
            if not layer and not path.startswith("layers["):
                return path
            if layer and path.startswith(layer):
                return path.removeprefix(layer).lstrip(".")
        return None


def _alike(spec: Spec, others: tuple[Spec, ...]) -> bool:
    return any(spec.name == other.name and spec.shape.kind == other.shape.kind for other in others)


class Header(QWidget):
    """What is selected: its icon, its name to be changed, whether it is seen."""

    def __init__(self, inspector: Inspector) -> None:
        super().__init__(inspector)
        self.inspector = inspector
        self.icon = QLabel(self)
        self.icon.setFixedSize(20, 20)
        self.name = QLineEdit(self)
        self.name.setAccessibleName(self.tr("Name of the layer"))
        self.name.setToolTip(self.tr("A name of your own; mattes refer to it"))
        self.name.editingFinished.connect(self._rename)
        self.kind = QLabel(self)
        self.kind.setProperty("role", "hint")
        self.eye = QToolButton(self)
        self.eye.setToolTip(self.tr("Hide or show"))
        self.eye.setAccessibleName(self.tr("Hide or show"))
        self.eye.clicked.connect(self._toggle)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 12, 12, 8)
        line.setSpacing(8)
        line.addWidget(self.icon)
        line.addWidget(self.name, 1)
        line.addWidget(self.kind)
        line.addWidget(self.eye)

    def refresh(self) -> None:
        project, layers = self.inspector.project, self.inspector.layers
        if not project.is_editable:
            return
        kinds = list(dict.fromkeys(self.inspector._kind(path) for path in layers))
        one = len(layers) == 1 and bool(layers[0])
        kind = kinds[0] if len(kinds) == 1 else ""
        icon = ICONS.get(kind, "layers") if layers[0] else "composition"
        tint = color_of(kind) if kind else "text-2"
        self.icon.setPixmap(theme.pixmap(icon, 18, tint, self.devicePixelRatioF()))
        self.name.setEnabled(one)
        if not self.name.hasFocus():
            self.name.setText(self._name(layers))
        self.name.setPlaceholderText(self._placeholder(layers[0]) if one else "")
        several = ", ".join(in_words(each).lower() for each in kinds[:3])
        self.kind.setText(in_words(kind) if kind and one else several if layers[0] else "")
        self.eye.setVisible(bool(layers[0]))
        hidden = all(edits.value_or(project.document, f"{path}.hidden") is True for path in layers)
        self.eye.setIcon(theme.icon("eye-off" if hidden else "eye"))

    def _name(self, layers: tuple[str, ...]) -> str:
        if not layers[0]:
            return self.tr("Composition")
        if len(layers) > 1:
            return self.tr("%n layers", "", len(layers))
        named = edits.value_or(self.inspector.project.document, f"{layers[0]}.id")
        return named if isinstance(named, str) else ""

    def _placeholder(self, path: str) -> str:
        return name_at(self.inspector.project.document or {}, path)

    def _rename(self) -> None:
        if self.name.isModified() and self.name.isEnabled():
            self.name.setModified(False)
            path, name = self.inspector.layers[0], self.name.text().strip()
            self.inspector.project.edit(self.tr("Rename"), lambda document: edits.rename_layer(document, path, name))

    def _toggle(self) -> None:
        project, layers = self.inspector.project, self.inspector.layers
        hide = not all(edits.value_or(project.document, f"{path}.hidden") is True for path in layers)

        def change(document: edits.Document) -> None:
            for path in layers:
                edits.set_hidden(document, path, hide)

        project.edit(self.tr("Hide") if hide else self.tr("Show"), change)


class Section(QFrame):
    """A group of fields, which can be folded; its rows are made when it is first opened."""

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
                self._tell(slot)
                yield

    def refresh(self) -> None:
        for slot in self.slots.values():
            slot.refresh()

    def playhead_moved(self) -> None:
        for name, slot in self.slots.items():
            if any(isinstance(value, (dict, list)) for value in self.sheet.target.each(name)):
                slot.refresh()

    def search(self, words: list[str]) -> None:
        self._words = words
        found = [spec for spec in self.specs if self._is_found(spec)]
        self.setVisible(bool(found))
        for name, slot in self.slots.items():
            slot.setVisible(any(spec.name == name for spec in found))

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
