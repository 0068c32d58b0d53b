"""file.py:function – a composition made by a person's own Python, and the same call for templates.

The function takes nothing, or any of: one argument annotated with a pydantic model (typed props), plain keyword
arguments (props by name), and `size`.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
import traceback
import typing
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from render_engine.document.composition import Composition
from render_engine.document.problems import describe, problems_of, refuse
from render_engine.document.suggest import did_you_mean, one_of
from render_engine.document.typed_props import fill_props
from render_engine.document.types_at import field_names
from render_engine.errors import BadInput, FramekilnError

if TYPE_CHECKING:
    from render_engine.document.load import Loaded

DEFAULT_SIZE = (1920, 1080)
Size = tuple[int, int] | None
Compose = Callable[..., Any]


def load(file: Path, function: str, source: str, props: Mapping[str, object], size: Size) -> Loaded:
    from render_engine.document.load import Loaded

    composition = compose(found(file, function, source), source, props, size)
    return Loaded(composition, file.parent.absolute(), file.stem, source, None, size)


def found(file: Path, function: str, source: str) -> Compose:
    """The function in the file; BadInput where there is none."""
    if not file.is_file():
        raise BadInput(f"{file} does not exist")
    if not function.isidentifier():
        raise BadInput(f"{source}: after the colon stands the name of a function, as in {file}:compose")
    module = _ran(lambda: _imported(file), file)
    there = getattr(module, function, None)
    if not callable(there):
        own = [
            name
            for name, value in vars(module).items()
            if inspect.isfunction(value) and value.__module__ == module.__name__
        ]
        raise BadInput(
            f"{file} has no function “{function}”. {did_you_mean(function, own) or f'It has {one_of(own)}.'}"
        )
    result: Compose = there
    return result


def compose(function: Compose, name: str, props: Mapping[str, object], size: Size) -> Composition:
    """What the function makes of its props."""
    arguments = _arguments(function, name, props, size)
    made = _ran(lambda: function(**arguments), Path(inspect.getfile(function)))
    if not isinstance(made, Composition):
        raise BadInput(f"{name} gives {describe(made)} where a Composition is wanted")
    return made


def _arguments(function: Compose, name: str, props: Mapping[str, object], size: Size) -> dict[str, Any]:
    hints, takes = _hints(function), inspect.signature(function).parameters
    arguments: dict[str, Any] = {}
    if "size" in takes and (size or takes["size"].default is inspect.Parameter.empty):
        arguments["size"] = size or (None if type(None) in typing.get_args(hints.get("size")) else DEFAULT_SIZE)
    filled = fill_props(props_model(function), props, Path.cwd())
    own = _model_argument(function)
    return arguments | ({own: filled} if own else {key: getattr(filled, key) for key in type(filled).model_fields})


def props_model(function: Compose) -> type[BaseModel]:
    """What its props are read as: the model that it asks for, or one made of its arguments."""
    hints, own = _hints(function), _model_argument(function)
    if own:
        model: type[BaseModel] = hints[own]
        return model
    fields: dict[str, Any] = {
        key: (hints.get(key, Any), ... if parameter.default is parameter.empty else parameter.default)
        for key, parameter in inspect.signature(function).parameters.items()
        if key != "size" and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    }
    return create_model("Props", __config__=ConfigDict(extra="forbid", arbitrary_types_allowed=True), **fields)


def _model_argument(function: Compose) -> str | None:
    hints = _hints(function)
    names = (key for key in inspect.signature(function).parameters if key != "size")
    return next((key for key in names if isinstance(hints.get(key), type) and issubclass(hints[key], BaseModel)), None)


def _hints(function: Compose) -> dict[str, Any]:
    hints: dict[str, Any] = _ran(
        lambda: typing.get_type_hints(function, include_extras=True), Path(inspect.getfile(function))
    )
    return hints


def _imported(file: Path) -> ModuleType:
    folder = str(file.parent.absolute())
    if folder not in sys.path:
        sys.path.insert(0, folder)  # the file's neighbours, as if Python had been started with it
    name = f"framekiln_source_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # pydantic and dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def _ran(call: Callable[[], Any], file: Path) -> Any:
    """A person's own code: whatever it raises is told with its file and line."""
    try:
        return call()
    except FramekilnError:
        raise
    except ValidationError as error:
        raise _refused_model(error, file) from error
    except SystemExit as error:
        raise BadInput(f"{_place(error, file)}: this code ends the program instead of making a composition") from error
    except Exception as error:  # anything may go wrong in code that is not ours
        raise BadInput(f"{_place(error, file)}: {type(error).__name__}: {error}") from error


def _refused_model(error: ValidationError, file: Path) -> FramekilnError:
    import render_engine.document.load  # noqa: F401  # every model is known once the document is

    kinds = _models(BaseModel)
    model = next((kind for kind in kinds if kind.__name__ == error.title), BaseModel)
    names = {name for kind in kinds for name in field_names(kind)} | {
        str(detail["loc"][-1]) for detail in error.errors(include_url=False) if detail["type"] == "extra_forbidden"
    }
    raw = _seen(error, names)
    place = _place(error, file)
    return refuse([replace(one, path=f"{place}: {one.path}") for one in problems_of(error, raw, model)])


def _models(root: type[BaseModel]) -> list[type[BaseModel]]:
    return [kind for child in root.__subclasses__() for kind in (child, *_models(child))]


def _seen(error: ValidationError, names: set[str]) -> dict[str, Any]:
    """The arguments of the refused call, as far as the errors show them; a list is a dict of its places."""
    raw: dict[Any, Any] = {}
    for detail in error.errors(include_url=False):
        steps = [step for step in detail["loc"] if isinstance(step, int) or step in names]
        *outer, last = steps or [""]
        inside = raw
        for step in outer:
            found = inside.setdefault(step, {})
            inside = found if isinstance(found, dict) else {}
        if detail["type"] != "missing":
            inside.setdefault(last, detail["input"])
    return raw


def _place(error: BaseException, file: Path) -> str:
    """file.py:12, the innermost line that is in the person's own folder."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    folder = str(file.parent.absolute())
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if str(Path(frame.filename).absolute()).startswith(folder)
    ]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else str(file)
