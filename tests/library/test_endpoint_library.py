"""The endpoint files: readable, complete, and each value from a paper with its source."""

import tomllib
from dataclasses import fields, is_dataclass, replace

import pytest

from remission.library.catalogue import library_files
from remission.outcomes.definitions.changes import Threshold
from remission.outcomes.definitions.reading import endpoint_names, load_endpoint
from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.definitions.rules.progression import Progression

HALT_MS = ("halt-ms-progression", "halt-ms-relapse", "halt-ms-mri", "halt-ms-efs", "halt-ms-efs-3y")
STEPS = {0.0: 1.5, 1.0: 1.0, 6.0: 0.5}


def test_it_ships_the_endpoints_that_are_promised() -> None:
    promised = {*HALT_MS, "neda-3", "mri-activity", "relapse-free", "cdp-12w", "cdp-24w", "death"}
    assert promised <= set(endpoint_names())


@pytest.mark.parametrize("name", endpoint_names())
def test_each_file_loads_under_its_own_name_and_says_what_it_is(name: str) -> None:
    endpoint = load_endpoint(name)
    assert endpoint.name == name
    assert endpoint.summary.endswith(".")
    assert endpoint.event_free != endpoint.title


@pytest.mark.parametrize("name", endpoint_names())
def test_every_value_of_a_rule_is_written_in_the_file(name: str) -> None:
    """A clinician must not have to know a default: what the rule uses stands in the file.

    Options that are off unless somebody turns them on need not be written (they may be).
    """
    endpoint = load_endpoint(name)
    (file,) = (path for path in library_files("endpoints", ".toml") if path.stem == name)
    written = _dotted(tomllib.loads(file.read_text(encoding="utf-8"))[endpoint.rule])
    expected, optional = _fields(endpoint.record)
    rule = endpoint.of(Progression)
    if rule is not None and rule.reaches is not None:
        expected -= {"thresholds"}  # a value is reached, whatever the change
    if rule is not None and rule.confirmation.days is None:
        expected = {key for key in expected if not key.startswith("confirmation.")} | {"confirmation.days"}
    assert expected <= written <= expected | optional


def _fields(record: object, prefix: str = "") -> tuple[set[str], set[str]]:
    """Names of the values that must be written, and of those that may be: a record that is not filled holds none."""
    must: set[str] = set()
    may: set[str] = set()
    for item in fields(record):  # type: ignore[arg-type]
        value = getattr(record, item.name)
        name = f"{prefix}{item.name}"
        if item.metadata["off"]:
            may.add(name)
        elif value is not None or item.metadata["none"]:
            must.add(name)
        if is_dataclass(value):
            inner, further = _fields(value, f"{name}.")
            must, may = must | inner, may | further
    return must, may


def _dotted(written: dict[str, object], prefix: str = "") -> set[str]:
    found = set()
    for name, value in written.items():
        found.add(f"{prefix}{name}")
        if isinstance(value, dict):
            found |= _dotted(value, f"{prefix}{name}.")
    return found


@pytest.mark.parametrize("name", endpoint_names())
def test_no_source_that_was_checked_lacks_its_place(name: str) -> None:
    for source in load_endpoint(name).sources:
        assert source.locus
        assert source.says


def test_what_the_registry_record_leaves_open_is_named_as_unverified() -> None:
    unverified = {value for source in load_endpoint("halt-ms-efs").unverified for value in source.of}
    assert "progression.confirmation.days" in unverified
    assert "mri.lesions" in unverified


def test_halt_ms_is_summarised_with_a_90_per_cent_log_log_interval() -> None:
    for name in HALT_MS:
        said = load_endpoint(name).estimation
        assert (said.level, said.interval) == (0.90, "log-log")


def test_the_two_reports_of_halt_ms_differ_in_one_rule_only() -> None:
    five, three = (load_endpoint(name) for name in ("halt-ms-efs", "halt-ms-efs-3y"))
    assert _stops(three)
    assert not _stops(five)
    assert five.parts == three.parts


def _stops(endpoint: Endpoint) -> bool:
    assert endpoint.composite is not None
    return endpoint.composite.stop_at_first_failure


@pytest.mark.parametrize(("name", "days"), [("cdp-12w", 84), ("cdp-24w", 168)])
def test_confirmed_progression_has_the_usual_steps_and_window(name: str, days: int) -> None:
    rule = load_endpoint(name).of(Progression)
    assert rule is not None
    assert {row.baseline_from: row.change for row in rule.thresholds} == STEPS
    assert rule.confirmation.days == days


