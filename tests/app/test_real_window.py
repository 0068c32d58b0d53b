"""The program in a real window, used by its keys as a person would."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.app.screen import TIMEOUT, Screen, screen, shown, until

FRAMEKILN = (sys.executable, "-m", "app", "app")
BARE = "from PySide6.QtWidgets import *; a = QApplication([]); w = QLabel('bare'); w.setWindowTitle('bare'); w.show(); a.exec()"


@pytest.fixture(scope="module")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    with screen(tmp_path_factory.mktemp("screen")) as display:
        yield display


def seconds_to_a_window(display: Screen, home: Path, title: str, *words: str) -> float:
    begin = time.perf_counter()
    with shown(words, display, os.environ | {"FRAMEKILN_HOME": str(home)}):
        until(lambda: display.xdotool("search", "--onlyvisible", "--name", title))
        return time.perf_counter() - begin


def test_a_template_is_opened_played_stepped_through_and_left(display: Screen, tmp_path: Path) -> None:
    with shown([*FRAMEKILN, "hello-world"], display, os.environ | {"FRAMEKILN_HOME": str(tmp_path)}) as process:
        display.window("hello-world")
        until(display.film_is_there)
        display.press("Home")
        first = standing(display)
        display.press("space")
        until(lambda: differs(display, first))
        display.press("space", "Home")
        until(lambda: not differs(display, first))
        display.press("shift+Right")
        until(lambda: differs(display, first))
        display.press("ctrl+q")
        said, _ = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, said) == (0, "")


def standing(display: Screen) -> np.ndarray:
    """Once it is seen unchanged for a while."""
    looks = [display.film()]
    while len(looks) < 10 or any(not np.array_equal(looks[-1], look) for look in looks[-10:]):
        time.sleep(0.05)
        looks.append(display.film())
    return looks[-1]


def differs(display: Screen, picture: np.ndarray) -> bool:
    return not np.array_equal(display.film(), picture)


def test_how_long_it_takes_to_open(display: Screen, tmp_path: Path) -> None:
    """Told beside what any Qt window takes on this machine, now: the goal of 2 s is for one that is at rest."""
    bare = min(seconds_to_a_window(display, tmp_path, "bare", sys.executable, "-c", BARE) for _ in range(2))
    ours = min(seconds_to_a_window(display, tmp_path, "Framekiln", *FRAMEKILN) for _ in range(2))
    print(f"the window stands after {ours:.2f} s, a bare one of Qt's after {bare:.2f} s")


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "there is no screen here for the window"),
        ({"DISPLAY": ":65000"}, "the screen (DISPLAY=:65000) cannot be reached"),
    ],
)
def test_without_a_screen_it_says_so_in_one_sentence(environment: dict[str, str], told: str) -> None:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(FRAMEKILN, env=kept | environment, capture_output=True, text=True, timeout=TIMEOUT)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {told}")
    assert done.stderr.count("\n") == 1
