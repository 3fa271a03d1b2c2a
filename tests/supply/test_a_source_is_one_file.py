"""A source of hospital stock is one file: dropped in, it is fetched, counted and named; taken away, it is gone.

Files are dropped into a folder that the walked package is told to look into as well, so that no file of the product is
touched and tests may run side by side.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

import remission
import remission.places.sources
import remission.supply.sources
from made_up.atlas import PUBLISHED, SITE, about_parts
from made_up.scmd_worlds import NATALIZUMAB, OCRELIZUMAB, Values, csv_of, row, store
from remission.atlas.page_shell import render_atlas_page
from remission.atlas.pages.about import about_page
from remission.atlas.recipes.fetch import fetch_sources, sources
from remission.atlas.recipes.rests_on import READ, data_sources
from remission.atlas.source_folders import source_names
from remission.inputs.fetching import Asking
from remission.inputs.problems import InputProblems
from remission.supply.build import BUILT, build_atlas, load_atlas, stock_sources
from remission.supply.sources import scmd
from remission.supply.stock.ledger import RowsLost
from remission.supply.stock.stock import Stock
from remission.supply.stock.together import ELSEWHERE, sum_stocks

# What somebody touches who adds a source: CONTRIBUTING says how many.
TOUCHED = ("src/remission/supply/sources/NAME.py", "tests/supply/test_NAME.py")
BOARD = "S08000031"
LICENCE = "Licence of the boards, version 7"
PUBLISHED_ROWS = (row(BOARD, NATALIZUMAB, "30"), row(BOARD, OCRELIZUMAB, "20"), row("S08000024", NATALIZUMAB, "15"))

# What somebody adds: this and a test. The rows stand in it, for no test asks the network.
SOURCE = '''
"""Stock of Scottish boards."""
from remission.inputs.fetching import Fetched
from remission.inputs.provenance import Source
from remission.inputs.snapshots import Arrival, keep
from remission.supply.stock.tidied import tidy_snapshots
from datetime import date

TITLE = "Stock of Scottish boards"
LICENCE = "{licence}"
CITATION = Source("Stock of Scottish boards, made for a test", "verified")

def fetch(home, asking, say):
    part = home / "boards.part"
    part.parent.mkdir(exist_ok=True)
    part.write_bytes({content!r})
    kept = keep(home, part, Arrival("boards", "final", date(2025, 5, 1), "boards.csv", "", asking.today, "{standing}"))
    return Fetched((kept,) if kept else (), int(kept is None))

def tidy(home):
    {tidy}
'''
TIDY = 'return tidy_snapshots(home, "boards", {})'

Drop = Callable[..., None]


def source_text(*rows: Values, tidy: str = TIDY, standing: str = "published") -> str:
    return SOURCE.format(licence=LICENCE, content=csv_of(rows or PUBLISHED_ROWS), tidy=tidy, standing=standing)


@pytest.fixture
def drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drop]:
    """Puts the text of a source into the folder of a package; None takes it away."""
    number, dropped = count(), set()

    def put(text: str | None, name: str = "boards", package: ModuleType = remission.supply.sources) -> None:
        full = f"{package.__name__}.{name}"
        dropped.add((package, name, full))
        _forget(package, name, full)
        own = [one for one in package.__path__ if not one.startswith(str(tmp_path))]
        folder = tmp_path / f"dropped-{next(number)}"
        folder.mkdir()
        if text is not None:
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(package, "__path__", [*own, str(folder)])
        importlib.invalidate_caches()

    yield put
    for package, name, full in dropped:
        _forget(package, name, full)


def _forget(package: ModuleType, name: str, full: str) -> None:
    sys.modules.pop(full, None)
    package.__dict__.pop(name, None)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with one published month."""
    store(tmp_path / "home", csv_of([row("RJ1", NATALIZUMAB, "150"), row("RGT", OCRELIZUMAB, "40")]))
    return tmp_path / "home"


def fetched(home: Path, name: str = "boards") -> int:
    return fetch_sources([name], home, Asking(date(2026, 11, 1)), lambda *_: None).new


def counted(ledger: pl.DataFrame, folder: str) -> int:
    lines = ledger.filter(pl.col("file").str.starts_with(f"raw/{folder}/"), pl.col("kind") == "counted")
    return int(lines["rows"].sum())


def about(home: Path) -> str:
    """The About page of what was built."""
    return render_atlas_page(about_page(replace(about_parts(PUBLISHED), sources=data_sources(home))), SITE)


