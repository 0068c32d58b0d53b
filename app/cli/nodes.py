"""`framekiln nodes`: who renders for this queue."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.cli.arguments import Actions, Parser
from app.cli.columns import columns, terminal_width
from app.cli.jobs_words import SHORT, moment, span, state
from app.cli.opened import opened_queue
from render_engine.document.suggest import did_you_mean
from sync.errors import NodeError
from sync.queue import ALIVE, Queue
from sync.secrets import redacted

HEAD = ("NAME", "STATE", "SLOTS", "SEEN", "VERSION", "CAPABILITIES", "WHY IT RESTS")
SPARE = ("VERSION", "CAPABILITIES", "SEEN")  # where a terminal is narrow
DIM, PLAIN = "\033[2m", "\033[0m"

Raw = Mapping[str, Any]


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Without an action: list. A node is a running framekiln node; its name is the setting FRAMEKILN_NODE."
    )
    actions = Actions(parser, "list")
    actions.add("list", "each node's state, busy and all slots, and what it can do")
    for name, help_ in (
        ("show", "all about one, and the jobs that it has"),
        ("disable", "it finishes what it has and takes nothing more"),
        ("enable", "it takes jobs again, also one that paused itself after failures"),
    ):
        actions.add(name, help_).add_argument("name", metavar="NAME")


def run(arguments: argparse.Namespace) -> int:
    with opened_queue() as queue:
        return ACTIONS[arguments.action](queue, arguments)


def _list(queue: Queue, arguments: argparse.Namespace) -> int:
    rows = queue.nodes()
    if arguments.json:
        print(json.dumps([facts(row) for row in rows], ensure_ascii=False, indent=2))
    elif not rows:
        print("no node has ever worked on this queue: framekiln node starts one here")
    else:
        head, *lines = columns(HEAD, [_cells(row) for row in rows], terminal_width(), SPARE)
        print("\n".join([head, *(_greyed(line, row) for line, row in zip(lines, rows, strict=True))]))
    return 0


def _show(queue: Queue, arguments: argparse.Namespace) -> int:
    row = _node(queue, arguments.name)
    held: list[Raw] = [*queue.jobs(["running", "uploading"], 1000)]
    jobs = [job for job in held if job["node"] == row["name"]]
    if arguments.json:
        print(json.dumps({**facts(row), "jobs": [job["id"] for job in jobs]}, ensure_ascii=False, indent=2))
        return 0
    print(f"{row['name']}\n")
    for name, text in _told(row):
        print(f"{name:<13} {text}")
    for number, job in enumerate(jobs):
        print(f"{'' if number else 'Jobs':<13} {job['id'][:SHORT]}  {job['label']}  {state(job)}")
    return 0


def _told(row: Raw) -> Iterator[tuple[str, str]]:
    yield "State", node_state(row)
    if why := rests(row):
        yield "Rests", why
    yield "Slots", f"{row['busy']} of {row['slots']} busy"
    yield "Seen", f"{span(row['now'] - row['seen_at'])} ago"
    yield "Started", f"{span(row['now'] - row['started_at'])} ago"
    yield "Version", f"{row['version']} on {row['system']}"
    yield "Capabilities", ", ".join(_capabilities(row)) or "none"


def _disable(queue: Queue, arguments: argparse.Namespace) -> int:
    return _switch(queue, arguments, disabled=True, told="takes no more jobs; what it has, it finishes")


def _enable(queue: Queue, arguments: argparse.Namespace) -> int:
    return _switch(queue, arguments, disabled=False, told="takes jobs again")


def _switch(queue: Queue, arguments: argparse.Namespace, *, disabled: bool, told: str) -> int:
    name = str(_node(queue, arguments.name)["name"])
    queue.disable_node(name, disabled=disabled)
    if arguments.json:
        print(json.dumps(facts(_node(queue, name)), ensure_ascii=False))
    else:
        print(f"{name} {told}")
    return 0


ACTIONS: Mapping[str, Callable[[Queue, argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "disable": _disable,
    "enable": _enable,
}


def _node(queue: Queue, name: str) -> Raw:
    rows = queue.nodes()
    for row in rows:
        if row["name"] == name:
            return row
    near = did_you_mean(name, [str(row["name"]) for row in rows]) or "framekiln nodes lists them"
    raise NodeError(f"there is no node “{name}”. {near}")


# -------------------------------------------------------------------------------------------------------- words


def alive(row: Raw) -> bool:
    return bool(row["seen_at"] > row["now"] - ALIVE and row["state"] != "stopped")


def node_state(row: Raw) -> str:
    """One word for all that its row says."""
    if row["state"] == "stopped":
        return "stopped"
    if not alive(row):
        return "silent"
    if row["disabled"]:
        return "disabled"
    if row["paused_until"] > row["now"]:
        return "paused"
    return "idle" if row["state"] == "active" and not row["busy"] else str(row["state"])


def rests(row: Raw) -> str | None:
    """Why it takes no job now."""
    if row["state"] == "stopped":
        return None
    if not alive(row):
        return f"not heard of for {span(row['now'] - row['seen_at'])}: it was killed, or cannot reach the queue"
    if row["disabled"]:
        return f"disabled by a person: framekiln nodes enable {row['name']}"
    if row["paused_until"] > row["now"]:
        return f"for {span(row['paused_until'] - row['now'])} more: {redacted(row['reason'] or '')}"
    return redacted(row["reason"]) if row["reason"] and row["state"] != "active" else None


def facts(row: Raw) -> dict[str, Any]:
    """The object that stands for a node in JSON; docs/jobs.md tells its fields."""
    return {
        "name": row["name"],
        "state": node_state(row),
        "alive": alive(row),
        "disabled": bool(row["disabled"]),
        "why": rests(row),
        "slots": row["slots"],
        "busy": row["busy"],
        "capabilities": _capabilities(row),
        "version": row["version"],
        "system": row["system"],
        "started_at": moment(row["started_at"]),
        "seen_at": moment(row["seen_at"]),
        "paused_until": moment(row["paused_until"]) if row["paused_until"] > row["now"] else None,
    }


def _cells(row: Raw) -> tuple[str, ...]:
    seen, slots = f"{span(row['now'] - row['seen_at'])} ago", f"{row['busy']}/{row['slots']}"
    return (row["name"], node_state(row), slots, seen, row["version"], " ".join(_capabilities(row)), rests(row) or "")


def _capabilities(row: Raw) -> list[str]:
    """What a stranger wrote into the row may be anything."""
    try:
        return list(map(str, json.loads(row["capabilities"])))
    except (ValueError, TypeError):
        return []


def _greyed(line: str, row: Raw) -> str:
    return line if alive(row) or not sys.stdout.isatty() else f"{DIM}{line}{PLAIN}"
