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

from genrescope.crew import crew, line, process, replies
from genrescope.crew.replies import by_crew_in_order
from genrescope.errors import (
    AudioNotFoundError,
    MemoryShortError,
    ParameterError,
    WorkerEndedError,
)

TASK = "crew_tasks"
unix = pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")


def item(what="", **more):
    return {"what": what, **more}


def run(items, jobs=2, **more):
    with closing(by_crew_in_order(TASK, {"setting": 1}, items, jobs=jobs, **more)) as found:
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
    found = list(run([item(s=0.1) for _ in range(7)]))
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


@pytest.fixture(params=["worker", "thread", "here"])
def place(request, monkeypatch):
    """Where an item is worked on; gives the number of jobs."""
    if request.param == "thread":
        monkeypatch.setattr(process, "_CODE", "raise SystemExit(1)")
    return 1 if request.param == "here" else 2


def test_an_item_that_memory_does_not_suffice_for_costs_only_itself(place):
    found = list(run([item(), item("swell"), item()], place))
    assert [type(r.error) for r in found] == [type(None), MemoryShortError, type(None)]
    assert "memory did not suffice" in str(found[1].error)


def test_a_fault_of_the_task_ends_the_work_and_names_the_item(place):
    with pytest.raises(RuntimeError, match=r"(?s)item \{'what': 'break'\}.*a fault of the task"):
        list(run([item(), item("break"), item()], place))
    assert not crew_threads()


def test_threads_open_the_task_once_each(monkeypatch):
    monkeypatch.setattr(process, "_CODE", "raise SystemExit(1)")
    opened = []
    plain = crew.open_task
    monkeypatch.setattr(crew, "open_task", lambda *args: opened.append(args) or plain(*args))
    assert len(list(run([item()] * 12))) == 12
    assert 1 <= len(opened) <= 2


def test_what_a_task_prints_or_reads_does_not_disturb(capfd):
    found = list(run([item("print"), item("read"), item("print")]))
    assert [r.error for r in found] == [None] * 3
    out, err = capfd.readouterr()
    assert out == ""
    assert err.count("stray words") == err.count("more stray bytes") == 2


def test_endless_items_are_taken_as_they_are_worked_on(monkeypatch):
    monkeypatch.setattr(line, "MAX_AHEAD", 20)
    taken = 0

    def endless():
        nonlocal taken
        for taken in itertools.count(1):
            yield item(name=taken)

    with closing(by_crew_in_order(TASK, {}, endless(), jobs=2)) as found:
        pids = {next(found).value["pid"] for _ in range(5)}
        assert taken <= 20 + 5
        assert crew_threads()
    assert not crew_threads()
    if sys.platform == "linux":
        assert not any(map(is_alive, pids))


@pytest.mark.parametrize("max_ahead", [1000, 20])
def test_a_slow_item_holds_back_the_others_only_where_they_pile_up(monkeypatch, max_ahead):
    monkeypatch.setattr(line, "MAX_AHEAD", max_ahead)
    taken = 0

    def items():
        nonlocal taken
        for taken in range(1, 61):
            yield item(s=1.0 if taken == 1 else 0.0)

    with closing(by_crew_in_order(TASK, {}, items(), jobs=2)) as found:
        next(found)
        assert taken == min(max_ahead, 60)


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
left_open = replies.by_crew_in_order("crew_tasks", {}, items, jobs=2)
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


def test_many_items_are_left_to_workers_and_few_begun_here(monkeypatch):
    monkeypatch.setattr(replies, "PATIENCE_S", 30.0)
    for items in [item()] * replies.MANY, itertools.islice(itertools.repeat(item()), replies.MANY):
        found = list(run(items))
        assert len(found) == replies.MANY
        assert os.getpid() not in {r.value["pid"] for r in found}
    few = list(run([item()] * (replies.MANY - 1)))
    assert {r.value["pid"] for r in few} == {os.getpid()}


@unix
def test_the_first_of_many_may_crash(monkeypatch):
    monkeypatch.setattr(replies, "PATIENCE_S", 30.0)
    found = list(run([item("die"), *[item()] * (replies.MANY - 1)]))
    assert [r.error is None for r in found] == [False] + [True] * (replies.MANY - 1)


@unix
def test_a_worker_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(crew, "TICK_S", 0.05)
    items = [item(), item(s=600.0), *[item(n_parts=30, s=0.05)] * 2]
    found = list(run(items, deadline_s=1.0))
    assert [type(r.error) for r in found] == [type(None), WorkerEndedError, *[type(None)] * 2]
    assert "said nothing for 1 s and was ended" in str(found[1].error)


