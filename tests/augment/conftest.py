"""Sound to change, and what is measured of it; `measured` beside this file can be imported."""

from __future__ import annotations

import sys
from pathlib import Path

# importlib mode puts no test folder on the path.
sys.path.insert(0, str(Path(__file__).parent))
