"""Watched folders: what each has seen, one more, one less, and whether the system tells of files in one.

Everything goes through `framekiln watch`, in a process of its own: the queue and the folders may be far away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.background import Command
from app.export.preset_cards import look_of
from render_engine.encode.presets import PRESETS

EVERY = 5000  # ms
Raw = Mapping[str, Any]


class WatchPage(QWidget):
    """`templates`: names and titles that can be chosen."""

    problem = Signal(str)

    def __init__(self, templates: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.templates = tuple(templates)
        self.watches: list[Raw] = []
        self._commands: set[Command] = set()
        self._listing = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.look)
        self._make()

    def _make(self) -> None:
        title = QLabel(self.tr("Watched folders"))
        title.setProperty("role", "heading")
        hint = QLabel(self.tr("Files that are dropped into them become videos, while a node runs."))
        hint.setProperty("role", "hint")
        hint.setWordWrap(True)
        self.add_button = QPushButton(theme.icon("add"), self.tr("Watch a folder…"))
        self.add_button.clicked.connect(self.ask)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(title)
        words.addWidget(hint)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addLayout(words, 1)
        head.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignTop)
        self.trouble = QLabel()
        self.trouble.setProperty("role", "danger")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.cards = QVBoxLayout()
        self.cards.setContentsMargins(0, 0, 0, 0)
        self.cards.setSpacing(8)
        self.cards.addStretch(1)
        page = QWidget()
        page.setProperty("role", "page")
        page.setLayout(self.cards)
        scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has the focus
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        self.pages = QStackedWidget()
        self.pages.addWidget(_empty(self.tr("No folder is watched"), self.tr("Watch one, and drop a picture into it.")))
        self.pages.addWidget(scroll)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self.trouble)
        layout.addWidget(self.pages, 1)

    # ---------------------------------------------------------------------------------------------------- showing

    def look(self) -> None:
        if not self._listing:
            self._listing = True
            self._run(["watch", "list"], self._listed, self._refused)

    def _listed(self, rows: Any) -> None:
        self._listing = False
        self.trouble.hide()
        if rows == self.watches and self.pages.currentIndex() == bool(rows):
            return
        self.watches = list(rows)
        for card in self.findChildren(WatchCard):
            self.cards.removeWidget(card)
            card.deleteLater()
        for at, row in enumerate(self.watches):
            card = WatchCard(row)
            card.remove_asked.connect(self.ask_to_remove)
            card.test_asked.connect(self.test)
            self.cards.insertWidget(at, card)
        self.pages.setCurrentIndex(1 if rows else 0)

    def _refused(self, why: str) -> None:
        self._listing = False
        self.trouble.setText(why)
        self.trouble.show()

    # ------------------------------------------------------------------------------------------------------ doing

    def ask(self) -> None:
        dialog = WatchDialog(self.templates, self)
        dialog.asked.connect(lambda words: self.add(words, dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def add(self, words: list[str], dialog: WatchDialog | None = None) -> None:
        """The dialog stays until it is done, and tells what was wrong."""
        dialog = dialog or WatchDialog(self.templates, self)
        dialog.wait(True)
        dialog.accepted.connect(self.look)
        self._run(["watch", "add", *words], lambda _: dialog.accept(), dialog.refuse)

    def ask_to_remove(self, name: str) -> None:
        box = QMessageBox(self)
        box.setText(self.tr("Watch “{0}” no more?").format(name))
        box.setInformativeText(self.tr("Its jobs stay in the queue, its files where they are."))
        remove = box.addButton(self.tr("Stop watching"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        remove.clicked.connect(lambda: self.remove(name))
        box.finished.connect(box.deleteLater)
        box.open()

    def remove(self, name: str) -> None:
        self._run(["watch", "remove", name], lambda _: self.look(), self.problem.emit)

    def test(self, folder: str) -> None:
        card = next(card for card in self.findChildren(WatchCard) if card.row["folder"] == folder)
        card.tell(self.tr("Files are put there and looked for…"))
        self._run(["watch", "test", folder], lambda found: self._tested(folder, found), self.problem.emit)

    def _tested(self, folder: str, found: Raw) -> None:
        heard = [seconds for seconds in found["seconds"].values() if seconds is not None]
        if found["problem"]:
            words = str(found["problem"])
        elif found["shared"] or not heard:
            words = self.tr("The system tells nothing of files here: it is looked at every two seconds.")
        else:
            words = self.tr("The system tells of files after {0} ms.").format(round(1000 * max(heard)))
        for card in self.findChildren(WatchCard):
            if card.row["folder"] == folder:
                card.tell(words)

    def _run(self, words: list[str], answered: Callable[[Any], object], failed: Callable[[str], object]) -> None:
        command = Command(words, parent=self)
        self._commands.add(command)

        command.answered.connect(lambda answer, _status: self._done(command, answered, answer))
        command.failed.connect(lambda why: self._done(command, failed, why))
        command.start()

    def _done(self, command: Command, tell: Callable[[Any], object], what: Any) -> None:
        self._commands.discard(command)
        command.deleteLater()
        tell(what)

    def close_commands(self) -> None:
        """At the end of the application."""
        self._timer.stop()
        for command in self._commands:
            command.stop()
        self._commands.clear()

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()
        self.look()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)


class WatchCard(QFrame):
    remove_asked = Signal(str)  # the watch's name
    test_asked = Signal(str)  # the folder

    def __init__(self, row: Raw, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        self.setProperty("role", "card")
        sign = QLabel()
        sign.setPixmap(theme.pixmap("folder-watch", 20, "text-2", self.devicePixelRatioF()))
        name = QLabel(str(row["name"]))
        name.setProperty("role", "heading")
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(name)
        for text, role in self._lines():
            label = QLabel(text)
            label.setProperty("role", role)
            label.setWordWrap(True)
            words.addWidget(label)
        self.told = QLabel()
        self.told.setProperty("role", "label")
        self.told.setWordWrap(True)
        self.told.hide()
        words.addWidget(self.told)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 12, 12, 12)
        layout.setSpacing(12)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        for icon, text, signal, value in (
            ("check", self.tr("Test whether the system tells of files there"), self.test_asked, row["folder"]),
            ("trash", self.tr("Watch it no more"), self.remove_asked, row["name"]),
        ):
            button = QToolButton()
            button.setIcon(theme.icon(icon))
            button.setToolTip(text)
            button.setAccessibleName(f"{text}: {row['name']}")
            button.clicked.connect(lambda _=False, signal=signal, value=value: signal.emit(str(value)))
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def tell(self, text: str) -> None:
        self.told.setText(text)
        self.told.show()

    def _lines(self) -> list[tuple[str, str]]:
        row = self.row
        counts = {
            self.tr("waiting"): row.get("waiting", 0),
            self.tr("queued"): row.get("queued", 0),
            self.tr("done"): row.get("done", 0),
            self.tr("failed"): row.get("failed", 0),
        }
        told = "  ·  ".join(f"{count} {word}" for word, count in counts.items())
        arrow = self.tr("{0}  →  {1}").format(row["folder"], row["source"])
        lines = [(arrow, "label"), (told, "hint")]
        return [*lines, (str(row["error"]), "danger")] if row.get("error") else lines


class WatchDialog(QDialog):
    asked = Signal(list)  # the words of `framekiln watch add`

    def __init__(self, templates: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Watch a folder"))
        self.setMinimumWidth(520)
        self.folder, self.out = QLineEdit(), QLineEdit()
        self.folder.setPlaceholderText(self.tr("where files are dropped"))
        self.out.setPlaceholderText(self.tr("only in the storage"))
        self.template = QComboBox()
        self.template.setEditable(True)
        for name, title in templates:
            self.template.addItem(title, name)
        self.template.setToolTip(self.tr("A template, or the path of a document"))
        self.prop = QLineEdit()
        self.prop.setPlaceholderText(self.tr("picture, video, …"))
        self.prop.setToolTip(self.tr("Which prop a dropped picture, video or sound becomes, where there are several"))
        self.preset = QComboBox()
        for preset in ("", *PRESETS):
            self.preset.addItem(look_of(preset).title, preset)
        self.move_originals = QCheckBox(self.tr("Move originals to done/ or failed/"))
        self.trouble = QLabel()
        self.trouble.setProperty("role", "danger")
        self.trouble.setWordWrap(True)
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(16)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, field in (
            (self.tr("Folder"), self.folder),
            (self.tr("Becomes"), self.template),
            (self.tr("Media become"), self.prop),
            (self.tr("Preset"), self.preset),
            (self.tr("Copy videos to"), self.out),
        ):
            field.setAccessibleName(text)
            label = QLabel(text)
            label.setProperty("role", "label")
            form.addRow(label, self._with_browse(field) if field in (self.folder, self.out) else field)
        form.addRow(self.move_originals)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(self.trouble)
        layout.addStretch(1)
        layout.addLayout(self._make_buttons())
        self.folder.textChanged.connect(lambda _: self._check())
        self._check()

    def _with_browse(self, field: QWidget) -> QHBoxLayout:
        assert isinstance(field, QLineEdit)
        button = QToolButton()
        button.setIcon(theme.icon("folder"))
        button.setToolTip(self.tr("Choose a folder"))
        button.setAccessibleName(self.tr("Choose a folder: {0}").format(field.accessibleName()))
        button.clicked.connect(lambda: self._browse(field))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(field)
        row.addWidget(button)
        return row

    def _make_buttons(self) -> QHBoxLayout:
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setProperty("role", "quiet")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.button = QPushButton(self.tr("Watch"))
        self.button.setProperty("role", "primary")
        self.button.setDefault(True)
        self.button.clicked.connect(lambda: self.asked.emit(self.words))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.button)
        return row

    @property
    def words(self) -> list[str]:
        at = self.template.currentIndex()
        chosen = at >= 0 and self.template.itemText(at) == self.template.currentText()
        template = self.template.itemData(at) if chosen else self.template.currentText()
        words = [self.folder.text().strip(), "--template", str(template)]
        if self.prop.text().strip():
            words += ["--prop", self.prop.text().strip()]
        if self.preset.currentData():
            words += ["--preset", self.preset.currentData()]
        if self.out.text().strip():
            words += ["--out", self.out.text().strip()]
        return [*words, "--move"] if self.move_originals.isChecked() else words

    def wait(self, waiting: bool) -> None:
        self.button.setEnabled(not waiting)
        self.button.setText(self.tr("Looking at it…") if waiting else self.tr("Watch"))

    def refuse(self, why: str) -> None:
        self.wait(False)
        self.trouble.setText(why)

    def _browse(self, field: QLineEdit) -> None:
        folder = QFileDialog.getExistingDirectory(self, field.accessibleName(), field.text() or str(Path.home()))
        if folder:
            field.setText(folder)

    def _check(self) -> None:
        self.button.setEnabled(bool(self.folder.text().strip()))


def _empty(title: str, hint: str) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setSpacing(8)
    icon = QLabel()
    icon.setPixmap(theme.pixmap("folder-watch", 32, "text-3", page.devicePixelRatioF()))
    layout.addStretch(1)
    layout.addWidget(icon, 0, Qt.AlignmentFlag.AlignHCenter)
    for text, role in ((title, "heading"), (hint, "hint")):
        label = QLabel(text)
        label.setProperty("role", role)
        layout.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
    layout.addStretch(1)
    return page
