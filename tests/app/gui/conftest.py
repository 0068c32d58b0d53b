"""The windows of these tests are drawn into memory, with a display or without; tests/app/test_real_window.py has a real one."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["framekiln", "-platform", "offscreen"]


@pytest.fixture(autouse=True)
def nothing_is_left(qapp: QApplication) -> Iterator[None]:
    """Windows of tests before would be drawn anew at each change of the theme."""
    yield
    for widget in qapp.topLevelWidgets():
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
