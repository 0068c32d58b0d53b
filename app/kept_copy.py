"""When the recovery copy of what is open is written: a while after the first change that it does not have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.recovery import Recovery

AFTER = 5000  # ms of change


class KeptCopy(QObject):
    """`what`: the file's path or “”, a name and the state; None where nothing has to be kept."""

    failed = Signal(str)

    def __init__(
        self, what: Callable[[], tuple[str, str, dict[str, Any]] | None], folder: Path | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._what = what
        self._recovery = Recovery(folder)
        self._soon = QTimer(self, singleShot=True, interval=AFTER)
        self._soon.timeout.connect(self.keep)

    def changed(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def keep(self) -> None:
        if (kept := self._what()) is None:
            return
        try:
            self._recovery.keep(*kept)
        except OSError as error:
            self.failed.emit(self.tr("No recovery copy can be kept: {}. Save soon.").format(error.strerror))

    def forget(self) -> None:
        """It is saved, or given up."""
        self._soon.stop()
        self._recovery.drop()
