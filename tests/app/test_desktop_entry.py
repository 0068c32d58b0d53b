"""`framekiln app --install-desktop-entry`, as the desktop would read what it wrote."""

from __future__ import annotations

import configparser
import shlex
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from app import desktop_entry


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    desktop_entry.install()
    return tmp_path


def test_its_line_starts_this_very_program(folder: Path, tmp_path: Path) -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # keys as they are written
    entry.read(folder / "applications/framekiln.desktop")
    words = shlex.split(entry["Desktop Entry"]["Exec"].replace("%f", "--help"))
    told = subprocess.check_output(words, cwd=tmp_path, text=True)
    assert "--install-desktop-entry" in told


def test_it_brings_its_icon_and_the_type_of_its_files(folder: Path) -> None:
    icon = ET.parse(folder / "icons/hicolor/scalable/apps/framekiln.svg").getroot()
    kind = ET.parse(folder / "mime/packages/framekiln.xml").getroot()[0].get("type")
    assert icon.get("viewBox") == "0 0 256 256"
    assert f"MimeType={kind};" in (folder / "applications/framekiln.desktop").read_text()


def test_a_program_in_a_folder_with_an_odd_name_is_quoted_as_desktops_read_it() -> None:
    assert desktop_entry._quoted("/opt/framekiln-1.0/framekiln") == "/opt/framekiln-1.0/framekiln"
    assert desktop_entry._quoted("/opt/Frame kiln/100%/$x") == '"/opt/Frame kiln/100%%/\\\\$x"'
