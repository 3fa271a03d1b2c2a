"""The job that run.py times as a whole process: a cohort folder to the event-free curve, nothing drawn.

python benchmarks/curve.py FOLDER [ENDPOINT]
"""

from __future__ import annotations

import gc
import os
import sys

import remission  # which loads nothing before it is used

# Both as the command line does in its own process.
gc.disable()
os.environ["REMISSION_OWN_PROCESS"] = "1"

result = remission.estimate_event_free(
    remission.evaluate(remission.load_cohort(sys.argv[1]), (sys.argv[2:] or ["halt-ms-efs"])[0])
)
print(result.at_times.frame.select("at_days", "value", "low", "high", "n"))
