"""Renders out of the app: real processes, real files; the window is only needed where it is asked something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.export.dialog import RenderDialog
from app.export.encoders import Encoders
from app.export.export import Export, export_from
from app.export.plans import Estimate
from app.export.renders import Render, Renders
from app.export.subject import Subject

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


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RenderDialog]:
    monkeypatch.setenv("FRAMEKILN_HOME", str(tmp_path / "home"))
    encoders = Encoders()
    made = open_dialog(qtbot, tmp_path, encoders)
    yield made
    made.plans.close()
    encoders.close()


def open_dialog(qtbot: QtBot, folder: Path, encoders: Encoders) -> RenderDialog:
    subject = Subject(
        str(folder / "film.json"), "My Film", 64, 36, "10", 20, {}, DOCUMENT, in_out=(5, 15), folder=folder
    )
    made = RenderDialog(subject, encoders)
    qtbot.addWidget(made)
    return made


def state_of(renders: Renders, render: Render) -> str:
    found = renders.get(render.id)
    return found.state if found else "gone"


def test_what_is_asked_for_travels_as_it_is(tmp_path: Path) -> None:
    asked = an_export(tmp_path, size=(64, 36), span=(3, 12), props={"title": "Hi", "count": 3})
    assert export_from(asked.to_dict()) == asked


def test_a_document_that_is_in_no_file_is_rendered(qtbot: QtBot, renders: Renders, tmp_path: Path) -> None:
    with qtbot.waitSignal(renders.finished) as done:
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
    qtbot.waitUntil(lambda: len(ended) == 3)
    assert ended == [first.id, third.id, second.id]


def test_a_cancelled_render_leaves_no_file_and_the_next_one_begins(
    qtbot: QtBot, renders: Renders, tmp_path: Path
) -> None:
    first = renders.add(an_export(tmp_path, "long.mp4", document=DOCUMENT | {"duration": 600}))
    second = renders.add(an_export(tmp_path, "short.mp4"))
    qtbot.waitUntil(lambda: renders.all[0].stage != "")
    renders.cancel(first.id)
    qtbot.waitUntil(lambda: state_of(renders, second) == "done")
    assert state_of(renders, first) == "cancelled"
    assert [path.suffix for path in tmp_path.iterdir() if path.name.startswith(("long", ".long"))] == []


def test_a_paused_render_goes_on_where_it_was(qtbot: QtBot, renders: Renders, tmp_path: Path) -> None:
    moving = {"type": "shape", "shape": "rect", "size": [9, 9], "fill": "red"}
    moving["rotation"] = {"keyframes": [{"at": 0, "value": 0}, {"at": 600, "value": 7177.77}]}  # type: ignore[assignment]
    document = DOCUMENT | {"duration": 600, "layers": [moving]}
    render = renders.add(an_export(tmp_path, document=document))
    qtbot.waitUntil(lambda: renders.all[0].stage == "draw" and renders.all[0].frame > 0)
    renders.pause(render.id)
    qtbot.waitUntil(lambda: state_of(renders, render) == "paused")
    assert not (tmp_path / "film.mp4").exists()
    to_draw = renders.all[0].frames
    renders.resume(render.id)
    qtbot.waitUntil(lambda: renders.all[0].state == "running" and renders.all[0].stage == "draw")
    assert renders.all[0].frames < to_draw


def test_what_is_wrong_is_told_with_its_path(qtbot: QtBot, renders: Renders, tmp_path: Path) -> None:
    with qtbot.waitSignal(renders.finished) as done:
        renders.add(an_export(tmp_path, document=DOCUMENT | {"layers": [{"type": "shape", "shape": "rektangle"}]}))
    (render,) = done.args
    assert render.state == "failed"
    assert render.problems[0]["path"] == "layers[0].shape"
    renders.retry(render.id)
    assert renders.all[0].state == "running"


def test_a_render_whose_process_is_killed_is_told(qtbot: QtBot, renders: Renders, tmp_path: Path) -> None:
    with qtbot.waitSignal(renders.finished) as done:
        renders.add(an_export(tmp_path, document=DOCUMENT | {"duration": 600}))
        qtbot.waitUntil(lambda: renders.all[0].stage != "")
        renders._process._process.kill()  # type: ignore[union-attr]
    assert done.args[0].state == "failed"
    assert done.args[0].error


def test_a_render_is_one_press_from_the_open_dialog(
    qtbot: QtBot, dialog: RenderDialog, renders: Renders, tmp_path: Path
) -> None:
    dialog.take_folder(tmp_path)
    dialog.render_asked.connect(renders.add)
    with qtbot.waitSignal(renders.finished):
        dialog.render_button.click()
    assert (tmp_path / "my-film.mp4").exists()


def test_what_it_costs_is_told_before(qtbot: QtBot, dialog: RenderDialog) -> None:
    told: list[tuple[Estimate, str]] = []  # the first one is soon followed by what a try found
    dialog.plans.estimated.connect(lambda estimate: told.append((estimate, dialog.cost.words.text())))
    dialog.range.setCurrentIndex(1)
    qtbot.waitUntil(lambda: bool(told))
    estimate, words = told[0]
    assert (estimate.frames, estimate.width, estimate.height) == (10, 64, 36)
    assert estimate.bytes > 0
    assert "to draw" in words
    assert estimate.why in dialog.cost.more.text()


def test_how_long_it_takes_is_tried_where_nothing_is_known(
    qtbot: QtBot, dialog: RenderDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMEKILN_CACHE", str(tmp_path / "new"))
    estimates: list[Estimate] = []
    dialog.plans.estimated.connect(estimates.append)
    dialog.range.setCurrentIndex(1)
    qtbot.waitUntil(lambda: bool(estimates) and estimates[-1].seconds is not None)
    assert estimates[0].seconds is None
    assert estimates[-1].to_draw < estimates[0].to_draw  # what was tried is drawn
    assert "about" in dialog.cost.words.text() or "a moment" in dialog.cost.words.text()


def test_each_preset_gives_its_ending_and_no_file_is_replaced_unasked(
    qtbot: QtBot, dialog: RenderDialog, tmp_path: Path
) -> None:
    dialog.take_folder(tmp_path)
    (tmp_path / "my-film.webm").touch()
    dialog.cards.choose("webm-alpha")
    assert dialog.export.output.name == "my-film-2.webm"
    assert dialog.render_button.text() == "Render"
    dialog.name.setFocus()
    dialog.name.clear()
    qtbot.keyClicks(dialog.name, "my-film.webm")
    assert dialog.render_button.text() == "Replace"
    assert "replaced" in dialog.note.text()
    dialog.cards.choose("gif")
    assert dialog.export.output.name == "my-film.gif"


def test_encoders_that_are_not_here_are_listed_with_the_reason(qtbot: QtBot, dialog: RenderDialog) -> None:
    qtbot.waitUntil(lambda: dialog.encoder.count() > 1)
    for at in range(1, dialog.encoder.count()):
        encoder = dialog.encoders.named(dialog.encoder.itemData(at))
        assert encoder is not None
        enabled = dialog.encoder.model().item(at).isEnabled()  # type: ignore[attr-defined]
        assert enabled == (encoder.why_not is None)
        assert enabled or encoder.why_not == dialog.encoder.itemData(at, Qt.ItemDataRole.ToolTipRole)
    dialog.encoder.setCurrentIndex(dialog.encoder.findData("x265"))
    dialog.quality.setCurrentIndex(dialog.quality.findData("small"))
    assert dialog.export.encoder == "x265"
    assert dialog.export.crf == 30


def test_the_next_dialog_begins_as_the_last_one_ended(qtbot: QtBot, dialog: RenderDialog, tmp_path: Path) -> None:
    dialog.take_folder(tmp_path)
    dialog.cards.choose("square")
    dialog.queue_button.click()
    after = open_dialog(qtbot, tmp_path, dialog.encoders)
    assert after.cards.preset == "square"
    assert after.export.output.parent == tmp_path
    after.plans.close()


def test_what_is_wrong_is_told_in_the_dialog(qtbot: QtBot, dialog: RenderDialog) -> None:
    dialog.subject = replace(dialog.subject, document=DOCUMENT | {"layers": [{"type": "shape", "shape": "rektangle"}]})
    with qtbot.waitSignal(dialog.plans.refused):
        dialog.range.setCurrentIndex(1)
    assert "layers[0].shape" in dialog.cost.words.text()
    assert not dialog.render_button.isEnabled()


def test_a_cancelled_render_that_is_asked_for_again_at_once_is_done(
    qtbot: QtBot, renders: Renders, tmp_path: Path
) -> None:
    render = renders.add(an_export(tmp_path))
    qtbot.waitUntil(lambda: renders.all[0].stage != "")
    with qtbot.waitSignal(renders.finished) as done:
        renders.cancel(render.id)
        renders.retry(render.id)
    assert (done.args[0].state, done.args[0].error) == ("done", "")


def test_a_dialog_goes_without_waiting_for_its_plan(qtbot: QtBot, dialog: RenderDialog) -> None:
    """Its process ends behind it, whatever it does; nobody hears of it."""
    dialog.show()
    qtbot.waitUntil(lambda: dialog.plans._process is not None)
    process = dialog.plans._process
    assert process
    dialog.reject()
    assert process.running
    qtbot.waitSignal(process.destroyed).wait()
