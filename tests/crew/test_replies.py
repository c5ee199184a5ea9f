"""One task on many items by worker processes: order, errors, crashes, and their end."""

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from genrescope.crew import process, replies
from genrescope.crew.replies import in_order
from genrescope.errors import AudioNotFoundError, ParameterError, WorkerEndedError

TASK = "crew_tasks"
unix = pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")


def item(what="", **more):
    return {"what": what, **more}


def run(items, jobs=2):
    with closing(in_order(TASK, {"setting": 1}, items, jobs=jobs)) as found:
        yield from found


def crew_threads():
    return [t for t in threading.enumerate() if t.name.startswith("genrescope-crew")]


def is_alive(pid):
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_results_come_in_the_order_of_the_items_from_several_processes():
    items = [item(name=n, s=0.2 if n % 4 == 0 else 0.0) for n in range(12)]
    found = list(run(items))
    assert [r.number for r in found] == list(range(12))
    assert [r.value["name"] for r in found] == list(range(12))
    assert all(r.value["setting"] == 1 for r in found)
    pids = {r.value["pid"] for r in found}
    assert len(pids) == 2
    assert os.getpid() not in pids
    assert not crew_threads()
    for reply in found:
        np.testing.assert_array_equal(reply.arrays[0], np.zeros((2, 3), np.float32))


def test_the_parts_of_a_result_arrive_in_their_order():
    items = [item(n_parts=5, name=n) for n in range(6)]
    seen = {n: [] for n in range(6)}
    for reply in replies.replies(TASK, {}, items, jobs=2):
        if reply.is_last:
            assert seen[reply.number] == list(range(5))
        else:
            assert reply.arrays[0][0, 0] == reply.value["part"]
            seen[reply.number].append(reply.value["part"])


def test_one_job_and_short_work_stay_in_this_process(monkeypatch):
    (reply,) = run([item()], jobs=1)
    assert reply.value["pid"] == os.getpid()
    monkeypatch.setattr(replies, "PATIENCE_S", 0.25)
    found = list(run([item(s=0.1) for _ in range(8)]))
    here = [r.value["pid"] == os.getpid() for r in found]
    assert here == sorted(here, reverse=True)
    assert 1 <= sum(here) <= 5


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_an_item_costs_only_this_item(jobs):
    found = list(run([item(), item("fail"), item()], jobs))
    assert [type(r.error) for r in found] == [type(None), AudioNotFoundError, type(None)]
    assert str(found[1].error) == "no such item"


@unix
def test_a_crash_costs_only_the_item_that_the_worker_was_on():
    found = list(run([item(), item("die"), item(), item("exit"), *[item()] * 3]))
    assert [r.error is None for r in found] == [True, False, True, False, True, True, True]
    assert isinstance(found[1].error, WorkerEndedError)
    assert "ended (signal 11, SIGSEGV): most likely it is damaged" in str(found[1].error)
    assert "ended (exit code 7)" in str(found[3].error)


def test_an_item_that_memory_does_not_suffice_for_costs_only_itself():
    found = list(run([item(), item("swell"), item()]))
    assert [type(r.error) for r in found] == [type(None), WorkerEndedError, type(None)]
    assert "or memory ran out" in str(found[1].error)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_of_the_task_ends_the_work(jobs):
    with pytest.raises((RuntimeError, ZeroDivisionError), match="a fault of the task"):
        list(run([item(), item("break"), item()], jobs))
    assert not crew_threads()


def test_what_a_task_prints_or_reads_does_not_disturb(capfd):
    found = list(run([item("print"), item("read"), item("print")]))
    assert [r.error for r in found] == [None] * 3
    out, err = capfd.readouterr()
    assert out == ""
    assert err.count("stray words") == err.count("more stray bytes") == 2


def test_endless_items_are_taken_as_they_are_worked_on():
    taken = 0

    def endless():
        nonlocal taken
        for taken in itertools.count(1):
            yield item(name=taken)

    with closing(in_order(TASK, {}, endless(), jobs=2)) as found:
        pids = {next(found).value["pid"] for _ in range(5)}
        assert taken <= 32 + 5
        assert crew_threads()
    assert not crew_threads()
    if sys.platform == "linux":
        assert not any(map(is_alive, pids))


