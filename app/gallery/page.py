"""The page itself: one HTML file that needs nothing but the files beside it."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from string import Template

import resources
from app.gallery.entry import HEIGHT, WIDTH, Entry
from app.gallery.sections import SECTIONS, Section

RESOURCES = Path(resources.__file__).parent
FONTS = ("inter/Inter_400Regular.ttf", "inter/Inter_600SemiBold.ttf", "jetbrains-mono/JetBrainsMono_400Regular.ttf")
MARK = '<meta name="generator" content="framekiln gallery">'  # by which we know a page of ours
_TOKENS = re.compile(r'(?P<s>"(?:[^"\\]|\\.)*")(?P<colon>:)?|(?P<n>(?<![\w#])-?\d+(?:\.\d+)?(?!\w))')


def write_page(entries: Sequence[Entry], folder: Path) -> Path:
    """index.html and the fonts that it is set in; it names the entries' films and posters."""
    parts = {name: [entry for entry in entries if entry.section == name] for name in SECTIONS}
    parts = {name: inner for name, inner in parts.items() if inner}
    read = {name: (RESOURCES / "gallery" / name).read_text("utf-8") for name in ("page.html", "style.css", "page.js")}
    page = Template(read["page.html"]).substitute(
        style=read["style.css"],
        script=read["page.js"],
        logo=(RESOURCES / "media" / "framekiln-logo.svg").read_text("utf-8"),
        navigation="".join(_link(name, len(inner)) for name, inner in parts.items()),
        sections="\n".join(_section(name, SECTIONS[name], inner) for name, inner in parts.items()),
        about=f"Framekiln {version('framekiln')}. Every film here was made by framekiln gallery.",
        lead=f"{len(entries)} things to make a film of, each shown as this engine renders it, with the lines that ask for it.",
    )
    (folder / "fonts").mkdir(parents=True, exist_ok=True)
    for font in FONTS:
        shutil.copyfile(RESOURCES / "fonts" / font, folder / "fonts" / Path(font).name)
    path = folder / "index.html"
    path.write_text(page, "utf-8")
    return path


def _link(name: str, count: int) -> str:
    return f'<a href="#{name}">{SECTIONS[name].title}<span>{count}</span></a>'


def _section(name: str, section: Section, entries: Sequence[Entry]) -> str:
    articles = "\n".join(_article(entry) for entry in entries)
    heading = f'<h2><a href="#{name}">{section.title}</a></h2><p>{html.escape(section.says)}</p>'
    return f'<section id="{name}">{heading}<div class="entries {section.look}">\n{articles}\n</div></section>'


def _article(entry: Entry) -> str:
    found_by = html.escape(f"{entry.name} {entry.section} {entry.says}".lower(), quote=True)
    says = f"<p>{html.escape(entry.says)}</p>" if entry.says else ""
    words = f'<div class="words"><h3>{html.escape(entry.name)}</h3>{says}</div>'
    shown = _video(entry) if entry.film else f'<div class="drawn">{entry.drawing}</div>'
    return f'<article id="{entry.slug}" data-find="{found_by}">{shown}{words}{_lines(entry.lines)}</article>'


def _video(entry: Entry) -> str:
    label = html.escape(f"{entry.name}: {entry.says}", quote=True)
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    return (
        f'<div class="shown"><video {size} poster="{entry.poster_file}" data-src="{entry.film_file}" loop muted playsinline '
        f'preload="auto" aria-label="{label}"></video></div>'
    )


def _lines(lines: Mapping[str, str]) -> str:
    tabs = "".join(
        f'<button type="button" role="tab" aria-selected="{"false" if k else "true"}">{name}</button>'
        for k, name in enumerate(lines)
    )
    panels = "".join(
        f'<pre role="tabpanel" tabindex="0"{" hidden" if k else ""}>{_coloured(text)}</pre>'
        for k, text in enumerate(lines.values())
    )
    bar = f'<div class="bar"><span role="tablist">{tabs}</span><button type="button" class="copy">Copy</button></div>'
    return f'<div class="lines">{bar}{panels}</div>'


def _coloured(text: str) -> str:
    """Strings, numbers and names of fields, as spans."""
    parts, end = [], 0
    for match in _TOKENS.finditer(text):
        kind = "k" if match["colon"] else "s" if match["s"] else "n"
        token = match["s"] or match["n"]
        parts.append(f'{html.escape(text[end : match.start()])}<span class="{kind}">{html.escape(token)}</span>')
        end = match.start() + len(token)
    return "".join(parts) + html.escape(text[end:])
