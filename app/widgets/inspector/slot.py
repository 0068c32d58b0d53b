"""The place of one field in a form. What stands there decides what is shown: a value, a spring, a prop, an object, a list.

When that changes, by whomever, the slot is filled anew; else its rows only show the new values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.document_copies import copied
from app.document_edits import is_number, keyframes_of
from app.widgets.fields.json_text import JsonField
from app.widgets.fields.words import in_words
from app.widgets.inspector.groups import Group, MixedRow, NamedGroup, PropRow
from app.widgets.inspector.lists import ListGroup
from app.widgets.inspector.moving import is_sprung
from app.widgets.inspector.schema import (
    Shape,
    Spec,
    fields_of_object,
    fits,
    is_named,
    shape_of,
    starting,
    type_of,
    variant_of,
)
from app.widgets.inspector.sheet import Sheet
from app.widgets.inspector.target import MIXED, UNSET
from app.widgets.inspector.value_row import ValueRow

MOST_ITEMS = 40  # of a list, until it is shown as JSON
TIME = {"anyOf": [{"type": "number"}, {"type": "string", "description": "marker"}], "default": 0}


def prop_of(value: Any) -> str | None:
    """The prop that a field takes its value from."""
    if isinstance(value, dict) and set(value) == {"$prop"} and isinstance(value["$prop"], str):
        return value["$prop"]
    return None


class Slot(QWidget):
    """`place`: in the target. Rows inside have `refresh()`."""

    def __init__(self, sheet: Sheet, place: str, spec: Spec, name: str = "") -> None:
        super().__init__()
        self.sheet, self.place, self.spec = sheet, place, spec
        self.name = name or in_words(spec.name)
        self.as_json = False
        self._mode: Any = None
        self._inner: QWidget | None = None
        self.lines = QVBoxLayout(self)
        self.lines.setContentsMargins(0, 0, 0, 0)
        self.lines.setSpacing(0)
        self.refresh()

    # ------------------------------------------------------------------------------------------------------- showing

    def refresh(self) -> None:
        mode = self._mode_of(self.sheet.target.value(self.place))
        if mode != self._mode:
            self._mode = mode
            self._fill()
        elif self._inner is not None:
            self._inner.refresh()  # type: ignore[attr-defined]

    def _mode_of(self, value: Any) -> Any:
        if self.as_json:
            return "json"
        if value is MIXED:
            return self._mode_of_several()
        if prop_of(value) is not None:
            return ("prop", prop_of(value))
        if self.spec.shape.animated and is_sprung(value):
            return "spring"
        moves = self.spec.shape.animated and keyframes_of(value)
        if not (value is UNSET or value is None or moves or fits(self.spec.shape, value)):
            return "json"
        kind = self.spec.shape.kind
        if kind == "object":
            return ("object", value is not UNSET and value is not None)
        if kind == "list":
            return "json" if isinstance(value, list) and len(value) > MOST_ITEMS else "list"
        if kind == "union":
            return self._mode_of_union(value)
        return "value"

    def _mode_of_several(self) -> Any:
        """Layers that differ, but are of one kind here, can be changed together."""
        modes = {self._mode_of(value) for value in self.sheet.target.each(self.place)}
        alike = len(modes) == 1 and modes <= {"value", "spring", *(mode for mode in modes if isinstance(mode, tuple))}
        simple = self.spec.shape.kind not in ("object", "list", "union", "json")
        return modes.pop() if alike else "value" if simple and "spring" not in modes else "mixed"

    def _mode_of_union(self, value: Any) -> Any:
        shape = self.spec.shape
        if is_named(shape):
            return ("named", value is not UNSET and value is not None)
        counts = self.spec.default if value is UNSET else value
        if keyframes_of(counts):
            counts = keyframes_of(counts)[0].get("value")
        return ("variant", shape.variants.index(variant_of(shape, counts)))

    def _fill(self) -> None:
        if self._inner is not None:
            self._inner.hide()
            self._inner.deleteLater()
        self._inner = self._made()
        self.lines.addWidget(self._inner)

    def _made(self) -> QWidget:
        mode = self._mode if isinstance(self._mode, tuple) else (self._mode,)
        match mode[0]:
            case "json":
                return ValueRow(self.sheet, self.place, self.spec, JsonField(nullable=True), self.name)
            case "prop":
                return PropRow(self, mode[1])
            case "spring":
                return Group(self, self._spring_specs(), self.unset, self.tr("Back to a plain value"), "retry")
            case "mixed":
                return MixedRow(self.name)
            case "object":
                return self._object(self.spec.shape, mode[1])
            case "list":
                return ListGroup(self)
            case "named":
                return NamedGroup(self)
            case "variant":
                return self._variant(self.spec.shape.variants[mode[1]])
        return ValueRow(self.sheet, self.place, self.spec, None, self.name)

    def _object(self, shape: Shape, there: bool) -> QWidget:
        specs = [spec for spec in fields_of_object(shape) if "const" not in spec.shape.schema]
        if not self.spec.shape.nullable and self.spec.default is None:
            return Group(self, specs, None)
        if there:
            return Group(self, specs, self.unset, self.tr("Remove"), "close")
        return Group(self, [], lambda: self.give(starting(shape)), self.tr("Add"), "add")

    def _variant(self, shape: Shape) -> QWidget:
        """With a button that changes to another one."""
        spec = Spec(
            self.spec.name, _moving(shape, self.spec.shape), self.spec.default, self.spec.help, self.spec.required
        )
        if shape.kind == "object":
            specs = [each for each in fields_of_object(shape) if "const" not in each.shape.schema]
            group = Group(self, specs, self.unset, self.tr("Back to the default"), "retry", in_words(type_of(shape)))
            group.head.insertWidget(group.head.count() - 1, self._kinds_button())
            return group
        row = ValueRow(self.sheet, self.place, spec, None, self.name)
        row.field.row.insertWidget(row.field.row.count() - 1, self._kinds_button())
        return row

    def _kinds_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(theme.icon("chevron-down", 12, "text-3"))
        button.setFixedSize(18, 22)
        button.setStyleSheet("padding: 0;")
        button.setToolTip(self.tr("Another kind of value"))
        button.setAccessibleName(self.tr("{}: another kind of value").format(self.name))
        button.clicked.connect(lambda: self._kinds_menu().popup(button.mapToGlobal(button.rect().bottomLeft())))
        return button

    def _kinds_menu(self) -> QMenu:
        menu = self._menu()
        for shape in self.spec.shape.variants:
            title = in_words(type_of(shape)) if shape.kind == "object" else in_words(shape.title)
            action = menu.addAction(title)
            action.triggered.connect(lambda _=False, shape=shape: self._become(shape))
        return menu

    def _become(self, shape: Shape) -> None:
        self.give(_started(shape, self.sheet.target.value(self.place)))

    def _spring_specs(self) -> list[Spec]:
        plain = Shape(**{**vars(self.spec.shape), "animated": False})
        return [
            Spec("from", plain, None, "", True),
            Spec("to", plain, None, "", True),
            Spec("spring", Shape("spring"), "snappy", self.tr("How stiff it is, and how long it swings."), False),
            Spec("delay", shape_of(TIME, "delay"), 0, self.tr("Seconds of the layer until it begins."), False),
        ]

    # ------------------------------------------------------------------------------------------------------ changing

    def give(self, value: Any) -> None:
        self.sheet.target.set(self.name, self.place, value, merge=False)

    def unset(self) -> None:
        self.sheet.target.remove(self.tr("Reset {}").format(self.name.lower()), self.place)

    def _now(self) -> Any:
        now = self.sheet.target.now(self.place)
        if now is UNSET or now is MIXED:
            default = self.spec.default
            return default if default is not None else starting(self.spec.shape)
        return now

    def spring(self) -> None:
        """From what it is now to the same: the person changes one of them."""
        now = self._now()
        self.change_to({"spring": "snappy", "from": _less(now), "to": now})

    def hold(self) -> None:
        """Plain, with the value that it has at the playhead."""
        self.change_to(self._now())

    def change_to(self, value: Any) -> None:
        self.sheet.target.change(self.name, self.place, lambda _: copied(value))

    def show_json(self, on: bool) -> None:
        self.as_json = on
        self.refresh()

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def actions_here(self) -> Iterator[tuple[str, Callable[[], object], bool]]:
        """Everything that can be done with the field, and whether it can be now."""
        value = self.sheet.target.value(self.place)
        yield self.tr("Reset"), self.unset, value is not UNSET and not self.spec.required
        if self.spec.shape.animated:
            moves = bool(keyframes_of(value))
            default = self.spec.default if self.spec.default is not None else 0
            toggle = lambda: self.sheet.target.toggle_keyframe(self.name, self.place, default)  # noqa: E731
            yield self.tr("Add or remove a keyframe here"), toggle, not is_sprung(value)
            yield self.tr("Bring the keyframe before here"), lambda: self._bring(-1), self._can_bring(-1)
            yield self.tr("Bring the keyframe after here"), lambda: self._bring(1), self._can_bring(1)
            yield self.tr("Move by a spring"), self.spring, not is_sprung(value)
            yield self.tr("Hold the present value"), self.hold, moves or is_sprung(value)
        words = self.tr("Show as fields") if self.as_json else self.tr("Show as JSON")
        yield words, lambda: self.show_json(not self.as_json), True
        plain = json.dumps(None if value in (UNSET, MIXED) else value, ensure_ascii=False)
        yield self.tr("Copy"), lambda: QApplication.clipboard().setText(plain), value not in (UNSET, MIXED)
        yield self.tr("Paste"), self._paste, _pasted() is not UNSET

    def _bring(self, way: int) -> None:
        self.sheet.target.move_keyframe(self.tr("Move keyframe of {}").format(self.name.lower()), self.place, way)

    def _can_bring(self, way: int) -> bool:
        target = self.sheet.target
        return target.neighbour(self.place, way) is not None and not target.has_keyframe(self.place)

    def _paste(self) -> None:
        self.change_to(_pasted())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self._menu()
        for words, do, possible in self.actions_here():
            action = QAction(words, menu)
            action.setEnabled(possible)
            action.triggered.connect(lambda _=False, do=do: do())
            menu.addAction(action)
        self._add_props(menu)
        menu.popup(event.globalPos())
        event.accept()

    def _add_props(self, menu: QMenu) -> None:
        declared = (self.sheet.target.project.document or {}).get("props")
        if isinstance(declared, dict) and declared:
            inner = menu.addMenu(self.tr("Take it from a prop"))
            for name in declared:
                inner.addAction(in_words(name)).triggered.connect(
                    lambda _=False, name=name: self.change_to({"$prop": name})
                )

    # ------------------------------------------------------------------------------------------------------ problems

    def inner(self, place: str, spec: Spec, name: str = "") -> Slot:
        """Of something in the value: `place` is like `.radius`, `[2]`."""
        return Slot(self.sheet, f"{self.place}{place}", spec, name)

    def slots(self) -> Iterator[Slot]:
        yield self
        for inner in getattr(self._inner, "slots_", ()):
            yield from inner.slots()

    def set_problem(self, text: str | None) -> None:
        if isinstance(self._inner, (ValueRow, Group, ListGroup, NamedGroup)):
            self._inner.set_problem(text)


def _moving(shape: Shape, union: Shape) -> Shape:
    return Shape(**{**vars(shape), "animated": union.animated, "nullable": union.nullable})


def _less(value: Any) -> Any:
    """A value to begin from that differs."""
    if isinstance(value, list):
        return [_less(each) if is_number(each) else each for each in value]
    return 0 if is_number(value) and value else value


def _started(shape: Shape, before: Any) -> Any:
    """A gradient begins with the colour that was there."""
    value = starting(shape)
    if isinstance(value, dict) and isinstance(value.get("stops"), list) and isinstance(before, str):
        value["stops"] = [{"offset": 0, "color": before}, {"offset": 1, "color": "#000000"}]
    elif isinstance(value, dict) and isinstance(value.get("stops"), list) and isinstance(before, dict):
        value["stops"] = copied(before.get("stops") or value["stops"])
    elif shape.kind == "color" and isinstance(before, dict) and before.get("stops"):
        first = before["stops"][0].get("color")
        value = first if isinstance(first, str) else value
    return value


def _pasted() -> Any:
    try:
        return json.loads(QApplication.clipboard().text())
    except ValueError:
        return UNSET
