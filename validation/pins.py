"""Finds what is pinned to R by walking this folder, and compares R's stored answers with ours. Needs no R.

A pin is a folder of one statistic, or a few that belong together:

- `ask.R`: what R is asked. Its first line names R's functions; it finds its `tables`, and answers by `answer`, both of
  `answers.R`, which goes before.
- `ours.py`: our answers. Its docstring says what is compared; `TOLERANCE` how far we may be from R and why; and
  `ours(inputs, *parts)` answers the key whose parts are joined by "|", or raises LookupError where it knows no answer.
  It may have `on_purpose(key, theirs)`, what we answer instead of R and why, or None; `within(key, theirs)`, how far we
  may be from R in one answer where that is less than `TOLERANCE`; and `INPUTS`, the name of the pin whose inputs it
  shares.
- `answers.json`: what R answered, with versions and the hashes of what the answers rest on; `run.py --write` makes it.
- `inputs/`: tables that R and we both read.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from remission.stats.estimates import Estimates

HERE = Path(__file__).parent
NEEDED = ASKED_BY, OURS, ANSWERS = "ask.R", "ours.py", "answers.json"
# Folders with this file compare us with programs other than R, each in a way of its own.
COMPARED_BY_ITSELF = "compare.py"

Answer = list[float]
Table = dict[str, NDArray[Any]]
Inputs = dict[str, Table]
Instead = tuple[Answer, str]


class Tolerance(NamedTuple):
    """How far we may be from R (absolute below 1, relative above), and why as far as that."""

    apart: float
    reason: str


ROUNDING = Tolerance(1e-11, "both sides add in another order; a wrong formula shows in the third digit")


@dataclass(frozen=True)
class Pin:
    """One folder: what R is asked, what it answered, and our answers to the same keys."""

    folder: Path
    what: str
    tolerance: Tolerance
    ours: Callable[..., Answer]
    on_purpose: Callable[[str, Answer], Instead | None]
    within: Callable[[str, Answer], float]
    inputs_folder: Path

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder.name

    @property
    def functions(self) -> str:
        """R's functions, as the first line of `ask.R` names them."""
        first = (self.folder / ASKED_BY).read_text(encoding="utf-8").partition("\n")[0]
        return first.removeprefix("#").strip()

    @cached_property
    def stored(self) -> dict[str, Any]:
        """`answers.json` as it is: `r`, `packages`, `hashes` and `answers`."""
        return cast("dict[str, Any]", json.loads((self.folder / ANSWERS).read_text(encoding="utf-8")))

    @cached_property
    def theirs(self) -> dict[str, Answer]:
        """R's answers by key; NaN where R has none."""
        answers: dict[str, list[float | str | None]] = self.stored["answers"]
        return {key: [math.nan if one is None else float(one) for one in answers[key]] for key in answers}

    @cached_property
    def inputs(self) -> Inputs:
        """The tables by name."""
        return {path.stem: read_table(path) for path in sorted(self.inputs_folder.glob("*.csv"))}


def find_pins(root: Path = HERE) -> list[Pin]:
    """Every folder of `root` with all files of a pin, by name; `check_layout` names those that lack one."""
    return [load_pin(folder) for folder in folders_of_pins(root) if not _missing(folder)]


def folders_of_pins(root: Path = HERE) -> list[Path]:
    """Every folder of `root` in which a pin was at least begun, by name."""
    kept = (folder for folder in sorted(root.iterdir()) if not (folder / COMPARED_BY_ITSELF).exists())
    return [folder for folder in kept if any((folder / name).exists() for name in (*NEEDED, "inputs"))]


def load_pin(folder: Path) -> Pin:
    """The pin in this folder."""
    # A name of its own for each: thirteen modules called `ours` would be one.
    spec = importlib.util.spec_from_file_location(f"{folder.name}_ours", folder / OURS)
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder / OURS} cannot be read as Python")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    shares = folder.parent / getattr(module, "INPUTS", folder.name)
    on_purpose = getattr(module, "on_purpose", lambda _key, _theirs: None)
    within = getattr(module, "within", lambda _key, _theirs: math.inf)
    return Pin(folder, _one_line(module.__doc__), module.TOLERANCE, module.ours, on_purpose, within, shares / "inputs")


def _one_line(docstring: str | None) -> str:
    return " ".join((docstring or "").split()).removesuffix(".")


