"""Renders out of the app: real processes, real files; the window is only needed where it is asked something."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.export.export import Export, export_from
from app.export.renders import Render, Renders

LONG = 60_000  # ms
DOCUMENT = {
    "framekiln": 1,
    "size": [64, 36],
    "fps": 10,
    "duration": "2s",
    "background": "#204060",
    "layers": [{"type": "shape", "shape": "rect", "size": [20, 20], "position": [20, 20], "fill": "#ff8800"}],
}


@pytest.fixture
def renders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Renders]:
    monkeypatch.setenv("FRAMEKILN_CACHE", str(tmp_path / "cache"))
    made = Renders()
    yield made
    made.close()


def an_export(folder: Path, name: str = "film.mp4", **values: object) -> Export:
    given = {"source": str(folder / "film.json"), "output": folder / name, "document": DOCUMENT, "preset": "draft"}
    return Export(**{**given, **values})  # type: ignore[arg-type]


def state_of(renders: Renders, render: Render) -> str:
    found = renders.get(render.id)
    return found.state if found else "gone"


def test_what_is_asked_for_travels_as_it_is(tmp_path: Path) -> None:
    asked = an_export(tmp_path, size=(64, 36), span=(3, 12), props={"title": "Hi", "count": 3})
    assert export_from(asked.to_dict()) == asked


def test_a_document_that_is_in_no_file_is_rendered(qtbot: QtBot, renders: Renders, tmp_path: Path) -> None:
    with qtbot.waitSignal(renders.finished, timeout=LONG) as done:
        renders.add(an_export(tmp_path))
    (render,) = done.args
    assert (render.state, render.error) == ("done", "")
    assert render.bytes == (tmp_path / "film.mp4").stat().st_size
    assert render.part == 1.0
