"""What a watch folder promises: each whole drop becomes its jobs, once, whatever is done to the folder meanwhile."""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from render_engine.errors import BadInput
from sync.errors import QueueUnreachable
from sync.inputs.cache import InputCache
from sync.watch import copying
from sync.watch.copying import Changed, Copying
from sync.watch.folder import Folder, Stamp
from sync.watch.watch import WatchedJob
from tests.sync.shop import Shop, document, picture


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.close()


@pytest.fixture
def by_events(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path, poll=False)
    shop.at_work.step()
    yield shop
    shop.close()


# ----------------------------------------------------------------------------------------------- what becomes a job


def test_a_picture_becomes_the_file_prop_of_a_job(shop: Shop) -> None:
    original = shop.drop("photo.png", picture())
    shop.work()
    (job,) = shop.jobs
    assert (job.source, dict(job.props)) == (str(shop.film), {"picture": "picture.png"})
    assert job.files["picture.png"].read_bytes() == picture()
    assert job.client_id.startswith("watch:w1:")
    assert job.original == original
    assert original.read_bytes() == picture()


def test_props_become_a_job_and_the_picture_that_they_name_none(shop: Shop) -> None:
    shop.drop("media/photo.png", picture())
    shop.drop("order.json", {"title": "Hello", "picture": "media/photo.png"})
    shop.work()
    (job,) = shop.jobs
    assert dict(job.props) == {"title": "Hello", "picture": "picture.png"}
    assert job.files["picture.png"].read_bytes() == picture()


def test_each_row_becomes_a_job_and_a_bad_one_is_told(shop: Shop) -> None:
    shop.drop("photo.png", picture())
    shop.drop("orders.csv", 'title,picture\nOne,photo.png\nTwo,photo.png,"what is this"\nThree,photo.png\n')
    shop.work()
    assert [job.props["title"] for job in shop.jobs] == ["One", "Three"]
    (told,) = shop.heard("failed")
    assert told.startswith("row 2: 1 cells more")


def test_props_wait_for_the_picture_that_comes_after_them(shop: Shop) -> None:
    shop.drop("order.json", {"picture": "photo.png"})
    shop.work(10)
    assert (shop.jobs, shop.heard("waiting")) == ([], ["waits for photo.png"])
    shop.drop("photo.png", picture())
    shop.work()
    assert shop.labels() == ["order.json"]


def test_a_row_whose_picture_never_comes_fails_and_is_made_when_it_does(shop: Shop) -> None:
    shop.drop("orders.csv", "title,picture\nOne,photo.png\n")
    shop.work(40)
    assert shop.heard("failed") == ["row 1: it names photo.png, which is not in the folder"]
    shop.drop("photo.png", picture())
    shop.work()
    assert shop.labels() == ["orders.csv row 1"]


def test_what_is_no_media_file_is_skipped_and_told_once(shop: Shop) -> None:
    shop.drop("notes.txt", "buy milk")
    shop.work(80)
    assert (shop.jobs, shop.heard("skipped")) == ([], ["it is no media file, .json or table"])


def test_a_composition_is_not_taken_for_props(shop: Shop) -> None:
    shop.drop("film.json", {"framekiln": 1, "layers": []})
    shop.work()
    (told,) = shop.heard("failed")
    assert "this is a composition" in told


@pytest.mark.parametrize(
    "name", ["../secret.png", "/etc/hostname", "https://example.com/a.png", "link.png", "done/a.png"]
)
def test_dropped_props_name_only_files_in_the_folder(shop: Shop, name: str) -> None:
    (shop.base / "secret.png").write_bytes(picture())
    (shop.folder / "link.png").symlink_to(shop.base / "secret.png")
    shop.drop("order.json", {"picture": name})
    shop.work(40)
    assert shop.jobs == []
    assert f"picture: “{name}” is not in the watched folder" in shop.heard("failed")[0]


# ------------------------------------------------------------------------------------------------------- settling


