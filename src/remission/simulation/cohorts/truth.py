"""What was planted in a simulated cohort, as numbers that its records should give back: the rows of a `truth.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from remission.records.files.manifest import toml_value

FILE = "truth.toml"


@dataclass(frozen=True)
class Truth:
    """One planted number of `endpoint`, in those of `arm` and up to `at_years`.

    `quantity` says what: "event-free" or "cumulative incidence" (shares by then), "restricted mean" (days free up to
    then), "hazard ratio", and so on; with "standardised" before it, had everybody been in the arm. A contrast names the
    arm it is `against` (of old files the arm says both: "A less B"). Where death competes `event` is the endpoint or
    "death". `adjusted_for` are the columns that a model must hold alike to find this number, with commas between them,
    and `strata` those of which each value has a baseline hazard of its own.
    `latent` counts from when things happen and is absent where that is not known; `seen`, from when the visits and
    scans find them, with the standard error of the simulation it is taken from.
    """

    endpoint: str
    quantity: str
    arm: str
    at_years: int
    seen: float
    seen_error: float
    unit: str
    latent: float | None = None
    against: str | None = None
    event: str | None = None
    adjusted_for: str | None = None
    strata: str | None = None

    @property
    def pair(self) -> tuple[str, str | None]:
        """The arm, and the one it is against.

        >>> Truth("neda-3", "restricted mean difference", "A less B", 5, 600.0, 2.0, "days").pair
        ('A', 'B')
        """
        if self.against is not None:
            return self.arm, self.against
        arm, less, other = self.arm.partition(" less ")
        return arm, other if less else None


def load_truths(folder: Path) -> tuple[Truth, ...]:
    """The planted numbers beside a simulated cohort; none when the folder has no `truth.toml`."""
    path = folder / FILE
    if not path.is_file():
        return ()
    return tuple(Truth(**row) for row in tomllib.loads(path.read_text(encoding="utf-8"))["truth"])


def truth_toml(head: str, tables: Mapping[str, Mapping[str, object]], truths: Iterable[Truth]) -> str:
    """The text of a `truth.toml`: a comment, tables of what the generator was told, and a row a number."""
    parts = [head, *(f"[{name}]\n{_lines(values)}" for name, values in tables.items())]
    parts += [f"[[truth]]\n{_lines(asdict(truth))}" for truth in truths]
    return "\n".join(parts)


def _lines(values: Mapping[str, object]) -> str:
    return "".join(f"{name} = {_value(value)}\n" for name, value in values.items() if value is not None)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    # Names are as somebody wrote them in a design, quotation marks and all.
    return toml_value(value) if isinstance(value, str) else f"{value:.6g}" if isinstance(value, float) else str(value)
