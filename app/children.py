"""How the window starts Python of ours in a process of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment

ROOT = Path(__file__).resolve().parents[1]


def python_child(module: str, *arguments: str, parent: QObject) -> QProcess:
    """Ready to `start()`."""
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("PYTHONPATH", os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))))
    environment.insert("QT_QPA_PLATFORM", "offscreen")  # the window's own platform is not for it
    environment.insert("PYDANTIC_DISABLE_PLUGINS", "__all__")
    process = QProcess(parent)
    process.setProcessEnvironment(environment)
    process.setProgram(sys.executable)
    process.setArguments(["-P", "-m", module, *arguments])
    return process
