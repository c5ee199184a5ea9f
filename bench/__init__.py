"""The speed of genrescope, beside the others: ``python -m bench.NAME`` repeats one benchmark.

Minutes of each on two quiet cores, about: answer_vs_decode 1.5, throughput 5.5,
transformers_pipeline 1, front_end 1, start_up 1.5, memory 4, training 7, extraction 5.
"""

import sys
from pathlib import Path

# The package of this tree is measured, also where another one is installed.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
