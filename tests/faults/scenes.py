"""Commands that write, what lies there before, and what must lie there after: the old result or the new one, whole.

A scene is played in a folder of its own in which `out` is what is written. Files of somebody else lie among an old
result, and must survive everything.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import same_files
from faults.trials import Asked, Tried, Wrong
from remission.inputs import writing
from remission.simulation.stock.write import ScmdOptions, simulate_scmd
from remission.supply.build import SAMPLE, TRUTH

SECONDS = 300
PLAYERS = 2
State = Mapping[str, str]
One = TypeVar("One")


@dataclass(frozen=True)
class Scene:
    """`new` writes over what `old` wrote. OUT stands for what is written, IN for the folder of inputs.

    `given`: an input that lies in OUT from the beginning. `dear`: it takes so long that it is tried a few times only.
    """

    name: str
    new: str
    old: str = ""
    given: str = ""
    shared: bool = False
    dear: bool = False


VARY = """\
name = "small"
title = "Small"
endpoint = "cdp-24w"
[[vary]]
value = "progression.confirmation.days"
options = [84, 168]
[[vary]]
value = "progression.event_date"
options = ["onset", "confirmation"]
"""
EXPORT = {
    "subjects.csv": "subject_id;entered;baseline date;note\nA;yes;30/01/2020;x\n",
    "visits.csv": "subject_id;date;EDSS\nA;30/01/2020;2,5\nA;31/02/2020;3\n",
    "map.toml": 'kind = "observed"\nday_zero = "start"\nlicence = "none"\n',
}
SCENES = (
    Scene("template", "template OUT", shared=True),
    Scene("outcomes as CSV", "outcomes halt-ms -e death -o OUT/rows.csv", "outcomes two-arm -e death -o OUT/rows.csv"),
    Scene("outcomes as Parquet", "outcomes halt-ms -e death -o OUT/rows.parquet"),
    Scene(
        "ADTTE and its codes",
        "outcomes halt-ms -e death --what adtte -o OUT/adtte.parquet",
        "outcomes halt-ms -e halt-ms-efs --what adtte -o OUT/adtte.parquet",
        shared=True,
    ),
    Scene("EDSS check", "check two-arm --edss -o OUT/edss.csv"),
    Scene(
        "report",
        "report halt-ms -e death -o OUT",
        "report halt-ms -e halt-ms-efs -o OUT",
        shared=True,
    ),
    Scene("multiverse", "multiverse two-arm --vary IN/vary.toml -o OUT", "report halt-ms -e death -o OUT", shared=True),
    Scene("comparison", "compare two-arm -e death --by arm -o OUT", "report halt-ms -e death -o OUT", shared=True),
    Scene("partition", "partition two-arm -n 40 -o OUT"),
    Scene("outcomes of parts", "outcomes IN/parts -e death -o OUT"),
    Scene("import", "import IN/subjects.csv IN/visits.csv --map IN/map.toml -o OUT"),
    Scene("convert", "convert IN/sdtm -o OUT --kind observed --licence none"),
    Scene("letters", "atlas foi letters RJ1 R1H --data OUT --on 2026-11-02", shared=True),
    Scene(
        "register",
        "atlas foi sent RJ1 --data OUT --on 2026-11-02",
        "atlas foi sent R1H --data OUT --on 2026-11-02",
        shared=True,
    ),
    Scene("answer", "atlas foi import IN/answer.csv --code RTK --data OUT --on 2026-11-02", shared=True),
    Scene("atlas build", "atlas build --data OUT", given="home"),
    Scene("atlas export", "atlas export OUT --data IN/built --on 2026-11-02", shared=True, dear=True),
    Scene("site export", "site export OUT --on 2026-11-02", shared=True, dear=True),
)
CHEAP = tuple(scene for scene in SCENES if not scene.dear)
FEW_TRUSTS = ScmdOptions(trusts=("R0A", "RJ1", "RRV"), first_month=date(2025, 1, 1), last_month=date(2026, 9, 1))
MINE = {"mine.txt": "mine", "figures/mine.svg": "mine", "tables/mine.csv": "mine"}


@dataclass(frozen=True)
class Ready:
    """A scene that can be played: what lies there before, and the files of the old and the new result."""

    scene: Scene
    inputs: Path
    before: Path
    old: State
    new: State

    def play(self, root: Path, *options: str, **how: object) -> subprocess.Popen[str]:
        """The command in a copy of what was before, in a process that is not waited for."""
        if not root.exists():
            shutil.copytree(self.before, root)
        return start(self.scene.new, root, self.inputs, *options, **how)

    def judged(self, what: str, root: Path, said: str = "", *, ended_well: bool = False) -> Tried:
        """What is wrong with what lies there, and with what the command said."""
        what = f"{self.scene.name}, {what}"
        if "Traceback (most recent call last)" in said:
            return Tried(what, "traceback", said.strip().splitlines()[-1])
        settle_all(root)
        found = state(root)
        if found == self.new or (found == self.old and not ended_well):
            return Tried(what)
        nearest = min((self.old, self.new), key=lambda one: len(one.items() ^ found.items()))
        names = sorted({name for name, _ in nearest.items() ^ found.items()})
        return Tried(what, "half result", f"differs in {', '.join(names[:5])}")


def ready(asked: Asked, scenes: Iterable[Scene] = SCENES) -> Iterator[Ready]:
    """Every scene prepared: the old result made, and the new one made elsewhere without any fault."""
    inputs = asked.folder / "in"
    make_inputs(inputs, scenes)
    for scene in scenes:
        name = scene.name.replace(" ", "-")
        before, after = asked.folder / f"{name}-before", asked.folder / f"{name}-after"
        before.mkdir()
        if scene.given:
            shutil.copytree(inputs / scene.given, before / "out")
        if scene.old:
            finished(start(scene.old, before, inputs))
        if scene.shared:
            for file, text in MINE.items():
                (before / "out" / file).parent.mkdir(parents=True, exist_ok=True)
                (before / "out" / file).write_text(text)
        shutil.copytree(before, after)
        code, said = finished(start(scene.new, after, inputs))
        if code:
            raise RuntimeError(f"{scene.name} does not work without any fault: {said}")
        yield Ready(scene, inputs, before, state(before), state(after))


def make_inputs(folder: Path, scenes: Iterable[Scene]) -> None:
    """What the commands read, where any of them does."""
    folder.mkdir()
    used = " ".join(f"{scene.new} IN/{scene.given}" for scene in scenes)
    answer = "Medicine,Patients\nTysabri,41\nOcrevus,12\n"
    for name, text in {"vary.toml": VARY, "answer.csv": answer, **EXPORT}.items():
        (folder / name).write_text(text)
    if "IN/sdtm" in used:
        same_files._make_inputs(folder)
    if "IN/parts" in used:
        finished(start("partition two-arm -n 8 -o IN/parts", folder, folder))
    if "IN/home" in used or "IN/built" in used:
        truth = simulate_scmd(folder / "home" / SAMPLE, FEW_TRUSTS)
        truth.cells.write_parquet(folder / "home" / SAMPLE / TRUTH)
    if "IN/built" in used:
        shutil.copytree(folder / "home", folder / "built")
        finished(start("atlas build --data IN/built", folder, folder))


def start(command: str, root: Path, inputs: Path, *options: str, **how: object) -> subprocess.Popen[str]:
    """A command of Remission in a process of its own."""
    words = [word.replace("OUT", str(root / "out")).replace("IN/", f"{inputs}/") for word in command.split()]
    line = [sys.executable, "-m", "faults.child", *options, *words]
    tests = Path(__file__).parents[1]
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        line, cwd=tests, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **how
    )


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Its exit code and what it said; a code of its own when it had to be killed."""
    try:
        _, said = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return HANGS, "it did not end"
    return process.returncode, said


HANGS = 1000


def state(root: Path) -> State:
    """Every file that a person sees, by its digest; what a multiverse keeps on its way is no result."""
    found = {}
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if path.is_file() and writing.HIDDEN not in name and "/kept/" not in name:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def settle_all(root: Path) -> None:
    """What every next reader or writer does first."""
    for place in list(root.rglob(f"*{writing.HIDDEN}")):
        writing.settle(place.parent, called=place.name.removesuffix(writing.HIDDEN).removeprefix("."))


def side_by_side(tries: Iterable[Callable[[], Tried]]) -> Iterator[Tried]:
    """Several tries at once, in their order."""
    with ThreadPoolExecutor(PLAYERS) as pool:
        yield from pool.map(lambda one: one(), tries)


def wrong_code(code: int, said: str) -> Wrong:
    """What is wrong with how a command ended that may succeed or be refused in words."""
    if code == HANGS:
        return "hangs"
    return "" if code == 0 or (code == 2 and said.strip()) else "refused without words"
