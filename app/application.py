"""Qt's application. Where it finds no screen Qt aborts, with five lines of its own: here that is one, and exit code 2."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

import resources

BAD_USAGE = 2
SCREENS = ("WAYLAND_DISPLAY", "DISPLAY")


def open_application() -> QApplication:
    said: list[str] = []

    def hear(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if kind == QtMsgType.QtFatalMsg:  # Qt aborts when this returns, and no exception passes through it
            _end(said)
        said.append(text)

    before = qInstallMessageHandler(hear)
    application = QApplication(sys.argv[:1])
    qInstallMessageHandler(before)
    for text in said:
        print(text, file=sys.stderr)
    application.setApplicationName("Framekiln")
    application.setDesktopFileName("framekiln")
    application.setWindowIcon(QIcon(str(Path(resources.__file__).parent / "desktop" / "framekiln.svg")))
    return application


def _end(said: list[str]) -> NoReturn:
    print(f"error: {why_no_window(said, os.environ)}", file=sys.stderr, flush=True)
    os._exit(BAD_USAGE)


def why_no_window(said: Sequence[str], environment: Mapping[str, str]) -> str:
    """said: Qt's warnings. A sentence that tells what to do."""
    if any("not find the Qt platform plugin" in text for text in said):
        chosen = environment.get("QT_QPA_PLATFORM")
        return f"the window cannot be opened: Qt does not know QT_QPA_PLATFORM={chosen}. Unset it."
    screens = [f"{name}={environment[name]}" for name in SCREENS if environment.get(name)]
    if not screens:
        return (
            f"there is no screen here for the window: neither {' nor '.join(SCREENS)} is set. All other commands work"
            " without one (framekiln --help)."
        )
    if any("connect to display" in text for text in said):
        return f"the screen ({', '.join(screens)}) cannot be reached: it does not answer, or does not let you in."
    return (
        "the window needs libraries that are missing here: on Debian and Ubuntu install libxcb-cursor0 libxcb-icccm4"
        " libxcb-keysyms1 libxkbcommon-x11-0."
    )
