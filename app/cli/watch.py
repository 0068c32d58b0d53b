"""`framekiln watch`: folders whose files become videos."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.arguments import Parser, parse_set
from app.cli.templates import table
from render_engine.errors import BadInput

if TYPE_CHECKING:
    from sync.automations import Automation, Automations
    from sync.settings import Settings
    from sync.watch.trial import Trial
    from sync.watch.watch import News, Watch

EXAMPLES = """\
framekiln watch add ~/drop --template meme-caption --prop picture --out ~/videos
framekiln watch add ~/drop --template film/composition.json --only '*.csv' --move
framekiln watch test ~/drop     whether the system tells of files there
framekiln watch list            what each has seen, and its last error
framekiln watch run             files to jobs, here and now; framekiln node does that too, and renders them
framekiln watch remove drop
"""
STEP = 0.5  # seconds


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Files dropped into a folder become jobs: a picture or a video one, a .json of props one, a .csv one a row."
    )
    parser.epilog, parser.formatter_class = EXAMPLES, argparse.RawDescriptionHelpFormatter
    acts = "add DIR, list, remove NAME, run or test DIR; without one: list"
    parser.add_argument("act", choices=list(ACTS), metavar="ACTION", nargs="?", default="list", help=acts)
    parser.add_argument("what", metavar="DIR|NAME", nargs="?", help="the folder, or the watch's name")
    adding = parser.add_argument_group("of add")
    adding.add_argument("--template", metavar="T", help="a template's name, or a JSON document")
    adding.add_argument("--name", metavar="NAME", help="what the watch is called (the folder's name)")
    adding.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="a prop of every job")
    adding.add_argument("--prop", metavar="NAME", help="which prop a dropped picture, video or sound becomes")
    adding.add_argument("--preset", metavar="NAME", help="size, codec, quality, as framekiln render has them")
    adding.add_argument("--renderer", metavar="NAME", help="auto, cpu or cuda, which only nodes with a card take")
    adding.add_argument(
        "--only", metavar="PATTERN", action="append", default=[], help="names that are taken, like '*.csv'"
    )
    adding.add_argument("--out", metavar="DIR", type=Path, help="where the videos are copied to, beside the storage")
    adding.add_argument("--move", action="store_true", help="originals go to done/ or failed/ in the folder")
    adding.add_argument(
        "--poll", action="store_true", help="look every two seconds, whatever the test of the folder says"
    )


def run(arguments: argparse.Namespace) -> int:
    from sync.settings import read_settings

    act: Callable[[argparse.Namespace, Settings], int] = ACTS[arguments.act]
    return act(arguments, read_settings())


# ------------------------------------------------------------------------------------------------------------- add


def _add(arguments: argparse.Namespace, settings: Settings) -> int:
    from sync.clock import SystemClock
    from sync.watch import kept
    from sync.watch.trial import try_events

    watch = _asked(arguments, _folder(arguments))
    trial = try_events(watch.folder, SystemClock())
    watch = _with(watch, poll=arguments.poll or trial.poll)
    with _automations(settings) as automations:
        _refuse_overlap(watch, kept_watches(automations, settings))
        watch = kept.add(automations, watch, settings.node)
    there = _files_there(watch)
    if arguments.json:
        print(json.dumps({**_facts(watch), "events": _trial_facts(trial), "files": there}, ensure_ascii=False))
        return 0
    print("\n".join(_added_words(watch, trial, there, settings)))
    return 0


def _asked(arguments: argparse.Namespace, folder: Path) -> Watch:
    from render_engine.asked import preset_named
    from render_engine.renderer import check_renderer
    from sync.watch import kept
    from sync.watch.watch import Watch

    if not arguments.template:
        raise BadInput("watch add: say with --template what the files become: a template's name or a document")
    source = kept.source_named(arguments.template)
    props = kept.own_props(source, dict(map(parse_set, arguments.set)))
    media = _takes_media(arguments.only)
    if arguments.preset:
        preset_named(arguments.preset, where="--preset")
    if arguments.renderer:
        check_renderer(arguments.renderer)
    options = {"preset": arguments.preset, "renderer": arguments.renderer}
    return Watch(
        "",
        arguments.name or folder.name,
        folder,
        source,
        props,
        kept.media_prop(source, arguments.prop, props) if media or arguments.prop else None,
        {name: value for name, value in options.items() if value},
        arguments.out.absolute() if arguments.out else None,
        arguments.move,
        only=tuple(arguments.only),
    )


def _takes_media(only: list[str]) -> bool:
    from sync.watch.orders import is_text

    return not only or not all(is_text(Path(pattern)) for pattern in only)


def _folder(arguments: argparse.Namespace) -> Path:
    if not arguments.what:
        raise BadInput(f"watch {arguments.act}: name the folder")
    folder = Path(arguments.what).expanduser().absolute()
    if not folder.is_dir():
        raise BadInput(f"{folder} is not a folder: make it first")
    return folder


def _with(watch: Watch, **values: Any) -> Watch:
    from dataclasses import replace

    return replace(watch, **values)


def _refuse_overlap(watch: Watch, others: list[Watch]) -> None:
    """Where originals move, two watches would take them from each other; a watch must not eat its own results."""
    if watch.out and watch.folder.is_relative_to(watch.out):
        raise BadInput(f"--out {watch.out}: its videos would be dropped again; name a folder apart, or one inside")
    for other in others:
        nested = watch.folder.is_relative_to(other.folder) or other.folder.is_relative_to(watch.folder)
        if nested and (watch.move or other.move):
            raise BadInput(
                f"“{other.name}” watches {other.folder} already: with --move they would take files from each other"
            )
        for results, of in ((watch.out, other), (other.out, watch)):
            if results and results.is_relative_to(of.folder) and results.name not in ("out", "done", "failed"):
                raise BadInput(f"--out {results}: the videos would be dropped into {of.folder}, which is watched too")


def _files_there(watch: Watch) -> int:
    from sync.watch.folder import Folder

    return sum(found.stamp is not None for found in Folder(watch).walk(watch.folder))


def _added_words(watch: Watch, trial: Trial, there: int, settings: Settings) -> Iterator[str]:
    yield f"“{watch.name}” watches {watch.folder} on the node {settings.node}"
    if watch.prop:
        yield f"  pictures, videos and sounds  become {watch.prop} of {watch.source}"
    yield "  .json                        the props of one video"
    yield "  .csv .tsv .jsonl             a video a row"
    yield f"  videos                       go to the storage{f', and are copied to {watch.out}' if watch.out else ''}"
    yield f"  originals                    {'move to done/ or failed/ in the folder' if watch.move else 'stay where they are'}"
    yield f"  new files are found          {_how_found(watch, trial)}"
    if there:
        yield f"{there} {'file is' if there == 1 else 'files are'} there already, and will be made too."
    yield "framekiln node takes them up while it runs."


def _how_found(watch: Watch, trial: Trial) -> str:
    if not watch.poll:
        return "by events"
    why = trial.problem or f"the folder is shared ({trial.file_system})" if trial.shared else "events do not arrive"
    return f"by looking every two seconds{f': {why}' if trial.poll else ''}"


# ------------------------------------------------------------------------------------------------------------ list


def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    from sync.local import open_local
    from sync.watch.ledger import counts, last_error

    with _automations(settings) as automations, ExitStack() as open_:
        local = open_local(settings.home)
        open_.callback(local.close)
        rows = [
            {
                **_row_facts(row),
                **_counted(counts(local, row.id)),
                "error": last_error(local, row.id) or row.last_error or "",
            }
            for row in automations.all("watch")
        ]
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    elif rows:
        print("\n".join(_list_words(rows, settings)))
    else:
        print("No folder is watched. framekiln watch add DIR --template T begins.")
    return 0


def _counted(files: Any) -> dict[str, int]:
    made = {state: files.get(state, 0) for state in ("waiting", "queued", "done", "failed", "skipped")}
    return {"seen": sum(files.values()), **made, "failed": made["failed"] + files.get("unreadable", 0)}


def _list_words(rows: list[dict[str, Any]], settings: Settings) -> Iterator[str]:
    heading = ("name", "folder", "becomes", "out", "found by", "seen", "waiting", "queued", "done", "failed")
    cells = [
        (
            *(row["name"], row["folder"], row["source"], row["out"] or "–", "polling" if row["poll"] else "events"),
            *(str(row[name]) if row["node"] == settings.node else "·" for name in heading[5:]),
        )
        for row in rows
    ]
    yield table([heading, *cells])
    for row in rows:
        if row["error"]:
            yield f"{row['name']}: {row['error']}"
        if row["node"] != settings.node:
            yield f"{row['name']}: of the node {row['node']}, which counts its files itself"


def _row_facts(row: Automation) -> dict[str, Any]:
    from sync.watch.kept import watch_of

    try:
        return {**_facts(watch_of(row)), "node": row.node}
    except BadInput as error:
        return {
            "name": row.name,
            "folder": "?",
            "source": "?",
            "out": None,
            "poll": False,
            "node": row.node,
            "error": str(error),
        }


def _facts(watch: Watch) -> dict[str, Any]:
    return {
        "id": watch.id,
        "name": watch.name,
        "folder": str(watch.folder),
        "source": watch.source,
        "props": dict(watch.props),
        "prop": watch.prop,
        "options": dict(watch.options),
        "only": list(watch.only),
        "out": str(watch.out) if watch.out else None,
        "move": watch.move,
        "poll": watch.poll,
    }


# ------------------------------------------------------------------------------------------------- remove, test, run


def _remove(arguments: argparse.Namespace, settings: Settings) -> int:
    if not arguments.what:
        raise BadInput("watch remove: say which one; framekiln watch list shows them")
    with _automations(settings) as automations:
        automations.remove("watch", arguments.what)
    told = f"“{arguments.what}” is removed. Its jobs stay in the queue, its files where they are."
    print(json.dumps({"removed": arguments.what}) if arguments.json else told)
    return 0


def _test(arguments: argparse.Namespace, _settings: Settings) -> int:
    from sync.clock import SystemClock
    from sync.watch.trial import try_events

    trial = try_events(_folder(arguments), SystemClock())
    if arguments.json:
        print(json.dumps(_trial_facts(trial), ensure_ascii=False, indent=2))
        return 0
    print(f"{trial.folder}{f' ({trial.file_system})' if trial.file_system else ''}")
    for heard in trial.heard:
        came = "no event in 3 s" if heard.seconds is None else f"told after {heard.seconds * 1000:.0f} ms"
        print(f"  {'✗' if heard.seconds is None else '✓'} {heard.what:<32} {came}")
    if trial.problem:
        print(f"  ✗ {trial.problem}")
    if trial.shared:
        print("  ✗ it is shared: what others write there makes no event on this machine")
    print(
        "A watch of it looks every two seconds."
        if trial.poll
        else "A watch of it goes by events, and looks each minute besides."
    )
    return 0


def _trial_facts(trial: Trial) -> dict[str, Any]:
    heard = {each.what: each.seconds for each in trial.heard}
    return {
        "folder": str(trial.folder), "file_system": trial.file_system, "shared": trial.shared, "seconds": heard,
        "problem": trial.problem, "poll": trial.poll,
    }  # fmt: skip


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Files to jobs, until Ctrl-C; a node elsewhere renders them."""
    from sync.clock import SystemClock
    from sync.watch.watches import open_watches

    clock = SystemClock()
    with open_watches(settings, clock, lambda news: _tell(news, as_json=arguments.json)) as watches:
        watches.step()
        if not arguments.json:
            print(f"{watches.count} watched; Ctrl-C ends it. Jobs are rendered by framekiln node.", flush=True)
        with suppress(KeyboardInterrupt):
            while True:
                clock.wait(STEP)
                watches.step()
    return 0


def _tell(news: News, *, as_json: bool) -> None:
    if as_json:
        facts = {"event": news.kind, "path": str(news.path), "message": news.text, "at": round(time.time(), 3)}
        print(json.dumps(facts, ensure_ascii=False), flush=True)
    else:
        stream = sys.stderr if news.kind == "failed" else sys.stdout
        print(f"{news.kind:<8} {news.path}{f'  {news.text}' if news.text else ''}", file=stream, flush=True)


# ------------------------------------------------------------------------------------------------------------- rows


@contextmanager
def _automations(settings: Settings) -> Iterator[Automations]:
    from sync.automations import Automations
    from sync.database import open_database
    from sync.secrets import read_secrets

    database = open_database(settings.queue_address, token=read_secrets().queue_token)
    try:
        yield Automations(database, settings.project)
    finally:
        database.close()


def kept_watches(automations: Automations, settings: Settings) -> list[Watch]:
    from sync.watch.watches import watches_of

    return list(watches_of(automations, settings.node))


ACTS: dict[str, Callable[[argparse.Namespace, Settings], int]] = {
    "add": _add, "list": _list, "remove": _remove, "run": _run, "test": _test,
}  # fmt: skip
