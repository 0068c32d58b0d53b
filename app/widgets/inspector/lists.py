"""Lists of a form: cards that are added, moved and removed. An item of several kinds is chosen from a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.document_copies import copied
from app.widgets.fields.words import in_words
from app.widgets.inspector.groups import head_button, indented, problem_label
from app.widgets.inspector.schema import Shape, Spec, fields_of_object, starting, variant_of

if TYPE_CHECKING:
    from app.widgets.inspector.slot import Slot

OPEN_ITEMS = 3  # cards that are open by themselves


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
            self.slots_ = [slot.inner(f"[{number}].{spec.name}", spec) for spec in specs]
            self.body = indented(self.slots_, 8)
            head.addWidget(self.fold)
            head.addStretch(1)
        else:
            lines.setContentsMargins(0, 0, 0, 0)
            self.fold.hide()
            item = group.item if group.item.kind == "union" else self.shape
            spec = Spec(slot.spec.name, item, None, "", False)
            self.slots_ = [slot.inner(f"[{number}]", spec, str(number + 1))]
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
