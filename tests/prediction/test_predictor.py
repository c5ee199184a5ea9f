"""The predictor: one answer for one sound, however it comes."""

import dataclasses
import itertools
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile
import tiny_bundles

from genrescope.audio.write import write_wav
from genrescope.cores import THREAD_VARIABLES
from genrescope.errors import (
    AudioNotFoundError,
    BundleError,
    EmptyAudioError,
    GenrescopeError,
    NotAudioError,
    ParameterError,
    SilentAudioError,
    TooShortAudioError,
)
from genrescope.features.feature_sets import FeatureChoice
from genrescope.features.windows import cut
from genrescope.prediction.aggregate import mean_probabilities, ranked
from genrescope.prediction.hearing import audible, short_time_levels
from genrescope.prediction.predictor import Predictor, load

SR = 22050


def vector(prediction, labels=tiny_bundles.LABELS):
    return np.array([{g.label: g.probability for g in prediction.genres}[x] for x in labels])


def check_whole(prediction, labels=tiny_bundles.LABELS):
    """What every answer must be."""
    assert prediction.error is None
    assert prediction.abstained is None
    for genres in (prediction.genres, *(w.genres for w in prediction.windows)):
        assert sorted(g.label for g in genres) == sorted(labels)
        p = [g.probability for g in genres]
        assert p == sorted(p, reverse=True)
        assert sum(p) == pytest.approx(1, abs=1e-5)
    assert len(prediction.windows) >= 1
    mean = np.mean([vector(w, labels) for w in prediction.windows], axis=0)
    np.testing.assert_allclose(vector(prediction, labels), mean, atol=1e-5)


def test_an_array_and_its_file_have_one_answer(predictor, music, wav, tmp_path):
    from_array = predictor.predict(music, sr=SR)
    check_whole(from_array)
    soundfile.write(tmp_path / "float.wav", music, SR, subtype="FLOAT")
    soundfile.write(tmp_path / "exact.flac", music, SR, subtype="PCM_24")
    for path, tolerance in (
        (tmp_path / "float.wav", 1e-6),
        (tmp_path / "exact.flac", 1e-4),
        (wav, 2e-2),
    ):
        from_file = predictor.predict_file(path)
        check_whole(from_file)
        np.testing.assert_allclose(vector(from_file), vector(from_array), atol=tolerance)
        assert from_file.duration_s == pytest.approx(from_array.duration_s, abs=1e-3)
        spans = [(w.start_s, w.end_s) for w in from_array.windows]
        assert [(w.start_s, w.end_s) for w in from_file.windows] == spans
        assert from_file.path == str(path)
    assert from_array.path is None
    assert from_array.model == "tiny"


def test_the_answer_does_not_depend_on_the_blocks(predictor, wav, music, monkeypatch):
    whole = predictor.predict_file(wav)
    import genrescope.audio.decode as decode

    plain = decode.open_audio
    for block_s in (0.01, 0.7, 60.0):
        monkeypatch.setattr(
            decode, "open_audio", lambda path, b=block_s, **kw: plain(path, block_s=b, **kw)
        )
        np.testing.assert_allclose(vector(predictor.predict_file(wav)), vector(whole), atol=1e-6)


def test_the_windows_are_those_of_the_settings(predictor, music):
    prediction = predictor.predict(music[: int(3.4 * SR)], sr=SR)
    spans = [(round(w.start_s, 6), round(w.end_s, 6)) for w in prediction.windows]
    assert spans[:3] == [(0, 1), (1, 2), (2, 3)]
    assert spans[3][1] == pytest.approx(prediction.duration_s, abs=1e-6)
    assert prediction.duration_s == pytest.approx(3.4, abs=1e-3)
    short_tail = predictor.predict(music[: int(3.2 * SR)], sr=SR)
    assert len(short_tail.windows) == 3


def test_an_answer_is_that_of_the_front_end_features_and_graph(predictor):
    y = np.random.default_rng(0).normal(scale=0.1, size=24000).astype(np.float32)
    settings, front_end = tiny_bundles.WINDOWS, tiny_bundles.FRONT_END
    P = predictor.probabilities([front_end.compute(w.y) for w in cut([y], settings)])
    prediction = predictor.predict(y, sr=front_end.sr)
    assert prediction.genres == ranked(mean_probabilities(P), predictor.labels)


