"""What a layer says to the stack that it stands in: how it grows, shrinks and aligns (CSS's flex items)."""

from typing import Annotated

from pydantic import Field

from render_engine.document.fields import Extent, Finite, Model
from render_engine.layout.boxes import Align

Margin = Finite | tuple[Finite, Finite] | tuple[Finite, Finite, Finite, Finite]
Factor = Annotated[float, Field(ge=0, le=1e6)]


class Flex(Model):
    """A layer's part in a stack."""

    grow: Factor = Field(0, description="Its share of the room that is left over along the stack.")
    shrink: Factor | None = Field(
        None, description="How much it yields where there is too little room: 1 for texts that wrap and stacks, else 0."
    )
    basis: Extent | None = Field(None, description="Its length along the stack before it grows or shrinks; its own.")
    align: Align | None = Field(None, description="Across the stack; as the stack aligns all, if left out.")
    margin: Margin = Field(0, description="px around it: one, or vertical and horizontal, or top, right, bottom, left.")
    absolute: bool = Field(False, description="Takes no room; its position is of the stack, as in a group.")
