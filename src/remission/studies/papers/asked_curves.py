"""What is asked of a reconstruction beside its files: checked as a whole, so that everything wrong is told at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from remission.inputs.problems import Problem, shown
from remission.stats.consistency.curve_patterns import PrintedShare
from remission.stats.consistency.printed import Printed

MOST_RECONSTRUCTIONS = 1_000
# A curve read with a larger error than a tenth is not read.
LARGEST_ERROR = 0.1
LEAST_LEVEL = 0.5
ESTIMATE = "TIME:VALUE:LOW:HIGH:LEVEL, in per cent and with the level as a share, such as 60:69.2:50.2:82.1:0.90"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked for, as it was said; `problems` has everything that is wrong with it.

    `draw` is the number of a reconstruction or "all"; `second` says which of --against, --at-risk2 and --events2 were
    given. `output` without an ending is the folder of a cohort.

    >>> asked = Asked(draw="7", reconstructions=5, estimates=("60:69.2",))
    >>> [one.file for one in asked.problems]
    ['--draw', '--draw', '--estimate']
    """

    output: Path | None = None
    event: str | None = None
    unit: str | None = None
    draw: str = "1"
    reconstructions: int = 20
    reading_error: float = 0.0015
    estimates: tuple[str, ...] = ()
    approximate: bool = False
    second: tuple[str, ...] = ()
    events: tuple[int | None, ...] = ()

    @property
    def as_cohort(self) -> bool:
        """Is a cohort asked for, and not a table? Told apart by the ending."""
        return self.output is not None and not self.output.suffix

    @property
    def draws(self) -> tuple[int, ...]:
        """Which reconstructions are written as cohorts; ValueError where `problems` names the draw."""
        return tuple(range(1, self.reconstructions + 1)) if self.draw == "all" else (int(self.draw),)

    @cached_property
    def printed(self) -> tuple[PrintedShare, ...]:
        """The printed estimates with their limits; those that are none are left out, and named in `problems`."""
        return tuple(one for one in map(_estimate, self.estimates) if one is not None)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, in the order of the options."""
        return (*self._of_curves(), *self._of_output(), *self._of_draw(), *self._of_estimates(), *self._of_numbers())

    def _of_curves(self) -> Iterator[Problem]:
        pair = {"--against", "--at-risk2"}
        if self.second and not pair <= set(self.second):
            found, do = f"{' and '.join(self.second)} alone", "Give both, or neither."
            allowed = "a second curve by --against POINTS2.csv and --at-risk2 RISK2.csv together"
            yield Problem.of_file(min(pair - set(self.second)), found=found, allowed=allowed, do=do)

    def _of_output(self) -> Iterator[Problem]:
        of_cohort = {"--event": self.event, "--unit": self.unit}
        for name, said in of_cohort.items():
            if self.as_cohort and said is None:
                allowed, do = "what a cohort needs: it is in days and has tables", "Say both, or -o FILE.csv."
                yield Problem.of_file(name, found="nothing", allowed=allowed, do=do)
            if not self.as_cohort and said is not None:
                do = "Say -o DIR, or leave out --event and --unit."
                yield Problem.of_file(name, found=f"{said}, without a folder", allowed="only for a cohort", do=do)
        if self.output is not None and self.output.suffix not in ("", ".csv"):
            do = "Name the file accordingly."
            yield Problem.of_file("-o", found=self.output.name, allowed="FILE.csv, or a folder for a cohort", do=do)

    def _of_draw(self) -> Iterator[Problem]:
        if self.draw != "1" and not self.as_cohort:
            do = "Say -o DIR, or leave it out."
            allowed = "only for a cohort: the table holds all reconstructions"
            yield Problem.of_file("--draw", found=f"{shown(self.draw)}, without a folder", allowed=allowed, do=do)
        if self.draw != "all" and not (self.draw.isdecimal() and 1 <= int(self.draw) <= self.reconstructions):
            allowed = f"1 to {self.reconstructions} (--reconstructions), or all"
            yield Problem.of_file("--draw", found=shown(self.draw), allowed=allowed, do="Choose one of these.")

    def _of_estimates(self) -> Iterator[Problem]:
        for said in self.estimates:
            if _estimate(said) is None:
                yield Problem.of_file("--estimate", found=shown(said), allowed=ESTIMATE, do="Write it so.")
        if self.approximate and self.estimates:
            allowed = "one of the two: --estimate is for the exact search, which --approximate leaves out"
            yield Problem.of_file("--approximate", found="--estimate beside it", allowed=allowed, do="Take one away.")

    def _of_numbers(self) -> Iterator[Problem]:
        if not 1 <= self.reconstructions <= MOST_RECONSTRUCTIONS:
            allowed, found = f"1 to {MOST_RECONSTRUCTIONS:,}", str(self.reconstructions)
            yield Problem.of_file("--reconstructions", found=found, allowed=allowed, do="Make so many.")
        if not 0 <= self.reading_error <= LARGEST_ERROR:
            allowed, do = f"0 to {LARGEST_ERROR:g}, as a share", "Read more closely, or correct the number."
            yield Problem.of_file("--reading-error", found=f"{self.reading_error:g}", allowed=allowed, do=do)
        for name, many in zip(("--events", "--events2"), self.events, strict=False):
            if many is not None and many < 0:
                yield Problem.of_file(name, found=str(many), allowed="0 or more", do="Look it up again.")


def _estimate(said: str) -> PrintedShare | None:
    """A printed estimate with its limits; None where it is none."""
    try:
        time, *texts, level = said.split(":")
        value, low, high = map(Printed.of, texts)
        one = PrintedShare(float(time), value, low, high, float(level))
    except ValueError:
        return None
    ordered = 0 <= low.value <= value.value <= high.value <= 100
    return one if one.time > 0 and ordered and LEAST_LEVEL <= one.level < 1 else None
