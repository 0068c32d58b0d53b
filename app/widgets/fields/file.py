"""A file: shown with a small picture, chosen in a dialog, or dropped from the file manager."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QObject, QRect, QRectF, QRunnable, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QHideEvent,
    QImage,
    QImageReader,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QToolButton, QWidget

from app import theme
from app.thumbnails import Thumbnails
from app.widgets.fields.field import Field

KINDS: dict[str, frozenset[str]] = {
    "image": frozenset([".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".svg", ".avif"]),
    "video": frozenset([".mp4", ".mov", ".mkv", ".webm", ".m4v", ".avi", ".mxf", ".ts", ".mpg", ".mpeg"]),
    "audio": frozenset([".mp3", ".m4a", ".aac", ".wav", ".flac", ".ogg", ".opus", ".aif", ".aiff"]),
    "captions": frozenset([".srt", ".vtt", ".ass", ".json"]),
    "font": frozenset([".ttf", ".otf", ".woff2"]),
}
THUMBNAIL = QSize(56, 40)
HIGH = 52


def file_kind(name: str) -> str:
    """One of KINDS, which are names of icons too, or "file"."""
    suffix = Path(name).suffix.lower()
    return next((kind for kind, suffixes in KINDS.items() if suffix in suffixes), "file")


class _Told(QObject):
    read = Signal(str, QImage)


class _Reading(QRunnable):
    """Large pictures take a while: not in the window's thread."""

    def __init__(self, path: Path, size: QSize, told: _Told) -> None:
        super().__init__()
        self._path, self._size, self._told = path, size, told

    def run(self) -> None:
        reader = QImageReader(str(self._path))
        reader.setAutoTransform(True)
        if reader.size().isValid():
            reader.setScaledSize(reader.size().scaled(self._size, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
        image = reader.read()
        try:
            self._told.read.emit(str(self._path), image)
        except RuntimeError:
            return  # the field is gone


class FileButton(QAbstractButton):
    """The small picture and the name; an empty one invites a drop."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.file: Path | None = None
        self.is_own = True  # not the default
        self.image = QImage()
        self.is_over = False
        self.setFixedHeight(HIGH)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        edge = "danger" if self.property("invalid") else "accent" if self.hasFocus() or self.is_over else "line"
        pen = QPen(theme.color("line-strong" if edge == "line" and self.underMouse() else edge), 1)
        if self.file is None:
            pen.setStyle(Qt.PenStyle.DashLine)
            pen.setColor(theme.color(edge if edge != "line" else "line-strong"))
        painter.setPen(pen)
        painter.setBrush(theme.color("accent-soft" if self.is_over else "raised" if self.file else "panel"))
        painter.drawRoundedRect(area, theme.RADIUS, theme.RADIUS)
        small = QRect(6, (HIGH - THUMBNAIL.height()) // 2, THUMBNAIL.width(), THUMBNAIL.height())
        self._paint_picture(painter, QRectF(small))
        left = small.right() + 11
        self._paint_words(painter, QRect(left, 0, self.width() - left - 8, HIGH))

    def _paint_picture(self, painter: QPainter, area: QRectF) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(area, 4, 4)
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(area, theme.color("canvas"))
        if not self.image.isNull():
            ways = Qt.AspectRatioMode  # a logo is seen whole, a picture fills
            way = ways.KeepAspectRatio if self.image.hasAlphaChannel() else ways.KeepAspectRatioByExpanding
            size = QSize(self.image.size()).scaled(area.size().toSize(), way)
            at = QRectF(0, 0, size.width(), size.height())
            at.moveCenter(area.center())
            painter.drawImage(at, self.image)
        else:
            square = QRectF(0, 0, 18, 18)
            square.moveCenter(area.center())
            icon = "upload" if self.file is None else file_kind(self.file.name)
            theme.paint_icon(painter, icon, square, "text-3")
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRect) -> None:
        first = self.file.name if self.file else self.tr("Choose a file, or drop one here")
        second = self._second()
        name, hint = theme.font(13), theme.font(11)
        if not second:
            painter.setFont(name)
            painter.setPen(theme.color("text" if self.file else "text-3"))
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, theme.elided(first, area.width(), name))
            return
        painter.setFont(name)
        painter.setPen(theme.color("text"))
        upper = area.adjusted(0, 8, 0, -area.height() // 2)
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, theme.elided(first, area.width(), name))
        painter.setFont(hint)
        painter.setPen(theme.color("text-3"))
        lower = area.adjusted(0, area.height() // 2, 0, -8)
        painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, theme.elided(second, area.width(), hint))

    def _second(self) -> str:
        if self.file is None:
            return ""
        if not self.is_own:
            return self.tr("The template's own")
        return str(self.file.parent).replace(str(Path.home()), "~", 1)


class FileField(Field):
    """`base`: the folder to which a name that is not absolute belongs."""

    wide = True

    def __init__(self, parent: QWidget | None = None, *, nullable: bool = False) -> None:
        super().__init__(parent)
        self._nullable = nullable
        self._value: str | None = None
        self._placeholder: str | None = None
        self.base: Path | None = None
        self.setAcceptDrops(True)
        self._thumbnails: Thumbnails | None = None
        self._told = _Told(self)
        self._told.read.connect(self._read)
        self.button = FileButton(self)
        self.button.clicked.connect(self.browse)
        self.clear = QToolButton(self.button)
        self.clear.setIcon(theme.icon("close", 12, "text-3"))
        self.clear.setFixedSize(22, 22)
        self.clear.setToolTip(self.tr("No file"))
        self.clear.setAccessibleName(self.tr("No file"))
        self.clear.clicked.connect(lambda: self._take(None))
        self.row.addWidget(self.button, 1)
        self.setFocusProxy(self.button)

    @property
    def value(self) -> str | None:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = None if value is None else str(value)
        self._show()

    def set_own(self, own: bool) -> None:
        self.button.is_own = own
        self.button.update()

    def accepts(self, path: Path) -> bool:
        """By what is in it now, or was at first: a picture is not put where sound plays."""
        return fits(path, self._value or self._placeholder)

    def browse(self) -> None:
        now = self._resolved()
        start = str(now.parent) if now else ""
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a file"), start)
        if name:
            self.take(Path(name))

    def take(self, path: Path) -> None:
        self._take(str(path.absolute()))

    def _take(self, value: str | None) -> None:
        self.set_value(value)
        self.changed.emit(value)
        self.finished.emit()

    def _resolved(self) -> Path | None:
        if not self._value:
            return None
        path = Path(self._value).expanduser()
        return path if path.is_absolute() or self.base is None else self.base / path

    def _show(self) -> None:
        path = self._resolved()
        self.clear.setVisible(self._nullable and path is not None)
        if path == self.button.file:
            return
        self.button.file, self.button.image = path, QImage()
        self.button.setAccessibleDescription(str(path or self.tr("no file")))
        self.button.setToolTip(str(path or ""))
        self.button.update()
        if path and file_kind(path.name) == "image":
            size = THUMBNAIL * self.devicePixelRatioF()
            QThreadPool.globalInstance().start(_Reading(path, size, self._told))
        elif self.isVisible():
            self._show_video()

    def _show_video(self) -> None:
        """A frame of it, decoded by another process."""
        path = self.button.file
        if path is None or file_kind(path.name) != "video" or not path.is_file():
            return
        if self._thumbnails is None:
            self._thumbnails = Thumbnails(self)
            self._thumbnails.ready.connect(self._video_ready)
        if small := self._thumbnails.picture(str(path)):
            self._video_ready(str(path), str(small))
        else:
            self._thumbnails.stop()
            self._thumbnails.draw([str(path)])

    def _video_ready(self, path: str, small: str) -> None:
        self._read(path, QImage(small))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.button.image.isNull():
            self._show_video()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._thumbnails:
            self._thumbnails.stop()

    def _read(self, path: str, image: QImage) -> None:
        if self.button.file and path == str(self.button.file):
            self.button.image = image
            self.button.update()

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self.clear.move(self.button.width() - 28, (HIGH - 22) // 2)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()
            self._be_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._be_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._be_over(False)
        if files := dropped_files(event.mimeData()):
            event.acceptProposedAction()
            self.take(files[0])

    def _be_over(self, over: bool) -> None:
        self.button.is_over = over
        self.button.update()


def dropped_files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def fits(path: Path, like: str | None) -> bool:
    """Pictures and clips may stand for each other."""
    if not like:
        return True
    groups = {"image": "seen", "video": "seen"}
    kind, other = file_kind(path.name), file_kind(like)
    return groups.get(kind, kind) == groups.get(other, other)
