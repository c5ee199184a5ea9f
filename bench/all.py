"""
Run all benchmarks, each in its own process, then write the report and the table of docs/scaling.md.

A benchmark that fails is named at the end, and the others go on. With --quick everything, the
report too, goes into bench/data/quick, and nothing that is published is touched.
"""

from __future__ import annotations

import datetime
import difflib
import subprocess
import time

from bench.harness import ROOT, arguments, module
from bench.report import BENCHMARKS


def main() -> None:
    """Run them in the order of the report."""
    given = arguments("all", __doc__, only="")
    asked = [name for name in given.only.split(",") if name]
    for name in asked:
        if name not in BENCHMARKS:
            near = difflib.get_close_matches(name, BENCHMARKS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(BENCHMARKS)}"
            raise SystemExit(f"no benchmark is named {name!r}: {hint}")
    chosen = [name for name in BENCHMARKS if name in asked or not asked]
    quick = ["--quick"] if given.quick else []
    failed = []
    for name in chosen:
        begin = time.perf_counter()
        command = module(f"bench.{name}", *quick, "--out", given.out)
        done = subprocess.run(command, cwd=ROOT, check=False)
        print(f"{name:17} took {time.perf_counter() - begin:.0f} s", flush=True)
        given.out.mkdir(parents=True, exist_ok=True)
        mark = given.out / f"{name}.failed"
        mark.unlink(missing_ok=True)
        if done.returncode != 0:
            failed.append(name)
            now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
            mark.write_text(f"{now}\n", encoding="utf-8")
    report = given.out.parent / "REPORT.md"
    document = [] if given.quick else ["--write", ROOT / "docs" / "scaling.md"]
    for name, *options in (
        ("report", "--results", given.out, "--report", report),
        ("scaling", "--results", given.out, *document),
    ):
        done = subprocess.run(module(f"bench.{name}", *options), cwd=ROOT, check=False)
        if done.returncode != 0:
            failed.append(name)
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
