"""How the command line is read: one parser with plain errors, and the arguments that several commands share."""

from __future__ import annotations

import argparse
import difflib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from render_engine.errors import BadInput

if TYPE_CHECKING:
    from render_engine.document.load import Loaded

Size = tuple[int, int]
NO_PROPS: Mapping[str, Any] = {}


class Parser(argparse.ArgumentParser):
    """Argparse that raises BadInput, and knows the option that was nearly meant."""

    def __init__(self, prog: str, description: str) -> None:
        super().__init__(prog, description=description[0].upper() + description[1:] + ".", allow_abbrev=False)
        self.add_argument("--json", action="store_true", help="print JSON instead of words")
        self.add_argument("--debug", action="store_true", help="show the traceback of an error")

    def parse(self, words: Sequence[str]) -> argparse.Namespace:
        arguments, unknown = self.parse_known_args(words)
        self.refuse(unknown)
        return arguments

    def refuse(self, unknown: Sequence[str]) -> None:
        for word in unknown:
            option = word.split("=")[0]
            near = difflib.get_close_matches(option, self._option_string_actions, n=1)
            self.error(f"{option} is not known here" + (f": did you mean {near[0]}?" if near else ""))

    def error(self, message: str) -> NoReturn:
        raise BadInput(f"{message} ({self.prog} --help tells more)")


class Actions:
    """What follows a command, as in `framekiln jobs cancel`: a parser each. `default`: where none does."""

    def __init__(self, parser: Parser, default: str | None = None) -> None:
        self._parsers = parser.add_subparsers(
            dest="action", metavar="ACTION", title="actions", parser_class=_ActionParser
        )
        self._parsers.default, self._parsers.required = default, default is None

    def add(self, name: str, description: str) -> Parser:
        made: Parser = self._parsers.add_parser(name, help=description, description=description)
        return made


class _ActionParser(Parser):
    """An option that is left out here leaves what was said before the action."""

    def __init__(self, prog: str, description: str) -> None:
        super().__init__(prog, description)
        for action in self._actions:
            action.default = argparse.SUPPRESS

    def parse_known_args(  # type: ignore[override]
        self, args: Any = None, namespace: Any = None
    ) -> tuple[argparse.Namespace, list[str]]:
        arguments, unknown = super().parse_known_args(args, namespace)
        self.refuse(unknown)
        return arguments, []


def reads(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Lets argparse name the option in front of the message of our own error."""

    def read(text: str) -> Any:
        try:
            return parse(text)
        except BadInput as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read


def add_source(parser: Parser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="a template's name, a JSON document, or file.py:function")
    parser.add_argument("--props", metavar="FILE.json", type=Path, help="values for the composition's props")
    parser.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="one prop, whatever --props says of it"
    )
    parser.add_argument("--size", metavar="WxH", type=reads(parse_size), help="another size than the document's")
    parser.add_argument("--fps", metavar="FPS", help="another frame rate: 30, 29.97 or 30000/1001")


def parse_size(text: str) -> Size:
    width, cross, height = text.lower().replace("×", "x").partition("x")
    if not (cross and width.isascii() and width.isdigit() and height.isascii() and height.isdigit()):
        raise BadInput(f"“{text}” is not a size: write width x height in pixels, like 1920x1080")
    return int(width), int(height)


def load(arguments: argparse.Namespace, more: Mapping[str, Any] = NO_PROPS) -> Loaded:
    """The composition that the shared arguments ask for; `more` props go before theirs."""
    from render_engine.document.load import load_source  # the models cost half a second: not for --help

    return load_source(arguments.source, props=props(arguments) | dict(more), size=arguments.size, fps=arguments.fps)


def props(arguments: argparse.Namespace) -> dict[str, Any]:
    """The props of --props, overridden by those of --set."""
    values = _props_file(arguments.props) if arguments.props else {}
    return values | dict(map(parse_set, arguments.set))


def parse_set(text: str, option: str = "--set") -> tuple[str, str]:
    """`title=Hello`; the document reads the text as its prop's type."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise BadInput(f"{option} {text}: write name=value")
    return name, value


def _props_file(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"--props {path}: the file cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadInput(f"--props {path}: this is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise BadInput(f'--props {path}: an object of names and values is expected, like {{"title": "Hello"}}')
    return values
