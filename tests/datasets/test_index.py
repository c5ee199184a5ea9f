"""The track index: what is read, refused, written and made."""

import string
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genrescope import digests
from genrescope.datasets import index
from genrescope.errors import DatasetError
from genrescope.records import Track

HEADER = "track_id,path,sha256,labels,artist,album,title,duration_s\n"
SHA = "a" * 64


@pytest.fixture
def written(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "index.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


def test_all_columns_are_read(written, tmp_path):
    row = f"t1,rock/a.wav,{SHA.upper()},rock; blues,The Band,An Album,A Song,30.5\n"
    (track,) = index.read_index(written(HEADER + row))
    assert track == Track(
        track_id="t1",
        path=tmp_path / "rock/a.wav",
        labels=("rock", "blues"),
        sha256=SHA,
        artist="The Band",
        album="An Album",
        title="A Song",
        duration_s=30.5,
        group="the band",
    )


def test_a_short_index_is_enough_and_absolute_paths_stay(written):
    (track,) = index.read_index(written("labels,track_id,path\njazz,t1,/music/a.wav\n"))
    assert track == Track("t1", Path("/music/a.wav"), ("jazz",))


def test_further_columns_are_kept_and_artist_group_is_the_group(written):
    text = "track_id,path,labels,artist,artist_group,fold\nt1,a,x,The Band,7,2\nt2,b,x,Others,,\n"
    first, second = index.read_index(written(text))
    assert (first.group, first.extra) == ("7", {"fold": "2"})
    assert (second.group, second.extra) == (None, {})


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text + "\n\n",
        lambda text: text.rstrip("\n"),
        lambda text: text.replace("\n", "\n,,,,,,,\n"),
    ],
    ids=["bom", "crlf", "cr", "empty lines", "no last line end", "empty rows"],
)
def test_the_forms_that_programs_write_are_read(written, change):
    text = HEADER + 't1,a.wav,,rock,"Simon, Paul",,Ça va,\nt2,b.wav,,rock,,,"a ""b""",\n'
    tracks = index.read_index(written(change(text)))
    assert [t.title for t in tracks] == ["Ça va", 'a "b"']
    assert tracks[0].artist == "Simon, Paul"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",a.wav,,rock,,,,", r"line 3: track_id is empty"),
        ("t1,a.wav,,rock,,,,", r"line 3: track_id 't1' stands in line 2 already"),
        ("t2,a.wav,,,,,,", r"line 3: a label is empty"),
        ("t2,a.wav,,rock;;pop,,,,", r"line 3: a label is empty"),
        ("t2,a.wav,,rock;rock,,,,", r"line 3: label 'rock' stands twice"),
        ("t2,a.wav,12,rock,,,,", r"line 3: sha256 '12' is not 64 hexadecimal digits"),
        ("t2,a.wav,,rock,,,,long", r"line 3: duration_s 'long' is no number; it must be a number"),
        ('t2,a.wav,,rock,,,,"30,5"', r"line 3: duration_s '30,5' is no number"),
        ("t2,a.wav,,rock,,,,-1", r"line 3: duration_s is -1; it must be"),
        ("t2,a.wav,,rock,,,,nan", r"line 3: duration_s is nan"),
        ("t2,a.wav,,rock,,,,inf", r"line 3: duration_s is inf"),
        ("t2,a.wav,,rock", r"line 3: 4 fields, but the header has 8"),
        ("t2,a.wav,,rock,,,,,,", r"line 3: 10 fields, but the header has 8"),
        ('t2,"a.wav,,rock,,,,', r"line 3: .*double quote"),
        ("t\t2,a.wav,,rock,,,,", r"line 3: track_id 't\\t2' holds a character"),
    ],
)
def test_a_bad_row_is_named_by_line_value_and_rule(written, row, message):
    with pytest.raises(DatasetError, match=message):
        index.read_index(written(HEADER + "t1,a.wav,,rock,,,,\n" + row + "\n"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no header"),
        (HEADER, "no rows"),
        ("track_id,path\nt1,a\n", "column 'labels' is missing"),
        ("track_id,path,label\nt1,a,x\n", "column 'labels' is missing; did you mean 'label'"),
        ("track_id,path,labels,path\nt1,a,x,b\n", "column 'path' stands twice"),
        ("track_id,path,labels,\nt1,a,x,b\n", "column 4 has no name"),
        ("track_id;path;labels\nt1;a;x\n", "separated by semicolons"),
        ("track_id\tpath\tlabels\nt1\ta\tx\n", "separated by tabs"),
        (HEADER.encode("utf-16"), "UTF-16"),
        (HEADER.encode() + b"t1,a,,rock,\xe9,,,\n", "line 2: byte 0xe9 is not UTF-8"),
        (HEADER + "t1,a\0,,rock,,,,\n", "line 2: a NUL character"),
    ],
)
def test_a_bad_file_is_refused(written, text, message):
    with pytest.raises(DatasetError, match=message):
        index.read_index(written(text))


