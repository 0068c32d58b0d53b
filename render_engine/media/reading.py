"""What a media file holds, found out by opening it: pictures from their headers, streams by reading their packets."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import av
from av.audio.stream import AudioStream as AvAudioStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as AvVideoStream

from render_engine.errors import MediaError
from render_engine.media.bombs import refuse_bomb
from render_engine.media.decoder import decoder_name, frames_of, moving_pictures, open_media
from render_engine.media.info import AudioStream, ImageInfo, MediaInfo, VideoStream
from render_engine.media.scan import Track, average_rate, scan, timing
from render_engine.media.tags import BITS_OF_420, chroma_place, color_tags

INTERLACED_ORDERS = (2, 3, 4, 5)  # AVFieldOrder: TT, BB, TB, BT
SHOWN_METADATA = ("title", "artist", "comment", "copyright", "creation_time", "encoder")
PICTURE_BRANDS = (b"avif", b"avis", b"mif1", b"msf1", b"heic", b"heix", b"hevc", b"heim", b"heis", b"hevm", b"hevs")
SHORT_BY = Fraction(1, 4)  # seconds that a Matroska file may end before the end it claims


def read(path: Path, size: int) -> MediaInfo:
    picture = None if _is_film(path) else _picture(path, size)
    if picture is not None:
        return picture
    with open_media(path) as container:
        try:
            return _streams(path, size, container)
        except av.error.FFmpegError as error:
            raise MediaError(f"{path.name} is damaged and cannot be read ({error.strerror}).") from error


def _is_film(path: Path) -> bool:
    """Whether it says so at its beginning: then nothing that reads pictures has to be imported."""
    with path.open("rb") as file:
        head = file.read(12)
    return head[:4] == b"\x1aE\xdf\xa3" or (head[4:8] == b"ftyp" and head[8:12] not in PICTURE_BRANDS)


def _picture(path: Path, size: int) -> MediaInfo | None:
    from render_engine.media import animation, images, svg

    if svg.is_svg(path):
        return _svg(path, size)
    picture = images.image_info(path)
    if picture is None:
        return None
    video = animation.probe_animation(path, picture)
    if video is None:
        return MediaInfo(path, "image", picture.format, size, image=picture)
    return MediaInfo(path, "animation", picture.format, size, video.duration, video=video)


def _svg(path: Path, size: int) -> MediaInfo:
    from render_engine.media import svg

    width, height = svg.svg_size(path)
    image = ImageInfo(round(width), round(height), "SVG", "vector", has_alpha=True, has_profile=False)
    return MediaInfo(path, "image", "SVG", size, image=image)


def _streams(path: Path, size: int, container: InputContainer) -> MediaInfo:
    video, sound = next(iter(moving_pictures(container)), None), next(iter(container.streams.audio), None)
    if video is None and sound is None:
        raise MediaError(f"{path.name} holds neither pictures nor sound.")
    _refuse_unknown_codec(path, video, sound)
    chosen = [stream for stream in (video, sound) if stream is not None]
    tracks = scan(container, chosen)
    origin = _origin(container, tracks[video.index] if video else None)
    seen = _video(path, container, video, tracks[video.index], origin) if video else None
    heard = _audio(sound, tracks[sound.index], origin) if sound else None
    ends = [seen.duration] if seen else []
    ends += [heard.start + heard.duration] if heard else []
    _refuse_cut_short(path, container, video, tracks, max(ends))
    return MediaInfo(
        path,
        "video" if seen else "audio",
        container.format.name.split(",")[0],
        size,
        max(ends),
        video=seen,
        audio=heard,
        origin=origin,
        metadata=MappingProxyType({k.lower(): v for k, v in container.metadata.items() if k.lower() in SHOWN_METADATA}),
    )


def _origin(container: InputContainer, video: Track | None) -> Fraction:
    """The file's timestamp that is time zero. A transport stream starts anywhere; priming lies before zero."""
    start = Fraction(container.start_time or 0, av.time_base)
    first = video.seconds(min(video.shown)) if video and video.shown else Fraction(0)
    if first < 0:
        return first
    if abs(first - start) < Fraction(1, 1000):  # the container's own start is rounded to a microsecond
        return first if start > Fraction(1, 1000) else Fraction(0)
    return max(start, Fraction(0))