def check_layout(root: Path = HERE) -> list[str]:
    """What nobody would ask or compare: a pin that lacks a file, a script of R that nobody runs."""
    pins = folders_of_pins(root)
    missing = [
        f"{folder.name}/{name}: missing, so nothing here is compared" for folder in pins for name in _missing(folder)
    ]
    known = {folder / ASKED_BY for folder in pins} | {root / "answers.R"}
    elsewhere = {path.parent for path in root.glob(f"*/{COMPARED_BY_ITSELF}")}
    scripts = [path for path in sorted(root.rglob("*.R")) if path not in known and not elsewhere & set(path.parents)]
    advice = f"nobody runs it; R is asked by {ASKED_BY} of a folder alone"
    return [*missing, *(f"{path.relative_to(root)}: {advice}" for path in scripts)]


def _missing(folder: Path) -> list[str]:
    return [name for name in NEEDED if not (folder / name).exists()]


def read_table(path: Path) -> Table:
    """A CSV file as columns: whole numbers, fractions (NaN where a field is empty), or text if one value is neither."""
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    return {column: _typed([row[column] for row in rows]) for column in rows[0]}


def _typed(texts: list[str]) -> NDArray[Any]:
    for of in (int, lambda text: float(text or "nan")):
        try:
            return np.array([of(text) for text in texts])
        except ValueError:
            continue
    return np.array(texts)


def numbers(estimates: Estimates, *columns: str) -> Answer:
    """Columns of the first row of our estimates, NaN where it has no value."""
    row = estimates.rows()[0]
    return [math.nan if row[column] is None else float(cast("float", row[column])) for column in columns]


def difference(ours: Answer, theirs: Answer) -> float:
    """The worst difference of two lists, absolute below 1 and relative above; infinite if their shapes differ."""
    if len(ours) != len(theirs):
        return math.inf
    return max((_apart(our, their) for our, their in zip(ours, theirs, strict=True)), default=0.0)


def _apart(our: float, their: float) -> float:
    if math.isnan(our) or math.isnan(their):
        return 0.0 if math.isnan(our) and math.isnan(their) else math.inf
    if math.isinf(our) or math.isinf(their):
        return 0.0 if our == their else math.inf
    return abs(our - their) / max(1.0, abs(their))


@dataclass(frozen=True)
class Compared:
    """How far we are from R by key, why we differ on purpose by key, and every sentence of what is wrong."""

    apart: dict[str, float]
    on_purpose: dict[str, str]
    problems: list[str]

    @property
    def worst(self) -> str:
        """The key at which we are farthest from R."""
        return max(self.apart, key=lambda key: self.apart[key], default="")


def compare(pin: Pin) -> Compared:
    """Every stored answer against ours, or, where we differ on purpose, against what we say that we answer."""
    apart: dict[str, float] = {}
    on_purpose: dict[str, str] = {}
    problems = [] if pin.theirs else [f"{pin.name}: has no answer"]
    for key, theirs in pin.theirs.items():
        expected, reason = pin.on_purpose(key, theirs) or (theirs, "")
        if reason:
            on_purpose[key] = reason
        if reason and difference(expected, theirs) <= pin.tolerance.apart:
            problems.append(f"{pin.name}: {key} is said to differ on purpose, and does not")
        try:
            ours = pin.ours(pin.inputs, *key.split("|"))
        except LookupError as error:
            problems.append(f"{pin.name}: {key} is compared by nobody; {OURS} knows no answer ({error!r})")
            continue
        apart[key] = difference(ours, expected)
        # One answer may be held closer than the others, and never farther.
        if not expected or apart[key] > min(pin.within(key, theirs), pin.tolerance.apart):
            problems.append(f"{pin.name}: {key} is {ours}, expected {expected}, {apart[key]:.1e} apart")
    return Compared(apart, on_purpose, problems)


def hashes(pin: Pin) -> dict[str, str]:
    """Hashes of the scripts and inputs that answers rest on, by path under the folder of all pins."""
    root = pin.folder.parent
    rests_on = [root / "answers.R", pin.folder / ASKED_BY, *sorted(pin.inputs_folder.glob("*.csv"))]
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in rests_on}


def stale(pin: Pin) -> list[str]:
    """A sentence for each script or input that came, went or changed since R answered."""
    before, now = pin.stored["hashes"], hashes(pin)
    changed = sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
    advice = f"ask again with `python validation/run.py --write {pin.name}`"
    return [f"{pin.name}: {path} is not what R answered about; {advice}" for path in changed]
