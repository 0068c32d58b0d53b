"""What goes wrong between a node, its queue, its storage and its disk: every job ends in a true state."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from sync.database import Database, open_database
from sync.errors import JobRefused, QueueUnreachable
from sync.inputs.cache import InputCache
from sync.jobs import Job, NewJob
from sync.node import _Storages
from sync.prepare import Prepare
from sync.queue import Artifact, Held, Progress, Queue
from sync.runner import Task
from sync.secrets import Secrets
from sync.settings import Settings
from tests.sync.audit import faults, faults_of_objects, faults_of_success, histories
from tests.sync.farming import Farm, Line, Node, by_program, farm, wait_until
from tests.sync.proxy import proxy_to
from tests.sync.queueing import LEASE, claimed, movable_clock, new_job, node, pass_time
from tests.sync.servers import Sqld

LONG = 3 * LEASE / 1000  # seconds
HOUR = 3600.0


@pytest.fixture
def database(database_address: str, queue_token: str) -> Iterator[Database]:
    opened = open_database(database_address, token=queue_token)
    movable_clock(opened)
    yield opened
    opened.close()


@pytest.fixture
def there(database: Database, tmp_path: Path) -> Iterator[Farm]:
    with farm(database, tmp_path / "farm") as found:
        yield found


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Farm]:
    """Where the database does not matter."""
    opened = open_database(str(tmp_path / "queue.db"))
    movable_clock(opened)
    with farm(opened, tmp_path / "farm") as found:
        yield found
    opened.close()


def succeeded(there: Farm, *ids: str) -> bool:
    return all(there.state(id) == "succeeded" for id in ids)


def check(there: Farm) -> None:
    """Each job that there is has succeeded, once, as its history tells."""
    for history in histories(there.database).values():
        assert [*faults_of_success(history), *faults_of_objects(history)] == []


# ---------------------------------------------------------------------------------------------- answers that are lost

VIDEO = Artifact("video", "/results", "local/1/abc/film.mp4", "film.mp4", 100, "abc", "video/mp4")


def _queued(queue: Queue) -> Held:
    node(queue)
    return Held(queue.submit(new_job())[0].id, 0, "one", LEASE)


def _running(queue: Queue) -> Held:
    _queued(queue)
    return claimed(queue)[1]


def _uploading(queue: Queue) -> Held:
    held = _running(queue)
    queue.uploading(held)
    return held


def _silent(queue: Queue) -> Held:
    held = _running(queue)
    pass_time(queue.database, LEASE + 1)
    return held


def _released(queue: Queue) -> Held:
    held = _silent(queue)
    queue.release_expired()
    return held


def _failed(queue: Queue) -> Held:
    held = _running(queue)
    queue.fail(held, "bad_document", "nonsense", final=True, backoff=0)
    return held


def _second(queue: Queue) -> Held:
    _queued(queue)
    pass_time(queue.database, 1)
    return Held(queue.submit(new_job("second"))[0].id, 0, "one", LEASE)


def _paused(queue: Queue) -> Held:
    held = _queued(queue)
    queue.pause(held.id)
    return held


NEW = new_job("new")
Write = Callable[[Queue, Held], object]
# What was before, the write, the statement whose answer is lost, and the events that are told of it.
WRITES: dict[str, tuple[Callable[[Queue], Held], Write, str, list[str]]] = {
    "submit": (_queued, lambda q, h: q.submit(NEW), "submit", ["submitted"]),
    "retry": (_failed, lambda q, h: q.retry(h.id, new="again"), "retry", ["submitted"]),
    "claim": (_queued, lambda q, h: q.claim("one", "claim", LEASE), "claim", ["claimed"]),
    "heartbeat": (_running, lambda q, h: q.heartbeat(h, Progress()), "heartbeat", []),
    "take back": (_released, lambda q, h: q.heartbeat(h, Progress()), "take_back", ["state"]),
    "upload": (_running, lambda q, h: q.uploading(h), "upload", ["state"]),
    "artifact": (_uploading, lambda q, h: q.add_artifact(h, VIDEO), "add_artifact", ["artifact"]),
    "succeed": (_uploading, lambda q, h: q.succeed(h, {}), "succeed", ["state"]),
    "fail": (_running, lambda q, h: q.fail(h, "died", "dead", final=False, backoff=0), "fail", ["state"]),
    "give back": (_running, lambda q, h: q.give_back(h, "enough"), "give_back", ["state"]),
    "cancelled": (_running, lambda q, h: q.stopped(h, "cancelled"), "stopped", ["state"]),
    "release": (_silent, lambda q, h: q.release_expired(), "release_expired", ["state"]),
    "release mine": (_running, lambda q, h: q.release_mine("one"), "release_mine", ["state"]),
    "cancel": (_queued, lambda q, h: q.cancel(h.id), "cancel", ["state"]),
    "cancel it running": (_running, lambda q, h: q.cancel(h.id), "cancel", ["wanted"]),
    "pause": (_queued, lambda q, h: q.pause(h.id), "pause", ["state"]),
    "resume": (_paused, lambda q, h: q.resume(h.id), "resume", ["state"]),
    "move first": (_second, lambda q, h: q.move_first(h.id), "move_first", ["moved"]),
    "hello": (_queued, lambda q, h: node(q), "node_hello", []),
    "meets": (_queued, lambda q, h: q.meets("one", ()), "node_meets", []),
    "pause node": (_queued, lambda q, h: q.pause_node("one", 1, "three failed"), "node_pause", []),
    "disable node": (_queued, lambda q, h: q.disable_node("one"), "node_disable", []),
}


def told_once(queue: Queue, name: str, lose: Callable[[str], None], repeats: bool) -> None:
    before, write, statement, events = WRITES[name]
    held = before(queue)
    told = len(queue.database.execute("select id from events"))
    lose(statement)
    if repeats:
        with pytest.raises(QueueUnreachable):
            write(queue, held)
    write(queue, held)
    rows = queue.database.execute("select event from events order by id")[told:]
    assert [row["event"] for row in rows] == events
    for history in histories(queue.database).values():
        assert faults(history) == []
    twice = "select id from jobs where attempts > 1 or failures > 1 or lost_leases > 1"
    assert queue.database.execute(twice) == []


@pytest.mark.parametrize("name", WRITES)
def test_a_write_whose_answer_is_lost_is_done_once(name: str, tmp_path: Path) -> None:
    line = Line(open_database(str(tmp_path / "queue.db")))
    movable_clock(line)

    def lose(statement: str) -> None:
        line.lose = statement

    told_once(Queue(line), name, lose, repeats=True)
    assert line.lose is None, "the statement was asked"
    line.close()


def test_a_connection_cut_after_each_kind_of_write_repeats_it_and_the_history_shows_it_once(
    sqld: Sqld, queue_token: str
) -> None:
    from tests.sync.fakes import FakeClock

    with proxy_to(sqld.port) as proxy:
        database = open_database(proxy.address, token=queue_token, clock=FakeClock())
        movable_clock(database)
        for name in WRITES:
            cut = proxy.answers_cut
            told_once(Queue(database), name, lambda _: proxy.cut_answers(1), repeats=False)
            assert proxy.answers_cut == cut + 1
            _empty(database)
        database.close()


def _empty(database: Database) -> None:
    """For the next write: events are kept for ever, so their guard goes first."""
    tables = ("events", "artifacts", "attempts", "job_inputs", "node_signatures", "nodes", "jobs")
    guard = "drop trigger if exists events_are_not_removed"
    database.transaction([(guard, {}), *((f"delete from {table}", {}) for table in tables)])


# -------------------------------------------------------------------------------------------------- the queue is away


def test_an_owner_that_was_away_longer_than_a_lease_goes_on_where_nobody_has_claimed(there: Farm) -> None:
    one, id = there.node("one"), there.submit(seconds=600)
    there.until(lambda: bool(one.agent.slots and one.agent.slots[0].running))
    one.line.away = True
    there.pass_(LONG)
    one.act()
    assert there.queue.release_expired() == [id]
    one.line.away = False
    there.until(lambda: there.state(id) == "running")
    job = there.queue.job(id)
    assert (job.token, job.lost_leases, len(one.agent.slots)) == (1, 0, 1)
    assert faults(histories(there.database)[id]) == []


def test_a_superseded_owner_stops_and_writes_nothing_more(there: Farm) -> None:
    one, id = there.node("one"), there.submit(seconds=600)
    there.until(lambda: bool(one.agent.slots and one.agent.slots[0].running))
    one.line.away = True
    two = there.node("two", prepare=_at_once)
    there.until(lambda: succeeded(there, id), two)
    after = there.queue.events(id)
    one.line.away = False
    there.until(lambda: not one.agent.slots and one.agent.done)
    assert there.queue.events(id) == after
    assert [row["outcome"] for row in there.queue.attempts(id)] == ["superseded", "succeeded"]
    check(there)


def _at_once(job: Job, folder: Path, stop: Callable[[], bool]) -> Task:
    """Not slow, whatever the job says."""
    task = by_program(job, folder, stop)
    return Task(task.folder, task.source, {**task.props, "seconds": 0}, output=task.output, program=task.program)


def test_a_superseded_result_is_dropped(there: Farm) -> None:
    one, id = there.node("one"), there.submit()
    there.until(lambda: bool(one.agent.slots and one.agent.slots[0].running))
    one.line.away = True
    there.until(lambda: bool(one.agent.outbox.waiting()))
    two = there.node("two")
    there.until(lambda: succeeded(there, id), two)
    one.line.away = False
    there.until(lambda: one.agent.done)
    assert [row["token"] for row in there.queue.artifacts(id)] == [2] * len(there.queue.artifacts(id))
    check(there)


def test_a_finished_result_waits_for_the_queue_and_is_delivered(there: Farm) -> None:
    one, id = there.node("one"), there.submit()
    there.until(lambda: bool(one.agent.slots and one.agent.slots[0].running))
    one.line.away = True
    there.until(lambda: bool(one.agent.outbox.waiting()))
    there.pass_(LONG)
    there.queue.release_expired()
    one.line.away = False
    there.until(lambda: succeeded(there, id))
    assert len(there.queue.attempts(id)) == 1
    check(there)


def test_only_a_node_that_reached_the_queue_for_a_whole_lease_releases_others(here: Farm) -> None:
    one, id = here.node("one"), here.submit(seconds=600)
    here.until(lambda: here.state(id) == "running")
    here.kill(one)
    two = here.node("two")
    two.act()
    two.line.away = True
    here.pass_(LONG)
    two.act()
    two.line.away = False
    here.pass_(6)
    two.act()
    back = two.clock.now()
    here.until(lambda: here.state(id) != "running" or here.queue.job(id).token > 1)
    assert two.clock.now() - back >= LEASE / 1000


def test_a_nodes_clock_that_is_wrong_by_an_hour_changes_nothing(there: Farm) -> None:
    late, early = there.node("late", wall=1_800_000_000 - HOUR), there.node("early", wall=1_800_000_000 + HOUR)
    ids = [there.submit(f"film {k}") for k in range(4)]
    held = there.submit("held", seconds=600)
    there.until(lambda: succeeded(there, *ids))
    there.until(lambda: there.state(held) == "running")
    for _ in range(3 * LEASE // 1000):
        there.pass_(1)
        late.act()
        early.act()
    assert (there.queue.job(held).token, there.state(held)) == (1, "running")
    assert {row["outcome"] for id in ids for row in there.queue.attempts(id)} == {"succeeded"}


# ---------------------------------------------------------------------------------------------- the storage, the disk


def test_a_storage_that_is_away_for_minutes_costs_no_attempt(here: Farm) -> None:
    here.folder.mkdir(exist_ok=True)
    here.storage.folder.write_text("a file, where the folder should be")
    one, ids = here.node("one"), [here.submit(f"film {k}") for k in range(3)]
    here.until(lambda: len(one.agent.outbox.waiting()) == 3)
    here.until(lambda: one.clock.now() > 10 * 60, every=10)
    assert {here.state(id) for id in ids} == {"uploading"}
    here.storage.folder.unlink()
    here.until(lambda: succeeded(here, *ids))
    assert [len(here.queue.attempts(id)) for id in ids] == [1, 1, 1]
    check(here)


def test_a_disk_that_is_full_when_a_render_ends_loses_nothing(here: Farm) -> None:
    one, id = here.node("one"), here.submit()
    local = one.agent.outbox.local
    here.until(lambda: bool(one.agent.slots))
    local.execute("create table filler (x)")
    local.execute("insert into filler values (zeroblob(100000))")
    (pages,) = local.execute("pragma page_count").fetchone()
    local.execute(f"pragma max_page_count = {pages}").fetchall()
    fill(local)
    wait_until(lambda: at_work(one))
    wait_until(lambda: bool(one.agent.slots[0].running and one.agent.slots[0].running.poll()))
    for _ in range(10):
        here.pass_(1)
        one.agent.work()
        one.agent.talk()
    assert (len(one.agent.slots), here.state(id)) == (1, "running")
    local.execute("delete from outbox")
    local.execute("drop table filler")
    here.until(lambda: succeeded(here, id))
    assert len(here.queue.attempts(id)) == 1
    check(here)


def at_work(one: Node) -> bool:
    one.agent.work()
    return one.agent.slots[0].running is not None


def fill(local: sqlite_utils.Database) -> None:
    """Every page that there may be, down to the last row of the outbox."""
    row = "insert into outbox (job_id, token, node, lease, folder, kind, body) values ('', 0, '', 0, '', '', :body)"
    with pytest.raises(sqlite3.OperationalError, match="full"):
        [local.execute(row, {"body": "x" * length}) for length in (*[3000] * 100, *[50] * 1000)]
    with pytest.raises(sqlite3.OperationalError, match="full"):
        [local.execute(row, {"body": ""}) for _ in range(1000)]


STOPS = ("claimed", "rendering", "rendered", "uploading", "half delivered", "succeeded")


@pytest.mark.parametrize("stop", STOPS)
def test_a_node_killed_at_each_stage_delivers_or_gives_back(there: Farm, stop: str) -> None:
    one, id = there.node("one"), there.submit()
    agent, queue = one.agent, there.queue
    begun = {
        "claimed": lambda: there.state(id) == "running",
        "rendering": lambda: bool(agent.slots and agent.slots[0].running),
    }
    if stop in begun:
        there.until(begun[stop])
    else:
        one.line.lose = {"uploading": "upload", "half delivered": "add_artifact", "succeeded": "succeed"}.get(stop)
        there.until(lambda: bool(agent.slots and agent.slots[0].running))
        one.line.away = stop == "rendered"
        there.until(lambda: bool(agent.outbox.waiting()) and one.line.lose is None)
    there.kill(one)
    there.node("one")
    there.until(lambda: succeeded(there, id))
    there.until(lambda: there.nodes[0].agent.done)
    done_before = stop not in begun
    assert len(queue.attempts(id)) == (1 if done_before else 2)
    check(there)


def test_a_render_that_is_killed_costs_one_attempt(here: Farm) -> None:
    one, id = here.node("one", prepare=_slow_at_first), here.submit()
    here.until(lambda: bool(one.agent.slots and one.agent.slots[0].running))
    one.agent.slots[0].running._popen.kill()  # type: ignore[union-attr]
    here.until(lambda: succeeded(here, id))
    assert [row["outcome"] for row in here.queue.attempts(id)] == ["failed", "succeeded"]
    assert "SIGKILL" in str(here.queue.attempts(id)[0]["error"])
    check(here)


def _slow_at_first(job: Job, folder: Path, stop: Callable[[], bool]) -> Task:
    task = by_program(job, folder, stop)
    props = {**task.props, "seconds": 600 if job.token == 1 else 0}
    return Task(task.folder, task.source, props, output=task.output, program=task.program)


# ------------------------------------------------------------------------------------------- what speaks against whom


def test_three_different_jobs_failing_in_a_row_pause_the_node_and_it_says_why(here: Farm) -> None:
    one, ids = here.node("one"), [here.submit(f"film {k}", dies=True) for k in range(4)]
    here.until(lambda: bool(here.queue.nodes()[0]["paused_until"]))
    told = here.queue.nodes()[0]
    assert "3 different jobs failed here in a row" in str(told["reason"])
    assert told["paused_until"] > told["now"] + 3000 * 1000  # type: ignore[operator]
    good = here.submit("good")
    for _ in range(60):
        here.pass_(1)
        one.act()
    assert here.state(good) == "queued"
    assert "3 different jobs" in str(here.queue.why_waiting(here.queue.job(good)))
    assert len(ids) == 4


def test_bad_documents_do_not_speak_against_the_node(here: Farm) -> None:
    def refused(job: Job, folder: Path, stop: Callable[[], bool]) -> Task:
        if job.label == "bad":
            raise JobRefused("layers[0]: there is no such kind")
        return by_program(job, folder, stop)

    here.node("one", prepare=refused)
    bad = [here.submit("bad") for _ in range(5)]
    good = here.submit("good")
    here.until(lambda: succeeded(here, good))
    assert {here.state(id) for id in bad} == {"failed"}
    assert here.queue.nodes()[0]["paused_until"] == 0


@pytest.mark.parametrize(("ask", "state"), [("cancel", "cancelled"), ("pause", "paused")])
def test_what_people_want_is_heard_within_two_seconds(there: Farm, ask: str, state: str) -> None:
    one, id = there.node("one"), there.submit(seconds=600)
    there.until(lambda: bool(one.agent.slots and one.agent.slots[0].running))
    getattr(there.queue, ask)(id)
    for _ in range(2):
        there.pass_(1)
        one.agent.talk()
    assert one.agent.slots[0].wanted == ask
    there.until(lambda: there.state(id) == state, every=0.1)
    assert (one.agent.free, there.queue.job(id).lease_until) == (1, None)


# --------------------------------------------------------------------------------------------------------- bad input

NONSENSE: dict[str, dict[str, Any]] = {
    "no JSON": {"payload": "{"},
    "no object": {"payload": "[1, 2]"},
    "nothing to render": {"payload": "{}"},
    "deep": {"payload": "[" * 100_000},
    "wrong types": {"payload": '{"source": 7, "props": []}'},
    "a number for props": {"payload": '{"source": "hello-world", "props": 1}'},
    "no such template": {"payload": '{"source": "no-such-template"}'},
    "Python": {"payload": '{"source": "/etc/evil.py"}'},
    "a way out": {"payload": '{"source": "hello-world", "output": "../../etc/passwd"}'},
    "a file that is none": {"payload": '{"source": "hello-world", "files": {"../x": "abc"}}'},
    "an odd size": {"payload": '{"source": "hello-world", "size": ["a", null]}'},
    "another kind": {"payload": '{"source": "hello-world"}', "kind": "transcribe"},
    "a payload that is a way out": {"payload": None, "payload_object": "../../etc/passwd"},
}


@pytest.mark.parametrize("name", NONSENSE)
def test_a_row_of_nonsense_fails_in_words_and_the_next_job_is_taken(here: Farm, name: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    engine = Prepare(settings, _Storages(settings, Secrets()), InputCache(tmp_path / "inputs", 1 << 30))
    row = {"payload": None, "payload_object": None, "kind": "render", **NONSENSE[name]}
    here.database.execute(
        """insert into jobs (id, client_id, label, payload, payload_object, payload_hash, kind, rank, created_at)
        values ('bad', 'bad', 'bad', :payload, :payload_object, '', :kind, 0, 0)""",
        row,
    )

    def prepare(job: Job, folder: Path, stop: Callable[[], bool]) -> Task:
        return engine(job, folder, stop) if job.id == "bad" else by_program(job, folder, stop)

    here.node("one", prepare=prepare)
    good = here.submit("good")
    here.until(lambda: succeeded(here, good) and here.state("bad") != "running")
    bad = here.queue.job("bad")
    assert (bad.state, bad.error_kind) == ("failed", "bad_input")
    assert bad.error


def test_a_payload_that_is_too_long_for_a_row_is_refused_by_the_database(here: Farm) -> None:
    with pytest.raises(JobRefused, match="bytes"):
        here.queue.submit(NewJob(label="huge", payload={"x": "x" * 100_000_000}))
    assert here.queue.jobs() == []