def test_a_slow_item_holds_back_the_others():
    taken = 0

    def items():
        nonlocal taken
        for taken in range(1, 200):
            yield item(s=0.5 if taken == 1 else 0.0)

    with closing(in_order(TASK, {}, items(), jobs=2)) as found:
        next(found)
        assert taken <= 33


def test_work_that_takes_long_is_left_at_once():
    began = time.monotonic()
    with closing(run([item(), *[item(s=60.0)] * 4])) as found:
        next(found)
    assert time.monotonic() - began < 20
    assert not crew_threads()


def test_the_crew_begins_while_the_first_item_goes_on(monkeypatch):
    monkeypatch.setattr(replies, "PATIENCE_S", 0.1)
    items = [item("slow", n_parts=30, s=0.05), *[item()] * 6]
    kinds = []
    for reply in replies.replies(TASK, {}, items, jobs=2):
        if reply.is_last:
            kinds.append(reply.number)
        else:
            assert (reply.value["pid"] == os.getpid()) == (reply.number == 0)
    assert sorted(kinds) == list(range(7))
    assert kinds[-1] == 0


def test_an_error_of_the_items_ends_the_work():
    def failing():
        yield item()
        raise RuntimeError("the list broke off")

    with pytest.raises(RuntimeError, match="the list broke off"):
        list(run(failing()))
    assert not crew_threads()


@pytest.mark.parametrize("executable", ["", "/nowhere/python3", "/usr/bin/blender"])
def test_without_a_python_to_start_the_work_is_done_here(monkeypatch, executable):
    monkeypatch.setattr(sys, "executable", executable)
    assert [r.value["pid"] for r in run([item()] * 3)] == [os.getpid()] * 3
    monkeypatch.setattr(process, "_CODE", "raise SystemExit(1)")
    assert [r.value["pid"] for r in run([item()] * 3)] == [os.getpid()] * 3


def test_workers_that_end_before_they_are_ready_are_not_waited_for(monkeypatch):
    monkeypatch.setattr(process, "_CODE", "raise SystemExit")
    assert [r.value["pid"] for r in run([item()] * 3)] == [os.getpid()] * 3


def test_workers_import_from_where_their_parent_does_and_from_nowhere_else(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("numpy", "genrescope", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('of the current folder')")
    (reply,) = run([item()])
    assert reply.value["path"] == sys.path
    assert reply.value["pid"] != os.getpid()


def test_jobs_must_be_at_least_one():
    with pytest.raises(ParameterError, match="jobs is 0"):
        list(run([], jobs=0))
    assert list(run([])) == []


UNGUARDED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path[:0] = sys.argv[1:]
from genrescope.crew import replies
replies.PATIENCE_S = 0.0
items = ({"what": "", "s": 0.02} for _ in range(10 ** 9))
print("begun", flush=True)
left_open = replies.in_order("crew_tasks", {}, items, jobs=2)
for reply in left_open:
    print(reply.value["pid"], flush=True)
    if reply.number == END:
        break
"""


def script(end):
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", UNGUARDED.replace("END", str(end)), *sys.path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_script_without_a_guard_works_and_may_leave_the_loop_open():
    with script(end=5) as running:
        out, err = running.communicate(timeout=60)
    assert running.returncode == 0
    assert err == ""
    assert out.count("begun") == 1
    assert len(out.split()) == 7


@unix
@pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")
@pytest.mark.parametrize("sign", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_no_worker_outlives_its_parent(sign):
    with script(end=-1) as running:
        assert running.stdout is not None
        begin = [running.stdout.readline() for _ in range(8)]
        pids = {int(line) for line in begin[1:]}
        assert pids
        running.send_signal(getattr(signal, sign))
        _, err = running.communicate(timeout=60)
    assert running.returncode == -getattr(signal, sign)
    assert err.count("Traceback") == (sign == "SIGINT")
    deadline = time.monotonic() + 20
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_alive, pids))


@unix
def test_workers_do_not_mind_ctrl_c():
    """It goes to all processes of a terminal; the parent decides what it means."""
    with closing(run(item(s=0.1) for _ in range(1000))) as found:
        pids = {next(found).value["pid"] for _ in range(3)}
        for pid in pids:
            os.kill(pid, signal.SIGINT)
        assert [next(found).error for _ in range(6)] == [None] * 6
