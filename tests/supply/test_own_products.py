"""A user's own products: read strictly, counted by code before pattern, kept with the build, and told everywhere."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from made_up import command_line
from made_up.scmd_worlds import NATALIZUMAB, csv_of, row
from remission.atlas.recipes.facts import facts_of
from remission.atlas.recipes.therapies import product_rows
from remission.inputs.problems import InputProblems
from remission.supply.build import build_atlas, load_atlas
from remission.supply.medicines.medicines import library_medicines, medicines_with
from remission.supply.medicines.own import FILE, own_products
from remission.supply.medicines.products import match_names
from remission.supply.stock.added import add_files
from remission.supply.views import views_of

# In million units Avonex and Rebif 22 have one name; a code that we do not know is Rebif to whoever looked it up.
CODE = "98000051000001102"
REBIF = "Interferon beta-1a 6million units/0.5ml solution for injection pre-filled syringes"
ROW = {
    "product": "rebif-22-million-units", "therapy": "interferon beta-1a sc", "vmp_codes": CODE, "pattern": "",
    "route_group": "injectable_self", "use": "maintenance", "udfs_unit": "ml", "udfs_size": "0.5",
    "units_per_patient_year": "156.54", "units_low": "156.54", "units_high": "156.54",
    "source": "our pharmacist, of the dictionary of 2026", "note": "",
}  # fmt: skip


def written(home: Path, *rows: dict[str, str]) -> Path:
    home.mkdir(exist_ok=True)
    with (home / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ROW)
        writer.writeheader()
        writer.writerows(rows)
    return home


def found(tmp_path: Path, *rows: dict[str, str]) -> list[str]:
    with pytest.raises(InputProblems) as raised:
        own_products(written(tmp_path / "home", *rows))
    return [str(one) for one in raised.value.problems]


def test_a_name_that_fits_two_products_is_counted_by_the_code_that_somebody_listed(tmp_path: Path) -> None:
    own = own_products(written(tmp_path, ROW))
    names = pl.DataFrame({"vmp_code": [CODE], "vmp_name": [REBIF]})
    assert match_names(names)["verdict"].to_list() == ["near miss"]
    assert match_names(names, own).row(0)[2:] == (
        "rebif-22-million-units", "matched", "By the products.csv of this atlas.",
    )  # fmt: skip


def test_a_pattern_counts_too_and_two_that_fit_are_a_near_miss(tmp_path: Path) -> None:
    new = ROW | {"product": "new", "vmp_codes": "", "pattern": "^Newinterferon 5mg"}
    own = own_products(written(tmp_path, new, ROW | {"pattern": "^Teriflunomide 14mg"}))
    names = pl.DataFrame({"vmp_code": ["1", "2"], "vmp_name": ["Newinterferon 5mg pens", "Teriflunomide 14mg tablets"]})
    assert match_names(names, own).select("product", "verdict").rows() == [("new", "matched"), (None, "near miss")]


@pytest.mark.parametrize("pattern", [".*", ".+", "[a-z]", "p|z"])
def test_a_pattern_that_takes_other_medicines_is_refused(tmp_path: Path, pattern: str) -> None:
    assert any("fits every name" in one for one in found(tmp_path, ROW | {"vmp_codes": "", "pattern": pattern}))


def test_every_wrong_cell_is_told_at_once_with_its_row(tmp_path: Path) -> None:
    wrong = ROW | {
        "product": "avonex", "therapy": "interferon beta-1a", "vmp_codes": f"{CODE[:-1]}0; 36030311000001108",
        "pattern": "(", "units_low": "200", "udfs_size": "0", "source": " ",
    }  # fmt: skip
    said = found(tmp_path, ROW, wrong, ROW | {"units_low": ""}, ROW | {"vmp_codes": "", "pattern": ".*"})
    places = {(one.split(":")[0]) for one in said}
    columns = ("product", "therapy", "vmp_codes", "pattern", "udfs_size", "units_per_patient_year", "source")
    assert {f"products.csv, row 3, column {column}" for column in columns} <= places
    assert any("row 4" in one and "units_low, it and units_high in order" in one for one in said)
    assert any("fits every name" in one for one in said)
    assert sum("a name once" in one for one in said) == 3
    assert sum("a code in one row" in one for one in said) == 2
    assert any("known to be natalizumab-300-infusion" in one for one in said)


def test_a_missing_column_and_a_word_that_is_none_are_told(tmp_path: Path) -> None:
    assert "found by mouth" in found(tmp_path, ROW | {"route_group": "by mouth"})[0]
    (tmp_path / "home" / FILE).write_text("product,therapy\na,b\n", encoding="utf-8")
    with pytest.raises(InputProblems) as raised:
        own_products(tmp_path / "home")
    assert len(raised.value.problems) == len(ROW) - 2


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fourteen months of natalizumab and of Rebif under a code that the library does not know."""
    home = written(tmp_path_factory.mktemp("atlas"), ROW)
    months = [f"{2024 + at // 12}{at % 12 + 1:02d}" for at in range(14)]
    rows = [row("RJ1", medicine, "78.27", month=month) for month in months for medicine in (NATALIZUMAB, (CODE, REBIF))]
    path = home / "months.csv"
    path.write_bytes(csv_of(rows))
    add_files(home, [path], "scmd", date(2026, 11, 2), "published")
    build_atlas(home)
    return home


