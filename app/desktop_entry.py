"""Puts Framekiln among a Linux desktop's applications: its entry, its icon, and the type of *.framekiln.json files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import resources
from render_engine.children import program
from render_engine.errors import BadInput

HERE = Path(resources.__file__).parent / "desktop"
PLACES = {  # below the data folder
    "framekiln.desktop": "applications",
    "framekiln.svg": "icons/hicolor/scalable/apps",
    "framekiln.xml": "mime/packages",
}
TOLD = (
    ("update-desktop-database", "applications"),
    ("update-mime-database", "mime"),
)  # what reads them, where it is there


def data_folder() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def install() -> list[Path]:
    """For this person alone; again after the program has moved. The files that were written."""
    if sys.platform != "linux":
        raise BadInput("desktop entries are for Linux; on this system make a shortcut to “framekiln app” instead.")
    folder, written = data_folder(), []
    for name, place in PLACES.items():
        path = folder / place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = (HERE / name).read_text(encoding="utf-8")
        path.write_text(text.replace("Exec=framekiln ", f"Exec={_this_program()} "), encoding="utf-8")
        written.append(path)
    for tool, place in TOLD:
        if found := shutil.which(tool):
            subprocess.run([found, str(folder / place)], check=False, capture_output=True)
    return written


def _this_program() -> str:
    words = [sys.executable] if getattr(sys, "frozen", False) else program("app")
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    """As the Desktop Entry Specification asks for in Exec; a backslash is doubled once more, as in every string there."""
    inner = re.sub(r'(["`$\\])', r"\\\1", word).replace("\\", "\\\\").replace("%", "%%")
    return word if re.fullmatch(r"[\w./+-]+", word) else f'"{inner}"'
