"""A finished film in the system's file manager: over the desktop's bus, or its folder where nobody answers there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SHOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QObject, Slot, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from app.export.show_file import show_in_folder
application = QApplication([])
class Opened(QObject):
    urls = []
    @Slot(QUrl)
    def take(self, url):
        self.urls.append(url.toLocalFile())
opened = Opened()
QDesktopServices.setUrlHandler("file", opened, "take")
show_in_folder(Path(sys.argv[1]))
while not opened.urls:
    QTest.qWait(10)
QDesktopServices.unsetUrlHandler("file")
print(opened.urls)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have a command for it")
def test_where_no_file_manager_answers_the_folder_is_opened(tmp_path: Path) -> None:
    nowhere = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none", "QT_QPA_PLATFORM": "offscreen"}
    words = [sys.executable, "-c", SHOW, str(tmp_path / "a film.mp4")]
    told = subprocess.run(
        words, env=os.environ | nowhere, check=True, capture_output=True, text=True, timeout=120
    ).stdout
    assert told.strip() == str([str(tmp_path)])
