"""What is asked of the way to phase III: the result, the trial that is to come, and what is assumed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from remission.inputs.problems import InputProblems, Problem, nearest, shown
from remission.stats.assurance.beliefs import NormalPrior
from remission.stats.assurance.errors import SHORTCUT_FROM, SHORTCUT_TO
from remission.stats.assurance.future import FixedFollowUp
from remission.trials.phase3.assumptions import CHOICE, load_assumptions
from remission.trials.phase3.result import CALLED, PhaseTwo, of_events, of_interval

if TYPE_CHECKING:
    from remission.trials.phase3.assumptions import Assumed, Assumptions

LEAST, MOST = 20, 100_000
# Fewer in an arm are no arm; ratios and priors beyond these are slips of the keyboard.
LEAST_IN_ARM = 5
RATIOS = (0.01, 100.0)
FARTHEST, NARROWEST = 10.0, 0.001
# The steps that may be left out, in the order in which they are taken.
DOUBTS = ("selection", "ratio", "sceptical", "regression", "control", "eligibility")
FLAT = "flat"
Default = TypeVar("Default", float, None)


@dataclass(frozen=True)
class Asked:
    """A result of phase II, a trial of `size` people that is to come, and what is assumed between them.

    `rate` is the controls' hazard a year in phase II, `rate_by` where it is from; `prior` None is a flat one.
    """

    found: PhaseTwo
    size: int
    assumed: Assumptions
    rate: float
    rate_by: str
    treated: float = 0.5
    prior: NormalPrior | None = None
    without: tuple[str, ...] = ()

    def trial(self, kept: float = 1.0) -> FixedFollowUp:
        """The trial, where the controls keep so much of their hazard."""
        # Not rounded to people, for the formulas take any number, and the page tells a share.
        treated = self.size * self.treated
        return FixedFollowUp(
            self.size - treated, treated, self.rate * kept, self.assumed.years, self.assumed.dropout
        )  # fmt: skip

    @property
    def prior_says(self) -> str:
        """The prior of assurance, named."""
        return "a flat prior" if self.prior is None else f"the prior N({self.prior.mean:g}, {self.prior.spread:g}²)"


def ask(
    found: PhaseTwo, size: int = 500, *, assumed: Assumptions | None = None, rate: float | None = None,
    treated: float = 0.5, prior: NormalPrior | None = None, without: tuple[str, ...] = (),
) -> Asked:  # fmt: skip
    """What is asked, with the bundled assumptions and their rate of controls where phase II told none."""
    chosen = assumed or load_assumptions()
    told = rate or found.rate
    by = "as was asked" if rate else found.rate_by
    if told is None:
        # Of another trial's controls, so it is named together with how far it was checked.
        told, by = chosen.control_rate.value, f"{chosen.control_rate.says} [{chosen.control_rate.status}]"
    return Asked(found, size, chosen, told, by, treated, prior, without)


def read_asked(told: Mapping[str, str | None], found: Callable[[], PhaseTwo] | None = None) -> Asked:
    """What is asked in the words of options, by their names without dashes; None for one that was not given.

    `found` makes the result of a cohort where one is named. InputProblems with everything that is wrong, at once.

    >>> read_asked({"hr": "0.07", "interval": "0.02,0.24", "size": "500"}).found.says
    '0.07 (0.02 to 0.24)'
    """
    reading = _Reading(told)
    # Nothing is raised on the way: whoever mistypes three options should learn of all three.
    result = reading.result(found)
    size = reading.whole("size", 500, LEAST, MOST)
    assumed = reading.assumed(load_assumptions())
    rate = reading.number("control-rate", None, 0, 20)
    treated = reading.treated_share(size)
    reading.only_with_a_cohort(found)
    prior, without = reading.prior(), reading.without()
    if reading.problems or result is None:
        raise InputProblems(reading.problems)
    return ask(result, size, assumed=assumed, rate=rate, treated=treated, prior=prior, without=without)


class _Reading:
    """Reads options one by one and gathers what is wrong with any of them."""

    def __init__(self, told: Mapping[str, str | None]) -> None:
        self.told, self.problems = told, list[Problem]()

    def wrong(self, option: str, found: str, allowed: str, do: str) -> None:
        self.problems.append(Problem.at_key(CALLED, option, found=shown(found), allowed=allowed, do=do))

    def assumed(self, standard: Assumptions) -> Assumptions:
        """What is assumed, with what was told in the place of what the library has."""
        return replace(
            standard,
            alpha=self.number("alpha", standard.alpha, 0, 0.5),
            years=self.number("years", standard.years, 0, 20),
            # Nobody leaving is a trial that can be; a 0 in any other of these is not.
            dropout=self.number("dropout", standard.dropout, 0, 2, zero=True),
            published_ratio=self.changed("ratio", standard.published_ratio, 2),
            sceptical=self.changed("sceptical", standard.sceptical, 10),
            control_kept=self.changed("control-kept", standard.control_kept, 5),
        )

    def changed(self, option: str, one: Assumed, most: float) -> Assumed:
        """The value that was told, if it is another: it has neither the range nor the source of the library's."""
        value = self.number(option, one.value, 0, most)
        if value == one.value:
            return one
        return replace(one, value=value, low=None, high=None, citation="", status=CHOICE, says="as was asked")

    def number(
        self, option: str, default: Default, low: float, high: float, *, zero: bool = False
    ) -> float | Default:  # fmt: skip
        """A number above `low` (or it, with `zero`) and below `high`."""
        text = self.told.get(option)
        if text is None:
            return default
        value = _float(text)
        # What is no number was read as NaN, which lies in no range: one question finds both.
        if not (low < value < high or (zero and value == low)):
            most = "" if high == math.inf else f" and below {high:g}"
            self.wrong(option, text, f"a number {f'of {low:g} or more' if zero else f'above {low:g}'}{most}",
                       "Correct it.")  # fmt: skip
        return value

    def treated_share(self, size: int) -> float:
        share = self.number("treated-share", 0.5, 0, 1)
        # A share that is wrong was told just above, and once is enough.
        if 0 < share < 1 and min(share, 1 - share) * size < LEAST_IN_ARM:
            found = f"{size * share:g} of {size:,} people treated"
            allowed = f"{LEAST_IN_ARM} or more in either arm"
            self.wrong("treated-share", found, allowed, "Share them out more evenly, or take more people.")
        return share

    def only_with_a_cohort(self, found: Callable[[], PhaseTwo] | None) -> None:
        """What is about a cohort says nothing without one, and is not read in silence."""
        for name in ("endpoint", "by", "reference"):
            if found is None and self.told.get(name) is not None:
                self.wrong(name, str(self.told[name]), "nothing without --from", "Name the cohort, or take it out.")

    def whole(self, option: str, default: int, low: int, high: int) -> int:
        text = self.told.get(option)
        value = default if text is None else _float(text)
        # The range comes first, for NaN and infinity have no whole number to be compared with.
        if not (low <= value <= high and value == int(value)):
            self.wrong(option, text or "", f"a whole number from {low} to {high:,}", "Say how many people take part.")
            return default
        return int(value)

    def several(self, option: str, counts: tuple[int, ...], what: str) -> tuple[float, ...] | None:
        """Numbers above 0 with commas between them, of which there are so many."""
        text = self.told.get(option) or ""
        values = tuple(_float(one) for one in text.split(","))
        if len(values) not in counts or not all(0 < one < math.inf for one in values):
            self.wrong(option, text, what, "Give numbers above 0 with commas between them.")
            return None
        return values

    def result(self, found: Callable[[], PhaseTwo] | None) -> PhaseTwo | None:
        """The result by the way that was told: one of three."""
        given = [name for name in ("hr", "interval", "events") if self.told.get(name) is not None]
        if found is not None:
            for name in given:
                self.wrong(name, str(self.told[name]), "nothing beside --from", "Take it out: the cohort tells it.")
            return self._made(found)
        if "hr" not in given or len(given) != 2:
            said = ", ".join(f"--{name}" for name in given) or "nothing"
            do = "Say one of these ways what phase II found."
            self.wrong("hr", said, "--from COHORT, --hr with --interval, or --hr with --events", do)
        ratio = self.number("hr", math.nan, *RATIOS)
        ends = self.several("interval", (2,), "two numbers, such as 0.02,0.24") if "interval" in given else None
        events = self.several("events", (1, 2), "events of the treated and of the others, such as 3,34, or all"
                              ) if "events" in given else None  # fmt: skip
        # Without a ratio there is nothing to hold interval or events against, and they would be blamed for it.
        if not RATIOS[0] < ratio < RATIOS[1]:
            return None
        # Ends the wrong way round hold no ratio, so that they are found here too.
        if ends is not None and not ends[0] < ratio < ends[1]:
            self.wrong("interval", str(self.told["interval"]), f"an interval that holds the ratio {ratio:g}",
                       "Give its lower and then its upper end.")  # fmt: skip
            return None
        # At a ratio of 0.07 the shortcut is half of what the error should be (decision 338).
        if events is not None and len(events) == 1 and not SHORTCUT_FROM <= ratio <= SHORTCUT_TO:
            allowed = f"one number only for a ratio from {SHORTCUT_FROM:g} to {SHORTCUT_TO:g}"
            do = "The shortcut 4 / events is far too small here: give the events of both groups, such as 3,34."
            self.wrong("events", f"{events[0]:g} with a ratio of {ratio:g}", allowed, do)
            return None
        return of_interval(ratio, ends[0], ends[1]) if ends else of_events(ratio, events) if events else None

    def _made(self, found: Callable[[], PhaseTwo]) -> PhaseTwo | None:
        try:
            return found()
        except InputProblems as wrong:
            # What is wrong with a cohort is told with the options, not in their place.
            self.problems += wrong.problems
            return None

    def prior(self) -> NormalPrior | None:
        """None for a flat one."""
        text = self.told.get("prior") or FLAT
        if text == FLAT:
            return None
        kind, _, values = text.partition(":")
        numbers = [_float(one) for one in values.split(",")]
        try:
            # Raised to be caught below: however a prior is wrong, what helps is to be shown its form.
            if kind != "normal" or len(numbers) != 2:
                raise ValueError
            if not (abs(numbers[0]) <= FARTHEST and NARROWEST <= numbers[1] <= FARTHEST):
                raise ValueError
            return NormalPrior(numbers[0], numbers[1])
        except ValueError:
            allowed = (
                f"flat, or normal:MEAN,SPREAD of the log ratio, with a mean from -{FARTHEST:g} to {FARTHEST:g} and a "
                f"spread from {NARROWEST:g} to {FARTHEST:g}"
            )
            self.wrong("prior", text, allowed, "A prior must integrate to 1.")
            return None

    def without(self) -> tuple[str, ...]:
        told = (one.strip() for one in (self.told.get("without") or "").split(","))
        # Each once and in the order asked for: a step cannot be left out twice, and the page names them.
        names = tuple(dict.fromkeys(filter(None, told)))
        for name in names:
            if name not in DOUBTS:
                self.wrong("without", name, ", ".join(DOUBTS), nearest(name, DOUBTS) or "Name one of those.")
        return names


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