def test_a_file_dropped_in_is_fetched_counted_accounted_for_and_named(drop: Drop, home: Path) -> None:
    before = build_atlas(home)
    drop(source_text())
    assert "boards" in source_names()
    assert fetched(home) == 1
    built = build_atlas(home)
    assert set(built.atlas.issued["ods_code"]) == {"RJ1", "RGT", BOARD, "S08000024"}
    assert built.atlas.issued.height == before.atlas.issued.height + len(PUBLISHED_ROWS)
    assert set(built.atlas.submissions["ods_code"]) == {"RJ1", "RGT", BOARD, "S08000024"}
    assert (counted(built.ledger, "boards"), counted(built.ledger, "scmd")) == (3, 2)
    assert built.atlas.digest != before.atlas.digest
    assert [one.citation.partition(",")[0] for one in load_atlas(home).sources] == [
        "Stock of Scottish boards",
        "Secondary Care Medicines Data",
    ]
    assert LICENCE in about(home)


def test_taken_away_it_is_gone_whatever_was_fetched(drop: Drop, home: Path) -> None:
    build_atlas(home)
    before = {path.name: path.read_bytes() for path in (home / BUILT).iterdir()}
    drop(source_text())
    fetched(home)
    build_atlas(home)
    drop(None)
    assert "boards" not in source_names()
    build_atlas(home)
    assert {path.name: path.read_bytes() for path in (home / BUILT).iterdir()} == before
    assert LICENCE not in about(home)


def test_a_source_of_which_nothing_was_fetched_changes_no_byte(drop: Drop, home: Path) -> None:
    build_atlas(home)
    before = {path.name: path.read_bytes() for path in (home / BUILT).iterdir()}
    drop(source_text())
    assert "boards" in stock_sources()
    build_atlas(home)
    assert {path.name: path.read_bytes() for path in (home / BUILT).iterdir()} == before
    assert LICENCE not in about(home)


@pytest.mark.parametrize(
    ("tidy", "error", "said"),
    [
        ("raise OSError('spoilt')", OSError, "spoilt"),
        ("return None", TypeError, "boards must give a Stock, found NoneType"),
        ("return tidy_snapshots(home, 'scmd', {})", ValueError, "boards used files of scmd"),
        (
            f"from dataclasses import replace; s = {TIDY[7:]}; return replace(s, issued=s.issued.head(1))",
            RowsLost,
            "final of 2025-05-01: 3 rows counted by the ledger, 1 in the table",
        ),
        (
            f"from dataclasses import replace; s = {TIDY[7:]}; return replace(s, used=())",
            RowsLost,
            "3 rows of no file",
        ),
        (
            f"from dataclasses import replace; s = {TIDY[7:]}; return replace(s, issued=s.issued.drop('cost'))",
            TypeError,
            "the table issued must have the columns month",
        ),
    ],
)
def test_a_source_whose_tidy_is_broken_is_seen(
    drop: Drop, home: Path, tidy: str, error: type[Exception], said: str
) -> None:
    drop(source_text(tidy=tidy))
    fetched(home)
    with pytest.raises(error, match=said):
        build_atlas(home)


def test_a_ledger_that_loses_rows_makes_no_stock(home: Path) -> None:
    stock = scmd.tidy(home)
    fewer = stock.ledger.with_columns(rows=pl.when(pl.col("kind") == "in").then(pl.col("rows") + 1).otherwise("rows"))
    with pytest.raises(RowsLost, match="3 rows in, 2 accounted for"):
        replace(stock, ledger=fewer)


@pytest.mark.parametrize("lacking", ["TITLE", "LICENCE", "CITATION"])
def test_a_file_that_is_no_whole_source_is_refused(drop: Drop, home: Path, lacking: str) -> None:
    drop(source_text().replace(f"{lacking} =", "OTHER ="))
    with pytest.raises(TypeError, match=f"sources.boards is no source: it has no {lacking}"):
        build_atlas(home)


def test_two_sources_of_one_name_are_an_error(drop: Drop) -> None:
    drop(source_text(), "scmd", remission.places.sources)
    said = r"two files are called scmd: remission\.places\.sources\.scmd and remission\.supply\.sources\.scmd"
    with pytest.raises(ValueError, match=said):
        sources()


def test_an_unknown_source_is_refused_with_all_that_are_known(drop: Drop, home: Path) -> None:
    drop(source_text())
    with pytest.raises(InputProblems) as found:
        fetched(home, "board")
    assert f"allowed: {', '.join(source_names())}. Did you mean boards?" in found.value.report()
    assert {"boards", "foi", "scmd"} <= set(source_names())


def overlapping(drop: Drop, home: Path, standing: str = "published") -> pl.DataFrame:
    """Boards that tell of a cell of the published files too, with another amount, and of one of their own."""
    drop(source_text(row("RJ1", NATALIZUMAB, "300"), row(BOARD, NATALIZUMAB, "30"), standing=standing))
    fetched(home)
    return build_atlas(home).atlas.issued


