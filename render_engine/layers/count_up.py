"""A number that counts, each digit in a slot of its own: however the value changes, no digit stands beside its slot."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from render_engine.display_list import Op
from render_engine.document.fields import EasingName, Finite, Seconds
from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import VisualLayer
from render_engine.layers import text
from render_engine.layers.text import Text
from render_engine.layers.text_content import TextContent
from render_engine.layers.text_style import Size, TextShadow, TextStroke, Weight
from render_engine.layers.typeset import Part, joined, shifted
from render_engine.matrix import Matrix
from render_engine.timeline.context import Context
from render_engine.timeline.easing import easing
from render_engine.timeline.motion import Kept, Motion, merged
from render_engine.timeline.scene import View

Amount = Annotated[float, Field(ge=-1e15, le=1e15)]
MINUS = "\u2212"
# between thousands, and before decimals
MARKS = {
    "en": (",", "."),
    "de": (".", ","),
    "fr": ("\u202f", ","),
    "ch": ("\u2019", "."),
    "none": ("", "."),
}
SHARES = {"left": 0.0, "center": 0.5, "right": 1.0}
SAMPLES = 256  # of the way: an easing may go beyond its ends, and need more room there


class CountUp(VisualLayer):
    """A number that counts from one value to another. Its box is as wide as its widest value."""

    type: Literal["count_up"] = "count_up"
    from_: Amount = Field(0, alias="from")
    to: Amount
    duration: Annotated[float, Field(gt=0, le=86400)] = Field(1, description="Seconds.")
    delay: Seconds = Field(0, description="When it begins to count.")
    easing: EasingName = "outCubic"
    prefix: str = Field("", max_length=200)
    suffix: str = Field("", max_length=200)
    decimals: Annotated[int, Field(ge=0, le=12)] | None = Field(
        None, description="Digits after the point; as many as “from” and “to” are written with, if left out."
    )
    locale: Literal["en", "de", "fr", "ch", "none"] = Field(
        "en", description="How it is written: 1,234.5 or 1.234,5 or 1 234,5 or 1’234.5 or 1234.5."
    )
    align: Literal["left", "center", "right"] = Field("right", description="Of values that are narrower than the box.")
    font: str = Field("Inter", description="A bundled family, or one that the document names under “fonts”.")
    weight: Weight = 400
    italic: bool = False
    size: Size = 64
    color: AnyPaint = Field("white", description="A colour, or a gradient over the box.")
    line_height: Annotated[float, Field(gt=0, le=10, description="As a multiple of the size.")] = 1.2
    letter_spacing: Finite = Field(0, description="Px added after each character.")
    stroke: TextStroke | None = None
    shadows: list[TextShadow] = Field([], max_length=16)

    @model_validator(mode="after")
    def _counts_digits(self) -> Self:
        if max(abs(self.from_), abs(self.to)) * 10**self.places >= 2**53:
            raise ValueError("numbers have 15 digits at most: take fewer decimals")
        return self

    @property
    def places(self) -> int:
        """Digits after the point."""
        if self.decimals is not None:
            return self.decimals
        written = (Decimal(repr(value)).normalize().as_tuple().exponent for value in (self.from_, self.to))
        return min(12, max(0, *(-int(exponent) for exponent in written)))


@dataclass(frozen=True)
class CountUpContent:
    """`letters`: of each character and of prefix and suffix, the glyphs and the width of its slot."""

    base: TextContent
    letters: Mapping[str, tuple[tuple[Part, ...], float]]
    model: CountUp
    value: Callable[[float], float]  # of the layer's seconds
    counting: Motion  # when the value changes
    kept: Kept[TextContent] = field(default_factory=Kept, init=False, compare=False, repr=False)

    @property
    def width(self) -> float:
        return self.base.width

    @property
    def height(self) -> float:
        return self.base.height

    @property
    def baseline(self) -> float:
        return self.base.baseline

    @property
    def single(self) -> bool:
        return True

    @cached_property
    def motion(self) -> Motion:
        return merged([self.counting, self.base.motion])

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        seconds = time.numerator / time.denominator
        return self.kept.at(seconds, self.counting, None, lambda: self._set(seconds)).draw(time, matrix, view)

    def written(self, seconds: float) -> str:
        """The number, without prefix and suffix."""
        return written(self.value(seconds), self.model)

    def _set(self, seconds: float) -> TextContent:
        """Slot after slot."""
        pieces = [self.model.prefix, *self.written(seconds), self.model.suffix]
        x = (self.width - sum(self.letters[piece][1] for piece in pieces)) * SHARES[self.model.align]
        placed: list[Part] = []
        for piece in pieces:
            parts, width = self.letters[piece]
            placed += [shifted(part, x) for part in parts]
            x += width
        return replace(self.base, still=(joined(placed[0].key, placed),))


def written(value: float, model: CountUp) -> str:
    thousands, point = MARKS[model.locale]
    whole, _, rest = f"{abs(value):,.{model.places}f}".partition(".")
    sign = MINUS if value < 0 and (whole + rest).strip("0,") else ""
    return sign + whole.replace(",", thousands) + (point + rest if rest else "")


def resolve(layer: CountUp, context: Context) -> CountUpContent:
    ease, delay = easing(layer.easing), context.values.delay(layer.delay)

    def value(seconds: float) -> float:
        share = (seconds - delay) / layer.duration
        return layer.to if share >= 1 else layer.from_ + (layer.to - layer.from_) * ease(max(0.0, share))

    on_the_way = [value(delay + k / SAMPLES * layer.duration) for k in range(SAMPLES + 1)]
    return counter(layer, value, ((delay, delay + layer.duration),), on_the_way, context)


def counter(
    layer: CountUp, value: Callable[[float], float], counting: Motion, values: Iterable[float], context: Context
) -> CountUpContent:
    """A number that changes by a function of time, dressed as the layer. `values`: all that need room."""
    numbers = [written(value, layer) for value in values][::-1]  # of those as long as the longest, the last is taken
    letters = _letters(layer, {*"0123456789", *"".join(numbers)}, context)
    around = letters[layer.prefix][1] + letters[layer.suffix][1]
    width = around + max(sum(letters[char][1] for char in number) for number in numbers)
    base = _text(layer, layer.prefix + max(numbers, key=len) + layer.suffix, context)
    base = replace(base, layout=replace(base.layout, width=width))
    return CountUpContent(base, letters, layer, value, counting)


def _text(layer: CountUp, written: str, context: Context) -> TextContent:
    names = ("font", "weight", "italic", "size", "color", "line_height", "letter_spacing", "stroke", "shadows")
    style: dict[str, Any] = {name: getattr(layer, name) for name in names}
    return text.resolve(Text(text=written, features={"tnum": 1}, **style), context)


def _letters(layer: CountUp, chars: set[str], context: Context) -> dict[str, tuple[tuple[Part, ...], float]]:
    letters = {char: _letter(layer, char, context) for char in {*chars, layer.prefix, layer.suffix}}
    slot = max(letters[digit][1] for digit in "0123456789")  # where a font has no figures of one width
    for digit in "0123456789":
        parts, width = letters[digit]
        letters[digit] = (tuple(shifted(part, (slot - width) / 2) for part in parts), slot)
    return letters


def _letter(layer: CountUp, written: str, context: Context) -> tuple[tuple[Part, ...], float]:
    """A zero stands behind it while it is measured, since spaces at a line's end have no width."""
    if not written:
        return (), 0.0
    whole = _text(layer, written + "0", context)
    zero = whole.layout.cells[-1]
    return _text(layer, written, context).still, zero.x0