def test_a_file_that_is_still_written_waits_until_it_is_whole(shop: Shop) -> None:
    whole = picture(5, (200, 200))
    with (shop.folder / "photo.png").open("wb", buffering=0) as file:
        for place in range(0, len(whole), 100):
            file.write(whole[place : place + 100])
            shop.work(1.5)
            assert shop.jobs == []
    shop.work()
    (job,) = shop.jobs
    assert job.files["picture.png"].read_bytes() == whole


def test_a_file_that_looks_cut_short_is_given_time(shop: Shop) -> None:
    path = shop.drop("order.json", '{"picture": "pho')
    shop.drop("photo.png", picture())
    shop.work(15)
    assert shop.heard("failed") == []
    path.write_text('{"picture": "photo.png"}')
    shop.work()
    assert "order.json" in shop.labels()


def test_a_damaged_file_is_told_once(shop: Shop) -> None:
    shop.drop("photo.png", b"\x89PNG\r\n\x1a\n and no more")
    shop.work(100)
    assert shop.jobs == []
    assert len(shop.heard("failed")) == 1
    assert "photo.png" in shop.heard("failed")[0]


@pytest.mark.parametrize("name", ["a.png.part", "a.png.crdownload", ".a.png", "~a.png", "a.png~", ".hidden/a.png"])
def test_a_temporary_name_waits_for_its_rename(shop: Shop, name: str) -> None:
    path = shop.drop(name, picture())
    shop.work(70)
    assert shop.jobs == []
    path.rename(shop.folder / "whole.png")
    shop.work()
    assert shop.labels() == ["whole.png"]


