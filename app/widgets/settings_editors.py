"""What a setting is changed with. An editor gives the value as framekiln.toml has it, None where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDoubleSpinBox, QFileDialog, QHBoxLayout, QLineEdit, QSpinBox, QToolButton, QWidget

from app import theme

GIB = 1 << 30
HOUR = 3600


class Text(QLineEdit):
    """Empty: not set. `otherwise` says what holds then."""

    def __init__(self, otherwise: str = "") -> None:
        super().__init__()
        self.setPlaceholderText(otherwise)

    def show_value(self, value: Any) -> None:
        self.setText(str(value or ""))
        self.setCursorPosition(0)

    def value(self) -> Any:
        return self.text().strip() or None


class Listed(Text):
    """With commas between."""

    def show_value(self, value: Any) -> None:
        self.setText(", ".join(str(each) for each in value or ()))

    def value(self) -> Any:
        return [part.strip() for part in self.text().split(",") if part.strip()] or None


class Folder(QWidget):
    def __init__(self, otherwise: str = "") -> None:
        super().__init__()
        self.line = Text(otherwise)
        button = QToolButton()
        button.setIcon(theme.icon("folder"))
        button.setIconSize(QSize(16, 16))
        button.setToolTip(self.tr("Choose a folder"))
        button.setAccessibleName(self.tr("Choose a folder"))
        button.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE[0])
        row.addWidget(self.line)
        row.addWidget(button)
        self.setFocusProxy(self.line)

    def show_value(self, value: Any) -> None:
        self.line.show_value(value)

    def value(self) -> Any:
        return self.line.value()

    def _choose(self) -> None:
        begin = self.line.text() or self.line.placeholderText() or str(Path.home())
        if folder := QFileDialog.getExistingDirectory(self, self.tr("Choose a folder"), begin):
            self.line.setText(folder)


class Whole(QSpinBox):
    def __init__(self, least: int, most: int, unit: str = "") -> None:
        super().__init__()
        self.setRange(least, most)
        self.setSuffix(f" {unit}" if unit else "")

    def show_value(self, value: Any) -> None:
        self.setValue(int(value))

    def wheelEvent(self, event: Any) -> None:
        """Scrolling the page over it changes nothing."""
        event.ignore()


class Amount(QDoubleSpinBox):
    """A number that is kept in another unit than it is shown in. `nothing`: the words for None, at the lower end."""

    def __init__(self, factor: float, unit: str, most: float, nothing: str = "", whole: bool = False) -> None:
        super().__init__()
        self._factor, self._nothing, self._whole = factor, nothing, whole
        self._shown: tuple[float, Any] | None = None
        self.setDecimals(2)
        self.setRange(0 if nothing else 0.01, most)
        self.setSuffix(f" {unit}")
        self.setSpecialValueText(nothing)

    def textFromValue(self, value: float) -> str:
        return f"{value:.2f}".rstrip("0").rstrip(".")

    def show_value(self, value: Any) -> None:
        self.setValue(0 if value is None else value / self._factor)
        self._shown = (super().value(), value)

    def value(self) -> Any:
        """What was shown comes back as it was, though two decimals cannot say it."""
        number = super().value()
        if self._shown and self._shown[0] == number:
            return self._shown[1]
        if self._nothing and number == 0:
            return None
        return round(number * self._factor) if self._whole else number * self._factor

    def wheelEvent(self, event: Any) -> None:
        event.ignore()


class Hidden(QLineEdit):
    """For a secret: what is typed is not shown, and what is kept is never fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)

    def value(self) -> str | None:
        return self.text().strip() or None


Editor = Text | Listed | Folder | Whole | Amount
