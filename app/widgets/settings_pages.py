"""The pages of the settings: which settings there are, in whose words, and what each is changed with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)

from app import theme
from app.language import SYSTEM, languages
from app.preferences import Preferences
from app.settings_file import Origin
from app.widgets.roles import button, labelled
from app.widgets.settings_editors import GIB, HOUR, Amount, Editor, Folder, Hidden, Listed, Text, Whole
from app.widgets.trials import QueueTrial, StorageTrial
from sync.secrets import VARIABLES
from sync.settings import PREFIX, Settings

LABELS = 150  # px, the column of the labels


@dataclass
class Row:
    editor: Editor
    note: QLabel
    hint: str
    begun: Any = None


@dataclass
class SecretRow:
    editor: Hidden
    remove: QPushButton
    note: QLabel
    hint: str
    is_removed: bool = False


@dataclass
class Form:
    """Rows by the setting's name, over all pages."""

    rows: dict[str, Row] = field(default_factory=dict)
    secrets: dict[str, SecretRow] = field(default_factory=dict)

    def show(self, settings: Settings, origins: Mapping[str, Origin]) -> None:
        for name, row in self.rows.items():
            value = getattr(settings, name)
            is_own = origins[name] != "default"
            row.editor.show_value(value if is_own or isinstance(row.editor, Whole | Amount) else None)
            row.begun = row.editor.value()
            if origins[name] == "environment":
                row.editor.setEnabled(False)
                _say(row.note, _said_by(PREFIX + name.upper()))

    def changed(self) -> dict[str, Any]:
        return {name: value for name, row in self.rows.items() if (value := row.editor.value()) != row.begun}

    def show_secrets(self, places: Mapping[str, str]) -> None:
        for name, row in self.secrets.items():
            place = places[name]
            row.editor.setEnabled(place != "environment")
            row.remove.setVisible(place == "keyring")
            row.editor.setPlaceholderText(
                _tr("••••••••  kept in the keyring") if place == "keyring" else _tr("not set")
            )
            if place == "environment":
                row.editor.setPlaceholderText("••••••••")
                _say(row.note, _said_by(VARIABLES[name]))

    def changed_secrets(self) -> dict[str, str | None]:
        """None: it is to be removed."""
        typed = {name: row.editor.value() for name, row in self.secrets.items()}
        return {name: value for name, value in typed.items() if value or self.secrets[name].is_removed}


class Page(QScrollArea):
    """Labels on the left, what they name on the right, hints below."""

    def __init__(self, title: str, form: Form) -> None:
        super().__init__()
        self.title, self.form = title, form
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        inner.setProperty("role", "page")
        self.grid = QGridLayout(inner)
        self.grid.setContentsMargins(theme.SPACE[4], theme.SPACE[4], theme.SPACE[4], theme.SPACE[4])
        self.grid.setHorizontalSpacing(theme.SPACE[3])
        self.grid.setVerticalSpacing(theme.SPACE[0])
        self.grid.setColumnMinimumWidth(0, LABELS)
        self.grid.setColumnStretch(1, 1)
        self.setWidget(inner)
        self._line = 0
        self._wide(labelled(title, "title"), theme.SPACE[3])
        self.fill()
        self.grid.setRowStretch(self._line, 1)

    def fill(self) -> None:
        raise NotImplementedError

    def add(self, label: str, widget: QWidget, hint: str = "") -> QLabel:
        words = labelled(label, "label")
        words.setBuddy(widget)
        words.setWordWrap(True)
        widget.setAccessibleName(label)
        widget.setAccessibleDescription(hint)
        note = labelled(hint, "hint")
        note.setWordWrap(True)
        note.setVisible(bool(hint))
        self.grid.addWidget(words, self._line, 0, Qt.AlignmentFlag.AlignVCenter)
        self.grid.addWidget(widget, self._line, 1)
        self.grid.addWidget(note, self._line + 1, 1)
        self.grid.setRowMinimumHeight(self._line + 2, theme.SPACE[1])
        self._line += 3
        return note

    def setting(self, name: str, label: str, editor: Editor, hint: str = "") -> None:
        self.form.rows[name] = Row(editor, self.add(label, editor, hint), hint)

    def secret(self, name: str, label: str, hint: str = "") -> None:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.SPACE[0])
        editor, remove = Hidden(), button(self.tr("Remove"), "quiet")
        remove.hide()
        remove.setToolTip(self.tr("Take it out of the keyring"))
        line.addWidget(editor, 1)
        line.addWidget(remove)
        row = SecretRow(editor, remove, self.add(label, holder, hint), hint)
        editor.setAccessibleName(label)
        holder.setFocusProxy(editor)
        remove.clicked.connect(lambda: self._removed(row))
        self.form.secrets[name] = row

    def heading(self, text: str) -> None:
        self.grid.setRowMinimumHeight(self._line, theme.SPACE[1])
        self._line += 1
        self._wide(labelled(text, "heading"), theme.SPACE[1])

    def _removed(self, row: SecretRow) -> None:
        row.is_removed = True
        row.remove.hide()
        row.editor.clear()
        row.editor.setPlaceholderText(self.tr("taken out when you save"))

    def _wide(self, widget: QWidget, below: int) -> None:
        self.grid.addWidget(widget, self._line, 0, 1, 2)
        self.grid.setRowMinimumHeight(self._line + 1, below)
        self._line += 2

    def wide(self, widget: QWidget) -> None:
        self._wide(widget, theme.SPACE[0])


