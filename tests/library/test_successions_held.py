"""Which trust became which is held from outside: a wrong successor would move the whole history of a trust.

`successions_second_source.csv` was typed from other sources than the shipped table: the directory of 2022, the hospital
sites of 2024, published extracts. Each row names its evidence and what was found there; of some pairs nothing was found
but another list of successions ("list"), and these are marked in the shipped table and counted, and may only get fewer.
Copying the shipped table into this one would hold nothing.

- address: the old trust's seat in the directory is, by its postcode, a hospital of the new one in the list of sites
- same address: both have one seat in the directory
- hospital: a hospital in the old trust's name is one of the new one's sites
- name: the new trust bears this word of the old one's name
- opening: the new trust is the only one in the directory that opened on that day
- code change: in the extract the new code begins in the last month of the old one
- press: somebody other than the directory says so
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from remission.inputs.problems import InputProblems
from remission.places.nearest import Place, distance_km
from remission.places.organisations import Organisations, check_organisations, load_organisations

Pair = tuple[str, str]
Row = Mapping[str, str]

HERE = Path(__file__).parent
SHARED = HERE.parents[1] / "../shared/atlas"
DIRECTORY = SHARED / "organisations/ods_etr_trusts_2022-01.csv"
SITES = SHARED / "organisations/hospital_sites_rcpch_2024.csv"
LISTED = SHARED / "organisations/trust_cancer_alliance_mapping_2026.csv"
EXTRACT = SHARED / "scmd_extracts/scmd_tocilizumab_sarilumab_remdesivir_by_trust_month.csv"
NOT_HERE = pytest.mark.skipif(not DIRECTORY.exists(), reason="the directory of 2022 is not here")

# Pairs of which nothing but lists of successions speaks, and pairs without a place: find more, never raise these.
MOST_OF_ONE_SOURCE, MOST_WITHOUT_A_PLACE = 28, 15
EVIDENCE = ("address", "same address", "hospital", "name", "opening", "code change", "press", "list")
FARTHEST_KM = 60.0
FARTHER = {("RYV", "RY3"): "community services of a whole region, with seats in St Ives and Norwich"}


def second_source() -> dict[Pair, Row]:
    with (HERE / "successions_second_source.csv").open(encoding="utf-8", newline="") as opened:
        return {(row["predecessor"], row["successor"]): row for row in csv.DictReader(opened)}


def pairs(known: Organisations) -> Iterator[tuple[Pair, date | None]]:
    for before, after, day in known.successions.select("predecessor", "successor", "date").iter_rows():
        yield (before, after), day


def not_held(known: Organisations) -> list[str]:
    """Where the shipped pairs and their days are not those of the second source; a last day is the day before."""
    held, shipped = second_source(), dict(pairs(known))
    told = [f"{before} became {after}: no second source" for before, after in sorted(set(shipped) - set(held))]
    told += [f"{before} became {after}: not shipped" for before, after in sorted(set(held) - set(shipped))]
    for pair, row in held.items():
        day = shipped.get(pair)
        if day is not None and row["date"] and abs((day - date.fromisoformat(row["date"])).days) > 1:
            told.append(f"{pair[0]} became {pair[1]} on {day}, by the second source on {row['date']}")
    return told


def lives_that_do_not_fit(known: Organisations) -> list[str]:
    """Successions whose day lies outside the life of either: a trust ends on it or the day before, another is there."""
    opened, closed = (dict(known.nodes.select("code", name).rows()) for name in ("opened", "closed"))
    told = []
    for (before, after), day in pairs(known):
        if day is None:
            continue
        if closed[before] is None or abs((day - closed[before]).days) > 1:
            told.append(f"{before} closed on {closed[before]} and became {after} on {day}")
        if opened[before] is not None and opened[before] >= day:
            told.append(f"{before} opened on {opened[before]} and became {after} on {day}")
        if opened[after] is not None and opened[after] > day:
            told.append(f"{after} opened on {opened[after]}, after {before} became it on {day}")
        if closed[after] is not None and closed[after] <= day:
            told.append(f"{after} closed on {closed[after]}, before {before} became it on {day}")
    return told


def distances(known: Organisations) -> dict[Pair, float | None]:
    """Kilometres from a predecessor's place to its successor's; None where either has none."""
    located = known.nodes.filter(pl.col("latitude").is_not_null() & pl.col("longitude").is_not_null())
    places = {code: Place(code, *at) for code, *at in located.select("code", "latitude", "longitude").iter_rows()}
    return {
        (before, after): distance_km(places[before], places[after]) if {before, after} <= set(places) else None
        for (before, after), _ in pairs(known)
    }


def too_far(known: Organisations) -> list[str]:
    found = {pair: far for pair, far in distances(known).items() if far is not None and far > FARTHEST_KM}
    return [
        f"{before} is {far:.0f} km from {after}"
        for (before, after), far in found.items()
        if (before, after) not in FARTHER
    ]


def with_successor(known: Organisations, before: str, after: str) -> Organisations:
    """The same with another successor of one trust."""
    changed = pl.when(pl.col("predecessor") == before).then(pl.lit(after)).otherwise("successor")
    return replace(known, successions=known.successions.with_columns(successor=changed))


def with_node(known: Organisations, code: str, **values: object) -> Organisations:
    """The same with other facts of one organisation."""
    changed = [
        pl.when(pl.col("code") == code).then(pl.lit(value)).otherwise(name).alias(name)
        for name, value in values.items()
    ]
    return replace(known, nodes=known.nodes.with_columns(changed))


def test_every_pair_and_day_is_that_of_the_second_source() -> None:
    assert not_held(load_organisations()) == []


def test_pairs_of_one_source_are_marked_and_never_get_more() -> None:
    of_one = {pair for pair, row in second_source().items() if row["evidence"] == "list"}
    marked = load_organisations().successions.filter(second_source="no").select("predecessor", "successor")
    assert set(marked.rows()) == of_one
    assert len(of_one) <= MOST_OF_ONE_SOURCE
    assert set(load_organisations().successions["second_source"]) == {"yes", "no"}


def test_the_second_source_says_what_was_found_and_where() -> None:
    for pair, row in second_source().items():
        assert row["evidence"] in EVIDENCE, pair
        assert row["source"], pair
        assert bool(row["found"]) == (row["evidence"] != "list"), pair


def test_boards_of_2026_are_as_many_as_were_announced() -> None:
    """Six new ones from twelve, and one whose boundary changed (NHSBSA Open Data Portal, news of 10 April 2026)."""
    boards = load_organisations().successions.filter(pl.col("predecessor").str.starts_with("Q"))
    opened = dict(load_organisations().nodes.select("code", "opened").rows())
    after = boards["successor"].unique().to_list()
    assert boards["predecessor"].n_unique() == 12
    assert sum(opened[code] == date(2026, 4, 1) for code in after) == 6
    assert [code for code in after if opened[code] != date(2026, 4, 1)] == ["QRL"]


def test_the_day_of_a_succession_fits_both_lives() -> None:
    assert lives_that_do_not_fit(load_organisations()) == []


def test_nobody_became_somebody_far_away() -> None:
    assert too_far(load_organisations()) == []
    unknown = [pair for pair, far in distances(load_organisations()).items() if far is None]
    assert len(unknown) <= MOST_WITHOUT_A_PLACE
    assert all(distances(load_organisations())[pair] or FARTHEST_KM < 0 for pair in FARTHER)


@pytest.mark.parametrize(("before", "after"), [("RD3", "RDZ"), ("R1C", "RWX"), ("RT3", "RAL"), ("QMJ", "S1Y5D")])
def test_a_wrong_successor_is_noticed(before: str, after: str) -> None:
    wrong = with_successor(load_organisations(), before, after)
    check_organisations(wrong)  # which it passes: nothing is wrong with such a row but that it is not so
    assert f"{before} became {after}: no second source" in not_held(wrong)
    assert any(one.startswith(f"{before} became") and one.endswith("not shipped") for one in not_held(wrong))


def test_a_successor_that_ended_first_or_lies_elsewhere_is_noticed() -> None:
    known = load_organisations()
    assert "RDZ closed on 2020-09-30, before RD3 became it on 2020-10-01" in lives_that_do_not_fit(
        with_successor(known, "RD3", "RDZ")
    )
    assert too_far(with_successor(known, "R1C", "R0A")) == ["R1C is 291 km from R0A"]


def test_a_wrong_day_is_noticed() -> None:
    known = load_organisations()
    late = pl.when(pl.col("predecessor") == "RNL").then(pl.lit(date(2020, 10, 1))).otherwise("date")
    wrong = replace(known, successions=known.successions.with_columns(date=late))
    assert not_held(wrong) == ["RNL became RNN on 2020-10-01, by the second source on 2019-09-30"]
    assert lives_that_do_not_fit(wrong) == ["RNL closed on 2019-09-30 and became RNN on 2020-10-01"]


def test_a_life_that_ends_before_it_begins_is_refused() -> None:
    wrong = with_node(load_organisations(), "RD3", opened=date(2020, 12, 1))
    assert lives_that_do_not_fit(wrong) == ["RD3 opened on 2020-12-01 and became R0D on 2020-10-01"]
    with pytest.raises(InputProblems, match="1 problem"):
        check_organisations(wrong)


def test_two_areas_on_one_day_are_refused() -> None:
    known = load_organisations()
    again = known.memberships.filter(code="RJ1").with_columns(parent=pl.lit("QOP"))
    with pytest.raises(InputProblems) as found:
        check_organisations(replace(known, memberships=pl.concat([known.memberships, again])))
    assert "one parent a day" in found.value.report()


# What follows looks the evidence up again where the sources are.


def of(kind: str) -> list[Row]:
    return [row for row in second_source().values() if row["evidence"] == kind]


def directory() -> dict[str, Sequence[str]]:
    """Name (1), postcode (9), opened (10) and closed (11) of trusts in January 2022, by code."""
    with DIRECTORY.open(encoding="utf-8", newline="") as opened:
        return {row[0]: row for row in csv.reader(opened)}


def table(path: Path, key: str) -> dict[str, Row]:
    with path.open(encoding="utf-8", newline="") as opened:
        return {row[key]: row for row in csv.DictReader(opened)}


@NOT_HERE
def test_the_seat_of_the_old_trust_is_a_hospital_of_the_new_one() -> None:
    trusts, sites = directory(), table(SITES, "site_ods")
    for row in of("address"):
        postcode, _, site = row["found"].rpartition(" ")
        assert trusts[row["predecessor"]][9] == postcode, row
        assert sites[site]["postcode"] == postcode, row
        assert sites[site]["trust_or_board_ods"] == row["successor"], row


@NOT_HERE
def test_both_have_one_seat_and_the_old_one_has_ended() -> None:
    trusts = directory()
    for row in of("same address"):
        assert trusts[row["predecessor"]][9] == trusts[row["successor"]][9] == row["found"], row
        assert trusts[row["predecessor"]][11] == row["date"].replace("-", ""), row


@NOT_HERE
def test_a_hospital_in_the_old_name_is_one_of_the_new_trust() -> None:
    sites, names = table(SITES, "site_ods"), load_organisations().names(date(2026, 1, 1))
    for row in of("hospital"):
        word, _, site = row["found"].rpartition(" ")
        assert word in names[row["predecessor"]], row
        assert word.upper() in sites[site]["site_name"], row
        assert sites[site]["trust_or_board_ods"] == row["successor"], row


@NOT_HERE
def test_the_new_trust_bears_the_old_name() -> None:
    trusts, names = directory(), load_organisations().names(date(2026, 1, 1))
    newest = {code: row["ods_name"].upper() for code, row in table(LISTED, "ods_code").items()}
    for row in of("name"):
        old = trusts[row["predecessor"]][1] if row["predecessor"] in trusts else names[row["predecessor"]].upper()
        new = f"{trusts[row['successor']][1]} {newest[row['successor']]}".split()
        assert row["found"].upper() in old, row
        assert set(row["found"].upper().split()) <= set(new), row


@NOT_HERE
def test_one_trust_alone_opened_on_the_day() -> None:
    trusts = directory()
    for row in of("opening"):
        day = row["found"].replace("-", "")
        assert [code for code, one in trusts.items() if one[10] == day] == [row["successor"]], row
        assert row["predecessor"] not in trusts, row


@NOT_HERE
def test_the_new_code_begins_where_the_old_one_stops() -> None:
    months = pl.read_csv(EXTRACT, columns=["year_month", "ods_code"]).group_by("ods_code").agg(
        first=pl.col("year_month").min().str.head(7), last=pl.col("year_month").max().str.head(7)
    )  # fmt: skip
    seen = {code: (first, last) for code, first, last in months.iter_rows()}
    for row in of("code change"):
        assert seen[row["predecessor"]][1] == seen[row["successor"]][0] == row["found"], row
