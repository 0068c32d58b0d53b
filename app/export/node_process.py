"""The node on this machine: `framekiln node` in a process of its own, begun and ended by a person, or by whether they work.

A node that yields is told twice to end: it gives its jobs back at the next segment's border, and their segments stay. Once
nobody has done anything for a minute it begins again, and goes on there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.data_folder import data_folder, read_json, write_json
from app.export.attention import attention
from app.export.process import LineProcess

State = Literal["off", "starting", "on", "draining", "stopping", "yielding"]
MOST_LINES = 500
AGAIN = 400  # ms between the two signals: one that comes with another is not heard
AT_WORK = 60_000  # ms without input, until nobody is at work any more


@dataclass(frozen=True)
class Wishes:
    """What goes before the settings, for the node that the app starts; empty: as the settings say."""

    slots: int = 0
    tags: str = ""  # with commas
    active_hours: str = ""
    yields: bool = True

    def words(self) -> list[str]:
        words = ["node", "--json"]
        if self.slots:
            words += ["--slots", str(self.slots)]
        for tag in filter(None, map(str.strip, self.tags.split(","))):
            words += ["--tag", tag]
        return words + (["--active-hours", self.active_hours] if self.active_hours else [])


class NodeProcess(QObject):
    changed = Signal()
    said = Signal(str)  # a line of its log
    trouble = Signal(str)

    def __init__(self, parent: QObject | None = None, *, file: Path | None = None, at_work: int = AT_WORK) -> None:
        super().__init__(parent)
        self._file = file or data_folder() / "node.json"
        self.wishes = _read(self._file)
        self.state: State = "off"
        self.lines: deque[str] = deque(maxlen=MOST_LINES)
        self.capabilities: tuple[str, ...] = ()
        self.name = ""
        self.storage = ""
        self._process: LineProcess | None = None
        self._last_error = ""
        self._second = QTimer(self)
        self._second.setSingleShot(True)
        self._second.setInterval(AGAIN)
        self._second.timeout.connect(self._interrupt)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(at_work)
        self._quiet.timeout.connect(self._nobody_works)
        attention().worked.connect(self.worked)

    @property
    def running(self) -> bool:
        return self._process is not None

    def wish(self, wishes: Wishes) -> None:
        """Holds from its next start."""
        self.wishes = wishes
        with suppress(OSError):  # then it is only not remembered
            write_json(self._file, asdict(wishes))
        if not wishes.yields and self.state == "yielding" and not self.running:
            self.start()
        self.changed.emit()

    def start(self) -> None:
        if self._process:
            return
        self._last_error = ""
        self._process = process = LineProcess(self)
        process.told.connect(self._told)
        process.ended.connect(self._ended)
        process.start("app", self.wishes.words())
        self._become("starting")

    def stop(self) -> None:
        """What is in hand is finished first; asked again, it is given back at the next border."""
        if self._process is None:
            self._quiet.stop()
            self._become("off")
        elif self.state == "draining":
            self._become("stopping")
            self._interrupt()
        elif self.state in ("on", "starting", "yielding"):
            self._become("draining")
            self._interrupt()

    def worked(self) -> None:
        """Somebody did something."""
        if self.wishes.yields and self.state in ("on", "yielding"):
            self._quiet.start()
            if self.state == "on":
                self._become("yielding")
                self._interrupt()
                self._second.start()

    def close(self) -> None:
        attention().worked.disconnect(self.worked)
        self._quiet.stop()
        self._second.stop()
        if self._process:
            self._process.close()
            self._process = None

    def _interrupt(self) -> None:
        if self._process:
            self._process.interrupt()

    def _nobody_works(self) -> None:
        if self.state == "yielding" and self._process is None:
            self.start()
        elif self.state == "yielding":
            self._quiet.start()

    def _told(self, event: Mapping[str, Any]) -> None:
        message = str(event.get("message", ""))
        match event.get("event"):
            case "node":
                self.name, self.storage = str(event["node"]), str(event["storage"])
                self.capabilities = tuple(filter(None, message.rpartition("can: ")[2].split(", ")))
                self._become("on" if self.state == "starting" else self.state)
            case "error":
                self._last_error = message
        self._say(message)

    def _say(self, line: str) -> None:
        if line:
            self.lines.append(line)
            self.said.emit(line)

    def _ended(self, code: int, last_words: str) -> None:
        process, self._process = self._process, None
        if process:
            process.deleteLater()
        self._second.stop()
        if self.state == "yielding":
            self.changed.emit()
            return
        asked, why = self.state in ("draining", "stopping"), self._last_error or last_words.rpartition("\n")[2]
        self._become("off")
        if code != 0 and not asked:
            self._say(why)
            self.trouble.emit(why or self.tr("The node ended with code {0}").format(code))

    def _become(self, state: State) -> None:
        self.state = state
        self.changed.emit()


def _read(file: Path) -> Wishes:
    raw = read_json(file, {})
    known = {each.name: type(each.default) for each in fields(Wishes)}
    good = isinstance(raw, dict)
    return Wishes(**{name: raw[name] for name, kind in known.items() if good and type(raw.get(name)) is kind})
