"""Fetching from a portal that speaks CKAN: what is new comes, what is bad is named, what is here stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from made_up.ckan_server import PAGE, Portal, portal
from made_up.scmd_worlds import GOOD, csv_of, row, small_products
from remission.atlas.recipes.fetch import sources
from remission.inputs.download import Patience, Progress
from remission.inputs.fetching import Asking, Fetched
from remission.inputs.problems import InputProblems
from remission.inputs.snapshots import bytes_of, read_snapshots
from remission.supply.sources import scmd

__all__ = ["small_products"]

FINAL, PROVISIONAL, OLD = (scmd.DATASETS[name] for name in ("final", "provisional", "old"))


@pytest.fixture
def site() -> Iterator[Portal]:
    with portal() as shown:
        for dataset in scmd.DATASETS.values():
            shown.datasets[dataset] = []
        yield shown


def fetch(site: Portal, home: Path, day: int = 1, **asked: object) -> Fetched:
    asking = Asking(date(2026, 11, day), site.base_url, patience=Patience(5, 1, 0), **asked)  # type: ignore[arg-type]
    return scmd.fetch(home, asking, lambda progress: None)


def month(number: int, *rows: dict[str, str]) -> bytes:
    return csv_of([one | {"month": f"2025{number:02}"} for one in rows or GOOD])


def test_sources_are_found_by_walking_the_folder() -> None:
    found = sources()
    assert found["scmd"] is scmd
    for source in found.values():
        assert source.TITLE
        assert source.LICENCE
        assert callable(source.fetch)
        assert callable(source.tidy)


def test_three_datasets_become_snapshots_of_their_series(site: Portal, tmp_path: Path) -> None:
    site.publish(FINAL, "SCMD_FINAL_202503.csv", month(3))
    site.publish(PROVISIONAL, "scmd_provisional_202504.csv", month(4))
    site.publish(PROVISIONAL, "scmd_wip_202505.csv", month(5))
    site.publish(OLD, "scmd_202502.csv", month(2))
    found = fetch(site, tmp_path)
    assert found.problems == ()
    assert [(one.series, one.month.month, one.standing) for one in found.new] == [
        ("old", 2, "published"),
        ("final", 3, "published"),
        ("provisional", 4, "published"),
        ("provisional", 5, "published"),
    ]
    assert read_snapshots(tmp_path) == found.new
    assert all(bytes_of(tmp_path, one)[0] for one in found.new)


def test_what_has_not_changed_is_not_fetched_again(site: Portal, tmp_path: Path) -> None:
    site.publish(FINAL, "scmd_final_202503.csv", month(3))
    site.publish(FINAL, "scmd_final_202504.csv", month(4), tagged=False)
    fetch(site, tmp_path)
    found = fetch(site, tmp_path, day=2)
    assert (found.new, found.unchanged) == ((), 2)
    assert "If-None-Match" in site.requests_of("scmd_final_202503.csv")[-1]
    assert len(read_snapshots(tmp_path)) == 2


def test_a_month_that_is_issued_again_is_a_second_snapshot(site: Portal, tmp_path: Path) -> None:
    site.publish(FINAL, "scmd_final_202503.csv", month(3))
    [first] = fetch(site, tmp_path).new
    site.publish(FINAL, "scmd_final_202503.csv", month(3, row(quantity="7")))
    [second] = fetch(site, tmp_path, day=2).new
    assert read_snapshots(tmp_path) == (first, second)
    assert bytes_of(tmp_path, first)[0] == month(3)


def test_a_snapshot_that_was_lost_is_fetched_again(site: Portal, tmp_path: Path) -> None:
    site.publish(FINAL, "scmd_final_202503.csv", month(3))
    [first] = fetch(site, tmp_path).new
    (tmp_path / first.file).unlink()
    fetch(site, tmp_path)
    assert "If-None-Match" not in site.requests_of("scmd_final_202503.csv")[-1]


def test_one_bad_file_never_stops_the_others(site: Portal, tmp_path: Path) -> None:
    site.publish(FINAL, "scmd_final_202501.csv", month(1), breaks_after=100)
    site.publish(FINAL, "scmd_final_202502.csv", PAGE, mime="text/html")
    site.publish(FINAL, "scmd_final_202503.csv", b"", answers=[404])
    site.publish(FINAL, "scmd_final_202504.csv", month(4))
    found = fetch(site, tmp_path)
    assert [one.month.month for one in found.new] == [4]
    told = {one.file: one.found for one in found.problems}
    assert told["scmd_final_202501.csv"].startswith("100 of ")
    assert "HTML" in told["scmd_final_202502.csv"]
    assert "404" in told["scmd_final_202503.csv"]


def test_a_broken_transfer_goes_on_at_the_next_fetch(site: Portal, tmp_path: Path) -> None:
    file = site.publish(FINAL, "scmd_final_202501.csv", month(1), breaks_after=100)
    assert fetch(site, tmp_path).new == ()
    file.breaks_after = None
    [kept] = fetch(site, tmp_path, day=2).new
    assert bytes_of(tmp_path, kept)[0] == month(1)
    assert site.requests_of("scmd_final_202501.csv")[-1]["Range"] == "bytes=100-"
    assert not list(tmp_path.rglob("*.part*"))


def test_offline_says_which_address_and_that_built_data_stay(tmp_path: Path) -> None:
    asking = Asking(date(2026, 11, 1), "http://127.0.0.1:9/api/3/action/", patience=Patience(2, 1, 0))
    with pytest.raises(InputProblems) as raised:
        scmd.fetch(tmp_path, asking, lambda progress: None)
    first = raised.value.problems[0]
    assert first.file.startswith("http://127.0.0.1:9/api/3/action/package_show?id=")
    assert "no answer" in first.found
    assert "what has been fetched and built stays usable" in first.next_step


def test_lists_of_nothing_but_other_files_are_no_missing_connection(site: Portal, tmp_path: Path) -> None:
    for dataset in scmd.DATASETS.values():
        site.publish(dataset, f"guide_to_{dataset}.csv", b"a,b\n")
    assert [one.severity for one in fetch(site, tmp_path).problems] == ["warning"] * 3


def test_a_connection_that_goes_away_is_not_waited_for_by_every_file(site: Portal, tmp_path: Path) -> None:
    for number in range(1, 9):
        site.publish(FINAL, f"scmd_final_2025{number:02}.csv", month(number), answers=[503] * 9)
    found = fetch(site, tmp_path)
    assert sum(1 + one.more for one in found.problems) == 8
    assert len([path for path, _ in site.asked if path.endswith(".csv")]) == scmd.PATIENCE_FILES


def test_a_dataset_that_is_not_listed_is_named_and_the_others_are_fetched(site: Portal, tmp_path: Path) -> None:
    site.publish(FINAL, "scmd_final_202501.csv", month(1))
    del site.datasets[OLD]
    found = fetch(site, tmp_path)
    assert len(found.new) == 1
    assert [OLD in one.file for one in found.problems] == [True]


def test_months_are_chosen_by_since_and_until(site: Portal, tmp_path: Path) -> None:
    for number in range(1, 6):
        site.publish(FINAL, f"scmd_final_2025{number:02}.csv", month(number))
    found = fetch(site, tmp_path, since=date(2025, 2, 14), until=date(2025, 4, 1))
    assert [one.month.month for one in found.new] == [2, 3, 4]


def test_a_month_of_the_old_series_is_not_needed_where_a_later_one_has_it(site: Portal, tmp_path: Path) -> None:
    site.publish(OLD, "scmd_202503.csv", month(3))
    site.publish(PROVISIONAL, "scmd_provisional_202503.csv", month(3))
    assert [one.series for one in fetch(site, tmp_path).new] == ["provisional"]


def test_files_of_another_name_and_series_are_told(site: Portal, tmp_path: Path) -> None:
    site.publish(FINAL, "scmd_provisional_202503.csv", month(3))
    site.publish(FINAL, "guidance.csv", b"a,b\n")
    site.datasets[FINAL].append({"name": "Guide", "format": "PDF", "url": f"{site.address}/guide.pdf"})
    found = fetch(site, tmp_path)
    assert [(one.severity, one.found) for one in found.problems] == [
        ("warning", "scmd_provisional_202503.csv"),
        ("warning", "GUIDANCE.CSV"),
    ]
    assert [one.series for one in found.new] == ["final"]


def test_an_address_cannot_name_a_place_outside_the_home_folder(site: Portal, tmp_path: Path) -> None:
    site.datasets[FINAL].append(
        {"name": "x", "format": "CSV", "url": f"{site.address}/..%2F..%2Fscmd_final_202503.csv"}
    )
    home = tmp_path / "home"
    found = fetch(site, home)
    assert found.new == ()
    assert [path.name for path in tmp_path.iterdir()] in ([], ["home"])


def test_progress_is_told_by_file(site: Portal, tmp_path: Path) -> None:
    site.publish(FINAL, "scmd_final_202503.csv", month(3))
    site.publish(FINAL, "scmd_final_202504.csv", month(4))
    told: list[Progress] = []
    scmd.fetch(tmp_path, Asking(date(2026, 11, 1), site.base_url), told.append)
    assert told[-1] == Progress("scmd_final_202504.csv", len(month(4)), len(month(4)), 2, 2)


@pytest.mark.usefixtures("small_products")
def test_what_was_fetched_can_be_tidied(site: Portal, tmp_path: Path) -> None:
    site.publish(FINAL, "scmd_final_202503.csv", month(3))
    site.publish(PROVISIONAL, "scmd_provisional_202504.csv", csv_of([one | {"month": "2025-04"} for one in GOOD], 1))
    fetch(site, tmp_path)
    found = scmd.tidy(tmp_path)
    assert found.issued["series"].unique().sort().to_list() == ["final", "provisional"]
    assert found.issued.height == 4


def test_a_month_in_which_something_closed_is_not_after_its_closing() -> None:
    closed = scmd.closing_dates()
    assert all(isinstance(day, date) for day in closed.values())
    assert date(2024, 10, 1) < scmd._latest("2024-10") < date(2024, 11, 1)
    assert scmd._latest("2024-10-31") == date(2024, 10, 31)