def test_more_windows_than_a_batch(predictor):
    rng = np.random.default_rng(0)
    y = rng.normal(scale=0.1, size=8000 * 140).astype(np.float32)
    prediction = predictor.predict(y, sr=8000)
    check_whole(prediction)
    assert len(prediction.windows) == 140
    alone = predictor.predict(y[100 * 8000 : 101 * 8000], sr=8000)
    np.testing.assert_allclose(vector(prediction.windows[100]), vector(alone), atol=1e-6)


def test_channels_are_averaged(predictor, music):
    mono = predictor.predict(music, sr=SR)
    stereo = predictor.predict(np.stack([music, music]), sr=SR)
    np.testing.assert_allclose(vector(stereo), vector(mono), atol=1e-6)
    other = np.stack([music, np.zeros_like(music)])
    np.testing.assert_allclose(vector(predictor.predict(other, sr=SR)), vector(mono), atol=1e-4)


@pytest.mark.parametrize("sr", [8000, 16000, 44100, 48000])
def test_other_sample_rates(predictor, music, sr, tmp_path):
    from genrescope.audio.resample import resample

    y = resample(music.astype(np.float32), orig_sr=SR, target_sr=sr)
    prediction = predictor.predict(y, sr=sr)
    check_whole(prediction)
    assert prediction.duration_s == pytest.approx(10, abs=1e-3)
    soundfile.write(tmp_path / "a.wav", np.stack([y, y], axis=1), sr, subtype="FLOAT")
    from_file = predictor.predict_file(tmp_path / "a.wav")
    np.testing.assert_allclose(vector(from_file), vector(prediction), atol=1e-5)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_types_of_samples_and_no_mutation(predictor, music, dtype):
    y = music.astype(dtype)
    before = y.copy()
    y.flags.writeable = False
    check_whole(predictor.predict(y, sr=SR))
    np.testing.assert_array_equal(y, before)


def test_a_recording_shorter_than_a_window_is_repeated(predictor, music):
    prediction = predictor.predict(music[: int(0.6 * SR)], sr=SR)
    check_whole(prediction)
    (window,) = prediction.windows
    assert (window.start_s, round(window.end_s, 2)) == (0, 0.6)


def test_an_answer_about_much_less_than_a_window_carries_a_warning(music):
    prediction = load("default").predict(music[:SR], sr=SR)
    assert len(prediction.genres) == 10
    assert any("trust this answer less" in warning for warning in prediction.warnings)


def test_too_little_to_hear(predictor, music, tmp_path):
    with pytest.raises(TooShortAudioError, match=r"0\.4.. s of sound, and at least 0\.5 s"):
        predictor.predict(music[: int(0.4 * SR)], sr=SR)
    with pytest.raises(EmptyAudioError, match="no sample"):
        predictor.predict(np.empty(0, np.float32), sr=SR)
    with pytest.raises(EmptyAudioError, match="no sample"):
        predictor.predict(np.empty((2, 0), np.float32), sr=SR)
    write_wav(tmp_path / "short.wav", music[:4000], sr=SR)
    with pytest.raises(TooShortAudioError, match=r"short\.wav: .*give a longer recording"):
        predictor.predict_file(tmp_path / "short.wav")


@pytest.mark.parametrize("peak", [0.0, 1 / 32768])
def test_silence_and_dithered_silence(predictor, tmp_path, peak):
    y = peak * np.sign(np.random.default_rng(0).normal(size=5 * 8000))
    with pytest.raises(SilentAudioError, match="holds no signal; was the right channel"):
        predictor.predict(y, sr=8000)
    write_wav(tmp_path / "silent.wav", y, sr=8000)
    with pytest.raises(SilentAudioError, match=r"silent\.wav: silent"):
        predictor.predict_file(tmp_path / "silent.wav")


def test_silent_stretches_are_not_asked_about(predictor, music):
    y = np.concatenate([music[: 2 * SR], np.zeros(5 * SR), music[2 * SR : 4 * SR]])
    prediction = predictor.predict(y, sr=SR)
    check_whole(prediction)
    starts = [round(w.start_s, 3) for w in prediction.windows]
    assert {0, 1, 7, 8} <= set(starts)
    assert not {3, 4, 5} & set(starts)
    assert prediction.duration_s == pytest.approx(9, abs=1e-3)


def test_sound_in_an_unheard_tail_alone_is_told_from_silence(predictor):
    y = np.zeros(8000 * 3 + 1000)
    y[-900:] = 0.5
    with pytest.raises(SilentAudioError, match="silent but for its end"):
        predictor.predict(y, sr=8000)


