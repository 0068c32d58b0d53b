"""`framekiln app`: the window."""

from __future__ import annotations

import argparse
import signal
import sys

from app.cli.arguments import Parser
from render_engine.errors import FramekilnError


def add_arguments(parser: Parser) -> None:
    parser.description = "Open the window: see a composition, shape it, render it."
    parser.add_argument(
        "source", nargs="?", metavar="SOURCE", help="a template's name, a JSON document, or file.py:function"
    )


def run(arguments: argparse.Namespace) -> int:
    try:
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        raise FramekilnError(f"The window needs a library that is missing: {error}.") from error
    from app import theme
    from app.main_window import MainWindow
    from app.preferences import Preferences

    application = QApplication(sys.argv[:1])
    application.setApplicationName("Framekiln")
    application.setDesktopFileName("framekiln")
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Qt's loop runs no Python that could hear it
    preferences = Preferences.open()
    theme.apply(application, preferences.scheme)
    window = MainWindow(preferences)
    window.show()
    if arguments.source:
        window.open_source(arguments.source)
    window.questions.offer_recovery()
    return application.exec()
