"""The base layer: registry, atomic files, digests, seeds, settings, errors, cores."""

import importlib
import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope import atomic, cores, digests, errors, seeding
from genrescope.audio.write import write_wav
from genrescope.datasets.dataset import registry as dataset_registry
from genrescope.errors import (
    ConfigError,
    GenrescopeError,
    ParameterError,
    UnknownNameError,
    did_you_mean,
    missing_extra,
    unknown_name,
)
from genrescope.features.feature_sets import FEATURE_SETS
from genrescope.models.architectures import MODELS
from genrescope.registry import Registry
from genrescope.settings import checked_value, make_settings
from genrescope.splits.split import registry as split_registry

# Registries


@pytest.fixture
def folder_of_entries(tmp_path, monkeypatch):
    folder = tmp_path / "some_entries"
    folder.mkdir()
    for name in ("__init__", "_hidden", "machinery", "first_one", "second"):
        (folder / f"{name}.py").write_text(f"NAME = {name!r}\n")
    (folder / "broken.py").write_text("raise RuntimeError('imported though nobody asked')\n")
    (folder / "notes.txt").write_text("no module\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield Registry("some_entries", "thing", reserved=("machinery",))
    for name in [n for n in sys.modules if n.split(".")[0] == "some_entries"]:
        del sys.modules[name]


def test_a_registry_lists_files_without_importing_them(folder_of_entries):
    assert folder_of_entries.names() == ["broken", "first-one", "second"]
    assert folder_of_entries.module("second").NAME == "second"
    assert folder_of_entries.module("first-one") is folder_of_entries.module("first_one")


@pytest.mark.parametrize("name", ["_hidden", "machinery", "notes", "", "../second", "second.py"])
def test_a_registry_has_nothing_else(folder_of_entries, name):
    with pytest.raises(UnknownNameError, match="unknown thing"):
        folder_of_entries.module(name)


def test_an_entry_that_another_thread_imports_is_waited_for(folder_of_entries, tmp_path):
    slow = tmp_path / "some_entries" / "slow.py"
    slow.write_text("import time\nSTARTED = True\ntime.sleep(0.3)\nNAME = 'whole'\n")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(folder_of_entries.module, "slow")
        while not hasattr(sys.modules.get("some_entries.slow"), "STARTED"):
            assert not first.done()
        assert pool.submit(folder_of_entries.module, "slow").result().NAME == "whole"


def test_a_registry_suggests_a_name(folder_of_entries):
    with pytest.raises(UnknownNameError, match="unknown thing 'secnd'; did you mean 'second'"):
        folder_of_entries.module("secnd")


def test_an_entry_is_found_again_without_listing_the_folder(folder_of_entries, monkeypatch):
    module = folder_of_entries.module("first-one")

    def listed(_):
        raise AssertionError("the folder was listed again")

    monkeypatch.setattr("genrescope.registry.pkgutil.iter_modules", listed)
    assert folder_of_entries.module("first-one") is module
    monkeypatch.undo()
    importlib.import_module(f"{folder_of_entries.package}.machinery")
    with pytest.raises(UnknownNameError):
        folder_of_entries.module("machinery")


@pytest.mark.parametrize(
    "registry", [FEATURE_SETS, MODELS, dataset_registry(), split_registry()], ids=lambda r: r.kind
)
def test_every_registry_of_the_package_imports_every_entry(registry):
    assert len(registry.names()) >= 3
    for name in registry.names():
        assert registry.module(name).Settings.__dataclass_params__.frozen, name
        assert registry.module(name).__doc__


# Atomic files


def test_a_file_appears_when_it_is_complete(tmp_path):
    path = tmp_path / "new folder" / "a.txt"
    with atomic.open_atomic(path) as file:
        file.write(b"one")
        assert not path.exists()
    assert path.read_bytes() == b"one"
    atomic.write_text(path, "zwei: ü")
    assert path.read_text(encoding="utf-8") == "zwei: ü"
    assert [p.name for p in path.parent.iterdir()] == ["a.txt"]


def fail_while_writing(path, kind):
    with atomic.open_atomic(path) as file:
        file.write(b"half of the ne")
        raise kind


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_exception_leaves_what_was_there(tmp_path, kind):
    path = tmp_path / "a.txt"
    for before in (None, b"old"):
        if before is not None:
            path.write_bytes(before)
        with pytest.raises(kind):
            fail_while_writing(path, kind)
        assert (path.read_bytes() if path.exists() else None) == before
        assert len(list(tmp_path.iterdir())) == (before is not None)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_kill_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    code = f"""
        import os, signal
        from pathlib import Path
        from genrescope.atomic import open_atomic
        with open_atomic(Path({str(path)!r})) as file:
            file.write(b"half")
            file.flush()
            os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    (left,) = tmp_path.glob("a.txt.tmp-*")
    assert left.read_bytes() == b"half"
    atomic.write_bytes(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_folder_in_the_way_is_an_error_that_leaves_nothing(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError, match="a"):
        atomic.write_text(tmp_path / "a", "text")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


# Digests


def test_digests_are_sha256_of_the_content(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digests.file_sha256(path) == known
    path.write_bytes(b"x" * (3 << 20))
    assert digests.file_sha256(path) != known


def test_the_digest_of_an_array_tells_values_type_and_shape():
    a = np.arange(6, dtype=np.float32)
    others = [a.astype(np.float64), a.reshape(2, 3), a.reshape(3, 2), a[::-1], a + 1, a[:5]]
    assert len({digests.array_sha256(x) for x in (a, *others)}) == 7
    assert digests.array_sha256(a[::2]) == digests.array_sha256(a[::2].copy())
    assert digests.array_sha256(np.asfortranarray(a.reshape(2, 3))) == digests.array_sha256(
        a.reshape(2, 3)
    )


def test_the_digest_of_settings_is_the_same_in_every_process():
    settings = {"b": [1, 2.5, None], "a": {"ü": True}}
    assert digests.settings_digest(settings) == (
        "1d44e843f260da50c7436a2f8f04b511003558a7836855e9d615eacf8bc99d3e"
    )
    assert digests.settings_digest({"a": 1}) != digests.settings_digest({"a": 1.5})
    with pytest.raises(ValueError, match="JSON"):
        digests.settings_digest({"a": float("nan")})


# Seeds


@given(st.integers(-(2**70), 2**70), st.lists(st.one_of(st.integers(), st.text()), max_size=3))
def test_seeds_are_63_bits_and_repeat(seed, names):
    derived = seeding.derived_seed(seed, *names)
    assert 0 <= derived < 2**63
    assert derived == seeding.derived_seed(seed, *names)
    assert seeding.rng_for(seed, *names).random() == seeding.rng_for(seed, *names).random()


def test_seeds_of_other_purposes_are_others():
    keys = [(s, *n) for s in range(20) for n in ((), ("a",), ("b",), ("a", 1), ("a", 11), ("a1",))]
    assert len({seeding.derived_seed(*key) for key in keys}) == len(keys)
    assert seeding.derived_seed(1, 2) != seeding.derived_seed(12)


def test_generators_of_other_purposes_are_independent():
    draws = np.stack([seeding.rng_for(0, "shuffle", i).normal(size=2000) for i in range(30)])
    r = np.corrcoef(draws)[np.triu_indices(30, 1)]
    assert np.abs(r).max() < 5 / np.sqrt(2000)
    assert abs(r.mean()) < 5 / np.sqrt(2000 * len(r))


def test_a_seed_is_the_same_on_every_machine():
    assert seeding.derived_seed(0, "weights") == 5_308_020_828_624_478_041


def test_generators_leave_the_global_one_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - that it is left alone is the test
    seeding.rng_for(0, "a").random(10)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


# Settings


@dataclass(frozen=True)
class Example:
    """Settings of an example."""

    n: int
    gain: float | None = None


def test_settings_are_made_of_plain_values():
    assert make_settings(Example, {"n": 1, "gain": 2}, what="example") == Example(1, 2.0)
    for values, match in (
        ({}, "example needs the setting 'n'"),
        ({"n": 1, "gian": 2}, "example has no setting 'gian'; did you mean 'gain'"),
        ({"n": True}, "example: n is True, a bool; it must be int"),
        ({"n": 1, "gain": "2"}, "gain is '2', a str; it must be float or none"),
    ):
        with pytest.raises(ConfigError, match=match):
            make_settings(Example, values, what="example")
    with pytest.raises(TypeError, match="not a dataclass"):
        make_settings(int, {}, what="example")
    assert checked_value(None, float | None, what="x") is None


# Errors


def test_all_errors_are_of_one_tree_and_say_what_python_users_expect():
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, Exception)
    ]
    assert len(kinds) > 15
    for kind in kinds:
        assert kind is errors.AudioWarning or issubclass(kind, GenrescopeError)
        assert kind.__doc__
    assert issubclass(ParameterError, ValueError)
    assert issubclass(errors.AudioNotFoundError, FileNotFoundError)
    assert issubclass(errors.AudioError, OSError)
    assert issubclass(errors.MissingExtraError, ImportError)


def test_messages_suggest_what_to_do():
    assert did_you_mean("x", []) == "; none exist"
    assert did_you_mean("jaz", iter(["rock", "jazz"])) == "; did you mean 'jazz'?"
    assert str(unknown_name("genre", "q", ["a", "b"])) == "unknown genre 'q'; known: a, b"
    text = str(missing_extra("train", "training", ImportError("No module named 'torch'")))
    assert text.endswith("pip install 'genrescope[train]'")


# Cores


def test_matrices_are_kept_on_one_core_unless_told_or_too_late(monkeypatch):
    for name in cores.THREAD_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    cores.keep_matrices_on_one_core()
    assert "OMP_NUM_THREADS" not in os.environ
    monkeypatch.delitem(sys.modules, "numpy")
    monkeypatch.setenv("MKL_NUM_THREADS", "3")
    cores.keep_matrices_on_one_core()
    values = {name: os.environ.get(name) for name in cores.THREAD_VARIABLES}
    assert values == {name: "3" if name == "MKL_NUM_THREADS" else "1" for name in values}
    for name in values:
        monkeypatch.delenv(name)


FAULTS = """
import resource, sys
from genrescope.audio.decode import open_audio
from genrescope.cores import keep_freed_memory
with open_audio(sys.argv[1]) as reader:
    list(reader)

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        blocks = [bytearray(2**20) for _ in range(6)]
        del blocks
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

faults()
usual = faults()
keep_freed_memory()
faults()
print(usual, faults())
"""


@pytest.mark.skipif(
    "CS_GNU_LIBC_VERSION" not in getattr(os, "confstr_names", ()), reason="glibc's allocator"
)
def test_freed_memory_is_kept_by_who_asks_for_it_and_not_by_reading_sound(tmp_path):
    write_wav(tmp_path / "a.wav", np.full(22050, 0.5), sr=22050)
    done = subprocess.run(
        [sys.executable, "-c", FAULTS, str(tmp_path / "a.wav")],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    usual, kept = map(int, done.stdout.split())
    assert kept * 10 < usual


@pytest.mark.parametrize(
    ("platform", "names", "version", "n_kept"),
    [
        ("linux", ["CS_GNU_LIBC_VERSION"], "glibc 2.39", 1),
        ("linux", ["CS_GNU_LIBC_VERSION"], "musl 1.2", 0),
        ("linux", ["CS_GNU_LIBC_VERSION"], None, 0),
        ("linux", [], None, 0),
        ("darwin", ["CS_PATH"], None, 0),
        ("win32", None, None, 0),
    ],
)
def test_keeping_memory_does_nothing_where_the_c_library_is_another(
    platform, names, version, n_kept, monkeypatch
):
    kept = []
    monkeypatch.setattr(cores, "bytes", kept.append, raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    if names is None:  # Windows has neither
        monkeypatch.delattr(os, "confstr", raising=False)
        monkeypatch.delattr(os, "confstr_names", raising=False)
    else:
        monkeypatch.setattr(os, "confstr", lambda name: version, raising=False)
        monkeypatch.setattr(os, "confstr_names", dict.fromkeys(names, 2), raising=False)
    cores.keep_freed_memory()
    assert len(kept) == n_kept


def test_as_many_jobs_as_asked_for_or_cores():
    assert cores.n_jobs_or_cores(7) == 7
    assert 1 <= cores.n_jobs_or_cores(None) <= (os.cpu_count() or 1)
    for jobs in (0, -1):
        with pytest.raises(ParameterError, match=f"jobs is {jobs}, but must be at least 1"):
            cores.n_jobs_or_cores(jobs)
