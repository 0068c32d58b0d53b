"""`framekiln app`: the window."""

from __future__ import annotations

import argparse
import signal

from app.cli.arguments import Parser
from render_engine.errors import FramekilnError


def add_arguments(parser: Parser) -> None:
    parser.description = "Open the window: see a composition, shape it, render it."
    parser.add_argument(
        "source", nargs="?", metavar="SOURCE", help="a template's name, a JSON document, or file.py:function"
    )
    parser.add_argument(
        "--install-desktop-entry", action="store_true", help="put Framekiln into this desktop's menu (Linux), and exit"
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.install_desktop_entry:
        from app.desktop_entry import install

        print("\n".join(f"wrote {path}" for path in install()))
        return 0
    try:
        from app.application import open_application
    except ImportError as error:
        raise FramekilnError(f"the window needs a library that is missing: {error}") from error
    from app import theme
    from app.garbage import Garbage
    from app.language import speak
    from app.main_window import MainWindow
    from app.preferences import Preferences

    application = open_application()
    garbage = Garbage(lambda: window.is_at_rest, application)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Qt's loop runs no Python that could hear it
    preferences = Preferences.open()
    speak(application, preferences.values.language)
    theme.apply(application, preferences.scheme)
    window = MainWindow(preferences)
    window.show()
    if arguments.source:
        window.open_source(arguments.source)
    window.questions.offer_recovery()
    status = application.exec()
    garbage.close()
    return status
