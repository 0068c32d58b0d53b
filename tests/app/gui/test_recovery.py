"""What was not saved, after a crash."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.document_edits import set_value
from app.project import Project
from app.recent import Recent
from app.recovery import forget, left_behind

DOCUMENT = {"framekiln": 1, "duration": 2, "layers": [{"type": "shape", "fill": "blue"}]}
CRASH = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
import app.kept_copy
import app.project
app.kept_copy.AFTER = 1
qt = QCoreApplication([])
project = app.project.Project(recovery=Path(sys.argv[2]))
project.open(sys.argv[1])
if project.document:
    project.edit("Fill", lambda document: document["layers"][0].update(fill="red"))
else:
    project.edit_props("Words", {"title": "Hi"})
print("edited", flush=True)
qt.exec()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recovery"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(DOCUMENT))
    return path


def crashed(source: str, folder: Path, qtbot: QtBot) -> None:
    """A window in a process of its own, killed when its copy is there."""
    with subprocess.Popen([sys.executable, "-c", CRASH, source, str(folder)], stdout=subprocess.PIPE) as window:
        qtbot.waitUntil(lambda: any(folder.glob("[!.]*.json")))
        assert left_behind(folder) == []
        window.send_signal(signal.SIGKILL)


def test_after_a_crash_the_change_is_there_as_a_change(qtbot: QtBot, folder: Path, file: Path) -> None:
    crashed(str(file), folder, qtbot)
    (copy,) = left_behind(folder)
    assert (copy.origin, copy.name) == (str(file), "a")
    project = Project(recovery=folder)
    assert project.recover(copy)
    assert (project.path, project.is_modified) == (file, True)
    assert project.document["layers"][0]["fill"] == "red"
    assert left_behind(folder) == []
    assert len(list(folder.iterdir())) == 1  # now it is this window's
    project.undo()
    assert (project.document, project.is_modified) == (DOCUMENT, False)
    project.close()
    assert list(folder.iterdir()) == []


def test_a_file_that_is_gone_since_is_recovered_without_it(qtbot: QtBot, folder: Path, file: Path) -> None:
    crashed(str(file), folder, qtbot)
    file.unlink()
    project = Project(recovery=folder)
    project.recover(left_behind(folder)[0])
    assert (project.path, project.is_modified, project.folder) == (None, True, file.parent)
    assert project.save_as(file)
    assert json.loads(file.read_text())["layers"][0]["fill"] == "red"
    project.close()


def test_the_words_of_a_template_are_recovered(qtbot: QtBot, folder: Path) -> None:
    crashed("hello-world", folder, qtbot)
    project = Project(recovery=folder)
    project.recover(left_behind(folder)[0])
    assert (project.kind, project.props) == ("template", {"title": "Hi"})
    project.close()


def test_two_windows_on_one_file_keep_a_copy_each(qtbot: QtBot, folder: Path, file: Path) -> None:
    windows = [Project(recovery=folder) for _ in range(2)]
    for k, window in enumerate(windows):
        window.open(str(file))
        window.edit("Duration", lambda document, k=k: set_value(document, "duration", 10 + k))
        window.keep_copy()
    assert len(list(folder.iterdir())) == 2
    assert windows[0].save()
    assert len(list(folder.iterdir())) == 1
    for window in windows:
        window.close()
    assert list(folder.iterdir()) == []


def test_a_copy_that_is_not_wanted_is_forgotten(qtbot: QtBot, folder: Path, file: Path) -> None:
    crashed(str(file), folder, qtbot)
    forget(left_behind(folder)[0])
    assert left_behind(folder) == []


def test_damaged_copies_are_passed_over(folder: Path) -> None:
    folder.mkdir()
    for k, text in enumerate(["", "{", "[]", '{"state": {}}', '{"state": {}, "extra": 1}']):
        (folder / f"{k}.json").write_text(text)
    assert left_behind(folder) == []


def test_what_was_opened_lately_comes_first_and_once(tmp_path: Path, file: Path) -> None:
    recent = Recent(tmp_path / "home" / "recent.json")
    assert recent() == []
    recent.add(str(file), "a")
    recent.add("hello-world", "hello-world", (1080, 1920))
    recent.add(str(file), "a")
    assert [each.source for each in recent()] == [str(file), "hello-world"]
    assert recent()[1].size == (1080, 1920)
    assert [each.is_missing for each in recent()] == [False, False]
    file.unlink()
    assert recent()[0].is_missing
    recent.remove(str(file))
    assert len(recent()) == 1


@pytest.mark.parametrize("text", ["", "{}", '[{"source": 1}, 7, {"source": "a", "name": "a", "when": 0, "size": [1]}]'])
def test_a_damaged_list_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "recent.json"
    path.write_text(text)
    recent = Recent(path)
    assert all(each.size is None for each in recent())
    recent.add("b", "b")
    assert recent()[0].source == "b"
    assert [path.name for path in tmp_path.iterdir()] == ["recent.json"]


def test_what_had_no_file_yet_is_not_taken_for_one_of_that_name(qtbot: QtBot, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "untitled.json").write_text("{}")
    project = Project(recovery=folder)
    project.new(DOCUMENT, tmp_path)
    project.edit("Fill", lambda document: set_value(document, "layers[0].fill", "red"))
    project.keep_copy()
    (file,) = folder.iterdir()
    file.write_text(json.dumps(json.loads(file.read_text()) | {"began": 1.0}))  # as after a crash
    again = Project(recovery=folder)
    again.recover(left_behind(folder)[0])
    assert (again.path, again.is_modified, again.name) == (None, True, "Untitled")
    assert again.document["layers"][0]["fill"] == "red"
    again.close()
    project.close()
