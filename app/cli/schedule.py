"""`framekiln schedule`: jobs at set times."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.cli.arguments import Actions, Parser
from app.cli.columns import columns, terminal_width
from app.cli.jobs_words import SHORT, moment, span
from app.cli.opened import opened_queue
from sync.automations import Automation, Automations
from sync.cron import Cron, cron
from sync.queue import ALIVE, Queue
from sync.zones import zone_named

if TYPE_CHECKING:
    from sync.jobs import NewJob
    from sync.settings import Settings

HEAD = ("NAME", "SOURCE", "WHEN", "TIMEZONE", "NEXT", "LAST JOB", "LAST ERROR")
SHOWN = 3  # coming times, after add
EXAMPLES = """\
framekiln schedule add "0 6 * * mon-fri" launch-video --name morning --timezone Europe/Vienna
framekiln schedule add "*/30 8-18 * * *" news.json --preset youtube-1080p --priority high
framekiln schedule add @daily news.json
framekiln schedule list
framekiln schedule disable morning

The five fields are minute, hour, day of the month, month and weekday (0 and 7 are Sunday). The composition and its
files are taken as they are now; add it again when they change. Any node that is at work makes the jobs."""

Act = Callable[[Queue, "Settings", argparse.Namespace], int]


def add_arguments(parser: Parser) -> None:
    from app.cli.submit import add_what_to_submit

    parser.description = "Without an action: list."
    parser.epilog, parser.formatter_class = EXAMPLES, argparse.RawDescriptionHelpFormatter
    actions = Actions(parser, "list")
    add = actions.add("add", "a job at each of these times")
    add.add_argument("cron", metavar="CRON", help='when, like "0 6 * * mon-fri", or @hourly, @daily, @weekly, @monthly')
    add_what_to_submit(add)
    add.add_argument("--timezone", metavar="ZONE", help="whose clock counts, like Europe/Vienna (this machine's)")
    add.add_argument("--name", metavar="NAME", help="what the schedule is called (SOURCE's name)")
    actions.add("list", "when each comes next, and what became of the last time")
    for name, help_ in (
        ("remove", "its jobs stay"),
        ("enable", "it goes on with its next time"),
        ("disable", "it makes no jobs until it is enabled"),
    ):
        actions.add(name, help_).add_argument("name", metavar="NAME")


def run(arguments: argparse.Namespace) -> int:
    from sync.settings import read_settings

    settings = read_settings()
    with opened_queue(settings) as queue:
        return ACTIONS[arguments.action](queue, settings, arguments)


# ------------------------------------------------------------------------------------------------------------- add


def _add(queue: Queue, settings: Settings, arguments: argparse.Namespace) -> int:
    from sync import schedules
    from sync.zones import local_zone_name

    when = cron(arguments.cron, arguments.timezone or local_zone_name())
    automations = Automations(queue.database, settings.project)
    new, name = _job(arguments, settings, automations)
    made = schedules.add(automations, name, when, new)
    if arguments.json:
        print(json.dumps(facts(made), ensure_ascii=False))
        return 0
    print(f"✓ schedule “{made.name}”: {new.label}, {when.text} in {when.timezone}")
    for time in _coming(made, when):
        print(f"  {_when(time, made)}")
    if not any(int(str(row["seen_at"])) > made.now - ALIVE for row in queue.nodes()):
        print("  no node is at work on this queue, and nodes make the jobs: start one with framekiln node")
    return 0


def _job(arguments: argparse.Namespace, settings: Settings, automations: Automations) -> tuple[NewJob, str]:
    """And the schedule's name, which is refused before anything is uploaded."""
    from app.cli.submit import asked, ready
    from sync.secrets import read_secrets
    from sync.submit import checked

    secrets = read_secrets()
    found = checked(asked(arguments), settings, secrets)
    name = arguments.name or found.name
    automations.check_name(name)
    return ready(found, settings, secrets, quiet=arguments.json), name


def _coming(made: Automation, when: Cron) -> list[int]:
    times: list[int] = []
    time = made.next_fire
    while time is not None and len(times) < SHOWN:
        times.append(time)
        time = when.after(time)
    return times


# ------------------------------------------------------------------------------------------------------------ list


def _list(queue: Queue, settings: Settings, arguments: argparse.Namespace) -> int:
    found = Automations(queue.database, settings.project).all("schedule")
    if arguments.json:
        print(json.dumps([facts(each) for each in found], ensure_ascii=False, indent=2))
    elif not found:
        print('there are no schedules: framekiln schedule add "0 6 * * *" SOURCE makes one')
    else:
        print("\n".join(columns(HEAD, [_cells(each) for each in found], terminal_width())))
    return 0


def _cells(each: Automation) -> tuple[str, ...]:
    return (
        each.name,
        str(each.action.get("label", "?")),
        str(each.trigger.get("cron", "?")),
        str(each.trigger.get("timezone", "?")),
        _next(each),
        f"{each.last_job[:SHORT]}, {span(each.now - (each.last_fire or 0))} ago" if each.last_job else "",
        each.last_error or "",
    )


def _next(each: Automation) -> str:
    if not each.enabled:
        return "disabled"
    return "never" if each.next_fire is None else _when(each.next_fire, each)


def _when(time: int, of: Automation) -> str:
    """Mon 2026-11-23 06:00, in 39 h: as its zone's clock shows it."""
    there = datetime.fromtimestamp(time / 1000, zone_named(str(of.trigger.get("timezone"))))
    return f"{there:%a %Y-%m-%d %H:%M}, {'due' if time <= of.now else f'in {span(time - of.now)}'}"


def facts(each: Automation) -> dict[str, Any]:
    """Stable: docs/schedules.md tells them."""
    return {
        "id": each.id,
        "name": each.name,
        "project": each.project,
        "source": each.action.get("label"),
        "cron": each.trigger.get("cron"),
        "timezone": each.trigger.get("timezone"),
        "enabled": each.enabled,
        "next_fire": moment(each.next_fire),
        "last_fire": moment(each.last_fire),
        "last_job": each.last_job,
        "last_error": each.last_error,
        "created_at": moment(each.created_at),
    }


# ---------------------------------------------------------------------------------------------------------- others


def _remove(queue: Queue, settings: Settings, arguments: argparse.Namespace) -> int:
    Automations(queue.database, settings.project).remove("schedule", arguments.name)
    told: Mapping[str, Any] = {"event": "removed", "name": arguments.name}
    print(
        json.dumps(told, ensure_ascii=False)
        if arguments.json
        else f"schedule “{arguments.name}” is removed; its jobs stay"
    )
    return 0


def _enabled(enabled: bool) -> Act:
    def act(queue: Queue, settings: Settings, arguments: argparse.Namespace) -> int:
        from sync import schedules

        now = schedules.enable(Automations(queue.database, settings.project), arguments.name, enabled=enabled)
        if arguments.json:
            print(json.dumps(facts(now), ensure_ascii=False))
        elif enabled:
            print(f"schedule “{now.name}” is enabled, next: {_next(now)}")
        else:
            print(f"schedule “{now.name}” is disabled, and makes no jobs until it is enabled")
        return 0

    return act


ACTIONS: Mapping[str, Act] = {
    "add": _add,
    "list": _list,
    "remove": _remove,
    "enable": _enabled(True),
    "disable": _enabled(False),
}
