"""Numbers of studies turned into lines of a picture, each linked to the card of its study."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from remission.evidence.words import when_words
from remission.exhibits.synthesis.lines import NO_INTERVAL, USUAL_LEVEL, Line
from remission.stats.intervals import normal_quantile
from remission.stats.proportions import estimate_proportion
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.exhibits.synthesis.lines import Role
    from remission.studies.study import Number, Study

CARD = "study/{name}.html"
FROM_ERROR = "as printed; interval worked out here from the printed standard error, log(-log)"
EXACT = "exact (Clopper-Pearson) interval, worked out here from the count"


def card_of(name: str, root: str) -> str:
    """The address of a study's card, from a page whose way back to the root is `root`.

    >>> card_of("halt-ms", "../")
    '../study/halt-ms.html'
    """
    return f"{root}{CARD.format(name=name)}"


def line_of(
    study: Study, number: Number, root: str, *, role: Role | None = None, name: str = "", group: str = ""
) -> Line:
    """The line of one number of one study; shares become 0 to 1, counts without an interval get an exact one.

    Without a `role` the line is that of a study, and stands apart where it has no interval.
    """
    value, low, high, level, method = _numbers(number)
    missing = NO_INTERVAL if value is not None and low is None else ""
    return Line(
        name=name or line_name(study, number),
        role=role or ("study" if low is not None else "apart"),
        value=value,
        low=low,
        high=high,
        level=level,
        events=number.events,
        n=people_of(study, number),
        year=study.year,
        says=when_words(number),
        method=method,
        status=number.status,
        why=missing,
        href=card_of(study.name, root),
        group=group,
    )


def people_of(study: Study, number: Number) -> int | None:
    """How many people a number is of; of two groups where it compares them. None where that was not read.

    Of a part of a group the people of the whole group are no number.
    """
    if number.denominator is not None or number.course or number.among:
        return number.denominator
    groups = [study.people(arm) for arm in filter(None, (number.arm, number.against))] or [study.people()]
    return None if None in groups else sum(people or 0 for people in groups)


def line_name(study: Study, number: Number) -> str:
    """The study as a line calls it, with the arm where there are several and whom it is of where that is a part."""
    arm = number.arm if len(study.arms) > 1 else ""
    part = ", ".join(filter(None, [arm, number.course, number.among]))
    return f"{study.title} ({part})" if part else study.title


def _numbers(number: Number) -> tuple[float | None, float | None, float | None, float | None, str]:
    """Value, limits and level as shares where it is a share, and how they were made."""
    part = 0.01 if quantities()[number.what].is_percentage else 1.0
    method = "as printed" if number.how == "not said" else f"as printed, {number.how}"
    if number.value is not None and number.has_interval:
        return (*(part * one for one in (number.value, number.low or 0, number.high or 0)), number.level, method)  # type: ignore[return-value]
    if number.events is not None and number.denominator and part != 1:
        row = estimate_proportion(number.events, number.denominator, method="clopper-pearson").rows()[0]
        return (*(row[one] for one in ("value", "low", "high", "level")), EXACT)  # type: ignore[return-value]
    if number.value is not None and number.standard_error is not None and 0 < number.value < 100 and part != 1:
        return (*_from_error(part * number.value, part * number.standard_error), FROM_ERROR)
    return (None if number.value is None else part * number.value, None, None, None, method)


def _from_error(share: float, error: float) -> tuple[float, float, float, float]:
    """A share with limits from its printed standard error, on the scale log(-log), which holds them within 0 to 1."""
    # The delta method: the derivative of log(-log S) is 1 / (S log S).
    spread = normal_quantile(USUAL_LEVEL) * error / (share * -math.log(share))
    low, high = (share ** math.exp(side * spread) for side in (1, -1))
    return share, low, high, USUAL_LEVEL


def in_order_of_year(lines: Sequence[Line]) -> list[Line]:
    """Lines from the oldest study to the newest, those of one year by name; never by value, which would rank them."""
    return sorted(lines, key=lambda line: (line.year or 0, line.name))
