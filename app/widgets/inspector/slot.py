"""The place of one field in a form. What stands there decides what is shown: a value, a spring, a prop, an object, a list.

When that changes, by whomever, the slot is filled anew; else its rows only show the new values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.document_copies import copied
from app.document_edits import is_number, keyframes_of
from app.widgets.fields.choice import ChoiceField
from app.widgets.fields.field import Field
from app.widgets.fields.json_text import JsonField
from app.widgets.fields.words import in_words
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
OPEN_ITEMS = 3  # cards that are open by themselves
TIME = {"anyOf": [{"type": "number"}, {"type": "string", "description": "marker"}], "default": 0}


def prop_of(value: Any) -> str | None:
    """The prop that a field takes its value from."""
    if isinstance(value, dict) and set(value) == {"$prop"} and isinstance(value["$prop"], str):
        return value["$prop"]
    return None


class Slot(QWidget):
    """`place`: in the target. Rows inside have `refresh()`."""

    def __init__(self, sheet: Sheet, place: str, spec: Spec, *, depth: int = 0, name: str = "") -> None:
        super().__init__()
        self.sheet, self.place, self.spec, self.nesting = sheet, place, spec, depth
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
            yield self.tr("Move by a spring"), self.spring, not is_sprung(value)
            yield self.tr("Hold the present value"), self.hold, moves or is_sprung(value)
        words = self.tr("Show as fields") if self.as_json else self.tr("Show as JSON")
        yield words, lambda: self.show_json(not self.as_json), True
        plain = json.dumps(None if value in (UNSET, MIXED) else value, ensure_ascii=False)
        yield self.tr("Copy"), lambda: QApplication.clipboard().setText(plain), value not in (UNSET, MIXED)
        yield self.tr("Paste"), self._paste, _pasted() is not UNSET

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


# ---------------------------------------------------------------------------------------------------------------- rows


class PropRow(QWidget):
    """The value is the prop's; a click takes it back."""

    def __init__(self, slot: Slot, prop: str) -> None:
        super().__init__(slot)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        name = QLabel(slot.name, self)
        name.setProperty("role", "label")
        name.setFixedWidth(104)
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
        self.slots_ = [Slot(slot.sheet, f"{slot.place}.{spec.name}", spec, depth=slot.nesting + 1) for spec in specs]
        if specs:
            lines.addWidget(_indented(self.slots_))

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
            self.slots_ = [
                Slot(slot.sheet, f"{slot.place}.{spec.name}", spec, depth=slot.nesting + 1) for spec in specs
            ]
            lines.addWidget(_indented(self.slots_))

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


class ListGroup(QWidget):
    """Items as cards: added, moved, removed. An item of several kinds is chosen from a list."""

    def __init__(self, slot: Slot) -> None:
        super().__init__(slot)
        self.slot = slot
        item = slot.spec.shape.item
        assert item
        self.item = item
        self.cards: list[ItemCard] = []
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        self.title = QLabel(slot.name, self)
        self.title.setProperty("role", "label")
        self.title.setToolTip(slot.spec.help)
        self.title.setMinimumHeight(theme.ROW)
        self.add_button = head_button(self, "add", self.tr("Add"), slot.name, self._add)
        head.addWidget(self.title, 1)
        head.addWidget(self.add_button)
        self.problem = problem_label(self)
        self.lines = QVBoxLayout(self)
        self.lines.setContentsMargins(0, 0, 0, 0)
        self.lines.setSpacing(4)
        self.lines.addLayout(head)
        self.lines.addWidget(self.problem)
        self.refresh()

    @property
    def slots_(self) -> list[Slot]:
        return [slot for card in self.cards for slot in card.slots_]

    def _items(self) -> list[Any]:
        value = self.slot.sheet.target.value(self.slot.place)
        return value if isinstance(value, list) else []

    def refresh(self) -> None:
        items = self._items()
        while len(self.cards) > len(items):
            card = self.cards.pop()
            card.hide()
            card.deleteLater()
        for number, value in enumerate(items):
            if number < len(self.cards) and self.cards[number].fits(value):
                self.cards[number].refresh(len(items))
                continue
            card = ItemCard(self, number, value, len(items) <= OPEN_ITEMS)
            if number < len(self.cards):
                old = self.cards[number]
                self.lines.replaceWidget(old, card)
                old.hide()
                old.deleteLater()
                self.cards[number] = card
            else:
                self.cards.append(card)
                self.lines.addWidget(card)
            card.refresh(len(items))

    def change(self, label: str, change: Callable[[list[Any]], list[Any]]) -> None:
        self.slot.sheet.target.change(label, self.slot.place, lambda items: change(list(items or [])), [])

    def reorder(self, number: int, by: int) -> None:
        def moved(items: list[Any]) -> list[Any]:
            to = number + by
            if 0 <= to < len(items):
                items.insert(to, items.pop(number))
            return items

        self.change(self.tr("Reorder {}").format(self.slot.name.lower()), moved)

    def remove(self, number: int) -> None:
        label = self.tr("Remove from {}").format(self.slot.name.lower())
        if len(self._items()) == 1:
            self.slot.sheet.target.remove(label, self.slot.place)
        else:
            self.change(label, lambda items: items[:number] + items[number + 1 :])

    def _add(self) -> None:
        kinds = [shape for shape in self.item.variants if shape.kind == "object"] if self.item.kind == "union" else []
        if len(kinds) > 1:
            from app.widgets.pick_list import Choice, PickList

            choices = [
                Choice(
                    str(number),
                    in_words(_type(shape)),
                    str(shape.schema.get("description", "")),
                    "effect",
                    "kind-effect",
                )
                for number, shape in enumerate(kinds)
            ]
            self.picker = PickList(choices, self.tr("Search"), self)
            self.picker.picked.connect(lambda number: self.put(kinds[int(number)]))
            self.picker.open_under(self.add_button)
        else:
            self.put(self.item)

    def put(self, shape: Shape) -> None:
        items = self._items()
        alike = self.item.kind != "union" and items and shape.kind != "object"
        new = copied(items[-1]) if alike else starting(shape)
        self.change(self.tr("Add to {}").format(self.slot.name.lower()), lambda items: [*items, new])

    def set_problem(self, text: str | None) -> None:
        self.problem.setText(text or "")
        self.problem.setVisible(bool(text))


