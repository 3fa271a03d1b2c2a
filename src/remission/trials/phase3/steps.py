"""What remains of the chance of success: one doubt after the other, each alone, and shrinkages in every combination."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from remission.inputs.problems import InputProblems, Problem
from remission.stats.assurance.beliefs import DoesNotIntegrate, NormalPrior, believe, believe_passed, kept_share
from remission.stats.assurance.future import passing_line
from remission.stats.assurance.success import assurance
from remission.stats.rounding import text_half_up
from remission.studies.load import load_studies
from remission.trials.phase3.asked import DOUBTS, FLAT
from remission.trials.phase3.result import CALLED

if TYPE_CHECKING:
    from remission.stats.assurance.beliefs import Belief
    from remission.studies.load import Studies
    from remission.trials.phase3.asked import Asked
    from remission.trials.phase3.assumptions import Assumed, EntryRules, Wider

# Doubts that say the same of a result, that it flatters: those of the treatment, and not of who comes in.
SHRINKAGES = ("selection", "ratio", "sceptical")
TITLES = {
    "power": "If phase II's ratio were the truth",
    "error": "Phase II may be off by chance",
    "selection": "Only good results go on",
    "ratio": "Phase III finds less, as published",
    "sceptical": "A sceptic's prior",
    "regression": "People with fewer relapses come in",
    "control": "The control arm does better for other reasons",
    "eligibility": "People with other courses come in",
}


@dataclass(frozen=True)
class Step:
    """One step: the chance after it, that of the step before, the chance with this doubt alone, and how it was made.

    Chances are from 0 to 1. `ratio` is the hazard ratio that is believed after it: the one whose log is the mean of the
    belief.
    """

    name: str
    title: str
    formula: str
    chance: float
    before: float
    alone: float
    ratio: float
    says: str = ""


@dataclass(frozen=True, eq=False)
class WhatRemains:
    """The chance of success as doubts come in, for what was asked."""

    asked: Asked
    studies: Studies

    @cached_property
    def doubts(self) -> tuple[str, ...]:
        """The doubts that are taken, in order: a result that did not pass was not selected."""
        left_out = {*self.asked.without, *(() if self._passes else ("selection",))}
        return tuple(name for name in DOUBTS if name not in left_out)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Power, then assurance, then each doubt on top of those before it."""
        return tuple(self._steps())

    @property
    def last(self) -> Step:
        """What remains in the end."""
        return self.steps[-1]

    @property
    def alone(self) -> tuple[Step, ...]:
        """The doubts themselves, each with the chance that it leaves alone."""
        # The first two are power and phase II's own error, which are there whatever is doubted.
        return self.steps[2:]

    @cached_property
    def together(self) -> tuple[tuple[tuple[str, ...], float, float], ...]:
        """Shrinkages in every combination: which, the chance, and the ratio believed; other doubts are left out."""
        # In every combination because they overlap: one alone hides the others, and all together count some of it
        # twice.
        taken = [name for name in SHRINKAGES if name in self.doubts]
        sets = [one for size in range(len(taken) + 1) for one in itertools.combinations(taken, size)]
        return tuple((one, self.chance(one), self.ratio(one)) for one in sets)

    @cached_property
    def by_spread(self) -> tuple[tuple[float, float, float, float], ...]:
        """Over a range of spreads of the sceptical prior: spread, kept share, chance with it alone, ratio believed."""
        assumed = self.asked.assumed.sceptical
        # The spread that is taken stands among the others even if somebody asked for one that the file does not list.
        spreads = sorted({*assumed.spreads, assumed.value})
        return tuple(
            (spread, kept_share(self.asked.found.error, NormalPrior(0, spread)),
             self.chance(["sceptical"], spread), self.ratio(["sceptical"], spread))
            for spread in spreads
        )  # fmt: skip

    def chance(self, doubts: Collection[str], spread: float | None = None) -> float:
        """Assurance with some doubts and no others."""
        # Some doubts change the trial, the others the belief in the treatment: here they meet.
        trial = self.asked.trial(self._kept(doubts))
        return assurance(trial, self.belief(doubts, spread), self.asked.assumed.alpha)

    def ratio(self, doubts: Collection[str], spread: float | None = None) -> float:
        """The hazard ratio believed with some doubts."""
        return math.exp(self.belief(doubts, spread).mean)

    def belief(self, doubts: Collection[str], spread: float | None = None) -> Belief:
        """What is believed of the log hazard ratio with some doubts; InputProblems where it does not integrate."""
        asked, found = self.asked, self.asked.found
        # The sceptic's prior takes the place of the one asked for: two priors of one truth would be multiplied, and
        # shrink twice.
        prior = NormalPrior(0, spread or asked.assumed.sceptical.value) if "sceptical" in doubts else asked.prior
        try:
            told = (
                believe_passed(found.log_ratio, found.error, asked.assumed.alpha, prior)
                if "selection" in doubts
                else believe(found.log_ratio, found.error, prior)
            )
        except DoesNotIntegrate as refused:
            do = "Name a prior, such as --prior normal:0,0.5, or leave selection out: --without selection."
            allowed = "a prior that integrates"
            wrong = Problem.at_key(CALLED, "prior", found=f"{FLAT}: {refused}", allowed=allowed, do=do)
            raise InputProblems(wrong) from None
        # Phase II over phase III as published lies below 1, so this is above 0: less is left of an effect.
        shift = -math.log(asked.assumed.published_ratio.value) if "ratio" in doubts else 0.0
        # People of other courses change the ratio alone and leave the control arm as it was: the harder case for the
        # treatment.
        return told.shifted(shift + (self.wider_shift if "eligibility" in doubts else 0.0))

    @cached_property
    def wider_shift(self) -> float:
        """The shift of the log ratio by people of other courses; LookupError where a share may not be shown."""
        return self.asked.assumed.eligibility.log_shift(self.studies)

    @cached_property
    def kept_parts(self) -> tuple[float, float]:
        """What the controls keep of their hazard by entry rules alone, and by all other reasons.

        Both together are what was seen to be kept: a fall by entry rules is a part of it and is not counted twice.
        """
        whole = self.asked.assumed.control_kept.value
        # Rules explain no more of a fall than was seen; where controls did no better, at 1 or above, they explain
        # nothing.
        by_rules = max(self.asked.assumed.regression.kept, min(whole, 1.0))
        return by_rules, whole / by_rules

    @property
    def _passes(self) -> bool:
        return self.asked.found.passes(self.asked.assumed.alpha)

    def _kept(self, doubts: Collection[str]) -> float:
        by_rules, by_others = self.kept_parts
        return (by_rules if "regression" in doubts else 1.0) * (by_others if "control" in doubts else 1.0)

    def _steps(self) -> Iterator[Step]:
        found, alpha = self.asked.found, self.asked.assumed.alpha
        power = float(self.asked.trial().power(found.log_ratio, alpha))
        formulas = dict(self._formulas())
        # Nothing stands before it, and no doubt is taken: all three chances are one.
        yield Step("power", TITLES["power"], formulas["power"], power, power, power, found.ratio)
        before = power
        # At 0 no doubt is taken: that is the row of phase II's own error, on which the doubts stand.
        for at in range(len(self.doubts) + 1):
            taken: Sequence[str] = self.doubts[:at]
            name = self.doubts[at - 1] if at else "error"
            chance = self.chance(taken)
            alone = self.chance([name] if at else [])
            yield Step(name, TITLES[name], formulas[name], chance, before, alone, self.ratio(taken), self._says(name))
            before = chance

    def _says(self, name: str) -> str:
        assumed = self.asked.assumed
        told: dict[str, Assumed | EntryRules | Wider] = {
            "ratio": assumed.published_ratio,
            "sceptical": assumed.sceptical,
            "regression": assumed.regression,
            "control": assumed.control_kept,
            "eligibility": assumed.eligibility,
        }
        one = told.get(name)
        return (
            ""
            if one is None
            else ". ".join(filter(None, [one.says, one.citation and f"{one.citation} [{one.status}]"]))
        )

    def _formulas(self) -> Iterator[tuple[str, str]]:
        """How each step is made, with its numbers."""
        found, assumed = self.asked.found, self.asked.assumed
        z, s = f"{-passing_line(1, assumed.alpha):.2f}", text_half_up(found.error, 2)
        # With this prior alone; after selection the belief is not normal, and there is no such share.
        k = kept_share(found.error, NormalPrior(0, assumed.sceptical.value))
        yield (
            "power",
            (
                f"Φ((E − {z} √V) / σ) at HR {found.ratio:g}: log-rank test of {self.asked.size:,} people, "
                f"{assumed.years:g} years, controls {self.asked.rate * 100:.1f} % a year"
            ),
        )
        normal = f"log HR ~ N({text_half_up(self.belief([]).mean, 2)}, {text_half_up(self.belief([]).spread, 2)}²)"
        yield "error", f"mean of power over {normal}, {self.asked.prior_says}"
        line = text_half_up(passing_line(1, assumed.alpha) * found.error, 2)
        yield (
            "selection",
            f"belief in proportion to φ((found − θ) / {s}) / Φ(({line} − θ) / {s}): seen only because it passed",
        )
        yield "ratio", f"HR / {assumed.published_ratio.value:g}"
        yield (
            "sceptical",
            (
                f"prior N(0, {assumed.sceptical.value:g}²): alone it keeps "
                f"{assumed.sceptical.value:g}² / ({assumed.sceptical.value:g}² + {s}²) = {text_half_up(k, 2)} of log HR"
            ),
        )
        by_rules, by_others = self.kept_parts
        yield "regression", self._regression_formula(by_rules)
        yield (
            "control",
            f"control hazard × {text_half_up(by_others, 2)} = {assumed.control_kept.value:g} / {by_rules:.2f}",
        )
        shares, wider = self.asked.assumed.eligibility.shares(self.studies), text_half_up(math.exp(self.wider_shift), 2)
        yield (
            "eligibility",
            (f"HR × log({self._mixed(shares):.3f}) / log({shares[0]:.3f}) = × {wider}"),
        )

    def _regression_formula(self, by_rules: float) -> str:
        """How entry rules lower the hazard: by no more than was seen of all reasons together."""
        rules = self.asked.assumed.regression
        told = (
            f"E[rate | {rules.phase3_at_least} or more relapses] / E[rate | {rules.phase2_at_least} or more] = "
            f"{text_half_up(rules.kept, 2)}"
        )
        # To be compared as it is: `max` gives back one of its two numbers untouched.
        if by_rules == rules.kept:
            return f"control hazard × {told}"
        return f"control hazard × {text_half_up(by_rules, 2)}: {told}, but no more of a fall than was seen in all"

    def _mixed(self, shares: tuple[float, float]) -> float:
        one, other = self.asked.assumed.eligibility.weights
        # Shares are mixed and not hazards, since people of both courses stand in one arm.
        return (one * shares[0] + other * shares[1]) / (one + other)


def what_remains(asked: Asked, studies: Studies | None = None) -> WhatRemains:
    """The chance of success as doubts come in; by the bundled studies where none are given."""
    return WhatRemains(asked, load_studies() if studies is None else studies)
