"""The icon in the system's tray: how far the render is, and a word when it is done. Nothing where there is no tray."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from app import theme
from app.export.renders import Renders

SIDE = 64  # px; the system scales it


class Tray(QObject):
    """`raised`: somebody wants the window."""

    raised = Signal()

    def __init__(self, renders: Renders, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.renders = renders
        self.icon = QSystemTrayIcon(self)
        self._menu = QMenu()
        self._menu.addAction(self.tr("Show Framekiln"), self.raised.emit)
        self._cancel = self._menu.addAction(self.tr("Cancel this render"), self._cancel_running)
        self.icon.setContextMenu(self._menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self._clicked)
        self._made: Path | None = None
        self._drawn = -1
        renders.changed.connect(self._show)
        self._show()

    def show(self) -> None:
        if QSystemTrayIcon.isSystemTrayAvailable():
            self.icon.show()

    def close(self) -> None:
        self.icon.hide()

    def tell(self, name: str, made: Path | None, error: str = "") -> None:
        """A click on it opens what was made."""
        if not QSystemTrayIcon.supportsMessages():
            return
        self.show()
        self._made = made
        title = self.tr("{0} could not be rendered") if error else self.tr("Rendered {0}")
        kind = QSystemTrayIcon.MessageIcon.Warning if error else QSystemTrayIcon.MessageIcon.Information
        self.icon.showMessage(title.format(name), error or (str(made.parent) if made else ""), kind)

    def _show(self, _id: int = 0) -> None:
        render = self.renders.running
        percent = round(100 * render.part) if render else -1
        self._cancel.setVisible(render is not None)
        self.icon.setToolTip(
            self.tr("Framekiln: {0}, {1} %").format(render.export.name, percent) if render else "Framekiln"
        )
        if percent != self._drawn or self.icon.icon().isNull():
            self._drawn = percent
            self.icon.setIcon(QIcon(_drawn(percent)))

    def _cancel_running(self) -> None:
        if render := self.renders.running:
            self.renders.cancel(render.id)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.raised.emit()

    def _clicked(self) -> None:
        if self._made:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._made)))
        else:
            self.raised.emit()


def _drawn(percent: int) -> QPixmap:
    """A flame; while something is rendered, a ring around it that closes."""
    pixmap = QPixmap(SIDE, SIDE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inset = 0 if percent < 0 else 15
    theme.paint_icon(painter, "render", QRectF(inset, inset, SIDE - 2 * inset, SIDE - 2 * inset), "accent")
    if percent >= 0:
        ring = QRectF(4, 4, SIDE - 8, SIDE - 8)
        painter.setPen(QPen(theme.color("text-3"), 6))
        painter.drawEllipse(ring)
        painter.setPen(QPen(theme.color("accent"), 6, c=Qt.PenCapStyle.RoundCap))
        painter.drawArc(ring, 90 * 16, -round(3.6 * percent * 16))
    painter.end()
    return pixmap
