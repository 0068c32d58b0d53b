"""The props of what is open, as a form: in groups, with help, limits, defaults and problems in their places.

Only what differs from its default is given to the project. Each gesture is one undo.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

import resources
from app.document_edits import Document, steps_of
from app.preview.messages import Problem
from app.project import Project
from app.template_facts import template_facts
from app.widgets.fields.color import ColorField
from app.widgets.fields.field import Field
from app.widgets.fields.file import FileField, dropped_files
from app.widgets.fields.kinds import field_for
from app.widgets.fields.row import FieldRow
from app.widgets.fields.words import in_words
from app.widgets.props_format import FormatPicker, Size
from app.widgets.props_palette import PaletteField, colors_by_prop, names_palettes
from app.widgets.props_python import PropsOfPython
from app.widgets.props_schema import GROUPS, PropShape, Schema, fitting, schema_of_document, shapes_of
from app.widgets.section import Section

TITLES = {
    "content": "Content",
    "media": "Media",
    "colours": "Colours",
    "single": "Single colours",
    "style": "Style",
}
TURN = 0.012  # seconds of making fields, between which the window lives
OWN_FILES = Path(resources.__file__).parent  # what the templates' own files are relative to


class PropsForm(QWidget):
    """`not_taken`: files for which there is no prop."""

    not_taken = Signal(object)

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self.rows: dict[str, FieldRow] = {}
        self._shapes: dict[str, PropShape] = {}
        self._schema: Schema | None = None
        self._unmade: list[PropShape] = []
        self._problems: tuple[Problem, ...] = ()
        self.sections: dict[str, Section] = {}
        self._making = QTimer(self)
        self._making.setSingleShot(True)
        self._making.timeout.connect(self._make_some)
        self._python = PropsOfPython(self)
        self._python.known.connect(self._python_known)
        self.setAcceptDrops(True)
        self.setMinimumWidth(288)
        self._make()
        project.changed.connect(self.refresh)
        self.refresh()

    def _make(self) -> None:
        self.title = QLabel(self)
        self.title.setProperty("role", "heading")
        self.summary = QLabel(self)
        self.summary.setProperty("role", "hint")
        self.summary.setWordWrap(True)
        self.notice = QLabel(self)
        self.notice.setProperty("role", "danger")
        self.notice.setWordWrap(True)
        self.notice.hide()
        self.format = FormatPicker(self)
        self.format.chosen.connect(self._format_chosen)
        self.format.finished.connect(self.project.finish)
        self.format_section = Section(self.tr("Format"))
        self.format_section.add(self.format)
        self._groups = QVBoxLayout()
        self._groups.setSpacing(0)
        page = QWidget(self)
        page.setProperty("role", "page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(12, 12, 12, 8)
        head.setSpacing(4)
        for label in (self.title, self.summary, self.notice):
            head.addWidget(label)
        layout.addLayout(head)
        layout.addWidget(self.format_section)
        layout.addLayout(self._groups)
        layout.addStretch(1)
        self.area = QScrollArea(self)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has the focus
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.area)

    # ------------------------------------------------------------------------------------------------------- showing

    def refresh(self) -> None:
        """What the project says now; fields are made anew only when the props themselves are others."""
        project = self.project
        self.setEnabled(project.is_open)
        if project.kind == "python":
            self._python.ask(project.origin)
        else:
            self._python.forget()
        schema = self._schema_now()
        if schema is not None and schema != self._schema:
            self._schema, self._problems = schema, ()
            self._make_rows(schema)
        self._show_head()
        self._show_values()

    def _schema_now(self) -> Schema | None:
        """None: not known yet."""
        project = self.project
        match project.kind:
            case "template":
                return template_facts()[project.origin].props
            case "document":
                return schema_of_document(project.document or {})
            case "python":
                return self._schema if self._python_source == project.origin else {}
        return {}

    _python_source = ""

    def _python_known(self, source: str, schema: Schema) -> None:
        if source != self.project.origin:
            return
        self._python_source, self._schema = source, schema
        self._make_rows(schema)
        self._show_values()
        self._show_head()

    def _show_head(self) -> None:
        project = self.project
        facts = template_facts().get(project.origin) if project.kind == "template" else None
        self.title.setText(in_words(project.name.replace("-", "_")) if facts else project.name)
        none = self.tr("It declares no props. Under “props”, a composition names what others may change: {}")
        told = none.format('"props": {"title": {"type": "string"}}') if project.kind == "document" else ""
        self.summary.setText(facts.summary if facts else "" if self._shapes else told)
        self.summary.setVisible(bool(self.summary.text()))
        self.format.show_size(project.size, self._own_size())

    def _own_size(self) -> Size | None:
        project = self.project
        if project.kind == "template":
            return template_facts()[project.origin].size
        size = (project.document or {}).get("size", [1920, 1080])
        known = isinstance(size, (list, tuple)) and len(size) == 2 and all(isinstance(one, int) for one in size)
        return (size[0], size[1]) if known and project.kind == "document" else None

    def _make_rows(self, schema: Schema) -> None:
        while item := self._groups.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        shapes = shapes_of(schema)
        self._shapes = {shape.name: shape for shape in shapes}
        self._unmade = [shape for group in GROUPS for shape in shapes if self._group(shape) == group]
        self.rows, self.sections = {}, {}
        self._make_some()

    def _make_some(self) -> None:
        """As many fields as the window has time for; the others in its next turn."""
        until = time.perf_counter() + TURN
        while self._unmade and time.perf_counter() < until:
            shape = self._unmade.pop(0)
            assert self._schema is not None
            row = self.rows[shape.name] = self._make_row(shape, self._schema)
            self._section(self._group(shape)).add(row)
            self._show_value(shape.name)
        if self._unmade:
            self._making.start()
        else:
            self.set_problems(self._problems)

    @property
    def is_whole(self) -> bool:
        return not self._unmade

    def _section(self, group: str) -> Section:
        if group not in self.sections:
            title = QCoreApplication.translate("PropsForm", TITLES[group])
            section = self.sections[group] = Section(title, is_open=group != "single")
            section.body.setSpacing(12)
            self._groups.addWidget(section)
        return self.sections[group]

    def _label(self, shape: PropShape) -> str:
        words = in_words(shape.name)
        return words.removesuffix(self.tr(" colour")) if shape.group == "colours" else words

    def _group(self, shape: PropShape) -> str:
        """Colours that replace those of the palette are seldom needed."""
        is_single = "palette" in self._shapes and shape.kind == "color" and shape.nullable
        return "single" if is_single else shape.group

    def _make_row(self, shape: PropShape, schema: Schema) -> FieldRow:
        field = _field(shape, schema)
        limits = _limits(shape.schema)
        hint = " ".join(filter(None, (shape.help, limits)))
        row = FieldRow(self._label(shape), field, hint=hint, required=shape.required)
        if shape.kind == "file" and isinstance(field, FileField):
            field.base = OWN_FILES if self.project.kind == "template" else self.project.folder
        field.changed.connect(lambda value: self._changed(shape, value))
        field.finished.connect(self.project.finish)
        row.reset.connect(lambda: self._reset(shape))
        return row

    def _show_values(self) -> None:
        for name in self.rows:
            self._show_value(name)

    def _show_value(self, name: str) -> None:
        props, palette = self.project.props, colors_by_prop(self._value("palette"))
        shape, row = self._shapes[name], self.rows[name]
        field = row.field
        field.set_placeholder(palette.get(name) if shape.kind == "color" else shape.default)
        field.set_value(self._value(name))
        row.set_own(name in props)
        if isinstance(field, FileField):
            field.set_own(name in props)
        if isinstance(field, ColorField):
            field.palette_colors = tuple(palette.values())

    def _value(self, name: str) -> Any:
        shape = self._shapes.get(name)
        return self.project.props.get(name, shape.default if shape else None)

    # ------------------------------------------------------------------------------------------------------ changing

    def _changed(self, shape: PropShape, value: Any) -> None:
        """A default that is chosen again is no longer given."""
        props = {name: given for name, given in self.project.props.items() if name != shape.name}
        is_default = value == shape.default and type(value) is type(shape.default)
        if not is_default and not (value is None and not shape.nullable):
            props[shape.name] = value
        words = self.tr("Change {}").format(in_words(shape.name).lower())
        self.project.edit_props(words, props, merge=f"props.{shape.name}")

    def _reset(self, shape: PropShape) -> None:
        self.project.finish()
        props = {name: given for name, given in self.project.props.items() if name != shape.name}
        self.project.edit_props(self.tr("Reset {}").format(in_words(shape.name).lower()), props)

    def _format_chosen(self, size: Size | None) -> None:
        """A document keeps its format itself; of others, it is asked for."""
        label = self.tr("Change format")
        if not self.project.is_editable or size is None:
            self.project.set_size(label, None if size == self._own_size() else size, merge="size")
            return

        def change(document: Document) -> None:
            document["size"] = list(size)

        if self.project.size is not None:
            self.project.set_size(label, None)
        self.project.edit(label, change, merge="size")

    # ----------------------------------------------------------------------------------------------------- problems

    def set_problems(self, problems: Iterable[Problem]) -> None:
        """Each at its prop; what is said of props that are not here, above them all."""
        self._problems = tuple(problems)
        if not self.is_whole:
            return
        for row in self.rows.values():
            row.set_problem(None)
        others = []
        for problem in self._problems:
            steps = steps_of(problem.path)
            words = f"{problem.message}. {problem.suggestion}" if problem.suggestion else problem.message
            if steps[:1] != ("props",):
                continue
            at = self.rows.get(str(steps[1])) if len(steps) > 1 else None
            if at:
                at.set_problem(words, steps[2:])
            else:
                others.append(words)
        self._notice("\n".join(others))

    def _notice(self, text: str) -> None:
        self.notice.setText(text)
        self.notice.setVisible(bool(text))

    # -------------------------------------------------------------------------------------------------------- files

    def take_files(self, paths: Iterable[Path]) -> list[Path]:
        """Each to the prop that it fits, as one step; those that fit none come back."""
        props, left = dict(self.project.props), []
        for path in paths:
            shape = fitting(self._shapes.values(), props, path)
            if shape is None:
                left.append(path)
                continue
            props[shape.name] = str(path.absolute())
        if props != dict(self.project.props):
            self.project.finish()
            self.project.edit_props(self.tr("Put in files"), props)
        if left:
            names = ", ".join(f"“{path.name}”" for path in left)
            self._notice(self.tr("There is no prop for {}.").format(names))
            self.not_taken.emit(left)
        else:
            self._notice("")
        return left

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event.mimeData()) and self.rows:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.take_files(dropped_files(event.mimeData()))


def _field(shape: PropShape, schema: Schema) -> Field:
    if names_palettes(shape.schema.get("enum")):
        return PaletteField(shape.schema["enum"])
    inner: Mapping[str, Any] = schema["properties"][shape.name]
    return field_for(inner, schema.get("$defs", {}))


def _limits(schema: Schema) -> str:
    """In words, for the tooltip."""
    low, high = schema.get("minimum"), schema.get("maximum")
    tr = QCoreApplication.translate
    if low is not None and high is not None:
        return tr("PropsForm", "From {} to {}.").format(f"{low:g}", f"{high:g}")
    if low is not None:
        return tr("PropsForm", "At least {}.").format(f"{low:g}")
    if schema.get("maxLength"):
        return tr("PropsForm", "Up to {} characters.").format(schema["maxLength"])
    return ""
