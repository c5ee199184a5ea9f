"""Segments of recordings: their names, and the way back."""

import pytest

from genrescope.errors import ParameterError
from genrescope.records import Track
from genrescope.splits.segmentation import recording_of, recordings, segment_tracks

TRACKS = (
    Track("a", None, ("jazz",), sha256="f", artist="X", group="x", duration_s=30.0),
    Track("take #2", None, ("rock",)),
)


def test_segments_keep_what_is_known_of_their_recording():
    segments = segment_tracks(TRACKS, 3)
    names = ["a#1", "a#2", "a#3", "take #2#1", "take #2#2", "take #2#3"]
    assert [s.track_id for s in segments] == names
    for segment in segments[:3]:
        assert (segment.label, segment.sha256, segment.group) == ("jazz", "f", "x")
        assert segment.duration_s == 10.0
    assert segments[-1].duration_s is None
    assert [recording_of(s.track_id) for s in segments] == ["a"] * 3 + ["take #2"] * 3


def test_the_recordings_of_segments_are_told_once():
    found = recordings(segment_tracks(TRACKS, 2)[1:])
    assert [(t.track_id, t.sha256, t.group) for t in found] == [
        ("a", "f", "x"),
        ("take #2", None, None),
    ]


def test_one_segment_is_the_track_itself_and_none_is_refused():
    assert segment_tracks(TRACKS, 1) == TRACKS
    with pytest.raises(ParameterError, match="n_segments is 0"):
        segment_tracks(TRACKS, 0)