def progression(name: str) -> Progression:
    rule = load_endpoint(name).of(Progression)
    assert rule is not None
    return rule


def test_raw_and_pira_differ_in_what_counts_and_in_nothing_else() -> None:
    raw, pira = progression("raw"), progression("pira-mueller-2023")
    assert raw.relapse_association is not None
    assert pira.relapse_association is not None
    assert replace(raw.relapse_association, counts=("PIRA",)) == pira.relapse_association
    assert replace(raw, relapse_association=pira.relapse_association) == pira


@pytest.mark.parametrize(
    ("name", "windows"),
    [
        ("msprog-pira", (0, 0, 90, 30, 90, 30)),
        ("pira-mueller-2023", (0, 0, 90, 30, 90, 30)),
        ("pira-mueller-2023-specific", (0, None, None, None, None, 0)),
        ("pira-mueller-2025", (0, None, None, 0, 0, 0)),
        ("pira-kappos-2020", (0, None, None, 30, 30, 30)),
        ("pira-cagol-2022", (0, 0, 90, None, None, 0)),
        ("pira-portaccio-2025", (0, 0, 90, 30, 0, 0)),
    ],
)
def test_the_windows_of_pira_are_those_of_their_source(name: str, windows: tuple[int | None, ...]) -> None:
    """Before and after the preceding visit, the onset and the confirmation: by the msprog vignette or an abstract."""
    rule = progression(name).relapse_association
    assert rule is not None
    preceding = (rule.preceding_before_days, rule.preceding_after_days)
    onset = (rule.onset_before_days, rule.onset_after_days)
    assert (*preceding, *onset, rule.confirmation_before_days, rule.confirmation_after_days) == windows
    assert rule.counts == ("PIRA",)


def test_only_one_pira_looks_at_the_visit_before_instead_of_the_baseline() -> None:
    names = (name for name in endpoint_names() if name.startswith("pira-"))
    relations = {name: progression(name).relapse_association for name in names}
    assert [name for name, rule in relations.items() if rule and rule.preceding != "baseline"] == ["pira-mueller-2025"]


def test_kappos_takes_a_new_baseline_after_a_relapse_that_is_never_better() -> None:
    baseline = progression("pira-kappos-2020").baseline
    assert (baseline.moves, baseline.moves_after_relapse_days, baseline.never_better) == ("fixed", 0, True)


def test_improvement_and_its_loss_are_two_sides_of_one_visit() -> None:
    gained, lost = load_endpoint("improvement-confirmed"), load_endpoint("improvement-lost")
    assert lost.origin == gained
    assert replace(progression("cdi-24w"), event_date="confirmation") == gained.record
    baseline = progression("improvement-lost").baseline
    assert (baseline.from_day, baseline.to_day, baseline.after_relapse_days) == (0, 0, 0)


def test_the_steps_of_improvement_are_those_of_msbase() -> None:
    steps = {row.baseline_from: row.change for row in progression("cdi-24w").improvement}
    assert steps == {0.0: 1.5, 2.0: 1.0, 6.5: 0.5}


def test_sdmt_asks_for_the_lower_of_four_answers_and_a_fifth() -> None:
    assert progression("sdmt-4pts").thresholds == (Threshold(0, percent=20.0), Threshold(20, change=4))


@pytest.mark.parametrize("score", [4, 6, 7])
def test_a_milestone_is_reached_and_confirmed_after_24_weeks(score: int) -> None:
    rule = progression(f"edss-{score}")
    assert (rule.reaches, rule.confirmation.days) == (float(score), 168)


def test_mist_counts_from_one_year_on() -> None:
    rule = progression("mist")
    assert (rule.onset.counts_from_day, rule.confirmation.days) == (365, 183)
    assert rule.thresholds == (Threshold(0, change=1.0),)


@pytest.mark.parametrize(("weeks", "days"), [(12, 84), (24, 168)])
def test_every_part_of_a_composite_of_function_is_confirmed_alike(weeks: int, days: int) -> None:
    confirmed = {
        rule.confirmation.days
        for part in load_endpoint(f"opera-cda-{weeks}w").parts
        if (rule := part.of(Progression)) is not None
    }
    assert confirmed == {days}


@pytest.mark.parametrize("name", endpoint_names())
def test_a_source_that_was_not_read_is_never_called_verified(name: str) -> None:
    for source in load_endpoint(name).sources:
        if source.status in ("verified", "derived"):
            assert "not read" not in source.locus or "parts were not read" in source.locus
