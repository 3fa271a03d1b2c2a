"""`remission atlas export` of the invented sample as a whole process, on the wall and in CPU seconds of all processes.

    python benchmarks/atlas_export.py [HOME]

HOME is a folder of an atlas that was built; without one the sample is built first, and that is not counted. The bound
on the wall is for two quiet processors; where they are shared, CPU seconds divided by the processors tell how far it is
off.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT_SECONDS = 75
LIMIT_MB = 700
REMISSION = Path(sys.executable).with_name("remission")


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(made, "atlas")
        if not home.is_dir():
            subprocess.run([REMISSION, "atlas", "build", "--data", home], check=True, stdout=subprocess.DEVNULL)
        started = time.perf_counter()
        command = [REMISSION, "atlas", "export", Path(made, "site"), "--data", home]
        # Of the export and the processes that it starts, and not of a build before it.
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    if status:
        raise SystemExit("the export failed")
    cpu = usage.ru_utime + usage.ru_stime
    memory = usage.ru_maxrss / 1024
    verdict = "ok  " if wall <= LIMIT_SECONDS and memory <= LIMIT_MB else "OVER"
    print(
        f"{verdict} atlas export of the sample: {wall:.0f} s (at most {LIMIT_SECONDS}); {cpu:.0f} CPU seconds on "
        f"{os.cpu_count()} processors; largest process {memory:,.0f} MB (at most {LIMIT_MB})"
    )


if __name__ == "__main__":
    main()
