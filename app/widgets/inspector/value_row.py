"""A field of one value with its label, its reset, and the diamond of its keyframes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QComboBox, QHBoxLayout, QLineEdit, QToolButton, QWidget

from app import theme
from app.document_edits import keyframes_of
from app.widgets.fields.field import Field
from app.widgets.fields.json_text import JsonField
from app.widgets.fields.row import FieldRow
from app.widgets.fields.words import in_words
from app.widgets.inspector.schema import Spec, fits
from app.widgets.inspector.sheet import Sheet
from app.widgets.inspector.target import MIXED, UNSET
from app.widgets.inspector.value_field import value_field

GAP = 8  # px between a field and its keyframes


class Diamond(QAbstractButton):
    """Empty: does not move. Outlined: moves. Filled: a keyframe stands here."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.moves, self.here = False, False
        self.setFixedSize(QSize(Keys.LEAST, theme.ROW))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_state(self, moves: bool, here: bool) -> None:
        if (moves, here) != (self.moves, self.here):
            self.moves, self.here = moves, here
            self.setAccessibleDescription(self.tr("here") if here else self.tr("moves") if moves else "")
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre, far = QPointF(self.width() / 2, self.height() / 2), 4.5
        ways = ((0, -far), (far, 0), (0, far), (-far, 0))
        shape = QPolygonF([centre + QPointF(x, y) for x, y in ways])
        bright = self.moves or self.underMouse() or self.hasFocus()
        painter.setPen(QPen(theme.color("accent" if bright else "text-3"), 1.4))
        painter.setBrush(theme.color("accent") if self.here else Qt.BrushStyle.NoBrush)
        painter.setOpacity(1 if bright else 0.6)
        painter.drawPolygon(shape)


class Keys(QWidget):
    """To the keyframe before, the diamond, to the one after; and the easing of the way between them."""

    LEAST = 18  # px: the diamond alone

    def __init__(self, sheet: Sheet, place: str, spec: Spec, parent: QWidget) -> None:
        super().__init__(parent)
        self.sheet, self.place, self.spec = sheet, place, spec
        name = in_words(spec.name)
        self.easing = self._button("easing", self.tr("{}: easing of the way here").format(name), self._ease)
        self.before = self._button("chevron-left", self.tr("{}: keyframe before").format(name), lambda: self._go(-1))
        self.diamond = Diamond(self)
        self.diamond.setAccessibleName(self.tr("{}: keyframe").format(name))
        self.diamond.setToolTip(self.tr("Add or remove a keyframe at the playhead"))
        self.diamond.clicked.connect(self._toggle)
        self.after = self._button("chevron-right", self.tr("{}: keyframe after").format(name), lambda: self._go(1))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.easing, self.before, self.diamond, self.after):
            layout.addWidget(widget)
        self.refresh()

    def _button(self, icon: str, words: str, do: Any) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(theme.icon(icon, 12))
        button.setFixedSize(18 if icon == "easing" else 14, 22)
        button.setStyleSheet("padding: 0;")
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.clicked.connect(lambda: do())
        return button

    def refresh(self) -> None:
        target = self.sheet.target
        moves = any(keyframes_of(value) for value in target.each(self.place))
        self.diamond.show_state(moves, moves and target.has_keyframe(self.place))
        self.easing.setVisible(moves and target.segment(self.place) is not None)
        for button, way in ((self.before, -1), (self.after, 1)):
            button.setVisible(moves)
            if moves:
                button.setEnabled(target.neighbour(self.place, way) is not None)

    def _toggle(self) -> None:
        name = in_words(self.spec.name).lower()
        label = self.tr("Keyframe of {}").format(name)
        default = self.spec.default
        self.sheet.target.toggle_keyframe(label, self.place, 0 if default is None else default)

    def _go(self, way: int) -> None:
        at = self.sheet.target.neighbour(self.place, way)
        if at is not None:
            self.sheet.go(at)

    def _ease(self) -> None:
        from app.widgets.fields.easing import EasingPopup

        number = self.sheet.target.segment(self.place)
        if number is None:
            return
        place = f"{self.place}.keyframes[{number}].easing"
        written = self.sheet.target.value(place)
        popup = EasingPopup("linear" if written is UNSET else written, self)
        popup.picked.connect(lambda value: self.sheet.target.set(self.tr("Easing"), place, value))
        popup.over.connect(self.sheet.target.project.finish)
        popup.open_under(self.easing)


class ValueRow(FieldRow):
    def __init__(self, sheet: Sheet, place: str, spec: Spec, field: Field | None = None, name: str = "") -> None:
        made = field or value_field(spec.shape, spec.name, sheet.target.project, sheet.offers, sheet.widget)
        super().__init__(name or in_words(spec.name), made, hint=spec.help, required=spec.required)
        self.sheet, self.place, self.spec = sheet, place, spec
        self.keys: Keys | None = None
        self._as_json = isinstance(made, JsonField)
        self._shown: Any = object()
        self.field.set_placeholder(spec.default)
        self.field.changed.connect(self._changed)
        self.field.finished.connect(sheet.target.project.finish)
        self.reset.connect(self._reset)
        if spec.shape.animated:
            self.keys = Keys(sheet, place, spec, self)
            self.field.row.addSpacing(GAP - self.field.row.spacing())
            self.field.row.addWidget(self.keys)
        elif not self.field.wide:
            self.field.row.addSpacing(GAP + Keys.LEAST)  # fields end where those with keyframes do
        self.refresh()

    def refresh(self) -> None:
        written = self.sheet.target.value(self.place)
        now = self.sheet.target.now(self.place)
        self.set_own(written is not UNSET)
        self._own(self.label, written is not UNSET)
        for combo in self.field.findChildren(QComboBox):
            self._own(combo, written is not UNSET)
        if self.keys:
            self.keys.refresh()
        shown = ("mixed",) if now is MIXED else None if now is UNSET else (now,)
        if shown != self._shown:
            self._shown = shown
            self._show(now)

    def _own(self, widget: QWidget, own: bool) -> None:
        """What is set is bright."""
        if widget.property("own") != own:
            widget.setProperty("own", own)
            widget.style().unpolish(widget)
            widget.style().polish(widget)

    def _show(self, now: Any) -> None:
        mixed = now is MIXED
        toggles = self.spec.shape.kind in ("switch", "choice")
        value = None if mixed else now if now is not UNSET else self.spec.default if toggles else None
        self.field.set_value(value if self._as_json or fits(self.spec.shape, value) else None)
        for line in self.field.findChildren(QLineEdit):
            line.setProperty("mixed", mixed)
        if mixed:
            for line in self.field.findChildren(QLineEdit):
                line.setPlaceholderText(self.tr("mixed"))
        elif now is UNSET:
            self.field.set_placeholder(self.spec.default)

    def _changed(self, value: Any) -> None:
        label = self.label.text()
        if value is None and not self.spec.required:
            self.sheet.target.remove(label, self.place)
        elif value is not None:
            self._shown = (value,)
            self.sheet.target.set(label, self.place, value)

    def _reset(self) -> None:
        self._shown = object()
        self.sheet.target.remove(self.tr("Reset {}").format(self.label.text().lower()), self.place)
