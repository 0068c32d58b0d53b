"""Frames of one file by index, each known by its timestamp, so a seek can never be off by one.

Forwards the file is decoded as it lies; a seek happens only backwards, or to jump over a whole group of pictures.
Played backwards, the frames on the way to the asked one are kept (bounded), so that each group is decoded once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.codec.context import CodecContext
from av.container import InputContainer
from av.error import InvalidDataError
from av.filter import Graph
from av.packet import Packet
from av.stream import Disposition
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as AvVideoStream

from render_engine.errors import MediaError
from render_engine.media.card_decoding import CardDecoding, CardRefused, card_context
from render_engine.media.info import VideoStream
from render_engine.media.skipping import may_skip

# Playlists would open other files and the network; these are the containers that hold their own pictures and sound.
CONTAINERS = (
    "mov,matroska,avi,mpegts,mpeg,mpegvideo,flv,ogg,asf,mxf,gif,apng,ivf,h264,hevc,obu,m4v,dv,nut,rm,"
    "mp3,wav,w64,flac,aac,ac3,eac3,aiff,caf,au,amr,opus,tta,wv"
)
OPEN_OPTIONS = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}

ALPHA_DECODERS = {"vp9": "libvpx-vp9", "vp8": "libvpx"}  # FFmpeg's own drop the alpha plane
FORWARD_KEPT = 3
BACKWARD_KEPT = 48
KEPT_BYTES = 400_000_000
WORTH_A_SEEK = 24  # frames of decoding that a seek must save
ONE_THREAD_PIXELS = 1920 * 1200  # up to here one thread costs least CPU: 8.1 ms against 10 ms with frame threads


def open_media(path: Path) -> InputContainer:
    """Opens a file (never a URL or a playlist), or says in words why it cannot be."""
    try:
        return av.open(f"file:{path.resolve()}", options=OPEN_OPTIONS, metadata_errors="replace")
    except av.error.FFmpegError as error:
        raise MediaError(
            f"{path.name} is not a picture, video or sound file that can be read ({error.strerror}). "
            "It may be damaged, cut short, or another kind of file under this name."
        ) from error


def moving_pictures(container: InputContainer) -> list[AvVideoStream]:
    """Video streams that are not a cover picture."""
    return [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]


def decoder_name(stream: AvVideoStream) -> str:
    """The decoder that gives all planes of this stream."""
    tags = {key.lower(): value for key, value in stream.metadata.items()}
    name = stream.codec_context.name
    return ALPHA_DECODERS.get(name, name) if tags.get("alpha_mode") == "1" else name


def video_context(stream: AvVideoStream, threads: int = 1) -> VideoCodecContext:
    """`threads`: of a picture that one could decode; larger ones take as many as there are cores."""
    name = decoder_name(stream)
    context = stream.codec_context
    if name != context.name:
        context = CodecContext.create(name, "r")  # type: ignore[assignment]  # these names are video decoders
        context.extradata = stream.codec_context.extradata
    if context.width * context.height <= ONE_THREAD_PIXELS:
        context.thread_count = threads
    if context.thread_count != 1:
        context.thread_type = "AUTO"
    return context


def frames_of(
    container: InputContainer,
    stream: AvVideoStream,
    context: VideoCodecContext | None = None,
    skips: Callable[[Packet[AvVideoStream]], bool] | None = None,
) -> Iterator[VideoFrame]:
    """Decoded frames in the order of showing, from where the container stands. Broken packets are
    forgiven only before the first good frame, where a recording began in mid-stream; on a card never, which may refuse all.
    A packet that `skips` is decoded only where others refer to it."""
    context = context or video_context(stream)
    begun = context.is_hwaccel
    for packet in container.demux(stream):
        if skips:
            context.skip_frame = "NONREF" if skips(packet) else "DEFAULT"
        try:
            frames = context.decode(packet if packet.size else None)
        except InvalidDataError:
            if begun:
                raise
            continue
        begun = begun or bool(frames)
        yield from frames
        if not packet.size:
            return


class FrameDecoder:
    """One open decoder over one file. Memory: a few frames forwards, at most 48 frames or 400 MB backwards. With `card` its
    frames are on the card where that decodes them."""

    def __init__(self, path: Path, info: VideoStream, card: CardDecoding | None = None, threads: int = 1) -> None:
        self._path = path
        self._info = info
        self._card = card
        self._threads = threads
        self._on_card = card is not None and not self._refused(card.refusal(info))
        self._keys = [index for index, _ in info.keyframes]
        self._kept: OrderedDict[int, VideoFrame] = OrderedDict()
        self._all_from = 0  # frames before this one may be left out
        self._open()

    def frame(self, index: int) -> VideoFrame:
        """The frame at this index of `frame_times`; where the file holds none that decodes, the one before it."""
        return self._towards(index, index)

    def approach(self, index: int, goal: int) -> None:
        """Decodes as far as `index` on the way to `goal`, which is asked for next: a way that can be given up in between."""
        self._towards(index, goal)

    def _towards(self, index: int, goal: int) -> VideoFrame:
        index = min(max(index, 0), len(self._info.frame_times) - 1)
        if index in self._kept:
            return self._kept[index]
        try:
            return self._found(index, goal)
        except CardRefused as error:
            self._refused(str(error))
            self.close()
            self._on_card = False
            self._open()
            return self._found(index, goal)

    def _found(self, index: int, goal: int) -> VideoFrame:
        back = 0 if self._shown is None else self._shown[0] - index
        room = self._room() if 0 < back <= BACKWARD_KEPT else FORWARD_KEPT
        self._all_from = max(0, goal - room)
        if back > 0 or self._all_from <= self._skipped or self._is_far_ahead(index):
            self._seek(index)
        return self._advance(index, room)

    def close(self) -> None:
        self._kept.clear()
        self._frames.close()
        self._container.close()

    def _open(self) -> None:
        self._container = open_media(self._path)
        self._stream = moving_pictures(self._container)[0]
        self._context = self._opened_context()
        base = self._stream.time_base
        assert base is not None
        self._base = Fraction(base)
        origin = self._info.origin
        self._stamps = [] if self._info.counted else self._info.frame_times.stamps(self._base, origin)
        plain = not (self._info.counted or self._info.interlaced or self._on_card)
        self._may_skip = plain and may_skip(self._stream)
        self._begin()

    def _opened_context(self) -> VideoCodecContext:
        if self._on_card:
            try:
                return card_context(self._stream)
            except av.error.FFmpegError as error:
                self._refused(f"FFmpeg cannot use the card: {error.strerror}")
                self._on_card = False
        return video_context(self._stream, self._threads)

    def _refused(self, reason: str) -> bool:
        """Whether the card did not take this file: it is noted why."""
        if self._card and reason:
            self._card.reasons[self._path.name] = reason
        return bool(reason)

    def _begin(self) -> None:
        self._shown: tuple[int, VideoFrame] | None = None
        self._pending: tuple[int, VideoFrame] | None = None
        self._skipped = -1  # up to here frames may be missing that nobody asked for
        self._frames = self._indexed()

    def _indexed(self) -> Generator[tuple[int, VideoFrame], None, None]:
        frames = frames_of(self._container, self._stream, self._context, self._skips if self._may_skip else None)
        if self._info.interlaced:
            frames = deinterlaced(frames)
        try:
            for count, frame in enumerate(frames):
                self._count(frame)
                index = count if self._info.counted else self._index_of(frame)
                if index >= 0:
                    yield index, frame
        except av.error.FFmpegError as error:
            if self._on_card:
                raise CardRefused(f"the card failed at it: {error.strerror}") from error
            at = "" if self._shown is None else f" after {float(self._info.frame_times[self._shown[0]]):.2f} s"
            raise MediaError(f"{self._path.name} is damaged{at}: {error.strerror}") from error

    def _count(self, frame: VideoFrame) -> None:
        if self._card is None:
            return
        self._card.on_card += self._on_card
        self._card.by_processor += not self._on_card
        if self._on_card and (frame.width, frame.height) != (self._info.coded_width, self._info.coded_height):
            # FFmpeg cuts a card's frames at the right and below alone
            raise CardRefused("its picture is cut at the left or above, or changes its size")

    def _skips(self, packet: Packet[AvVideoStream]) -> bool:
        """Whether its frame lies before all that are wanted."""
        if packet.pts is None:
            return False
        index = bisect_right(self._stamps, packet.pts) - 1
        skips = index < self._all_from and not packet.is_keyframe
        if skips:
            self._skipped = max(self._skipped, index)
        return skips

    def _index_of(self, frame: VideoFrame) -> int:
        if frame.pts is None:
            return -1
        stamp = frame.pts if frame.time_base is None or not self._info.interlaced else frame.pts // 2  # bwdif doubles
        return bisect_right(self._stamps, stamp) - 1

    def _advance(self, target: int, room: int) -> VideoFrame:
        while self._shown is None or self._shown[0] < target:
            upcoming = self._pending or next(self._frames, None)
            self._pending = None
            if upcoming is None:
                break  # the file has no more: hold its last
            if upcoming[0] > target:
                self._pending = upcoming
                break
            self._shown = upcoming
            self._keep(*upcoming, room)
        answer = self._shown or self._pending
        if answer is None and self._on_card:
            raise CardRefused("the card gave no picture")
        if answer is None:
            raise MediaError(f"{self._path.name} holds no picture that can be decoded.")
        if target >= self._all_from:  # else it may be another that stands there
            self._keep(target, answer[1], room)
        return answer[1]

    def _keep(self, index: int, frame: VideoFrame, room: int) -> None:
        self._kept[index] = frame
        self._kept.move_to_end(index)
        while len(self._kept) > room:
            self._kept.popitem(last=False)

    def _room(self) -> int:
        size = self._info.coded_width * self._info.coded_height * 4
        return max(FORWARD_KEPT, min(BACKWARD_KEPT, KEPT_BYTES // size))

    def _key_before(self, index: int) -> int:
        """Position in `keyframes`. A deinterlacer needs the frame before, so that a seek changes no pixel."""
        return bisect_right(self._keys, index - 1 if self._info.interlaced else index) - 1

    def _is_far_ahead(self, index: int) -> bool:
        position = -1 if self._shown is None else self._shown[0]
        key = self._key_before(index)
        return key > 0 and self._keys[key] - position > WORTH_A_SEEK

    def _seek(self, index: int) -> None:
        key = self._key_before(index)
        if key <= 0 or not self._landed_at(*self._info.keyframes[key]):
            self._container.close()
            self._open()

    def _landed_at(self, key: int, decoded: int) -> bool:
        """Most containers go by the time that a frame is shown (MP4, asked for its decoding time, goes a whole group too
        far back where frames are reordered); some go by the time that it is decoded."""
        shown = self._stamps[key] if self._stamps else decoded
        return any(self._landed(key, stamp) for stamp in dict.fromkeys((shown, decoded)))

    def _landed(self, key: int, stamp: int) -> bool:
        """Seeks to a keyframe; false where the container's index led past it."""
        try:
            self._container.seek(stamp, stream=self._stream, backward=True)
        except av.error.FFmpegError:
            return False
        self._context.flush_buffers()
        self._begin()
        first = next((item for item in self._frames if item[0] >= key), None)
        if first is None or first[0] > key:
            return False
        if not self._info.interlaced:
            self._pending = first
        return True


def deinterlaced(frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    """One progressive frame for each frame, by FFmpeg's bwdif; frames not marked interlaced pass unchanged."""
    graph: Graph | None = None
    for frame in frames:
        graph = graph or _bwdif(frame)
        graph.vpush(frame)
        yield from _pulled(graph)
    if graph is not None:
        graph.vpush(None)
        yield from _pulled(graph)


def _bwdif(frame: VideoFrame) -> Graph:
    graph = Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    graph.link_nodes(source, graph.add("bwdif", mode="send_frame", deint="interlaced"), graph.add("buffersink"))
    graph.configure()
    return graph


def _pulled(graph: Graph) -> Iterator[VideoFrame]:
    while True:
        try:
            yield graph.vpull()
        except (BlockingIOError, EOFError):  # wants more, or has no more
            return
