"""A published result beside the same quantity computed from records, line by line.

What was published is read from `library/published/` and used for nothing but the comparison: the recipe below knows
which quantities to compute and how, and no number that was printed. It computes them as a report does, so a match
speaks for the report too.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import InputProblems, Problem, nearest
from remission.library.catalogue import library_files
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.report.edss_change import estimate_edss_change
from remission.report.event_free import estimate_event_free
from remission.stats.estimates import NOT_ESTIMABLE
from remission.stats.horizons import days_to_months
from remission.stats.rounding import text_half_up
from remission.stats.summaries import estimate_median_range

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort


@dataclass(frozen=True)
class Computed:
    """One quantity as computed from the records, printed as papers print it, with the method in words."""

    quantity: str
    text: str
    method: str


@dataclass(frozen=True)
class Line:
    """One quantity, published beside computed.

    `standing` is "identified" (the published numbers allow only this) or "chosen" (it matches because the records were
    laid out so), and `why` says it in words; `status` says how far the printed number was checked. Without a published
    number `matches` is None.
    """

    quantity: str
    published: str | None
    computed: str
    method: str
    standing: str
    why: str
    citation: str
    status: str

    @property
    def matches(self) -> bool | None:
        """Is it the same to the printed digit?"""
        return None if self.published is None else self.published == self.computed


def reproduce(
    name: str, cohort_folder: str | Path | None = None, published_file: str | Path | None = None
) -> tuple[Line, ...]:
    """Every quantity of a published result, computed from a cohort and put beside what was printed.

    cohort_folder: other records than the bundled ones; published_file: another list of what was printed. Raises
    InputProblems for a name without a recipe, and ValueError for a published quantity that the recipe does not compute.

    >>> line = reproduce("halt-ms")[3]
    >>> line.published, line.computed, line.standing, line.matches
    ('69.2 (50.2-82.1)', '69.2 (50.2-82.1)', 'identified', True)
    """
    if name not in RECIPES:
        advice = nearest(name, RECIPES) or "Use one of those."
        raise InputProblems(
            Problem.of_file(name, found="no recipe of this name", allowed=", ".join(RECIPES), do=advice)
        )
    # Everything is computed before anything printed is read: no number of the paper can get into the recipe.
    computed = tuple(RECIPES[name](load_cohort(cohort_folder or name)))
    return tuple(_beside(computed, _read_published(_published_file(name, published_file))))


def exit_code(lines: Iterable[Line]) -> int:
    """0 when every line matches, 1 when one does not or has nothing to be compared with."""
    return 0 if all(line.matches for line in lines) else 1


def as_json(lines: Iterable[Line]) -> list[dict[str, str | bool | None]]:
    """The lines as plain dictionaries: quantity, published, computed, method, standing, matches."""
    names = ("quantity", "published", "computed", "method", "standing", "matches")
    return [{name: getattr(line, name) for name in names} for line in lines]


def _published_file(name: str, other: str | Path | None) -> Path:
    return Path(other) if other is not None else {path.stem: path for path in library_files("published", ".toml")}[name]


def _read_published(path: Path) -> dict[str, Mapping[str, str]]:
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("published", [])
    return {row["quantity"]: row for row in rows}


def _beside(computed: Sequence[Computed], published: Mapping[str, Mapping[str, str]]) -> Iterator[Line]:
    # A misspelt quantity would have nothing beside it, and would look as if it had never been published.
    if unknown := published.keys() - {one.quantity for one in computed}:
        raise ValueError(f"the recipe does not compute {sorted(unknown)}; it computes {[c.quantity for c in computed]}")
    for one in computed:
        said = published.get(one.quantity, {})
        about = (said.get(name, "") for name in ("standing", "why", "citation", "status"))
        yield Line(one.quantity, said.get("printed"), one.text, one.method, *about)


# ---------------------------------------------------------------- HALT-MS

PARTS = {
    "halt-ms-progression": "progression-free",
    "halt-ms-relapse": "relapse-free",
    "halt-ms-mri": "MRI-activity-free",
}


def _halt_ms(cohort: Cohort) -> Iterator[Computed]:
    yield from _people(cohort)
    five, three = evaluate(cohort, "halt-ms-efs"), evaluate(cohort, "halt-ms-efs-3y")
    yield _free(five, "event-free at 5 years", 5)
    yield from (_free(five.part(part), f"{free} at 5 years", 5) for part, free in PARTS.items())
    yield _free(three, "event-free at 3 years", 3)
    yield from (_free(three.part(part), f"{free} at 3 years, 3-year rule", 3) for part, free in PARTS.items())
    yield from _edss_change(cohort)


def _people(cohort: Cohort) -> Iterator[Computed]:
    treated = cohort.subjects.filter(pl.col("entered") == "yes")
    yield Computed("evaluated, persons", str(cohort.subjects.height), "rows of subjects")
    yield Computed("treated, persons", str(treated.height), "rows of subjects who entered")
    months = [days_to_months(day) for day in treated["last_day"].drop_nulls()]
    row = estimate_median_range(months, unit="months").rows()[0]
    text = _with_limits(row, 1, 0, "-")
    yield Computed("follow-up, median (range), months", text, "from day zero to the last day, 30.4375 days a month")


def _free(outcome: Outcome, quantity: str, years: float) -> Computed:
    """The share still free at the end of so many years, by the endpoint's own level and type of interval."""
    row = estimate_event_free(outcome, at_years=[years]).at_times.rows()[0]
    never = row["low"] is None and row["value"] == 1
    text = "100" if never else _with_limits(row, 100, 1, "-")
    method = f"{outcome.name}: {row['method']}" + ("; no event, so the interval is not estimable" if never else "")
    return Computed(f"{quantity}, % ({outcome.endpoint.estimation.level:.0%} interval)", text, method)


def _edss_change(cohort: Cohort) -> Iterator[Computed]:
    result = estimate_edss_change(cohort)
    who, (summary,), (test,) = "EDSS change of those who completed", result.summary.rows(), result.tests
    about = f"last score less the last one up to day zero, {summary['n']} persons"
    text = _with_limits(summary, 1, 1, " to ")
    yield Computed(f"{who}, median (quartiles), points", text, f"{about}; {summary['method']}")
    p, method = (text_half_up(test.p, 3), test.method) if test is not None else (NOT_ESTIMABLE, "nobody completed")
    yield Computed(f"{who}, p", p, f"{about}; {method}")


def _with_limits(row: Mapping[str, object], scale: int, digits: int, between: str) -> str:
    """Estimate and limits as papers print them: 69.2 (50.2-82.1)."""
    if row["value"] is None:
        return str(row["absent_reason"])
    if row["low"] is None or row["high"] is None:
        return f"{text_half_up(scale * _number(row['value']), digits)} (limits {row['absent_reason']})"
    value, low, high = (text_half_up(scale * _number(row[name]), digits) for name in ("value", "low", "high"))
    return f"{value} ({low}{between}{high})"


def _number(value: object) -> float:
    if not isinstance(value, float):
        raise TypeError(f"an estimate must be a number, found {value!r}")
    return value


RECIPES: dict[str, Callable[[Cohort], Iterator[Computed]]] = {"halt-ms": _halt_ms}
