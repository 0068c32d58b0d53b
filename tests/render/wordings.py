"""A template's props as people may fill them in: each text shorter or longer, lists with few or many items, parts left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import cycle, islice
from typing import Any, get_args

from annotated_types import MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from render_engine.document.templates import BASE, template
from render_engine.document.typed_props import is_file_name
from render_engine.errors import BadInput

Wording = dict[str, Any]
Change = Callable[[FieldInfo, Any], Any]

# what a template shows only where it is given
GIVEN: dict[str, Wording] = {
    "captioned-video": {
        "title": "Big Buck Bunny goes for a walk",
        "lowerThird": {"name": "Big Buck Bunny", "title": "Blender Foundation, CC BY 3.0"},
        "logo": str(BASE / "media/framekiln-logo.svg"),
        "captions": [
            {"startMs": 300, "endMs": 2400, "text": "Big Buck Bunny wakes up on a fine morning"},
            {"startMs": 2500, "endMs": 5000, "text": "and stretches under the old tree"},
        ],
    },
    "explainer": {"logo": str(BASE / "media/framekiln-logo.svg")},
    "investor-update": {"logo": str(BASE / "media/framekiln-logo.svg")},
}
NAMES = {"font_family"}  # texts that nobody reads


def usual(name: str) -> BaseModel:
    model: type[BaseModel] = template(name).module().Props
    return model.model_validate(GIVEN.get(name, {}))


def third(text: str) -> str:
    """About a third of it, in whole words."""
    words = text.split()
    return " ".join(words[: max(1, round(len(words) / 3))])


def twice(text: str) -> str:
    return f"{text} {text}" if text else text


def short(field: FieldInfo, value: Any) -> Any:
    return _trimmed(field, third(value)) if isinstance(value, str) else value


def long(field: FieldInfo, value: Any) -> Any:
    return _trimmed(field, twice(value)) if isinstance(value, str) else value


def fewest(field: FieldInfo, value: Any) -> Any:
    """The shortest lists, and nothing where there may be nothing."""
    if isinstance(value, list):
        return value[: _limit(field, MinLen, 0)]
    if isinstance(value, str) and not _limit(field, MinLen, 0):
        return ""
    return None if type(None) in get_args(field.annotation) else value


def most(field: FieldInfo, value: Any) -> Any:
    return list(islice(cycle(value), _limit(field, MaxLen, len(value)))) if isinstance(value, list) else value


def most_and_long(field: FieldInfo, value: Any) -> Any:
    return long(field, most(field, value))


WORDINGS: Mapping[str, Change] = {
    "usual": lambda field, value: value,
    "a third": short,
    "twice": long,
    "least": fewest,
    "most items, twice the words": most_and_long,
}


def worded(name: str, wording: str) -> Wording:
    """The props of a template, each text and list of them changed where its field allows."""
    before = usual(name)
    changed, fields = _changed(before, WORDINGS[wording]), type(before).model_fields
    given = {fields[key].alias or key for key in fields if getattr(changed, key) != fields[key].default}
    return {key: value for key, value in changed.model_dump(by_alias=True).items() if key in given}


def _changed(props: BaseModel, change: Change) -> BaseModel:
    for name, field in type(props).model_fields.items():
        value = getattr(props, name)
        if name in NAMES:
            continue
        changed = change(field, value)
        if not is_file_name(field) or changed is None:
            props = _with(props, name, _inside(changed, change))
    return props


def _inside(value: Any, change: Change) -> Any:
    if isinstance(value, BaseModel):
        return _changed(value, change)
    if isinstance(value, list):
        return [_inside(item, change) if isinstance(item, BaseModel) else change(FieldInfo(), item) for item in value]
    return value


def _with(props: BaseModel, name: str, value: Any) -> BaseModel:
    """Unchanged where the field refuses it, as a colour does that is written twice."""
    try:
        return type(props).model_validate({**props.__dict__, name: value})
    except (ValueError, BadInput):
        return props


def _trimmed(field: FieldInfo, text: str) -> str:
    """As long as the field allows, in whole words."""
    most = _limit(field, MaxLen, len(text))
    return text if len(text) <= most else (text[: most + 1].rsplit(" ", 1)[0] if " " in text else text)[:most]


def _limit(field: FieldInfo, kind: Any, otherwise: int) -> int:
    found = [rule for rule in field.metadata if isinstance(rule, kind)]
    return getattr(found[0], "min_length" if kind is MinLen else "max_length") if found else otherwise
