"""What might be true: the effect that was planned for, and others beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remission.stats.rounding import text_half_up


@dataclass(frozen=True)
class Truth:
    """One thing that might be true: its title, and its one number; None where the effect changes over time.

    effect: months and hazard ratios, of a trial of time to an event; null: that there is no effect.
    """

    title: str
    value: float | None
    planned: bool = False
    effect: tuple[tuple[float, float], ...] = ()
    null: bool = False

    @property
    def number(self) -> float:
        """Its one number, which every truth has but those of a trial of time to an event: they have their effect."""
        assert self.value is not None
        return self.value


def truths_of_numbers(what: str, planned: float, null: float, others: Sequence[float]) -> list[Truth]:
    """The number planned for first, then the others as they are written; `null` is that of no effect.

    >>> [one.title for one in truths_of_numbers("rate ratio", 0.7, 1.0, [1.0, 0.7, 0.9])]
    ['as designed, rate ratio 0.7', 'rate ratio 1, no effect', 'rate ratio 0.9']
    """
    first = Truth(f"as designed, {what} {shortened(planned)}", planned, planned=True, null=planned == null)
    # A number that is planned for and looked at besides is one row, and the first.
    return [first, *(Truth(titled(what, one, null), one, null=one == null) for one in others if one != planned)]


def titled(what: str, value: float, null: float) -> str:
    """A truth by its number.

    >>> titled("hazard ratio", 1.0, 1.0)
    'hazard ratio 1, no effect'
    """
    return f"{what} {shortened(value)}" + (", no effect" if value == null else "")


def shortened(value: float) -> str:
    """Up to three digits after the point, or the first that is not 0.

    >>> shortened(0.60), shortened(0.0004)
    ('0.6', '0.0004')
    """
    return text_half_up(value, 3).rstrip("0").rstrip(".") if value >= 0.001 or value == 0 else f"{value:.1g}"