@pytest.mark.parametrize(
    ("y", "match"),
    [
        (np.zeros((2, 3, 4000)), r"shape \(2, 3, 4000\)"),
        (np.float32(0.5), r"shape \(\)"),
        (np.zeros(8000, np.int16), "divide integer samples by their full scale"),
        (np.zeros(8000, bool), "type bool"),
        (np.zeros(8000, np.complex64), "type complex64"),
        (["a", "b"], "floating point"),
        (np.zeros((8000, 2)), r"transpose what soundfile gives: y\.T"),
        (np.zeros((0, 8000)), "no channel"),
        (np.array([0.5, np.nan] * 8000), "NaN, infinite"),
        (np.array([0.5, np.inf] * 8000), "NaN, infinite"),
        (np.array([[np.inf] * 8000, [-np.inf] * 8000]), "NaN, infinite"),
        (np.array([0.5, 1e300] * 8000), "beyond 10000"),
    ],
)
def test_arrays_that_are_no_sound(predictor, y, match):
    with pytest.raises(ParameterError, match=match):
        predictor.predict(y, sr=8000)


@pytest.mark.parametrize("sr", [0, -8000, 8000.5, "8000", True, None])
def test_sample_rates_that_are_none(predictor, sr):
    with pytest.raises(ParameterError, match="sample rate is a positive whole number"):
        predictor.predict(np.ones(8000, np.float32), sr=sr)


def test_files_that_are_no_recordings(predictor, tmp_path):
    (tmp_path / "a.mp3").write_text("text, no sound\n" * 100)
    with pytest.raises(NotAudioError, match=r"a\.mp3"):
        predictor.predict_file(tmp_path / "a.mp3")
    with pytest.raises(AudioNotFoundError):
        predictor.predict_file(tmp_path / "b.mp3")
    with pytest.raises(GenrescopeError):
        predictor.predict_file("a\0b.mp3")


def test_a_model_that_is_none():
    with pytest.raises(BundleError, match="no model 'nowhere'"):
        load("nowhere")


# Many files


@pytest.fixture
def files(wav, tmp_path):
    """Good and bad files in turn."""
    bad = tmp_path / "bad.mp3"
    bad.write_bytes(b"no sound at all " * 50)
    return [wav, bad, str(wav), tmp_path / "missing.wav", wav, tmp_path, wav]


@pytest.fixture
def at_once(monkeypatch):
    """Start workers with the first file, however short the work is."""
    monkeypatch.setattr("genrescope.crew.replies.PATIENCE_S", 0.0)


@pytest.mark.parametrize("jobs", [1, 2, None])
def test_many_files_are_answered_in_order(predictor, files, jobs, at_once):
    predictions = list(predictor.predict_many(files, jobs=jobs))
    assert [p.path for p in predictions] == [str(f) for f in files]
    alone = predictor.predict_file(files[0])
    for path, prediction in zip(files, predictions, strict=True):
        if str(path).endswith("jazz.wav"):
            assert prediction == dataclasses.replace(alone, path=str(path))
        else:
            assert prediction.error
            assert prediction.model == "tiny"
            assert not prediction.genres
            assert prediction.top is None
            assert prediction.duration_s is None
            with pytest.raises(GenrescopeError) as raised:
                predictor.predict_file(path)
            assert prediction.error == str(raised.value)
    assert "does not exist" in predictions[3].error or "no such" in predictions[3].error.lower()


@pytest.fixture(scope="module")
def songs(tmp_path_factory):
    """Files of several lengths, so that rows of several files meet in one batch."""
    folder = tmp_path_factory.mktemp("songs")
    rng = np.random.default_rng(0)
    for number, seconds in enumerate((1.5, 70.0, 3.2, 0.3, 9.0, 1.0, 40.0, 2.0)):
        y = rng.normal(scale=0.1, size=int(seconds * 8000))
        write_wav(folder / f"{number}.wav", np.clip(y, -1, 1), sr=8000)
    return sorted(folder.iterdir()) * 2


def cnn(folder):
    """A bundle of a small network on pictures of the log-mel."""
    shape = (tiny_bundles.FRONT_END.n_mels, tiny_bundles.FRONT_END.n_frames(8000))
    return tiny_bundles.write(
        folder,
        onnx=tiny_bundles.convolution(shape),
        features=FeatureChoice.from_dict({"name": "logmel"}),
    )


