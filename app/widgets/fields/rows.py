"""A list: a card for each item, which can be opened, moved and taken away."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.widgets.fields.field import Field, Steps
from app.widgets.fields.number import number_words
from app.widgets.fields.pair import PairField, is_pair
from app.widgets.fields.words import in_words

Schema = Mapping[str, Any]
SIMPLE = ("string", "number", "integer")


class ItemCard(QFrame):
    """One item. A simple one is its field in a line; an object opens and closes, and is named by its first words."""

    changed = Signal(object)
    finished = Signal()
    removed = Signal()
    moved = Signal(int)  # by so many places

    def __init__(self, number: int, schema: Schema, definitions: Schema, parent: QWidget) -> None:
        from app.widgets.fields.kinds import plain

        super().__init__(parent)
        self._schema, _ = plain(schema, definitions)
        self.is_simple = self._schema.get("type") in SIMPLE or is_pair(self._schema)
        self._pressed_y: int | None = None
        self._number = number
        self._value: Any = None
        self._field: Field | None = None
        self._made_of = schema, definitions
        self.grip = QLabel(self)
        self.grip.setPixmap(theme.pixmap("drag", 14, "text-3", self.devicePixelRatioF()))
        self.grip.setCursor(Qt.CursorShape.SizeVerCursor)
        self.grip.setToolTip(self.tr("Drag to reorder, or Alt+Up and Alt+Down"))
        self.grip.installEventFilter(self)
        self.remove = QToolButton(self)
        self.remove.setIcon(theme.icon("close", 12, "text-3"))
        self.remove.setFixedSize(22, 22)
        self.remove.setToolTip(self.tr("Remove"))
        self.remove.setAccessibleName(self.tr("Remove item {}").format(number + 1))
        self.remove.clicked.connect(self.removed)
        self._lay_simple() if self.is_simple else self._lay_object()

    @property
    def field(self) -> Field:
        """Made when it is first wanted: most objects are never opened."""
        if self._field is None:
            self._field = self._make_field(*self._made_of)
            self._field.set_value(self._value)
            self._field.changed.connect(self._changed)
            self._field.finished.connect(self.finished)
            self._field.set_name(self.tr("Item {}").format(self._number + 1), self._schema.get("description", ""))
            if not self.is_simple:
                self._inside.addWidget(self._field)
        return self._field

    def set_problem(self, text: str | None) -> None:
        if self._field or text:
            self.field.set_problem(text)

    def _make_field(self, schema: Schema, definitions: Schema) -> Field:
        from app.widgets.fields.kinds import field_for
        from app.widgets.fields.record import RecordField

        if is_pair(self._schema):
            return PairField(self._schema, definitions, self)
        if "properties" in self._schema:
            return RecordField(self._schema, definitions, self, framed=False)
        return field_for(schema, definitions, self)

    def _lay_simple(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self.grip)
        line.addWidget(self.field, 1)
        line.addWidget(self.remove)

    def _lay_object(self) -> None:
        self.setProperty("role", "inset")
        self.head = QToolButton(self)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setCheckable(True)
        self.head.setProperty("role", "disclosure")
        self.head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.head.toggled.connect(self.open)
        line = QHBoxLayout()
        line.setContentsMargins(8, 0, 4, 0)
        line.setSpacing(0)
        line.addWidget(self.grip)
        line.addWidget(self.head, 1)
        line.addWidget(self.remove)
        self.body = QWidget(self)
        self._inside = QVBoxLayout(self.body)
        self._inside.setContentsMargins(12, 4, 12, 12)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(0)
        layout.addLayout(line)
        layout.addWidget(self.body)
        self.open(False)

    def open(self, shown: bool) -> None:
        if shown:
            self.field.show()
        self.head.setChecked(shown)
        self.body.setVisible(shown)
        self.head.setIcon(theme.icon("chevron-down" if shown else "chevron-right", 14, "text-3"))

    def set_value(self, value: Any) -> None:
        self._value = value
        if self._field:
            self._field.set_value(value)
        self._name()

    def _changed(self, value: Any) -> None:
        self._value = value
        self._name()
        self.changed.emit(value)

    def _name(self) -> None:
        if self.is_simple:
            return
        value = self._value
        words = _summary(value) if isinstance(value, Mapping) else ""
        self.head.setText(words or self.tr("Nothing yet"))
        self.head.setAccessibleName(words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The grip: each card's height that it is dragged is a place."""
        if isinstance(event, QMouseEvent) and watched is self.grip:
            at = self.mapToParent(self.grip.mapTo(self, event.position().toPoint())).y()
            if event.type() == QEvent.Type.MouseButtonPress:
                self._pressed_y = at
            elif event.type() == QEvent.Type.MouseButtonRelease and self._pressed_y is not None:
                places = round((at - self._pressed_y) / max(self.height(), 1))
                self._pressed_y = None
                if places:
                    self.moved.emit(places)
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if by and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.moved.emit(by)
        else:
            super().keyPressEvent(event)


