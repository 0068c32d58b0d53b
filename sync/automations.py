"""What makes jobs by itself: rows of `automations`. A watch belongs to the node whose folder it is, a schedule to all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from render_engine.errors import BadInput
from sync.database import Database, Row
from sync.jobs import canonical, new_id

Kind = Literal["watch", "schedule"]
MOST_NAME = 100  # letters


@dataclass(frozen=True)
class Automation:
    """A row. Times are milliseconds since the epoch by the queue's clock; `now` is when it was read."""

    id: str
    project: str
    kind: Kind
    name: str
    node: str | None
    trigger: Mapping[str, Any]
    action: Mapping[str, Any]
    enabled: bool
    next_fire: int | None
    last_fire: int | None
    last_job: str | None
    last_error: str | None
    created_at: int
    now: int


@dataclass(frozen=True)
class Automations:
    database: Database
    project: str = "local"

    def add(
        self,
        kind: Kind,
        name: str,
        trigger: Mapping[str, Any],
        action: Mapping[str, Any],
        *,
        node: str | None = None,
        next_fire: int | None = None,
    ) -> Automation:
        """Raises BadInput where the name is taken, or is none."""
        _checked(name)
        id = new_id()
        self.database.run(
            "add_automation",
            id=id,
            project=self.project,
            kind=kind,
            name=name,
            node=node,
            trigger=canonical(trigger),
            action=canonical(action),
            next_fire=next_fire,
        )
        (row,) = self.database.run("automation", project=self.project, name=name)
        if row["id"] != id:
            raise _taken(row)
        return automation(row)

    def check_name(self, name: str) -> None:
        """What `add` would refuse, before anything is prepared for it."""
        _checked(name)
        for row in self.database.run("automation", project=self.project, name=name):
            raise _taken(row)

    def all(self, kind: Kind) -> list[Automation]:
        return [automation(row) for row in self.database.run("automations", project=self.project, kind=kind)]

    def named(self, kind: Kind, name: str) -> Automation:
        """Raises BadInput where there is none of this kind."""
        return automation(self._row(kind, name))

    def remove(self, kind: Kind, name: str) -> None:
        """Even of a row that cannot be read. Raises BadInput where there is none."""
        self._row(kind, name)
        self.database.run("remove_automation", project=self.project, kind=kind, name=name)

    def enable(self, of: Automation, *, enabled: bool, next_fire: int | None = None) -> Automation:
        self.database.run("enable_automation", id=of.id, enabled=int(enabled), next_fire=next_fire)
        return self.named(of.kind, of.name)

    def failed(self, of: Automation, error: str) -> None:
        self.database.run("automation_failed", id=of.id, error=error)

    def _row(self, kind: Kind, name: str) -> Row:
        rows = self.database.run("automation", project=self.project, name=name)
        if not rows or rows[0]["kind"] != kind:
            raise BadInput(f"there is no {kind} called “{name}”: framekiln {kind} list shows them")
        return rows[0]


def automation(row: Row) -> Automation:
    """Raises BadInput for a row that was written by hand and cannot be read."""
    same = ("id", "kind", "name", "node", "next_fire", "last_fire", "last_job", "last_error", "created_at", "now")
    fields: dict[str, Any] = {name: row[name] for name in same}
    return Automation(
        **fields,
        project=str(row["project_id"]),
        enabled=bool(row["enabled"]),
        trigger=_object(row, "trigger"),
        action=_object(row, "action"),
    )


def _object(row: Row, name: str) -> Mapping[str, Any]:
    told = f"the {row['kind']!s} “{row['name']!s}”: its {name} is not a JSON object"
    try:
        value = json.loads(str(row[name]))
    except ValueError as error:
        raise BadInput(f"{told}: {error}") from error
    if not isinstance(value, dict):
        raise BadInput(told)
    return value


def _taken(row: Row) -> BadInput:
    there = f"there is a {row['kind']!s} called “{row['name']!s}” already"
    return BadInput(f"{there}: give this one another --name, or remove that one")


def _checked(name: str) -> None:
    if not name.strip() or len(name) > MOST_NAME or not name.isprintable():
        raise BadInput(f"--name {name!r}: a name has 1 to {MOST_NAME} letters")
