"""`make faults`: every kind of fault many times, its control, and the counts. Exit code 1 when any fails.

PYTHONPATH=tests python -m faults [KIND...] [--short]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from faults.trials import Asked, kinds, told


def main() -> None:
    """Try what is asked for, or every kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", help=f"of {', '.join(kinds())}")
    parser.add_argument("--short", action="store_true", help="a few tries of each")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    bad = 0
    for name, kind in kinds().items():
        if asked.kinds and name not in asked.kinds:
            continue
        for control in (False, True):
            began = time.perf_counter()
            with tempfile.TemporaryDirectory(prefix="faults-") as folder:
                of = Asked(Path(folder), asked.short or control, asked.seed)
                for is_bad, line in told(name, kind, (kind.control if control else kind.tries)(of), control=control):
                    bad += is_bad
                    print(line, flush=True)
            print(f"  {time.perf_counter() - began:.0f} s", flush=True)
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
