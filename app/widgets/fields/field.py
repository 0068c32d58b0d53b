"""What every field shares."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

Steps = tuple[str | int, ...]


class Field(QWidget):
    """`changed` at each step of a gesture; `finished` at its end: what lies between is one undo."""

    changed = Signal(object)
    finished = Signal()
    wide = False  # wants the whole width, its label above it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def value(self) -> Any:
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Shows it; says nothing of a change. None: nothing is set."""
        raise NotImplementedError

    def set_placeholder(self, value: Any) -> None:
        """What counts while nothing is set, shown faintly."""

    def set_problem(self, text: str | None) -> None:
        """Marks the field; the words themselves are shown by whoever holds it."""
        for widget in (self, *self.findChildren(QWidget)):
            if bool(widget.property("invalid")) != (text is not None):
                widget.setProperty("invalid", text is not None)
                widget.style().unpolish(widget)
                widget.style().polish(widget)

    def set_problem_at(self, steps: Steps, text: str) -> bool:
        """Of something inside the value. False: it is for the holder to show."""
        self.set_problem(text)
        return False

    def set_name(self, name: str, hint: str) -> None:
        """What a screen reader says of it, and what is shown under the pointer."""
        target = self.focusProxy() or self
        for widget in {self, target}:
            widget.setAccessibleName(name)
            widget.setAccessibleDescription(hint)
            if hint:
                widget.setToolTip(hint)

    def scrub(self, steps: float, *, fine: bool, coarse: bool) -> None:
        """The label is dragged; only numbers follow."""

    def drop(self) -> None:
        """The label is let go."""

    can_scrub = False

    def minimumSizeHint(self) -> QSize:
        return QSize(60, super().minimumSizeHint().height())
