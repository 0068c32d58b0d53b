"""Labels and buttons in one of the style sheet's roles."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton, QWidget


def labelled(text: str, role: str) -> QLabel:
    """role: title, heading, label, hint, danger, warn, ok."""
    made = QLabel(text)
    made.setProperty("role", role)
    return made


def button(text: str, role: str = "") -> QPushButton:
    """role: primary, quiet, danger; none is the usual one."""
    made = QPushButton(text)
    made.setProperty("role", role)
    made.setAutoDefault(False)
    return made


def set_role(widget: QWidget, role: str) -> None:
    """Of a widget that is shown already."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
