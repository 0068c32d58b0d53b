"""What the queue promises, on both databases; time is the database's, moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sync.database import open_database
from sync.errors import JobRefused, LeaseLost, NodeError, StatementRefused
from sync.queue import Artifact, Held, Progress, Queue
from tests.sync.queueing import LEASE, MINUTE, claimed, movable_clock, new_job, node, pass_time, states

VIDEO = Artifact("video", "/results", "local/1/abc/film.mp4", "film.mp4", 100, "abc", "video/mp4")


@pytest.fixture
def queue(database_address: str, queue_token: str | None) -> Iterator[Queue]:
    database = open_database(database_address, token=queue_token)
    movable_clock(database)
    yield Queue(database)
    database.close()


# -------------------------------------------------------------------------------------------------------- submitting


def test_the_same_id_with_the_same_payload_is_the_first_job(queue: Queue) -> None:
    first, fresh = queue.submit(new_job(client_id="mine"))
    again, fresh_again = queue.submit(new_job(client_id="mine"))
    assert (fresh, fresh_again) == (True, False)
    assert again == first


def test_the_same_id_with_another_payload_is_refused(queue: Queue) -> None:
    queue.submit(new_job("one", client_id="mine"))
    with pytest.raises(JobRefused, match="mine"):
        queue.submit(new_job("two", client_id="mine"))
    assert len(queue.jobs()) == 1


def test_the_same_id_in_another_project_is_another_job(queue: Queue) -> None:
    queue.submit(new_job("one", client_id="mine"))
    _, fresh = queue.submit(new_job("two", client_id="mine", project="other"))
    assert fresh


def test_a_submission_that_is_repeated_changes_nothing(queue: Queue) -> None:
    new = new_job()
    first, _ = queue.submit(new)
    again, _ = queue.submit(new)
    assert (first, len(queue.events(first.id))) == (again, 1)


# ---------------------------------------------------------------------------------------------------------- claiming


def test_jobs_go_by_priority_and_then_by_time(queue: Queue) -> None:
    node(queue)
    for label, priority in (
        ("low", "low"),
        ("first", "normal"),
        ("second", "normal"),
        ("high", "high"),
        ("now", "urgent"),
    ):
        queue.submit(new_job(label, priority=priority))
        pass_time(queue.database, 10)
    assert [claimed(queue)[0].label for _ in range(5)] == ["now", "high", "first", "second", "low"]


def test_nothing_starves(queue: Queue) -> None:
    node(queue)
    queue.submit(new_job("old and low", priority="low"))
    pass_time(queue.database, 31 * 60 * MINUTE)
    queue.submit(new_job("new and high", priority="high"))
    assert claimed(queue)[0].label == "old and low"


def test_a_node_takes_only_what_it_can(queue: Queue) -> None:
    plain, fast = node(queue, "plain"), node(queue, "fast", "gpu", "big")
    queue.submit(new_job("needs a card", needs=("gpu",), priority="urgent"))
    queue.submit(new_job("needs nothing"))
    for name in (plain, fast):
        queue.meets(name, () if name == "plain" else ("gpu", "big"))
    assert claimed(queue, "plain")[0].label == "needs nothing"
    assert queue.claim("plain", "again", LEASE) is None
    assert claimed(queue, "fast")[0].label == "needs a card"


def test_a_new_kind_of_need_is_noticed(queue: Queue) -> None:
    known = queue.meets(node(queue, "one", "gpu"), ("gpu",))
    queue.submit(new_job(needs=("gpu",)))
    polled = queue.poll("one")
    assert polled.signatures != known
    queue.meets("one", ("gpu",))
    assert queue.poll("one").waiting


def test_a_claim_that_is_repeated_gives_the_same_job(queue: Queue) -> None:
    node(queue)
    queue.submit(new_job("one"))
    queue.submit(new_job("two"))
    first = queue.claim("one", "claim", LEASE)
    again = queue.claim("one", "claim", LEASE)
    assert first is not None
    assert again == first
    assert queue.counts() == {"queued": 1, "running": 1}


def test_a_claim_that_was_lost_meanwhile_gives_nothing_when_repeated(queue: Queue) -> None:
    node(queue)
    node(queue, "two")
    queue.submit(new_job())
    queue.meets("one", ())
    queue.meets("two", ())
    queue.claim("one", "claim", LEASE)
    pass_time(queue.database, 2 * LEASE)
    queue.release_expired()
    claimed(queue, "two")
    queue.submit(new_job("another"))
    assert queue.claim("one", "claim", LEASE) is None


def test_only_a_claim_raises_the_token(queue: Queue) -> None:
    node(queue)
    new, _ = queue.submit(new_job())
    queue.meets("one", ())
    first, held = claimed(queue)
    assert first.token == 1
    queue.give_back(held, "enough")
    assert queue.job(new.id).token == 1
    assert claimed(queue)[0].token == 2
    with pytest.raises(StatementRefused, match="fencing token"):
        queue.database.execute("update jobs set token = token + 1 where id = :id", {"id": new.id})


def test_a_job_that_waits_for_others_is_claimable_when_they_have_ended(queue: Queue) -> None:
    node(queue)
    parent, _ = queue.submit(new_job("parent", waiting_for=1))
    queue.submit(new_job("child", parent_id=parent.id))
    queue.meets("one", ())
    child, held = claimed(queue)
    assert child.label == "child"
    assert queue.claim("one", "too early", LEASE) is None
    queue.uploading(held)
    queue.succeed(held, {})
    assert claimed(queue)[0].label == "parent"


# ------------------------------------------------------------------------------------------------- the owner's writes


def held_job(queue: Queue, **fields: Any) -> tuple[str, Held]:
    node(queue)
    new, _ = queue.submit(new_job(**fields))
    queue.meets("one", ())
    return new.id, claimed(queue)[1]


def test_a_finished_job_has_its_artifacts_and_its_result(queue: Queue) -> None:
    id, held = held_job(queue)
    queue.heartbeat(held, Progress("draw", 50.0, 15, 30, 60.0, 0.25))
    assert (queue.job(id).percent, queue.job(id).fps) == (50.0, 60.0)
    queue.uploading(held)
    queue.add_artifact(held, VIDEO)
    queue.succeed(held, {"frames": 30})
    job = queue.job(id)
    assert (job.state, job.result, job.lease_until) == ("succeeded", '{"frames":30}', None)
    assert [row["outcome"] for row in queue.attempts(id)] == ["succeeded"]
    assert states(queue, id) == ["queued", "running", "uploading", "succeeded"]


@pytest.mark.parametrize("after", ["uploading", "artifact", "succeed", "fail", "give back", "stopped"])
def test_every_write_may_be_repeated(queue: Queue, after: str) -> None:
    id, held = held_job(queue)
    if after in ("uploading", "artifact", "succeed"):
        queue.uploading(held)
    writes: dict[str, Callable[[], None]] = {
        "uploading": lambda: queue.uploading(held),
        "artifact": lambda: queue.add_artifact(held, VIDEO),
        "succeed": lambda: queue.succeed(held, {"frames": 30}),
        "fail": lambda: queue.fail(held, "died", "it died", final=False, backoff=1000),
        "give back": lambda: queue.give_back(held, "enough"),
        "stopped": lambda: queue.stopped(held, "paused"),
    }
    writes[after]()
    once = queue.job(id), queue.attempts(id), queue.events(id), queue.artifacts(id)
    writes[after]()
    again = queue.job(id), queue.attempts(id), queue.events(id), queue.artifacts(id)
    assert again == once


def test_a_late_owner_is_refused(queue: Queue) -> None:
    id, late = held_job(queue)
    node(queue, "two")
    queue.meets("two", ())
    pass_time(queue.database, LEASE + 1)
    assert queue.release_expired() == [id]
    _, owner = claimed(queue, "two")
    before = queue.job(id), queue.artifacts(id)
    for write in (
        lambda: queue.heartbeat(late, Progress()),
        lambda: queue.uploading(late),
        lambda: queue.add_artifact(late, VIDEO),
        lambda: queue.succeed(late, {}),
        lambda: queue.fail(late, "died", "it died", final=True, backoff=0),
        lambda: queue.give_back(late, "enough"),
        lambda: queue.stopped(late, "cancelled"),
    ):
        with pytest.raises(LeaseLost):
            write()
    assert (queue.job(id), queue.artifacts(id)) == before
    assert [row["outcome"] for row in queue.attempts(id)] == ["superseded", "running"]
    queue.uploading(owner)
    queue.succeed(owner, {})
    with pytest.raises(LeaseLost):
        queue.succeed(late, {})


@pytest.mark.parametrize("write", ["heartbeat", "uploading", "fail"])
def test_an_owner_takes_back_what_nobody_has_claimed(queue: Queue, write: str) -> None:
    id, held = held_job(queue)
    pass_time(queue.database, LEASE + 1)
    queue.release_expired()
    assert (queue.job(id).state, queue.job(id).lost_leases) == ("queued", 1)
    {
        "heartbeat": lambda: queue.heartbeat(held, Progress()),
        "uploading": lambda: queue.uploading(held),
        "fail": lambda: queue.fail(held, "died", "it died", final=True, backoff=0),
    }[write]()
    job = queue.job(id)
    assert job.state == {"heartbeat": "running", "uploading": "uploading", "fail": "failed"}[write]
    assert (job.token, job.lost_leases) == (held.token, 0)
    assert len(queue.attempts(id)) == 1


def test_a_live_lease_is_not_released(queue: Queue) -> None:
    id, held = held_job(queue)
    for _ in range(5):
        pass_time(queue.database, LEASE - 1)
        queue.heartbeat(held, Progress())
        assert queue.release_expired() == []
    assert queue.job(id).state == "running"


# ----------------------------------------------------------------------------------------------------------- failing


def test_a_job_that_is_at_fault_fails_at_once(queue: Queue) -> None:
    id, held = held_job(queue)
    queue.fail(held, "bad_document", "layers[0]: no such type", final=True, backoff=0)
    job = queue.job(id)
    assert (job.state, job.error, job.attempts) == ("failed", "layers[0]: no such type", 1)


def test_a_failed_attempt_waits_before_the_next(queue: Queue) -> None:
    id, held = held_job(queue)
    queue.fail(held, "died", "it died", final=False, backoff=30_000)
    assert queue.claim("one", "too early", LEASE) is None
    pass_time(queue.database, 30_000)
    assert claimed(queue)[0].id == id


def test_jobs_in_backoff_are_in_nobodys_way_until_they_are_due(queue: Queue) -> None:
    node(queue)
    queue.submit(new_job("first"))
    _, held = claimed(queue)
    queue.fail(held, "died", "it died", final=False, backoff=30_000)
    assert not queue.poll("one").waiting
    queue.submit(new_job("second"))
    (found,) = queue.database.execute(
        "select count(*) as n from jobs indexed by jobs_claimable where not_before = 0 "
        "and state = 'queued' and waiting_for = 0"
    )
    assert (found["n"], claimed(queue)[0].label) == (1, "second")
    pass_time(queue.database, 30_000)
    assert queue.poll("one").waiting
    assert queue.poll("one").waiting, "a repeat changes nothing"
    assert claimed(queue)[0].label == "first"


def test_a_job_fails_for_good_at_the_fifth_failure(queue: Queue) -> None:
    id, held = held_job(queue)
    for count in range(1, 6):
        queue.fail(held, "died", f"it died {count}", final=False, backoff=0)
        assert queue.job(id).state == ("failed" if count == 5 else "queued")
        if count < 5:
            _, held = claimed(queue)


def test_a_job_fails_for_good_at_the_third_node(queue: Queue) -> None:
    id, held = held_job(queue)
    for name in ("two", "three"):
        queue.fail(held, "died", "it died", final=False, backoff=0)
        assert queue.job(id).state == "queued"
        node(queue, name)
        _, held = claimed(queue, name)
    queue.fail(held, "died", "it died", final=False, backoff=0)
    assert queue.job(id).state == "failed"


def test_a_job_fails_for_good_at_the_fifth_lost_lease(queue: Queue) -> None:
    id, _ = held_job(queue)
    for count in range(1, 6):
        pass_time(queue.database, LEASE + 1)
        queue.release_expired()
        assert queue.job(id).state == ("failed" if count == 5 else "queued")
        if count < 5:
            claimed(queue)
    assert queue.job(id).failures == 0
    assert "silent" in str(queue.job(id).error)


def test_a_node_where_it_failed_is_avoided_while_another_lives(queue: Queue) -> None:
    id, held = held_job(queue)
    node(queue, "two")
    queue.fail(held, "died", "it died", final=False, backoff=0)
    assert queue.claim("one", "avoided", LEASE) is None
    pass_time(queue.database, 2 * MINUTE)  # and the other one was not seen for so long
    queue.beat("one", "instance of one", busy=0, state="active", reason=None)
    assert claimed(queue, "one")[0].id == id


def test_a_job_given_back_is_not_counted(queue: Queue) -> None:
    id, held = held_job(queue)
    queue.give_back(held, "active hours are over")
    job = queue.job(id)
    assert (job.state, job.attempts, job.failures, job.lost_leases) == ("queued", 0, 0, 0)
    assert [row["outcome"] for row in queue.attempts(id)] == ["given back"]


# ------------------------------------------------------------------------------------------------------ people's wishes


def test_a_queued_job_is_cancelled_at_once_and_a_running_one_by_its_owner(queue: Queue) -> None:
    id, held = held_job(queue)
    waiting, _ = queue.submit(new_job("waiting"))
    assert queue.cancel(waiting.id).state == "cancelled"
    assert (queue.cancel(id).state, queue.job(id).wanted) == ("running", "cancel")
    assert queue.wanted("one") == {(id, held.token): "cancel"}
    assert queue.heartbeat(held, Progress()) == "cancel"
    queue.stopped(held, "cancelled")
    assert (queue.job(id).state, queue.job(id).wanted) == ("cancelled", None)
    with pytest.raises(NodeError, match="nothing to pause"):
        queue.pause(id)


def test_a_cancelled_job_whose_owner_is_silent_ends(queue: Queue) -> None:
    id, _ = held_job(queue)
    queue.cancel(id)
    pass_time(queue.database, LEASE + 1)
    queue.release_expired()
    assert queue.job(id).state == "cancelled"


def test_a_paused_job_is_nobodys_until_it_goes_on(queue: Queue) -> None:
    id, held = held_job(queue)
    queue.pause(id)
    queue.stopped(held, "paused")
    assert (queue.job(id).state, queue.job(id).lease_until) == ("paused", None)
    assert queue.claim("one", "paused", LEASE) is None
    queue.resume(id)
    assert claimed(queue)[0].id == id


def test_a_job_can_be_moved_before_another(queue: Queue) -> None:
    node(queue)
    ids = {}
    for label in ("one", "two", "three", "four"):
        ids[label] = queue.submit(new_job(label))[0].id
        pass_time(queue.database, 1)
    queue.move_before(ids["four"], ids["two"])
    queue.move_before(ids["four"], ids["two"])
    queue.move_before(ids["two"], ids["two"])
    assert [job["label"] for job in queue.jobs()] == ["one", "four", "two", "three"]
    assert [event["event"] for event in queue.events(ids["three"])] == ["submitted"]
    taken, _ = claimed(queue)
    queue.move_before(ids["three"], taken.id)
    assert [claimed(queue)[0].label for _ in range(3)] == ["four", "two", "three"]


def test_a_job_can_be_moved_first(queue: Queue) -> None:
    node(queue)
    for label in ("one", "two", "three"):
        queue.submit(new_job(label))
        pass_time(queue.database, 1)
    last = queue.find(str(queue.jobs()[-1]["id"]))
    queue.move_first(last.id)
    queue.move_first(last.id)
    assert queue.ahead(queue.job(last.id)) == 0
    assert claimed(queue)[0].id == last.id


def test_a_retry_is_a_new_job_and_the_first_ones_result_stays(queue: Queue) -> None:
    id, held = held_job(queue)
    queue.fail(held, "bad_document", "nonsense", final=True, backoff=0)
    new = queue.retry(id)
    assert (new.state, new.origin, new.origin_id, new.attempts) == ("queued", "retry", id, 0)
    assert (queue.job(id).state, queue.job(id).error) == ("failed", "nonsense")


# --------------------------------------------------------------------------------------------------- what is enforced


def test_what_became_of_an_ended_job_never_changes(queue: Queue) -> None:
    id, held = held_job(queue)
    queue.uploading(held)
    queue.add_artifact(held, VIDEO)
    queue.succeed(held, {"frames": 30})
    for change in ("state = 'queued'", "result = '{}'", "error = 'no'", "ended_at = 0", "outcome = 'failed'"):
        with pytest.raises(StatementRefused):
            queue.database.execute(f"update jobs set {change} where id = :id", {"id": id})
    with pytest.raises(StatementRefused):
        queue.database.execute("update artifacts set sha256 = 'other' where job_id = :id", {"id": id})
    assert queue.job(id).result == '{"frames":30}'


def test_a_job_moves_only_as_the_table_says(queue: Queue) -> None:
    new, _ = queue.submit(new_job())
    for state in ("succeeded", "nonsense"):
        with pytest.raises(StatementRefused, match="state"):
            queue.database.execute("update jobs set state = :state where id = :id", {"id": new.id, "state": state})


def test_events_are_only_added(queue: Queue) -> None:
    queue.submit(new_job())
    for statement in ("update events set event = 'x'", "delete from events"):
        with pytest.raises(StatementRefused, match="only added"):
            queue.database.execute(statement)


# -------------------------------------------------------------------------------------------------------------- nodes


def test_two_living_nodes_of_one_name_are_refused(queue: Queue) -> None:
    node(queue)
    with pytest.raises(NodeError, match="name of its own"):
        queue.hello("one", "another instance", version="0", system="test", capabilities=(), slots=1)
    node(queue)  # the same one, started again
    pass_time(queue.database, 2 * MINUTE)
    queue.hello("one", "another instance", version="0", system="test", capabilities=(), slots=1)


def test_a_disabled_node_claims_nothing(queue: Queue) -> None:
    node(queue)
    queue.submit(new_job())
    queue.meets("one", ())
    queue.disable_node("one")
    assert queue.claim("one", "no", LEASE) is None
    queue.disable_node("one", disabled=False)
    claimed(queue)


def test_a_node_that_pauses_itself_claims_nothing_for_that_time(queue: Queue) -> None:
    node(queue)
    new, _ = queue.submit(new_job())
    queue.meets("one", ())
    queue.pause_node("one", 3600, "3 different jobs failed here")
    assert queue.claim("one", "no", LEASE) is None
    assert "3 different jobs failed here" in str(queue.why_waiting(new))
    pass_time(queue.database, 60 * MINUTE)
    claimed(queue)


def test_it_is_told_why_no_node_can_take_a_job(queue: Queue) -> None:
    new, _ = queue.submit(new_job(needs=("gpu",)))
    assert "framekiln node" in str(queue.why_waiting(new))
    node(queue)
    assert "gpu" in str(queue.why_waiting(new))
    node(queue, "fast", "gpu")
    assert queue.why_waiting(new) is None


def test_a_node_that_died_gives_back_what_it_held_but_not_what_it_still_sends(queue: Queue) -> None:
    node(queue)
    kept, _ = queue.submit(new_job("kept"))
    lost, _ = queue.submit(new_job("lost"))
    queue.meets("one", ())
    claimed(queue)
    claimed(queue)
    assert queue.release_mine("one", [kept.id]) == [lost.id]
    assert queue.counts() == {"queued": 1, "running": 1}


# -------------------------------------------------------------------------------------------------------- webhooks


def test_a_webhook_hears_of_each_state_once_and_of_progress_each_five_seconds(queue: Queue) -> None:
    id, held = held_job(queue, webhook="https://studio.example/hook", metadata={"order": 7})
    for _ in range(12):
        pass_time(queue.database, 1000)
        queue.heartbeat(held, Progress("draw", 10.0))
    queue.uploading(held)
    queue.succeed(held, {})
    queue.succeed(held, {})
    told = queue.deliveries(id)
    assert [row["event"] for row in told] == ["started", "progress", "progress", "progress", "succeeded"]
    assert [row["sequence"] for row in told] == [1, 2, 3, 4, 5]
    assert '"order":7' in str(told[-1]["body"])
