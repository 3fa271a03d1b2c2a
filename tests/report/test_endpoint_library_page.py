"""The list of endpoints leaves nothing out."""

from __future__ import annotations

import pytest

from remission.outcomes.definitions.reading import endpoint_names, load_endpoint
from remission.report.definitions.library import FAMILIES, family, library_page, listing_text

ALL = [load_endpoint(name) for name in endpoint_names()]


def test_the_list_names_every_endpoint_once_under_a_family() -> None:
    lines = listing_text(ALL).splitlines()
    named = [line.split()[0] for line in lines if line.startswith("  ")]
    assert sorted(named) == sorted(endpoint_names())
    heads = [line for line in lines if line and not line.startswith(" ")]
    assert heads == [name for name in FAMILIES if name in heads]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("neda-3", "Composites"),
        ("cdp-12w", "Worsening of disability"),
        ("pira-mueller-2023", "Worsening and its relation to relapses"),
        ("edss-4", "Milestones of disability"),
        ("improvement-lost", "Improvement, and how long it lasts"),
        ("cdi-24w", "Improvement, and how long it lasts"),
        ("sdmt-4pts", "Walking, hands and cognition"),
        ("relapse-free", "Relapses"),
        ("brain-volume-loss", "MRI"),
    ],
)
def test_each_endpoint_is_with_its_like(name: str, expected: str) -> None:
    assert family(load_endpoint(name)) == expected


def row(name: str) -> str:
    (found,) = [line for line in library_page(ALL).splitlines() if line.startswith(f"| `{name}` |")]
    return found.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sdmt-4pts", "20 % of the baseline value from a score of 0; 4 answers from a score of 20"),
        ("edss-6", "reaches 6 points"),
        ("cdi-24w", "better by 1.5 points from a score of 0.0"),
        ("improvement-confirmed", "dates the event"),
        (
            "msbase-cdp",
            "91 days (0 early or any late), all visits, at least 31 days after a relapse, kept to the last visit",
        ),
        ("msprog-default", "first of all, at least 30 days after a relapse, fixed"),
        ("msprog-default", "any day"),
        ("pira-kappos-2020", "renewed after a relapse, never better"),
        ("pira-kappos-2020", "PIRA: none around baseline (0, open), onset (open, 30), confirmation (30, 30)"),
        ("raw", "RAW counts. RAW: 90 days after, 0 before"),
        ("spms-lorscheider", "to 4 or worse; pyramidal score 2 or more; also in the leading functional system"),
        ("opera-cda-12w", "`opera-edss-12w`, `t25fw-20pct-12w`, `nhpt-20pct-12w`"),
        ("halt-ms-progression", "| none |"),
        ("mist", "| day 365 |"),
        ("pira-portaccio-2025", "4 verified"),
    ],
)
def test_the_page_says_what_a_definition_asks(name: str, said: str) -> None:
    assert said in row(name)


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    for table in library_page(ALL).split("## ")[1:]:
        lines = [line for line in table.splitlines() if line.startswith("|")]
        assert {line.count("|") for line in lines} == {lines[0].count("|")}
