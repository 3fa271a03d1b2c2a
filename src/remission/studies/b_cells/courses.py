"""How B cells come back: printed numbers over time, one panel for each unit, and the rules of treating again beside.

A rule in per cent of PBMC and a count in cells per microlitre are two units. They stand beside each other and are never
crossed: whether a count reached a rule is answered only where both are counted alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from remission.studies.b_cells.rows import UNKNOWN_DENOMINATORS, Counted, Threshold, unit_words

AGENTS = ("alemtuzumab", "cladribine", "ocrelizumab", "ofatumumab", "ublituximab", "rituximab", "hsct")
OVER_TIME = ("left of baseline", "level", "people at 1 %")
BACK = "months until back"
Unit = tuple[str, str, str]


def unit_of(row: Counted | Threshold) -> Unit:
    """What must be the same for two numbers to stand on one axis.

    Where nobody told what was counted against, only numbers of one source are known to be alike.
    """
    return (row.statistic, row.denominator, row.source if row.denominator in UNKNOWN_DENOMINATORS else "")


@dataclass(frozen=True)
class Panel:
    """Numbers of one unit over time, in order of drug, cells and month."""

    unit: Unit
    rows: tuple[Counted, ...]

    def __post_init__(self) -> None:
        """ValueError where two units, diseases or places of counting are about to stand on one axis."""
        if found := {unit_of(row) for row in self.rows} - {self.unit}:
            raise ValueError(f"one panel, and {1 + len(found)} units: {sorted({self.unit, *found})}")
        if len(kinds := {_kind(row) for row in self.rows}) > 1:
            raise ValueError(f"one panel, and {len(kinds)} kinds of people or places: {sorted(kinds)}")

    @property
    def kind(self) -> tuple[str, str]:
        """In whom and where it was counted."""
        return _kind(self.rows[0])

    @property
    def title(self) -> str:
        """The unit in words, with whom and where if that is not people with MS and blood."""
        whom, where = self.kind
        beside = (f"in {whom}" * (whom != "MS"), f"in {where}" * (where != "blood"))
        return ", ".join(filter(None, (unit_words(self.unit[1], self.unit[0]), *beside)))


def panels(rows: Sequence[Counted]) -> tuple[Panel, ...]:
    """Numbers over time of drugs that take B cells away, a panel a unit; a single number is no course, and in none.

    >>> from remission.studies.b_cells.load import load_b_cells
    >>> [len(panel.rows) for panel in panels(load_b_cells().counts)]
    [2, 5, 5]
    """
    found: dict[tuple[Unit, tuple[str, str]], list[Counted]] = {}
    for row in rows:
        if row.drug in AGENTS and row.is_number and row.months is not None and row.statistic in OVER_TIME:
            found.setdefault((unit_of(row), _kind(row)), []).append(row)
    made = [Panel(unit, tuple(sorted(own, key=_order))) for (unit, _), own in found.items()]
    kept = [panel for panel in made if len({row.months for row in panel.rows}) > 1]
    return tuple(sorted(kept, key=lambda panel: (OVER_TIME.index(panel.unit[0]), _order(panel.rows[0]))))


def _kind(row: Counted) -> tuple[str, str]:
    return (row.whom, row.compartment)


def _order(row: Counted) -> tuple[int, str, float]:
    return (AGENTS.index(row.drug), row.subset, row.months or 0)


def singles(rows: Sequence[Counted]) -> tuple[Counted, ...]:
    """Numbers of those drugs that stand alone in their unit, and so in no panel."""
    drawn = {row for panel in panels(rows) for row in panel.rows}
    return tuple(row for row in rows if row.drug in AGENTS and row.is_number and row.statistic in OVER_TIME
                 and row not in drawn)  # fmt: skip


def returns(rows: Sequence[Counted]) -> tuple[Counted, ...]:
    """After how many months cells were back, in MS: means, medians and bounds as they were printed."""
    kept = [row for row in rows if row.statistic == BACK and row.drug in AGENTS and row.whom.startswith("MS")]
    return tuple(sorted(kept, key=lambda row: (AGENTS.index(row.drug), row.value or row.low or 0)))


def are_alike(rule: Threshold, row: Counted) -> bool:
    """Are a rule and a number of the same cells, counted in one unit that is known?"""
    known = rule.denominator not in UNKNOWN_DENOMINATORS
    return known and rule.subset == row.subset and unit_of(rule) == unit_of(row)


def is_reached(rule: Threshold, row: Counted) -> bool:
    """Does a number reach a rule? ValueError where they are not counted alike, or where there is no one number.

    >>> from remission.studies.b_cells.load import load_b_cells
    >>> rule, row = load_b_cells().thresholds[4], load_b_cells().of("rituximab", "total B")[0]
    >>> rule.denominator, row.denominator, is_reached(rule, row)
    ('lymphocytes', 'lymphocytes', True)
    """
    if not are_alike(rule, row):
        said = [f"{one.subset}: {unit_words(one.denominator, one.statistic)}" for one in (rule, row)]
        raise ValueError(f"a rule in one unit is not crossed by a number in another: {said[0]}; {said[1]}")
    if row.value is None or row.bound:
        raise ValueError("a range or a bound neither reaches a rule nor stays below it")
    return row.value >= rule.value if rule.operator == "at least" else row.value <= rule.value


@dataclass(frozen=True)
class Met:
    """A rule, and those numbers of the time courses that are counted as it is."""

    rule: Threshold
    alike: tuple[Counted, ...]


def rules_beside(rules: Sequence[Threshold], rows: Sequence[Counted]) -> Iterator[Met]:
    """Each rule with the numbers that can be held against it; most have none."""
    for rule in rules:
        yield Met(rule, tuple(row for row in rows if row.drug in AGENTS and row.is_number and are_alike(rule, row)))
