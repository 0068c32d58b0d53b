"""Colours of program text: Pygments tells what a token is, a palette what colour that has."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from pygments import lexers
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, Punctuation, String, Token, _TokenType
from pygments.util import ClassNotFound

from render_engine.color import parse
from render_engine.motion.tokens import Palette

# of a token and all that is under it: one of the palette's colours, and how much of another is mixed into it
STYLE: dict[_TokenType, tuple[str, float, str]] = {
    Comment: ("text_muted", 0.08, "bg"),
    Comment.Preproc: ("secondary", 0.25, "text"),
    Keyword: ("secondary", 0.25, "text"),
    Keyword.Constant: ("accent", 0.5, "text"),
    Name.Builtin: ("primary", 0.4, "text"),
    Name.Function: ("primary", 0.4, "text"),
    Name.Class: ("primary", 0.55, "text"),
    Name.Decorator: ("secondary", 0.25, "text"),
    Name.Tag: ("secondary", 0.25, "text"),
    Name.Attribute: ("primary", 0.4, "text"),
    Name.Constant: ("accent", 0.5, "text"),
    Number: ("accent", 0.5, "text"),
    String: ("accent", 0.1, "text"),
    String.Escape: ("accent", 0.6, "text"),
    Operator: ("text_muted", 0.2, "text"),
    Operator.Word: ("secondary", 0.25, "text"),
    Punctuation: ("text_muted", 0.0, "text"),
    Error: ("text", 0.0, "text"),
    Token: ("text", 0.0, "text"),
}


def colored(code: str, language: str, palette: Palette) -> list[tuple[str, str]]:
    """(text, #rrggbb) of each stretch of one colour. Raises ValueError for a language that nobody knows."""
    try:
        lexer = lexers.get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound as error:
        near = get_close_matches(language, list(_languages()), 1)
        raise ValueError(
            f"“{language}” is no language known here{f'; did you mean {near[0]}?' if near else ''}"
        ) from error
    found: list[tuple[str, str]] = []
    for token, text in lexer.get_tokens(code):
        tint = _color(token, palette)
        if found and (found[-1][1] == tint or text.isspace()):
            found[-1] = (found[-1][0] + text, found[-1][1])
        elif text:
            found.append((text, tint))
    return found


def mixed(one: str, share: float, other: str) -> str:
    """`share` of the other colour; #rrggbb."""
    pairs = zip(parse(one)[:3], parse(other)[:3], strict=True)
    return "#" + "".join(f"{round(255 * (a + (b - a) * share)):02x}" for a, b in pairs)


def _color(token: _TokenType, palette: Palette) -> str:
    while token not in STYLE:
        assert token.parent is not None  # Token itself has a colour
        token = token.parent
    base, share, other = STYLE[token]
    return mixed(getattr(palette, base), share, getattr(palette, other))


def _languages() -> Iterator[str]:
    return (alias for _, aliases, _, _ in lexers.get_all_lexers() for alias in aliases)
