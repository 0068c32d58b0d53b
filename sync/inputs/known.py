"""What a file is by its first bytes, without any decoder: whether a render could read it, and the ending that says so.

Decoders see what came from elsewhere only in the child that renders, which may die of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

HEAD = 4096  # bytes that are enough to tell

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF8", ".gif"),
    (b"BM", ".bmp"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
    (b"\x00\x00\x00\x0cjP  ", ".jp2"),
    (b"\xff\x4f\xff\x51", ".jp2"),
    (b"\x00\x00\x01\x00", ".ico"),
    (b"\x1aE\xdf\xa3", ".mkv"),
    (b"OggS", ".ogg"),
    (b"fLaC", ".flac"),
    (b"ID3", ".mp3"),
    (b"FLV\x01", ".flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", ".wmv"),
    (b"\x00\x00\x01\xba", ".mpg"),
    (b"\x00\x00\x01\xb3", ".mpg"),
    (b"caff", ".caf"),
    (b"FORM", ".aiff"),
    (b"PK\x03\x04", ".lottie"),
    (b"\x1f\x8b", ".svgz"),
    (b"\x00\x01\x00\x00", ".ttf"),
    (b"true", ".ttf"),
    (b"OTTO", ".otf"),
    (b"ttcf", ".ttc"),
    (b"wOFF", ".woff"),
    (b"wOF2", ".woff2"),
)
RIFF = {b"WEBP": ".webp", b"WAVE": ".wav", b"AVI ": ".avi"}
TEXTS: tuple[tuple[str, str], ...] = (  # of what is text, once blanks before it are gone
    (r"WEBVTT\b", ".vtt"),
    (r"\[Script Info\]", ".ass"),
    (r"\d+[ \t]*\r?\n[ \t]*\d+:\d\d:\d\d[,.]\d+[ \t]*-->", ".srt"),
    (r"[\[{]", ".json"),
    (r"(?:#[^\n]*\n\s*)*(?:TITLE|LUT_[13]D_SIZE|DOMAIN_M(?:IN|AX))\b", ".cube"),
    (r"(?s:<\?xml.*?|<!--.*?|<!DOCTYPE svg.*?)*<svg\b", ".svg"),
)


def suffix_of(head: bytes) -> str | None:
    """The usual ending of such files; None for what no render reads."""
    binary: tuple[Callable[[bytes], str | None], ...] = (_magic, _riff, _boxes, _stream, _text)
    return next((suffix for look in binary if (suffix := look(head))), None)


def _magic(head: bytes) -> str | None:
    return next((suffix for magic, suffix in MAGIC if head.startswith(magic)), None)


def _riff(head: bytes) -> str | None:
    return RIFF.get(head[8:12]) if head[:4] == b"RIFF" else None


def _boxes(head: bytes) -> str | None:
    """ISO media and QuickTime: a size, then the name of the first box."""
    if head[4:8] == b"ftyp":
        return ".avif" if head[8:12] in (b"avif", b"avis", b"mif1", b"msf1") else ".mp4"
    return ".mov" if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip") else None


def _stream(head: bytes) -> str | None:
    """Formats without a header: their frames' sync words."""
    if len(head) > 376 and head[0] == head[188] == head[376] == 0x47:
        return ".ts"
    if len(head) > 1 and head[0] == 0xFF and 0xE0 <= head[1] < 0xFE:  # FF FE begins text in UTF-16
        return ".aac" if head[1] & 0x06 == 0 else ".mp3"
    return ".ppm" if re.match(rb"P[1-7]\s", head) else None


def _text(head: bytes) -> str | None:
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = head.decode(encoding, "ignore").lstrip()
    return next((suffix for pattern, suffix in TEXTS if re.match(pattern, text)), None)
