"""The command line of genrescope, with the peak memory of its own process as the last line.

The peak that wait4 tells counts the parent's memory too: a child starts as a copy of it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from genrescope.cli.app import main as command_line


def main() -> None:
    """Run the command, then print one line of JSON."""
    sys.argv[0] = "genrescope"
    try:
        command_line()
    finally:
        print(json.dumps({"peak_bytes": peak_bytes()}), flush=True)


def peak_bytes() -> int:
    """Read the highest resident memory of this process; 0 where the system does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(x.split()[1]) * 1024 for x in lines if x.startswith("VmHWM:")), 0)


if __name__ == "__main__":
    main()
