"""Invented hospital stock: the same every time, called synthetic, with every trouble planted and every row counted."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from remission.library.catalogue import therapies
from remission.simulation.stock.write import ScmdOptions, Truth, benchmark_options, sample_options, simulate_scmd

SMALL = ScmdOptions(
    first_month=date(2025, 1, 1), trusts=("RHQ", "RA7", "RBN"), other_medicines_rows=3, provisional_too=2
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("sample")
    return folder, simulate_scmd(folder, sample_options())


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.csv")}


def _read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def _quantities(frame: pl.DataFrame) -> pl.Series:
    (name,) = (name for name in frame.columns if name.startswith(("TOTAL_QUANITY", "TOTAL_QUANTITY_IN_VMP_UDFS")))
    return frame[name].cast(pl.Float64)


def test_the_same_options_give_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, options in (("one", SMALL), ("again", SMALL), ("other", replace(SMALL, seed=5))):
        simulate_scmd(tmp_path / name, options)
    one, again, other = (_bytes(tmp_path / name) for name in ("one", "again", "other"))
    assert one == again
    assert {name for name, content in one.items() if other.get(name) == content} == set()


def test_everything_says_synthetic(sample: tuple[Path, Truth]) -> None:
    folder, _ = sample
    listed = _read(folder / "raw/snapshots.csv")
    assert set(listed["standing"]) == {"synthetic"}
    assert listed["url"].str.starts_with("synthetic:").all()
    assert all("synthetic" in path.name for path in (folder / "raw/scmd").rglob("*.csv"))


def test_the_list_of_snapshots_is_of_the_files_that_are_there(sample: tuple[Path, Truth]) -> None:
    folder, truth = sample
    listed = _read(folder / "raw/snapshots.csv")
    assert listed["fetched"].is_sorted()
    assert sorted(listed["file"]) == sorted(truth.files["file"])
    assert sorted(listed["file"]) == sorted(
        path.relative_to(folder).as_posix() for path in (folder / "raw/scmd").rglob("*.csv")
    )
    for row in listed.to_dicts():
        content = (folder / row["file"]).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), str(len(content))) == (row["sha256"], row["bytes"])
        assert row["file"].endswith(f"_{row['fetched']}_{row['sha256'][:8]}.csv")


def test_invented_files_are_never_put_among_others(tmp_path: Path) -> None:
    simulate_scmd(tmp_path, SMALL)
    with pytest.raises(FileExistsError, match="a folder of their own"):
        simulate_scmd(tmp_path, SMALL)


def test_every_row_and_every_trouble_in_a_file_is_accounted_for(sample: tuple[Path, Truth]) -> None:
    folder, truth = sample
    assert truth.files["rows"].equals(truth.files.select(pl.sum_horizontal("ms", "apart", "near", "other"))["ms"])
    for counted in truth.files.filter(pl.int_range(pl.len()) % 9 == 0).to_dicts():
        frame = _read(folder / counted["file"])
        keys = frame.select("YEAR_MONTH", "ODS_CODE", "VMP_SNOMED_CODE")
        (unit,) = (name for name in frame.columns if "OF_MEASURE_IDENTIFIER" in name)
        assert frame.height == counted["rows"] == keys.unique().height
        assert (_quantities(frame) < 0).sum() == counted["negatives"]
        assert (frame[unit] == "3314211000001106").sum() == counted["no_value_units"]
        if counted["series"] != "old":
            assert frame["INDICATIVE_COST"].null_count() == counted["null_costs"]


@pytest.mark.parametrize(("trouble", "share"), [("null_costs", 0.039), ("negatives", 0.007)])
def test_null_costs_and_negatives_are_as_frequent_as_in_real_files(
    sample: tuple[Path, Truth], trouble: str, share: float
) -> None:
    counted = sample[1].files.select(trouble, "rows").sum()
    assert counted[trouble][0] / counted["rows"][0] == pytest.approx(share, rel=0.1)


@pytest.mark.parametrize("trouble", ["apart", "near", "part_vials", "no_value_units"])
def test_each_other_trouble_occurs(sample: tuple[Path, Truth], trouble: str) -> None:
    assert sample[1].files[trouble].sum() > 100


def test_both_generations_of_the_header_and_both_forms_of_month_occur(sample: tuple[Path, Truth]) -> None:
    folder, truth = sample
    heads = {
        (row["series"], row["month"] >= date(2026, 6, 1)): (folder / row["file"]).read_text("utf-8").splitlines()[:2]
        for row in truth.files.to_dicts()
    }
    old, final, new = heads["old", False], heads["final", False], heads["provisional", True]
    assert "TOTAL_QUANITY_IN_VMP_UNIT" in old[0]
    assert "INDICATIVE_COST" not in old[0]
    assert final[0].endswith("UNIT_OF_MEASURE_NAME,TOTAL_QUANITY_IN_VMP_UNIT,INDICATIVE_COST")
    assert "TOTAL_QUANTITY_IN_VMP_UDFS_UNIT_OF_MEASURE," in new[0]
    assert (old[1][:8], final[1][:7], new[1][:8]) == ("2019-03,", "202603,", "2026-09,")


def test_months_are_issued_again_and_differ(sample: tuple[Path, Truth]) -> None:
    again = sample[1].files.group_by("series", "month").agg(pl.col("rows")).filter(pl.col("rows").list.len() > 1)
    assert set(again["series"]) == {"final", "provisional"}
    assert (again["rows"].list.n_unique() > 1).all()


def test_provisional_months_lack_rows_that_their_final_version_has(sample: tuple[Path, Truth]) -> None:
    files = sample[1].files.group_by("month", "series").agg(pl.col("rows").max())
    both = files.pivot(on="series", index="month", values="rows").drop_nulls(["final", "provisional"])
    assert both.height == 12
    assert (both["provisional"] < both["final"]).sum() >= 10
    newest = both.sort("month").with_columns(lost=1 - pl.col("provisional") / pl.col("final"))["lost"]
    assert newest[-1] > newest[0]


def test_some_trust_months_are_missing_and_some_partial(sample: tuple[Path, Truth]) -> None:
    folder, truth = sample
    finals = truth.files.filter(pl.col("series") == "final").sort("fetched").unique("month", keep="last")
    sent = truth.submissions.join(finals.select("month", "file"), on="month").sort("month", "ods_code")
    rows = {
        file: _read(folder / file)["ODS_CODE"].value_counts().rows_by_key("ODS_CODE")
        for file in sent.filter(submitted="no").head(5)["file"].unique()
    }
    counted = [
        (row["submitted"], rows[row["file"]].get(row["ods_code"])) for row in sent.to_dicts() if row["file"] in rows
    ]
    assert {submitted for submitted, count in counted if count is None} == {"no"}
    assert "no" not in {submitted for submitted, count in counted if count is not None}
    assert set(sent["submitted"]) == {"yes", "partly", "no"}


def test_a_partial_submission_has_about_a_third_of_the_rows(sample: tuple[Path, Truth]) -> None:
    folder, truth = sample
    final = truth.files.filter(pl.col("series") == "final").sort("month", "fetched").unique("month", keep="last")
    partial = truth.submissions.filter(submitted="partly").join(final.select("month", "file"), on="month")
    shares = []
    for row in partial.sort("month", "ods_code").head(8).to_dicts():
        counts = _read(folder / row["file"])["ODS_CODE"].value_counts()
        here = counts.filter(ODS_CODE=row["ods_code"])["count"]
        shares.append((here[0] if here.len() else 0) / float(counts["count"].quantile(0.5) or 0))
    assert 0 < sum(shares) / len(shares) < 0.6


def test_a_merged_trust_goes_on_under_its_old_code_and_some_histories_are_rebuilt(sample: tuple[Path, Truth]) -> None:
    folder, truth = sample
    assert set(truth.codes["rebuilt"]) == {"yes", "no"}
    merged = truth.codes.filter((pl.col("rebuilt") == "no") & (pl.col("merged") >= date(2019, 6, 1)))
    late = merged.filter(pl.col("switched").is_null() | (pl.col("switched") > pl.col("merged")))
    assert late.height == merged.height > 0
    finals = truth.files.filter(pl.col("series") == "final").sort("month", "fetched").unique("month", keep="last")
    codes = {row["month"]: set(_read(folder / row["file"])["ODS_CODE"]) for row in finals.to_dicts()}
    whole = {(row["month"], row["ods_code"]) for row in truth.submissions.filter(submitted="yes").to_dicts()}
    for row in truth.codes.to_dicts():
        seen = {month for month, found in codes.items() if row["ods_code"] in found}
        assert all(row["switched"] is None or month < row["switched"] for month in seen)
        assert seen >= {month for month in codes if (month, row["ods_code"]) in whole}


def test_a_code_that_no_library_knows_issues_ms_medicines(sample: tuple[Path, Truth]) -> None:
    unknown = sample[1].cells.filter(pl.col("ods_code") == "TX9")
    assert unknown["patient_years_issued"].sum() > 0


def test_all_four_leaks_and_outsourced_infusions_are_planted(sample: tuple[Path, Truth]) -> None:
    found = set(sample[1].cells.filter(pl.col("in_use") == "yes")["leak"])
    assert found == {
        "none", "homecare from the start", "homecare from a month on", "partly homecare", "infusions outsourced",
    }  # fmt: skip


def test_what_is_not_visible_is_issued_all_the_same_and_in_no_file(sample: tuple[Path, Truth]) -> None:
    hidden = sample[1].cells.filter(pl.col("visible") == "no")
    assert hidden["patient_years_true"].sum() > 10_000
    assert hidden["patient_years_issued"].abs().sum() == 0


def test_a_switch_to_homecare_stops_supply_at_its_month(sample: tuple[Path, Truth]) -> None:
    truth = sample[1]
    switched = truth.trusts.filter((pl.col("leak") == "homecare from a month on") & (pl.col("service") == "yes"))
    assert switched.height >= 5
    cells = truth.cells.filter(therapy="dimethyl fumarate").join(
        switched.select("ods_code", "leak_from"), on="ods_code"
    )
    after, before = (
        cells.filter(pl.col("month") >= pl.col("leak_from")),
        cells.filter(pl.col("month") < pl.col("leak_from")),
    )
    assert after["patient_years_true"].sum() > 0
    assert after["patient_years_issued"].abs().sum() == 0
    assert (before.group_by("ods_code").agg(pl.col("patient_years_issued").sum())["patient_years_issued"] > 0).any()


def test_what_is_visible_and_sent_is_issued_but_for_troubles(sample: tuple[Path, Truth]) -> None:
    """Returns and parts of vials take a little away; nothing is added."""
    plain = sample[1].cells.filter(
        (pl.col("visible") == "yes") & (pl.col("submitted") == "yes") & (pl.col("month") < date(2026, 1, 1))
    )
    assert (plain["patient_years_issued"] <= plain["patient_years_true"] + 1e-9).all()
    issued, true = (float(plain[name].sum()) for name in ("patient_years_issued", "patient_years_true"))
    assert 0.95 < issued / true < 1


def test_the_truth_is_what_the_newest_files_hold(sample: tuple[Path, Truth]) -> None:
    """One therapy of one strength, added up from the files by hand, month by month."""
    folder, truth = sample
    newest = truth.files.sort(pl.col("series") != "provisional", "fetched").unique("month", keep="last").sort("month")
    found = []
    for file in newest["file"].tail(24):
        frame = _read(folder / file)
        ours = frame.filter(pl.col("VMP_PRODUCT_NAME").str.starts_with("Ofatumumab 20mg"))
        found.append(float(_quantities(ours).sum()) / 0.4 / 12)
    cells = truth.cells.filter(therapy="ofatumumab").group_by("month").agg(pl.col("patient_years_issued").sum())
    assert found == pytest.approx(cells.sort("month")["patient_years_issued"].tail(24).to_list())
    assert min(found) > 100


def test_some_trusts_have_no_service_and_then_issue_nothing(sample: tuple[Path, Truth]) -> None:
    truth = sample[1]
    none = truth.trusts.filter(pl.col("service") == "no").select("ods_code")
    cells = truth.cells.join(none, on="ods_code")
    assert none.height >= 5
    assert set(cells["in_use"]) == {"no"}
    assert cells["patient_years_true"].sum() == 0


def test_small_trusts_have_months_of_nothing_between_courses(sample: tuple[Path, Truth]) -> None:
    used = sample[1].cells.filter((pl.col("in_use") == "yes") & pl.col("therapy").is_in(["alemtuzumab", "cladribine"]))
    assert 0.2 < (used["patient_years_true"] == 0).mean() < 0.95  # type: ignore[operator]


def test_the_mix_moves_as_it_did(sample: tuple[Path, Truth]) -> None:
    years = (
        sample[1]
        .cells.group_by(pl.col("month").dt.year().alias("year"), "therapy")
        .agg(pl.col("patient_years_true").sum())
    )
    of = {(row["year"], row["therapy"]): row["patient_years_true"] for row in years.to_dicts()}
    assert of[2025, "ocrelizumab"] > 3 * of[2019, "ocrelizumab"]
    assert of[2025, "ofatumumab"] > 0 == of[2020, "ofatumumab"]
    assert of[2025, "interferon beta-1a im"] < 0.6 * of[2019, "interferon beta-1a im"]


def test_every_therapy_is_one_of_the_library(sample: tuple[Path, Truth]) -> None:
    assert set(sample[1].cells["therapy"]) <= set(therapies())


def test_the_benchmark_has_as_many_rows_a_month_as_the_real_files(tmp_path: Path) -> None:
    month = date(2024, 1, 1)
    truth = simulate_scmd(tmp_path, replace(benchmark_options(), first_month=month, last_month=month))
    assert 280_000 < truth.files["rows"][0] < 340_000


def test_months_stand_for_real_ones() -> None:
    months = np.array(sample_options().months, "datetime64[M]")
    assert (np.diff(months) == np.timedelta64(1, "M")).all()
