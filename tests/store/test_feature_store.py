"""The feature store: what goes in comes out, damage is told, and a killed run can go on."""

import hashlib
import json
import os
import pickle
import random
import subprocess
import sys
import time
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest

from genrescope.errors import ParameterError, StoreError
from genrescope.store.feature_store import FeatureStore

SPEC = {"front_end": {"sr": 22050, "n_mels": 8}, "window_s": 30.0}

WRITER = """
import hashlib, sys
from pathlib import Path
import numpy as np
from genrescope.store.feature_store import FeatureStore

store = FeatureStore(Path(sys.argv[1]), spec={"writer": 1})
keys = [hashlib.sha256(str(i).encode()).hexdigest() for i in range(120)]
for key in store.missing(keys):
    rng = np.random.default_rng(int(key[:8], 16))
    store.put(key, rng.normal(size=(4, 64, 100)).astype(np.float32))
"""


def key_of(name: object) -> str:
    return hashlib.sha256(str(name).encode()).hexdigest()


def features(seed: int = 0, shape: tuple[int, ...] = (2, 8, 5)) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def file_of(store: FeatureStore, key: str) -> Path:
    return store.root / key[:2] / f"{key}.npy"


def test_what_goes_in_comes_out_mapped_and_read_only(tmp_path):
    store = FeatureStore(tmp_path, spec=SPEC)
    store.put(key_of(1), features())
    array = store.get(key_of(1))
    np.testing.assert_array_equal(array, features())
    assert isinstance(array, np.memmap)
    assert array.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        array[0, 0, 0] = 1.0
    del array
    again = FeatureStore(tmp_path, spec=SPEC)
    np.testing.assert_array_equal(again.get(key_of(1)), features())


def test_any_order_and_float_type_is_kept_as_float32(tmp_path):
    store = FeatureStore(tmp_path, spec=SPEC)
    store.put(key_of(1), np.asfortranarray(features().astype(np.float64)))
    np.testing.assert_array_equal(store.get(key_of(1)), features())


def test_put_replaces(tmp_path):
    store = FeatureStore(tmp_path, spec=SPEC)
    store.put(key_of(1), features(0))
    store.put(key_of(1), features(1, (3, 8, 5)))
    np.testing.assert_array_equal(store.get(key_of(1)), features(1, (3, 8, 5)))


def test_keys_missing_contains_and_info(tmp_path):
    store = FeatureStore(tmp_path, spec=SPEC)
    assert store.keys() == []
    assert store.info().n_tracks == 0
    assert list(tmp_path.iterdir()) == [], "a store that is only read writes nothing"
    for i in range(5):
        store.put(key_of(i), features(i))
    assert store.keys() == sorted(key_of(i) for i in range(5))
    assert key_of(3) in store
    assert key_of(7) not in store
    wanted = [key_of(i) for i in (7, 3, 6, 7)]
    assert store.missing(wanted) == [key_of(7), key_of(6)]
    info = store.info()
    assert info.n_tracks == 5
    assert info.size_bytes == sum(
        len(data) for name, data in content_of(store.root).items() if ".npy" in name
    )
    assert info.spec == SPEC
    with pytest.raises(FrozenInstanceError):
        info.n_tracks = 0


def test_specs_do_not_mix(tmp_path):
    store = FeatureStore(tmp_path, spec=SPEC)
    other = FeatureStore(tmp_path, spec={**SPEC, "window_s": 5.0})
    store.put(key_of(1), features())
    assert key_of(1) not in other
    same = FeatureStore(tmp_path, spec=dict(reversed(SPEC.items())))
    assert key_of(1) in same


def test_spec_is_written_beside_the_features(tmp_path):
    store = FeatureStore(tmp_path, spec={**SPEC, "shape": (2, 3)})
    store.put(key_of(1), features())
    content = json.loads((store.root / "spec.json").read_text(encoding="utf-8"))
    assert content == {"format": 1, "spec": {**SPEC, "shape": [2, 3]}}
    assert key_of(1) in FeatureStore(tmp_path, spec={**SPEC, "shape": (2, 3)})


def test_store_travels_to_other_processes(tmp_path):
    store = FeatureStore(tmp_path, spec=SPEC)
    store.put(key_of(1), features())
    copy = pickle.loads(pickle.dumps(store))
    np.testing.assert_array_equal(copy.get(key_of(1)), features())


@pytest.mark.parametrize("key", ["", "abc", key_of(1).upper(), "../" + key_of(1)[3:], None])
def test_bad_key_is_refused(tmp_path, key):
    store = FeatureStore(tmp_path, spec=SPEC)
    for use in (store.get, store.__contains__, lambda key: store.put(key, features())):
        with pytest.raises(ParameterError, match="is not the SHA-256 of a recording"):
            use(key)


@pytest.mark.parametrize(
    ("array", "match"),
    [
        (np.zeros((8, 5), dtype=np.float32), "must be \\(n_windows, n_mels, t\\)"),
        (np.zeros((0, 8, 5), dtype=np.float32), "none of them 0"),
        (np.zeros((1, 8, 5), dtype=np.int64), "int64, but must be floating point"),
        (np.full((1, 8, 5), np.nan), "NaN or infinite"),
        (np.full((1, 8, 5), 1e300), "NaN or infinite"),
    ],
)
def test_bad_features_are_refused(tmp_path, array, match):
    store = FeatureStore(tmp_path, spec=SPEC)
    with pytest.raises(ParameterError, match=match):
        store.put(key_of(1), array)
    assert store.keys() == []


