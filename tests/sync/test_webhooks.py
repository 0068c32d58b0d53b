"""What webhooks promise, on both databases, with receivers on loopback; the queue's time is moved by hand."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sync.database import Database, Row, open_database
from sync.errors import JobRefused
from sync.jobs import NewJob
from sync.queue import Artifact, Progress, Queue
from sync.secrets import Secrets
from sync.settings import Settings
from sync.storage import LINK_SECONDS
from sync.storage.folder import FolderStorage
from sync.webhook_url import check_webhook
from sync.webhooks import FIRST_WAIT, LAST_WAIT, LEASE, MOST_ANSWER, MOST_TRIES, SOON, Webhooks, wait_after
from tests.sync.fakes import FakeClock
from tests.sync.queueing import claimed, movable_clock, new_job, node, pass_time
from tests.sync.webhook_receivers import Receiver, documented, receiving, serving

SECRET = "a secret of webhooks"
HOUR = 3_600_000  # ms


@pytest.fixture
def database(database_address: str, queue_token: str | None) -> Iterator[Database]:
    database = open_database(database_address, token=queue_token)
    movable_clock(database)
    yield database
    database.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(Receiver()) as receiver:
        yield receiver


def settings(**fields: Any) -> Settings:
    return Settings(node="sender", allowed_addresses=("127.0.0.1",), **fields)


@pytest.fixture
def webhooks(database: Database, tmp_path: Path) -> Webhooks:
    return sender(database, tmp_path)


def sender(database: Database, folder: Path, **fields: Any) -> Webhooks:
    storage = FolderStorage(folder)
    return Webhooks(database, settings(), Secrets(webhook_secret=SECRET), storage, FakeClock(), **fields)


def due(webhooks: Webhooks) -> int:
    """Sends all that is due now, as a node does; how many those were."""
    return sum(iter(webhooks.send_one, False))


def job_with(database: Database, url: str) -> NewJob:
    new = new_job(webhook=url, client_id="order-7", metadata={"order": "7"})
    Queue(database).submit(new)
    return new


def deliveries(database: Database, count: int, url: str) -> str:
    """So many of one job, as its triggers would have written them."""
    id = job_with(database, url).id
    for sequence in range(1, count + 1):
        database.execute(
            "insert into deliveries (id, job_id, sequence, event, url, body, created_at) "
            "select :id, :job, :sequence, 'progress', :url, '{}', now from clock",
            {"id": f"delivery {sequence}", "job": id, "sequence": sequence, "url": url},
        )
    return id


def rows(database: Database) -> list[Row]:
    return database.execute("select * from deliveries order by sequence")


def one(database: Database) -> Row:
    (row,) = rows(database)
    return row


# --------------------------------------------------------------------------------------------------- what is told


def rendered(database: Database, url: str, storage: str) -> str:
    """A job from its beginning to its end."""
    queue = Queue(database)
    id = job_with(database, url).id
    node(queue)
    _, held = claimed(queue)
    pass_time(database, 5000)
    queue.heartbeat(held, Progress("rendering", 50.0, 30, 60, 24.0, 1.25))
    queue.uploading(held)
    queue.add_artifact(held, Artifact("video", storage, "local/1/abc/film.mp4", "film.mp4", 100, "abc", "video/mp4"))
    queue.succeed(held, {"seconds": 2.5})
    return id


def test_a_job_is_told_from_its_beginning_to_its_end_in_order(
    database: Database, receiver: Receiver, webhooks: Webhooks
) -> None:
    rendered(database, receiver.url("/films?of=shop"), webhooks.storage.address)
    assert webhooks.step() == 3
    assert [(each.told["sequence"], each.told["event"]) for each in receiver.received] == [
        (1, "started"),
        (2, "progress"),
        (3, "succeeded"),
    ]
    assert {row["state"] for row in rows(database)} == {"delivered"}
    assert receiver.received[0].path == "/films?of=shop"
    progress = receiver.received[1].told["job"]
    assert (progress["percent"], progress["frame"], progress["frames"], progress["eta"]) == (50.0, 30, 60, 1.25)


def test_the_end_is_told_with_the_result_the_metadata_and_links(
    database: Database, receiver: Receiver, webhooks: Webhooks
) -> None:
    id = rendered(database, receiver.url(), webhooks.storage.address)
    due(webhooks)
    told = receiver.received[-1].told
    assert (told["job"]["id"], told["job"]["client_id"], told["job"]["state"]) == (id, "order-7", "succeeded")
    assert (told["job"]["metadata"], told["job"]["result"]) == ({"order": "7"}, {"seconds": 2.5})
    (artifact,) = told["job"]["artifacts"]
    assert (artifact["name"], artifact["size"], artifact["sha256"]) == ("film.mp4", 100, "abc")
    assert artifact["link"] == webhooks.storage.link("local/1/abc/film.mp4", name="film.mp4")


class Signing(FolderStorage):
    """Every link is another one, as with a real signature of another second."""

    signed = 0

    def link(self, key: str, *, seconds: int = LINK_SECONDS, name: str | None = None) -> str:
        self.signed += 1
        return f"{super().link(key, seconds=seconds, name=name)}?signature={self.signed}"


def test_a_link_is_signed_anew_at_each_try(database: Database, receiver: Receiver, tmp_path: Path) -> None:
    storage = Signing(tmp_path)
    signing = Webhooks(database, settings(), Secrets(webhook_secret=SECRET), storage, FakeClock())
    rendered(database, receiver.url(), storage.address)
    database.execute("delete from deliveries where event <> 'succeeded'")
    receiver.answers = lambda count: (503 if count == 1 else 204, b"", {})
    assert due(signing) == 1
    pass_time(database, HOUR)
    assert due(signing) == 1
    links = [each.told["job"]["artifacts"][0]["link"] for each in receiver.received]
    assert [link.partition("?")[2] for link in links] == ["signature=1", "signature=2"]


def test_a_result_in_another_storage_is_linked_there(
    database: Database, receiver: Receiver, webhooks: Webhooks
) -> None:
    webhooks.settings = settings(storage_endpoint="http://127.0.0.1:9")
    webhooks.secrets = Secrets(webhook_secret=SECRET, storage_key_id="an id", storage_secret="a secret of storage")
    rendered(database, receiver.url(), "s3://films/farm")
    due(webhooks)
    (artifact,) = receiver.received[-1].told["job"]["artifacts"]
    assert artifact["link"].startswith("http://127.0.0.1:9/films/farm/local/1/abc/film.mp4?")
    assert "Signature=" in artifact["link"]


def test_without_the_storage_s_secrets_a_delivery_waits_for_a_node_that_has_them(
    database: Database, receiver: Receiver, webhooks: Webhooks
) -> None:
    webhooks.settings = settings(storage_endpoint="http://127.0.0.1:9")
    rendered(database, receiver.url(), "s3://films/farm")
    due(webhooks)
    assert [each.told["event"] for each in receiver.received] == ["started", "progress"]
    last = rows(database)[-1]
    assert (last["event"], last["state"]) == ("succeeded", "pending")
    assert "FRAMEKILN_STORAGE" in str(last["last_error"])


def test_a_node_that_ends_tells_the_end_of_its_last_job_first(
    database: Database, receiver: Receiver, webhooks: Webhooks
) -> None:
    assert webhooks.step() == 0
    deliveries(database, 2, receiver.url())
    assert webhooks.step() == 0, "it has just looked"
    assert webhooks.finish() == 2


# -------------------------------------------------------------------------------------------------- the signature


def test_the_documented_receiver_takes_a_real_delivery_once(database: Database, webhooks: Webhooks) -> None:
    names, taken = documented(), list[dict[str, Any]]()
    handler = names["receiver"](SECRET, taken.append)
    handler.log_message = lambda *_told: None
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    with serving(server):
        job_with(database, f"http://127.0.0.1:{server.server_port}/")
        node(Queue(database))
        claimed(Queue(database))
        assert due(webhooks) == 1
        database.execute("update deliveries set state = 'pending'")
        assert due(webhooks) == 1
    assert one(database)["last_status"] == 204
    assert [told["event"] for told in taken] == ["started"]


def test_a_delivery_that_was_changed_is_none_of_ours(
    database: Database, receiver: Receiver, webhooks: Webhooks
) -> None:
    deliveries(database, 1, receiver.url())
    due(webhooks)
    is_ours = documented()["is_from_framekiln"]
    (came,) = receiver.received
    assert is_ours(SECRET, came.headers, came.body)
    assert not is_ours("another secret", came.headers, came.body)
    assert not is_ours(SECRET, came.headers, came.body + b" ")
    assert not is_ours(SECRET, came.headers, came.body, tolerance=-1)
    assert not is_ours(SECRET, {}, came.body)
    for name in ("Delivery", "Timestamp", "Sequence", "Signature"):
        header = f"Framekiln-{name}"
        changed = {**came.headers, header: came.headers[header] + "0"}
        assert not is_ours(SECRET, changed, came.body, tolerance=1e12), name


# ---------------------------------------------------------------------------------------------------------- again


def test_what_is_refused_is_tried_again_later_and_then_arrives(
    database: Database, receiver: Receiver, webhooks: Webhooks
) -> None:
    deliveries(database, 1, receiver.url())
    receiver.answers = lambda count: (503, b"not now", {}) if count < 3 else (200, b"thanks", {})
    assert due(webhooks) == 1
    row = one(database)
    assert (row["state"], row["tries"], row["last_status"]) == ("pending", 1, 503)
    assert row["last_error"] == "answered 503: not now"
    pass_time(database, int(FIRST_WAIT * 1000 * 0.75))
    assert due(webhooks) == 0, "it is not due yet"
    pass_time(database, int(FIRST_WAIT * 1000 * 0.5))
    assert due(webhooks) == 1
    pass_time(database, HOUR)
    assert due(webhooks) == 1
    row = one(database)
    assert (row["state"], row["tries"], row["last_status"], row["last_error"]) == ("delivered", 3, 200, None)
    assert len({each.headers["Framekiln-Delivery"] for each in receiver.received}) == 1
    signatures = {each.headers["Framekiln-Signature"] for each in receiver.received}
    assert len(signatures) == 3, "each try is of its own time"


def test_after_its_last_try_it_is_dead(database: Database, receiver: Receiver, webhooks: Webhooks) -> None:
    deliveries(database, 1, receiver.url())
    receiver.answers = lambda _count: (500, b"", {})
    for _ in range(MOST_TRIES + 3):
        due(webhooks)
        pass_time(database, 8 * HOUR)
    row = one(database)
    assert (row["state"], row["tries"], len(receiver.received)) == ("dead", MOST_TRIES, MOST_TRIES)
    assert row["ended_at"]


def test_waits_grow_from_ten_seconds_to_six_hours() -> None:
    waits = [wait_after(tries, 0.5) for tries in range(1, MOST_TRIES)]
    assert (waits[0], waits[-1]) == (pytest.approx(FIRST_WAIT), pytest.approx(LAST_WAIT))
    assert waits == sorted(waits)
    assert wait_after(3, 0.0) < wait_after(3, 1.0)


def test_gone_is_gone(database: Database, receiver: Receiver, webhooks: Webhooks) -> None:
    deliveries(database, 1, receiver.url())
    receiver.answers = lambda _count: (410, b"", {})
    due(webhooks)
    assert (one(database)["state"], one(database)["tries"]) == ("dead", 1)


def test_a_redirect_is_not_followed(database: Database, receiver: Receiver, webhooks: Webhooks) -> None:
    with receiving(Receiver()) as elsewhere:
        deliveries(database, 1, receiver.url())
        receiver.answers = lambda _count: (307, b"", {"Location": elsewhere.url()})
        due(webhooks)
        assert elsewhere.received == []
    assert "redirects are not followed" in str(one(database)["last_error"])


def test_a_receiver_that_never_ends_its_answer_costs_no_more_than_the_limit(
    database: Database, receiver: Receiver, tmp_path: Path
) -> None:
    deliveries(database, 1, receiver.url())
    receiver.drips = True
    assert due(sender(database, tmp_path, limit=0.3)) == 1
    assert one(database)["last_error"] == "no whole answer within 0.3 s"


def test_a_receiver_that_is_not_there_is_told(database: Database, webhooks: Webhooks) -> None:
    with receiving(Receiver()) as gone:
        url = gone.url()
    deliveries(database, 1, url)
    due(webhooks)
    assert (one(database)["state"], one(database)["last_status"]) == ("pending", None)
    assert one(database)["last_error"]


def test_little_is_read_of_what_a_receiver_says_and_no_secret_of_it_is_kept(
    database: Database, receiver: Receiver, webhooks: Webhooks, caplog: pytest.LogCaptureFixture
) -> None:
    deliveries(database, 1, receiver.url())
    receiver.answers = lambda _count: (400, f"you said {SECRET}".encode() + b"x" * 100_000, {})
    with caplog.at_level(logging.DEBUG):
        due(webhooks)
    error = str(one(database)["last_error"])
    assert len(error) <= MOST_ANSWER + 100
    assert "you said ***" in error
    assert SECRET not in caplog.text


# ---------------------------------------------------------------------------------------------------------- order


def test_four_senders_deliver_a_hundred_in_order_once_each(
    database: Database, receiver: Receiver, tmp_path: Path, database_address: str, queue_token: str | None
) -> None:
    deliveries(database, 100, receiver.url())
    own = [open_database(database_address, token=queue_token) for _ in range(4)]

    def send(each: Database) -> None:
        mine = sender(each, tmp_path)
        while each.execute("select 1 from deliveries where state = 'pending' limit 1"):
            due(mine)

    threads = [threading.Thread(target=send, args=(each,)) for each in own]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in own:
        each.close()
    assert receiver.sequences == list(range(1, 101))
    assert {row["state"] for row in rows(database)} == {"delivered"}


def test_a_later_delivery_waits_for_one_that_is_tried_again_soon_and_passes_one_that_is_not(
    database: Database, receiver: Receiver, webhooks: Webhooks
) -> None:
    job = deliveries(database, 2, receiver.url())
    database.execute("update deliveries set event = 'started' where sequence = 1")
    receiver.answers = lambda _count: (204 if receiver.sequences[-1] == 2 else 500, b"", {})
    due(webhooks)
    assert receiver.sequences == [1]
    database.execute("update deliveries set not_before = not_before + :soon where sequence = 1", {"soon": SOON})
    due(webhooks)
    assert receiver.sequences == [1, 2]
    assert [row["state"] for row in Queue(database).deliveries(job)] == ["pending", "delivered"]


def test_progress_that_failed_is_not_told_once_there_is_something_newer(
    database: Database, receiver: Receiver, webhooks: Webhooks
) -> None:
    deliveries(database, 3, receiver.url())
    receiver.answers = lambda count: (500 if count < 3 else 204, b"", {})
    assert due(webhooks) == 3
    assert [row["state"] for row in rows(database)] == ["dead", "dead", "delivered"]


def test_a_slow_receiver_holds_up_its_own_job_only(
    database: Database, receiver: Receiver, webhooks: Webhooks, tmp_path: Path
) -> None:
    """One sender waits for it; another one, on the same queue, sends what is of other jobs, and not what comes after."""
    deliveries(database, 2, receiver.url())
    leased = database.run("lease_delivery", lease=LEASE, node="another", lease_id="l", soon=SOON)
    assert [row["sequence"] for row in leased] == [1]
    Queue(database).submit(other := new_job("other", webhook=receiver.url()))
    database.execute(
        "insert into deliveries (id, job_id, sequence, event, url, body, created_at) "
        "values ('other', :job, 1, 'started', :url, '{}', 0)",
        {"job": other.id, "url": receiver.url()},
    )
    assert due(webhooks) == 1
    assert [each.headers["Framekiln-Delivery"] for each in receiver.received] == ["other"]


# --------------------------------------------------------------------------------------------------------- leases


def test_a_repeated_lease_is_the_same_delivery_and_the_same_try(database: Database, webhooks: Webhooks) -> None:
    deliveries(database, 2, "https://example.com")
    arguments: dict[str, Any] = {"lease": LEASE, "node": "sender", "lease_id": "mine", "soon": SOON}
    (first,) = database.run("lease_delivery", **arguments)
    assert database.run("lease_delivery", **arguments) == []
    (again,) = database.run("delivery_of_lease", lease_id="mine")
    assert (again["id"], again["tries"]) == (first["id"], 1)


def test_what_a_dead_sender_had_is_sent_by_another_under_the_same_id(
    database: Database, receiver: Receiver, webhooks: Webhooks
) -> None:
    deliveries(database, 1, receiver.url())
    (dead,) = database.run("lease_delivery", lease=LEASE, node="dead", lease_id="of the dead", soon=SOON)
    assert due(webhooks) == 0
    pass_time(database, LEASE)
    assert due(webhooks) == 1
    assert receiver.received[0].headers["Framekiln-Delivery"] == dead["id"]
    database.run(
        "delivery_failed", id=dead["id"], lease_id="of the dead", final=0, most=12, backoff=0, status=500, error="late"
    )
    assert one(database)["state"] == "delivered", "a late sender changes nothing"


# ------------------------------------------------------------------------------------------------------- refusals


def test_a_node_without_the_secret_sends_nothing_and_says_so_once(
    database: Database, receiver: Receiver, webhooks: Webhooks, caplog: pytest.LogCaptureFixture
) -> None:
    deliveries(database, 1, receiver.url())
    without = Webhooks(database, settings(), Secrets(), webhooks.storage, clock := FakeClock())
    for _ in range(3):
        assert without.step() == 0
        clock.wait(60)
    assert caplog.text.count("FRAMEKILN_WEBHOOK_SECRET") == 1
    assert (one(database)["tries"], receiver.received) == (0, [])


def test_an_address_that_only_this_machine_reaches_is_not_delivered_to(
    database: Database, receiver: Receiver, webhooks: Webhooks
) -> None:
    deliveries(database, 1, receiver.url())
    strict = Webhooks(database, Settings(node="s"), Secrets(webhook_secret=SECRET), webhooks.storage, FakeClock())
    assert due(strict) == 1
    assert receiver.received == []
    assert "allowed_addresses" in str(one(database)["last_error"])


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "https://",
        "https://[::1",
        f"https://{'a' * 70}.test/",
        "ftp://example.com",
        "https://ex ample\n",
        "http://\u2603.test",
    ],
)
def test_an_address_written_by_hand_is_told_and_nothing_stops(database: Database, webhooks: Webhooks, url: str) -> None:
    deliveries(database, 1, url)
    assert due(webhooks) == 1
    assert one(database)["last_error"]


@pytest.mark.parametrize("body", ["nonsense", "[]", "{" * 5000])
def test_a_body_written_by_hand_is_told_and_nothing_stops(
    database: Database, receiver: Receiver, webhooks: Webhooks, body: str
) -> None:
    deliveries(database, 1, receiver.url())
    database.execute("update deliveries set body = :body", {"body": body})
    assert due(webhooks) == 1
    assert "cannot be made" in str(one(database)["last_error"])


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://example.com/hook", "only https"),
        ("ftp://example.com/hook", "only https"),
        ("example.com/hook", "write an address"),
        ("https://", "write an address"),
        ("https://example.com/a b", "write an address"),
        ("https://example.com:port/", "not an address"),
        ("https://me:word@example.com/hook", "end up in logs"),
        ("https://127.0.0.1/hook", "allowed_addresses"),
        ("https://localhost/hook", "allowed_addresses"),
        ("https://[::ffff:10.0.0.1]/hook", "allowed_addresses"),
        ("https://169.254.169.254/latest", "allowed_addresses"),
        ("https://example.com/" + "a" * 2000, "write an address"),
    ],
)
def test_an_address_that_can_never_work_is_refused_at_submit(url: str, told: str) -> None:
    with pytest.raises(JobRefused, match=told) as refused:
        check_webhook(url, Settings(), Secrets(webhook_secret=SECRET))
    assert "me:word" not in str(refused.value)


def test_an_address_that_may_work_is_taken_at_submit() -> None:
    secrets = Secrets(webhook_secret=SECRET)
    for url in ("https://example.com/hook?of=shop", "https://example.com:8443/", "https://1.1.1.1/"):
        check_webhook(url, Settings(), secrets)
    check_webhook("http://127.0.0.1:8000/hook", settings(), secrets)
    check_webhook("http://localhost:8000/hook", settings(), secrets)


def test_without_a_secret_no_webhook_is_submitted() -> None:
    with pytest.raises(JobRefused, match="FRAMEKILN_WEBHOOK_SECRET"):
        check_webhook("https://example.com/hook", Settings(), Secrets())
