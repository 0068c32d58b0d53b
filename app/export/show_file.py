"""A file in the system's file manager, chosen in its folder where the file manager can do that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

FILE_MANAGER = "org.freedesktop.FileManager1"


def show_in_folder(path: Path) -> None:
    if sys.platform == "win32":
        subprocess.Popen(["explorer", f"/select,{path}"])
    elif sys.platform == "darwin":
        subprocess.Popen(["open", "-R", str(path)])
    else:
        _ask_file_manager(path)


def _ask_file_manager(path: Path) -> None:
    """Of a Linux desktop, over its bus; where none answers there, the folder alone is opened."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        _open_folder(path)
        return
    message = QDBusMessage.createMethodCall(
        FILE_MANAGER, f"/{FILE_MANAGER.replace('.', '/')}", FILE_MANAGER, "ShowItems"
    )
    message.setArguments([[bytes(QUrl.fromLocalFile(str(path)).toEncoded().data()).decode()], ""])
    watcher = QDBusPendingCallWatcher(bus.asyncCall(message), QApplication.instance())

    def answered() -> None:
        if watcher.isError():
            _open_folder(path)
        watcher.deleteLater()

    watcher.finished.connect(answered)


def _open_folder(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
