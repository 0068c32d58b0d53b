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
    "duration": 2,
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


def test_renders_go_one_after_the_other_and_are_reordered(qtbot: QtBot, renders: Renders, tmp_path: Path) -> None:
    first, second, third = (renders.add(an_export(tmp_path, f"{name}.mp4")) for name in "abc")
    assert [each.state for each in renders.all] == ["running", "queued", "queued"]
    renders.move(third.id, second.id)
    ended: list[int] = []
    renders.finished.connect(lambda render: ended.append(render.id))
    qtbot.waitUntil(lambda: len(ended) == 3, timeout=LONG)
    assert ended == [first.id, third.id, second.id]


def test_a_cancelled_render_leaves_no_file_and_the_next_one_begins(
    qtbot: QtBot, renders: Renders, tmp_path: Path
) -> None:
    first = renders.add(an_export(tmp_path, "long.mp4", document=DOCUMENT | {"duration": 600}))
    second = renders.add(an_export(tmp_path, "short.mp4"))
    qtbot.waitUntil(lambda: renders.all[0].stage != "", timeout=LONG)
    renders.cancel(first.id)
    qtbot.waitUntil(lambda: state_of(renders, second) == "done", timeout=LONG)
    assert state_of(renders, first) == "cancelled"
    assert [path.suffix for path in tmp_path.iterdir() if path.name.startswith(("long", ".long"))] == []


def test_a_paused_render_goes_on_where_it_was(qtbot: QtBot, renders: Renders, tmp_path: Path) -> None:
    moving = {"type": "shape", "shape": "rect", "size": [9, 9], "fill": "red"}
    moving["rotation"] = {"keyframes": [{"at": 0, "value": 0}, {"at": 600, "value": 7177.77}]}  # type: ignore[assignment]
    document = DOCUMENT | {"duration": 600, "layers": [moving]}
    render = renders.add(an_export(tmp_path, document=document))
    qtbot.waitUntil(lambda: renders.all[0].stage == "draw" and renders.all[0].frame > 0, timeout=LONG)
    renders.pause(render.id)
    qtbot.waitUntil(lambda: state_of(renders, render) == "paused", timeout=LONG)
    assert not (tmp_path / "film.mp4").exists()
    to_draw = renders.all[0].frames
    renders.resume(render.id)
    qtbot.waitUntil(lambda: renders.all[0].state == "running" and renders.all[0].stage == "draw", timeout=LONG)
    assert renders.all[0].frames < to_draw


def test_what_is_wrong_is_told_with_its_path(qtbot: QtBot, renders: Renders, tmp_path: Path) -> None:
    with qtbot.waitSignal(renders.finished, timeout=LONG) as done:
        renders.add(an_export(tmp_path, document=DOCUMENT | {"layers": [{"type": "shape", "shape": "rektangle"}]}))
    (render,) = done.args
    assert render.state == "failed"
    assert render.problems[0]["path"] == "layers[0].shape"
    renders.retry(render.id)
    assert renders.all[0].state == "running"


def test_a_render_whose_process_is_killed_is_told(qtbot: QtBot, renders: Renders, tmp_path: Path) -> None:
    with qtbot.waitSignal(renders.finished, timeout=LONG) as done:
        renders.add(an_export(tmp_path, document=DOCUMENT | {"duration": 600}))
        qtbot.waitUntil(lambda: renders.all[0].stage != "", timeout=LONG)
        renders._process._process.kill()  # type: ignore[union-attr]
    assert done.args[0].state == "failed"
    assert done.args[0].error
