"""A row that is never cut: where it has no room, what is needed least is left out, and stands in a menu at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from app import theme

BETWEEN = 2  # px

Group = Sequence[QWidget]


@dataclass(frozen=True)
class Spare:
    """What is left out together, and what stands in the menu for it."""

    widgets: Group
    instead: Sequence[QAction]


class FittedRow(QWidget):
    """Three groups, the second in the middle as long as there is room; of `spares` the first is left out first."""

    def __init__(self, groups: tuple[Group, Group, Group], spares: Sequence[Spare]) -> None:
        super().__init__()
        self._widgets = [widget for group in groups for widget in group]
        self._spares = spares
        self._left_out: Sequence[Spare] = ()
        self.more = _more_button(self.tr("More"))
        self.more.menu().aboutToShow.connect(self._fill)
        left, middle, right = groups
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(BETWEEN)
        row.addLayout(_part(left, after=1), 1)
        row.addLayout(_part(middle))
        row.addLayout(_part((*right, self.more), before=1), 1)

    def fit(self) -> None:
        """To be called when something in it became wider."""
        self._left_out = self._without(self.width())
        for spare in self._spares:
            for widget in spare.widgets:
                widget.setVisible(spare not in self._left_out)
        self.more.setVisible(_has_menu(self._left_out))

    def _without(self, room: int) -> Sequence[Spare]:
        for count in range(len(self._spares) + 1):
            left_out = self._spares[:count]
            if self._needed(left_out) <= room:
                return left_out
        return self._spares

    def _needed(self, left_out: Sequence[Spare] = ()) -> int:
        gone = [widget for spare in left_out for widget in spare.widgets]
        more = [self.more] if _has_menu(left_out) else []
        return sum(_width(widget) for widget in (*self._widgets, *more) if widget not in gone)

    def _fill(self) -> None:
        menu = self.more.menu()
        menu.clear()
        for spare in reversed(self._left_out):
            menu.addSeparator()
            menu.addActions(list(spare.instead))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit()
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        """With all left out that can be."""
        return QSize(self._needed(self._spares), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self._needed(), super().sizeHint().height())


def _has_menu(left_out: Sequence[Spare]) -> bool:
    return any(spare.instead for spare in left_out)


def _width(widget: QWidget) -> int:
    """That it takes in the row, shown or not."""
    widget.ensurePolished()
    return BETWEEN + max(widget.minimumWidth(), min(widget.maximumWidth(), widget.sizeHint().width()))


def _part(group: Group, before: int = 0, after: int = 0) -> QHBoxLayout:
    part = QHBoxLayout()
    part.setSpacing(BETWEEN)
    if before:
        part.addStretch(before)
    for widget in group:
        part.addWidget(widget)
    if after:
        part.addStretch(after)
    return part


def _more_button(words: str) -> QToolButton:
    button = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setObjectName("button-more")
    button.setProperty("role", "more")
    button.setIcon(theme.icon("more", 18))
    button.setIconSize(QSize(18, 18))
    button.setToolTip(words)
    button.setAccessibleName(words)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setMenu(QMenu(button))
    button.hide()
    return button
