"""Colours looked up in a table: a .cube file, as grading tools write them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from render_engine.display_list import Effect, Table
from render_engine.document.fields import AnimatedShare, Model
from render_engine.effects.amount import amount
from render_engine.errors import MediaError
from render_engine.media.cube import read_cube

if TYPE_CHECKING:
    from render_engine.timeline.context import Context


class Lut(Model):
    """Grades the layer by a look-up table."""

    type: Literal["lut"] = "lut"
    source: str = Field(description="A .cube file, 1D or 3D, relative to the document.")
    strength: AnimatedShare = Field(1, description="0 leaves the layer's own colours.")


def resolve(model: Lut, context: "Context", size: tuple[float, float]) -> Callable[[float, float], Effect | None]:
    try:
        cube = read_cube(context.file(model.source))
    except MediaError as error:
        raise context.wrong(error.message, "source") from error
    strength = context.values.number(model.strength)
    tables = (Table(cube.shape, cube.values),)

    def at(seconds: float, scale: float) -> Effect | None:
        share = amount(strength.at(seconds))
        return Effect("lut", (share, *cube.low, *cube.high), 0, tables=tables) if share else None

    return at
