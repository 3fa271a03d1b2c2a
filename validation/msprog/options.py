"""Sets of pymsprog's options, and the Progression that says the same in our terms."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from remission.outcomes.definitions.changes import (
    Baseline,
    Confirmation,
    Direction,
    Onset,
    RelapseAssociation,
    Relation,
    Threshold,
    Window,
)
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.definitions.units import Measure

Options = Mapping[str, Any]
FAR = 100_000

# pymsprog's own defaults, as its documentation gives them.
DEFAULTS: dict[str, Any] = {
    "event": "firstCDW",
    "RAW_PIRA": False,
    "baseline": "fixed",
    "proceed_from": "firstconf",
    "sub_threshold_rebl": "none",
    "bl_geq": False,
    "relapse_rebl": False,
    "skip_local_extrema": "none",
    "conf_days": 84,
    "conf_tol_days": [7, 730.5],
    "require_sust_days": 0,
    "check_intermediate": True,
    "relapse_to_bl": 30,
    "relapse_to_event": 0,
    "relapse_to_conf": 30,
    "relapse_assoc": 90,
    "relapse_indep": {"prec": [0, 0], "event": [90, 30], "conf": [90, 30], "prec_type": "baseline"},
    "validconf_col": None,
}


class OptionSet(NamedTuple):
    """Options of pymsprog with a name; `in_tenths` tells it timed tests in tenths of a second: whole numbers."""

    name: str
    measure: Measure
    options: Options
    in_tenths: bool = True

    def asked(self, key: str) -> Any:
        """The value of an option, pymsprog's default when it is not set."""
        return self.options.get(key, DEFAULTS[key])


THRESHOLDS: dict[str, tuple[Threshold, ...]] = {
    "edss": (Threshold(0.0, 1.5), Threshold(0.5, 1.0), Threshold(5.5, 0.5)),
    "t25fw": (Threshold(0.0, percent=20.0),),
    "nhpt_dominant": (Threshold(0.0, percent=20.0),),
    "sdmt": (Threshold(0.0, percent=20.0), Threshold(20.0, 4.0)),
}
MOVES: dict[str, Any] = {
    "fixed": "fixed",
    "roving": "roving",
    "roving_impr": "roving-improvement",
    "roving_wors": "roving-worsening",
}
SUB_THRESHOLD: dict[str, Any] = {"none": "none", "event": "any", "improvement": "improvement", "worsening": "worsening"}
EXTREMES: dict[str, Any] = {"none": "kept", "strict": "skipped beyond threshold", "all": "skipped"}
PRECEDING: dict[str, Any] = {"baseline": "baseline", "last": "last visit", "last_delta": "last lower visit"}
COUNTS: dict[str, tuple[Relation, ...]] = {"firstPIRA": ("PIRA",), "firstRAW": ("RAW",)}
DIRECTIONS: dict[str, tuple[Direction, ...]] = {
    "firstCDI": ("improvement",),
    "first": ("worsening", "improvement"),
    "multiple": ("worsening", "improvement"),
}


def directions(one: OptionSet) -> tuple[Direction, ...]:
    """The directions in which a set asks for events: ours are asked for one at a time."""
    return DIRECTIONS.get(one.asked("event"), ("worsening",))


def as_progression(one: OptionSet, direction: Direction) -> Progression:
    """What a set of pymsprog's options is in our terms, for the events of one direction."""
    event = one.asked("event")
    relation_asked = event in COUNTS or (event != "firstCDI" and one.asked("RAW_PIRA"))
    after, before = sides(one.asked("relapse_to_event"))
    return Progression(
        thresholds=THRESHOLDS[one.measure],
        measure=one.measure,
        direction=direction,
        baseline=_baseline(one),
        onset=Onset(counts_from_day=-FAR, after_relapse_days=after, before_relapse_days=before),
        confirmation=_confirmation(one),
        relapse_association=_association(one) if relation_asked and direction == "worsening" else None,
        events="all" if event == "multiple" else "first",
        same_day="last",
    )


