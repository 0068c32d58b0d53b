"""What all rows of a form share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.widgets.inspector.target import Target
from app.widgets.inspector.value_field import Offers


@dataclass(frozen=True)
class Sheet:
    """`go`: to a time of the film; `widget`: that the rows are in."""

    target: Target
    offers: Offers
    go: Callable[[float], None]
    widget: QWidget
