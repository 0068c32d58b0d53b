"""Captions from SRT, WebVTT, ASS and JSON files, and back to SRT and WebVTT.

What cannot be understood is refused with its line: a caption lost in silence is found by the audience. ASS is read
by pysubs2; SRT and WebVTT are read here, since its reader drops caption lines that are only a number and skips
times that it cannot read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from render_engine.errors import MediaError
from render_engine.text.captions import Caption, Fragment, Word, from_fragments, milliseconds, spread
from render_engine.text.transcripts import read_transcript

__all__ = ["Caption", "Word", "captions_text", "dump_captions", "load_captions"]

_LARGEST = 64 << 20  # bytes: the words of some hundred hours
_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?$")
_INLINE_TIME = re.compile(rf"<{_TIME}>")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|\{\\[^}]*\}")
_BLOCK = re.compile(r"\{([^}]*)\}")
_KARAOKE = re.compile(r"\\(?:kf|ko|k|K)(\d+)")


def load_captions(path: Path) -> tuple[Caption, ...]:
    """The captions of a file, in the order of their times."""
    readers: dict[str, Callable[[Path, str], Iterable[Caption]]] = {
        ".srt": _read_cues,
        ".vtt": _read_cues,
        ".ass": _read_ass,
        ".ssa": _read_ass,
        ".json": read_transcript,
    }
    if path.suffix.lower() not in readers:
        raise MediaError(f"{path} is not a caption file that is read here: SRT, VTT, ASS and JSON are.")
    captions = sorted(readers[path.suffix.lower()](path, _text(path)), key=lambda caption: caption.start)
    if not captions:
        raise MediaError(f"{path} holds no captions.")
    return tuple(captions)


def dump_captions(captions: Iterable[Caption], path: Path) -> None:
    """Writes SRT or WebVTT, by the file's name."""
    path.write_text(captions_text(captions, path), "utf-8")


def captions_text(captions: Iterable[Caption], path: Path) -> str:
    """The SRT or WebVTT that belongs into a file of that name."""
    if path.suffix.lower() not in (".srt", ".vtt"):
        raise MediaError(f"Captions cannot be written to {path}: name a .srt or .vtt file.")
    vtt = path.suffix.lower() == ".vtt"
    blocks = ["WEBVTT"] if vtt else []
    for number, caption in enumerate(captions, 1):
        text = re.sub(r"\n{2,}", "\n", caption.text)  # a blank line would end the caption
        if vtt:
            text = html.escape(text, quote=False)
        blocks.append(f"{number}\n{_stamp(caption.start, vtt)} --> {_stamp(caption.end, vtt)}\n{text}")
    return "\n\n".join(blocks) + "\n"


def _text(path: Path) -> str:
    if not path.is_file():
        raise MediaError(f"{path}: there is no such caption file.")
    if path.stat().st_size > _LARGEST:
        raise MediaError(f"{path} is too large for a caption file: more than {_LARGEST >> 20} MiB.")
    data = path.read_bytes()
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MediaError(
            f"{path}, line {line}: byte 0x{data[error.start]:02X} is not UTF-8. Save the file as UTF-8, "
            "for instance with: iconv -f CP1252 -t UTF-8."
        ) from error


def _read_cues(path: Path, source: str) -> Iterator[Caption]:
    """SRT and WebVTT: a line of times, then lines of text up to a blank one. What stands before a line of times
    (numbers, names, notes, styles) is not text."""
    lines = source.splitlines()
    at = 0
    while at < len(lines):
        if "-->" in lines[at]:
            start, end = _timing(path, at + 1, lines[at])
            first, at = at + 1, _text_end(lines, at + 1)
            yield _cue(start, end, "\n".join(lines[first:at]))
        else:
            at += 1


def _text_end(lines: list[str], at: int) -> int:
    first = at
    while at < len(lines) and lines[at].strip():
        if "-->" in lines[at]:  # the blank line is missing: what stands before the times is the next one's number
            return at - 1 if at > first and lines[at - 1].strip().isdigit() else at
        at += 1
    return at


def _timing(path: Path, number: int, line: str) -> tuple[Fraction, Fraction]:
    found = _TIMING.match(line)
    if not found:
        raise MediaError(f"{path}, line {number}: “{line.strip()}” should be like 00:01:02,345 --> 00:01:04,000.")
    start, end = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
    if end < start:
        raise MediaError(f"{path}, line {number}: the caption ends before it starts.")
    return start, end


def _seconds(groups: tuple[str | None, ...]) -> Fraction:
    hours, minutes, seconds, fraction = groups
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + Fraction(int((fraction or "0").ljust(3, "0")), 1000)


def _cue(start: Fraction, end: Fraction, text: str) -> Caption:
    pieces = _INLINE_TIME.split(text)
    if len(pieces) == 1:
        return spread(start, end, _plain(text).strip())
    stamps = [start, *(_seconds(tuple(pieces[at : at + 4])) for at in range(1, len(pieces), 5)), end]
    texts = map(_plain, pieces[::5])
    inside = (min(max(stamp, start), end) for stamp in stamps)
    times = list(inside)
    return from_fragments(start, end, [Fragment(*t) for t in zip(times, times[1:], texts, strict=False)])


def _plain(text: str) -> str:
    return html.unescape(_TAG.sub("", text))


def _read_ass(path: Path, source: str) -> Iterator[Caption]:
    import pysubs2  # 20 ms, for few documents

    try:
        subs = pysubs2.SSAFile.from_string(source, format_="ass")
    except (pysubs2.Pysubs2Error, ValueError) as error:
        raise MediaError(f"{path} is not a valid ASS file: {error}.") from error
    for event in subs:
        if event.is_comment or event.is_drawing:
            continue
        if event.end < event.start:
            raise MediaError(f"{path}: the caption “{event.plaintext}” ends before it starts.")
        start, end = milliseconds(event.start), milliseconds(event.end)
        if _KARAOKE.search(event.text):
            yield from_fragments(start, end, list(_syllables(start, event.text)))
        else:
            yield spread(start, end, _ass_plain(event.text).strip())


def _syllables(start: Fraction, text: str) -> Iterator[Fragment]:
    """Karaoke: each {\\k20} times what follows it, in hundredths of a second."""
    pieces = _BLOCK.split(text)
    end = start
    for at in range(0, len(pieces), 2):
        durations = _KARAOKE.findall(pieces[at - 1]) if at else []
        start, end = (end, end + Fraction(sum(map(int, durations)), 100)) if durations else (start, end)
        yield Fragment(start, end, _ass_plain(pieces[at]))


def _ass_plain(text: str) -> str:
    return _BLOCK.sub("", text).replace("\\N", "\n").replace("\\n", "\n").replace("\\h", "\u00a0")


def _stamp(time: Fraction, vtt: bool) -> str:
    seconds, rest = divmod(round(time * 1000), 1000)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{clock}{'.' if vtt else ','}{rest:03}"
