"""How the window starts Python of ours in a process of its own."""

from __future__ import annotations

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment

from render_engine.children import program

ENVIRONMENT = {
    "QT_QPA_PLATFORM": "offscreen",  # the window's own platform is not for it
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
    "OPENBLAS_NUM_THREADS": "1",
}


def child_environment() -> QProcessEnvironment:
    environment = QProcessEnvironment.systemEnvironment()
    for name, value in ENVIRONMENT.items():
        environment.insert(name, value)
    return environment


def start(process: QProcess, module: str, *arguments: str) -> None:
    """A process with the environment above."""
    python, *words = program(module)
    process.start(python, [*words, *arguments])


def python_child(module: str, *arguments: str, parent: QObject) -> QProcess:
    """Ready to `start()`."""
    python, *words = program(module)
    process = QProcess(parent)
    process.setProcessEnvironment(child_environment())
    process.setProgram(python)
    process.setArguments([*words, *arguments])
    return process
