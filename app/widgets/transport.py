"""Under the picture: the scrub bar, where it is, what plays it, and how it is looked at."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QSlider, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.preview.player import Player
from app.widgets.canvas import Canvas
from app.widgets.scrub_bar import ScrubBar
from app.widgets.timecode import read_moment, timecode
from app.widgets.transport_actions import TransportActions

LOUDEST = 100


class Transport(QWidget):
    """`actions_by_name`: all that can be done here. `work` saves and copies frames, and tells of it."""

    def __init__(self, player: Player, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player, self.canvas = player, canvas
        self.work = TransportActions(player, canvas, self)
        self.actions_by_name = self.work.all
        for action in self.actions_by_name.values():
            self.addAction(action)
        self.setAccessibleName(self.tr("Transport"))
        self.scrub = ScrubBar(player)
        self.moment = Moment(player)
        self.work.all["go-to-frame"] = self._go_to()
        self._length = QLabel()
        self._length.setProperty("role", "hint")
        self._length.setFont(theme.font(12, tabular=True))
        self._pixel = QLabel()
        self._pixel.setProperty("role", "hint")
        self._pixel.setFont(theme.font(12, tabular=True))
        self._lay_out()
        player.opened.connect(lambda _: self._say_length())
        player.range_changed.connect(self._say_length)
        player.resolution_changed.connect(self._say_resolution)
        canvas.zoomed.connect(lambda *_: self._say_zoom())
        canvas.pointed.connect(self._say_pixel)
        self._say_resolution()
        self._say_zoom()

    def _go_to(self) -> QAction:
        action = QAction(theme.icon("clock", 18), self.tr("Go to frame or time…"), self)
        action.setObjectName("go-to-frame")
        action.setShortcut("G")
        action.triggered.connect(lambda *_: self.moment.take_focus())
        self.addAction(action)
        return action

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(theme.SPACE[1], theme.SPACE[0], theme.SPACE[1], theme.SPACE[1])
        rows.setSpacing(0)
        rows.addWidget(self.scrub)
        row = QHBoxLayout()
        row.setSpacing(2)
        rows.addLayout(row)
        left, right = QHBoxLayout(), QHBoxLayout()
        for side in (left, right):
            side.setSpacing(2)
        left.addWidget(self.moment)
        left.addSpacing(theme.SPACE[0])
        left.addWidget(self._length)
        left.addSpacing(theme.SPACE[2])
        left.addWidget(self._pixel, 1)
        row.addLayout(left, 1)
        for name in ("set-in", "to-start", "previous-frame", "play", "next-frame", "to-end", "set-out", "loop"):
            row.addWidget(self._button(name, large=name == "play"))
        row.addLayout(right, 1)
        right.addStretch(1)
        self._resolution = self._menu_button(self.tr("Resolution of the preview"), self._resolution_menu())
        self._zoom = self._menu_button(self.tr("Zoom"), self._zoom_menu())
        self._guides = self._menu_button(self.tr("Guides"), self._guides_menu())
        self._guides.setIcon(theme.icon("guides", 18))
        self._frame = self._menu_button(self.tr("This frame"), self._frame_menu())
        self._frame.setIcon(theme.icon("camera", 18))
        for button in (self._resolution, self._zoom, self._guides, self._frame, self._button("mute")):
            right.addWidget(button)
        right.addWidget(self._volume())

    def _button(self, name: str, large: bool = False) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"button-{name}")
        button.setDefaultAction(self.actions_by_name[name])
        button.setAccessibleName(self.actions_by_name[name].text())
        button.setIconSize(QSize(22, 22) if large else QSize(18, 18))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _menu_button(self, title: str, menu: QMenu) -> QToolButton:
        button = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        menu.setParent(button, menu.windowFlags())
        button.setToolTip(title)
        button.setAccessibleName(title)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setFont(theme.font(12, 500, tabular=True))
        return button

    def _resolution_menu(self) -> QMenu:
        menu = QMenu()
        menu.addActions(self.work.resolutions.actions())
        return menu

    def _zoom_menu(self) -> QMenu:
        menu = QMenu()
        menu.addActions([self.actions_by_name[name] for name in ("zoom-fit", "zoom-in", "zoom-out")])
        menu.addSeparator()
        menu.addActions(self.work.zooms.actions())
        return menu

    def _guides_menu(self) -> QMenu:
        menu = QMenu()
        guides = self.work.guides.actions()
        menu.addActions(guides[:4])
        menu.addSeparator()
        menu.addActions(guides[4:])
        return menu

    def _frame_menu(self) -> QMenu:
        menu = QMenu()
        menu.addActions([self.actions_by_name[name] for name in ("save-frame", "copy-frame")])
        return menu

    def _volume(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setMaximum(LOUDEST)
        slider.setValue(LOUDEST)
        slider.setFixedWidth(72)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        slider.setAccessibleName(self.tr("Volume"))
        slider.setToolTip(self.tr("Volume"))
        slider.valueChanged.connect(self._set_volume)
        return slider

    def _set_volume(self, value: int) -> None:
        self.player.sound.volume = (value / LOUDEST) ** 2  # even steps to the ear

    # ----------------------------------------------------------------------------------------------- what it says

    def _say_length(self) -> None:
        film, fps = self.player.film, self.player.fps
        if film is None:
            return
        first, last = self.player.span
        words = f"/ {timecode(last - first, fps)}"
        self._length.setText(words)
        self._length.setToolTip(self.tr("%n frames at {0} fps", "", last - first).format(f"{float(fps):g}"))

    def _say_resolution(self) -> None:
        self._resolution.setText(self.player.resolution_words)

    def _say_zoom(self) -> None:
        percent = f"{100 * self.canvas.zoom:.0f} %"
        self._zoom.setText(self.tr("Fit {0}").format(percent) if self.canvas.is_fitted else percent)

    def _say_pixel(self, pixel: object) -> None:
        from app.widgets.canvas import Pixel

        if isinstance(pixel, Pixel):
            alpha = "" if pixel.color.alpha() == 255 else f" {100 * pixel.color.alphaF():.0f} %"
            self._pixel.setText(f"{pixel.x}, {pixel.y}   {pixel.color.name()}{alpha}")
        else:
            self._pixel.clear()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("panel"))
        painter.end()


class Moment(QLineEdit):
    """Where the playhead is; typed into, it goes there. Frames (120), timecode (4:12), seconds (2.5s), steps (+10)."""

    def __init__(self, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player = player
        self.setObjectName("moment")
        self.setAccessibleName(self.tr("Timecode"))
        self.setToolTip(self.tr("Type a frame (120), a timecode (4:12), seconds (2.5s) or a step (+10)  (G)"))
        self.setFont(theme.font(13, 500, tabular=True))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFixedWidth(168)
        self.returnPressed.connect(self._go)
        self.editingFinished.connect(self._say)
        self.textEdited.connect(lambda _: self._mark(False))
        player.moved.connect(lambda _: self._say())
        player.opened.connect(lambda _: self._say())
        self._say()

    def take_focus(self) -> None:
        self.setFocus()
        self.selectAll()

    def _say(self) -> None:
        if self.hasFocus() and self.isModified():
            return  # being typed
        self.setText(f"{timecode(self.player.frame, self.player.fps)}   {self.player.frame}")
        self._mark(False)

    def _go(self) -> None:
        try:
            frame = read_moment(self.text(), self.player.fps, self.player.frame)
        except ValueError as error:
            self._mark(True)
            self.setToolTip(str(error))
            self.selectAll()
            return
        self.setModified(False)
        self.player.seek(frame)
        self.clearFocus()
        self._say()

    def _mark(self, invalid: bool) -> None:
        if self.property("invalid") != invalid:
            self.setProperty("invalid", invalid)
            self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setModified(False)
            self._say()
            self.clearFocus()
        else:
            super().keyPressEvent(event)
