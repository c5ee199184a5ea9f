"""The speed of genrescope, beside the others: ``python -m bench.NAME`` repeats one benchmark."""

import sys
from pathlib import Path

# The package of this tree is measured, also where another one is installed.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
