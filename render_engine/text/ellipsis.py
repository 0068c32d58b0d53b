"""Text that is too long, cut to end with an ellipsis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from render_engine.text.paragraph import Paragraph, Rules, SpannedText

ELLIPSIS = "…"


def ended_early(
    whole: SpannedText, lines: Sequence[tuple[Paragraph, int, int]], max_lines: int | None, rules: Rules
) -> SpannedText | None:
    """The text that ends with … where there are more than `max_lines`, or a line that may not wrap is too long."""
    for at, (paragraph, start, end) in enumerate(lines[:max_lines], 1):
        if (at == max_lines and len(lines) > at) or _too_wide(paragraph, start, end, rules):
            return _longest(whole, paragraph, start, end, rules)
    return None


def _too_wide(paragraph: Paragraph, start: int, end: int, rules: Rules) -> bool:
    if rules.width is None or rules.wrap != "none":
        return False
    return paragraph.shape_line(start, end).width > rules.width


def _longest(whole: SpannedText, paragraph: Paragraph, start: int, end: int, rules: Rules) -> SpannedText:
    low, high = start, end
    while low < high:
        middle = (low + high + 1) // 2
        if _line_fits(_ended_at(whole, paragraph.start + paragraph.bounds[middle]), paragraph, start, rules):
            low = middle
        else:
            high = middle - 1
    return _ended_at(whole, paragraph.start + paragraph.bounds[low])


def _line_fits(cut: SpannedText, paragraph: Paragraph, start: int, rules: Rules) -> bool:
    if rules.width is None:
        return True
    line = Paragraph(cut, paragraph.start + paragraph.bounds[start], len(cut.text), rules)
    return line.shape_line(0, len(line.bounds) - 1).width <= rules.width


def _ended_at(whole: SpannedText, offset: int) -> SpannedText:
    kept = [
        replace(span, text=span.text[: offset - start])
        for start, span in zip(whole.starts, whole.spans, strict=True)
        if start < offset
    ] or [replace(whole.spans[0], text="")]
    return SpannedText([*kept[:-1], replace(kept[-1], text=kept[-1].text.rstrip(" ") + ELLIPSIS)])
