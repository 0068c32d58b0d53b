"""The interface in another language: what a translator wrote is what stands there, and what is missing stays English."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.export.preset_cards import look_of
from app.language import languages, speak
from app.preferences import Preferences
from app.widgets.settings_dialog import SettingsDialog

TOOLS = Path(sys.executable).parent


@pytest.fixture
def folder(qapp: QApplication, tmp_path: Path) -> Iterator[Path]:
    """As `make translations` has it, of a few sources and two words."""
    file = tmp_path / "framekiln_de.ts"
    sources = ["app/export/preset_cards.py", "app/widgets/settings_dialog.py"]
    subprocess.run([TOOLS / "pyside6-lupdate", *sources, "-tr-function-alias", "tr+=_tr", "-ts", file], check=True)
    text = file.read_text(encoding="utf-8")
    for english, german in (("As composed", "Wie gestaltet"), ("Save", "Sichern")):
        there = f'<source>{english}</source>\n        <translation type="unfinished"></translation>'
        assert there in text
        text = text.replace(there, f"<source>{english}</source>\n<translation>{german}</translation>")
    file.write_text(text, encoding="utf-8")
    subprocess.run([TOOLS / "pyside6-lrelease", file], check=True)
    before = QLocale()
    yield tmp_path
    QLocale.setDefault(before)
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()


def test_what_was_translated_is_shown_and_the_rest_is_english(
    qapp: QApplication, qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMEKILN_CONFIG", str(folder / "framekiln.toml"))
    assert languages(folder) == {"en": "English", "de": "Deutsch"}
    assert speak(qapp, "de", folder) == "de"
    assert look_of(None).title == "Wie gestaltet"
    assert look_of("draft").title == "Draft"
    dialog = SettingsDialog(Preferences.open(folder))
    qtbot.addWidget(dialog)
    assert dialog.save_button.text() == "Sichern"


def test_a_language_that_is_not_there_is_english(qapp: QApplication, tmp_path: Path) -> None:
    assert speak(qapp, "de", tmp_path) == "en"
    assert speak(qapp, "system", tmp_path) == "en"
    assert look_of(None).title == "As composed"