def _baseline(one: OptionSet) -> Baseline:
    after, before = sides(one.asked("relapse_to_bl"))
    associated = sides(one.asked("relapse_assoc"))[0]
    moves_after = 0 if one.asked("event") == "firstPIRA" else associated
    return Baseline(
        to_day=FAR,
        choose="first",
        after_relapse_days=after,
        before_relapse_days=before,
        moves=MOVES[one.asked("baseline")],
        moves_to="onset" if one.asked("proceed_from") == "event" else "confirmation",
        sub_threshold=SUB_THRESHOLD[one.asked("sub_threshold_rebl")],
        moves_after_relapse_days=moves_after if one.asked("relapse_rebl") else None,
        never_better=one.asked("bl_geq") and one.asked("relapse_rebl"),
        local_extremes=EXTREMES[one.asked("skip_local_extrema")],
    )


def _confirmation(one: OptionSet) -> Confirmation:
    conf_days, sustained = one.asked("conf_days"), one.asked("require_sust_days")
    every = conf_days if isinstance(conf_days, list) else [conf_days]
    windows = [Window(days, *_tolerance(one.asked("conf_tol_days"), days)) for days in every]
    after, before = sides(one.asked("relapse_to_conf"))
    return Confirmation(
        days=windows[0].days,
        tolerance_before_days=windows[0].tolerance_before_days,
        tolerance_after_days=windows[0].tolerance_after_days,
        further=tuple(windows[1:]),
        visits="all" if one.asked("check_intermediate") else "last",
        after_relapse_days=after,
        before_relapse_days=before,
        scheduled_only=one.asked("validconf_col") is not None,
        sustained_days=None if sustained == math.inf else sustained,
    )


def _association(one: OptionSet) -> RelapseAssociation:
    raw_after, raw_before = sides(one.asked("relapse_assoc"))
    apart = one.asked("relapse_indep")
    preceding, onset, confirmation = ([_limit(days) for days in apart[key]] for key in ("prec", "event", "conf"))
    return RelapseAssociation(
        raw_after_days=raw_after,
        raw_before_days=raw_before,
        preceding=PRECEDING[apart.get("prec_type", "baseline")],
        preceding_before_days=preceding[0] or 0,
        preceding_after_days=preceding[1],
        onset_before_days=onset[0],
        onset_after_days=onset[1],
        confirmation_before_days=confirmation[0],
        confirmation_after_days=confirmation[1] or 0,
        counts=COUNTS.get(one.asked("event"), ("PIRA", "RAW", "undefined")),
    )


def _limit(days: float | None) -> int | None:
    return None if days is None else int(days)


def sides(days: Any) -> tuple[int, int]:
    """Days after and days before: one number is that of after."""
    return (days[0], days[1]) if isinstance(days, list) else (days, 0)


def _tolerance(tolerance: Any, days: int) -> tuple[int, int | None]:
    """Whole days early and late: half a day late is on no whole day."""
    early, late = tolerance[str(days)] if isinstance(tolerance, dict) else tolerance
    return int(early), None if late == math.inf else math.floor(late)


def _pira(prec: list[Any], event: list[Any], conf: list[Any], prec_type: str = "baseline") -> dict[str, Any]:
    return {"prec": prec, "event": event, "conf": conf, "prec_type": prec_type}


ROVING_ALL = {"event": "multiple", "baseline": "roving", "RAW_PIRA": True}
ROVING_PIRA = {"event": "firstPIRA", "baseline": "roving"}

