"""A missing part is found by the structure of a file, and none is found where none is missing."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from audio_formats import FORMATS
from hypothesis import given
from hypothesis import strategies as st

from genrescope.audio import ogg_pages, sniff, truncation

WITH_LENGTH = ["pcm8.wav", "pcm16.wav", "pcm24.wav", "extensible.wav", "sound.aiff", "sound.au"]
OGG = ["sound.ogg", "sound.opus"]


def missing_part(data: bytes) -> str | None:
    file = io.BytesIO(data)
    kind = sniff.sniff(file)
    assert kind is not None
    return truncation.missing_part(file, kind=kind)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_missing_in_a_whole_file(recordings: dict[str, Path], name: str) -> None:
    assert missing_part(recordings[name].read_bytes()) is None


@pytest.mark.parametrize("name", WITH_LENGTH)
def test_the_missing_bytes_are_counted(recordings: dict[str, Path], name: str) -> None:
    text = missing_part(recordings[name].read_bytes()[:-1000])
    assert text is not None
    assert text.startswith("truncated: ")
    assert 900 < int(text.split()[1]) <= 1000


def test_an_unknown_length_is_no_promise(recordings: dict[str, Path]) -> None:
    data = bytearray(recordings["pcm16.wav"].read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = b"\xff" * 4
    assert missing_part(bytes(data)) is None


@pytest.mark.parametrize("name", OGG)
def test_an_ogg_file_without_its_end(recordings: dict[str, Path], name: str) -> None:
    data = recordings[name].read_bytes()
    text = missing_part(data[: len(data) * 3 // 4])
    assert text is not None
    assert "no end mark" in text


@pytest.mark.parametrize("name", OGG)
def test_one_flipped_bit_breaks_one_page(recordings: dict[str, Path], name: str) -> None:
    data = bytearray(recordings[name].read_bytes())
    data[len(data) // 2] ^= 1
    (fault,) = ogg_pages.faults(io.BytesIO(data))
    assert fault.startswith("damaged: 1 of ")


def test_a_page_left_out_is_missed(recordings: dict[str, Path]) -> None:
    data = recordings["sound.ogg"].read_bytes()
    starts = [at for at in range(len(data)) if data.startswith(b"OggS", at)]
    assert len(starts) > 4
    (fault,) = ogg_pages.faults(io.BytesIO(data[: starts[3]] + data[starts[4] :]))
    assert fault == f"damaged: 1 of {len(starts)} Ogg pages are missing or broken"


def test_two_streams_in_one_file_are_whole(recordings: dict[str, Path]) -> None:
    both = recordings["sound.ogg"].read_bytes() + recordings["sound.opus"].read_bytes()
    assert ogg_pages.faults(io.BytesIO(both)) == []


@given(st.binary(max_size=500))
def test_checking_never_fails(data: bytes) -> None:
    assert ogg_pages.faults(io.BytesIO(data))
    for kind in sniff.KINDS.values():
        truncation.missing_part(io.BytesIO(data), kind=kind)
