"""The field for a shape that is one value: what is typed into or clicked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.project import Project
from app.widgets.fields.field import Field
from app.widgets.inspector.schema import UNITS, Shape


@dataclass(frozen=True)
class Offers:
    """What fields propose: the document's own font families, the colours that it uses."""

    families: Sequence[str] = ()
    colors: Sequence[str] = ()


Maker = Callable[[Shape, str, Project, Offers, QWidget], Field]


def value_field(shape: Shape, name: str, project: Project, offers: Offers, parent: QWidget) -> Field:
    """Unset is None in all of them."""
    return MAKERS.get(shape.kind, _json)(shape, name, project, offers, parent)


def _number(shape: Shape, name: str, _project: Project, _offers: Offers, parent: QWidget) -> Field:
    from app.widgets.fields.number import Limits, NumberField

    return NumberField(parent, Limits.of(_usual(shape, name)), unit=UNITS.get(name, ""), nullable=True)


def _usual(shape: Shape, name: str) -> Mapping[str, object]:
    """Limits that are there only to keep a render possible are no reason to step by a hundredth of them."""
    schema = dict(shape.schema)
    if name in ("scale", "speed", "delay", "duration", "stagger", "line_height"):
        schema |= {"minimum": schema.get("minimum", 0 if name != "scale" else -3), "maximum": 3}
    return schema


def _length(shape: Shape, name: str, _project: Project, _offers: Offers, parent: QWidget) -> Field:
    from app.widgets.fields.length import LengthField
    from app.widgets.fields.number import Limits

    return LengthField(parent, Limits.of(shape.schema), unit=UNITS.get(name, ""), nullable=True)


def _moment(_shape: Shape, _name: str, _project: Project, _offers: Offers, parent: QWidget) -> Field:
    from app.widgets.fields.moment import MomentField

    return MomentField(parent, nullable=True)


def _point(shape: Shape, name: str, project: Project, offers: Offers, parent: QWidget) -> Field:
    from app.widgets.fields.point import PointField

    sized = name.endswith("size") or name in ("fit", "radius")
    names = ("W", "H") if sized else ("", "") if name == "trim" else ("X", "Y")
    parts = [value_field(part, "", project, offers, parent) for part in shape.variants]
    return PointField(parts, names, parent)  # type: ignore[arg-type]


def _scale(shape: Shape, name: str, _project: Project, _offers: Offers, parent: QWidget) -> Field:
    from app.widgets.fields.number import Limits, NumberField
    from app.widgets.fields.point import ScaleField

    step = 0.01 if name == "scale" else 1.0
    limits = Limits(shape.schema.get("minimum"), shape.schema.get("maximum"), step=step)
    return ScaleField([NumberField(parent, limits, nullable=True) for _ in range(2)], parent)


def _anchor(_shape: Shape, _name: str, _project: Project, _offers: Offers, parent: QWidget) -> Field:
    from app.widgets.fields.anchor import AnchorField

    return AnchorField(parent)


def _text(shape: Shape, name: str, _project: Project, _offers: Offers, parent: QWidget) -> Field:
    from app.widgets.fields.text import LineField, TextField

    long = name in ("text", "code", "path", "comment", "title") and shape.schema.get("maxLength", 20000) > 80
    return (TextField if long else LineField)(parent, nullable=True)


def _color(_shape: Shape, _name: str, _project: Project, offers: Offers, parent: QWidget) -> Field:
    from app.widgets.fields.color import ColorField

    field = ColorField(parent, nullable=True)
    field.palette_colors = offers.colors
    return field


def _switch(_shape: Shape, _name: str, _project: Project, _offers: Offers, parent: QWidget) -> Field:
    from app.widgets.fields.switch import SwitchField

    return SwitchField(parent)


def _choice(shape: Shape, _name: str, _project: Project, _offers: Offers, parent: QWidget) -> Field:
    from app.widgets.fields.choice import ChoiceField

    return ChoiceField(parent, shape.choices, nullable=shape.nullable)


def _file(_shape: Shape, _name: str, project: Project, _offers: Offers, parent: QWidget) -> Field:
    from app.widgets.fields.file import FileField

    field = FileField(parent, nullable=True)
    field.base = project.folder
    return field


def _font(_shape: Shape, _name: str, _project: Project, offers: Offers, parent: QWidget) -> Field:
    from app.widgets.fields.font import FontField

    return FontField(parent, offers.families)


def _easing(_shape: Shape, _name: str, _project: Project, _offers: Offers, parent: QWidget) -> Field:
    from app.widgets.fields.easing import EasingField

    return EasingField(parent)


def _spring(_shape: Shape, _name: str, _project: Project, _offers: Offers, parent: QWidget) -> Field:
    from app.widgets.fields.easing import SpringField

    return SpringField(parent)


def _json(_shape: Shape, _name: str, _project: Project, _offers: Offers, parent: QWidget) -> Field:
    from app.widgets.fields.json_text import JsonField

    return JsonField(parent, nullable=True)


MAKERS: Mapping[str, Maker] = {
    "number": _number,
    "length": _length,
    "time": _moment,
    "point": _point,
    "scale": _scale,
    "anchor": _anchor,
    "text": _text,
    "color": _color,
    "switch": _switch,
    "choice": _choice,
    "file": _file,
    "font": _font,
    "easing": _easing,
    "spring": _spring,
}
