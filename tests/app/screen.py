"""A screen nobody looks at: Xvfb, a process that shows a window on it, keys by xdotool, pictures from Xvfb's own memory."""

from __future__ import annotations

import os
import struct
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

TIMEOUT = 120.0  # seconds; nothing is meant to take that long
T = TypeVar("T")


def until(asked: Callable[[], T]) -> T:
    """The first answer that is true."""
    end = time.monotonic() + TIMEOUT
    while not (answer := asked()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)
    return answer


@dataclass(frozen=True)
class Screen:
    name: str  # as in DISPLAY
    memory: Path

    def picture(self) -> np.ndarray:
        """BGR. An XWD file: a header of big-endian words, a name, a table of colours, the rows."""
        raw = self.memory.read_bytes()
        words = struct.unpack(">25I", raw[:100])
        size, width, height, row, colours = words[0], words[4], words[5], words[12], words[19]
        pixels = np.frombuffer(raw, np.uint8, row * height, size + 12 * colours)
        return pixels.reshape(height, row // 4, 4)[:, :width, :3]

    def film(self) -> np.ndarray:
        """Where our window has its picture: the words of hello-world."""
        return self.picture()[250:500, 120:480]

    def film_is_there(self) -> bool:
        """Many colours, where an empty ground has one and a message some."""
        blue, green, red = self.film().astype(np.uint32).transpose(2, 0, 1)
        return len(np.unique(blue << 16 | green << 8 | red)) > 300

    def xdotool(self, *words: str) -> str:
        environment = os.environ | {"DISPLAY": self.name}
        return subprocess.run(["xdotool", *words], env=environment, capture_output=True, text=True).stdout.strip()

    def window(self, title: str) -> str:
        """Waits for it, and gives it the keyboard: there is no window manager here that would."""
        found = until(lambda: self.xdotool("search", "--onlyvisible", "--name", title)).split()[0]
        self.xdotool("windowfocus", "--sync", found)
        return found

    def press(self, *keys: str) -> None:
        self.xdotool("key", "--delay", "50", *keys)


@contextmanager
def screen(folder: Path, size: str = "1440x900") -> Iterator[Screen]:
    """Of its own number, which Xvfb chooses."""
    reading, writing = os.pipe()
    words = [
        "Xvfb",
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        f"{size}x24",
        "-fbdir",
        str(folder),
        "-nolisten",
        "tcp",
    ]
    with subprocess.Popen(words, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        try:
            yield Screen(f":{number}", folder / "Xvfb_screen0")
        finally:
            server.terminate()


@contextmanager
def shown(words: Sequence[str], screen: Screen, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process whose windows are shown there."""
    kept = {name: value for name, value in environment.items() if name not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")}
    with subprocess.Popen(
        words, env=kept | {"DISPLAY": screen.name}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        except AssertionError as error:
            process.kill()
            error.add_note(f"it said: {process.communicate()[0]}")
            raise
        finally:
            process.kill()
