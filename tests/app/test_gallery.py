"""The gallery shows everything that there is, and any browser shows the gallery."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.cli.main import run
from app.gallery import effects, entrances, layers, transitions
from app.gallery.entry import Entry
from app.gallery.sections import SECTIONS, chosen
from render_engine.effects import KINDS as EFFECTS
from render_engine.layers import KINDS as LAYERS
from render_engine.motion.entrance import STYLES
from render_engine.transitions import TRANSITIONS

FEW = ["entrances/popIn", "effects/blur", "springs/bouncy", "palettes/ocean"]
QUIET = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--mute-audio", "--remote-debugging-pipe",
    "--window-size=1440,2400",
]  # fmt: skip


def test_every_kind_of_layer_has_a_sample() -> None:
    assert {sample["kind"] for sample in layers.samples()} == set(LAYERS)


def test_every_effect_has_a_sample() -> None:
    assert set(effects.samples()) == set(EFFECTS)


def test_every_entrance_and_transition_says_what_it_does() -> None:
    assert set(entrances.SAYS) == set(STYLES)
    assert set(transitions.SAYS) == set(TRANSITIONS)


def test_no_two_entries_share_their_files() -> None:
    slugs = [entry.slug.lower() for entry in chosen()]  # some disks do not tell A from a
    assert len(set(slugs)) == len(slugs)


@pytest.mark.parametrize("section", SECTIONS)
def test_all_that_is_shown_can_be_rendered(section: str) -> None:
    for entry in chosen([section]):
        assert entry.drawing or (entry.film and entry.film.load().composition.layers), entry.path


@pytest.mark.parametrize("section", SECTIONS)
def test_python_says_what_the_json_says(section: str) -> None:
    for entry in chosen([section]):
        if "Python" in entry.lines:
            made = _made(entry)
            assert type(made).model_validate(json.loads(entry.lines["JSON"])) == made, entry.path


def _made(entry: Entry) -> Any:
    imports, _, expression = entry.lines["Python"].partition("\n\n")
    names: dict[str, Any] = {}
    exec(imports, names)
    return eval(expression, names)


def test_a_name_that_is_not_in_it_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gallery", "-o", str(tmp_path / "page"), "--only", "transitions/wype"]) == 2
    assert "transitions/wipe" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "index.html").write_text("mine")
    assert run(["gallery", "-o", str(tmp_path), "--only", *FEW]) == 2
    assert "something else" in capsys.readouterr().err
    assert (tmp_path / "index.html").read_text() == "mine"


def test_what_is_no_longer_shown_is_removed(tmp_path: Path) -> None:
    assert run(["gallery", "-o", str(tmp_path), "--only", "entrances/popIn"]) == 0
    assert run(["gallery", "-o", str(tmp_path), "--only", "effects/blur"]) == 0
    left = sorted(file.name for name in ("films", "posters") for file in (tmp_path / name).iterdir())
    assert left == ["effects-blur.mp4", "effects-blur.webp"]


def test_a_browser_shows_it_without_complaint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page"
    assert run(["gallery", "-o", str(page), "--json", "--only", *FEW]) == 0
    assert not list(page.rglob("*.receipt.json"))
    assert run(["gallery", "-o", str(page), "--json", "--only", *FEW]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["drawn"] for event in told if event["event"] == "progress"][2:] == [0, 0]  # the second time

    with _browser(tmp_path) as browser:
        browser.open(page / "index.html")
        browser.until("[...document.querySelectorAll('video')].every((video) => video.currentTime > 0)")
        assert browser.value("document.querySelectorAll('video').length") == 2
        assert browser.value("document.querySelectorAll('article').length") == len(FEW)
        assert browser.value("[...document.fonts].filter((font) => font.status === 'error').length") == 0
        assert browser.value("performance.getEntriesByType('resource').every((each) => each.name.startsWith('file:'))")

        browser.value("input.value = 'bouncy'; search()")
        shown = "[...document.querySelectorAll('article:not([hidden]) h3')].map((h3) => h3.textContent).join()"
        assert browser.value(shown) == "bouncy"
        assert browser.complaints == []


class Browser:
    """Chromium over two pipes: what it is told, and what it says."""

    def __init__(self, telling: int, hearing: int) -> None:
        self.telling, self.hearing = os.fdopen(telling, "wb", 0), os.fdopen(hearing, "rb", 0)
        self.heard, self.number, self.session = b"", 0, ""
        self.complaints: list[Any] = []

    def open(self, page: Path) -> None:
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Runtime", "Log", "Page"):
            self.ask(f"{domain}.enable")
        self.ask("Page.navigate", url=page.as_uri())
        self.until("document.readyState === 'complete'")

    def value(self, expression: str) -> Any:
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, expression: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not self.value(expression):
            assert time.monotonic() < end, expression
            time.sleep(0.05)

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.number += 1
        session = {"sessionId": self.session} if self.session else {}
        asked = {"id": self.number, "method": method, "params": parameters, **session}
        self.telling.write(json.dumps(asked).encode() + b"\0")
        while (answer := self._next()).get("id") != self.number:
            if answer["method"] in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
                self.complaints.append(answer["params"])
        assert "error" not in answer, answer
        found: dict[str, Any] = answer["result"]
        return found

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self.heard:
            more = self.hearing.read(1 << 16)
            assert more, "the browser has gone"
            self.heard += more
        message, _, self.heard = self.heard.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


@contextmanager
def _browser(folder: Path) -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "scripts/setup tests installs Chromium"
    (asked, telling), (hearing, answered) = os.pipe(), os.pipe()
    pipes = f'exec "$0" "$@" 3<&{asked} 4>&{answered}'  # where the browser looks for them
    words = ["bash", "-c", pipes, program, *QUIET, f"--user-data-dir={folder / 'chromium'}", "about:blank"]
    with subprocess.Popen(words, pass_fds=(asked, answered), stderr=subprocess.DEVNULL) as process:
        os.close(asked)
        os.close(answered)
        browser = Browser(telling, hearing)
        try:
            yield browser
            browser.session = ""
            browser.ask("Browser.close")
        finally:
            browser.telling.close()
            browser.hearing.close()
            process.kill()
