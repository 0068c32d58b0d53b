"""The window: puts the parts together, and lets each hear what the others say. No part knows another.

welcome page ─or─ canvas over transport                      the middle
layers ─ props, inspector ─ timeline, queue                  docks around it
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.actions import Actions
from app.background import warm
from app.dock_titles import DockTitles
from app.dropping import USUAL, Dropping, empty_document
from app.export.exporting import Exporting
from app.export.node_process import NodeProcess
from app.export.subject import Subject
from app.feed import Feed
from app.preferences import Preferences
from app.preview.messages import Failed, Opened
from app.preview.player import Player
from app.project import Project
from app.python_functions import with_function
from app.questions import Questions
from app.recent import Recent
from app.selection import Selection
from app.template_facts import template_facts
from app.widgets.canvas import Canvas
from app.widgets.clipboard import Clipboard
from app.widgets.fields.file import dropped_files
from app.widgets.focus_ring import FocusRing
from app.widgets.handles import Handles
from app.widgets.inspector import Inspector
from app.widgets.layers import LayersTree
from app.widgets.node_dock import NodeDock
from app.widgets.props_form import PropsForm
from app.widgets.queue_dock import QueueDock
from app.widgets.timeline.timeline import Timeline
from app.widgets.toast import Toasts
from app.widgets.transport import Transport
from app.widgets.trouble_bar import TroubleBar
from app.widgets.watch_page import WatchPage
from app.widgets.welcome import Welcome

WARM = 1500  # ms after the window stands, until what is opened later is read
OPENED_LATER = ("app.widgets.settings_dialog", "app.export.dialog", "app.widgets.palette")
POSTER = 8  # a template is shown at this part of its length: at the very beginning there is often nothing yet
LAYOUT = 1  # of the docks; one that was remembered of another is not restored
Area = Qt.DockWidgetArea


class MainWindow(QMainWindow):
    """`editing`: whether something is open, and not the welcome page shown."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.preferences = preferences
        self.project = Project(self)
        self.player = Player(self)
        self.feed = Feed(self.project, self.player, self)
        self.selection = Selection(self)
        self.recent = Recent(preferences.folder / "recent.json")
        self.toasts = Toasts(self)
        self.exporting = Exporting(self, self.subject, self.toasts.show, lambda: not self.player.speed)
        self.film: Opened | None = None
        self._editable = False
        self.setWindowTitle("Framekiln")
        self.setMinimumSize(960, 600)
        self.resize(1440, 900)
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self._make_middle()
        self._make_docks()
        self._rings = [FocusRing(part) for part in (self.canvas, self.layers.view, self.timeline.view)]
        self.dropping = Dropping(self)
        self.questions = Questions(self, self.project, self.save, self.begin)
        self.clipboard = Clipboard(self.layers.deeds, self.timeline, self)
        self.commands = Actions(self)
        self.canvas.addAction(self.commands.all["layer-delete"])
        self.statusBar().addPermanentWidget(self.exporting.status)
        self._make_corner()
        self.setTabPosition(Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._connect()
        self._restore()

    # ------------------------------------------------------------------------------------------------------- parts

    def _make_middle(self) -> None:
        self.welcome = Welcome(self.recent)
        self.canvas = Canvas(self.player)
        self.toasts.stand_over(self.canvas)
        self.handles = Handles(self.project, self.selection, self.player, self.canvas, lambda: self.feed.is_behind)
        self.transport = Transport(self.player, self.canvas)
        self.stage = QWidget()
        layout = QVBoxLayout(self.stage)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.trouble = TroubleBar()
        layout.addWidget(self.trouble)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.transport)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.welcome)
        self.middle.addWidget(self.stage)
        self.setCentralWidget(self.middle)

    def _make_docks(self) -> None:
        self.docks: dict[str, QDockWidget] = {}
        self.layers = LayersTree(self.project, self.selection)
        self.inspector = Inspector(self.project, self.selection, self.player)
        self.props_form = PropsForm(self.project)
        self.timeline = Timeline(self.project, self.player, self.selection)
        self.node = NodeProcess(self)
        self.watch = WatchPage([(name, name.replace("-", " ").capitalize()) for name in template_facts()])
        self.queue = QueueDock(self.exporting.renders, self.exporting.farm, self.exporting.when_finished)
        self._dock("layers", self.tr("Layers"), self.layers, Area.LeftDockWidgetArea)
        props = self._dock("props", self.tr("Props"), self.props_form, Area.RightDockWidgetArea)
        inspector = self._dock("inspector", self.tr("Inspector"), self.inspector, Area.RightDockWidgetArea)
        timeline = self._dock("timeline", self.tr("Timeline"), self.timeline, Area.BottomDockWidgetArea)
        queue = self._dock("queue", self.tr("Queue"), self.queue, Area.RightDockWidgetArea)
        node = self._dock("node", self.tr("Node"), NodeDock(self.node, self.exporting.farm), Area.RightDockWidgetArea)
        watch = self._dock("watch", self.tr("Watch folders"), self.watch, Area.RightDockWidgetArea)
        for dock in (inspector, queue, node, watch):
            self.tabifyDockWidget(props, dock)
        watch.hide()
        props.raise_()
        self._titles = DockTitles(self, tuple(self.docks.values()))
        self.setCorner(Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea)
        self.resizeDocks([self.docks["layers"], props], [260, 340], Qt.Orientation.Horizontal)
        self.resizeDocks([timeline], [250], Qt.Orientation.Vertical)

    def _make_corner(self) -> None:
        """What one comes for is always in sight."""
        self.render_button = QPushButton(theme.icon("export", 16, "on-accent"), self.tr("Render"))
        self.render_button.setProperty("role", "primary")
        self.render_button.setToolTip(self.tr("Make a video of it  (Ctrl+R)"))
        self.render_button.clicked.connect(self.commands.all["render"].trigger)
        self._corner = holder = QWidget()  # the menu bar keeps none of its own
        line = QHBoxLayout(holder)
        line.setContentsMargins(8, 3, 8, 3)
        line.addWidget(self.render_button)
        self.menuBar().setCornerWidget(holder)

    def _dock(self, name: str, title: str, widget: QWidget, area: Area) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock-{name}")
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        self.docks[name] = dock
        return dock

    def _connect(self) -> None:
        self.welcome.template_chosen.connect(self.open_template)
        self.welcome.file_chosen.connect(lambda source: self.open_source(str(source)))
        self.welcome.empty_chosen.connect(self.begin_empty)
        self.welcome.open_asked.connect(self.ask_what_to_open)
        project, player = self.project, self.player
        self.selection.changed.connect(self._show_what_is_selected)
        self.handles.fields_wanted.connect(lambda: self.show_dock("inspector"))
        self.handles.menu_wanted.connect(self.layers.open_menu)
        project.changed_elsewhere.connect(self.feed.give)  # a file is saved once, and not at each key
        project.path_changed.connect(self._named)
        project.modified_changed.connect(lambda _: self._named())
        project.problem.connect(self.toasts.problem)
        project.trouble.connect(self.trouble.say)
        project.changed.connect(self._follow_project)
        player.opened.connect(self._opened)
        player.failed.connect(self._failed)
        player.trouble.connect(self.toasts.problem)
        player.silent.connect(self.toasts.show)
        self.transport.work.saved.connect(lambda file: self.toasts.show(self.tr("Saved {}").format(file), "ok"))
        self.transport.work.copied.connect(lambda: self.toasts.show(self.tr("The frame is copied"), "ok"))
        self.transport.work.trouble.connect(self.toasts.problem)
        self.queue.render_asked.connect(self.exporting.ask)
        for part in (self.queue.problem, self.watch.problem, self.node.trouble):
            part.connect(self.toasts.problem)
        for told in (self.exporting.renders.finished, self.exporting.ahead.changed):
            told.connect(lambda *_: self.timeline.look_for_rendered())
        self.exporting.status.opened.connect(lambda: self.show_dock("queue"))
        self.preferences.trouble.connect(self.toasts.problem)
        self.preferences.changed.connect(self._follow_preferences)

    def _restore(self) -> None:
        if geometry := self.preferences.window_geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        if state := self.preferences.window_state:
            self.restoreState(QByteArray.fromBase64(state.encode()), LAYOUT)
        self._dock_state = self.saveState(LAYOUT)
        self._follow_preferences(frozenset({"resolution", "renderer"}))
        self._show_welcome()
        if self.preferences.told:
            self.toasts.problem(self.preferences.told)
        QTimer.singleShot(WARM, lambda: warm(*OPENED_LATER))

    def _follow_preferences(self, changed: frozenset[str]) -> None:
        """What was chosen below the picture since stays, where the preference is another's."""
        values = self.preferences.values
        if "resolution" in changed:
            self.player.set_resolution("auto" if values.resolution == "auto" else int(values.resolution))  # type: ignore[arg-type]
        if "renderer" in changed:
            self.player.set_renderer(values.renderer)  # type: ignore[arg-type]
        self.exporting.ahead.enable(values.idle_rendering)
        self.exporting.notify = values.notify
        self.welcome.set_moving(values.moving)

    # ----------------------------------------------------------------------------------------------------- opening

    @property
    def editing(self) -> bool:
        return self.middle.currentWidget() is self.stage

    @property
    def is_at_rest(self) -> bool:
        """Nothing plays, and no hand holds anything: what may wait is done now."""
        return not self.player.speed and QApplication.mouseButtons() == Qt.MouseButton.NoButton

    def open_template(self, name: str, size: tuple[int, int] | None = None) -> None:
        self.open_source(name, size)

    def open_source(self, source: str, size: tuple[int, int] | None = None) -> None:
        """As `framekiln render` takes it; of a Python file the function may be left out where it is clear which."""
        source = with_function(source)
        if source.endswith(".py"):
            which = self.tr("Say which function of {0} makes the composition, as in {0}:compose.")
            self.toasts.problem(which.format(Path(source).name))
        elif self.may_leave() and self.project.open(source, None, size):
            self.recent.add(self.project.origin, self.project.name, size)
            self.begin()

    def begin_empty(self, size: tuple[int, int] | None) -> None:
        if self.may_leave():
            self.project.new(empty_document(size or USUAL), Path.home())
            self.begin()

    def ask_what_to_open(self) -> None:
        kinds = self.tr("Compositions and Python (*.json *.py);;All files (*)")
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Open"), self.preferences.folder_of("open"), kinds)
        if name:
            self.preferences.remember_folder("open", str(Path(name).parent))
            self.open_source(name)

    def save(self) -> bool:
        return self.project.save() if self.project.path else self.ask_and_save_as()

    def ask_and_save_as(self) -> bool:
        suggested = Path(self.preferences.folder_of("save")) / f"{self.project.name or 'film'}.json"
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save as"), str(suggested), self.tr("Compositions (*.json)")
        )
        if not name:
            return False
        self.preferences.remember_folder("save", str(Path(name).parent))
        saved = self.project.save_as(Path(name))
        if saved and self.project.path:
            self.recent.add(self.project.origin, self.project.name, self.project.size)
        return saved

    def go_home(self) -> None:
        if self.may_leave():
            self.project.close()
            self._show_welcome()

    def subject(self) -> Subject | None:
        """What a render would make now."""
        film, project = self.film, self.project
        if film is None or not project.is_open:
            return None
        source, shown = project.source(as_seen=False), self.player.last_shown
        return Subject(
            source.source,
            film.title or project.name,
            film.width,
            film.height,
            film.fps,
            film.frames,
            source.props,
            source.document,
            source.size,
            self.player.range,
            shown.image if shown else None,
            project.folder if project.path else None,
        )

    # ------------------------------------------------------------------------------------------------------ showing

    def begin(self) -> None:
        if not self.editing:
            self.middle.setCurrentWidget(self.stage)
            self.restoreState(self._dock_state, LAYOUT)
        self.film = None
        self.selection.clear()
        self.player.seek(0)
        self.commands.enable(editing=True)
        self.render_button.setEnabled(True)
        self._editable = self.project.is_editable
        self._show_docks_of_documents(self._editable)
        self._named()
        self.feed.give()
        self.canvas.setFocus()

    def _show_welcome(self) -> None:
        if self.editing:
            self._dock_state = self.saveState(LAYOUT)
        self.player.pause()
        for dock in self.docks.values():
            dock.hide()
        self.middle.setCurrentWidget(self.welcome)
        self.commands.enable(editing=False)
        self.render_button.setEnabled(False)
        self._named()

    def _show_docks_of_documents(self, shown: bool) -> None:
        """A template has words and no layers: whoever only changes words is not shown what is empty."""
        for name in ("layers", "timeline", "inspector"):
            self.docks[name].setVisible(shown)
        self.docks["props"].raise_()

    def _show_what_is_selected(self) -> None:
        """A layer's fields; the film's words again, where no layer is selected and its fields were in front."""
        inspector, props = self.docks["inspector"], self.docks["props"]
        if self.selection.layers and not inspector.isHidden():
            inspector.raise_()
        elif not self.inspector.visibleRegion().isEmpty() and not props.isHidden():
            props.raise_()

    def show_dock(self, name: str) -> None:
        self.docks[name].show()
        self.docks[name].raise_()

    def _follow_project(self) -> None:
        """A template has become a document, or is one again."""
        if self.project.is_editable != self._editable and self.editing:
            self._editable = self.project.is_editable
            self._show_docks_of_documents(self._editable)

    def _opened(self, film: Opened) -> None:
        if self.film is None and self.project.kind == "template":
            self.player.seek(film.frames // POSTER)
        self.film = film
        self.project.watch(film.files)
        self.props_form.set_problems(())

    def _failed(self, failed: Failed) -> None:
        self.project.watch((*(self.film.files if self.film else ()), *failed.files))
        self.props_form.set_problems(failed.problems)

    def _named(self) -> None:
        name = self.project.name
        self.setWindowTitle(f"{name}[*] — Framekiln" if name and self.editing else "Framekiln[*]")
        self.setWindowModified(self.project.is_modified and self.editing)

    # ------------------------------------------------------------------------------------------------------ ending

    def may_leave(self) -> bool:
        return self.questions.may_leave()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.take_files(dropped_files(event.mimeData()), event.position().toPoint())

    def take_files(self, paths: Sequence[Path], at: QPoint | None = None) -> None:
        """`at`: where in the window they were let go."""
        self.dropping.take(paths, at)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_leave():
            event.ignore()
            return
        state = self.saveState(LAYOUT) if self.editing else self._dock_state
        self.preferences.remember_window(_text(self.saveGeometry()), _text(state))
        self.dropping.close()
        self.node.close()
        self.watch.close_commands()
        self.exporting.close()
        self.timeline.close_processes()
        self.welcome.thumbnails.stop()
        self.player.close()
        self.project.close()
        event.accept()


def _text(data: QByteArray) -> str:
    return bytes(data.toBase64().data()).decode()
