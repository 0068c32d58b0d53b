"""Jobs at set times. Any node that sees a schedule due fires it, and one of them does.

Firing is one batch: next_fire is compared and set, and the job inserted by who has set it, with a client id that names
the schedule and the time. Runs that were missed while no node was at work are made up for by one.
"""

from __future__ import annotations

import dataclasses
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from render_engine.errors import BadInput, FramekilnError
from sync.automations import Automation, Automations, automation
from sync.clock import Clock
from sync.cron import MOST_COUNTED, Cron, cron
from sync.database import Database, Row, step
from sync.jobs import NewJob, new_id
from sync.queue import submission
from sync.zones import utc

log = logging.getLogger(__name__)

LOOK = 5.0  # seconds between two looks at what is due
MISSED_KEY = "missed_runs"
OF_THE_FIRING = ("id", "client_id", "origin", "origin_id")  # an action says nothing of these
_FIELDS = {each.name for each in dataclasses.fields(NewJob)} - set(OF_THE_FIRING)


def add(automations: Automations, name: str, when: Cron, new: NewJob) -> Automation:
    """Keeps a job to be made at each of these times. Raises BadInput where the name is taken."""
    (row,) = automations.database.run("now")
    trigger = {"cron": when.text, "timezone": when.timezone}
    return automations.add("schedule", name, trigger, action_of(new), next_fire=when.after(_number(row["now"])))


def enable(automations: Automations, name: str, *, enabled: bool) -> Automation:
    """Enabled again, it goes on with its next time: what it missed while it was disabled nobody wanted."""
    there = automations.named("schedule", name)
    return automations.enable(there, enabled=enabled, next_fire=when_of(there).after(there.now) if enabled else None)


def action_of(new: NewJob) -> dict[str, Any]:
    """A payload that stands in storage is only named: a row is no place for it."""
    action = {name: value for name, value in dataclasses.asdict(new).items() if name in _FIELDS}
    return action | {"payload": {"object": new.payload_object}} if new.payload_object else action


def new_job(action: Mapping[str, Any], project: str) -> NewJob:
    """What an action says, as a job to submit. Raises BadInput for an action that is none."""
    if odd := action.keys() - _FIELDS:
        raise BadInput(f"its action has {', '.join(sorted(odd))}, which no job has")
    try:
        return TypeAdapter(NewJob).validate_python({**action, "project": project})
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(f"its action is no job: {'.'.join(map(str, first['loc']))}: {first['msg'].lower()}") from error


def when_of(schedule: Automation) -> Cron:
    """Raises BadInput for a trigger that is none."""
    trigger = schedule.trigger
    if not isinstance(trigger.get("cron"), str) or not isinstance(trigger.get("timezone"), str):
        raise BadInput("its trigger has no cron and timezone")
    return cron(trigger["cron"], trigger["timezone"])


@dataclass
class Schedules:
    """A node's part in them: `step` is called often, and seldom asks."""

    database: Database
    clock: Clock
    _look_at: float = 0.0

    def step(self) -> int:
        """Fires what is due; how many jobs were made here. Raises QueueUnreachable."""
        if self.clock.now() < self._look_at:
            return 0
        self._look_at = self.clock.now() + LOOK * random.uniform(0.75, 1.25)  # noqa: S311
        return sum(self._fire(row) for row in self.database.run("automations_due"))

    def _fire(self, row: Row) -> bool:
        try:
            schedule = automation(row)
            when = when_of(schedule)
        except BadInput as error:  # written by hand: it rests until somebody mends it
            self._refuse(row, None, str(error))
            return False
        fire, missed = when.due(_number(row["next_fire"]), schedule.now)
        next_fire = when.after(schedule.now)
        try:
            steps = submission(_fired(schedule, fire, missed))
        except FramekilnError as error:
            self._refuse(row, next_fire, str(error))
            return False
        arguments = {"id": schedule.id, "expected": schedule.next_fire, "fire": fire, "next": next_fire}
        _, _, made, _ = self.database.batch(step("fire", job=steps[1].arguments["id"], **arguments), *steps)
        if made:
            note = f", for {missed} missed runs too" if missed else ""
            log.info("schedule “%s”: job %s, due at %s%s", schedule.name, str(made[0]["id"])[:8], utc(fire), note)
        return bool(made)

    def _refuse(self, row: Row, next_fire: int | None, why: str) -> None:
        log.error("schedule “%s”: no job was made: %s", row["name"], why)
        self.database.run(
            "fire_refused", id=row["id"], expected=row["next_fire"], fire=row["next_fire"], next=next_fire, error=why
        )


def _fired(schedule: Automation, fire: int, missed: int) -> NewJob:
    new = new_job(schedule.action, schedule.project)
    metadata = {**new.metadata, "schedule": schedule.name, "scheduled_for": utc(fire)}
    if missed:
        metadata[MISSED_KEY] = missed if missed < MOST_COUNTED else f"{MOST_COUNTED} or more"
    return dataclasses.replace(
        new,
        id=new_id(),
        client_id=f"automation:{schedule.id}:{utc(fire)}",
        metadata=metadata,
        origin="schedule",
        origin_id=schedule.id,
    )


def _number(value: Any) -> int:
    assert isinstance(value, int)
    return value
