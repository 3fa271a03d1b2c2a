"""The endpoint files: readable, complete, and each value from a paper with its source."""

import tomllib

import pytest

from remission.library.catalogue import library_files
from remission.outcomes.definitions import Endpoint, values
from remission.outcomes.endpoint_files import endpoint_names, load_endpoint

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
    """A clinician must not have to know a default: what the rule uses stands in the file."""
    endpoint = load_endpoint(name)
    (file,) = (path for path in library_files("endpoints", ".toml") if path.stem == name)
    written = tomllib.loads(file.read_text(encoding="utf-8"))[endpoint.rule]
    expected = set(values(getattr(endpoint, endpoint.rule)))
    if endpoint.progression is not None and endpoint.progression.confirmation.days is None:
        expected = {key for key in expected if not key.startswith("confirmation.")} | {"confirmation.days"}
    assert _dotted(written) == expected


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
    rule = load_endpoint(name).progression
    assert rule is not None
    assert {row.baseline_from: row.rise for row in rule.thresholds} == STEPS
    assert rule.confirmation.days == days