@pytest.fixture
def begun(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Copying:
    """A copy in the middle of a file."""
    monkeypatch.setattr(copying, "PIECE", 10)
    path = shop.drop("photo.png", picture())
    cache = InputCache(shop.base / "store", 1 << 30)
    copy = Copying(path, Stamp.of(path.stat()), Folder(shop.watch), cache)
    assert copy.go_on() is None
    return copy


def to_the_end(copy: Copying) -> None:
    while copy.go_on() is None:
        pass


def test_a_file_that_grows_while_it_is_copied_is_not_taken(shop: Shop, begun: Copying) -> None:
    with begun.path.open("ab") as file:
        file.write(b"more")
    with pytest.raises(Changed):
        to_the_end(begun)
    assert list((shop.base / "store" / "partial").iterdir()) == []


def test_a_file_that_another_takes_the_place_of_while_it_is_copied_is_not_taken(shop: Shop, begun: Copying) -> None:
    before = begun.path.stat()
    other = shop.drop(".other", picture(1)[: before.st_size].ljust(before.st_size))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(begun.path)
    with pytest.raises(Changed):
        to_the_end(begun)


def test_a_file_that_is_removed_while_it_is_copied_is_not_taken(begun: Copying) -> None:
    begun.path.unlink()
    with pytest.raises(Changed):
        to_the_end(begun)


def test_a_link_put_in_a_files_place_is_not_followed_out(shop: Shop) -> None:
    path = shop.drop("photo.png", picture())
    secret = shop.base / "secret.png"
    path.rename(secret)  # the same file, elsewhere
    path.symlink_to(secret)
    with pytest.raises(Changed):
        Copying(path, Stamp.of(path.stat()), Folder(shop.watch), InputCache(shop.base / "store", 1 << 30))


def test_a_file_that_is_removed_before_it_is_taken_is_no_job(shop: Shop) -> None:
    path = shop.drop("photo.png", picture())
    shop.work(1)
    path.unlink()
    shop.work()
    assert (shop.jobs, shop.told) == ([], [])


def test_a_file_that_cannot_be_read_is_told_once_and_tried_when_it_changes(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    path = shop.drop("photo.png", picture())
    with monkeypatch.context() as rights:  # the tests may run as root, who may read everything
        rights.setattr(copying, "_opened", refused)
        shop.work(70)
        assert shop.heard("failed") == ["it cannot be read: permission denied; it is tried again when it changes"]
    shop.work(70)
    assert shop.jobs == []
    path.chmod(0o640)
    shop.work()
    assert shop.labels() == ["photo.png"]


# ------------------------------------------------------------------------------------------------------ only once


def test_the_same_name_with_new_content_is_another_job(shop: Shop) -> None:
    shop.drop("photo.png", picture(1))
    shop.work()
    shop.drop("photo.png", picture(2))
    shop.work()
    assert shop.labels() == ["photo.png", "photo.png"]
    assert len({job.client_id for job in shop.jobs}) == 2


def test_the_same_content_under_another_name_is_the_same_job(shop: Shop) -> None:
    shop.drop("a.png", picture())
    shop.drop("b.png", picture())
    shop.work()
    assert len({job.client_id for job in shop.jobs}) == 1


def test_a_file_that_is_touched_is_not_made_again(shop: Shop) -> None:
    path = shop.drop("photo.png", picture())
    shop.work()
    os.utime(path, (1, 1))
    shop.work()
    assert len(shop.jobs) == 1


def test_a_job_that_failed_is_tried_again_when_its_file_is_touched(shop: Shop) -> None:
    path = shop.drop("photo.png", picture())
    shop.work()
    shop.end(succeeded=False, why="the font Foo is missing")
    shop.work(70)
    assert len(shop.jobs) == 1
    os.utime(path, (1, 1))
    shop.work()
    assert shop.jobs[1].client_id == f"{shop.jobs[0].client_id}:2"


def test_another_document_or_other_props_make_other_videos(shop: Shop) -> None:
    shop.drop("photo.png", picture())
    shop.work()
    document(shop.film, duration=0.5)
    shop.work()
    shop.restart(props={"title": "Hello"})
    shop.work()
    shop.restart(options={"preset": "draft"})
    shop.work()
    assert len({job.client_id for job in shop.jobs}) == len(shop.jobs) == 4


def test_a_document_that_is_being_edited_is_waited_for(shop: Shop) -> None:
    shop.drop("photo.png", picture())
    shop.work()
    shop.film.write_text('{"framekiln": 1, "laye')
    shop.work(3)
    document(shop.film, duration=0.5)
    shop.work(1)
    document(shop.film, duration=0.6)
    shop.work()
    assert len(shop.jobs) == 2
    assert len(shop.heard("folder")) == 1


def test_a_new_picture_makes_the_rows_that_name_it_again(shop: Shop) -> None:
    shop.drop("a.png", picture(1))
    shop.drop("b.png", picture(2))
    shop.drop("orders.csv", "title,picture\nOne,a.png\nTwo,b.png\n")
    shop.work()
    shop.drop("b.png", picture(3))
    shop.work()
    assert [job.props["title"] for job in shop.jobs] == ["One", "Two", "Two"]


def test_a_restart_catches_up_and_submits_nothing_twice(shop: Shop) -> None:
    shop.drop("before.png", picture(1))
    shop.work()
    shop.at_work.close()
    shop.drop("meanwhile.png", picture(2))
    shop.restart()
    shop.work()
    assert shop.labels() == ["before.png", "meanwhile.png"]


def test_jobs_wait_for_the_queue_through_a_restart(shop: Shop) -> None:
    def away(_job: WatchedJob) -> None:
        raise QueueUnreachable("the queue does not answer")

    shop.refuse = away
    shop.drop("a.png", picture(1))
    shop.drop("b.png", picture(2))
    shop.work(30)
    assert (shop.jobs, len(shop.heard("waiting"))) == ([], 1)
    shop.restart()
    shop.refuse = lambda job: None
    shop.work()
    assert shop.labels() == ["a.png", "b.png"]


def test_a_job_that_is_refused_holds_up_no_other(shop: Shop) -> None:
    def picky(job: WatchedJob) -> None:
        if job.label == "a.png":
            raise BadInput("this one not")

    shop.refuse = picky
    shop.drop("a.png", picture(1))
    shop.drop("b.png", picture(2))
    shop.work()
    assert (shop.labels(), shop.heard("failed")) == (["b.png"], ["this one not"])


# ----------------------------------------------------------------------------------------------------- the folder


def test_500_files_at_once_are_a_job_each(by_events: Shop) -> None:
    for number in range(500):
        by_events.drop(f"{number:03}.png", picture(number))
    by_events.until(lambda: len(by_events.jobs) >= 500)
    assert sorted(by_events.labels()) == [f"{number:03}.png" for number in range(500)]
    assert len({job.client_id for job in by_events.jobs}) == 500


def test_events_tell_of_renames_changes_and_whole_folders(by_events: Shop) -> None:
    by_events.drop("a.png.part", picture(1)).rename(by_events.folder / "a.png")
    by_events.until(lambda: by_events.labels() == ["a.png"])
    by_events.drop("a.png", picture(2))
    by_events.until(lambda: len(by_events.jobs) == 2)
    outside = by_events.base / "batch"
    (outside / "deep").mkdir(parents=True)
    (outside / "deep" / "b.png").write_bytes(picture(3))
    outside.rename(by_events.folder / "batch")
    by_events.until(lambda: len(by_events.jobs) == 3)
    assert by_events.labels()[-1] == "batch/deep/b.png"


@pytest.mark.parametrize("poll", [True, False])
def test_a_folder_that_goes_and_comes_back_is_watched_on(tmp_path: Path, poll: bool) -> None:
    shop = Shop(tmp_path, poll=poll)
    shop.drop("a.png", picture(1))
    shop.work()
    shop.folder.rename(tmp_path / "away")
    shop.work(70)
    assert len(shop.heard("folder")) == 1
    (tmp_path / "away").rename(shop.folder)
    shop.drop("b.png", picture(2))
    shop.work()
    shutil.rmtree(shop.folder)
    shop.work(3)
    shop.drop("a.png", picture(1))
    shop.drop("c.png", picture(3))
    shop.until(lambda: "c.png" in shop.labels())
    shop.close()
    assert shop.labels() == ["a.png", "b.png", "c.png"]


@pytest.mark.parametrize(("written", "named"), [("NFD", "NFC"), ("NFC", "NFD")])
def test_names_match_however_their_letters_are_written(shop: Shop, written: str, named: str) -> None:
    shop.drop(unicodedata.normalize(written, "Ünïcödé/фото é.png"), picture())  # type: ignore[arg-type]
    shop.drop("o.json", {"picture": unicodedata.normalize(named, "Ünïcödé/фото é.png")})  # type: ignore[arg-type]
    shop.work()
    assert shop.labels() == ["o.json"]


def test_a_name_that_is_no_text_is_told(shop: Shop) -> None:
    Path(os.fsdecode(os.fsencode(shop.folder) + b"/\xff.png")).write_bytes(picture())
    shop.drop("a.png", picture(1))
    shop.work()
    assert (shop.labels(), shop.heard("skipped")) == (["a.png"], ["its name is not UTF-8: rename it"])


def test_links_that_lead_out_are_told_and_skipped(shop: Shop) -> None:
    (shop.base / "private").mkdir()
    (shop.base / "private" / "secret.png").write_bytes(picture(1))
    (shop.folder / "link.png").symlink_to(shop.base / "private" / "secret.png")
    (shop.folder / "folder").symlink_to(shop.base / "private")
    shop.drop("real.png", picture(2))
    (shop.folder / "inside.png").symlink_to("real.png")
    shop.work(70)
    assert sorted(shop.labels()) == ["inside.png", "real.png"]
    assert shop.heard("skipped") == ["this link leads out of the folder"] * 2


@pytest.mark.parametrize("name", ["out/a.png", "done/a.png", "failed/sub/a.png", "results/a.png"])
def test_results_and_what_was_done_are_no_drops(tmp_path: Path, name: str) -> None:
    shop = Shop(tmp_path, out=tmp_path / "drop" / "results")
    shop.drop(name, picture(1))
    shop.drop("sub/done/b.png", picture(2))
    shop.work(70)
    shop.close()
    assert shop.labels() == ["sub/done/b.png"]


def test_only_names_that_were_asked_for_are_taken(tmp_path: Path) -> None:
    shop = Shop(tmp_path, only=("*.JSON",))
    shop.drop("a.png", picture())
    shop.drop("order.json", {"picture": "a.png"})
    shop.drop("alone.png", picture(2))
    shop.work(40)
    shop.close()
    assert shop.labels() == ["order.json"]


# --------------------------------------------------------------------------------------------------- coming back


def test_originals_stay_untouched_and_videos_are_copied_out(tmp_path: Path) -> None:
    shop = Shop(tmp_path, out=tmp_path / "out")
    shop.drop("sub/photo.png", picture(1))
    shop.drop("sub/photo.gif", picture(2))
    shop.work()
    shop.end(video=b"made")
    shop.close()
    assert shop.names() == ["sub/photo.gif", "sub/photo.png"]
    made = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*"))
    assert made == ["sub/photo.mp4", "sub/photo.png.mp4"]


def test_a_new_version_takes_its_own_videos_place_and_nobody_elses(tmp_path: Path) -> None:
    shop = Shop(tmp_path, out=tmp_path / "out")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "photo.mp4").write_bytes(b"somebody's")
    for shade in (1, 2):
        shop.drop("photo.png", picture(shade))
        shop.work()
        shop.end(video=bytes([shade]))
    shop.close()
    found = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert found == {"photo.mp4": b"somebody's", "photo.png.mp4": b"\x02"}


def test_moved_originals_lie_in_done_or_failed_with_a_reason(tmp_path: Path) -> None:
    shop = Shop(tmp_path, move=True)
    shop.drop("sub/good.png", picture(1))
    shop.work()
    shop.end()
    shop.drop("bad.png", picture(2))
    shop.work()
    shop.end(succeeded=False, why="the disk is full")
    shop.drop("sub/good.png", picture(3))
    shop.work()
    shop.end()
    shop.work(70)
    shop.close()
    assert shop.names() == ["done/sub/good (2).png", "done/sub/good.png", "failed/bad.png", "failed/bad.png.reason.txt"]
    assert (shop.folder / "failed" / "bad.png.reason.txt").read_text() == "the disk is full\n"
    assert len(shop.jobs) == 3


def test_a_table_moves_when_all_its_rows_have_ended_and_takes_its_pictures_along(tmp_path: Path) -> None:
    shop = Shop(tmp_path, move=True)
    shop.drop("a.png", picture(1))
    shop.drop("orders.csv", "title,picture\nOne,a.png\nTwo,a.png\n")
    shop.work()
    first, second = shop.at_work.unfinished()
    shop.at_work.finished(first, True)
    assert shop.names() == ["a.png", "orders.csv"]
    shop.at_work.finished(second, True)
    shop.close()
    assert shop.names() == ["done/a.png", "done/orders.csv"]


def test_what_changed_since_it_was_submitted_is_not_moved_away(tmp_path: Path) -> None:
    shop = Shop(tmp_path, move=True)
    shop.drop("photo.png", picture(1))
    shop.work()
    shop.drop("photo.png", picture(2))
    shop.end()
    assert shop.names() == ["photo.png"]
    shop.work()
    shop.close()
    assert len(shop.jobs) == 2


def test_videos_that_cannot_be_copied_out_are_tried_again(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    shop = Shop(tmp_path, out=tmp_path / "out")
    shop.drop("photo.png", picture())
    shop.work()
    shop.end()
    shop.end()
    assert len(shop.heard("waiting")) == 1
    (tmp_path / "out").unlink()
    shop.end()
    shop.close()
    assert (tmp_path / "out" / "photo.mp4").exists()
