"""What is selected, above its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from app import document_edits as edits
from app import theme
from app.widgets.fields.words import in_words
from app.widgets.layer_kinds import ICONS
from app.widgets.layer_tree import name_at
from app.widgets.timeline.lines import color_of

if TYPE_CHECKING:
    from app.widgets.inspector.inspector import Inspector


def kind_of(document: Any, path: str) -> str:
    """A layer's type, “scene”, or nothing for the composition itself."""
    if not path:
        return ""
    return "scene" if edits.steps_of(path)[-2:-1] == ("scenes",) else str(edits.value_or(document, f"{path}.type"))


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
        kinds = list(dict.fromkeys(kind_of(project.document, path) for path in layers))
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
