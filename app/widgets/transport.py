"""Under the picture: the scrub bar, where it is, what plays it, and how it is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QMenu, QSlider, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.preview.player import Player
from app.widgets.canvas import Canvas
from app.widgets.fitted_row import FittedRow, Spare
from app.widgets.moment import Moment
from app.widgets.scrub_bar import ScrubBar
from app.widgets.space_key import SpaceKey
from app.widgets.timecode import timecode
from app.widgets.transport_actions import LOUDEST, TransportActions

PLAYING = ("set-in", "to-start", "previous-frame", "play", "next-frame", "to-end", "set-out", "loop")


class Transport(QWidget):
    """`actions_by_name`: all that can be done here. `work` saves and copies frames, and tells of it."""

    def __init__(self, player: Player, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player, self.canvas = player, canvas
        self._space: SpaceKey | None = None
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
        self._make_menus()
        self._lay_out()
        player.opened.connect(lambda _: self._say_length())
        player.range_changed.connect(self._say_length)
        player.resolution_changed.connect(self._say_resolution)
        player.drawn_by.changed.connect(self._say_renderer)
        canvas.zoomed.connect(lambda *_: self._say_zoom())
        self._say_resolution()
        self._say_zoom()

    def _go_to(self) -> QAction:
        action = QAction(theme.icon("clock", 18), self.tr("Go to frame or time…"), self)
        action.setObjectName("go-to-frame")
        action.setShortcut("G")
        action.triggered.connect(lambda *_: self.moment.take_focus())
        self.addAction(action)
        return action

    def _make_menus(self) -> None:
        work = self.work
        zooms = [self.actions_by_name[name] for name in ("zoom-fit", "zoom-in", "zoom-out")]
        guides = work.guides.actions()
        frame = [self.actions_by_name[name] for name in ("save-frame", "copy-frame")]
        how = (work.resolutions.actions(), work.renderers.actions())
        self._resolution = self._menu_button(self.tr("Resolution of the preview, and who draws it"), *how)
        self._zoom = self._menu_button(self.tr("Zoom"), zooms, work.zooms.actions())
        self._guides = self._menu_button(self.tr("Guides"), guides[:4], guides[4:])
        self._guides.setIcon(theme.icon("guides", 18))
        self._frame = self._menu_button(self.tr("This frame"), frame)
        self._frame.setIcon(theme.icon("camera", 18))
        self._volume = self._volume_slider()

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(theme.SPACE[1], theme.SPACE[0], theme.SPACE[1], theme.SPACE[1])
        rows.setSpacing(0)
        rows.addWidget(self.scrub)
        buttons = {name: self._button(name, large=name == "play") for name in (*PLAYING, "mute")}
        playing = [buttons[name] for name in PLAYING]
        menus = (self._resolution, self._zoom, self._guides, self._frame)
        self.row = FittedRow(
            ((self.moment, self._length), playing, (*menus, buttons["mute"], self._volume)), self._spares(buttons)
        )
        rows.addWidget(self.row)

    def _spares(self, buttons: Mapping[str, QToolButton]) -> list[Spare]:
        """What the mouse can go without first; the keys stay."""

        def spare(*names: str) -> Spare:
            return Spare([buttons[name] for name in names], [self.actions_by_name[name] for name in names])

        def menu(button: QToolButton) -> Spare:
            return Spare([button], [button.menu().menuAction()])

        loudness = [self.actions_by_name[name] for name in ("quieter", "louder")]
        return [
            *(Spare([self._length], ()), Spare([self._volume], loudness), menu(self._guides), menu(self._frame)),
            *(spare("to-start", "to-end"), spare("set-in", "set-out"), spare("mute"), spare("loop")),
            *(menu(self._zoom), menu(self._resolution)),
        ]

    def _button(self, name: str, large: bool = False) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"button-{name}")
        button.setDefaultAction(self.actions_by_name[name])
        button.setAccessibleName(self.actions_by_name[name].text())
        button.setIconSize(QSize(22, 22) if large else QSize(18, 18))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _menu_button(self, title: str, *parts: Sequence[QAction]) -> QToolButton:
        button = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(title, button)
        for part in parts:
            menu.addSeparator()
            menu.addActions(part)
        button.setMenu(menu)
        button.setToolTip(title)
        button.setAccessibleName(title)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setFont(theme.font(12, 500, tabular=True))
        return button

    def _volume_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setMaximum(LOUDEST)
        slider.setValue(self.work.volume)
        slider.setFixedWidth(72)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        slider.setAccessibleName(self.tr("Volume"))
        slider.setToolTip(self.tr("Volume"))
        slider.valueChanged.connect(self.work.set_volume)
        self.work.volume_changed.connect(slider.setValue)
        return slider

    # ----------------------------------------------------------------------------------------------- what it says

    def _say_length(self) -> None:
        film, fps = self.player.film, self.player.fps
        if film is None:
            return
        first, last = self.player.span
        self._length.setText(f" / {timecode(last - first, fps)}")
        self._length.setToolTip(self.tr("%n frames at {0} fps", "", last - first).format(f"{float(fps):g}"))
        self.row.fit()

    def _say_resolution(self) -> None:
        self._say(self._resolution, self.player.resolution_words)

    def _say_renderer(self) -> None:
        title, reason = self._resolution.menu().title(), self.player.drawn_by.reason
        self._resolution.setToolTip(f"{title}\n{reason}" if reason else title)

    def _say_zoom(self) -> None:
        percent = f"{100 * self.canvas.zoom:.0f} %"
        self._say(self._zoom, percent)
        self._zoom.setToolTip(
            self.tr("Zoom: {0}, fitted").format(percent) if self.canvas.is_fitted else self.tr("Zoom")
        )

    def _say(self, button: QToolButton, words: str) -> None:
        if button.text() != words:
            button.setText(words)
            self.row.fit()

    def showEvent(self, event: QShowEvent) -> None:
        if self._space is None:
            self._space = SpaceKey(self.window())
        super().showEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("panel"))
        painter.end()
