"""What validation refused, told for a person: the path in the document, what was expected, what stands there.

A validator names the branches of unions in its paths and reports each branch by itself. Here the path is walked
through the document instead, and what the branches say about one place becomes one problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from render_engine.document.suggest import did_you_mean, one_of
from render_engine.document.types_at import Step, field_names, models_at, tag_of
from render_engine.errors import DocumentError, Problem

MOST_SHOWN = 50
MOST_READ = 2000

Detail = Mapping[str, Any]  # one error as pydantic tells it: type, loc, input, ctx

EXPECTED = {
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "int_from_float": "a whole number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "a text",
    "string_unicode": "a text of whole characters",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object",
    "mapping_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "none_required": "null",
}
PATTERNS = dict.fromkeys((r"^-?\d+(\.\d+)?%$", r"^\d+(\.\d+)?%$"), "a percentage like “50%”")
LIMITS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


class Repeated(dict[str, Any]):
    """A group that was a repeat: problems in its copies are told at the layer that was written."""


@dataclass(frozen=True)
class Found:
    """One error of the validator, at its real place."""

    steps: tuple[Step, ...]
    branch: tuple[Step, ...] | None  # the union's own place in the validator's terms, where a branch of it speaks
    detail: Detail


def problems_of(error: ValidationError, raw: Any, model: type[BaseModel], where: str = "") -> tuple[Problem, ...]:
    """Every problem, in document order; `where` is the path of `raw` itself."""
    details = error.errors(include_url=False)[:MOST_READ]
    found = [_placed(raw, detail) for detail in details]
    by_place: dict[tuple[Step, ...], list[Found]] = {}
    for one in found:
        if not _outdone(one, found):
            by_place.setdefault(one.steps, []).append(one)
    told = [_told(raw, model, steps, group, where) for steps, group in by_place.items()]
    return tuple(dict.fromkeys(told))


def refuse(problems: Sequence[Problem]) -> DocumentError:
    """The error to raise: the first fifty, and how many more."""
    if len(problems) > MOST_SHOWN:
        rest = Problem("", f"… and {len(problems) - MOST_SHOWN} more problems")
        problems = (*problems[:MOST_SHOWN], rest)
    return DocumentError(problems)


def path_text(raw: Any, steps: Iterable[Step], where: str = "") -> str:
    """layers[2].position[0]; within the copies of a repeat the path of the layer that was written."""
    text, value, copies = where, raw, False
    for step in steps:
        if copies:
            copies = False  # this step counts the copies
        elif isinstance(value, Repeated) and step == "layers":
            text, copies = f"{text}.layer", True
        elif isinstance(step, int):
            text += f"[{step}]"
        else:
            name = step if re.fullmatch(r"[\w$-]{1,80}", step) else f"“{step[:80]}”"
            text += f".{name}" if text else name
        child = _step(value, step)
        value = child[0] if child else None
    return text


def describe(value: Any) -> str:
    """What stands there, in a few words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text “{value if len(value) <= 60 else value[:57] + '…'}”"
    if isinstance(value, (int, float)):
        return f"{value:.12g}" if isinstance(value, float) or abs(value) < 10**15 else f"{float(value):.6g}"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    return "an object" if isinstance(value, (dict, BaseModel)) else f"a {type(value).__name__}"


def _placed(raw: Any, detail: Detail) -> Found:
    loc: tuple[Step, ...] = detail["loc"]
    ends_in_key = detail["type"] in ("missing", "extra_forbidden")
    inner = loc[:-1] if ends_in_key else loc
    goal = raw if detail["type"] == "extra_forbidden" else detail["input"]
    anywhere = detail["type"] == "extra_forbidden"
    walk = _trace(raw, inner, 0, goal, anywhere)
    if walk is None:
        walk = _greedy(raw, inner)
    steps = tuple(inner[k] for k in walk)
    skipped_last = bool(inner) and (not walk or walk[-1] != len(inner) - 1)
    branch = inner[: walk[-1] + 1 if walk else 0] if skipped_last else None
    return Found((*steps, loc[-1]) if ends_in_key else steps, None if ends_in_key else branch, detail)


def _trace(value: Any, loc: tuple[Step, ...], at: int, goal: Any, anywhere: bool) -> tuple[int, ...] | None:
    """Which of the validator's steps are steps of the document: those that lead to the very value it saw."""
    if at == len(loc):
        return () if anywhere or value is goal else None
    step = loc[at]
    child = _step(value, step)
    if child and not (isinstance(value, dict) and step == value.get("type")):
        rest = _trace(child[0], loc, at + 1, goal, anywhere)
        if rest is not None:
            return (at, *rest)
    if isinstance(step, str):
        rest = _trace(value, loc, at + 1, goal, anywhere)
        if rest is not None:
            return rest
    return (at, *after) if child and (after := _trace(child[0], loc, at + 1, goal, anywhere)) is not None else None


