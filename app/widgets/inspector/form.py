"""All that can be said of layers of some kinds: groups of fields, made bit by bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.preview.messages import Problem
from app.widgets.inspector.schema import Spec, fields_of, grouped, layer_kinds
from app.widgets.inspector.section import Section
from app.widgets.inspector.sheet import Sheet
from app.widgets.inspector.target import Target
from app.widgets.inspector.value_field import Offers


class Form(QWidget):
    """`folded`: called when a person opens or closes a group. Fields that only some of the kinds have are left out."""

    def __init__(
        self,
        kinds: Sequence[str],
        target: Target,
        offers: Offers,
        go: Callable[[float], None],
        folded: Callable[[str, bool], None],
    ) -> None:
        super().__init__()
        self.target = target
        self.sections: dict[str, Section] = {}
        sheet = Sheet(target, offers, go, self)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 24)
        lines.setSpacing(0)
        for group, specs in grouped(specs_of(kinds)).items():
            section = Section(group, specs, sheet)
            section.fold.toggled.connect(lambda on, group=group: folded(group, on))
            self.sections[group] = section
            lines.addWidget(section)
        lines.addStretch(1)

    def show_layers(self, layers: tuple[str, ...]) -> None:
        self.target.layers = layers
        for section in self.sections.values():
            section.refresh()

    def playhead_moved(self) -> None:
        for section in self.sections.values():
            section.playhead_moved()

    def search(self, words: list[str], opened: set[str]) -> None:
        for group, section in self.sections.items():
            section.search(words)
            section.fold.setChecked(bool(words) or group in opened)

    def set_problems(self, problems: list[tuple[str, Problem]]) -> None:
        for section in self.sections.values():
            section.set_problems(problems)

    def build(self, *, closed: bool = False) -> Iterator[None]:
        """The rows of the groups that are open, or of all; one at each turn."""
        for section in self.sections.values():
            if closed or section.fold.isChecked():
                yield from section.build()


def specs_of(kinds: Sequence[str]) -> tuple[Spec, ...]:
    """What layers of these kinds share; "" is the composition itself."""
    named = {"": "", "scene": "Scene", **layer_kinds()}
    first, *others = [fields_of(named[kind]) if kind in named else () for kind in kinds]
    return tuple(spec for spec in first if all(_alike(spec, other) for other in others))


def _alike(spec: Spec, others: tuple[Spec, ...]) -> bool:
    return any(spec.name == other.name and spec.shape.kind == other.shape.kind for other in others)
