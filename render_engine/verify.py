"""Whether a file is what its receipt says, and what its composition shows: each check told in a plain line.

First what the file holds (its bytes, the packets of each segment, the sound), then what it was made from (inputs, fonts,
engine), then the proof: frames at random are drawn again and compared, and where the same engine and a software encoder
promise the same bytes, one segment and the sound are made again and must be equal.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import av

from render_engine.encode.packets import packet_digests, sound_digest
from render_engine.engine import engine_identity
from render_engine.errors import BadInput
from render_engine.finding import Finding, all_of, are, listed, segment_name
from render_engine.made_again import made_again
from render_engine.media.content import content_hash
from render_engine.receipt import Receipt, files_of, made, picture_hashes, read_receipt


def verify(path: Path, *, frames: int = 5, seed: int | None = None) -> Iterator[Finding]:
    """Checks a file against its receipt. `frames` at random, by `seed`, are drawn again. BadInput where there is nothing
    to check: no file, no receipt, or one that cannot be read."""
    receipt = read_receipt(path)
    if not any(file.exists() for file in files_of(path, receipt.frames)):
        raise BadInput(f"{path} does not exist, though its receipt does.")
    chance = random.Random(seed)  # noqa: S311  # a sample, not a secret
    yield _file(path, receipt)
    if receipt.segments:
        yield _pictures(path, receipt)
    if receipt.sound:
        yield _sound(path, receipt)
    inputs = _inputs(receipt)
    yield inputs
    same_engine = receipt.engine == engine_identity()
    yield _engine(same_engine)
    if not inputs.proved:
        yield Finding("frame", None, "nothing was drawn again: what it was made from is not there any more")
        return
    yield from made_again(path, receipt, same_engine, frames, chance)


# --------------------------------------------------------------------------------------------- what the file holds


def _file(path: Path, receipt: Receipt) -> Finding:
    then, now = receipt.file, made(path, receipt.frames)
    if now.bytes < then.bytes:
        return Finding("file", False, f"{path.name} is cut short: {now.bytes} of {then.bytes} bytes are there")
    if now.bytes > then.bytes:
        return Finding("file", False, f"{path.name} has grown: {now.bytes} bytes, where {then.bytes} were rendered")
    if now.hash != then.hash:
        return Finding("file", False, f"{path.name} is not the file that was rendered: its bytes were changed")
    return Finding("file", True, f"{path.name} is the file that was rendered at {receipt.created}: no byte was changed")


def _pictures(path: Path, receipt: Receipt) -> Finding:
    if receipt.encoder.got == "gif":
        return Finding("pictures", None, "a GIF is encoded as a whole: its segments have no bytes of their own")
    counts = [segment.frames for segment in receipt.segments]
    try:
        found = picture_hashes(path, counts) if receipt.encoder.got == "png" else packet_digests(path, counts)
    except av.FFmpegError as error:
        return Finding("pictures", False, f"its pictures cannot be read to the end: {error.strerror}")
    altered = [k for k, segment in enumerate(receipt.segments) if segment.packets != found[k]]
    if not altered:
        return Finding("pictures", True, f"{all_of(len(counts), 'segment')} in the file as encoded")
    if len(altered) == len(counts) > 1:
        return Finding("pictures", False, "none of its segments is one of the receipt's: it is another file's receipt")
    names = [segment_name(receipt.segments[k], k) for k in altered]
    return Finding("pictures", False, f"{listed(names)} {are(names)} not as encoded")


def _sound(path: Path, receipt: Receipt) -> Finding:
    assert receipt.sound
    try:
        as_encoded = sound_digest(path) == receipt.sound.packets
    except (av.FFmpegError, IndexError):  # no such stream
        return Finding("sound", False, "its sound cannot be read")
    return Finding("sound", as_encoded, f"the sound in it is {'' if as_encoded else 'not '}as encoded")


# ------------------------------------------------------------------------------------------ what it was made from


def _inputs(receipt: Receipt) -> Finding:
    wrong = []
    for each, path in receipt.input_paths:
        if not path.is_file():
            wrong.append(f"{each.path} is not there any more")
        elif content_hash(path) != each.hash:
            wrong.append(f"{each.path} has changed since")
    if wrong:
        return Finding("inputs", False, listed(wrong))
    if not receipt.inputs:
        return Finding("inputs", True, "it was made from its composition alone, no files were read")
    return Finding("inputs", True, f"{all_of(len(receipt.inputs), 'input')} as then")


def _engine(same: bool) -> Finding:
    if same:
        return Finding("engine", True, "this is the engine that rendered it: the same bytes are promised")
    message = "another build, library or platform rendered it: frames are compared by look, bytes cannot be"
    return Finding("engine", None, message)
