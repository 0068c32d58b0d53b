"""The settings: what the app remembers and what a node is told, in one place. Nothing holds before “Save”, but the scheme."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.background import Call, Command
from app.cli.words import size_words
from app.keyring_access import keep_secrets, where_secrets_are
from app.preferences import Preferences
from app.settings_file import origins, write_settings
from app.widgets.roles import button
from app.widgets.settings_pages import Folders, Form, General, Node, Page, Preview, Queue
from app.widgets.trials import Trial
from render_engine.errors import FramekilnError
from sync.secrets import VARIABLES
from sync.settings import PREFIX, Settings, read_settings

_TRIED = ("queue", "project", "storage", "storage_endpoint", "storage_region", "home")


class SettingsDialog(QDialog):
    saved = Signal(object)  # Settings, as they hold for what is started from now on
    ready = Signal()  # all pages are there

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setMinimumSize(760, 520)
        self.resize(820, 640)
        self.preferences = preferences
        self.form = Form()
        self._commands: list[Command] = []
        self._begun_scheme = preferences.scheme
        self._limit: Any = None
        self._lay_out()
        self._make_pages()

    # ------------------------------------------------------------------------------------------------------- parts

    def _make_pages(self) -> None:
        """The first at once, each other in a turn of its own, so that the window goes on in between."""
        self.general = General(self.form, self.preferences)
        self.preview = Preview(self.form, self.preferences)
        self.general.scheme_chosen.connect(self._show_scheme)
        self._add(self.general, self.tr("General"), "settings")
        self._add(self.preview, self.tr("Preview"), "monitor")
        self.names.setCurrentRow(0)
        self.save_button.setEnabled(False)
        self._left = [self._make_queue, self._make_node, self._make_folders, self._read, self._ask]
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._next)
        self._turn.start()

    def _next(self) -> None:
        self._left.pop(0)()
        if not self._left:
            self._turn.stop()
            self.save_button.setEnabled(True)
            self.ready.emit()

    def _make_queue(self) -> None:
        self.queue = Queue(self.tr("Queue and storage"), self.form)
        for trial in (self.queue.queue_trial, self.queue.storage_trial):
            trial.environment = self._typed
        self._add(self.queue, self.queue.title, "queue")

    def _make_node(self) -> None:
        self.node = Node(self.tr("Node"), self.form)
        self._add(self.node, self.node.title, "node")

    def _make_folders(self) -> None:
        self.folders = Folders(self.tr("Folders"), self.form)
        self.folders.clear.clicked.connect(lambda: self._ask_cache("--clear"))
        self._add(self.folders, self.folders.title, "folder")

    def _add(self, page: Page, title: str, icon: str) -> None:
        self.stack.addWidget(page)
        QListWidgetItem(theme.icon(icon, 16, "text-3"), title, self.names).setSizeHint(QSize(0, 36))

    def _lay_out(self) -> None:
        self.stack = QStackedWidget()
        self.names = QListWidget()
        self.names.setProperty("role", "pages")
        self.names.setFixedWidth(196)
        self.names.setIconSize(QSize(16, 16))
        self.names.setAccessibleName(self.tr("Pages"))
        self.names.currentRowChanged.connect(self.stack.setCurrentIndex)
        self.problem = QLabel()
        self.problem.setProperty("role", "danger")
        self.problem.setWordWrap(True)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.save_button = button(self.tr("Save"), "primary")
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self.save)
        cancel = button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.SPACE[4], theme.SPACE[2], theme.SPACE[4], theme.SPACE[2])
        foot.setSpacing(theme.SPACE[1])
        foot.addWidget(self.problem, 1)
        foot.addWidget(cancel)
        foot.addWidget(self.save_button)
        line = QFrame()
        line.setProperty("role", "line")
        line.setFixedHeight(1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.stack, 1)
        right.addWidget(line)
        right.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.names)
        whole.addLayout(right, 1)

    # --------------------------------------------------------------------------------------------------- what holds

    def _read(self) -> None:
        """A file that is wrong is said, and its settings are shown as they are without it."""
        try:
            self.form.show(read_settings(), origins())
        except FramekilnError as error:
            self.problem.setText(str(error))
            self.form.show(Settings(), dict.fromkeys(Settings.model_fields, "default"))

    def _ask(self) -> None:
        self._call(where_secrets_are, self._show_secrets)
        self._ask_cache()

    def _show_secrets(self, places: Mapping[str, str]) -> None:
        self.form.show_secrets(places)

    def _ask_cache(self, *action: str) -> None:
        self.folders.clear.setEnabled(False)
        self._command(["cache", *action], self._show_cache)

    def _show_cache(self, facts: Mapping[str, Any], status: int) -> None:
        kept, free = size_words(facts["kept_bytes"]), size_words(facts["free_bytes"])
        self.folders.cache.setText(self.tr("{}; the disk has {} free").format(kept, free))
        self.folders.cache_note.setText(self.tr("In {}. FRAMEKILN_CACHE names another place.").format(facts["folder"]))
        if self._limit is None or not self.folders.limit.isEnabled():
            self.folders.limit.show_value(facts["limit_bytes"])
            self._limit = self.folders.limit.value()
        self.folders.limit.setEnabled(True)
        self.folders.clear.setEnabled(facts["kept_bytes"] > 0)

    def _show_scheme(self, name: str) -> None:
        theme.apply(cast(QApplication, QGuiApplication.instance()), cast(theme.Choice, name))

    def _typed(self) -> dict[str, str]:
        typed = {name: str(self.form.rows[name].editor.value() or "") for name in _TRIED}
        said = {PREFIX + name.upper(): value for name, value in typed.items() if value or name in ("queue", "storage")}
        secrets = self.form.changed_secrets()
        return said | {VARIABLES[name]: value for name, value in secrets.items() if value}

    # ------------------------------------------------------------------------------------------------------- saving

    def save(self) -> None:
        """Settings first, since they can be wrong; then what takes a while; then it closes."""
        self.problem.clear()
        try:
            self._settings = write_settings(changed) if (changed := self.form.changed()) else read_settings()
        except FramekilnError as error:
            self.problem.setText(str(error))
            return
        self.preferences.set(**self.general.chosen(), **self.preview.chosen())
        self._begun_scheme = self.preferences.scheme
        self.save_button.setEnabled(False)
        if secrets := self.form.changed_secrets():
            self._call(lambda: keep_secrets(secrets), self._secrets_kept)
        else:
            self._save_limit()

    def _secrets_kept(self, _: None) -> None:
        self._save_limit()

    def _save_limit(self) -> None:
        limit = self.folders.limit.value()
        if self._limit is None or limit == self._limit:
            self._done()
        else:
            self._command(["cache", "--max-size", f"{limit / 10**9:g}GB"], lambda *_: self._done())

    def _done(self) -> None:
        self.saved.emit(self._settings)
        self.accept()

    def _trouble(self, text: str) -> None:
        self.save_button.setEnabled(True)
        self.problem.setText(text)

    # --------------------------------------------------------------------------------------------------- in between

    def _call(self, function: Callable[[], Any], then: Callable[[Any], None]) -> None:
        call = Call(function)
        call.answered.connect(then)
        call.failed.connect(self._trouble)
        call.start()

    def _command(self, arguments: list[str], then: Callable[[Any, int], None]) -> None:
        command = Command(arguments, parent=self)
        command.answered.connect(then)
        command.failed.connect(self._trouble)
        self._commands.append(command)
        command.start()

    def done(self, result: int) -> None:
        self._stop()
        if self.preferences.scheme == self._begun_scheme and theme.choice() != self._begun_scheme:
            self._show_scheme(self._begun_scheme)
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop()
        super().closeEvent(event)

    def _stop(self) -> None:
        self._turn.stop()
        for trial in self.findChildren(Trial):
            trial.stop()
        for command in self._commands:
            command.stop()
        self._commands.clear()
