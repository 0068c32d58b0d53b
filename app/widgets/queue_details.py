"""Below the queue's list: why the chosen one failed or waits, and what its render said."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app import theme
from app.export.items import Item
from app.export.seen import Details
from app.widgets.roles import set_role

LOG = 120  # px


class QueueDetails(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.error = QLabel()
        self.error.setProperty("role", "danger")
        self.error.setWordWrap(True)
        self.error.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setFont(theme.mono(11))
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.log.setAccessibleName(self.tr("What the render said"))
        self.log.setFixedHeight(LOG)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.error)
        layout.addWidget(self.log)
        self.hide()

    @property
    def room(self) -> int:
        """px, that it takes from the list."""
        return 0 if self.isHidden() else self.sizeHint().height()

    def show_item(self, item: Item | None, details: Details | None) -> None:
        """`details`: of this very item, where they are known."""
        told, log = (item.error, item.log) if item else ("", "")
        if item and details:
            if item.state == "queued" and details.why_waiting:
                told = self.tr("It waits: {0}").format(details.why_waiting)
            log = log or details.log
        set_role(self.error, "danger" if item and item.state == "failed" else "warn")
        self.error.setText("\n".join(line.strip() for line in told.splitlines()))
        self.error.setVisible(bool(told))
        if self.log.toPlainText() != log:
            self.log.setPlainText(log)
            self.log.verticalScrollBar().setValue(self.log.verticalScrollBar().maximum())  # the end says why
        self.log.setVisible(bool(log))
        self.setVisible(bool(told or log))
