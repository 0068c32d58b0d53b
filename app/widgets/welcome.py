"""The first page: begin from a template, or go on with what was open. It shows at once; pictures begin to move later."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app import theme
from app.recent import Recent
from app.template_facts import template_facts
from app.thumbnails import Thumbnails
from app.widgets.fields.file import dropped_files
from app.widgets.file_layers import is_source
from app.widgets.props_format import FormatPicker, Size
from app.widgets.welcome_cards import Gallery
from app.widgets.welcome_recent import RecentList

FIRST = (
    "launch-video",
    "captioned-video",
    "logo-reveal",
    "investor-update",
    "explainer",
    "meme-caption",
    "hello-world",
)
SETTLED = 1200  # ms after which loops are drawn: until then the machine is for the window
SIDE = 300
WIDEST = 1800


class DropArea(QWidget):
    """Says where a file may be dropped; the whole page takes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.is_over = False
        self.setFixedHeight(96)

    def show_over(self, over: bool) -> None:
        self.is_over = over
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.color("accent" if self.is_over else "line-strong"), 1.25)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.setBrush(theme.color("accent-soft") if self.is_over else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        theme.paint_icon(painter, "upload", QRectF(self.width() / 2 - 10, 18, 20, 20), "text-3")
        painter.setFont(theme.font(12))
        painter.setPen(theme.color("text-2" if self.is_over else "text-3"))
        words = self.tr("Drop a composition, a video\nor a Python file")
        painter.drawText(self.rect().adjusted(8, 42, -8, -10), Qt.AlignmentFlag.AlignCenter, words)


class Welcome(QWidget):
    """`template_chosen`: its name, and a size or None for its own. `empty_chosen`: a size."""

    template_chosen = Signal(str, object)
    file_chosen = Signal(object)  # Path, or the text of file.py:function or a template's name
    files_dropped = Signal(object, object)  # media: list of Path; the size that is chosen, or None
    empty_chosen = Signal(object)
    open_asked = Signal()

    def __init__(self, recent: Recent, thumbnails: Thumbnails | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setObjectName("welcome")
        self._size: Size | None = None
        self._may_move = True
        self.thumbnails = thumbnails or Thumbnails(self)
        self.thumbnails.ready.connect(self._loop_ready)
        self.recent = RecentList(recent, self)
        self.recent.chosen.connect(self._recent_chosen)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED)
        self._settled.timeout.connect(self._draw_loops)
        self._make()

    def _make(self) -> None:
        page = QWidget(self)
        page.setProperty("role", "page")
        columns = QHBoxLayout(page)
        columns.setContentsMargins(32, 32, 32, 32)
        columns.setSpacing(40)
        columns.addStretch(1)
        inner = QWidget(page)
        inner.setMaximumWidth(WIDEST)
        line = QHBoxLayout(inner)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(40)
        line.addLayout(self._make_gallery(), 1)
        line.addWidget(self._make_side())
        columns.addWidget(inner, 100)
        columns.addStretch(1)
        self.area = QScrollArea(self)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has the focus
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.area)
        self.setFocusProxy(next(iter(self.gallery.cards.values())))

    def _make_gallery(self) -> QVBoxLayout:
        title = QLabel(self.tr("What will you make?"), self)
        title.setProperty("role", "title")
        title.setStyleSheet("font-size: 26px; font-weight: 700")
        hint = QLabel(self.tr("Choose a template, change its words, render."), self)
        hint.setProperty("role", "hint")
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(title)
        words.addWidget(hint)
        self.format = FormatPicker(self, custom=False)
        self.format.show_size(None, None)
        self.format.chosen.connect(self._take_size)
        self.format.setFixedWidth(5 * 56 + 4 * 4)
        head = QHBoxLayout()
        head.addLayout(words)
        head.addStretch(1)
        head.addWidget(self.format)
        facts = template_facts()
        names = sorted(facts, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
        self.gallery = Gallery([(facts[name], self.thumbnails.still(name)) for name in names], self)
        self.gallery.chosen.connect(lambda name: self.template_chosen.emit(name, self._size))
        self.gallery.focused.connect(lambda card: self.area.ensureWidgetVisible(card, 0, 24))
        column = QVBoxLayout()
        column.setSpacing(24)
        column.addLayout(head)
        column.addWidget(self.gallery)
        column.addStretch(1)
        return column

    def _make_side(self) -> QWidget:
        side = QWidget(self)
        side.setFixedWidth(SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.open_button = QPushButton(theme.icon("folder", 16), self.tr("Open…"), self)
        self.open_button.setToolTip(self.tr("A composition or a Python file (Ctrl+O)"))
        self.open_button.clicked.connect(self.open_asked)
        self.empty_button = QPushButton(theme.icon("file-add", 16), self.tr("New empty composition"), self)
        self.empty_button.setToolTip(self.tr("In the format chosen on this page"))
        self.empty_button.clicked.connect(lambda: self.empty_chosen.emit(self._size or (1920, 1080)))
        for button in (self.open_button, self.empty_button):
            button.setStyleSheet("min-height: 34px")
            column.addWidget(button)
        self.drop_area = DropArea(self)
        column.addSpacing(8)
        column.addWidget(self.drop_area)
        column.addSpacing(16)
        heading = QLabel(self.tr("Recent"), self)
        heading.setProperty("role", "heading")
        column.addWidget(heading)
        column.addWidget(self.recent)
        column.addStretch(1)
        return side

    # ------------------------------------------------------------------------------------------------------ choosing

    def _take_size(self, size: Size | None) -> None:
        self._size = size

    def _recent_chosen(self, source: str) -> None:
        path = Path(source)
        self.file_chosen.emit(path if path.is_absolute() and ".py:" not in source else source)

    def refresh(self) -> None:
        self.recent.refresh()

    # ------------------------------------------------------------------------------------------------------ pictures

    def set_moving(self, may_move: bool) -> None:
        """Where pictures do not move, none are drawn for it either."""
        self._may_move = may_move
        for card in self.gallery.cards.values():
            card.set_moving(may_move)
        if may_move and self.isVisible():
            self._settled.start()
        elif not may_move:
            self._settled.stop()
            self.thumbnails.give_up()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.recent.refresh()
        if self._may_move:
            self._settled.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._settled.stop()
        self.thumbnails.give_up()

    def _draw_loops(self) -> None:
        for name in self.gallery.cards:
            if path := self.thumbnails.picture(name):
                self._loop_ready(name, str(path))
        self.thumbnails.draw(self.gallery.cards)

    def _loop_ready(self, name: str, path: str) -> None:
        if card := self.gallery.cards.get(name):
            card.set_loop(Path(path))

    # ------------------------------------------------------------------------------------------------------ dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()
            self.drop_area.show_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop_area.show_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.drop_area.show_over(False)
        event.acceptProposedAction()
        self.take_files(dropped_files(event.mimeData()))

    def take_files(self, files: list[Path]) -> None:
        """A composition or a Python file is opened; media are for a new film."""
        sources = [file for file in files if is_source(file)]
        if sources:
            self.file_chosen.emit(sources[0])
        elif files:
            self.files_dropped.emit(files, self._size)
