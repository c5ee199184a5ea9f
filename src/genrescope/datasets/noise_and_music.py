"""Clips of 0.8 s to tell music from noise by, at several ratios of signal to noise.

Park and Lee (2015), as Mersy and Lyk tell of them in section 2.2, let a network decide whether 0.8
s of sound are music or noise, at five ratios of which one is clean. Here the label "music" has
clips of the tracks of another data set, alone and mixed with noise; the label "noise" has clips of
noise alone, of all the kinds of `genrescope.synthesis.not_music`. Clips are given as log-mels.

What may not stand on both sides of a grouped split, ``Track.group``, is the kind of noise: each
artist is mixed with one kind only, drawn by the seed, and all clips of the artist, clean ones too,
belong to that kind. So an artist-grouped split holds out whole kinds, alone and in mixtures, and
with them whole artists. Music of an unknown artist has no group.

Random, each by the seed and the name of its track or sound: where a stretch of music begins, which
kind an artist gets, and the noise itself. The same settings and sound give the same clips.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from genrescope import digests
from genrescope.audio.decode import open_audio
from genrescope.datasets import _clips
from genrescope.datasets.dataset import (
    Dataset,
    LogMelArrays,
    Progress,
    dataset_choice,
    load_dataset,
)
from genrescope.errors import AudioError, ConfigError, DatasetError
from genrescope.features.front_end import FrontEnd
from genrescope.records import Skipped, Track
from genrescope.seeding import derived_seed, rng_for
from genrescope.splits import _grouping
from genrescope.synthesis.not_music import family_of, noise_kinds, render_noise

LICENCE = "as that of the music; the noise is synthesised by genrescope, CC0-1.0"
SOURCE = (
    "clips as in T. Park, T. Lee (2015), Music-noise segmentation in spectrotemporal domain using "
    "convolutional neural networks, as told by G. Mersy, K. Lyk; noise by genrescope.synthesis"
)
LABELS = ("music", "noise")
CLEAN = "clean"
ALONE = "noise alone"
N_CLIPS_A_SOUND = 4
"""Clips that are cut from one sound of noise; mixtures take sounds of their own."""

Clip = tuple[Track, np.ndarray]


@dataclass(frozen=True)
class Settings:
    """
    Which music, how much noise, and how clips become log-mels.

    Attributes
    ----------
    music : str
        A data set with sound, as the command line names one: ``index.csv``, a folder, or
        ``name:path``.
    n_tracks : int or None
        Tracks of it to use, taken evenly from first to last; None takes all.
    snrs_db : str
        Power of the music over that of the noise in dB, with commas between them.
    clips_per_track : int
        Clips of each track at each ratio, and as many of it clean; each is a stretch of its own.
    n_noise : int
        Clips of noise alone, shared evenly by the kinds.
    duration_s : float
        Length of a clip in seconds.
    seed : int
        Decides all that is random.
    sr, n_fft, hop_length, n_mels : int
        Front end: sample rate in Hz, samples a frame, samples between frames, mel bands.
    fmin : float
        Front end: lower edge of the first band in Hz.
    fmax : float or None
        Front end: upper edge of the last band in Hz; None is half the sample rate.
    top_db : float
        Front end: floor in dB below the maximum.
    scale : str
        Front end: ``"unit"`` or ``"db"``.
    """

    music: str = "gtzan:${GENRESCOPE_DATA}/gtzan"
    n_tracks: int | None = None
    snrs_db: str = "20,10,0,-5"
    clips_per_track: int = 1
    n_noise: int = 3000
    duration_s: float = 0.8
    seed: int = 0
    sr: int = 22050
    n_fft: int = 1024
    hop_length: int = 512
    n_mels: int = 64
    fmin: float = 0.0
    fmax: float | None = None
    top_db: float = 80.0
    scale: str = "unit"


def load(settings: Settings, *, progress: Progress | None = None) -> Dataset:
    """
    Cut, make and mix the clips, and compute their log-mels.

    Parameters
    ----------
    settings : Settings
        The settings.
    progress : callable or None
        Called after each track of music with the number done, the number of all, and its path.

    Returns
    -------
    Dataset
        The clips: ``blues.00000@clean.0``, ``blues.00000@-5dB.0`` and so on, then
        ``rain.00000@noise.0`` and so on. ``extra`` has ``snr_db`` (``"clean"``, a number, or
        ``"noise alone"``), ``noise`` and ``noise_family`` (of what is heard; empty where clean).

    Raises
    ------
    ConfigError
        If a setting breaks its rule, or `music` names no data set.
    DatasetError
        If the data set of music cannot be read, or holds no sound that is long enough.
    """
    snrs_db = _clips.decibels(settings.snrs_db)
    length = _check(settings)
    front_end = FrontEnd(**{f.name: getattr(settings, f.name) for f in fields(FrontEnd)})
    front_end.compute(np.zeros(length, dtype=np.float32))
    name, given = dataset_choice(settings.music)
    music = load_dataset(name, **given)
    n = min(len(music.tracks), settings.n_tracks or len(music.tracks))
    chosen = [music.tracks[i * len(music.tracks) // n] for i in range(n)]
    kinds = _kinds_of(chosen, settings.seed)
    tracks: list[Track] = []
    skipped = list(music.skipped)
    pictures: list[np.ndarray] = []
    for done, track in enumerate(chosen, start=1):
        found = _music(track, kinds[track.track_id], snrs_db, length, settings)
        if isinstance(found, Skipped):
            skipped.append(found)
        else:
            _take(found, front_end, tracks, pictures)
        if progress is not None and track.path is not None:
            progress(done, len(chosen), track.path)
    if not tracks:
        reasons = "; ".join(f"{s.name}: {s.reason}" for s in skipped[:1])
        raise DatasetError(
            f"not one track of {settings.music!r} gave a clip ({reasons}): name music with sound"
        )
    _take(_noise(length, settings), front_end, tracks, pictures)
    rows = {track.track_id: row for row, track in enumerate(tracks)}
    return Dataset(
        name="noise_and_music",
        tracks=tuple(tracks),
        skipped=tuple(skipped),
        licence=LICENCE,
        source=f"{SOURCE}; music: {music.source}",
        logmels=LogMelArrays(front_end, np.stack(pictures), rows),
    )


def _check(settings: Settings) -> int:
    """Refuse settings that give no clips; give the samples in a clip."""
    for name in ("n_tracks", "clips_per_track", "n_noise"):
        count = getattr(settings, name)
        if count is not None and count < 1:
            raise ConfigError(f"{name} is {count}: at least 1 is needed")
    if not 0.5 <= settings.duration_s <= 30.0:
        raise ConfigError(f"duration_s is {settings.duration_s}: clips last from 0.5 to 30 s")
    return round(settings.duration_s * settings.sr)


def _kinds_of(tracks: Sequence[Track], seed: int) -> Mapping[str, str]:
    """Give each artist a kind of noise, so that each kind has as many artists as any other."""
    unit = _grouping.units(tracks)
    order = rng_for(seed, "kind of an artist").permutation(unit.max() + 1)
    kinds = noise_kinds()
    return {t.track_id: kinds[order[u] % len(kinds)] for t, u in zip(tracks, unit, strict=True)}


def _take(
    clips: Sequence[Clip] | Iterator[Clip],
    front_end: FrontEnd,
    tracks: list[Track],
    pictures: list[np.ndarray],
) -> None:
    for track, y in clips:
        S = front_end.compute(y)
        pictures.append(S)
        tracks.append(replace(track, sha256=digests.array_sha256(S)))


def _music(
    track: Track, kind: str, snrs_db: Sequence[float], length: int, settings: Settings
) -> list[Clip] | Skipped:
    """Cut the clips of a track: clean, and mixed with a sound of its own of one kind."""
    if track.path is None:
        return Skipped(track.track_id, "it has no sound file to cut clips from")
    try:
        with open_audio(track.path, sr=settings.sr) as reader:
            y = np.concatenate(list(reader))
    except AudioError as error:
        return Skipped(track.track_id, str(error))
    levels: list[float | None] = [None, *snrs_db]
    n = settings.clips_per_track
    rng = rng_for(settings.seed, "stretches", track.track_id)
    cut = _clips.drawn_stretches(y, length=length, n=n * len(levels), rng=rng)
    if not cut:
        return Skipped(track.track_id, f"silent, or shorter than {settings.duration_s} s")
    noises = iter(_noises_for(track, kind, n * len(snrs_db), length, settings))
    clips = []
    for number, music in enumerate(cut):
        snr_db, k = levels[number // n], number % n
        told = CLEAN if snr_db is None else f"{snr_db:g}"
        heard = music if snr_db is None else _clips.mixed(music, next(noises), snr_db=snr_db)
        clip = Track(
            track_id=f"{track.track_id}@{told}{'' if snr_db is None else 'dB'}.{k}",
            path=None,
            labels=("music",),
            artist=track.artist,
            title=track.title,
            duration_s=settings.duration_s,
            group=None if _is_unknown(track) else kind,
            extra={
                "snr_db": told,
                "noise": "" if snr_db is None else kind,
                "noise_family": "" if snr_db is None else family_of(kind),
                "genre": track.label,
                "music": track.track_id,
            },
        )
        clips.append((clip, heard))
    return clips


def _is_unknown(track: Track) -> bool:
    return track.group is None and track.artist is None


def _noises_for(
    track: Track, kind: str, n: int, length: int, settings: Settings
) -> list[np.ndarray]:
    if not n:
        return []
    sound = render_noise(
        kind,
        # Apart from the noise alone, whose sounds have the seed itself.
        seed=derived_seed(settings.seed, "noise under", track.track_id),
        duration_s=n * length / settings.sr,
        sr=settings.sr,
    )
    return _clips.stretches(sound, length=length)


def _noise(length: int, settings: Settings) -> Iterator[Clip]:
    """Make clips of noise alone, kind after kind, until there are as many as are asked for."""
    kinds = noise_kinds()
    for number, kind in enumerate(kinds):
        n = settings.n_noise // len(kinds) + (number < settings.n_noise % len(kinds))
        for first in range(0, n, N_CLIPS_A_SOUND):
            sound = render_noise(
                kind,
                seed=settings.seed,
                number=first // N_CLIPS_A_SOUND,
                duration_s=N_CLIPS_A_SOUND * length / settings.sr,
                sr=settings.sr,
            )
            cut = _clips.stretches(sound, length=length)[: n - first]
            for k, y in enumerate(cut):
                yield (
                    Track(
                        track_id=f"{kind}.{first // N_CLIPS_A_SOUND:05d}@noise.{k}",
                        path=None,
                        labels=("noise",),
                        duration_s=settings.duration_s,
                        group=kind,
                        extra={
                            "snr_db": ALONE,
                            "noise": kind,
                            "noise_family": family_of(kind),
                            "genre": "",
                            "music": "",
                        },
                    ),
                    y,
                )
