"""A second report of HALT-MS (kernels compiled, pictures drawn) against a process that only imports what it imports.

    python benchmarks/imports.py [--runs 7]

Which modules those are is asked of a run of the command itself, and each is imported in the same order. CPU seconds of
all threads, the least of several runs that take turns: the machine may be shared, and only the ratio is worth quoting.
Told are all modules, and those of others alone, which no change of ours makes cheaper.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from process import cpu_seconds

LIMIT = 2.0
WORDS = ["report", "halt-ms", "--endpoint", "halt-ms-efs", "-o"]
RUN = """\
import atexit, json, sys
from pathlib import Path
from remission.cli import main
atexit.register(lambda: Path(sys.argv[1]).write_text(json.dumps(list(sys.modules))))
sys.argv[1:] = json.loads(sys.argv[2])
main()
"""
IMPORT = """\
import gc, os, sys
from contextlib import suppress
from importlib import import_module
gc.disable()  # as the command line does
os.environ["REMISSION_OWN_PROCESS"] = "1"
for name in sys.argv[1].split(","):
    with suppress(Exception):
        import_module(name)
"""


def imported(folder: Path) -> list[str]:
    """The modules that are there when the command has ended, in the order in which they came."""
    listed = folder / "modules.json"
    # The list is asked for by the first word, before the command line takes over.
    run = RUN.replace("Path(sys.argv[1])", f"Path({str(listed)!r})")
    cpu_seconds("-c", run, "", json.dumps([*WORDS, str(folder / "report")]))
    return [name for name in json.loads(listed.read_text()) if name != "__main__"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=7)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        modules = imported(folder)
        of_others = [name for name in modules if name.partition(".")[0] != "remission"]
        report = Path(sys.executable).with_name("remission"), *WORDS, folder / "report"
        imports = {"all that it imports": modules, "what it imports of others": of_others}
        cpu_seconds(*report)
        least = dict.fromkeys(("report", *imports), float("inf"))
        for _ in range(asked.runs):
            least["report"] = min(least["report"], cpu_seconds(*report))
            for what, names in imports.items():
                least[what] = min(least[what], cpu_seconds("-c", IMPORT, ",".join(names)))
    for what in imports:
        ratio = least["report"] / least[what]
        verdict = "ok  " if ratio <= LIMIT else "OVER"
        print(f"{verdict} second report / {what}: {ratio:.2f} (at most {LIMIT:g}; {least['report']:.2f} CPU seconds)")


if __name__ == "__main__":
    main()
