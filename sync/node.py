"""A node at work: everything opened once, and a thread for each thing that may have to wait for something else.

work       looks after the renders                  talk     speaks with the queue
deliver    sends results                            chores   webhooks, schedules, watch folders
"""

from __future__ import annotations

import logging
import platform
import secrets as random_secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import sqlite_utils

from render_engine.errors import FramekilnError
from sync.active_hours import parse
from sync.agent import Agent, Identity, sweep
from sync.capabilities import machine
from sync.clock import SystemClock
from sync.database import open_database
from sync.errors import SettingsError, StorageUnreachable
from sync.housekeeping import Housekeeping
from sync.inputs.cache import InputCache
from sync.jobs import Job
from sync.local import open_local, own_home
from sync.outbox import Delivery, Outbox
from sync.prepare import Prepare
from sync.queue import Held, Queue
from sync.runner import PATIENCE, Limits
from sync.schedules import Schedules
from sync.secrets import Secrets
from sync.settings import Settings
from sync.slot import Ended, Slot
from sync.storage import Storage, Upload, open_storage
from sync.storage.uploads import LocalUploads
from sync.webhooks import Webhooks

if TYPE_CHECKING:
    from sync.watch.watches import Watches

log = logging.getLogger(__name__)

WORK, TALK, DELIVER, CHORE = 0.1, 0.2, 1.0, 0.5  # seconds between two looks
AGAIN = 10.0  # seconds until a chore that failed is tried again
STOPPING = PATIENCE + 2.0  # seconds that giving back may take; what is not told by then is told at the next start
ENDING = 15.0  # seconds that all threads may take to end

Chore = Callable[[], object]


@dataclass
class Node:
    settings: Settings
    storage: str  # its address
    queue: Queue
    agent: Agent
    delivery: Delivery
    clocks: Sequence[SystemClock]
    chores: Mapping[str, Chore]
    local: _Locals
    over: threading.Event = field(default_factory=threading.Event)
    failure: BaseException | None = None
    stop_by: float | None = None  # by the monotonic clock

    @property
    def done(self) -> bool:
        """Whether one that drains or stops may end."""
        return self.agent.done or (self.stop_by is not None and time.monotonic() >= self.stop_by)

    def drain(self) -> None:
        """Finishes and delivers what is in hand, and takes nothing new."""
        self.agent.drain()

    def stop(self) -> None:
        """Gives back what is in hand at the next segment border; what is rendered or finished stays here."""
        self.agent.drain()
        self.stop_by = self.stop_by or time.monotonic() + STOPPING
        self.agent.give_back("the node stops", PATIENCE)

    def run(self, until: Callable[[], bool]) -> None:
        """Until it says so, asked ten times a second in the caller's thread."""
        agent, (working, talking, delivering) = self.agent, self.clocks
        steps: list[tuple[Callable[[], object], float, SystemClock]] = [
            (agent.work, WORK, working),
            (agent.talk, TALK, talking),
            (self.delivery.step, DELIVER, delivering),
            *((_patient(name, chore), CHORE, SystemClock()) for name, chore in self.chores.items()),
        ]
        threads = [threading.Thread(target=self._loop, args=step, daemon=True) for step in steps]
        for thread in threads:
            thread.start()
        try:
            while not until() and self.failure is None:
                self.over.wait(0.1)
        finally:
            self._end(threads, [clock for _, _, clock in steps])
        if self.failure:
            raise self.failure

    def _end(self, threads: Sequence[threading.Thread], clocks: Sequence[SystemClock]) -> None:
        self.over.set()
        for slot in tuple(self.agent.slots):
            slot.kill()
        for clock in clocks:
            clock.wake()
        until = time.monotonic() + ENDING
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        if self.agent.reaches_the_queue:
            self.agent.leave()

    def _loop(self, step: Callable[[], object], every: float, clock: SystemClock) -> None:
        try:
            while not self.over.is_set():
                step()
                clock.wait(every)
        except BaseException as error:  # noqa: BLE001  # it is raised where the node was started
            self.failure = self.failure or error
            self.over.set()
        finally:
            self.local.close()


@contextmanager
def open_node(
    settings: Settings, secrets: Secrets, *, most: int | None = None, ended: Callable[[Job, Ended], None] | None = None
) -> Iterator[Node]:
    """`most`: how many jobs it takes; `ended` is told of each. Raises SettingsError, QueueUnreachable, StorageRefused."""
    home = settings.home
    with ExitStack() as open_:
        open_.enter_context(own_home(home))
        database = open_database(settings.queue_address, token=secrets.queue_token)
        open_.callback(database.close)
        queue, storages = Queue(database), _Storages(settings, secrets)
        _check_credentials(storages.own)
        pool = open_.enter_context(ThreadPoolExecutor(settings.slots, "inputs"))
        working, talking, delivering = SystemClock(), SystemClock(), SystemClock()
        local = _Locals(home)
        open_.callback(local.close)  # this thread's
        outbox = Outbox(local, delivering)
        attempts = home / "attempts"
        attempts.mkdir(parents=True, exist_ok=True)
        sweep(attempts, outbox.folders())
        prepare = Prepare(settings, storages, InputCache(home / "inputs", settings.input_cache))

        def slot(job: Job, held: Held) -> Slot:
            folder = attempts / f"{job.id}-{held.token}"
            to = job.storage or storages.own.address
            return Slot(job, held, folder, to, limits(settings), prepare, pool, working)

        agent = Agent(
            identity(settings),
            queue,
            outbox,
            talking,
            attempts,
            slot,
            rest=_hours(settings),
            ended=ended or (lambda job, ended: None),
            most=most,
        )
        over = threading.Event()
        delivery = Delivery(outbox, queue, storages, _Uploads(local), over.is_set)
        watches = _watches(settings, secrets, queue, storages, local)
        open_.callback(watches.close)
        webhooks = Webhooks(database, settings, secrets, storages.own, SystemClock())
        chores = {
            "webhooks": webhooks.step,
            "schedules": Schedules(database, SystemClock()).step,
            "watch folders": watches.step,
            "housekeeping": Housekeeping(queue, storages, settings, SystemClock()).step,
        }
        yield Node(
            settings, storages.own.address, queue, agent, delivery, (working, talking, delivering), chores, local, over
        )
        if agent.reaches_the_queue:
            _patient("webhooks", webhooks.finish)()  # what was told last goes out before the node does


