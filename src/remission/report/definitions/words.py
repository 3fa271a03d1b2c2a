"""An endpoint in words: every value with its meaning, where it comes from and how far that was checked.

The words are read off the dataclasses of `outcomes.definitions`, so a field added there is stated here at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.tables import Table, shows
from remission.exhibits.wording import level_words
from remission.outcomes.definitions.changes import Threshold, Window
from remission.outcomes.definitions.fields import FARTHEST_DAY
from remission.outcomes.definitions.records import Endpoint, Estimation, ReadingWindow, ValueSource, entries
from remission.outcomes.definitions.rules.progression import Progression

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance
    from remission.outcomes.definitions.units import Measure

# Who an endpoint is, in the heading above the table rather than in it.
IDENTITY = ("name", "title", "event_free", "rule", "summary", "sources")
NO_SOURCE = "our choice"
SET_HERE = "set for this report"
SPELLED = {
    "new_t2": "new T2",
    "enlarging_t2": "enlarging T2",
    "gd_lesions": "gadolinium-enhancing",
    "edss": "EDSS",
    "t25fw": "timed 25-foot walk",
    "nhpt": "nine-hole peg test, mean of both hands",
    "nhpt_dominant": "nine-hole peg test, dominant hand",
    "nhpt_other": "nine-hole peg test, other hand",
    "sdmt": "Symbol Digit Modalities Test",
}
UNITS: dict[Measure, str] = {
    "edss": "points",
    "sdmt": "answers",
    "t25fw": "seconds",
    "nhpt": "seconds",
    "nhpt_dominant": "seconds",
    "nhpt_other": "seconds",
}
# Values that are said in the unit of what is measured.
MEASURED = ("progression.thresholds", "progression.improvement", "progression.reaches", "progression.minimum_value")


@dataclass(frozen=True)
class StatedValue:
    """One value of a definition: its dotted name, meaning, the value in words, and its source if one is named."""

    endpoint: str
    name: str
    meaning: str
    value: str
    source: ValueSource | None
    overridden: bool = False

    @property
    def status(self) -> str:
        """How far the source was checked; a value without a source is our choice, unless it was set for a report."""
        # What was set for one report has no source, and must not borrow that of the definition.
        if self.overridden:
            return SET_HERE
        return self.source.status if self.source else NO_SOURCE


def stated_values(endpoint: Endpoint) -> list[StatedValue]:
    """Every value of one endpoint, those of its rule first; the parts of a composite are stated for themselves.

    An option that is not used (marked `off`, at its default) is not said, nor are steps that nothing asks for. A value
    that was set for this run is said beside the one it replaces.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> [one.value for one in stated_values(load_endpoint("cdp-12w")) if one.name == "progression.confirmation.days"]
    ['84 days']
    """
    said = _said(endpoint)
    if endpoint.changed_from is None:
        return said
    before = {one.name: one for one in _said(endpoint.changed_from)}
    return [_set_here(one, before.get(one.name)) for one in said] + [
        _turned_off(endpoint, one) for one in before.values() if one.name not in {now.name for now in said}
    ]


def _said(endpoint: Endpoint) -> list[StatedValue]:
    return [
        StatedValue(
            endpoint.title,
            name,
            str(item.metadata["meaning"]),
            _words(endpoint, name, item, value),
            _source(endpoint, name),
        )
        for name, item, value in _leaves(endpoint, "")
        if name.partition(".")[0] not in IDENTITY and not _unasked(endpoint, name)
    ]


def _set_here(now: StatedValue, before: StatedValue | None) -> StatedValue:
    if before is None:
        # An option that the definition does not use, and so does not say.
        return _override(replace(now, value="not used"), now)
    return now if now.value == before.value else _override(replace(before, endpoint=now.endpoint), now)


def _turned_off(endpoint: Endpoint, before: StatedValue) -> StatedValue:
    return _override(replace(before, endpoint=endpoint.title), replace(before, value="not used"))


def _unasked(endpoint: Endpoint, name: str) -> bool:
    """Values that nothing asks for: steps beside a value that is to be reached, a limit where no death competes."""
    if name == "estimation.late_death_days":
        return endpoint.estimation.death == "censors"
    rule = endpoint.of(Progression)
    return name == "progression.thresholds" and rule is not None and rule.reaches is not None


def _words(endpoint: Endpoint, name: str, item: Field[Any], value: object) -> str:
    """A value in words; parts and origin by their titles once they are known, measured values in their unit."""
    if name == "composite.parts" and endpoint.parts:
        return ", ".join(part.title for part in endpoint.parts)
    if name == "origin_event" and endpoint.origin is not None:
        return endpoint.origin.title
    rule = endpoint.of(Progression)
    if name in MEASURED and rule is not None:
        measure = rule.measure
        return steps_words(value, measure) if isinstance(value, tuple) else f"{_score(value, measure)} {UNITS[measure]}"
    return value_words(item, value)


def steps_words(steps: tuple[Threshold, ...], measure: Measure) -> str:
    """A table of thresholds in words, in the unit of what is measured; one share for all is said without its row.

    >>> steps_words((Threshold(0, percent=20.0), Threshold(20, change=4)), "sdmt").replace("\\xa0", " ")
    '20 % of the baseline value from a score of 0; 4 answers from a score of 20'
    """
    if len(steps) == 1 and steps[0].percent is not None:
        return _step(steps[0], measure)
    return "; ".join(f"{_step(one, measure)} from a score of {_score(one.baseline_from, measure)}" for one in steps)


def _step(row: Threshold, measure: Measure) -> str:
    if row.percent is not None:
        return f"{row.percent:g}\u00a0% of the baseline value"
    return f"{_score(row.change, measure)} {UNITS[measure]}"


def _score(value: object, measure: Measure) -> str:
    """The EDSS is always said with its half points, anything else as short as it goes."""
    return f"{value:.1f}" if measure == "edss" else f"{value:g}"


def _leaves(record: Any, prefix: str) -> Iterator[tuple[str, Field[Any], object]]:
    """Every field that holds a value; nested records are opened, and one that is not filled says nothing."""
    for key, item, value in entries(record):
        if (value is None and not item.metadata.get("none")) or _is_off(item, value):
            continue
        if is_dataclass(value):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", item, value


def _is_off(item: Field[Any], value: object) -> bool:
    return bool(item.metadata.get("off")) and item.default is not MISSING and value == item.default


def _source(endpoint: Endpoint, name: str) -> ValueSource | None:
    # With a dot at the end, so that a source of "onset" is none of "onset_day".
    named = (source for source in endpoint.sources if any(f"{name}.".startswith(f"{of}.") for of in source.of))
    return next(named, None)


def value_words(item: Field[Any], value: object) -> str:
    """A value as a reader would say it, with its unit."""
    if value is None:
        return str(item.metadata["none"])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return _several(value, item)
    if item.name == "level" and isinstance(value, float):
        return level_words(value)
    if item.name.endswith("_day") and value in (FARTHEST_DAY, -FARTHEST_DAY):
        return "any"
    text = f"{value:g}" if isinstance(value, float) else SPELLED.get(str(value), str(value).replace("_", " "))
    if item.name.endswith("_day") and isinstance(value, int):
        return f"day {text}"
    unit = _unit(item) if isinstance(value, int | float) else ""
    return f"{text} {'day' if (text, unit) == ('1', 'days') else unit}".strip()


def _several(several: tuple[object, ...], item: Field[Any]) -> str:
    if any(is_dataclass(one) for one in several):
        return "; ".join(_record(one) for one in several)
    words = ", ".join(f"{one:g}" if isinstance(one, float) else SPELLED.get(str(one), str(one)) for one in several)
    return f"{words} {_unit(item)}".strip()


def _record(record: object) -> str:
    """One record of a list: windows as sentences, anything else as what its fields say."""
    if isinstance(record, ReadingWindow):
        return f"after day {record.from_day} to day {record.to_day}"
    if isinstance(record, Window):
        return window_words(record.days, record.tolerance_before_days, record.tolerance_after_days)
    return ", ".join(
        f"{item.metadata['meaning'].lower()}: {value_words(item, value)}" for _, item, value in _leaves(record, "")
    )


def window_words(days: int, before_days: int, after_days: int | None) -> str:
    """A window of confirmation in words.

    >>> window_words(84, 7, None)
    '84 days (7 early or any late)'
    """
    late = "any" if after_days is None else str(after_days)
    return f"{days} days ({before_days} early or {late} late)"


def _unit(item: Field[Any]) -> str:
    return str(item.metadata.get("unit") or ("days" if item.name == "days" or item.name.endswith("_days") else ""))


def values_used(endpoint: Endpoint, used: Estimation | None) -> list[StatedValue]:
    """The values as a report used them: where it set another level, interval or times, those, with the definition's.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> said = values_used(load_endpoint("death"), Estimation(level=0.9))
    >>> [one.value.replace("\\xa0", " ") for one in said if one.name == "estimation.level"]
    ['90 % (set for this report; definition: 95 %)']
    """
    defined = stated_values(endpoint)
    if used is None:
        return defined
    # Only how it is summarised: what was set of the rest is said already, beside what it replaces.
    summarised = {
        one.name: one for one in _said(replace(endpoint, estimation=used)) if one.name.startswith("estimation.")
    }
    # Against the bare value: what was set is said beside what it replaces already, and once is enough.
    own = {one.name: one.value for one in _said(endpoint)}
    again = {name for name, one in summarised.items() if one.value != own.get(name)}
    return [_override(one, summarised[one.name]) if one.name in again else one for one in defined]


def _override(defined: StatedValue, used: StatedValue) -> StatedValue:
    value = f"{used.value} ({SET_HERE}; definition: {defined.value})"
    return replace(defined, value=value, source=None, overridden=True)


def unverified_values(endpoint: Endpoint, used: Estimation | None = None) -> list[StatedValue]:
    """The values that rest on an unverified source, those of parts and origin included; what was set anew does not."""
    everything = [*values_used(endpoint, used), *(value for part in endpoint.parts for value in stated_values(part))]
    if endpoint.origin is not None:
        everything += unverified_values(endpoint.origin)
    # Once each: parts of a composite often rest on the same values.
    return list(dict.fromkeys(value for value in everything if value.status == "unverified"))


def definition_table(
    endpoint: Endpoint, provenance: Provenance, *, part: bool = False, used: Estimation | None = None
) -> Table:
    """The definition of one endpoint as a table; a `part` is summarised as its composite is, so that is left out.

    `used` is how a report summarised it, if otherwise than the definition says.
    """
    rows = [
        {
            "value_name": one.name,
            "meaning": one.meaning,
            "value": one.value,
            "status": one.status,
            "source": _citation(one.source),
        }
        for one in values_used(endpoint, used)
        if not (part and one.name.startswith("estimation."))
    ]
    columns = (
        shows("meaning", "What is decided"),
        shows("value", "Value", words=True),
        shows("status", "Source checked?", words=True),
        shows("source", "Source", words=True),
    )
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("value_name", "meaning", "value", "status", "source"), pl.String))
    return Table(
        f"definition-{endpoint.name}", f"Definition of {endpoint.title}: every value.", frame, columns, provenance
    )


def _citation(source: ValueSource | None) -> str | None:
    if source is None:
        return None
    return f"{source.citation}{f' ({source.locus})' if source.locus else ''}{f': {source.says}' if source.says else ''}"
