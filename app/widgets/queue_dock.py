"""What is being rendered, here and for the queue: how far, how long, what went wrong, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.cli.words import clock
from app.export.farm import Farm
from app.export.items import LIVE, Item, of_jobs, of_render
from app.export.renders import Render, Renders
from app.export.seen import Details, Seen
from app.export.show_file import show_in_folder
from app.export.when_finished import AFTERWARDS, WhenFinished
from app.widgets.queue_details import QueueDetails
from app.widgets.queue_rows import QueueDelegate, QueueModel


class QueueDock(QWidget):
    """`render_asked`: from the empty state."""

    render_asked = Signal()
    problem = Signal(str)

    def __init__(
        self, renders: Renders, farm: Farm, when_finished: WhenFinished, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.renders, self.farm, self.when_finished = renders, farm, when_finished
        self.model = QueueModel()
        self._details: Details | None = None
        self._asked_of: tuple[str, str] | None = None  # the chosen one, and its state
        self._wanted = ""  # what is to be opened as soon as it is known where it is: open or folder
        self._stale = QTimer(self)
        self._stale.setSingleShot(True)
        self._stale.setInterval(50)
        self._make()
        self._make_actions()
        self._connect()
        self._show_all()

    # ----------------------------------------------------------------------------------------------------- layout

    def _make(self) -> None:
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(QueueDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.setDragDropMode(QListView.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.setAccessibleName(self.tr("Queue"))
        self.pages = QStackedWidget()
        self.pages.addWidget(self._make_empty())
        self.pages.addWidget(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._make_head())
        layout.addWidget(self._make_strip())
        layout.addWidget(self.pages, 1)
        self.details = QueueDetails()
        layout.addWidget(self.details)

    def _make_head(self) -> QWidget:
        self.summary = QLabel()
        self.summary.setProperty("role", "label")
        self.summary.setMinimumWidth(40)
        self.summary.setFont(theme.font(13, tabular=True))
        self.after = QToolButton()
        self.after.setIcon(theme.icon("power"))
        self.after.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.after.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.after.setAccessibleName(self.tr("When finished"))
        self.after.setToolTip(self.tr("What happens once everything is rendered"))
        self.bar = QHBoxLayout()
        self.bar.setSpacing(2)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addLayout(self.bar)
        below.addStretch(1)
        below.addWidget(self.after)
        head = QWidget()
        layout = QVBoxLayout(head)
        layout.setContentsMargins(12, 8, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(self.summary)
        layout.addLayout(below)
        return head

    def _make_strip(self) -> QWidget:
        """A queue that is not there: told here, while its rows stay."""
        icon = QLabel()
        icon.setPixmap(theme.pixmap("warning", 16, "warn", self.devicePixelRatioF()))
        self.trouble = QLabel()
        self.trouble.setProperty("role", "warn")
        self.trouble.setWordWrap(True)
        self.trouble.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.strip = QWidget()
        layout = QHBoxLayout(self.strip)
        layout.setContentsMargins(12, 4, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.trouble, 1)
        self.strip.hide()
        return self.strip

    def _make_empty(self) -> QWidget:
        icon = QLabel()
        icon.setPixmap(theme.pixmap("queue", 32, "text-3", self.devicePixelRatioF()))
        title = QLabel(self.tr("Nothing is being rendered"))
        title.setProperty("role", "heading")
        hint = QLabel(self.tr("Render what is open, or add it to the queue for a node to take."))
        hint.setProperty("role", "hint")
        hint.setWordWrap(True)
        hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        hint.setFixedWidth(280)
        self.render_button = QPushButton(theme.icon("render"), self.tr("Render…"))
        self.render_button.clicked.connect(self.render_asked)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(8)
        layout.addStretch(1)
        for widget in (icon, title, hint, self.render_button):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        return page

    # ---------------------------------------------------------------------------------------------------- actions

    def _make_actions(self) -> None:
        self.doing: dict[str, QAction] = {}
        self.buttons: dict[str, QToolButton] = {}
        for name, icon, text, keys in (
            ("resume", "resume-job", self.tr("Resume"), ""),
            ("pause", "pause-job", self.tr("Pause"), ""),
            ("retry", "retry", self.tr("Retry"), "R"),
            ("cancel", "cancel", self.tr("Cancel"), "Del"),
            ("first", "to-start", self.tr("To the front"), "Alt+Home"),
            ("up", "arrow-up", self.tr("One up"), "Alt+Up"),
            ("down", "arrow-down", self.tr("One down"), "Alt+Down"),
            ("open", "open", self.tr("Open"), "Return"),
            ("folder", "folder", self.tr("Show in folder"), "Ctrl+Return"),
            ("remove", "trash", self.tr("Remove from the list"), ""),
            ("clear", "check", self.tr("Remove what has ended here"), ""),
        ):
            self.doing[name] = self._action(name, icon, text, keys)
        for name in ("resume", "pause", "retry", "cancel", "open", "folder"):
            button = QToolButton()
            button.setDefaultAction(self.doing[name])
            self.bar.addWidget(button)
            self.buttons[name] = button
        menu = QMenu(self)
        for name, text in AFTERWARDS.items():
            action = menu.addAction(self.when_finished.words(text))
            action.setCheckable(True)
            action.setData(name)
        menu.triggered.connect(lambda action: self.when_finished.choose(action.data()))
        self.after.setMenu(menu)
        self._tell_after()

    def _action(self, name: str, icon: str, text: str, keys: str) -> QAction:
        action = QAction(theme.icon(icon), text, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.setToolTip(f"{text} ({action.shortcut().toString()})" if keys else text)
        action.triggered.connect(lambda: self.do(name))
        self.list.addAction(action)
        return action

    def _connect(self) -> None:
        self._stale.timeout.connect(self._show_all)
        self.renders.changed.connect(self._later)
        self.farm.seen.connect(self._seen)
        self.farm.pictured.connect(self._later)
        self.farm.detailed.connect(self._detailed)
        self.farm.refused.connect(self.problem)
        self.model.moved.connect(self._move)
        self.list.selectionModel().currentChanged.connect(lambda _now, _before: self._chosen())
        self.list.doubleClicked.connect(lambda _: self.do("open"))
        self.list.customContextMenuRequested.connect(self._menu)
        self.when_finished.changed.connect(self._tell_after)

    def _later(self, _which: object = None) -> None:
        if not self._stale.isActive():
            self._stale.start()

    # ---------------------------------------------------------------------------------------------------- showing

    def _seen(self, seen: Seen) -> None:
        self.strip.setVisible(bool(seen.problem))
        self.trouble.setText(self.tr("The queue does not answer, and is asked again: {0}").format(seen.problem))
        self._show_all()

    def _show_all(self) -> None:
        seen = self.farm.last
        items = [of_render(render) for render in reversed_ended(self.renders.all)] + of_jobs(seen, self.farm.pictures)
        self.model.show(items)
        if items and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(0))
        self.pages.setCurrentIndex(1 if items else 0)
        self.summary.setText(self._summary(items, seen))
        item = self.current
        if item and (item.key, item.state) != self._asked_of:
            self._chosen()
        else:
            self._offer()

    def _summary(self, items: list[Item], seen: Seen) -> str:
        live = sum(item.state in LIVE for item in items)
        waiting = self.renders.waiting + seen.counts.get("queued", sum(job["state"] == "queued" for job in seen.jobs))
        words = [self.tr("{0} rendering").format(live)] if live else []
        words += [self.tr("{0} waiting").format(waiting)] if waiting else []
        if left := self.seconds_left:
            words.append(self.tr("all done in {0}").format(clock(left)))
        return "  ·  ".join(words) or self.tr("Nothing waits")

    @property
    def seconds_left(self) -> float | None:
        """Until nothing is left, where that is known."""
        here, there = self.renders.seconds_left, self._seconds_there
        return None if here is None or there is None else max(here, there)

    @property
    def _seconds_there(self) -> float | None:
        seen = self.farm.last
        rows = sum(job["state"] == "queued" for job in seen.jobs)
        if seen.counts.get("queued", rows) > rows:  # more than are shown, and looked at
            return None
        return seen.all if rows or any(job["state"] in LIVE for job in seen.jobs) else 0.0

    @property
    def current(self) -> Item | None:
        return self.model.item(self.list.currentIndex())

    def _chosen(self) -> None:
        self._details = None
        item = self.current
        self._asked_of = (item.key, item.state) if item else None
        if item and not item.is_render and item.state in ("failed", "done", "queued"):
            self.farm.ask("details", item.id)
        self._offer()

    def _offer(self) -> None:
        item = self.current
        may = item.may if item else frozenset()
        for name, action in self.doing.items():
            needed = {"up": "move", "down": "move"}.get(name, name)
            action.setEnabled(needed in may)
        for name in ("pause", "resume"):
            shown = (name == "resume") == ("resume" in may)
            self.doing[name].setVisible(shown)
            self.buttons[name].setVisible(shown)
        self.doing["clear"].setEnabled(any(render.ended for render in self.renders.all))
        known = self._details if item and self._details and self._details.id == item.id else None
        room = self.details.room
        self.details.show_item(item, known)
        if self.details.room > room:
            QTimer.singleShot(0, self, lambda: self.list.scrollTo(self.list.currentIndex()))  # it stays in sight

    def _detailed(self, details: Details) -> None:
        self._details = details
        item = self.current
        if item and item.id == details.id and self._wanted:
            wanted, self._wanted = self._wanted, ""
            self._open(details.files.get("video", ""), wanted)
        self._offer()

    def _tell_after(self) -> None:
        self.after.setText(self.when_finished.words(AFTERWARDS[self.when_finished.choice]))
        for action in self.after.menu().actions():
            action.setChecked(action.data() == self.when_finished.choice)

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        for name, action in self.doing.items():
            if name == "first" or name == "clear":
                menu.addSeparator()
            if action.isVisible() and (action.isEnabled() or name == "clear"):
                menu.addAction(action)
        menu.exec(self.list.viewport().mapToGlobal(at))

    # ----------------------------------------------------------------------------------------------------- doing

    def do(self, name: str) -> None:
        if name == "clear":
            self.renders.clear_ended()
            return
        item = self.current
        if item is None:
            return
        if name in ("up", "down"):
            self.model.ask_to_move(item.key, self.list.currentIndex().row() + (-1 if name == "up" else 2))
        elif name in item.may and name in ("open", "folder"):
            self._find(item, name)
        elif name in item.may and item.is_render:
            self._here(item)[name](int(item.id))
        elif name in item.may:
            self.farm.ask(name, item.id)

    def _here(self, item: Item) -> dict[str, Callable[[int], object]]:
        renders = self.renders
        first = next((render.id for render in renders.all if not render.ended), None)
        return {
            "cancel": renders.cancel,
            "pause": renders.pause,
            "resume": renders.resume,
            "retry": renders.retry,
            "remove": renders.remove,
            "first": lambda id: renders.move(id, first),
        }

    def _move(self, key: str, before: str) -> None:
        kind, _, id = key.partition(":")
        other = before.partition(":")[2]
        if kind == "render":
            self.renders.move(int(id), int(other) if other else None)
        elif other:
            self.farm.ask("before", id, other)
        else:
            self._to_the_end(id)

    def _to_the_end(self, id: str) -> None:
        """Everything that can be moved goes before it, in its order."""
        for item in self.model.items:
            if not item.is_render and "move" in item.may and item.id != id:
                self.farm.ask("before", item.id, id)

    def _find(self, item: Item, how: str) -> None:
        if item.is_render:
            self._open(QUrl.fromLocalFile(item.file).toString(), how)
        elif self._details and self._details.id == item.id:
            self._open(self._details.files.get("video", ""), how)
        else:
            self._wanted = how
            self.farm.ask("details", item.id)

    def _open(self, link: str, how: str) -> None:
        url = QUrl(link)
        if url.isLocalFile() and not Path(url.toLocalFile()).exists():
            self.problem.emit(self.tr("{0} is not there any more").format(url.toLocalFile()))
        elif not link:
            self.problem.emit(self.tr("It left no file that can be opened from here"))
        elif how == "folder" and url.isLocalFile():
            show_in_folder(Path(url.toLocalFile()))
        else:
            QDesktopServices.openUrl(url)

    # -------------------------------------------------------------------------------------------------- attention

    def showEvent(self, event: QShowEvent) -> None:
        self.farm.watch("queue", True)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.farm.watch("queue", False)
        super().hideEvent(event)


def reversed_ended(renders: tuple[Render, ...]) -> list[Render]:
    """What runs and waits in its order, then what has ended, the latest first."""
    going = [render for render in renders if not render.ended]
    return [*going, *(render for render in reversed(renders) if render.ended)]