def test_all_problems_are_told_together_up_to_twenty(written):
    rows = "".join(f"t{i},a.wav,,,,,,x\n" for i in range(15))
    with pytest.raises(DatasetError, match="30 problems") as caught:
        index.read_index(written(HEADER + rows))
    message = str(caught.value)
    assert message.count("\n- line") == 20
    assert message.endswith("and 10 more")


def test_line_numbers_count_lines_inside_quotes(written):
    text = HEADER + 't1,a.wav,,rock,,,"two\nlines",\nt2,a.wav,,,,,,\n'
    with pytest.raises(DatasetError, match="line 4: a label is empty"):
        index.read_index(written(text))


def test_a_missing_index_is_a_data_set_error(tmp_path):
    with pytest.raises(DatasetError, match="cannot be read"):
        index.read_index(tmp_path / "no.csv")


WORDS = st.text(
    string.ascii_letters + string.digits + " ,;\"'éß漢\n$%", min_size=1, max_size=12
).map(lambda text: text.strip() or "x")
NAMES = st.text(string.ascii_letters + 'é漢 ,"$', min_size=1).map(lambda t: t.strip() or "x")


@st.composite
def track_lists(draw):
    ids = draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    grouped = draw(st.booleans())
    tracks = []
    for track_id in ids:
        artist = draw(st.none() | WORDS)
        tracks.append(
            Track(
                track_id=track_id,
                path=draw(st.none() | NAMES.map(lambda n: Path("/music") / n)),
                labels=tuple(draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))),
                sha256=draw(st.none() | st.just(SHA)),
                artist=artist,
                album=draw(st.none() | WORDS),
                title=draw(st.none() | WORDS),
                duration_s=draw(st.none() | st.floats(0.01, 1e5)),
                group=draw(st.none() | NAMES) if grouped else index.artist_key(artist),
                extra=draw(st.dictionaries(st.sampled_from(["fold", "mood"]), WORDS)),
            )
        )
    return tuple(tracks)


@given(tracks=track_lists())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_reads_back_the_same(tmp_path, tracks):
    path = tmp_path / "index.csv"
    index.write_index(path, tracks)
    assert index.read_index(path) == tracks


def test_paths_below_the_index_are_written_relative(tmp_path):
    path = tmp_path / "index.csv"
    tracks = (
        Track("a", tmp_path / "rock" / "a.wav", ("rock",)),
        Track("b", tmp_path.parent / "b.wav", ("rock",)),
    )
    index.write_index(path, tracks)
    assert "a,rock/a.wav," in path.read_text()
    assert index.read_index(path) == tracks