def test_a_cell_of_two_sources_is_counted_once_explained_and_a_problem(drop: Drop, home: Path) -> None:
    issued = overlapping(drop, home)
    assert issued.filter(ods_code="RJ1")["quantity"].to_list() == [300.0]
    assert issued.height == 3
    built = build_atlas(home)
    lines = built.ledger.filter(pl.col("file").str.starts_with("raw/scmd/"))
    assert dict(lines.select("kind", "rows").rows())["counted"] == 1
    assert dict(lines.select("kind", "rows").rows())[ELSEWHERE] == 1
    (problem,) = (one for one in built.problems if one.column == "quantity")
    assert problem.severity == "error"
    assert problem.found == "10 units of natalizumab-300-infusion in RJ1, 2025-05, of which boards tells 20"
    assert built.atlas.submissions.filter(ods_code="RJ1")["rows"].to_list() == [2]


def test_a_published_cell_goes_before_an_invented_one(drop: Drop, home: Path) -> None:
    issued = overlapping(drop, home, "synthetic")
    assert issued.filter(ods_code="RJ1").select("quantity", "standing").rows() == [(150.0, "published")]


def test_the_order_of_sources_decides_nothing(drop: Drop, home: Path) -> None:
    overlapping(drop, home)
    stocks = {name: source.tidy(home) for name, source in stock_sources().items()}
    one, other = (sum_stocks(dict(pairs)) for pairs in (stocks.items(), reversed(stocks.items())))
    for name in ("issued", "apart", "submissions", "names", "ledger", "revised"):
        assert getattr(one.stock, name).equals(getattr(other.stock, name)), name
    assert (one.stock.problems, one.stock.digest) == (other.stock.problems, other.stock.digest)


def test_a_single_stock_comes_out_as_it_went_in(home: Path) -> None:
    stock = scmd.tidy(home)
    summed = sum_stocks({"scmd": stock}).stock
    for name in ("issued", "apart", "submissions", "names", "ledger", "revised"):
        assert getattr(summed, name).equals(getattr(stock, name)), name
    assert (summed.problems, summed.digest) == (stock.problems, stock.digest)


def test_two_files_for_one_month_of_a_source_are_refused(home: Path) -> None:
    stock: Stock = scmd.tidy(home)
    doubled = replace(
        stock,
        issued=pl.concat([stock.issued] * 2),
        ledger=pl.concat([stock.ledger, stock.ledger.with_columns(file=pl.lit("again.csv"))]),
    )
    with pytest.raises(RowsLost, match="several files of scmd speak for one month"):
        sum_stocks({"scmd": doubled})


def test_a_name_that_two_sources_issued_stands_once(drop: Drop, home: Path) -> None:
    drop(source_text())
    fetched(home)
    names = build_atlas(home).names
    both = names.filter(vmp_name=NATALIZUMAB[1])
    assert both.select("rows", "quantity", "units").rows() == [(3, 195.0, 13.0)]


def test_what_is_fetched_and_never_read_is_not_named(drop: Drop, home: Path) -> None:
    drop(source_text(), "boards", remission.places.sources)
    assert fetched(home) == 1
    assert "boards" in sources()
    build_atlas(home)
    assert [one.name for one in data_sources(home)] == ["scmd"]


def test_an_invented_sample_is_named_as_what_it_is(drop: Drop, tmp_path: Path) -> None:
    drop(source_text(standing="synthetic"))
    fetched(tmp_path / "home")
    build_atlas(tmp_path / "home")
    (only,) = data_sources(tmp_path / "home")
    assert only.name == "boards, synthetic"
    assert "Invented" in only.holds
    assert LICENCE not in only.licence


@pytest.mark.parametrize("module", READ, ids=lambda one: one.SOURCE)
def test_what_is_named_as_read_is_read(module: ModuleType) -> None:
    """Somewhere in the product, outside the file of the source itself, its tables are asked for."""
    text = f"{module.SOURCE}.tidy("
    own = Path(str(module.__file__))
    assert [path for path in product_files() if path != own and text in path.read_text(encoding="utf-8")]


def product_files() -> list[Path]:
    return sorted(Path(remission.__file__).parent.rglob("*.py"))


def test_no_other_file_knows_a_source_of_stock_by_name() -> None:
    """So a source is what is TOUCHED. Only the writer of a sample says whose files it imitates."""
    names, package = set(stock_sources()), Path(remission.supply.sources.__path__[0])
    knowing = {
        path.relative_to(Path(remission.__file__).parent).parts[0]
        for path in product_files()
        if path.parent != package and knows(path, names)
    }
    assert knowing == {"simulation"}


def knows(path: Path, names: set[str]) -> bool:
    """Does a file import one of these, or hold one as a text? Only files with the letters are read as code."""
    text = path.read_text(encoding="utf-8")
    if not any(name in text for name in names):
        return False
    tree = ast.parse(text)
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for one in node.names}
    return bool(names & (imported | {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}))