def test_a_worker_waits_for_who_takes_what_it_says_without_being_late(monkeypatch):
    monkeypatch.setattr(crew, "TICK_S", 0.02)
    monkeypatch.setattr(crew, "MAX_SAID_BYTES", 1)
    arriving = replies.replies(TASK, {}, [item(n_parts=20)] * 2, jobs=2, deadline_s=0.5)
    with closing(arriving):
        found = [next(arriving)]
        time.sleep(1.5)
        found += arriving
    assert [r.error for r in found] == [None] * 42


def test_the_end_waits_for_nothing_that_the_system_holds(monkeypatch):
    plain = process.WorkerProcess.kill
    monkeypatch.setattr(
        process.WorkerProcess, "kill", lambda self: threading.Timer(2.0, plain, (self,)).start()
    )
    monkeypatch.setattr(crew, "END_S", 0.2)
    found = run([item(), *[item(s=60.0)] * 3])
    next(found)
    began = time.monotonic()
    found.close()
    assert time.monotonic() - began < 1.5
    assert crew_threads()
    deadline = time.monotonic() + 20
    while crew_threads() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not crew_threads()


def test_a_crew_may_be_closed_by_one_of_its_own_threads(monkeypatch):
    """Garbage is collected by whichever thread comes to it."""
    ours = crew.Crew(TASK, {}, jobs=2)
    plain, closed = crew.Crew._worked, []

    def closing_first(self, place, given):
        for message in plain(self, place, given):
            with self._lock, self._said._changed:
                self.close()
            closed.append(place)
            yield message

    monkeypatch.setattr(crew.Crew, "_worked", closing_first)
    ours.give(0, item())
    deadline = time.monotonic() + 20
    while crew_threads() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert closed == [0]
    assert not crew_threads()
    ours.close()


def test_what_is_done_does_not_wait_for_items_that_come_slowly():
    events = []

    def slowly():
        for number in range(8):
            time.sleep(1.5 if number >= 6 else 0.0)
            events.append(("given", number))
            yield item(name=number)

    for reply in run(slowly()):
        events.append(("answered", reply.value["name"]))
    assert len(events) == 16
    assert events.index(("answered", 6)) < events.index(("given", 7))


def test_an_error_of_the_items_comes_after_what_is_done():
    def failing():
        yield from [item(name=n, s=0.2) for n in range(3)]
        raise OSError("the list broke off")

    for jobs in 1, 2:
        found = []
        with pytest.raises(OSError, match="the list broke off"):
            found.extend(r.value["name"] for r in run(failing(), jobs))
        assert found == [0, 1, 2]


@pytest.mark.parametrize("stray", [b"\n", b"GREETINGS\0genrescope", b"x" * 60_000])
def test_what_is_printed_before_a_worker_begins_does_not_disturb(monkeypatch, stray):
    begin = f"import os; os.write(1, {stray!r}); "
    monkeypatch.setattr(process, "_CODE", begin + process._CODE)
    found = list(run([item()] * 3))
    assert os.getpid() not in {r.value["pid"] for r in found}


def test_a_worker_that_only_prints_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(
        process, "_CODE", "import os, time; os.write(1, b'x' * 2**17); time.sleep(60)"
    )
    began = time.monotonic()
    assert [r.value["pid"] for r in run([item()] * 3)] == [os.getpid()] * 3
    assert time.monotonic() - began < 30


FLAGS = """
import sys
sys.path[:0] = sys.argv[1:]
from genrescope.crew import replies
replies.PATIENCE_S = 0.0
(reply,) = replies.by_crew_in_order("crew_tasks", {}, [{"what": "flags"}], jobs=2)
print(reply.value["flags"])
"""


def test_workers_are_started_as_their_parent_was():
    flags = ["-O", "-B", "-s", "-W", "ignore::UserWarning", "-X", "int_max_str_digits=999"]
    command = [sys.executable, *flags, "-c", FLAGS, *sys.path]
    out = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    assert "'optimize': 1" in out
    assert "'dont_write_bytecode': 1" in out
    assert "'no_user_site': 1" in out
    assert "'ignore::UserWarning'" in out
    assert "'int_max_str_digits': '999'" in out


@unix
def test_workers_do_not_mind_ctrl_c():
    """It goes to all processes of a terminal; the parent decides what it means."""
    with closing(run(item(s=0.1) for _ in range(1000))) as found:
        pids = {next(found).value["pid"] for _ in range(3)}
        for pid in pids:
            os.kill(pid, signal.SIGINT)
        assert [next(found).error for _ in range(6)] == [None] * 6
