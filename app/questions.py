"""What the window has to ask: whether to save, whose change of a file counts, whether to take back what a crash left."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from app.project import Project
from app.recovery import Copy, forget, left_behind
from app.widgets.welcome_recent import when_words

Answer = tuple[str, QMessageBox.ButtonRole, Callable[[], object]]
Role = QMessageBox.ButtonRole


class Questions(QObject):
    """`save`: as the window does, with a dialog where there is no file yet. `recovered`: something else is open now."""

    def __init__(
        self, window: QWidget, project: Project, save: Callable[[], bool], recovered: Callable[[], object]
    ) -> None:
        super().__init__(window)
        self._window, self._project, self._save, self._recovered = window, project, save, recovered
        project.conflict.connect(self.about_conflict)

    def may_leave(self) -> bool:
        """What is not saved is asked about. A template's words, which have no file, are too."""
        if not self._project.is_modified:
            return True
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Save the changes to “{}”?").format(self._project.name))
        box.setInformativeText(self.tr("They are lost if you don't."))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        answer = box.exec()
        return answer == buttons.Discard or (answer == buttons.Save and self._is_saved())

    def _is_saved(self) -> bool:
        """A template is made a document first, by a process: that is waited for."""
        if not self._save():
            return False
        if self._project.is_making:
            loop = QEventLoop(self)
            self._project.making.connect(loop.quit)
            loop.exec()
        return not self._project.is_modified

    def about_conflict(self, path: str) -> None:
        self._ask(
            self.tr("Changed elsewhere"),
            self.tr("{} was changed by another program, and here.").format(Path(path).name),
            self.tr("Until you choose, yours is shown and nothing is written."),
            (
                (self.tr("Keep mine"), Role.AcceptRole, self._project.keep_mine),
                (self.tr("Take theirs"), Role.DestructiveRole, self._project.take_theirs),
                (self.tr("Decide later"), Role.RejectRole, lambda: None),
            ),
        )

    def offer_recovery(self, passed: Sequence[Copy] = ()) -> None:
        """What windows that crashed had not saved, one after another; what is not decided on is offered again."""
        copy = next((each for each in left_behind() if each not in passed), None)
        if copy is None:
            return
        name = Path(copy.origin).name or copy.name or self.tr("Untitled")
        rest = (*passed, copy)
        self._ask(
            self.tr("Recover"),
            self.tr("“{}” was not saved when Framekiln ended.").format(name),
            self.tr("Its last change that is kept: {}.").format(when_words(time.time() - copy.when)),
            (
                (self.tr("Recover it"), Role.AcceptRole, lambda: self._recover(copy)),
                (self.tr("Throw it away"), Role.DestructiveRole, lambda: self._throw_away(copy, rest)),
                (self.tr("Later"), Role.RejectRole, lambda: self.offer_recovery(rest)),
            ),
        )

    def _recover(self, copy: Copy) -> None:
        if self._project.recover(copy):
            self._recovered()

    def _throw_away(self, copy: Copy, passed: Sequence[Copy]) -> None:
        forget(copy)
        self.offer_recovery(passed)

    def _ask(self, title: str, text: str, more: str, answers: Sequence[Answer]) -> None:
        """The window goes on meanwhile."""
        box = QMessageBox(QMessageBox.Icon.Question, title, text, parent=self._window)
        box.setInformativeText(more)
        made: dict[QAbstractButton, Callable[[], object]] = {
            box.addButton(words, role): do for words, role, do in answers
        }
        box.finished.connect(lambda _: made.get(box.clickedButton(), lambda: None)())
        box.finished.connect(box.deleteLater)
        box.open()