def _video(path: Path, container: InputContainer, stream: AvVideoStream, track: Track, origin: Fraction) -> VideoStream:
    refuse_bomb(path, stream.codec_context.width, stream.codec_context.height)
    frame = _first_frame(path, stream.index)
    fps = average_rate(stream, track)
    times = timing(container, stream, track, origin, fps)
    if not times.times:
        raise MediaError(f"{path.name} holds no pictures.")
    aspect = Fraction(stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio or 1) or Fraction(1)
    rotation = -round(frame.rotation / 90) * 90 % 360
    width, height = max(1, round(frame.width * aspect)), frame.height
    if rotation in (90, 270):
        width, height = height, width
    return VideoStream(
        width=width,
        height=height,
        coded_width=frame.width,
        coded_height=frame.height,
        fps=fps,
        frame_times=times.times,
        duration=times.duration,
        codec=stream.codec_context.codec.canonical_name,
        decoder=decoder_name(stream),
        pixel_format=frame.format.name,
        rotation=rotation,
        sample_aspect=aspect,
        has_alpha=any(part.is_alpha for part in frame.format.components) or frame.format.has_palette,
        interlaced=_is_interlaced(stream, frame),
        origin=origin,
        keyframes=times.keyframes,
        counted=times.counted,
        tolerance=times.times.rounding(),
        chroma=chroma_place(frame) if frame.format.name in BITS_OF_420 else "",
        **color_tags(frame, stream.codec_context),
    )


def _first_frame(path: Path, index: int) -> VideoFrame:
    """One frame is decoded: some facts (alpha, rotation, fields) are only sure there."""
    with open_media(path) as container:
        stream: Any = container.streams[index]
        frame = next(frames_of(container, stream), None)
    if frame is None:
        raise MediaError(f"{path.name} holds no picture that can be decoded: it is damaged or cut short.")
    return frame


def _is_interlaced(stream: AvVideoStream, frame: VideoFrame) -> bool:
    return frame.interlaced_frame or stream.codec_context.field_order in INTERLACED_ORDERS


def _audio(stream: AvAudioStream, track: Track, origin: Fraction) -> AudioStream:
    context = stream.codec_context
    start = track.seconds(min(track.shown)) - origin if track.shown else Fraction(0)
    return AudioStream(
        codec=context.codec.canonical_name,
        rate=context.sample_rate,
        channels=context.layout.nb_channels,
        layout=context.layout.name,
        start=start,
        duration=track.seconds(track.end) - origin - start,
    )


def _refuse_unknown_codec(path: Path, *streams: AvVideoStream | AvAudioStream | None) -> None:
    for stream in streams:
        if stream is not None and stream.codec_context is None:
            raise MediaError(f"{path.name}: its {stream.type} is in a codec that cannot be decoded. Convert it first.")


def _refuse_cut_short(
    path: Path, container: InputContainer, video: AvVideoStream | None, tracks: dict[int, Track], end: Fraction
) -> None:
    claimed = Fraction(container.duration or 0, av.time_base)
    formats = container.format.name.split(",")
    missing_frames = "mov" in formats and video is not None and tracks[video.index].packets < video.frames
    ends_early = "matroska" in formats and len(container.streams) == len(tracks) and claimed - end > SHORT_BY
    if missing_frames or ends_early or any(track.damaged for track in tracks.values()):
        raise MediaError(
            f"{path.name} is cut short: it says it lasts {float(claimed):.2f} s, but its data ends before. "
            "Copy or download it again."
        )