class General(Page):
    scheme_chosen = Signal(str)

    def __init__(self, form: Form, preferences: Preferences) -> None:
        self.values = preferences.values
        super().__init__(self.tr("General"), form)

    def fill(self) -> None:
        self.scheme = Segments(
            {
                "dark": (self.tr("Dark"), "moon"),
                "light": (self.tr("Light"), "sun"),
                "system": (self.tr("System"), "monitor"),
            },
            self.values.scheme,
        )
        self.scheme.chosen.connect(self.scheme_chosen)
        self.add(self.tr("Appearance"), self.scheme, self.tr("“System” follows what your desktop is set to."))
        self.language = QComboBox()
        there = languages()
        for code, name in ({SYSTEM: self.tr("As the system")} | there if len(there) > 1 else there).items():
            self.language.addItem(name, code)
        self.language.setCurrentIndex(max(0, self.language.findData(self.values.language)))
        only = self.tr("English is the only one yet.")
        hint = only if len(there) == 1 else self.tr("Holds from the next start.")
        self.add(self.tr("Language"), self.language, hint)
        self.notify = QCheckBox(self.tr("Tell me when a render is done"))
        self.notify.setChecked(self.values.notify)
        self.add(self.tr("Notifications"), self.notify)
        self.moving = QCheckBox(self.tr("Pictures of templates move while they are looked at"))
        self.moving.setChecked(self.values.moving)
        self.add(self.tr("Motion"), self.moving)

    def chosen(self) -> dict[str, Any]:
        return {
            "scheme": self.scheme.value,
            "language": self.language.currentData() if self.language.count() > 1 else self.values.language,
            "notify": self.notify.isChecked(),
            "moving": self.moving.isChecked(),
        }


class Preview(Page):
    def __init__(self, form: Form, preferences: Preferences) -> None:
        self.values = preferences.values
        super().__init__(self.tr("Preview"), form)

    def fill(self) -> None:
        choices = {"auto": (self.tr("Auto"), ""), "1": (self.tr("Full"), ""), "2": ("½", ""), "4": ("¼", "")}
        self.resolution = Segments(choices, self.values.resolution)
        hint = self.tr(
            "What a document opens with. “Auto” takes the highest that plays at full speed; exports are always full."
        )
        self.add(self.tr("Resolution"), self.resolution, hint)
        drawers = {"auto": (self.tr("Auto"), ""), "cpu": (self.tr("Processor"), ""), "cuda": (self.tr("Card"), "")}
        self.renderer = Segments(drawers, self.values.renderer)
        hint = self.tr("“Auto” takes an NVIDIA card where there is one. Which one draws is said over the picture.")
        self.add(self.tr("Drawn by"), self.renderer, hint)
        self.idle = QCheckBox(self.tr("Render ahead while I pause"))
        self.idle.setChecked(self.values.idle_rendering)
        hint = self.tr("Finished segments are kept, so that an export after previewing is almost at once. Costs power.")
        self.add(self.tr("Idle time"), self.idle, hint)

    def chosen(self) -> dict[str, Any]:
        return {
            "resolution": self.resolution.value,
            "renderer": self.renderer.value,
            "idle_rendering": self.idle.isChecked(),
        }


class Queue(Page):
    def fill(self) -> None:
        self.setting(
            "queue",
            self.tr("Queue"),
            Text(self.tr("queue.db in Framekiln's folder")),
            self.tr(
                "An SQLite file, libsql://… or https://…: all nodes and people with the same queue share their jobs."
            ),
        )
        self.secret("queue_token", self.tr("Token"), self.tr("What a libSQL server asks for. Kept in the keyring."))
        self.setting(
            "project", self.tr("Project"), Text("local"), self.tr("Ids that you give to jobs are of one project.")
        )
        self.queue_trial = QueueTrial()
        self.wide(self.queue_trial)
        self.heading(self.tr("Storage"))
        self.setting(
            "storage",
            self.tr("Address"),
            Text(self.tr("storage in Framekiln's folder")),
            self.tr("Where results are kept: a folder, r2://bucket/prefix or s3://bucket/prefix."),
        )
        self.setting(
            "storage_endpoint",
            self.tr("Endpoint"),
            Text(),
            self.tr("https://… of the S3 server; for R2 that of your account."),
        )
        self.setting("storage_region", self.tr("Region"), Text("auto"))
        self.secret("storage_key_id", self.tr("Key id"))
        self.secret("storage_secret", self.tr("Secret key"), self.tr("Both are kept in the keyring, never in a file."))
        self.storage_trial = StorageTrial()
        self.wide(self.storage_trial)
        self.heading(self.tr("Webhooks"))
        self.secret("webhook_secret", self.tr("Signing secret"), self.tr("Signs what is sent when a job ends."))


