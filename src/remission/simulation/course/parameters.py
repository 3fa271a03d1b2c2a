"""The numbers that a course of disease is drawn from, each with its unit, where it is from and how far that holds.

A course is a TOML file of `library/courses/`. A number that nobody published is `assumed`, and says why it was chosen:
a reader has to see how much of a simulated cohort is known and how much is made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from remission.inputs.declared import key, keys_of
from remission.inputs.problems import Problem

Status = Literal["verified", "secondary", "derived", "assumed"]
STATUSES: tuple[Status, ...] = get_args(Status)
PER_YEAR, SHARE, POINTS, YEARS, DAYS, RATIO, VARIANCE = (
    "per year", "share", "points", "years", "days", "ratio", "variance",
)  # fmt: skip


@dataclass(frozen=True)
class Parameter:
    """One number of a course or an arm."""

    value: float = key("The number", example="0.4")
    unit: str = key("Its unit, as the parameter asks for it", example='"per year"')
    status: Status = key("How far the number was checked; assumed: nobody published it", example='"assumed"')
    source: str = key("Where it is from; of an assumed number, why it was chosen", example='"FREEDOMS, placebo arm"')


def number(meaning: str, unit: str, low: float, high: float, *, optional: bool = False) -> Any:
    """A field that holds a Parameter of that unit within these bounds (inclusive)."""
    about = {**key(meaning, low=low, high=high).metadata, "unit": unit}
    return field(default=None, metadata=about) if optional else field(metadata=about)


@dataclass(frozen=True)
class Course:
    """How a disease goes without the effect of any arm, and who has it.

    Personal rates are a rate times a gamma variable with mean 1 and the variance `..._spread`. A worsening is counted
    in steps of the EDSS: a step is a point below 5.5 and half a point from there on, as trials count it.
    """

    name: str = key("Name of the file")
    title: str = key("Whom it is like")

    age_mean: Parameter = number("Mean age on day zero", YEARS, 18, 80)
    age_sd: Parameter = number("Standard deviation of age", YEARS, 0.1, 30)
    age_lowest: Parameter = number("Youngest taken in", YEARS, 0, 100)
    age_highest: Parameter = number("Oldest taken in", YEARS, 1, 110)
    female_share: Parameter = number("Share of women", SHARE, 0, 1)
    years_since_onset: Parameter = number("Mean years since the first symptom (exponential)", YEARS, 0.1, 30)
    edss_mean: Parameter = number("Mean EDSS on day zero, before it is cut to the range", POINTS, 0, 8)
    edss_sd: Parameter = number("Standard deviation of the EDSS on day zero", POINTS, 0.1, 5)
    edss_lowest: Parameter = number("Lowest EDSS taken in", POINTS, 0, 9)
    # 10 is death due to MS, and no score to enter with.
    edss_highest: Parameter = number("Highest EDSS taken in", POINTS, 0.5, 9.5)

    relapse_rate: Parameter = number("Relapses on day zero", PER_YEAR, 0, 20)
    relapse_spread: Parameter = number("How far people's relapse rates differ", VARIANCE, 0, 10)
    # People enter a trial in a bad year: without a fall the placebo arm would relapse on as it did before.
    relapse_fall: Parameter = number("By what share of itself the relapse rate falls a year", SHARE, 0, 0.95)
    relapse_rise: Parameter = number("Mean rise of the EDSS in a relapse, in steps", POINTS, 0, 5)
    relapse_recovery_days: Parameter = number("Days until that rise is gone", DAYS, 1, 1000)
    lasting_share: Parameter = number("Share of relapses that leave a lasting worsening", SHARE, 0, 1)
    lasting_points: Parameter = number("Size of a worsening that a relapse leaves, in steps", POINTS, 0, 5)

    lesion_rate: Parameter = number("New T2 lesions", PER_YEAR, 0, 100)
    lesion_spread: Parameter = number("How far people's lesion rates differ", VARIANCE, 0, 10)
    # Were both independent, "no activity of any kind" would be rarer than the same rates make it among people.
    lesion_with_relapses: Parameter = number("Correlation of both personal rates (of normal scores)", SHARE, 0, 1)
    enhancing_days: Parameter = number("Days for which a new lesion enhances", DAYS, 0, 365)

    step_rate: Parameter = number("Steps of worsening without a relapse", PER_YEAR, 0, 10)
    step_spread: Parameter = number("How far people's step rates differ", VARIANCE, 0, 10)
    step_points: Parameter = number("Size of such a worsening, in steps", POINTS, 0.1, 5)
    # Without it every rise would be a true one, and confirmation would have nothing to refuse.
    rating_sd: Parameter = number("Standard deviation of one rating about the score, in steps", POINTS, 0, 3)

    death_rate_at_40: Parameter = number("Deaths at the age of 40", PER_YEAR, 0, 5)
    death_growth: Parameter = number("By what share of itself the death rate grows with a year of age", SHARE, 0, 1)
    leaving_rate: Parameter = number("People who leave the study", PER_YEAR, 0, 20)
    leaving_after_worsening: Parameter = number("How many times as many leave once a worsening was seen", RATIO, 0, 50)

    note: str = key("What it leaves out", "")

    def __getitem__(self, name: str) -> float:
        """The number of a parameter."""
        return float(getattr(self, name).value)

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Every parameter by its name."""
        named = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in named.items() if isinstance(value, Parameter)}


PARAMETERS = tuple(one.name for one in fields(Course) if "unit" in one.metadata)


def wrong_parameters(record: Any, file: str, within: str = "") -> Iterator[Problem]:
    """Parameters of a record whose unit or value is not what its field asks for."""
    for one in keys_of(type(record)):
        given = getattr(record, one.field)
        if "unit" in one.about and given is not None:
            yield from wrong_parameter(one.name, given, type(record), file, within)


def wrong_parameter(name: str, given: Parameter, kind: type, file: str, within: str = "") -> Iterator[Problem]:
    """What is wrong with one number, as the field of that name in `kind` asks for it."""
    about = next(one for one in keys_of(kind) if one.name == name).about
    unit, low, high = about["unit"], about["low"], about["high"]
    if given.unit != unit:
        do = "Give the number in that unit."
        yield Problem.at_key(file, f"{within}{name}.unit", found=given.unit, allowed=f'"{unit}"', do=do)
    # Only of a number in the right unit: the bounds are in that unit, and would mislead of another.
    elif not low <= given.value <= high:
        found, allowed = f"{given.value:g}", f"{low:g} to {high:g} ({unit})"
        yield Problem.at_key(file, f"{within}{name}.value", found=found, allowed=allowed, do=f"{about['meaning']}.")


def wrong_course(course: Course, file: str) -> Iterator[Problem]:
    """What no parameter can say alone."""
    yield from wrong_parameters(course, file)
    # Each alone may be within its bounds, and a change of the design may move one of the two only.
    for low, high in (("age_lowest", "age_highest"), ("edss_lowest", "edss_highest")):
        if course[low] >= course[high]:
            found, do = f"{course[low]:g} beside {high} {course[high]:g}", "Correct one of the two."
            yield Problem.at_key(file, f"{low}.value", found=found, allowed=f"less than {high}", do=do)