@pytest.mark.parametrize(
    ("track", "message"),
    [
        (Track("", None, ("rock",)), "track_id is empty"),
        (Track(" a", None, ("rock",)), "spaces around"),
        (Track("a", None, ()), "a label is empty"),
        (Track("a", None, ("rock",), duration_s=float("nan")), "duration_s is nan"),
        (Track("a", None, ("rock",), title="\udcff"), "no Unicode text"),
        (Track("a", None, ("rock",), sha256="0"), "64 hexadecimal"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(tmp_path, track, message):
    path = tmp_path / "index.csv"
    with pytest.raises(DatasetError, match=message):
        index.write_index(path, [track])
    assert not list(tmp_path.iterdir())


def test_validation_finds_what_is_doubtful(tmp_path, write_wav):
    there = write_wav(tmp_path / "a.wav")
    tracks = [
        Track("a", there, ("rock",), sha256=SHA),
        Track("b", there, ("rock",), sha256=SHA),
        Track("c", tmp_path / "c.wav", ("Hip-Hop",)),
        Track("d", None, ("hip hop",)),
    ]
    found = "\n".join(index.validate_index(tracks))
    assert "track 'c': there is no file" in found
    assert "track 'd': it has no path" in found
    assert "tracks a, b have one sha256" in found
    assert "tracks a, b have one path" in found
    assert "labels 'Hip-Hop', 'hip hop' read the same" in found
    assert "label 'Hip-Hop' has one track" in found
    assert "no file" not in "\n".join(index.validate_index(tracks, check_files=False))
    good = [tracks[0], replace(tracks[1], path=write_wav(tmp_path / "b.wav"), sha256="b" * 64)]
    assert index.validate_index(good) == []


def test_an_index_is_made_of_a_folder(tmp_path, write_wav):
    write_wav(tmp_path / "rock" / "a.wav", 1)
    write_wav(tmp_path / "rock" / "deep" / "b.wav", 2)
    write_wav(tmp_path / "rock" / "A.wav.wav", 3)
    write_wav(tmp_path / "jazz" / "a.wav", 4)
    write_wav(tmp_path / "stray.wav", 5)
    write_wav(tmp_path / "rock" / ".hidden.wav", 6)
    write_wav(tmp_path / ".git" / "c.wav", 7)
    (tmp_path / "rock" / "cover.jpg").write_bytes(b"picture")
    (tmp_path / "jazz" / "empty.wav").write_bytes(b"")
    (tmp_path / "jazz" / "text.mp3").write_text("no sound")
    calls = []
    made = index.make_index(tmp_path, progress=lambda *call: calls.append(call))
    assert [(t.track_id, t.label) for t in made.tracks] == [
        ("jazz/a", "jazz"),
        ("rock/A.wav", "rock"),
        ("rock/a", "rock"),
        ("rock/deep/b", "rock"),
    ]
    assert made.tracks[0].sha256 == digests.file_sha256(tmp_path / "jazz" / "a.wav")
    assert made.tracks[0].duration_s == pytest.approx(0.5)
    reasons = {s.name: s.reason for s in made.skipped}
    assert set(reasons) == {
        *(".git", "rock/.hidden.wav", "rock/cover.jpg"),
        *("stray", "jazz/empty", "jazz/text"),
    }
    assert "hidden" in reasons[".git"]
    assert ".jpg" in reasons["rock/cover.jpg"]
    assert "no sub-folder" in reasons["stray"]
    assert [call[0] for call in calls] == [1, 2, 3, 4, 5, 6]
    assert {call[1] for call in calls} == {6}
    index.write_index(tmp_path / "index.csv", made.tracks)
    assert index.read_index(tmp_path / "index.csv") == made.tracks


def test_two_formats_of_one_name_keep_their_extensions(tmp_path, write_wav):
    write_wav(tmp_path / "rock" / "a.wav", 1)
    write_wav(tmp_path / "rock" / "a.wave", 2)
    made = index.make_index(tmp_path)
    assert [t.track_id for t in made.tracks] == ["rock/a.wav", "rock/a.wave"]


def tagged(path, **tags):
    import mutagen.id3
    import mutagen.wave

    file = mutagen.wave.WAVE(path)
    file.add_tags()
    for name, text in tags.items():
        file.tags.add(getattr(mutagen.id3, name)(encoding=3, text=text))
    file.save()
    return path


def test_tags_are_read(tmp_path, write_wav):
    path = tagged(
        write_wav(tmp_path / "x" / "a.wav"),
        **{"TPE1": "The  Band", "TALB": "An\nAlbum", "TIT2": "A Song", "TCON": "Folk"},
    )
    (by_folder,) = index.make_index(tmp_path).tracks
    assert (by_folder.artist, by_folder.album, by_folder.title) == (
        "The Band",
        "An Album",
        "A Song",
    )
    assert by_folder.group == "the band"
    assert by_folder.label == "x"
    (by_tag,) = index.make_index(tmp_path, label_from="tag").tracks
    assert by_tag.label == "Folk"
    assert by_tag.path == path


def test_easy_tags_of_a_flac_are_read(tmp_path):
    import mutagen.flac
    import numpy as np
    import soundfile

    path = tmp_path / "x" / "a.flac"
    path.parent.mkdir()
    soundfile.write(path, np.zeros(4000, dtype=np.float32), 8000)
    file = mutagen.flac.FLAC(path)
    file["artist"] = ["One", "Two"]
    file.save()
    (track,) = index.make_index(tmp_path).tracks
    assert track.artist == "One, Two"


def test_a_file_without_genre_tag_is_skipped_when_tags_are_asked_for(tmp_path, write_wav):
    write_wav(tmp_path / "x" / "a.wav")
    made = index.make_index(tmp_path, label_from="tag")
    assert not made.tracks
    assert "no genre tag" in made.skipped[0].reason


@pytest.mark.parametrize("name", ["Various Artists", "unknown artist", "", "  ", None])
def test_names_that_stand_for_nobody_group_nothing(name):
    assert index.artist_key(name) is None


def test_artist_keys_ignore_case_width_and_spacing():
    assert index.artist_key("ＡＣ/ＤＣ ") == index.artist_key("ac/dc")
