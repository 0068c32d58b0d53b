"""A document's colours by name: `"palette": "ocean"`, or an object of colours, maybe over a palette of ours.

`${palette.primary}` and `${spacing.md}` are read like props. A nested composition has the palette of what it stands in
unless it states its own.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from render_engine import color
from render_engine.document.suggest import did_you_mean, nearest, one_of
from render_engine.motion.tokens import PALETTES, SPACING, Palette

Colors = dict[str, str]  # name → colour, as it was written
PaletteName = Literal["dark", "light", "midnight", "sunset", "ocean"]
assert set(PALETTES) == set(PaletteName.__args__)  # type: ignore[attr-defined]  # typing tells no more of a Literal

STANDARD = tuple(field.name for field in fields(Palette))
NAME = re.compile(r"[A-Za-z_]\w{0,63}")


def colors(palette: Any) -> Colors:
    """All colours of a stated palette. Raises ValueError with what to write instead."""
    if isinstance(palette, str):
        return asdict(PALETTES[_known(palette)])
    if not isinstance(palette, Mapping):
        raise ValueError(f"a palette is {one_of(PALETTES)}, or an object of colours")  # noqa: TRY004 - a problem of the document
    own = {name: _colored(name, value) for name, value in palette.items() if name != "base"}
    return {**colors(palette["base"]), **own} if "base" in palette else own


def _known(name: str) -> str:
    if name not in PALETTES:
        hint = did_you_mean(name, PALETTES)
        raise ValueError(f"“{name[:60]}” is not a palette: take {one_of(PALETTES)}{f'. {hint}' if hint else ''}")
    return name


def _colored(name: str, value: Any) -> str:
    """A name that is another spelling of one of ours (bgAlt) would be read by nobody."""
    if not NAME.fullmatch(name):
        raise ValueError(f"“{name[:60]}”: a colour's name has letters, digits and _ only, and begins with a letter")
    meant = nearest(name, STANDARD)
    if meant and meant != name and meant.replace("_", "") == name.replace("_", "").lower():
        raise ValueError(f"“{name}” is written {meant}")
    if not isinstance(value, str):
        raise ValueError(f"“{name}” is not a colour: write #rrggbb")  # noqa: TRY004 - a problem of the document
    color.parse(value)
    return value


def tokens(palette: Colors | None) -> dict[str, Any]:
    """What documents may read by name, beside their props."""
    spacing: dict[str, Any] = {"spacing": dict(SPACING)}
    return spacing if palette is None else {**spacing, "palette": palette}


def _checked(palette: Colors) -> Colors:
    colors(palette)
    return palette


AnyPalette = Annotated[
    Annotated[PaletteName, Tag("name")]
    | Annotated[
        dict[str, str],
        AfterValidator(_checked),
        Tag("colors"),
        Field(
            description="Colours by name: primary, secondary, accent, bg, bg_alt, text, text_muted, and your own; "
            "“base” names a palette that they replace colours of."
        ),
    ],
    Discriminator(lambda value: "colors" if isinstance(value, Mapping) else "name"),
]
