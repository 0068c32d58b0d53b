"""The wheel holds all that git does of our packages, and works from where it was unpacked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("app", "render_engine", "sync", "resources")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    sources = folder / "sources"
    sources.mkdir()  # a copy: setuptools leaves things where it builds
    names = subprocess.check_output(["git", "ls-files", *OURS, "pyproject.toml", "README.md", "LICENSE"], cwd=ROOT)
    packed = subprocess.Popen(["tar", "cT", "-"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    subprocess.run(["tar", "x"], cwd=sources, input=packed.communicate(names)[0], check=True)
    words = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, sources]
    subprocess.run(words, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_it_holds_every_file_of_our_packages(wheel: Path) -> None:
    tracked = subprocess.check_output(["git", "ls-files", *OURS], cwd=ROOT, text=True).splitlines()
    assert {*tracked} - {*ZipFile(wheel).namelist()} == set()


def test_it_renders_queues_and_delivers_from_where_it_was_installed(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "place"
    ZipFile(wheel).extractall(place)
    environment = os.environ | {"PYTHONPATH": str(place), "FRAMEKILN_HOME": str(tmp_path / "home")}

    def framekiln(*words: str) -> str:
        return subprocess.check_output(
            [sys.executable, "-P", "-m", "app", *words], env=environment, cwd=tmp_path, text=True
        )

    told = subprocess.check_output(
        [sys.executable, "-Pc", "import app; print(app.__file__)"], env=environment, text=True
    )
    assert Path(told.strip()).is_relative_to(place)
    framekiln("doctor")
    framekiln("render", "hello-world", "--size", "320x180", "--range", "0:8", "-o", "film.mp4")
    framekiln("submit", "hello-world", "--id", "first", "--size", "320x180")
    framekiln("node", "--drain")
    assert "succeeded" in framekiln("jobs", "show", "first", "--json")