@pytest.mark.parametrize("spec", [{"a": object()}, {"a": float("nan")}])
def test_spec_that_json_cannot_hold_is_refused(tmp_path, spec):
    with pytest.raises(ParameterError, match="must be plain values"):
        FeatureStore(tmp_path, spec=spec)


def test_missing_features_are_told(tmp_path):
    with pytest.raises(StoreError, match="extract them first"):
        FeatureStore(tmp_path, spec=SPEC).get(key_of(1))


def test_every_truncation_and_a_longer_file_are_told(tmp_path):
    store = FeatureStore(tmp_path, spec=SPEC)
    store.put(key_of(1), features(shape=(1, 2, 3)))
    path = file_of(store, key_of(1))
    whole = path.read_bytes()
    for data in [whole[:n] for n in range(len(whole))] + [whole + b"\0"]:
        path.write_bytes(data)
        with pytest.raises(StoreError, match=r"damaged .* delete it and extract"):
            store.get(key_of(1))
    store.put(key_of(1), features(shape=(1, 2, 3)))
    assert path.read_bytes() == whole


def test_damaged_header_is_told(tmp_path):
    store = FeatureStore(tmp_path, spec=SPEC)
    store.put(key_of(1), features())
    path = file_of(store, key_of(1))
    whole = path.read_bytes()
    rng = random.Random(0)
    n_told = 0
    for position in range(128):
        data = bytearray(whole)
        data[position] ^= rng.randrange(1, 256)
        path.write_bytes(bytes(data))
        try:
            store.get(key_of(1))
        except StoreError as error:
            assert "damaged" in str(error)  # noqa: PT017
            n_told += 1
    assert n_told > 60, "only padding and spaces of the header may change unnoticed"


@pytest.mark.parametrize(
    "array", [np.zeros((2, 8, 5)), np.zeros((8, 5), dtype=np.float32), np.array(["a"])]
)
def test_foreign_array_is_told(tmp_path, array):
    store = FeatureStore(tmp_path, spec=SPEC)
    store.put(key_of(1), features())
    np.save(file_of(store, key_of(1)), array)
    with pytest.raises(StoreError, match="other than float32 of three dimensions"):
        store.get(key_of(1))


def test_other_format_version_is_refused(tmp_path):
    store = FeatureStore(tmp_path, spec=SPEC)
    store.put(key_of(1), features())
    text = json.dumps({"format": 2, "spec": SPEC})
    (store.root / "spec.json").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match="format version 2, but this release reads 1"):
        FeatureStore(tmp_path, spec=SPEC)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 1}', "null"])
def test_damaged_spec_is_told(tmp_path, text):
    store = FeatureStore(tmp_path, spec=SPEC)
    store.put(key_of(1), features())
    (store.root / "spec.json").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=r"spec\.json is damaged"):
        FeatureStore(tmp_path, spec=SPEC)


def test_changed_spec_is_told(tmp_path):
    store = FeatureStore(tmp_path, spec=SPEC)
    store.put(key_of(1), features())
    text = json.dumps({"format": 1, "spec": {}})
    (store.root / "spec.json").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match="other settings than those that name its folder"):
        FeatureStore(tmp_path, spec=SPEC)


def test_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(StoreError, match=r"cannot (read|write)"):
        FeatureStore(tmp_path / "file", spec=SPEC).put(key_of(1), features())


def test_leftovers_are_ignored_and_only_old_ones_removed(tmp_path):
    store = FeatureStore(tmp_path, spec=SPEC)
    store.put(key_of(1), features())
    folder = file_of(store, key_of(1)).parent
    old, young = (folder / f"{key_of(1)}.npy.tmp-1-{name}" for name in ("0000aaaa", "0000bbbb"))
    other = folder / "notes.txt"
    for path in (old, young, other):
        path.write_bytes(b"half")
    long_ago = time.time() - 2 * 3600
    os.utime(old, (long_ago, long_ago))
    os.utime(other, (long_ago, long_ago))
    again = FeatureStore(tmp_path, spec=SPEC)
    assert again.keys() == [key_of(1)]
    assert old.exists(), "a store that is only read removes nothing"
    again.put(key_of(2), features())
    assert not old.exists()
    assert young.exists(), "another process may be writing it"
    assert other.exists()
    assert again.keys() == sorted([key_of(1), key_of(2)])


def content_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".tmp-" not in path.name
    }


def run_and_kill(folder: Path, *, delay_s: float) -> bool:
    """Kill a writer soon after it has written something new; True if that cut it short."""
    before = len(FeatureStore(folder, spec={"writer": 1}).keys())
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)])
    while process.poll() is None:
        if len(FeatureStore(folder, spec={"writer": 1}).keys()) > before:
            time.sleep(delay_s)
            process.kill()
            break
        time.sleep(0.001)
    return process.wait() != 0


def test_killed_runs_leave_whole_files_and_can_go_on(tmp_path):
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    subprocess.run([sys.executable, "-c", WRITER, str(unbroken)], check=True)
    expected = content_of(unbroken)
    assert len(expected) == 121
    rng = random.Random(0)
    n_cut = 0
    for _ in range(6):
        n_cut += run_and_kill(broken, delay_s=rng.uniform(0.0, 0.008))
        visible = content_of(broken)
        assert visible
        assert visible.items() <= expected.items()
        store = FeatureStore(broken, spec={"writer": 1})
        assert all(store.get(key).shape == (4, 64, 100) for key in sorted(store.keys()))
    assert n_cut > 0, "no run was killed in time"
    subprocess.run([sys.executable, "-c", WRITER, str(broken)], check=True)
    assert content_of(broken) == expected
