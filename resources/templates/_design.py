"""What templates share: a palette and typefaces as props, and a frame in whose units everything is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from render_engine.color import parse
from render_engine.document.fields import ColorText, Model
from render_engine.document.gradient import LinearGradient, Stop
from render_engine.document.typed_props import FileName
from render_engine.layers.audio import Audio
from render_engine.motion.tokens import PALETTES, Palette

Size = tuple[int, int]
Box = tuple[float, float]  # width and height, px
Heading = Literal["Inter", "Instrument Serif", "Space Grotesk", "DM Sans"]
PaletteName = Literal["dark", "light", "midnight", "sunset", "ocean"]
DARK = "#0b0d12"

# at this weight, and so many hundredths of an em between letters, each family makes a good headline
HEADINGS: dict[str, tuple[int, float]] = {
    "Inter": (800, -0.032), "Instrument Serif": (400, -0.015), "Space Grotesk": (700, -0.03), "DM Sans": (800, -0.03),
}  # fmt: skip


class Colors(Model):
    """The palette, and the colours that differ from it."""

    palette: PaletteName = Field("dark", description="Colours that go together; those below replace single ones.")
    primary: ColorText | None = Field(None, description="Instead of the palette's main colour.")
    secondary: ColorText | None = Field(None, description="Instead of the palette's second colour.")
    accent: ColorText | None = Field(None, description="Instead of the palette's accent.")
    background: ColorText | None = Field(None, description="Instead of the palette's background.")
    text: ColorText | None = Field(None, description="Instead of the palette's text colour.")
    muted: ColorText | None = Field(None, description="Instead of the palette's colour of smaller text.")


class Theme(Colors):
    """How a template looks and sounds."""

    font: Heading = Field("Inter", description="The typeface of headlines.")
    music: FileName | None = Field(None, description="Sound under it all; null is silence.")


def colors_of(props: Colors) -> Palette:
    """What was chosen is kept; what was not is made to stand out from the background, whichever that is."""
    own = PALETTES[props.palette]
    bg = props.background or own.bg
    text = props.text or readable(own.text, bg, 7)
    return Palette(
        primary=props.primary or own.primary,
        secondary=props.secondary or own.secondary,
        accent=props.accent or readable(own.accent, bg, 6.5),
        bg=bg,
        bg_alt=mixed(bg, text, 0.05) if props.background else own.bg_alt,
        text=text,
        text_muted=props.muted or readable(own.text_muted, bg, 7.5),
    )


def luminance(color: str) -> float:
    """WCAG's relative luminance, 0…1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parse(color)[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG's ratio, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(color: str, other: str, share: float) -> str:
    """`share` of the other one in it."""
    channels = [round(255 * (a + (b - a) * share)) for a, b in zip(parse(color)[:3], parse(other)[:3], strict=True)]
    return "#{:02x}{:02x}{:02x}".format(*channels)


def readable(color: str, on: str, least: float) -> str:
    """The colour, as much nearer to white or black as it needs to stand out by `least`."""
    end = max("#ffffff", "#000000", key=lambda ink: contrast(ink, on))
    tried = (mixed(color, end, k / 20) if k else color for k in range(21))
    return next((found for found in tried if contrast(found, on) >= least), end)


def ink_on(*fills: str) -> str:
    """White, unless near black stands out much better from all of them."""
    white, dark = (min(contrast(ink, fill) for fill in fills) for ink in ("#ffffff", DARK))
    return "#ffffff" if white >= 3 or white >= dark else DARK


@dataclass(frozen=True)
class Frame:
    """All lengths follow the shorter side: `px` is one at full HD. Words keep to the title-safe inside of `margin`."""

    width: int
    height: int

    @property
    def px(self) -> float:
        return min(self.width, self.height) / 1080

    @property
    def is_wide(self) -> bool:
        return self.width > 1.2 * self.height

    @property
    def is_tall(self) -> bool:
        return self.height > 1.2 * self.width

    @property
    def margin(self) -> tuple[float, float]:
        """Across and down; phones cover the upper and lower edge of an upright video."""
        down = 0.12 if self.is_tall else 0.1
        return (0.1 if not self.is_tall else 0.08) * self.width, down * self.height

    @property
    def room(self) -> tuple[float, float]:
        return self.width - 2 * self.margin[0], self.height - 2 * self.margin[1]

    def pick(self, wide: Any, square: Any, tall: Any) -> Any:
        return wide if self.is_wide else tall if self.is_tall else square


def headline(font: str) -> dict[str, Any]:
    """Family and weight of a headline, as a Text takes them."""
    return {"font": font, "weight": HEADINGS[font][0]}


def tracking(font: str, size: float) -> float:
    """Px between the letters of a headline."""
    return HEADINGS[font][1] * size


def faint(color: str, alpha: float) -> str:
    """The colour (#rrggbb or any other way to write one), let through."""
    red, green, blue = (round(255 * channel) for channel in parse(color)[:3])
    return f"rgba({red}, {green}, {blue}, {alpha:g})"


def sheen(one: str, other: str, angle: float = 100, until: float = 0.45) -> LinearGradient:
    """A headline's colour that turns into another one towards its end."""
    return LinearGradient(angle=angle, stops=[one, Stop(color=one, offset=until), other])


def music(source: str | None, seconds: float, volume: float = 0.7) -> list[Audio]:
    """Goes around again where the film is longer, and fades away at its end."""
    if not source:
        return []
    return [
        Audio(
            id="music",
            source=source,
            role="music",
            when_over="loop",
            end=seconds,
            volume=volume,
            fade_out=min(1.5, seconds / 4),
        )
    ]
