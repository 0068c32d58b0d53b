"""Design tokens: colours, distances and typefaces that go together, shared by templates and components."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Colours as #rrggbb."""

    primary: str
    secondary: str
    accent: str
    bg: str
    bg_alt: str
    text: str
    text_muted: str


PALETTES: dict[str, Palette] = {
    "dark": Palette("#6366f1", "#8b5cf6", "#06b6d4", "#0a0a0a", "#141414", "#f1f5f9", "#94a3b8"),
    "light": Palette("#4f46e5", "#7c3aed", "#0891b2", "#ffffff", "#f8fafc", "#0f172a", "#64748b"),
    "midnight": Palette("#818cf8", "#a78bfa", "#22d3ee", "#020617", "#0f172a", "#e2e8f0", "#64748b"),
    "sunset": Palette("#f97316", "#f59e0b", "#ef4444", "#0c0a09", "#1c1917", "#fafaf9", "#a8a29e"),
    "ocean": Palette("#0ea5e9", "#06b6d4", "#14b8a6", "#0c1222", "#162032", "#e0f2fe", "#7dd3fc"),
}

# px at full HD
SPACING: dict[str, int] = {
    "xs": 4, "sm": 8, "md": 16, "lg": 24, "xl": 32, "2xl": 48, "3xl": 64, "4xl": 96, "5xl": 128,
}  # fmt: skip

# families that come with us, by what they are for
FONTS: dict[str, tuple[str, ...]] = {
    "heading": ("Inter", "Instrument Serif", "Space Grotesk", "DM Sans"),
    "body": ("Inter", "DM Sans"),
    "mono": ("JetBrains Mono", "Fira Code"),
}
