"""Text that is typed: set once as a whole, so that no line moves, and shown as far as it was written."""

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from render_engine.display_list import Op
from render_engine.document.fields import Seconds, seconds
from render_engine.document.gradient import AnyPaint
from render_engine.layers import text
from render_engine.layers.text import Text
from render_engine.layers.text_content import TextContent
from render_engine.layers.typeset import Key, Part, joined
from render_engine.matrix import Matrix, multiply, translation
from render_engine.text.layout import Cell, TextLayout
from render_engine.text.segments import graphemes
from render_engine.timeline.context import Context
from render_engine.timeline.motion import Kept, Motion, merged
from render_engine.timeline.scene import View

Speed = Annotated[float, Field(gt=0, le=1000)]
Point = tuple[float, float]

LETTER_BY_LETTER = {"liga": 0, "clig": 0}  # a ligature of two letters would come with the first


class Typewriter(Text):
    """A text that is written before the eye, with a blinking cursor."""

    type: Literal["typewriter"] = "typewriter"  # type: ignore[assignment]  # a text that comes another way
    speed: Speed = Field(20, description="Characters a second; a character is a grapheme cluster.")
    delay: Seconds = Field(0, description="When the writing begins.")
    cursor: Annotated[str, Field(max_length=8)] = Field("|", description="Stands after what is written; “” for none.")
    cursor_color: AnyPaint | None = Field(None, description="The text's if left out.")
    blink: Annotated[float, Field(gt=0, le=60)] = Field(0.5, description="Seconds the cursor is seen, and not seen.")

    @model_validator(mode="after")
    def _comes_one_way(self) -> Self:
        if self.animators:
            raise ValueError("a typewriter's characters come as they are typed: take “animators” away, or use a text")
        return self


@dataclass(frozen=True)
class TypedContent:
    """`times`: when each grapheme is written, rising; `pens`: where the cursor stands after so many of them."""

    whole: TextContent
    times: tuple[float, ...]
    cursor: TextContent | None
    pens: tuple[Point, ...]
    blink: float
    blinks: Motion
    written: Kept[TextContent] = field(default_factory=Kept, init=False, compare=False, repr=False)

    @property
    def width(self) -> float:
        return self.whole.width

    @property
    def height(self) -> float:
        return self.whole.height

    @property
    def baseline(self) -> float:
        return self.whole.baseline

    @property
    def single(self) -> bool:
        return False

    @cached_property
    def typing(self) -> Motion:
        return merged([((time, time),) for time in self.times])

    @cached_property
    def motion(self) -> Motion:
        cursor = (self.blinks, self.cursor.motion) if self.cursor else ()
        return merged([self.typing, self.whole.motion, *cursor])

    def count(self, seconds: float) -> int:
        """How many graphemes are written."""
        return bisect_right(self.times, seconds)

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        now = time.numerator / time.denominator
        count = self.count(now)
        text = self.written.at(now, self.typing, None, lambda: replace(self.whole, still=self._parts(count)))
        ops = text.draw(time, matrix, view)
        if self.cursor is None or int(now / self.blink + 1e-9) % 2:
            return ops
        x, y = self.pens[count]
        place = multiply(matrix, translation(x, y - self.cursor.baseline))
        return (*ops, *self.cursor.draw(time, place, view))

    def _parts(self, count: int) -> tuple[Part, ...]:
        """What is written, in as few parts as there are styles."""
        found: dict[Key, list[Part]] = {}
        for part in self.whole.moving:
            if part.key[1] < count:
                found.setdefault((part.key[0], -1, -1, -1, *part.key[4:]), []).append(part)
        return tuple(joined(key, parts) for key, parts in found.items())


def resolve(layer: Typewriter, context: Context) -> TypedContent:
    single = {**LETTER_BY_LETTER, **layer.features}
    whole = text.resolve(layer.model_copy(update={"features": single}), context, apart=True)
    first, step = seconds(layer.delay), 1 / seconds(layer.speed)
    times = [first + (k + 1) * step for k in range(whole.layout.graphemes)]
    cursor = _cursor(layer, context)
    return typed(whole, times, cursor, layer.blink, context)


def _cursor(layer: Typewriter, context: Context) -> TextContent | None:
    if not layer.cursor:
        return None
    style = {name: getattr(layer, name) for name in ("font", "weight", "italic", "size", "line_height", "shadows")}
    return text.resolve(Text(text=layer.cursor, color=layer.cursor_color or layer.color, **style), context)


def typed(
    whole: TextContent, times: list[Fraction], cursor: TextContent | None, blink: float, context: Context
) -> TypedContent:
    """A text, resolved apart, that is written: `times` has a moment for each of its graphemes, in rising order."""
    changes = range(1, int(float(context.length) / blink) + 1)
    blinks = tuple((k * blink, k * blink) for k in changes)
    return TypedContent(whole, tuple(float(time) for time in times), cursor, _pens(whole.layout), blink, blinks)


def _pens(layout: TextLayout) -> tuple[Point, ...]:
    """Where a cursor stands before anything is written, and after each grapheme."""
    if not layout.lines:
        return ((0.0, 0.0),)
    bounds, cells = graphemes(layout.text), {cell.grapheme: cell for cell in layout.cells}
    pens = [_first(layout, cells)]
    for k in range(layout.graphemes):
        cell = cells.get(k)
        if cell:
            pens.append((_after(cell, cells), layout.lines[cell.line].baseline))
        else:
            new = next((line for line in layout.lines if line.start == bounds[k + 1]), None)
            pens.append((new.x, new.baseline) if new and not layout.text[bounds[k]].isalnum() else pens[-1])
    return tuple(pens)


def _first(layout: TextLayout, cells: dict[int, Cell]) -> Point:
    cell, line = cells.get(0), layout.lines[0]
    if cell is None:
        return line.x, line.baseline
    return (cell.x1 if _leftwards(cell, cells) else cell.x0), line.baseline


def _after(cell: Cell, cells: dict[int, Cell]) -> float:
    return cell.x0 if _leftwards(cell, cells) else cell.x1


def _leftwards(cell: Cell, cells: dict[int, Cell]) -> bool:
    """Whether the text runs from right to left here, told by a neighbour in the same line."""
    for step in (1, -1):
        other = cells.get(cell.grapheme + step)
        if other and other.line == cell.line:
            return (other.x0 - cell.x0) * step < 0
    return False