@pytest.mark.parametrize("bundle", ["tiny", "cnn", "default"])
def test_the_company_of_other_files_changes_no_bit(bundle, tiny, songs, at_once, tmp_path):
    if bundle == "cnn":
        cnn(tmp_path)
    model = {"tiny": tiny, "cnn": tmp_path, "default": "default"}[bundle]
    predictor = load(model)
    alone = [None if p.name == "3.wav" else predictor.predict_file(p) for p in songs]
    for jobs in 1, 2:
        many = list(predictor.predict_many(songs, jobs=jobs))
        assert [None if p.error else p for p in many] == alone
        assert [p.path for p in many if p.error] == [str(p) for p in songs if p.name == "3.wav"]


def test_a_few_windows_of_a_long_file(predictor, songs, at_once):
    (long,) = (p for p in songs[:8] if p.name == "1.wav")
    whole, few = predictor.predict_file(long), predictor.predict_file(long, max_windows=3)
    assert [w.start_s for w in few.windows][::2] == [0.0, 69.0]
    assert len(few.windows) == 3
    assert few.duration_s == whole.duration_s
    by_start = {w.start_s: vector(w) for w in whole.windows}
    for window in few.windows:
        np.testing.assert_allclose(vector(window), by_start[window.start_s], atol=1e-5)
    assert list(predictor.predict_many([long] * 3, jobs=2, max_windows=3)) == [few] * 3
    with pytest.raises(ParameterError, match="max_windows is 0"):
        list(predictor.predict_many([long], max_windows=0))
    with pytest.raises(ParameterError, match="max_windows is 0"):
        predictor.predict_file(long, max_windows=0)


def workers():
    return [t for t in threading.enumerate() if t.name.startswith("genrescope")]


@pytest.mark.parametrize("jobs", [1, 3])
def test_answers_stream_and_closing_early_ends_the_work(predictor, wav, jobs, at_once, monkeypatch):
    monkeypatch.setattr("genrescope.crew.line.MAX_AHEAD", 20)
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield wav

    answers = predictor.predict_many(endless(), jobs=jobs)
    assert next(answers).top is not None
    assert next(answers).top is not None
    assert taken <= (2 if jobs == 1 else 20 + 3)
    assert bool(workers()) == (jobs > 1)
    answers.close()
    assert not workers()


def test_an_error_of_the_paths_ends_the_work(predictor, wav, at_once):
    def failing():
        yield wav
        raise RuntimeError("the list broke off")

    with pytest.raises(RuntimeError, match="the list broke off"):
        list(predictor.predict_many(failing(), jobs=2))
    assert not workers()


@pytest.mark.skipif(sys.platform != "linux", reason="finds workers in /proc")
def test_a_file_that_crashes_its_reader_costs_no_other_file(predictor, wav, at_once):
    answers = predictor.predict_many(itertools.repeat(wav, 40), jobs=2)
    found = [next(answers)]
    # Each is a child of the thread that started it.
    lists = [path.read_text() for path in Path("/proc/self/task").glob("*/children")]
    children = " ".join(lists).split()
    assert children
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    found += answers
    lost = [p for p in found if p.error]
    assert len(found) == 40
    assert 1 <= len(lost) <= 2
    for prediction in lost:
        assert prediction.error.startswith(f"{wav}: the process that worked on it ended (signal 9")


@pytest.mark.parametrize("jobs", [1, 2])
def test_relative_paths_are_of_the_folder_in_which_they_were_taken(
    predictor, wav, tmp_path, monkeypatch, jobs, at_once
):
    alone = predictor.predict_file(wav)
    monkeypatch.chdir(wav.parent)
    given = [wav.name, f"./{wav.name}", "missing.wav", Path(wav.name), *[wav.name] * 8]
    found = []
    for prediction in predictor.predict_many(iter(given), jobs=jobs):
        found.append(prediction)
        if len(found) == 1:
            (tmp_path / "elsewhere").mkdir()
            # What is taken from now on is relative to this folder.
            (tmp_path / "elsewhere" / wav.name).symlink_to(wav)
            os.chdir(tmp_path / "elsewhere")
    assert [p.path for p in found] == [str(path) for path in given]
    assert found[2].error == "missing.wav: no such file: is the path spelled right?"
    for prediction in (*found[:2], *found[3:]):
        assert prediction == dataclasses.replace(alone, path=prediction.path)


def test_what_memory_does_not_suffice_for_costs_only_its_own_file(tiny, songs, at_once):
    predictor = Predictor(tiny)
    plain = predictor._judge

    def judge(rows):
        if len(rows.X) > 32:
            raise MemoryError
        return plain(rows)

    predictor._judge = judge
    for jobs in 1, 2:
        found = list(predictor.predict_many([songs[i] for i in (0, 1, 4)], jobs=jobs))
        assert [p.error is None for p in found] == [True, False, True]
        assert found[1].error.startswith(f"{songs[1]}: memory did not suffice for it: ")


