"""Break the code on purpose, one line at a time, in a copy; the named test must fail each time.

    python tests/sabotage.py [WORD...]      only those whose file or test contains one of the words

A sabotage that no test notices means that the claim it attacks is not guarded: exit code 1, and its name.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
COPIED = ("conftest.py", "src", "tests", "validation", "docs", "pyproject.toml", "README.md", "benchmarks")


def copy_to(folder: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)


def passes(folder: Path, test: str) -> bool:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "REMISSION_FUZZ_CASES": "400"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode > 1:  # neither passed, failed nor crashed: the test was not found or could not be read
        raise SystemExit(f"{test} did not run:\n{done.stdout[-2000:]}")
    return done.returncode == 0


def is_noticed(folder: Path, sabotage: dict[str, str]) -> bool:
    file = folder / sabotage["file"]
    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace(sabotage["old"], sabotage["new"]), encoding="utf-8")
    try:
        return not passes(folder, sabotage["test"])
    finally:
        file.write_text(good, encoding="utf-8")


def main() -> None:
    sabotages = tomllib.loads((ROOT / "tests/sabotages.toml").read_text(encoding="utf-8"))["sabotage"]
    words = sys.argv[1:]
    chosen = [one for one in sabotages if not words or any(word in one["file"] + one["test"] for word in words)]
    survivors = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_to(folder)
        for test in sorted({one["test"] for one in chosen}):
            if not passes(folder, test):
                raise SystemExit(f"{test} fails without any sabotage")
        for one in chosen:
            noticed = is_noticed(folder, one)
            print("noticed " if noticed else "SURVIVED", one["file"], "|", one["old"].splitlines()[0], flush=True)
            survivors += [] if noticed else [one]
    print(f"{len(chosen) - len(survivors)} passed, {len(survivors)} failed")
    sys.exit(bool(survivors))


if __name__ == "__main__":
    main()
