"""What it is for: the presets as cards, one of which is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QWidget

from app import theme
from render_engine.encode.presets import PRESETS

COLUMNS = 2
_LOOKS: Mapping[str, tuple[str, Any, Any]] = {  # icon, title, in a few words
    "": ("composition", QT_TRANSLATE_NOOP("", "As composed"), QT_TRANSLATE_NOOP("", "H.264 in its own size")),
    "youtube-1080p": ("video", QT_TRANSLATE_NOOP("", "YouTube 1080p"), QT_TRANSLATE_NOOP("", "H.264, 1920 × 1080")),
    "youtube-4k": ("video", QT_TRANSLATE_NOOP("", "YouTube 4K"), QT_TRANSLATE_NOOP("", "H.264, 3840 × 2160")),
    "vertical": ("video", QT_TRANSLATE_NOOP("", "Vertical"), QT_TRANSLATE_NOOP("", "H.264, 1080 × 1920")),
    "square": ("video", QT_TRANSLATE_NOOP("", "Square"), QT_TRANSLATE_NOOP("", "H.264, 1080 × 1080")),
    "web-small": ("cloud", QT_TRANSLATE_NOOP("", "Web, small"), QT_TRANSLATE_NOOP("", "H.264, at most 2.5 Mb/s")),
    "web-av1": ("cloud", QT_TRANSLATE_NOOP("", "Web, AV1"), QT_TRANSLATE_NOOP("", "smaller, for new browsers")),
    "webm-alpha": ("checker", QT_TRANSLATE_NOOP("", "WebM, transparent"), QT_TRANSLATE_NOOP("", "VP9, for browsers")),
    "prores-422": ("scissors", QT_TRANSLATE_NOOP("", "ProRes 422"), QT_TRANSLATE_NOOP("", "for editing programs")),
    "prores-4444": ("checker", QT_TRANSLATE_NOOP("", "ProRes 4444"), QT_TRANSLATE_NOOP("", "transparent, for editing")),
    "gif": ("image", QT_TRANSLATE_NOOP("", "GIF"), QT_TRANSLATE_NOOP("", "25 fps, one palette")),
    "png-sequence": ("copy", QT_TRANSLATE_NOOP("", "PNG sequence"), QT_TRANSLATE_NOOP("", "a folder of pictures")),
    "draft": ("clock", QT_TRANSLATE_NOOP("", "Draft"), QT_TRANSLATE_NOOP("", "small and quick, to look at")),
    "audio-wav": ("audio", QT_TRANSLATE_NOOP("", "Sound, WAV"), QT_TRANSLATE_NOOP("", "24 bits, nothing lost")),
    "audio-m4a": ("audio", QT_TRANSLATE_NOOP("", "Sound, M4A"), QT_TRANSLATE_NOOP("", "AAC")),
}


@dataclass(frozen=True)
class Look:
    icon: str
    title: str
    text: str


def look_of(preset: str | None) -> Look:
    if (preset or "") in _LOOKS:
        icon, title, text = _LOOKS[preset or ""]
        return Look(icon, _tr(title), _tr(text))
    return Look("video", preset or "", PRESETS[preset].help if preset in PRESETS else "")


class PresetCard(QAbstractButton):
    def __init__(self, name: str | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.look = look_of(name)
        self.setCheckable(True)
        self.setText(self.look.title)
        self.setToolTip(PRESETS[name].help if name else self.tr("H.264, in the composition's size and frame rate"))
        self.setAccessibleName(self.look.title)
        self.setAccessibleDescription(self.look.text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(180, 48)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, under = self.isChecked(), self.underMouse()
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ground = "accent-soft" if chosen else "hover" if under else "raised"
        line = "accent" if chosen or self.hasFocus() else "line-strong" if under else "line"
        painter.setPen(QPen(theme.color(line), 2 if self.hasFocus() else 1))
        painter.setBrush(theme.color(ground))
        painter.drawRoundedRect(area, theme.RADIUS, theme.RADIUS)
        theme.paint_icon(painter, self.look.icon, QRectF(14, area.center().y() - 9, 18, 18), self._tint(chosen))
        self._write(painter, area)

    def _tint(self, chosen: bool) -> str:
        return "accent-text" if chosen else "text-2"

    def _write(self, painter: QPainter, area: QRectF) -> None:
        left, width = 44.0, area.width() - 52
        middle = area.center().y()
        for text, font, tint, top in (
            (self.look.title, theme.font(13, 600), "text", middle - 19),
            (self.look.text, theme.font(12), "text-2" if self.isChecked() else "text-3", middle + 1),
        ):
            painter.setFont(font)
            painter.setPen(theme.color(tint))
            line = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width))
            painter.drawText(QRectF(left, top, width, 18), Qt.AlignmentFlag.AlignVCenter, line)


class PresetCards(QWidget):
    chosen = Signal(object)  # a preset's name, or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QGridLayout(self)
        layout.setContentsMargins(2, 2, 8, 2)
        layout.setSpacing(8)
        self._group = QButtonGroup(self)
        for at, name in enumerate((None, *PRESETS)):
            card = PresetCard(name, self)
            self._group.addButton(card, at)
            layout.addWidget(card, at // COLUMNS, at % COLUMNS)
        layout.setRowStretch(layout.rowCount(), 1)
        self._group.idToggled.connect(self._toggled)

    @property
    def cards(self) -> list[PresetCard]:
        return [card for card in self._group.buttons() if isinstance(card, PresetCard)]

    @property
    def preset(self) -> str | None:
        card = self._group.checkedButton()
        return card.name if isinstance(card, PresetCard) else None

    def choose(self, name: str | None) -> None:
        """A name that there is not any more is None."""
        known = name if name in PRESETS else None
        next(card for card in self.cards if card.name == known).setChecked(True)

    def _toggled(self, _id: int, on: bool) -> None:
        if on:
            self.chosen.emit(self.preset)


def _tr(text: str) -> str:
    return QCoreApplication.translate("", text)
