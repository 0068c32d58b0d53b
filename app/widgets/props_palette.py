"""A palette as a field: each as a small card in its own colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QWidget

from app import theme
from app.widgets.fields.field import Field
from app.widgets.fields.words import in_words
from render_engine.motion.tokens import PALETTES, Palette

ACROSS = 3
DOT = 12


class PaletteCard(QAbstractButton):
    def __init__(self, name: str, palette: Palette, parent: QWidget) -> None:
        super().__init__(parent)
        self._palette = palette
        self.setText(in_words(name))
        self.setAccessibleName(in_words(name))
        self.setToolTip(in_words(name))
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(72, 64)

    def sizeHint(self) -> QSize:
        return QSize(92, 64)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -22)
        shape = QPainterPath()
        shape.addRoundedRect(card, theme.RADIUS, theme.RADIUS)
        painter.fillPath(shape, QColor(self._palette.bg))
        painter.setPen(QColor(self._palette.text))
        painter.setFont(theme.font(14, 700))
        painter.drawText(card.adjusted(9, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, "Aa")
        painter.setPen(Qt.PenStyle.NoPen)
        colors = (self._palette.primary, self._palette.secondary, self._palette.accent)
        for k, color in enumerate(colors):
            painter.setBrush(QColor(color))
            left = card.right() - 9 - DOT - (len(colors) - 1 - k) * (DOT - 3)
            painter.drawEllipse(QRectF(left, card.center().y() - DOT / 2, DOT, DOT))
        self._paint_edge(painter, shape)

    def _paint_edge(self, painter: QPainter, shape: QPainterPath) -> None:
        on = self.isChecked()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        edge = "accent" if on or self.hasFocus() else "text-3" if self.underMouse() else "line-strong"
        painter.setPen(QPen(theme.color(edge), 2 if on else 1))
        painter.drawPath(shape)
        painter.setPen(theme.color("text" if on else "text-2"))
        painter.setFont(theme.font(11, 500))
        below = self.rect().adjusted(0, self.height() - 20, 0, 0)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self.text())


class PaletteField(Field):
    """One of the names in PALETTES."""

    wide = True

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: Any = None
        self._group = QButtonGroup(self)
        self.cards: dict[str, PaletteCard] = {}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for number, name in enumerate(names):
            card = PaletteCard(name, PALETTES[name], self)
            card.clicked.connect(lambda _, name=name: self._chosen(name))
            self._group.addButton(card)
            grid.addWidget(card, number // ACROSS, number % ACROSS)
            self.cards[name] = card
        for column in range(ACROSS):
            grid.setColumnStretch(column, 1)
        self.row.addLayout(grid)
        self.setFocusProxy(next(iter(self.cards.values())))

    @property
    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        if value in self.cards:
            self.cards[value].setChecked(True)

    def _chosen(self, name: str) -> None:
        self._value = name
        self.changed.emit(name)
        self.finished.emit()


def names_palettes(choices: Sequence[Any] | None) -> bool:
    return bool(choices) and all(choice in PALETTES for choice in choices or ())


def colors_by_prop(palette: str | None) -> dict[str, str]:
    """What the props that replace single colours of a palette replace."""
    if palette not in PALETTES:
        return {}
    own = PALETTES[palette]
    return {
        "primary": own.primary,
        "secondary": own.secondary,
        "accent": own.accent,
        "background": own.bg,
        "text": own.text,
        "muted": own.text_muted,
    }
