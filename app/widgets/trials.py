"""What is typed is tried before it is saved: the queue and the storage, by our own commands in a process each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from app import theme
from app.background import Command
from app.widgets.roles import button, labelled, set_role


class Trial(QWidget):
    """`environment` gives the variables that say what is typed."""

    def __init__(self, words: str, icon: str, hint: str, *command: str) -> None:
        super().__init__()
        self.environment: Callable[[], Mapping[str, str]] = dict
        self._words = command
        self._command: Command | None = None
        self.button = button(words)
        self.button.setIcon(theme.icon(icon))
        self.button.setToolTip(hint)
        self.button.clicked.connect(self.start)
        self.verdict = labelled("", "hint")
        self.verdict.setWordWrap(True)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setFixedWidth(96)
        self.bar.hide()
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE[2])
        head.addWidget(self.button)
        head.addWidget(self.bar)
        head.addWidget(self.verdict, 1)
        self.whole = QVBoxLayout(self)
        self.whole.setContentsMargins(0, theme.SPACE[0], 0, 0)
        self.whole.setSpacing(theme.SPACE[1])
        self.whole.addLayout(head)

    def start(self) -> None:
        self.stop()
        self.say("", "hint")
        self.button.setEnabled(False)
        self.bar.show()
        self._command = Command(self._words, self.environment(), self)
        self._command.answered.connect(self._answered)
        self._command.failed.connect(self._failed)
        self._command.start()

    def stop(self) -> None:
        if self._command:
            self._command.stop()
            self._command.deleteLater()
            self._command = None

    def say(self, text: str, role: str) -> None:
        self.verdict.setText(text)
        set_role(self.verdict, role)

    def tell(self, answer: Any) -> None:
        raise NotImplementedError

    def _answered(self, answer: Any, _status: int) -> None:
        self._ready()
        self.tell(answer)

    def _failed(self, text: str) -> None:
        self._ready()
        self.say(text, "danger")

    def _ready(self) -> None:
        self.button.setEnabled(True)
        self.bar.hide()


class QueueTrial(Trial):
    def __init__(self) -> None:
        super().__init__(
            self.tr("Test the queue"), "queue", self.tr("Opens it, and asks which nodes are at work on it"), "nodes"
        )

    def tell(self, answer: Any) -> None:
        there = sum(node["alive"] for node in answer)
        nodes = {0: self.tr("no node is at work on it"), 1: self.tr("one node is at work on it")}
        self.say(
            self.tr("It answers; {}.").format(nodes.get(there, self.tr("{} nodes are at work on it").format(there))),
            "ok",
        )


class StorageTrial(Trial):
    def __init__(self) -> None:
        hint = self.tr("Writes, reads, links, lists and deletes a small object there")
        super().__init__(self.tr("Test the storage"), "storage", hint, "storage", "test")
        self.steps = QGridLayout()
        self.steps.setHorizontalSpacing(theme.SPACE[1])
        self.steps.setVerticalSpacing(theme.SPACE[0])
        self.steps.setColumnStretch(2, 1)
        self.whole.addLayout(self.steps)

    def start(self) -> None:
        while item := self.steps.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        super().start()

    def tell(self, answer: Any) -> None:
        for row, step in enumerate(answer["steps"]):
            self._step(row, step)
        if not answer["ok"]:
            self.say(self.tr("A node cannot keep its results there as it is."), "danger")
        elif answer["note"]:
            self.say(self.tr("It works, but {}.").format(answer["note"]), "warn")
        else:
            self.say(self.tr("It does all that a node asks of it."), "ok")

    def _step(self, row: int, step: Mapping[str, Any]) -> None:
        sign = QLabel()
        name, tint = ("ok", "ok") if step["ok"] else ("error", "danger")
        sign.setPixmap(theme.pixmap(name, 16, tint, self.devicePixelRatioF()))
        words = labelled(step["text"], "hint" if step["ok"] else "danger")
        words.setWordWrap(True)
        took = labelled(f"{step['seconds']:.2f} s", "hint")
        took.setFont(theme.font(12, tabular=True))
        for column, widget in enumerate((sign, labelled(step["step"], "label"), words, took)):
            self.steps.addWidget(widget, row, column, Qt.AlignmentFlag.AlignTop)