BLAS = """
import sys
import numpy as np
import genrescope
sr, predictor = 22050, genrescope.load()
for genre in "jazz", "metal", "classical":
    y = genrescope.render_track(genre, seed=3, duration_s=65.0)
    prediction = predictor.predict(np.clip(y, -1, 1), sr=sr)
    for window in prediction.windows:
        print([float(g.probability).hex() for g in window.genres], float(window.music).hex())
"""


def test_no_bit_depends_on_how_many_threads_multiply_matrices():
    """A worker has one, this process may have as many as there are cores."""
    found = [
        subprocess.run(
            [sys.executable, "-c", BLAS],
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, **dict.fromkeys(THREAD_VARIABLES, str(n))},
        ).stdout
        for n in (1, 2)
    ]
    assert found[0] == found[1]
    assert found[0].count("\n") >= 6


def test_a_graph_that_fails_fails_each_file_and_nothing_else(tmp_path, songs, at_once):
    tiny_bundles.write(tmp_path, onnx=tiny_bundles.graph(n_labels=2))
    for jobs in 1, 2:
        found = list(Predictor(tmp_path).predict_many(songs[:6], jobs=jobs))
        assert ["export the model again" in p.error for p in found] == [True] * 6


def test_what_the_graph_cannot_take_costs_only_its_own_file(tiny, songs, at_once):
    predictor = Predictor(tiny)
    plain = predictor._judge

    def judge(rows):
        if len(rows.X) > 32:
            raise BundleError("the graph gave numbers that are no probabilities")
        return plain(rows)

    predictor._judge = judge
    found = list(predictor.predict_many([songs[i] for i in (0, 1, 2, 4, 1, 5)], jobs=2))
    assert [p.error is None for p in found] == [True, False, True, True, False, True]


def test_no_files_one_path_and_no_jobs(predictor, wav):
    assert list(predictor.predict_many([])) == []
    with pytest.raises(ParameterError, match="one path: give a list"):
        list(predictor.predict_many(str(wav)))
    with pytest.raises(ParameterError, match="jobs is 0"):
        list(predictor.predict_many([wav], jobs=0))


def test_one_predictor_in_many_threads(predictor, music):
    expected = predictor.predict(music, sr=SR)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(predictor.predict(music, sr=SR)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 6


def test_the_graph_of_a_changed_bundle_is_refused_at_once(tmp_path):
    tiny_bundles.write(tmp_path, onnx=tiny_bundles.graph(n_labels=2))
    with pytest.raises(BundleError, match=r"shape \(1, 2\) for 1 windows and 3 labels"):
        Predictor(tmp_path).predict(np.ones(8000) * 0.1, sr=8000)


def test_predictions_as_plain_values(predictor, wav):
    prediction = predictor.predict_file(wav)
    plain = prediction.to_dict(top=1)
    assert len(plain["genres"]) == 1
    assert len(plain["windows"]) == len(prediction.windows)
    assert plain["genres"][0]["label"] == prediction.top.label
    assert len(prediction.to_dict()["genres"]) == 3


@pytest.mark.parametrize("hiss", [0.0, 1e-4, 5e-4])
def test_what_follows_the_music_has_no_say(predictor, music, hiss):
    rest = hiss * np.random.default_rng(0).standard_normal(20 * SR)
    alone = predictor.predict(music[: 2 * SR], sr=SR)
    followed = predictor.predict(np.concatenate([music[: 2 * SR], rest]), sr=SR)
    assert [w.start_s for w in followed.windows] == [0, 1]
    assert followed.top.label == alone.top.label
    assert followed.top.probability == pytest.approx(alone.top.probability, abs=0.01)


def test_quiet_music_is_heard_as_the_loud():
    loud, quiet = np.array([-20.0] * 10), np.array([-60.0] * 10)
    assert audible([loud, quiet, loud - 55]).tolist() == [True, True, False]
    assert audible([quiet - 20]).tolist() == [True]
    assert audible([]).tolist() == []


def test_short_time_levels_are_those_of_a_sine():
    y = np.sin(2 * np.pi * 100 * np.arange(8000) / 8000).astype(np.float32)
    levels = short_time_levels(y, sr=8000)
    assert levels.shape == (10,)
    np.testing.assert_allclose(levels, -3.01, atol=0.01)
    assert short_time_levels(np.zeros(5, dtype=np.float32), sr=8000).shape == (1,)
