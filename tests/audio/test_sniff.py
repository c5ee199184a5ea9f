"""The kind of a file is told by its content, and never wrongly from text or noise."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from audio_formats import FORMATS
from hypothesis import given
from hypothesis import strategies as st

from genrescope.audio import sniff
from genrescope.audio.mpeg_frames import find_stream, parse_header, promised_samples

KIND_OF = {
    ".wav": "wav",
    ".rf64": "wav",
    ".m4a": "mp4",
    ".mp4": "mp4",
    ".mov": "mp4",
    ".mka": "matroska",
    ".mkv": "matroska",
    ".webm": "matroska",
    ".wma": "asf",
    ".wv": "wavpack",
    ".ts": "mpegts",
    ".mpg": "mpegps",
    ".opus": "ogg",
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_known(recordings: dict[str, Path], name: str) -> None:
    suffix = Path(name).suffix
    with recordings[name].open("rb") as file:
        kind = sniff.sniff(file)
    assert kind is not None
    assert kind.name == KIND_OF.get(suffix, suffix[1:])
    assert kind in sniff.claimed_kinds(suffix)


@pytest.mark.parametrize("name", ["sound.mp3", "sound.flac", "sound.aac"])
def test_tags_padding_and_junk_before_the_sound(recordings: dict[str, Path], name: str) -> None:
    data = recordings[name].read_bytes()
    tag = b"ID3\4\0\0\0\0\2\0" + bytes(256)
    for before in (tag, tag + tag):
        kind = sniff.sniff(io.BytesIO(before + data))
        assert kind is not None
        assert kind.name == Path(name).suffix[1:]
    if name == "sound.mp3":
        for before in (tag + bytes(5000), b"junk" * 1000):
            kind = sniff.sniff(io.BytesIO(before + data))
            assert kind is not None
            assert kind.name == "mp3"


@given(st.text())
def test_text_is_no_sound(text: str) -> None:
    data = text.encode()
    if not data.startswith(
        (b"RIFF", b"FORM", b"fLaC", b"OggS", b"caff", b"wvpk", b".snd", b"dns.")
    ):
        assert sniff.sniff(io.BytesIO(data)) is None


@pytest.mark.parametrize("seed", range(20))
def test_noise_is_no_sound(seed: int) -> None:
    noise = np.random.default_rng(seed).bytes(70_000)
    assert sniff.sniff(io.BytesIO(noise)) is None


@given(st.binary(max_size=300))
def test_describing_never_fails(data: bytes) -> None:
    assert sniff.describe_other(data)


def test_a_tag_longer_than_the_file() -> None:
    assert sniff.sniff(io.BytesIO(b"ID3\4\0\0\x7f\x7f\x7f\x7f" + b"fLaC")) is None


def test_suffixes_are_lower_case_and_unique_enough() -> None:
    suffixes = [suffix for kind in sniff.KINDS.values() for suffix in kind.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert all(suffix == suffix.lower() and suffix[0] == "." for suffix in suffixes)
    assert sniff.claimed_kinds(".txt") == ()


# Version, layer, rate, channels, samples and bytes of known headers.
@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("fffb9064", (1, 3, 44100, 2, 1152, 417)),
        ("fffb92c4", (1, 3, 44100, 1, 1152, 418)),
        ("fff36084", (2, 3, 22050, 2, 576, 156)),
        ("fffd8004", (1, 2, 44100, 2, 1152, 417)),
        ("ffff9000", (1, 1, 44100, 2, 384, 312)),
        ("ffe34000", (3, 3, 11025, 2, 576, 208)),
    ],
)
def test_frame_headers(header: str, expected: tuple[int, ...]) -> None:
    assert parse_header(bytes.fromhex(header)) == expected


@pytest.mark.parametrize(
    "header", ["fffbf064", "fffb0064", "fffb9c64", "fff99064", "ffeb9064", "ff"]
)
def test_impossible_frame_headers(header: str) -> None:
    assert parse_header(bytes.fromhex(header)) is None


@given(st.binary(max_size=600), st.booleans())
def test_finding_frames_never_fails(data: bytes, is_all: bool) -> None:
    at = find_stream(data, is_all=is_all)
    if at is not None:
        assert parse_header(data, at) is not None
        promised_samples(data, at)


def test_the_info_frame_counts_the_samples(recordings: dict[str, Path]) -> None:
    data = recordings["sound.mp3"].read_bytes()
    at = find_stream(data, is_all=True)
    assert at is not None
    promised = promised_samples(data, at)
    assert promised is not None
    assert 0 <= promised - 4 * 48000 < 3 * 1152