def test_the_build_counts_it_and_the_views_show_it(home: Path) -> None:
    atlas = load_atlas(home)
    mine = atlas.issued.filter(pl.col("product") == "rebif-22-million-units")
    # 78.27 ml of syringes of half a millilitre are 156.54, a year of them: once a month.
    assert mine["patient_years"].to_list() == pytest.approx([1.0] * 14)
    assert "interferon beta-1a sc" in views_of(atlas).as_now["therapy"].to_list()
    assert [one.product for one in medicines_with(atlas.own) if one not in library_medicines()] == [ROW["product"]]


def test_pages_and_explain_name_it_with_who_says_so(home: Path) -> None:
    atlas = load_atlas(home)
    facts = {fact.name: fact.text for fact in facts_of(views_of(atlas), "as now")}
    assert facts["Products added"].startswith("rebif-22-million-units as interferon beta-1a sc (our pharmacist")
    first = product_rows(atlas.own).row(0, named=True)
    assert (first["product"], first["status"]) == (ROW["product"], "as the owner of this atlas states")
    ran = command_line.run("atlas", "explain", "RJ1", "interferon beta-1a sc", "--data", str(home))
    assert "Counted as it by the products.csv of this atlas: rebif-22-million-units (our pharmacist" in ran.stdout
    assert ran.returncode == 0


def test_the_build_tells_how_many_rows_each_counts(home: Path) -> None:
    ran = command_line.run("atlas", "build", "--data", str(home))
    assert "By products.csv: rebif-22-million-units as interferon beta-1a sc, 14 rows (our pharmacist" in ran.stdout


def test_other_products_give_another_digest_and_are_asked_for_a_new_build(home: Path) -> None:
    before = load_atlas(home).digest
    try:
        written(home, ROW | {"note": "changed"})
        with pytest.raises(InputProblems) as raised:
            load_atlas(home)
        assert "Build it again" in str(raised.value.problems[0])
        assert build_atlas(home).atlas.digest != before
    finally:
        written(home, ROW)
        build_atlas(home)
    assert load_atlas(home).digest == before


def test_the_invented_sample_counts_without_it_and_says_so(tmp_path: Path) -> None:
    assert own_products(tmp_path) == ()
    written(tmp_path / "data", ROW)
    ran = command_line.run("atlas", "build", "--data", str(tmp_path / "data"))
    assert "products.csv is not used yet" in ran.stdout
    assert load_atlas(tmp_path / "data").own == ()