OPTION_SETS: tuple[OptionSet, ...] = (
    OptionSet("default", "edss", {}),
    OptionSet("multiple, roving, RAW and PIRA", "edss", ROVING_ALL),
    OptionSet("multiple, fixed", "edss", {"event": "multiple", "RAW_PIRA": True}),
    OptionSet("multiple, roving on improvement", "edss", {**ROVING_ALL, "baseline": "roving_impr"}),
    OptionSet("first of either, roving", "edss", {"event": "first", "baseline": "roving", "RAW_PIRA": True}),
    OptionSet("firstPIRA, fixed", "edss", {"event": "firstPIRA"}),
    OptionSet("firstRAW, fixed", "edss", {"event": "firstRAW"}),
    OptionSet(
        "firstRAW, roving, both sides", "edss", {"event": "firstRAW", "baseline": "roving", "relapse_assoc": [60, 30]}
    ),
    OptionSet(
        "firstPIRA, roving on worsening, after relapses",
        "edss",
        {"event": "firstPIRA", "baseline": "roving_wors", "relapse_rebl": True},
    ),
    OptionSet("firstPIRA, fixed, after relapses", "edss", {"event": "firstPIRA", "relapse_rebl": True}),
    OptionSet("PIRA of Mueller 2023, roving", "edss", ROVING_PIRA),
    OptionSet(
        "PIRA of Mueller 2023, high specificity",
        "edss",
        {**ROVING_PIRA, "relapse_indep": _pira([0, None], [None, None], [None, 0])},
    ),
    OptionSet("PIRA of Kappos 2020", "edss", {**ROVING_PIRA, "relapse_indep": _pira([0, None], [None, 30], [30, 30])}),
    OptionSet("PIRA of Cagol 2022", "edss", {**ROVING_PIRA, "relapse_indep": _pira([0, 0], [90, None], [None, 0])}),
    OptionSet(
        "PIRA of Mueller 2025, last visit",
        "edss",
        {**ROVING_PIRA, "relapse_indep": _pira([0, None], [None, 0], [0, 0], "last")},
    ),
    OptionSet(
        "PIRA, last lower visit",
        "edss",
        {
            **ROVING_PIRA,
            "skip_local_extrema": "strict",
            "relapse_indep": _pira([30, None], [None, 30], [30, 30], "last_delta"),
        },
    ),
    OptionSet(
        "PIRA, last lower visit, at the visit",
        "edss",
        {**ROVING_ALL, "check_intermediate": False, "relapse_indep": _pira([90, 30], [90, 30], [90, 30], "last_delta")},
    ),
    OptionSet(
        "small changes, 24 weeks", "edss", {"baseline": "roving_impr", "sub_threshold_rebl": "event", "conf_days": 168}
    ),
    OptionSet(
        "small improvements, 24 weeks", "edss", {**ROVING_ALL, "sub_threshold_rebl": "improvement", "conf_days": 168}
    ),
    OptionSet("small worsenings", "edss", {**ROVING_ALL, "sub_threshold_rebl": "worsening"}),
    OptionSet("small changes of a fixed baseline", "edss", {"event": "multiple", "sub_threshold_rebl": "event"}),
    OptionSet("sustained 168 days", "edss", {**ROVING_ALL, "require_sust_days": 168}),
    OptionSet(
        "sustained 168 days, at the visit",
        "edss",
        {"event": "multiple", "require_sust_days": 168, "check_intermediate": False},
    ),
    OptionSet("sustained to the end", "edss", {"require_sust_days": math.inf}),
    OptionSet(
        "sustained to the end, at the visit",
        "edss",
        {**ROVING_ALL, "require_sust_days": math.inf, "check_intermediate": False},
    ),
    OptionSet(
        "from the onset, extremes beyond the threshold",
        "edss",
        {**ROVING_ALL, "proceed_from": "event", "skip_local_extrema": "strict"},
    ),
    OptionSet(
        "from the onset, all extremes",
        "edss",
        {"event": "multiple", "baseline": "roving_wors", "proceed_from": "event", "skip_local_extrema": "all"},
    ),
    OptionSet("two windows, roving", "edss", {**ROVING_ALL, "conf_days": [84, 168]}),
    OptionSet(
        "two windows with other tolerances",
        "edss",
        {**ROVING_ALL, "conf_days": [84, 168], "conf_tol_days": {"84": [7, 30], "168": [14, 45]}},
    ),
    OptionSet("two windows, firstPIRA, fixed", "edss", {"event": "firstPIRA", "conf_days": [84, 168]}),
    OptionSet("two windows, sustained", "edss", {**ROVING_ALL, "conf_days": [84, 168], "require_sust_days": 180}),
    OptionSet(
        "narrow tolerance, planned visits confirm",
        "edss",
        {**ROVING_ALL, "conf_tol_days": [7, 45], "validconf_col": "planned"},
    ),
    OptionSet("relapses around onsets", "edss", {**ROVING_ALL, "relapse_to_event": [30, 8]}),
    OptionSet(
        "relapses around everything, both sides",
        "edss",
        {
            **ROVING_ALL,
            "relapse_to_bl": [30, 30],
            "relapse_to_event": [8, 1],
            "relapse_to_conf": [30, 30],
            "relapse_assoc": [90, 30],
        },
    ),
    OptionSet("after relapses, roving", "edss", {**ROVING_ALL, "relapse_rebl": True}),
    OptionSet(
        "after relapses, never better",
        "edss",
        {**ROVING_ALL, "baseline": "roving_wors", "relapse_rebl": True, "bl_geq": True},
    ),
    OptionSet(
        "after relapses, never better, no extremes",
        "edss",
        {**ROVING_ALL, "relapse_rebl": True, "bl_geq": True, "skip_local_extrema": "strict"},
    ),
    OptionSet("after relapses, first worsening", "edss", {"relapse_rebl": True, "RAW_PIRA": True}),
    OptionSet(
        "after relapses, first worsening, roving on worsening",
        "edss",
        {"relapse_rebl": True, "baseline": "roving_wors"},
    ),
    OptionSet("after relapses, multiple, fixed", "edss", {"event": "multiple", "RAW_PIRA": True, "relapse_rebl": True}),
    OptionSet("after relapses, first improvement", "edss", {"event": "firstCDI", "relapse_rebl": True}),
    OptionSet(
        "after relapses, firstRAW", "edss", {"event": "firstRAW", "baseline": "roving_impr", "relapse_rebl": True}
    ),
    OptionSet("first improvement, fixed", "edss", {"event": "firstCDI"}),
    OptionSet("first improvement, roving", "edss", {"event": "firstCDI", "baseline": "roving", "conf_days": 168}),
    OptionSet("NHPT, default", "nhpt_dominant", {}),
    OptionSet("NHPT, multiple, roving", "nhpt_dominant", ROVING_ALL),
    OptionSet("T25FW, multiple, roving", "t25fw", ROVING_ALL),
    OptionSet(
        "T25FW, small changes, 24 weeks", "t25fw", {**ROVING_ALL, "sub_threshold_rebl": "event", "conf_days": 168}
    ),
    OptionSet("T25FW told in seconds", "t25fw", {}, in_tenths=False),
    OptionSet("SDMT, multiple, roving", "sdmt", ROVING_ALL),
    OptionSet(
        "SDMT, sustained, at the visit",
        "sdmt",
        {"event": "multiple", "require_sust_days": 168, "check_intermediate": False},
    ),
    OptionSet("SDMT, small changes", "sdmt", {**ROVING_ALL, "sub_threshold_rebl": "event"}),
)