def _greedy(raw: Any, loc: tuple[Step, ...]) -> tuple[int, ...]:
    taken = []
    value = raw
    for k, step in enumerate(loc):
        if child := _step(value, step):
            taken.append(k)
            value = child[0]
    return tuple(taken)


def _step(value: Any, step: Step) -> tuple[Any] | None:
    if isinstance(value, dict) and step in value:
        return (value[step],)
    if isinstance(value, (list, tuple)) and isinstance(step, int) and step < len(value):
        return (value[step],)
    return None


def _outdone(one: Found, all_found: Sequence[Found]) -> bool:
    """Whether another branch of the same union fits the value better, and only fails further in."""
    if one.branch is None:
        return False
    depth = len(one.branch)
    return any(
        len(other.steps) > len(one.steps)
        and other.detail["loc"][:depth] == one.branch
        and other.steps[: len(one.steps)] == one.steps
        for other in all_found
    )


def _told(raw: Any, model: type[BaseModel], steps: tuple[Step, ...], group: Sequence[Found], where: str) -> Problem:
    details = [one.detail for one in group]
    first = details[0]
    path = path_text(raw, steps, where)
    for kind, tell in WHOLE.items():
        if first["type"] == kind:
            return tell(raw, model, steps, first, path)
    expected = list(dict.fromkeys(word for detail in details for word in _expected(detail)))
    own = next((detail for detail in details if detail["type"] in ("value_error", "assertion_error")), None)
    if own is not None:
        return Problem(path, str(own["ctx"]["error"]))
    words = [word for detail in details for word in _literals(detail)]
    hint = did_you_mean(first["input"], words) if words and isinstance(first["input"], str) else None
    return Problem(path, f"expected {' or '.join(expected)}, got {describe(first['input'])}", hint)


def _expected(detail: Detail) -> list[str]:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in LIMITS:
        name, words = LIMITS[kind]
        return [f"a number of {words} {describe(context[name])}"]
    if kind in EXPECTED:
        return [EXPECTED[kind]]
    if kind == "literal_error":
        return [one_of(f"“{word}”" for word in _literals(detail)) or str(context["expected"])]
    if kind == "string_pattern_mismatch":
        return [PATTERNS.get(context["pattern"], "a text of another form")]
    if kind in ("too_long", "string_too_long"):
        return [f"at most {context['max_length']} {_items(kind)}"]
    if kind in ("too_short", "string_too_short"):
        return [f"at least {context['min_length']} {_items(kind)}"]
    return ["another value"]


def _items(kind: str) -> str:
    return "characters" if kind.startswith("string") else "items"


def _literals(detail: Detail) -> list[str]:
    return re.findall(r"'([^']*)'", detail["ctx"]["expected"]) if detail["type"] == "literal_error" else []


def _extra(raw: Any, model: type[BaseModel], steps: tuple[Step, ...], detail: Detail, path: str) -> Problem:
    names = [name for kind in models_at(model, raw, steps[:-1]) for name in field_names(kind)]
    hint = did_you_mean(str(steps[-1]), names)
    known = None if not names else f"The fields here are {one_of(names)}."
    return Problem(path, "there is no such field", hint or known)


def _missing(raw: Any, model: type[BaseModel], steps: tuple[Step, ...], detail: Detail, path: str) -> Problem:
    if isinstance(steps[-1], int):
        return Problem(path, f"a value is missing: {describe(detail['input'])} is too short")
    return Problem(path, "this field is required and missing")


def _unknown_tag(raw: Any, model: type[BaseModel], steps: tuple[Step, ...], detail: Detail, path: str) -> Problem:
    context = detail["ctx"]
    kinds = re.findall(r"'([^']*)'", context["expected_tags"])
    kinds += ["repeat"] if "group" in kinds else []  # unfolded before the models see it
    return Problem(
        f"{path}.type",
        f"there is no kind “{str(context['tag'])[:60]}”; it is one of {one_of(kinds)}",
        did_you_mean(str(context["tag"]), kinds),
    )


def _no_tag(raw: Any, model: type[BaseModel], steps: tuple[Step, ...], detail: Detail, path: str) -> Problem:
    if not isinstance(detail["input"], (dict, BaseModel)):
        return Problem(path, f"expected an object, got {describe(detail['input'])}")
    kinds = one_of(tag for kind in models_at(model, raw, steps) if (tag := tag_of(kind)))
    return Problem(f"{path}.type", f"this field is required and missing: it is one of {kinds}")


WHOLE = {
    "extra_forbidden": _extra,
    "missing": _missing,
    "union_tag_invalid": _unknown_tag,
    "union_tag_not_found": _no_tag,
}