def _check_credentials(storage: Storage) -> None:
    """A storage that refuses us would be found out with the first result only; one that is away may come back by then."""
    try:
        next(storage.list("local/credentials/"), None)
    except StorageUnreachable as error:
        log.warning("%s; results wait here until it can be", error)


def _watches(settings: Settings, secrets: Secrets, queue: Queue, storages: _Storages, local: _Locals) -> Watches:
    from sync.watch.watches import Watches

    def storage_of(address: str | None) -> Storage:
        return storages(address) if address else storages.own

    return Watches(
        settings,
        secrets,
        queue,
        storage_of,
        local,
        _Uploads(local),
        SystemClock(),
        lambda news: log.info("%s: %s", news.path, news.text),
    )


def _patient(name: str, chore: Chore) -> Chore:
    """A chore that cannot be done now is told once, and tried again after a while; renders go on."""
    clock, told, until = SystemClock(), "", 0.0

    def step() -> None:
        nonlocal told, until
        if clock.now() < until:
            return
        try:
            chore()
        except FramekilnError as error:
            if str(error) != told:
                log.warning("%s: %s", name, error)
            told, until = str(error), clock.now() + AGAIN
        else:
            told = ""

    return step


def identity(settings: Settings) -> Identity:
    here = machine(settings.tags)
    card = f", {here.card}" if here.card else ""
    return Identity(
        settings.node,
        _instance(settings.home),
        version("framekiln"),
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}{card}",
        here.capabilities,
        settings.slots,
        int(settings.lease * 1000),
    )


def limits(settings: Settings) -> Limits:
    return Limits(
        settings.most_render_time,
        settings.most_render_memory,
        settings.most_render_disk,
        settings.most_duration,
        settings.most_pixel_frames,
    )


def _instance(home: Path) -> str:
    """Of this home, for as long as it is there: a node that starts again is the same one."""
    file = home / "instance"
    if not file.exists():
        file.write_text(random_secrets.token_hex(8))
    return file.read_text()


def _hours(settings: Settings) -> Callable[[], str | None]:
    hours, clock = parse(settings.active_hours), SystemClock()

    def why() -> str | None:
        if hours.is_active(clock.wall()):
            return None
        minutes = hours.seconds_until_change(clock.wall()) / 60
        return f"its active hours are {settings.active_hours}: the next begin in {minutes // 60:.0f} h {minutes % 60:.0f} min"

    return why


class _Locals:
    """A connection to the local database for each thread that asks; each closes its own."""

    def __init__(self, home: Path) -> None:
        self._home, self._thread = home, threading.local()

    def __call__(self) -> sqlite_utils.Database:
        if not hasattr(self._thread, "local"):
            self._thread.local = open_local(self._home)
        local: sqlite_utils.Database = self._thread.local
        return local

    def close(self) -> None:
        if hasattr(self._thread, "local"):
            self._thread.local.close()
            del self._thread.local


class _Storages:
    """Storages by their address, each opened once."""

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._settings, self._secrets = settings, secrets
        self.own = open_storage(settings, secrets=secrets)
        self._opened: dict[str, Storage] = {self.own.address: self.own}

    def __call__(self, address: str) -> Storage:
        """Raises SettingsError. A queue that others write to names no folder of this machine but those it allows."""
        if address not in self._opened:
            if "://" not in address and "://" in self._settings.queue_address:
                self._check_folder(Path(address))
            self._opened[address] = open_storage(self._settings, address, secrets=self._secrets)
        return self._opened[address]

    def _check_folder(self, folder: Path) -> None:
        allowed = self._settings.allowed_folders
        if not any(folder.resolve().is_relative_to(each.resolve()) for each in allowed):
            raise SettingsError(
                f"the job's result is to go to {folder}, which lies in no folder that this node lets jobs use (its setting "
                "allowed_folders)"
            )


@dataclass(frozen=True)
class _Uploads:
    """Uploads of whichever thread sends."""

    local: _Locals

    def find(self, storage: str, key: str) -> Upload | None:
        return LocalUploads(self.local()).find(storage, key)

    def save(self, upload: Upload) -> None:
        LocalUploads(self.local()).save(upload)

    def forget(self, storage: str, key: str) -> None:
        LocalUploads(self.local()).forget(storage, key)
