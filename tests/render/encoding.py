"""What the encode tests share: a moving picture to write, and ffprobe as the outside judge."""

import itertools
import json
import subprocess
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from render_engine.cpu.convert import Converter
from render_engine.encode.codecs import CODECS
from render_engine.encode.output import Output
from render_engine.encode.segment import open_segment
from render_engine.encode.sound import write_sound
from render_engine.encode.stitch import stitch

SIZE = (192, 128)
PATCHES = {"red": (40, 40, 220), "green": (50, 200, 60), "blue": (210, 60, 30), "white": (255, 255, 255)}  # BGR


def picture(number, alpha=False, size=SIZE):
    """A slow gradient with a square that moves 3 px a frame; the lowest quarter is half-transparent white."""
    width, height = size
    rows, columns = np.mgrid[0:height, 0:width]
    canvas = np.empty((height, width, 4), np.uint8)
    canvas[..., 0], canvas[..., 1], canvas[..., 2], canvas[..., 3] = columns % 256, rows % 256, 90, 255
    canvas[20:50, 3 * number : 3 * number + 30, :3] = (30, 220, 240)
    if alpha:
        canvas[3 * height // 4 :] = 128
    return canvas


def patches(alpha=False):
    canvas = np.full((SIZE[1], SIZE[0], 4), 255, np.uint8)
    for index, color in enumerate(PATCHES.values()):
        canvas[:, index * 48 : (index + 1) * 48, :3] = color
    if alpha:
        canvas[96:] = 128
    return canvas


def output(path, name="x264", fps=Fraction(30), **options):
    options = {"width": SIZE[0], "height": SIZE[1]} | options
    return Output(path=path, fps=Fraction(fps), codec=CODECS[name], **options)


def write(wanted, canvases, sound=None, runs=(7, 9)):
    """Canvases in segments as long as `runs` (the rest is the last), and `sound` (n, 2), stitched."""
    with tempfile.TemporaryDirectory() as work:
        return join(wanted, *parts(wanted, canvases, sound, Path(work), runs))


def parts(wanted, canvases, sound, work, runs=(7, 9)):
    """The segments' files, and the sound's or None."""
    segments, waiting = [], iter(canvases)
    lengths = itertools.chain(runs, itertools.repeat(10**9))
    while wanted.pixel_format and (canvas := next(waiting, None)) is not None:
        segments.append(work / f"segment-{len(segments)}")
        run = itertools.chain([canvas], itertools.islice(waiting, next(lengths) - 1))
        segment(wanted.video, segments[-1], run)
    if sound is None:
        return segments, None
    write_sound(wanted, (sound[start : start + 1000] for start in range(0, len(sound), 1000)), work / "sound")
    return segments, work / "sound"


def segment(settings, path, canvases):
    converter = Converter(settings.width, settings.height, settings.pixel_format)
    with open_segment(settings, path) as writer:
        for canvas in canvases:
            writer.write(converter.convert(canvas))
    return path


def join(wanted, segments, sound):
    for _ in stitch(wanted, segments, sound):
        pass
    return wanted.path


def decoded(path, codec=None):
    """Every frame as straight RGBA (h, w, 4), through BT.709 back."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        if codec is None:
            return [_rgba(frame) for frame in container.decode(stream)]
        context = av.CodecContext.create(codec, "r")  # libvpx reads VP9's alpha; FFmpeg's own decoder does not
        frames = [frame for packet in container.demux(stream) for frame in context.decode(packet)]
        return [_rgba(frame) for frame in frames]


def _rgba(frame):
    is_rgb = frame.format.is_rgb or frame.format.has_palette
    matrix = {} if is_rgb else {"src_colorspace": "ITU709", "src_color_range": "MPEG", "dst_color_range": "JPEG"}
    return frame.reformat(format="rgba", interpolation=4 | 0x40000 | 0x2000, **matrix).to_ndarray()


def ffprobe(path, *options):
    asked = ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format", *options, str(path)]
    return json.loads(subprocess.run(asked, capture_output=True, check=True, text=True).stdout)


def psnr(a, b):
    error = np.mean((a.astype(float) - b.astype(float)) ** 2)
    return 99.0 if error == 0 else 10 * np.log10(255**2 / error)
