"""Files that are changed by others while they are open."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.document_edits import set_value
from app.live import Live
from app.project import Project

DOCUMENT = {"framekiln": 1, "size": [160, 90], "duration": 2, "layers": [{"type": "shape", "fill": "blue"}]}
OTHER = DOCUMENT | {"duration": 5}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "film").mkdir()
    path = tmp_path / "film" / "a.json"
    path.write_text(json.dumps(DOCUMENT))
    return path


@pytest.fixture
def project(qtbot: QtBot, tmp_path: Path, file: Path) -> Iterator[Project]:
    project = Project(recovery=tmp_path / "recovery")
    project.open(str(file))
    yield project
    project.close()


def in_place(file: Path, text: str) -> None:
    file.write_text(text)


def renamed_over(file: Path, text: str) -> None:
    beside = file.with_name("beside")
    beside.write_text(text)
    beside.replace(file)


def removed_and_written(file: Path, text: str) -> None:
    file.unlink()
    file.write_text(text)


def moved_away_and_written(file: Path, text: str) -> None:
    file.rename(file.with_name("a.json~"))
    file.write_text(text)


Write = Callable[[Path, str], None]
EVERY_WAY = [in_place, renamed_over, removed_and_written, moved_away_and_written]


@pytest.mark.parametrize("write", EVERY_WAY)
def test_what_an_editor_saves_is_seen_each_time(project: Project, qtbot: QtBot, file: Path, write: Write) -> None:
    for duration in (5, 6, 7):
        with qtbot.waitSignal(project.changed):
            write(file, json.dumps(DOCUMENT | {"duration": duration}))
        qtbot.waitUntil(lambda wanted=duration: project.document["duration"] == wanted)
    assert not project.is_modified
    assert project.source().document is None
    project.undo()
    assert (project.document["duration"], project.is_modified) == (6, True)


def test_a_file_that_breaks_is_told_and_the_last_good_one_stays(project: Project, qtbot: QtBot, file: Path) -> None:
    with qtbot.waitSignal(project.trouble) as trouble:
        file.write_text('{\n "framekiln": 1,\n}')
    assert "line 3" in trouble.args[0]
    assert project.source().document == DOCUMENT
    with qtbot.waitSignal(project.trouble) as trouble:
        file.write_text(json.dumps(OTHER))
    assert trouble.args == [""]
    assert (project.document, project.source().document) == (OTHER, None)


def test_a_file_that_is_half_written_is_not_told(project: Project, qtbot: QtBot, file: Path) -> None:
    troubles: list[str] = []
    project.trouble.connect(troubles.append)
    text = json.dumps(OTHER)
    with file.open("w") as half:
        half.write(text[:20])
        half.flush()
        qtbot.waitUntil(lambda: project._disk._tries > 0)
        half.write(text[20:])
    qtbot.waitUntil(lambda: project.document == OTHER)
    assert troubles == []


def test_a_file_that_was_broken_at_first_is_opened_when_it_is_mended(
    project: Project, qtbot: QtBot, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    assert project.open(str(broken))
    assert (project.is_editable, project.trouble_text != "", project.source().source) == (False, True, str(broken))
    with qtbot.waitSignal(project.changed):
        broken.write_text(json.dumps(OTHER))
    assert (project.document, project.trouble_text, project.is_modified) == (OTHER, "", False)


def test_a_file_that_is_gone_is_told_and_saved_again(project: Project, qtbot: QtBot, file: Path) -> None:
    with qtbot.waitSignal(project.trouble) as trouble:
        file.unlink()
    assert "is gone" in trouble.args[0]
    assert project.source().document == DOCUMENT
    assert project.is_modified
    assert project.save()
    assert json.loads(file.read_text()) == DOCUMENT
    assert project.trouble_text == ""


@pytest.mark.parametrize("now", [DOCUMENT, OTHER])
def test_a_file_that_comes_back_is_open_again(
    project: Project, qtbot: QtBot, file: Path, now: dict[str, object]
) -> None:
    with qtbot.waitSignal(project.trouble):
        file.unlink()
    with qtbot.waitSignal(project.trouble) as trouble:
        file.write_text(json.dumps(now))
    assert trouble.args == [""]
    assert (project.document, project.is_modified, project.in_conflict) == (now, False, False)


@pytest.mark.parametrize("answer", ["mine", "theirs"])
def test_changes_here_and_there_are_asked_about(project: Project, qtbot: QtBot, file: Path, answer: str) -> None:
    project.edit("Fill", lambda document: set_value(document, "layers[0].fill", "red"))
    mine = project.document
    with qtbot.waitSignal(project.conflict):
        file.write_text(json.dumps(OTHER))
    assert project.document is mine
    if answer == "mine":
        project.keep_mine()
        assert project.save()
        assert json.loads(file.read_text()) == mine
    else:
        project.take_theirs()
        assert (project.document, project.is_modified) == (OTHER, False)
        project.undo()
        assert project.document is mine


def test_mine_is_written_also_where_nothing_is_left_of_my_changes(project: Project, qtbot: QtBot, file: Path) -> None:
    project.edit("Fill", lambda document: set_value(document, "layers[0].fill", "red"))
    with qtbot.waitSignal(project.conflict):
        file.write_text(json.dumps(OTHER))
    project.undo()
    project.keep_mine()
    assert project.save()
    assert json.loads(file.read_text()) == DOCUMENT


def test_what_others_wrote_is_not_written_over_before_it_was_seen(project: Project, file: Path) -> None:
    """Two windows on one file: the second to save is asked."""
    asked: list[str] = []
    project.conflict.connect(asked.append)
    project.edit("Fill", lambda document: set_value(document, "layers[0].fill", "red"))
    file.write_text(json.dumps(OTHER))
    assert not project.save()
    assert asked == [str(file)]
    assert json.loads(file.read_text()) == OTHER


def test_a_broken_file_is_not_written_over_unasked(project: Project, qtbot: QtBot, file: Path) -> None:
    """It is what someone is writing in another program."""
    with qtbot.waitSignal(project.trouble):
        file.write_text('{"half": ')
    with qtbot.waitSignal(project.conflict):
        assert not project.save()
    assert file.read_text() == '{"half": '
    project.keep_mine()
    assert project.save()
    assert (json.loads(file.read_text()), project.trouble_text) == (DOCUMENT, "")


def test_our_own_saving_is_no_change_of_others(project: Project, qtbot: QtBot, file: Path) -> None:
    project.edit("Fill", lambda document: set_value(document, "layers[0].fill", "red"))
    assert project.save()
    with qtbot.assertNotEmitted(project.changed, wait=300):
        pass
    with qtbot.waitSignal(project.changed):
        file.write_text(json.dumps(OTHER))
    assert project.document == OTHER


def test_what_the_film_reads_is_watched_too(project: Project, qtbot: QtBot, tmp_path: Path) -> None:
    picture = tmp_path / "picture.svg"
    picture.write_text("<svg/>")
    project.watch([str(picture)])
    with qtbot.waitSignal(project.changed):
        picture.write_text("<svg></svg>")


def test_a_python_file_is_watched(project: Project, qtbot: QtBot, tmp_path: Path) -> None:
    program = tmp_path / "film.py"
    program.write_text("def compose(): ...")
    project.open(f"{program}:compose")
    with qtbot.waitSignal(project.changed):
        program.write_text("def compose(): return 1")


def test_a_file_that_comes_later_is_seen(qtbot: QtBot, tmp_path: Path) -> None:
    live = Live()
    live.watch([tmp_path / "later.txt"])
    with qtbot.waitSignal(live.changed) as changed:
        (tmp_path / "later.txt").write_text("now")
    assert changed.args == [{tmp_path / "later.txt"}]
    live.close()


def test_what_is_closed_holds_no_watch_of_the_system(qtbot: QtBot, file: Path) -> None:
    """A system has about a hundred of them for all that a person runs."""

    def held() -> int:
        found = 0
        for each in Path("/proc/self/fd").iterdir():
            with suppress(OSError):  # the folder's own is gone by now
                found += str(each.readlink()) == "anon_inode:inotify"
        return found

    before = held()
    live = Live()
    live.watch([file])
    assert held() == before + 1
    live.close()
    qtbot.waitUntil(lambda: held() == before)
