"""A field with what is said of it: label, reset to the default, help under the pointer, its problem below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.widgets.fields.field import Field, Steps
from app.widgets.fields.number import PIXELS

LABEL = 104  # px


class FieldRow(QWidget):
    """`reset`: the person wants the default back."""

    reset = Signal()

    def __init__(self, name: str, field: Field, *, hint: str = "", required: bool = False) -> None:
        super().__init__()
        self.field = field
        self._last_x: int | None = None
        self.label = QLabel(name, self)
        self.label.setProperty("role", "label")
        self.label.setWordWrap(not field.wide)
        self.label.setBuddy(field)
        if hint:
            self.label.setToolTip(hint)
        if field.can_scrub:
            self.label.setCursor(Qt.CursorShape.SizeHorCursor)
            self.label.installEventFilter(self)
        self.star = QLabel("*" if required else "", self)
        self.star.setProperty("role", "danger")
        self.star.setToolTip(self.tr("This must be given."))
        self.star.setVisible(required)
        self.back = QToolButton(self)
        self.back.setIcon(theme.icon("retry", 12, "text-3"))
        self.back.setFixedSize(20, 20)
        self.back.setToolTip(self.tr("Back to the default"))
        self.back.setAccessibleName(self.tr("{}: back to the default").format(name))
        keeps = self.back.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(keeps)
        self.back.clicked.connect(self.reset)
        self.problem = QLabel(self)
        self.problem.setProperty("role", "danger")
        self.problem.setWordWrap(True)
        self.problem.hide()
        field.set_name(name + (self.tr(" (required)") if required else ""), hint)
        self._lay_out()
        self.set_own(False)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.label, 0 if self.field.wide else 1)
        head.addWidget(self.star)
        if self.field.wide:
            head.addStretch(1)
        head.addWidget(self.back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        if self.field.wide:
            layout.addLayout(head)
            layout.addWidget(self.field)
        else:
            side = QWidget(self)
            side.setFixedWidth(LABEL)
            side.setLayout(head)
            head.setContentsMargins(0, 0, 0, 0)
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(side)
            line.addWidget(self.field, 1)
            layout.addLayout(line)
        layout.addWidget(self.problem)

    def set_own(self, own: bool) -> None:
        """Whether the value is the person's own: only then is there something to go back from."""
        self.back.setVisible(own)

    def set_problem(self, text: str | None, steps: Steps = ()) -> None:
        """`steps`: where in the value it is."""
        shown_inside = bool(text and steps and self.field.set_problem_at(steps, text))
        if not shown_inside:
            self.field.set_problem(text)
        self.problem.setText("" if shown_inside else text or "")
        self.problem.setVisible(bool(text) and not shown_inside)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and watched is self.label:
            return self._scrub(event)
        return super().eventFilter(watched, event)

    def _scrub(self, event: QMouseEvent) -> bool:
        at = event.position().toPoint().x()
        if event.type() == QEvent.Type.MouseButtonPress:
            self._last_x = at
        elif event.type() == QEvent.Type.MouseMove and self._last_x is not None:
            keys = event.modifiers()
            fine = bool(keys & Qt.KeyboardModifier.ShiftModifier)
            coarse = bool(keys & Qt.KeyboardModifier.ControlModifier)
            self.field.scrub((at - self._last_x) / PIXELS, fine=fine, coarse=coarse)
            self._last_x = at
        elif event.type() == QEvent.Type.MouseButtonRelease and self._last_x is not None:
            self._last_x = None
            self.field.drop()
        return True
