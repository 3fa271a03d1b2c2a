"""Does the product still write the same files? Both trees, before and after a change, on one clock.

    python tests/same_files.py BEFORE AFTER [--log FILE] [--into DIR]

BEFORE and AFTER are checkouts of the project (a folder each; `git worktree add DIR REVISION` makes one). Every command
below runs in both, from an empty folder, with the day held still by Debian's `faketime`, and every file is compared
byte for byte. The log names each file; those that differ are told apart by kind, with the first differing piece.

Exit code 0: all the same. 1: some file differs, is missing or is new. 2: a command failed or faketime is missing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

CLOCK = "2026-11-29 12:00:00"
HOME = "atlas-data"
EFS = "--endpoint halt-ms-efs"

# Everything that one of the commands writes, and what it says; each line is one command, run from the same folder.
COMMANDS = (
    f"report halt-ms {EFS} -o report-halt-ms",
    "report two-arm --endpoint neda-3 --group-by arm -o report-two-arm",
    "report two-arm --endpoint edss-plus --group-by arm -o report-edss-plus",
    "compare two-arm --endpoint neda-3 --by arm -o compare-two-arm",
    "multiverse two-arm --vary cdp -o multiverse-cdp",
    "multiverse two-arm --vary pira -o multiverse-pira",
    f"outcomes halt-ms {EFS} -o outcomes/halt-ms.csv",
    "outcomes two-arm --endpoint neda-3 -o outcomes/outcome.parquet",
    "outcomes two-arm --endpoint cdp-12w -o outcomes/changes.csv --what changes",
    "outcomes two-arm --endpoint neda-3-rebaselined -o outcomes/readings.csv --what readings",
    "outcomes two-arm --endpoint relapse-30d -o outcomes/counts.csv --what counts",
    "outcomes two-arm --endpoint neda-3 -o outcomes/adtte.xpt --what adtte",
    "outcomes two-arm --endpoint neda-3 -o outcomes/adtte8.xpt --what adtte --xpt-version 8",
    "outcomes two-arm --endpoint neda-3 -o outcomes/adtte.json --what adtte",
    "outcomes two-arm --endpoint neda-3 -o outcomes/adtte.parquet --what adtte",
    f"explain halt-ms R03 {EFS}",
    "check two-arm --edss -o outcomes/edss.csv",
    "check broken",
    "template template",
    "partition two-arm -n 3 -o parts",
    "outcomes parts --endpoint neda-3 -o parts-outcomes",
    "endpoints",
    "endpoints neda-3 --worlds",
    "endpoints halt-ms-efs",
    "reproduce halt-ms --json",
    "convert sdtm -o converted --kind observed --licence none",
    f"atlas build --data {HOME}",
    f"atlas export site --data {HOME}",
    f"atlas find ocrelizumab --near E1 --data {HOME}",
    f"atlas foi letters RJ1 R0A S08000031 --data {HOME}",
    f"atlas foi sent RJ1 --on 2026-11-02 --data {HOME}",
    f"atlas foi status --data {HOME}",
)
EXPECTED_TO_REFUSE = {"check broken"}

# A few datasets as a sponsor would send them; what cannot be mapped is among them on purpose.
SDTM: dict[str, list[dict[str, object]]] = {
    "dm": [
        {"STUDYID": "T", "USUBJID": f"T-{n}", "RFSTDTC": "2020-02-28", "SEX": "F", "AGE": 30 + n, "ARM": "A"}
        for n in range(1, 5)
    ],
    "qs": [
        {
            "USUBJID": f"T-{n}",
            "QSSEQ": k + 1,
            "QSTESTCD": "EDSS0101",
            "QSSTRESN": 2.0 + 0.5 * k,
            "QSDTC": f"2020-0{3 + k}-28",
        }
        for n in range(1, 5)
        for k in range(5)
    ],
    "ae": [{"USUBJID": "T-1", "AESEQ": 1, "AETERM": "Headache", "AESTDTC": "2020-04-01", "AETOXGR": "2"}],
    "lb": [{"USUBJID": "T-1", "LBSEQ": 1, "LBTESTCD": "LYM", "LBSTRESN": 1.1, "LBDTC": "2020-04-01"}],
}
BROKEN = {
    "cohort.toml": 'name = "b"\ntitel = "B"\nkind = "real"\ntime = "days"\ncollected = ["subjects", "visit"]\n',
    "subjects.csv": "subject_id,sex,last_day\nA,F,100\nA,X,ten\n",
}


def main() -> None:
    """Run every command in both trees, compare, print the log."""
    asked = _arguments()
    if shutil.which("faketime") is None:
        sys.exit("faketime is missing: apt-get install faketime")
    with tempfile.TemporaryDirectory() as made:
        into = asked.into or Path(made)
        folders = [_written(tree, into / name) for tree, name in ((asked.before, "before"), (asked.after, "after"))]
        lines = list(_compared(*folders))
    text = "\n".join(lines) + "\n"
    if asked.log:
        asked.log.write_text(text, encoding="utf-8")
    print("\n".join(line for line in lines if not line.startswith("same ")))
    sys.exit(any(line.split()[0] in ("DIFFERS", "GONE", "NEW") for line in lines))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--into", type=Path, help="keep what was written here")
    return parser.parse_args()


def _written(tree: Path, folder: Path) -> Path:
    """What the commands of one tree write; a tree that was run already is not run again."""
    if folder.exists():
        return folder
    waiting = folder.with_name(folder.name + ".part")
    shutil.rmtree(waiting, ignore_errors=True)
    _make_inputs(waiting)
    for number, command in enumerate(COMMANDS):
        _run(tree.resolve(), command, waiting, waiting / "said" / f"{number:02}-{command.split(' -')[0]}.txt")
    return waiting.rename(folder)


def _make_inputs(folder: Path) -> None:
    for name in ("said", "outcomes", "sdtm", "broken"):
        (folder / name).mkdir(parents=True)
    for domain, rows in SDTM.items():
        (folder / "sdtm" / f"{domain}.json").write_text(json.dumps(_dataset(domain.upper(), rows)), encoding="utf-8")
    for name, text in BROKEN.items():
        (folder / "broken" / name).write_text(text, encoding="utf-8")


def _dataset(name: str, rows: list[dict[str, object]]) -> dict[str, object]:
    """Dataset-JSON 1.1 of a few rows."""
    types = {str: "string", int: "integer", float: "double"}
    columns = [
        {"itemOID": f"IT.{name}.{key}", "name": key, "label": key, "dataType": types[type(value)]}
        for key, value in rows[0].items()
    ]
    return {
        "datasetJSONCreationDateTime": "2026-01-01T00:00:00Z",
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": f"IG.{name}",
        "name": name,
        "label": name,
        "records": len(rows),
        "columns": columns,
        "rows": [list(row.values()) for row in rows],
    }


def _run(tree: Path, command: str, folder: Path, said: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "DONT_FAKE_MONOTONIC": "1", "COLUMNS": "160"}
    line = ["faketime", "-f", CLOCK, sys.executable, "-m", "remission.cli", *command.split()]
    done = subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    said.write_text(f"{done.stdout}\n-- exit code {done.returncode}\n{done.stderr}", encoding="utf-8")
    if (done.returncode != 0) != (command in EXPECTED_TO_REFUSE):
        print(f"{tree}: remission {command} ended with exit code {done.returncode}:\n{done.stderr}", file=sys.stderr)
        sys.exit(2)
    print(f"{tree.name}: {command}", file=sys.stderr, flush=True)


def _compared(before: Path, after: Path) -> Iterator[str]:
    """One line a file, then how many of each kind are the same."""
    old, new = _files(before), _files(after)
    counted: Counter[tuple[str, str]] = Counter()
    for name in sorted(old | new):
        verdict = "GONE" if name not in new else "NEW" if name not in old else _verdict(old[name], new[name])
        counted[Path(name).suffix or "none", verdict] += 1
        yield f"{verdict} {name}" + (_first_difference(old[name], new[name]) if verdict == "DIFFERS" else "")
    for (kind, verdict), number in sorted(counted.items()):
        yield f"total {kind} {verdict}: {number}"


def _files(folder: Path) -> dict[str, Path]:
    return {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}


def _verdict(one: Path, other: Path) -> str:
    hashes = [hashlib.sha256(path.read_bytes()).digest() for path in (one, other)]
    return "same" if hashes[0] == hashes[1] else "DIFFERS"


def _first_difference(one: Path, other: Path, around: int = 60) -> str:
    left, right = one.read_bytes(), other.read_bytes()
    at = next((k for k, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    before, after = (text[max(0, at - 20) : at + around].decode("utf-8", "replace") for text in (left, right))
    return f"\n    byte {at} of {len(left)} and {len(right)}\n    before {before!r}\n    after  {after!r}"


if __name__ == "__main__":
    main()