class RowsField(Field):
    """`minItems` and `maxItems` say how many there may be. None where it is `nullable` and there are none."""

    wide = True

    def __init__(
        self, schema: Schema, definitions: Schema, parent: QWidget | None = None, *, nullable: bool = False
    ) -> None:
        super().__init__(parent)
        self._items, self._definitions = schema["items"], definitions
        self._least, self._most = schema.get("minItems", 0), schema.get("maxItems")
        self._nullable = nullable
        self._value: list[Any] = []
        self.cards: list[ItemCard] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self.add = QPushButton(theme.icon("add", 14), self.tr("Add"), self)
        self.add.setProperty("role", "quiet")
        self.add.clicked.connect(self._add)
        self.setFocusProxy(self.add)
        self.count = QLabel(self)
        self.count.setProperty("role", "hint")
        foot = QHBoxLayout()
        foot.addWidget(self.add)
        foot.addStretch(1)
        foot.addWidget(self.count)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._list)
        column.addLayout(foot)
        self.row.addLayout(column)
        self._show()

    @property
    def value(self) -> list[Any] | None:
        return None if self._nullable and not self._value else list(self._value)

    def set_value(self, value: Any) -> None:
        value = list(value) if isinstance(value, (list, tuple)) else []
        if value != self._value or len(self.cards) != len(value):
            self._value = value
            self._show()

    def set_problem_at(self, steps: Steps, text: str) -> bool:
        if not steps or not isinstance(steps[0], int) or steps[0] >= len(self.cards):
            self.set_problem(text)
            return False
        card = self.cards[steps[0]]
        if card.is_simple:
            return card.field.set_problem_at(steps[1:], text)
        card.open(True)
        return card.field.set_problem_at(steps[1:], text)

    def set_problem(self, text: str | None) -> None:
        if text is None:
            for card in self.cards:
                card.set_problem(None)

    def _show(self) -> None:
        """Cards are kept where there are as many: what is open stays open, and the cursor stays where it is."""
        while len(self.cards) > len(self._value):
            card = self.cards.pop()
            self._list.removeWidget(card)
            card.deleteLater()
        while len(self.cards) < len(self._value):
            self._add_card(len(self.cards))
        for card, value in zip(self.cards, self._value, strict=True):
            card.set_value(value)
            card.remove.setEnabled(len(self._value) > self._least)
        self.add.setEnabled(self._most is None or len(self._value) < self._most)
        self.count.setText(f"{len(self._value)} / {self._most}" if self._most else "")

    def _add_card(self, number: int) -> None:
        card = ItemCard(number, self._items, self._definitions, self)
        card.changed.connect(lambda value, card=card: self._changed(self.cards.index(card), value))
        card.finished.connect(self.finished)
        card.removed.connect(lambda card=card: self._remove(self.cards.index(card)))
        card.moved.connect(lambda by, card=card: self._move(self.cards.index(card), by))
        self.cards.append(card)
        self._list.addWidget(card)

    def _changed(self, number: int, value: Any) -> None:
        self._value = [value if k == number else other for k, other in enumerate(self._value)]
        self.changed.emit(self.value)

    def _add(self) -> None:
        """Like the last one, so that it is whole from the start."""
        new = copy.deepcopy(self._value[-1]) if self._value else _empty(self._items, self._definitions)
        self._take([*self._value, new])
        card = self.cards[-1]
        if not card.is_simple:
            card.open(True)
        card.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, number: int) -> None:
        if len(self._value) > self._least:
            self._take([value for k, value in enumerate(self._value) if k != number])

    def _move(self, number: int, by: int) -> None:
        to = min(max(number + by, 0), len(self._value) - 1)
        if to != number:
            values = list(self._value)
            values.insert(to, values.pop(number))
            self._take(values)
            card = self.cards[to]
            (card.field if card.is_simple else card.head).setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self, values: list[Any]) -> None:
        self._value = values
        self._show()
        self.changed.emit(self.value)
        self.finished.emit()


def _summary(value: Mapping[str, Any]) -> str:
    """Its first words, and the first number after them."""
    words = next((text for text in value.values() if isinstance(text, str) and text), "")
    number = next(
        (number_words(one) for one in value.values() if isinstance(one, (int, float)) and one is not True), ""
    )
    return " · ".join(filter(None, (words if len(words) <= 32 else words[:31] + "…", number)))


def _empty(schema: Schema, definitions: Schema) -> Any:
    """The least that is valid in shape: what must be there, empty."""
    from app.widgets.fields.kinds import plain

    found, _ = plain(schema, definitions)
    if "default" in found:
        return found["default"]
    if "enum" in found:
        return found["enum"][0]
    if found.get("type") == "object":
        needed = found.get("required", ())
        return {
            name: in_words(name) if inner.get("type") == "string" else _empty(inner, definitions)
            for name, inner in found.get("properties", {}).items()
            if name in needed
        }
    return {"string": "", "number": 0, "integer": 0, "boolean": False, "array": []}.get(str(found.get("type")))
