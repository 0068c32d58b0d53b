from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from render_engine.errors import MediaError
from render_engine.text.subtitles import Caption, dump_captions, load_captions


def written(tmp_path: Path, name: str, text: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def ms(time: Fraction) -> float:
    return float(time * 1000)


def timed(caption: Caption) -> list[tuple[str, float, float]]:
    return [(word.text, ms(word.start), ms(word.end)) for word in caption.words]


def test_srt_gives_times_and_text(tmp_path):
    source = (
        "1\n00:00:01,500 --> 00:00:03,000\nHello <i>there</i>\nsecond line\n\n2\n01:00:00,000 --> 01:00:01,000\nBye\n"
    )
    first, second = load_captions(written(tmp_path, "a.srt", source))
    assert (first.start, first.end, first.text) == (Fraction(3, 2), 3, "Hello there\nsecond line")
    assert second.start == 3600


def test_a_caption_line_that_is_a_number_stays(tmp_path):
    source = "1\n00:00:01,000 --> 00:00:02,000\nThe year\n1984\n\n2\n00:00:03,000 --> 00:00:04,000\nBye\n"
    assert load_captions(written(tmp_path, "a.srt", source))[0].text == "The year\n1984"


def test_captions_need_no_blank_line_between_them(tmp_path):
    source = "1\n00:00:01,000 --> 00:00:02,000\nOne\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n"
    assert [c.text for c in load_captions(written(tmp_path, "a.srt", source))] == ["One", "Two"]


def test_words_without_times_share_the_caption_by_their_length(tmp_path):
    source = "1\n00:00:00,000 --> 00:00:01,000\nab abc abcde\n"
    (caption,) = load_captions(written(tmp_path, "a.srt", source))
    assert timed(caption) == [("ab", 0, 200), ("abc", 200, 500), ("abcde", 500, 1000)]


def test_vtt_reads_inline_word_times_and_leaves_out_notes_and_styles(tmp_path):
    source = (
        "WEBVTT - title\n\nSTYLE\n::cue { color: red }\n\nNOTE a remark\n\nname\n"
        "00:01.000 --> 00:03.000 align:start\n<v Ann>One <00:01.500><c>two</c> <00:02.250>three &amp; on\n\nNOTE end\n"
    )
    (caption,) = load_captions(written(tmp_path, "a.vtt", source))
    assert caption.text == "One two three & on"
    assert timed(caption)[:2] == [("One", 1000, 1500), ("two", 1500, 2250)]
    assert (ms(caption.words[2].start), ms(caption.words[-1].end)) == (2250, 3000)


def test_ass_is_read_without_its_tags(tmp_path):
    spoken = r"Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\b1}Bold{\b0}, then\Nplain"
    source = ass(spoken, "Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,not this")
    (caption,) = load_captions(written(tmp_path, "a.ass", source))
    assert (caption.text, ms(caption.start)) == ("Bold, then\nplain", 1000)


def test_ass_karaoke_times_words(tmp_path):
    source = ass(r"Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,{\k50}Hel{\k25}lo {\kf100}world")
    (caption,) = load_captions(written(tmp_path, "a.ass", source))
    assert timed(caption) == [("Hello", 1000, 1750), ("world", 1750, 2750)]


def ass(*events: str) -> str:
    columns = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
    return "\n".join(["[Script Info]", "ScriptType: v4.00+", "", "[Events]", f"Format: {columns}", *events, ""])


def test_our_segments_keep_their_word_times(tmp_path):
    data = [{"startMs": 0, "endMs": 900, "text": "Hi you", "words": [
        {"startMs": 0, "endMs": 300, "word": "Hi"}, {"startMs": 400, "endMs": 900, "word": "you"}]}]  # fmt: skip
    (caption,) = load_captions(written(tmp_path, "a.json", json.dumps(data)))
    assert timed(caption) == [("Hi", 0, 300), ("you", 400, 900)]


def test_whisper_is_read_in_seconds(tmp_path):
    data = {"text": " Hi you", "segments": [{"id": 0, "start": 0.0, "end": 0.9, "text": " Hi you", "words": [
        {"word": " Hi", "start": 0.02, "end": 0.3}, {"word": " you", "start": 0.4, "end": 0.9}]}]}  # fmt: skip
    (caption,) = load_captions(written(tmp_path, "a.json", json.dumps(data)))
    assert (caption.text, timed(caption)) == ("Hi you", [("Hi", 20, 300), ("you", 400, 900)])


def test_flat_words_part_at_sentences_and_pauses(tmp_path):
    words = [("Hi.", 0, 0.3), ("It", 0.4, 0.5), ("is", 0.5, 0.6), ("late", 2.0, 2.5)]
    data = [{"word": word, "start": start, "end": end} for word, start, end in words]
    captions = load_captions(written(tmp_path, "a.json", json.dumps(data)))
    assert [caption.text for caption in captions] == ["Hi.", "It is", "late"]


@pytest.mark.parametrize(
    ("name", "source", "says"),
    [
        ("a.srt", "1\n00:00:01,000 --> soon\nHi\n", "line 2"),
        ("a.srt", "1\n00:00:02,000 --> 00:00:01,000\nHi\n", "line 2: the caption ends before it starts"),
        ("a.srt", "nothing here", "holds no captions"),
        ("a.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\ncaf\xe9\n", "line 4: byte 0xE9 is not UTF-8"),
        ("a.json", "[\n{]", "line 2: not valid JSON"),
        ("a.json", "{}", "a list of segments or words was expected"),
        ("a.json", '[{"text": "Hi"}]', "[0] should have startMs"),
        ("a.json", '[{"text": "Hi", "start": NaN, "end": 1}]', "[0] should have startMs"),
        ("a.json", '[{"text": "", "start": 0, "end": 1, "words": [{"start": 0, "end": "x"}]}]', "[0].words[0]"),
        ("a.json", "[" * 100_000, "is not a transcript"),
        ("a.txt", "Hi", "SRT, VTT, ASS and JSON"),
    ],
)  # fmt: skip
def test_a_bad_file_is_named_with_what_is_wrong(tmp_path, name, source, says):
    with pytest.raises(MediaError) as told:
        load_captions(written(tmp_path, name, source))
    assert name in str(told.value)
    assert says in str(told.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MediaError, match=r"nowhere\.srt: there is no such"):
        load_captions(tmp_path / "nowhere.srt")


def test_a_byte_order_mark_is_not_text(tmp_path):
    source = "1\n00:00:00,000 --> 00:00:01,000\nžluťoučký\n"
    for data in (b"\xef\xbb\xbf" + source.encode(), source.encode("utf-16")):
        assert load_captions(written(tmp_path, "a.srt", data))[0].text == "žluťoučký"


@pytest.mark.parametrize("name", ["out.srt", "out.vtt"])
def test_what_is_written_reads_back_the_same(tmp_path, name):
    source = "1\n00:00:01,500 --> 01:00:03,007\nR&D <3 {braces}\n42\n\n2\n01:01:00,000 --> 01:01:01,000\nBye\n"
    captions = load_captions(written(tmp_path, "in.srt", source))
    dump_captions(captions, tmp_path / name)
    assert load_captions(tmp_path / name) == captions
