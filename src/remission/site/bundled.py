"""The reports that come with the site: of which cohort, by which endpoint, and what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from remission.comparison.beyond.write import write_beyond
from remission.exhibits.page import Link
from remission.outcomes.definitions.settings import load_changed_endpoint, read_settings
from remission.outcomes.load import load_cohort
from remission.report.write import write_report
from remission.trials.design.load import load_trial_design
from remission.trials.design.planned import plan_trial
from remission.trials.design.report.write import write_trial_design

if TYPE_CHECKING:
    from remission.inputs.writing import FolderResult


@dataclass(frozen=True)
class Bundled:
    """A report that comes with the site: its cohort and endpoint, what it shows, and the command that writes it.

    `sets` are values of the endpoint that are set for it, KEY=VALUE.
    """

    cohort: str
    endpoint: str
    title: str
    says: str
    group_by: str | None = None
    adjust: tuple[str, ...] = ()
    strata: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where it lies, from the root."""
        return f"reports/{self.cohort}/index.html"

    @property
    def command(self) -> str:
        """The command that writes it."""
        said = {"group-by": self.group_by, "adjust": ",".join(self.adjust), "strata": ",".join(self.strata)}
        options = [f"--{name} {value}" for name, value in said.items() if value]
        options += [f"--set {value}" for value in self.sets]
        words = " ".join(["", *options])
        return f"remission report {self.cohort} --endpoint {self.endpoint}{words} -o out/{self.cohort}"

    def write(self, folder: Path, above: Sequence[Link]) -> None:
        """The report into its folder."""
        endpoint = load_changed_endpoint(self.endpoint, read_settings(self.sets))
        write_report(
            load_cohort(self.cohort), endpoint, folder, group_by=self.group_by, adjust=self.adjust, strata=self.strata,
            command=self.command, above=above,
        )  # fmt: skip


@dataclass(frozen=True)
class BundledBeyond:
    """A page of what lies beyond the follow-up of a cohort, as it comes with the site."""

    cohort: str
    endpoint: str
    title: str
    says: str
    to_years: int = 15
    at_years: tuple[int, ...] = (10, 15)

    @property
    def path(self) -> str:
        """Where it lies, from the root."""
        return f"reports/{self.cohort}-beyond/index.html"

    @property
    def command(self) -> str:
        """The command that writes it."""
        at = ",".join(map(str, self.at_years))
        asked = f"--endpoint {self.endpoint} --to {self.to_years}y --at {at}"
        return f"remission beyond {self.cohort} {asked} -o out/{self.cohort}-beyond"

    def write(self, folder: Path, above: Sequence[Link]) -> None:
        """The page into its folder."""
        write_beyond(load_cohort(self.cohort), self.endpoint, folder, self.to_years, at_years=self.at_years,
                     command=self.command, above=above)  # fmt: skip


@dataclass(frozen=True)
class BundledTrial:
    """The report of a planned trial, as it comes with the site."""

    design: str
    title: str
    says: str
    trials: int
    seed: int = 1

    @property
    def path(self) -> str:
        """Where it lies, from the root."""
        return f"reports/{self.design}-trial/index.html"

    @property
    def command(self) -> str:
        """The command that writes it."""
        asked = f"--design {self.design} --trials {self.trials} --seed {self.seed}"
        return f"remission simulate trial {asked} -o out/{self.design}-trial"

    def write(self, folder: Path, above: Sequence[Link]) -> None:
        """The page into its folder."""
        planned = plan_trial(load_trial_design(self.design), self.trials, self.seed)
        write_trial_design(planned, folder, command=self.command, above=above)


BEYOND = BundledBeyond(
    "hsct-500",
    "cdp-24w",
    "What lies beyond the follow-up of a made-up registry",
    "The same 500 made-up people. What was seen is a thick line. What nobody saw is dashed, by many shapes of the "
    "curve side by side, and how far they lie apart is the answer.",
)

PLANNED = BundledTrial(
    "hsct-against-therapy",
    "A trial of a transplant, planned but not held",
    "500 people in two arms, looked at three times: how many events it needs, how long it takes, and with what power. "
    "Power by formula stands beside power by simulation.",
    4_000,
)

BUNDLED: tuple[Bundled | BundledBeyond | BundledTrial, ...] = (
    Bundled("halt-ms", "halt-ms-efs", "HALT-MS, as far as it can be rebuilt from what was printed",
            "The trial of 2017 from which this project began: 24 people after a transplant, over five years. The "
            "records were rebuilt so that they give the printed numbers. They are not the trial's own records."),
    Bundled("two-arm", "neda-3", "A made-up trial with a known truth",
            "Two groups of made-up people, to see what a report of a trial looks like, beside the truth that was put "
            "in.", group_by="arm"),
    Bundled("hsct-500", "cdp-24w", "A made-up registry in which treatment was chosen, with a known truth",
            "500 made-up people. The younger and less disabled had the transplant more often, so the groups differ "
            "from the start, and some people die. What a fair comparison should find is known and stands beside the "
            "results.", group_by="arm", adjust=("age_years", "sex", "baseline_edss", "x_relapses_before"),
            strata=("centre",), sets=("estimation.death=competes",)),
    Bundled("hsct-against-therapy", "cdp-24w", "A made-up trial of transplantation, fitted in part to published arms",
            "156 made-up people over six years, one half transplanted. Relapses, worsening and lesions were fitted to "
            "HALT-MS and MIST; most else is assumed. No trial had this result: it shows what such records can tell, "
            "beside the truth that was put in.", group_by="arm"),
    BEYOND,
    PLANNED,
)  # fmt: skip


def write_bundled(one: Bundled | BundledBeyond | BundledTrial, result: FolderResult) -> None:
    """A report into a folder that will be swapped in as a whole; it leads back to the site."""
    above = [Link("Remission", "../../index.html"), Link("Reports", "../../reports.html")]
    one.write(result.new / Path(one.path).parent, above)