class ClinicalSet(NamedTuple):
    """Rules of msclinical's `edssplus` that are ours too; the composite is the first event of any test."""

    name: str
    rules: Options
    composite: bool = False


CLINICAL_SETS: tuple[ClinicalSet, ...] = (
    ClinicalSet("fixed, 84 days", {"confirm_days": 84, "reference": "fixed"}),
    ClinicalSet("fixed, 168 days", {"confirm_days": 168, "reference": "fixed"}),
    ClinicalSet(
        "roving on worsening, 84 days", {"confirm_days": 84, "reference": "roving", "rove_on_improvement": False}
    ),
    ClinicalSet("EDSS-plus, fixed, 84 days", {"confirm_days": 84, "reference": "fixed"}, composite=True),
)
CLINICAL_NAMES: dict[Measure, str] = {
    "edss": "edss",
    "t25fw": "t25fw",
    "nhpt_dominant": "hpt9_dom",
    "nhpt_other": "hpt9_nondom",
}


def as_worsening(one: ClinicalSet, measure: Measure) -> Progression:
    """What a set of msclinical's rules is in our terms, for one test."""
    roves = one.rules["reference"] == "roving"
    one_step = (Threshold(0.0, 1.5), Threshold(0.5, 1.0), Threshold(6.0, 0.5))
    return Progression(
        thresholds=one_step if measure == "edss" else (Threshold(0.0, percent=20.0),),
        measure=measure,
        baseline=Baseline(to_day=FAR, choose="first", moves="roving-worsening" if roves else "fixed"),
        onset=Onset(counts_from_day=-FAR),
        confirmation=Confirmation(days=one.rules["confirm_days"]),
        events="all" if roves else "first",
    )
