"""Easings and springs as curves, computed by the engine's own functions, with a dot that goes along them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.gallery.entry import Entry
from app.gallery.lines import as_json

Curve = Callable[[float], float]
STEPS = 60
NARROW = 26  # characters
WIDE, HIGH = 200.0, 120.0  # of a drawing, in its px
LOW, TOP = 96.0, 26.0  # where 0 and 1 lie
FROM, TO = 8.0, 168.0  # where the curve begins and ends; beside it runs the ball
TRACK = 188.0
REST = 0.25  # share of a round in which everything stands still


def easings() -> list[Entry]:
    from render_engine.timeline.easing import EASINGS, easing

    found: dict[str, Curve] = {**EASINGS, "step(4)": easing("step(4)")}
    return [_easing(name, curve) for name, curve in found.items()]


def springs() -> list[Entry]:
    from render_engine.timeline.spring import PRESETS

    longest = max(spring.settles() for spring in PRESETS.values())
    return [_spring(name, longest) for name in PRESETS]


def _easing(name: str, curve: Curve) -> Entry:
    return Entry("easings", name, "", {"JSON": f'"easing": "{name}"'}, drawing=drawing(curve, 1.2))


def _spring(name: str, longest: float) -> Entry:
    """All on one scale of time, so that they can be compared."""
    from render_engine.timeline.spring import PRESETS

    spring = PRESETS[name]
    settles = spring.settles()
    says = (
        f"Settles in {settles:.2f} s. Mass {spring.mass:g}, damping {spring.damping:g}, stiffness {spring.stiffness:g}."
    )
    lines = {"JSON": as_json({"spring": name, "from": 0, "to": 1}, NARROW)}
    drawn = drawing(lambda share: spring.at(share * longest), longest, mark=settles / longest)
    return Entry("springs", name, says, lines, drawing=drawn)


def drawing(curve: Curve, seconds: float, mark: float | None = None) -> str:
    """SVG; `mark`: share of the time at which a fine line stands."""
    spots = [(FROM + (TO - FROM) * k / STEPS, LOW - (LOW - TOP) * curve(k / STEPS)) for k in range(STEPS + 1)]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    time = f'dur="{seconds / (1 - REST):.2f}s" repeatCount="indefinite"'
    along, up = _values(x for x, _ in spots), _values(y for _, y in spots)
    moves = f'<animate attributeName="cy" values="{up}" {time}/>'
    return (
        f'<svg class="curve" viewBox="0 0 {WIDE:g} {HIGH:g}" aria-hidden="true">'
        f'<path class="frame" d="M{FROM:g} {LOW:g}H{TO:g}M{FROM:g} {TOP:g}H{TO:g}{_mark(mark)}"/>'
        f'<path class="track" d="M{TRACK:g} {LOW:g}V{TOP:g}"/><path class="line" d="{path}"/>'
        f'<circle class="ball" cx="{TRACK:g}" cy="{LOW:g}" r="6">{moves}</circle>'
        f'<circle class="dot" cx="{FROM:g}" cy="{LOW:g}" r="3.4">'
        f'<animate attributeName="cx" values="{along}" {time}/>{moves}</circle></svg>'
    )


def _mark(share: float | None) -> str:
    return "" if share is None else f"M{FROM + (TO - FROM) * share:.1f} {LOW:g}v-4"


def _values(numbers: Iterable[float]) -> str:
    """Of an animation: each step, then its end for the rest of the round."""
    moving = [f"{number:.1f}" for number in numbers]
    return ";".join(moving + [moving[-1]] * round(STEPS * REST / (1 - REST)))
