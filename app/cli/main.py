"""The `framekiln` program: finds the command, and turns what goes wrong into one plain line and an exit code.

Only the module of the command that was asked for is imported, so that `--help` answers at once.
"""

from __future__ import annotations

import difflib
import importlib
import io
import json
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType, TracebackType
from typing import Any, NoReturn

from app.cli.arguments import Parser
from render_engine.errors import BadInput, DocumentError, FramekilnError

# Other packages' pydantic plugins have no business in our models, and looking for them takes 50 ms at every start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's threads, started with it and never used: 0.1 s of CPU

DONE, FAILED, BAD_USAGE, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143

COMMANDS = {
    "app": "open the window: see a composition, shape it, render it",
    "render": "turn a composition into a finished video",
    "plan": "which segments a render would draw, and why",
    "submit": "put a composition into the queue, for nodes to render",
    "jobs": "what is in the queue: list, show, watch, cancel, retry, pause, resume, move",
    "nodes": "which nodes render for this queue, and what they can do",
    "verify": "whether a rendered file is what its receipt says: hashes, and frames drawn again",
    "still": "one frame as a picture; several make a contact sheet",
    "check": "look for problems, each with its path and a suggestion",
    "new": "make a project folder that renders as it is",
    "templates": "list the templates, or tell what one takes",
    "node": "take jobs from the queue, render and deliver them",
    "watch": "folders whose files become videos",
    "schedule": "jobs at set times",
    "storage": "test: whether the place where results are kept does all that a node asks of it",
    "gallery": "a page that shows everything that a composition is made of, moving",
    "probe": "what is in a media file, as the engine understands it",
    "cache": "where finished segments are kept, how much they take, and how to bound that",
    "doctor": "what this machine can do: encoders, fonts, GPU, versions",
    "schema": "the JSON Schema of documents, for your editor",
}

_LEFT = {  # by a command that was stopped
    "render": "finished segments are kept, the same command goes on from there",
    "storage": "a small object under framekiln-storage-test/ may be left",
    "submit": "a job that was queued stays in the queue: framekiln jobs lists it",
}

OVERVIEW = """\
usage: framekiln COMMAND [ARGUMENTS]

Motion graphics from a JSON or Python composition to a finished video.

commands:
{commands}

A composition (SOURCE) is a template's name, a JSON document, or file.py:function.

  framekiln render hello-world --set title="Good morning"
  framekiln new my-film && framekiln render my-film/composition.json
  framekiln plan my-film/composition.json       what a change would cost, before it is rendered
  framekiln submit launch-video                 into the queue, for nodes to render
  framekiln COMMAND --help                      the arguments of one command
  framekiln --version

exit codes: 0 done, 1 the render failed, 2 bad input or usage, 130 interrupted, 143 terminated"""


class Terminated(BaseException):
    """`kill`, on its way out through all that has to be tidied up."""


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """The entry point of the program; never returns, always exits with a code."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # a pipe on Windows would refuse ✓ and ×
    signal.signal(signal.SIGTERM, _terminate)
    if "--debug" not in words:
        sys.excepthook = _tell_of_a_mistake_of_ours
    try:
        code = run(words)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader (head, less) has gone: nothing left to say, and nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    sys.exit(code)


def run(words: Sequence[str]) -> int:
    """Does one command and gives its exit code; every foreseen error is told here."""
    try:
        return _run_command(words)
    except FramekilnError as error:
        if "--debug" in words:
            raise
        code = BAD_USAGE if isinstance(error, BadInput) else FAILED
        _tell(error, code, as_json="--json" in words)
        return code
    except KeyboardInterrupt:
        if "--debug" in words:
            raise
        _tell(_stopped("interrupted", words), INTERRUPTED, as_json="--json" in words)
        return INTERRUPTED
    except Terminated:
        _tell(_stopped("terminated", words), TERMINATED, as_json="--json" in words)
        return TERMINATED


def _run_command(words: Sequence[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(OVERVIEW.format(commands="\n".join(f"  {name:<11}{text}" for name, text in COMMANDS.items())))
        return DONE if words else BAD_USAGE
    if words[0] == "--version":
        from importlib.metadata import version

        print(f"framekiln {version('framekiln')}")
        return DONE
    name = _known_command(words[0])
    command = importlib.import_module(f"app.cli.{name}")
    parser = Parser(f"framekiln {name}", COMMANDS[name])
    command.add_arguments(parser)
    code: int = command.run(parser.parse(words[1:]))
    return code


def _known_command(word: str) -> str:
    if word in COMMANDS:
        return word
    if word.startswith("-"):
        raise BadInput(f"{word} stands before the command: write framekiln COMMAND {word}")
    near = difflib.get_close_matches(word, COMMANDS, n=1, cutoff=0.5)
    hint = f"did you mean “{near[0]}”?" if near else "framekiln --help lists the commands."
    raise BadInput(f"“{word}” is not a command: {hint}")


def _stopped(how: str, words: Sequence[str]) -> FramekilnError:
    return FramekilnError(f"{how}; {_LEFT.get(words[0], 'nothing was left behind')}")


def _tell(error: FramekilnError, code: int, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_event(error, code), ensure_ascii=False), flush=True)
        return
    for line in str(error).splitlines():
        print(f"error: {line}", file=sys.stderr)


def _event(error: FramekilnError, code: int) -> dict[str, Any]:
    event: dict[str, Any] = {"event": "error", "code": code, "message": str(error)}
    if isinstance(error, DocumentError):
        event["problems"] = [
            {"path": problem.path, "message": problem.message, "suggestion": problem.suggestion}
            for problem in error.problems
        ]
    return event


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    """`kill` unwinds like Ctrl-C, so that the unfinished file is removed."""
    raise Terminated


def _tell_of_a_mistake_of_ours(
    kind: type[BaseException], error: BaseException, _traceback: TracebackType | None
) -> None:
    message = (
        f"this should not have happened: {kind.__name__}: {error}. Run it again with --debug and report what it prints."
    )
    _tell(FramekilnError(message), FAILED, as_json="--json" in sys.argv)
