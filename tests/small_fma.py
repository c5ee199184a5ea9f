"""A small FMA in the real layout: a header of three rows, quoting, umlauts, tiny MP3 files."""

import csv

import numpy as np

from genrescope.audio.encode import encode_mp3

# Ids and parents as FMA has them.
GENRES = (
    (2, 0, "International", 2),
    (10, 0, "Pop", 10),
    (12, 0, "Rock", 12),
    (15, 0, "Electronic", 15),
    (21, 0, "Hip-Hop", 21),
    (25, 12, "Punk", 12),
    (88, 25, "Post-Punk", 12),
    (8, 0, "Old-Time / Historic", 8),
)
# Some of the 52 columns, in their order.
COLUMNS = (
    *(("album", "comments"), ("album", "id"), ("album", "information"), ("album", "title")),
    *(("artist", "bio"), ("artist", "id"), ("artist", "name"), ("set", "split")),
    *(("set", "subset"), ("track", "bit_rate"), ("track", "duration"), ("track", "genre_top")),
    *(("track", "genres"), ("track", "genres_all"), ("track", "license"), ("track", "title")),
)
TEXT = 'Recorded in "Zürich",\n<p>on two days; 50 % of it live</p>'
SPLITS = ("training", "training", "training", "validation", "test", "test")


def row(fma_id, **cells):
    """Give the fields of a track; names of cells are written as ``set_split``."""
    given = {
        "album_id": "7",
        "album_information": TEXT,
        "album_title": "Ünbekannt, Teil 1",
        "artist_bio": TEXT,
        "artist_id": str(fma_id),
        "artist_name": f'Die "{fma_id}"',
        "set_split": "training",
        "set_subset": "small",
        "track_bit_rate": "256000",
        "track_duration": "0.5",
        "track_genre_top": "Rock",
        "track_genres": "[12]",
        "track_license": "Attribution 3.0",
        "track_title": f"Stück {fma_id}",
        **cells,
    }
    return [str(fma_id), *(given.get(f"{group}_{field}", "") for group, field in COLUMNS)]


def write_metadata(root, rows, *, genres=GENRES):
    """Write fma_metadata; rows are streamed."""
    folder = root / "fma_metadata"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "genres.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["genre_id", "#tracks", "parent", "title", "top_level"])
        writer.writerows([i, 100, parent, title, top] for i, parent, title, top in genres)
    with (folder / "tracks.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["", *(group for group, _ in COLUMNS)])
        writer.writerow(["", *(field for _, field in COLUMNS)])
        writer.writerow(["track_id", *("" for _ in COLUMNS)])
        writer.writerows(rows)
    return root


def write_clip(root, fma_id, *, subset="small", hz=440.0, duration_s=0.5):
    """Write one MP3 file where FMA has it."""
    name = f"{fma_id:06d}"
    path = root / f"fma_{subset}" / name[:3] / f"{name}.mp3"
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(fma_id)
    t = np.arange(round(16000 * duration_s)) / 16000
    y = 0.4 * np.sin(2 * np.pi * hz * t) + 0.02 * rng.standard_normal(t.size)
    path.write_bytes(encode_mp3(y.astype(np.float32), sr=16000, bit_rate=32_000))
    return path


def write_fma(root, *, duration_s=0.5):
    """Write two genres of twelve tracks: six artists each, whom the partition keeps apart."""
    rows = []
    for g, (genre, top) in enumerate((("[12]", "Rock"), ("[15]", "Electronic"))):
        for n in range(12):
            fma_id = 1000 * g + n + 2
            artist = {
                "artist_id": str(10 * g + n // 2 + 1),
                "artist_name": f"Künstler {g}.{n // 2}",
            }
            cells = {"track_genres": genre, "track_genre_top": top, "set_split": SPLITS[n // 2]}
            rows.append(row(fma_id, **artist, **cells))
            write_clip(root, fma_id, hz=300 + 1500 * g + 20 * n, duration_s=duration_s)
    return write_metadata(root, rows)
