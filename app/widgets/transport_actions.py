"""All that can be done with what plays, by name: for the transport's buttons, menus, shortcuts and the command palette."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QImage, QKeySequence
from PySide6.QtWidgets import QFileDialog, QWidget

from app import theme
from app.preview.drawn_by import Choice
from app.preview.pace import Resolution
from app.preview.player import Player
from app.preview.still import FullFrame, SavedPicture
from app.widgets.canvas import Canvas

STRIDE = 10  # frames
LOUDEST, NOTCH = 100, 10  # of the volume: even steps to the ear
RESOLUTIONS: dict[str, Resolution] = {
    "resolution-auto": "auto",
    "resolution-full": 1,
    "resolution-half": 2,
    "resolution-quarter": 4,
}
RENDERERS: dict[str, Choice] = {"renderer-auto": "auto", "renderer-cpu": "cpu", "renderer-cuda": "cuda"}
GUIDES = ("title-safe", "action-safe", "centre", "thirds", "9:16", "1:1", "4:5")
ZOOMS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


class TransportActions(QObject):
    """Makes them for a widget; `all` has them by name, in the order of menus."""

    saved = Signal(str)  # a frame is in this file
    copied = Signal()
    trouble = Signal(str)
    volume_changed = Signal(int)

    def __init__(self, player: Player, canvas: Canvas, parent: QWidget) -> None:
        super().__init__(parent)
        self.player, self.canvas = player, canvas
        self.volume = LOUDEST
        self.all: dict[str, QAction] = {}
        self.resolutions, self.renderers = QActionGroup(self), QActionGroup(self)
        self.guides, self.zooms = QActionGroup(self), QActionGroup(self)
        self.guides.setExclusive(False)
        self._writing = SavedPicture(self)
        self._writing.saved.connect(self.saved)
        self._writing.failed.connect(self.trouble)
        self._make_playing()
        self._make_moving()
        self._make_range()
        self._make_looking()
        self._follow()

    # ---------------------------------------------------------------------------------------------------- made of

    def _add(self, name: str, text: str, icon: str, keys: tuple[str, ...], do: Callable[[], object]) -> QAction:
        action = QAction(theme.icon(icon, 18) if icon else theme.icon("dash", 16), text, self.parent())
        if not icon:
            action.setIconVisibleInMenu(False)
        action.setObjectName(name)
        action.setShortcuts([QKeySequence(each) for each in keys])
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text}  ({shown})" if shown else text)
        action.triggered.connect(lambda *_: do())
        self.all[name] = action
        return action

    def _make_playing(self) -> None:
        player, add = self.player, self._add
        add("play", self.tr("Play"), "play", ("Space",), player.toggle)
        add("play-backward", self.tr("Play backward, faster"), "play-back", ("J",), lambda: player.faster(-1))
        add("stop", self.tr("Stop"), "stop", ("K",), player.pause)
        add("play-forward", self.tr("Play forward, faster"), "play", ("L",), lambda: player.faster(1))
        self._switch("loop", self.tr("Loop"), "loop", ("Ctrl+L",), player.set_loop)
        self._switch("mute", self.tr("Mute"), "volume", ("Shift+M",), self._mute)
        add("louder", self.tr("Louder"), "volume", ("Ctrl+Up",), lambda: self.set_volume(self.volume + NOTCH))
        add("quieter", self.tr("Quieter"), "volume", ("Ctrl+Down",), lambda: self.set_volume(self.volume - NOTCH))

    def _make_moving(self) -> None:
        add = self._add
        near = [
            add("previous-frame", self.tr("Previous frame"), "step-back", ("Left",), lambda: self._step(-1)),
            add("next-frame", self.tr("Next frame"), "step-forward", ("Right",), lambda: self._step(1)),
            add("back-10", self.tr("Back 10 frames"), "", ("Shift+Left",), lambda: self._step(-STRIDE)),
            add("forward-10", self.tr("Forward 10 frames"), "", ("Shift+Right",), lambda: self._step(STRIDE)),
            add("to-start", self.tr("To the start"), "to-start", ("Home",), self._to_start),
            add("to-end", self.tr("To the end"), "to-end", ("End",), self._to_end),
        ]
        for action in near:  # lists and trees have these keys for themselves
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self.canvas.addAction(action)

    def _make_range(self) -> None:
        player, add = self.player, self._add
        add("set-in", self.tr("Set in point"), "in", ("I",), self._set_in)
        add("set-out", self.tr("Set out point"), "out", ("O",), self._set_out)
        add("clear-in", self.tr("Clear in point"), "", ("Shift+I",), self._clear_in)
        add("clear-out", self.tr("Clear out point"), "", ("Shift+O",), self._clear_out)
        add("clear-range", self.tr("Clear in and out"), "", ("Alt+I", "Alt+O"), lambda: player.set_range(None))

    def _make_looking(self) -> None:
        canvas, add = self.canvas, self._add
        add("zoom-fit", self.tr("Fit"), "fit", ("Shift+1", "Ctrl+0"), canvas.fit)
        add("zoom-in", self.tr("Zoom in"), "zoom", ("Ctrl++", "Ctrl+="), canvas.zoom_in)
        add("zoom-out", self.tr("Zoom out"), "zoom-out", ("Ctrl+-",), canvas.zoom_out)
        for zoom in ZOOMS:
            keys = ("Ctrl+1",) if zoom == 1 else ()
            self._choice(self.zooms, f"zoom-{zoom:.0%}"[:-1], f"{zoom:.0%}", partial(canvas.set_zoom, zoom), keys)
        titles = {
            "resolution-auto": self.tr("Auto"),
            "resolution-full": self.tr("Full"),
            "resolution-half": self.tr("Half"),
            "resolution-quarter": self.tr("Quarter"),
        }
        for name, value in RESOLUTIONS.items():
            self._choice(self.resolutions, name, titles[name], partial(self.player.set_resolution, value))
        titles = {
            "renderer-auto": self.tr("Card, where there is one"),
            "renderer-cpu": self.tr("Processor"),
            "renderer-cuda": self.tr("Card"),
        }
        for name, choice in RENDERERS.items():
            self._choice(self.renderers, name, titles[name], partial(self.player.set_renderer, choice))
        words = {
            "title-safe": self.tr("Title safe (90 %)"),
            "action-safe": self.tr("Action safe (93 %)"),
            "centre": self.tr("Centre"),
            "thirds": self.tr("Thirds"),
        }
        for guide in GUIDES:
            name = f"guide-{guide.replace(':', '-')}"
            self._choice(self.guides, name, words.get(guide, guide), partial(canvas.toggle_guide, guide))
        add("save-frame", self.tr("Save frame…"), "camera", ("Ctrl+Alt+S",), self.ask_and_save_frame)
        add("copy-frame", self.tr("Copy frame"), "copy", ("Ctrl+Shift+C",), self.copy_frame)

    def _choice(
        self, group: QActionGroup, name: str, text: str, choose: Callable[[], object], keys: tuple[str, ...] = ()
    ) -> None:
        action = self._add(name, text, "", keys, choose)
        action.setCheckable(True)
        group.addAction(action)

    def _switch(self, name: str, text: str, icon: str, keys: tuple[str, ...], set_to: Callable[[bool], None]) -> None:
        action = self._add(name, text, icon, keys, lambda: set_to(self.all[name].isChecked()))
        action.setCheckable(True)

    # --------------------------------------------------------------------------------------------- what they show

    def _follow(self) -> None:
        player, canvas = self.player, self.canvas
        player.playing_changed.connect(self._say_playing)
        player.loop_changed.connect(self.all["loop"].setChecked)
        player.resolution_changed.connect(self._say_resolution)
        player.drawn_by.changed.connect(self._say_renderer)
        player.opened.connect(lambda _: self._enable())
        canvas.guides_changed.connect(self._say_guides)
        canvas.zoomed.connect(lambda *_: self._say_zoom())
        self._say_resolution()
        self._say_renderer()
        self._say_zoom()
        self._enable()

    def _enable(self) -> None:
        for action in self.all.values():
            action.setEnabled(self.player.film is not None)

    def _say_playing(self, speed: float) -> None:
        play = self.all["play"]
        play.setIcon(theme.icon("pause" if speed else "play", 18))
        play.setText(self.tr("Pause") if speed else self.tr("Play"))
        play.setToolTip(f"{play.text()}  ({play.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")

    def _say_resolution(self) -> None:
        for name, value in RESOLUTIONS.items():
            self.all[name].setChecked(value == self.player.resolution)

    def _say_renderer(self) -> None:
        for name, value in RENDERERS.items():
            self.all[name].setChecked(value == self.player.drawn_by.asked)

    def _say_guides(self, names: frozenset[str]) -> None:
        for action, guide in zip(self.guides.actions(), GUIDES, strict=True):
            action.setChecked(guide in names)

    def _say_zoom(self) -> None:
        for action, zoom in zip(self.zooms.actions(), ZOOMS, strict=True):
            action.setChecked(not self.canvas.is_fitted and abs(self.canvas.zoom - zoom) < 1e-6)

    # ---------------------------------------------------------------------------------------------- what they do

    def _step(self, frames: int) -> None:
        self.player.pause()
        self.player.seek(self.player.frame + frames)

    def _to_start(self) -> None:
        """To the in point; from there, to the film's beginning."""
        first, _ = self.player.span
        self.player.seek(first if self.player.frame > first else 0)

    def _to_end(self) -> None:
        _, last = self.player.span
        self.player.seek(last - 1 if self.player.frame < last - 1 else self._end - 1)

    def set_volume(self, volume: int) -> None:
        """0 to LOUDEST."""
        volume = max(0, min(LOUDEST, volume))
        if volume != self.volume:
            self.volume = volume
            self.player.sound.volume = (volume / LOUDEST) ** 2
            self.volume_changed.emit(volume)

    def _mute(self, muted: bool) -> None:
        self.player.sound.muted = muted
        self.all["mute"].setIcon(theme.icon("mute" if muted else "volume", 18))

    def _set_in(self) -> None:
        frame, (_, last) = self.player.frame, self.player.span
        self.player.set_range((frame, last if last > frame else self._end))

    def _set_out(self) -> None:
        """The frame that is seen is the last one."""
        frame, (first, _) = self.player.frame, self.player.span
        self.player.set_range((first if first <= frame else 0, frame + 1))

    def _clear_in(self) -> None:
        self.player.set_range((0, self.player.span[1]))

    def _clear_out(self) -> None:
        self.player.set_range((self.player.span[0], self._end))

    @property
    def _end(self) -> int:
        return self.player.film.frames if self.player.film else 0

    def ask_and_save_frame(self) -> None:
        film = self.player.film
        if film is None:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        name = str(Path(folder) / f"{film.title.replace('/', ' ')} {self.player.frame:05}.png")
        path, _ = QFileDialog.getSaveFileName(self.canvas.window(), self.tr("Save frame"), name, "PNG (*.png)")
        if path:
            self.save_frame(Path(path))

    def save_frame(self, path: Path) -> None:
        """At full resolution, as `framekiln still` would draw it."""
        path = path if path.suffix.lower() == ".png" else path.with_name(f"{path.name}.png")
        self._with_frame(lambda image: self._writing.write(image, path))

    def copy_frame(self) -> None:
        self._with_frame(self._copy)

    def _copy(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self.copied.emit()

    def _with_frame(self, take: Callable[[QImage], None]) -> None:
        player = self.player
        shown = player.last_shown
        if player.source is None or player.film is None:
            return
        exact = shown and shown.exact and shown.frame == player.frame and not player.problem
        if shown and exact and player.divider == 1 and not player.drawn_by.card:
            take(shown.image)
            return
        full = FullFrame(player.source, player.frame, self)
        full.drawn.connect(take)
        full.drawn.connect(full.deleteLater)
        full.failed.connect(self.trouble)
        full.failed.connect(full.deleteLater)
