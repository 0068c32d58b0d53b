"""Springs from 0 to 1 in closed form: m·x'' = k·(1 − x) − c·x', x(0) = x'(0) = 0."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

RESTS = 2.0**-30  # of its way: nearer than any quantised number can tell


@dataclass(frozen=True)
class Spring:
    mass: float = 1.0
    damping: float = 30.0
    stiffness: float = 400.0

    def at(self, seconds: float) -> float:
        """Where the spring stands `seconds` after its release; it may overshoot 1."""
        if seconds <= 0:
            return 0.0
        return 1.0 if seconds >= self.rest else self._moving(seconds)

    @cached_property
    def rest(self) -> float:
        """Seconds after which the spring stands still: exactly 1 from then on."""
        end = 0.05
        while self._envelope(end) > RESTS:
            end *= 1.02
        return end

    def _moving(self, seconds: float) -> float:
        natural = math.sqrt(self.stiffness / self.mass)
        ratio = self.damping / (2 * math.sqrt(self.stiffness * self.mass))
        decay = ratio * natural
        if abs(ratio - 1) < 1e-9:
            return 1 - math.exp(-natural * seconds) * (1 + natural * seconds)
        if ratio < 1:
            swing = natural * math.sqrt(1 - ratio * ratio)
            phase = swing * seconds
            return 1 - math.exp(-decay * seconds) * (math.cos(phase) + decay / swing * math.sin(phase))
        root = natural * math.sqrt(ratio * ratio - 1)
        slow, fast = root - decay, -root - decay
        return 1 + (fast * math.exp(slow * seconds) - slow * math.exp(fast * seconds)) / (slow - fast)

    def settles(self, threshold: float = 0.005) -> float:
        """Seconds after which the spring stays within `threshold` of 1, to the millisecond."""
        end = 0.05
        while self._envelope(end) > threshold:
            end *= 1.5
        steps = math.ceil(end * 1000)
        last = next((k for k in range(steps, -1, -1) if abs(self.at(k / 1000) - 1) > threshold), -1)
        return (last + 1) / 1000

    def _envelope(self, seconds: float) -> float:
        """A bound on |x − 1| from `seconds` on."""
        natural = math.sqrt(self.stiffness / self.mass)
        ratio = self.damping / (2 * math.sqrt(self.stiffness * self.mass))
        if ratio >= 1:
            return abs(self._moving(seconds) - 1)  # never comes back
        return math.exp(-ratio * natural * seconds) / math.sqrt(1 - ratio * ratio)


PRESETS = {
    "snappy": Spring(1, 30, 400),
    "bouncy": Spring(1, 15, 300),
    "gentle": Spring(1, 20, 100),
    "stiff": Spring(1, 40, 600),
    "wobbly": Spring(1, 10, 200),
    "smooth": Spring(1, 25, 120),
    "poppy": Spring(1, 22, 500),
}
