"""Numbers of a plan in words, as every kind of trial says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.exhibits.wording import count, percent
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.simulation.trials.results import Share


def people_words(people: tuple[int, ...]) -> str:
    """How many take part, and in which arm.

    >>> people_words((24,)), people_words((250, 250))
    ('24 people', '500 people (250 control, 250 treated)')
    """
    if len(people) == 1:
        return count(people[0], "person", "people")
    return f"{sum(people):,} people ({people[0]:,} control, {people[1]:,} treated)"


def power_in_words(formula: float | None, exact: float | None, played: Share | None) -> str:
    """Power by formula, exact and simulated, as far as each is known.

    >>> power_in_words(0.9, None, None)
    '90.0\u00a0% by formula'
    """
    said = [] if formula is None else [f"{percent(formula, 1)} by formula"]
    if exact is not None:
        said.append(f"{percent(exact, 1)} exactly")
    if played is not None and played.trials:
        error = played.error
        # NaN where none or all of the trials say so: from such draws nobody knows how far off they are.
        told = "not estimable" if error != error else text_half_up(100 * error, 2)
        said.append(f"{percent(played.value, 1)} simulated (Monte-Carlo error {told})")
    return ", ".join(said) or "not estimable"


def shown(effect: str, ratio: float, power: str) -> str:
    """What the trial shows; where there is no gain, it shows none, however often it says so.

    >>> shown("a rate ratio of 0.7", 0.7, "90 %")
    'show a rate ratio of 0.7 with a power of 90 %'
    """
    if ratio < 1:
        return f"show {effect} with a power of {power}"
    return f"would call the treated better, at {effect} and so without any gain to show, with a chance of {power}"


def rounded(value: float) -> str:
    """Whole from ten on, else with a digit after the point, or the first that is not 0.

    >>> rounded(1234.5), rounded(9.96), rounded(2.44), rounded(0.004)
    ('1,234', '10', '2.4', '0.004')
    """
    # Below that a digit after the point could be 0, and what is rare would read as what never happens.
    if value >= 0.1:
        return f"{value:,.0f}" if value >= 9.95 else text_half_up(value, 1)
    return f"{value:.1g}"


def short_ratio(value: float) -> str:
    """Two digits after the point, or the first that is not 0: a ratio of 0.001 is not one of 0.

    >>> short_ratio(0.6), short_ratio(0.001)
    ('0.6', '0.001')
    """
    return text_half_up(value, 2).rstrip("0").rstrip(".") if value >= 0.01 else f"{value:.1g}"