class Node(Page):
    def fill(self) -> None:
        self.setting("node", self.tr("Name"), Text(Settings().node), self.tr("What others see it as in the queue."))
        self.setting("slots", self.tr("Slots"), Whole(1, 64), self.tr("How many jobs at once."))
        self.setting(
            "active_hours",
            self.tr("Active hours"),
            Text(self.tr("always")),
            self.tr("When it takes jobs, like 22:00-07:00."),
        )
        self.setting(
            "tags", self.tr("Tags"), Listed(self.tr("none")), self.tr("What jobs may ask of it, like gpu, fast.")
        )
        self.heading(self.tr("What a job may take"))
        self.setting("most_duration", self.tr("Longest film"), Amount(HOUR, "h", 1000))
        self.setting("most_render_time", self.tr("Longest render"), Amount(HOUR, "h", 1000))
        self.setting("most_render_memory", self.tr("Memory"), Amount(GIB, "GiB", 4096, whole=True))
        self.setting("most_render_disk", self.tr("Disk"), Amount(GIB, "GiB", 100000, whole=True))
        self.setting("most_input_bytes", self.tr("Inputs"), Amount(GIB, "GiB", 100000, whole=True))
        self.setting(
            "allowed_folders", self.tr("Folders"), Listed(self.tr("none")), self.tr("That jobs may name files in.")
        )
        self.setting(
            "allowed_addresses",
            self.tr("Networks"),
            Listed(self.tr("public ones only")),
            self.tr("Private networks that inputs and webhooks may reach, like 10.0.0.0/8."),
        )


class Folders(Page):
    def fill(self) -> None:
        hint = self.tr("What must not be lost: results, logs, the queue where none is named.")
        usual = Settings.model_fields["home"].get_default(call_default_factory=True)
        self.setting("home", self.tr("Framekiln's folder"), Folder(str(usual)), hint)
        self.setting(
            "keep_results",
            self.tr("Keep results"),
            Amount(1, self.tr("days"), 10000, self.tr("for good")),
            self.tr("They are removed from the storage after that."),
        )
        self.setting(
            "input_cache",
            self.tr("Fetched inputs"),
            Amount(GIB, "GiB", 100000, self.tr("none"), whole=True),
            self.tr("What is kept of files that came from elsewhere."),
        )
        self.heading(self.tr("Rendered segments"))
        self.cache = QLabel(self.tr("Looking…"))
        self.cache.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.cache.setWordWrap(True)
        self.cache_note = self.add(self.tr("Kept now"), self.cache)
        self.limit = Amount(10**9, "GB", 100000, whole=True)
        self.limit.setEnabled(False)
        self.add(self.tr("At most"), self.limit, self.tr("What has not been used for longest goes first."))
        self.clear = button(self.tr("Empty"))
        self.clear.setToolTip(self.tr("Everything is rendered anew after that; nothing of yours is lost."))
        holder = QHBoxLayout()
        holder.addWidget(self.clear)
        holder.addStretch(1)
        self.grid.addLayout(holder, self._line, 1)
        self._line += 1

    def say_place(self, folder: str) -> None:
        _say(self.cache_note, self.tr("In {}. FRAMEKILN_CACHE names another place.").format(folder))


class Segments(QFrame):
    """A few choices beside each other, one of them taken."""

    chosen = Signal(str)

    def __init__(self, choices: Mapping[str, tuple[str, str]], taken: str) -> None:
        super().__init__()
        self.setProperty("role", "segments")
        self._group = QButtonGroup(self)
        self._names = list(choices)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for number, (name, (words, icon)) in enumerate(choices.items()):
            each = button(words, "segment")
            each.setCheckable(True)
            each.setChecked(name == taken)
            if icon:
                each.setIcon(theme.icon(icon))
            self._group.addButton(each, number)
            row.addWidget(each, 1)
        self._group.idClicked.connect(lambda number: self.chosen.emit(self._names[number]))
        self.setFocusProxy(self._group.button(0))

    @property
    def value(self) -> str:
        return self._names[self._group.checkedId()]

    def choose(self, name: str) -> None:
        self._group.button(self._names.index(name)).click()


def _tr(text: str) -> str:
    return QCoreApplication.translate("", text)


def _say(note: QLabel, text: str) -> None:
    note.setText(text)
    note.show()


def _said_by(variable: str) -> str:
    return _tr("{} in the environment says this.").format(variable)
