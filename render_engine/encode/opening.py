"""Why an encoder does not open, in its own words; and whether that is because NVENC has no session free.

FFmpeg tells the cause only in its log, which PyAV keeps off.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext

import av
import av.logging

from render_engine.encode.partial import is_full, last_words
from render_engine.errors import EncoderError

# Drivers refuse a session too many as if memory were short, older ones as if a licence were missing.
_NO_SESSION = ("OpenEncodeSessionEx failed: out of memory", "OpenEncodeSessionEx failed: incompatible client key")
_one_at_a_time = threading.RLock()  # the level is the whole process's


class NoSession(EncoderError):
    """The card encodes as many films at once as it can, or as its driver lets it."""


@contextmanager
def telling(level: int) -> Iterator[list[tuple[int, str, str]]]:
    """What FFmpeg says inside, in this thread: (level, who, what)."""
    with _one_at_a_time:
        before, once = av.logging.get_level(), av.logging.get_skip_repeated()
        av.logging.set_level(level)
        av.logging.set_skip_repeated(False)  # a second try is refused in the words of the first
        try:
            with av.logging.Capture() as said:
                yield said
        finally:
            av.logging.set_level(before)
            av.logging.set_skip_repeated(once)


@contextmanager
def opening(what: str, listen: bool) -> Iterator[None]:
    """Raises EncoderError where `what` does not open inside, NoSession where it is only for now.

    `listen`: to what FFmpeg says. Not for encoders with threads of their own, which could wait for Python to take their words
    while Python waits for them.
    """
    with telling(av.logging.WARNING) if listen else nullcontext(list[tuple[int, str, str]]()) as said:
        try:
            yield
        except av.FFmpegError as error:
            if is_full(error):
                raise
            words = [message for _, _, message in said]
            told = last_words(error) if error.log or not words else words[0].strip()
            message = f"{what} could not be opened: {told.rstrip('.')}."
            raise (NoSession if lacks_session(words) else EncoderError)(message) from error


def lacks_session(said: Iterable[str]) -> bool:
    return any(words.startswith(_NO_SESSION) for words in said)