class ItemCard(QFrame):
    def __init__(self, group: ListGroup, number: int, value: Any, is_open: bool) -> None:
        super().__init__(group)
        self.group, self.number = group, number
        self.shape = variant_of(group.item, value) if group.item.kind == "union" else group.item
        slot = group.slot
        place = f"{slot.place}[{number}]"
        is_object = self.shape.kind == "object"
        self.fold = QToolButton(self)
        self.fold.setCheckable(True)
        self.fold.setProperty("role", "disclosure")
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.title = in_words(_type(self.shape)) if group.item.kind == "union" else f"{_one(slot.name)} {number + 1}"
        self.fold.setText(self.title)
        self.fold.toggled.connect(self._open)
        name = f"{slot.name} {number + 1}"
        self.up = head_button(self, "arrow-up", self.tr("Move up"), name, lambda: group.reorder(self.number, -1))
        self.down = head_button(self, "arrow-down", self.tr("Move down"), name, lambda: group.reorder(self.number, 1))
        remove = head_button(self, "close", self.tr("Remove"), name, lambda: group.remove(self.number))
        head = QHBoxLayout()
        head.setSpacing(0)
        lines = QVBoxLayout(self)
        lines.setSpacing(4)
        if is_object:
            self.setProperty("role", "inset")
            lines.setContentsMargins(4, 2, 4, 4)
            specs = [spec for spec in fields_of_object(self.shape) if "const" not in spec.shape.schema]
            self.slots_ = [Slot(slot.sheet, f"{place}.{spec.name}", spec, depth=slot.nesting + 1) for spec in specs]
            self.body = _indented(self.slots_, 8)
            head.addWidget(self.fold)
            head.addStretch(1)
        else:
            lines.setContentsMargins(0, 0, 0, 0)
            self.fold.hide()
            item = group.item if group.item.kind == "union" else self.shape
            spec = Spec(slot.spec.name, item, None, "", False)
            self.slots_ = [Slot(slot.sheet, place, spec, depth=slot.nesting + 1, name=str(number + 1))]
            self.body = self.slots_[0]
            head.addWidget(self.body, 1)
        for button in (self.up, self.down, remove):
            head.addWidget(button)
        lines.addLayout(head)
        if is_object:
            lines.addWidget(self.body)
            self.fold.setChecked(is_open)
            self._open(is_open)

    def fits(self, value: Any) -> bool:
        if self.group.item.kind != "union":
            return True
        return variant_of(self.group.item, value) is self.shape or self.shape.kind != "object"

    def refresh(self, count: int) -> None:
        self.up.setEnabled(self.number > 0)
        self.down.setEnabled(self.number < count - 1)
        for slot in self.slots_:
            slot.refresh()

    def _open(self, shown: bool) -> None:
        self.fold.setIcon(theme.icon("chevron-down" if shown else "chevron-right", 14, "text-3"))
        self.body.setVisible(shown)


def _type(shape: Shape) -> str:
    return next(
        (str(spec.shape.schema["const"]) for spec in fields_of_object(shape) if "const" in spec.shape.schema),
        shape.title,
    )


def _one(name: str) -> str:
    return name.removesuffix("s")


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


def _indented(slots: list[Slot], left: int = 12) -> QWidget:
    body = QWidget()
    lines = QVBoxLayout(body)
    lines.setContentsMargins(left, 0, 0, 4)
    lines.setSpacing(6)
    for slot in slots:
        lines.addWidget(slot)
    return body
