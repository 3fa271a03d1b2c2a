"""From fetched files to a built atlas: read every source, keep what was read as Parquet, and account for every row.

Sources of stock are found by walking their folder, and none is known here by name.

Until something real has been fetched, a synthetic sample stands in, in a folder of its own, so that invented rows never
lie among fetched ones by accident. Whoever mixes them on purpose gets an atlas that says so.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

import remission.supply.sources
from remission.inputs.fetching import sources_in
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.snapshots import LISTED, read_snapshots
from remission.inputs.spreadsheets import spreadsheet_csv
from remission.inputs.writing import FolderResult, settle, write_into
from remission.simulation.stock.write import simulate_scmd
from remission.supply.contributions import cited, contributions_of, read_contributions
from remission.supply.medicines.own import FILE, own_products
from remission.supply.rows import Atlas
from remission.supply.stock.revisions import REVISIONS
from remission.supply.stock.stock import STOCK_OFFERED, Stock, StockSource
from remission.supply.stock.together import sum_stocks

BUILT, SAMPLE = Path("built"), Path("sample")
TRUTH, REVISED, SOURCES, ABOUT = "truth.parquet", "revisions.parquet", "sources.csv", "build.toml"
FRAMES = ("issued", "apart", "submissions", "extracts", "names", "ledger")


@dataclass(frozen=True, eq=False)
class Built:
    """An atlas with the account of its making: names matched and nearly matched, the ledger, and every problem."""

    home: Path
    atlas: Atlas
    names: pl.DataFrame
    ledger: pl.DataFrame
    problems: tuple[Problem, ...]


def build_atlas(home: Path) -> Built:
    """Read what was fetched into `home` (or the sample) and write it to `home`/built.

    InputProblems when the list of fetched files cannot be read; troubles within files are kept in `problems.csv`.
    """
    sources = stock_sources()
    place = _place(home, sources)
    together = sum_stocks({name: _read(name, source, place) for name, source in sources.items()})
    stock, contributions = together.stock, contributions_of(together, sources)
    told = stock.issued, stock.submissions, stock.apart
    digest, cites, own = _digest(stock, place), cited(contributions), own_products(place)
    atlas = Atlas("atlas", *told, digest, cites, stock.extracts, own)
    with write_into(home / BUILT, listed=False) as result:
        _write(stock, result)
        _keep_own(result, place)
        if stock.issued.height:
            contributions.write_csv(result.place(SOURCES))
            result.write(ABOUT, _build_toml(atlas))
        else:  # the account of what was read is left, and no atlas: one of before would stand on other rows
            result.forget([ABOUT, SOURCES])
    if not stock.issued.height:
        raise InputProblems(_no_row(place, home / BUILT))
    return Built(home, atlas, stock.names, stock.ledger, stock.problems)


def stock_sources() -> Mapping[str, StockSource]:
    """Every source of hospital stock by the name of its file; TypeError for a file that is none.

    >>> "scmd" in stock_sources()
    True
    """
    return sources_in(remission.supply.sources, offered=STOCK_OFFERED)


def load_atlas(home: Path) -> Atlas:
    """The atlas that was built in `home`; builds it when none was. InputProblems when the built files are damaged."""
    built = home / BUILT
    settle(built)
    if not (built / ABOUT).is_file():
        return build_atlas(home).atlas
    _check_own(home)
    try:
        about = tomllib.loads((built / ABOUT).read_text(encoding="utf-8"))
        name, digest = about["name"], about["digest"]
        issued, apart, submissions, extracts = (pl.read_parquet(built / f"{name}.parquet") for name in FRAMES[:4])
        contributions = read_contributions(built / SOURCES)
    except (OSError, ValueError, KeyError, RecursionError, pl.exceptions.PolarsError) as error:
        advice = f"Build it again: remission atlas build --data {home}"
        problem = Problem.of_file(
            str(built), found=type(error).__name__, allowed="what `remission atlas build` wrote", do=advice
        )
        raise InputProblems(problem) from None
    return Atlas(name, issued, submissions, apart, digest, cited(contributions), extracts, own_products(built))


def load_contributions(home: Path) -> pl.DataFrame:
    """What the atlas built in `home` rests on, in the columns of `CONTRIBUTIONS`."""
    return read_contributions(home / BUILT / SOURCES)


def load_revisions(home: Path) -> pl.DataFrame:
    """What was corrected between provisional and final, in the columns of `REVISIONS`."""
    path = home / BUILT / REVISED
    return pl.read_parquet(path) if path.is_file() else pl.DataFrame(schema=REVISIONS)


def load_truth(home: Path, atlas: Atlas) -> pl.DataFrame | None:
    """What was planted in the sample, when the atlas is made of nothing else."""
    path = home / SAMPLE / TRUTH
    return pl.read_parquet(path) if atlas.provenance.kind == "synthetic" and path.is_file() else None


def problems_frame(problems: Sequence[Problem]) -> pl.DataFrame:
    """Problems as a table, in full."""
    columns = ("severity", "file", "row", "column", "found", "allowed", "next_step", "more")
    rows = [{name: getattr(problem, name) for name in columns} for problem in problems]
    schema = dict.fromkeys(columns, pl.String) | {"row": pl.Int64, "more": pl.Int64}
    return pl.DataFrame(rows, schema=schema)


def first_of(months: Sequence[date]) -> str:
    """The first and the last month, in words.

    >>> first_of([date(2019, 1, 1), date(2026, 9, 1)])
    'January 2019 to September 2026'
    """
    return f"{months[0]:%B %Y} to {months[-1]:%B %Y}" if months else "no month"


def _no_row(place: Path, built: Path) -> Problem:
    advice = f"Read {built}/names.csv and ledger.csv: were these months of hospital medicines? Fetch others if not."
    return Problem.of_file(
        str(place), found="no row of an MS therapy", allowed="at least one month with one", do=advice
    )


def _place(home: Path, sources: Mapping[str, StockSource]) -> Path:
    """Where the files to be read lie: what was fetched, or else the sample, which is written when it is not there."""
    if (home / LISTED).is_file() and any(one.source in sources for one in read_snapshots(home)):
        return home
    sample = home / SAMPLE
    settle(sample)
    if not (sample / LISTED).is_file():
        with write_into(sample, listed=False) as result:
            simulate_scmd(result.new).cells.write_parquet(result.place(TRUTH))
    return sample


def _read(name: str, source: StockSource, place: Path) -> Stock:
    """What a source makes of its files; TypeError for anything but a Stock, ValueError for one of another's files."""
    stock = source.tidy(place)
    if not isinstance(stock, Stock):
        raise TypeError(f"tidy of the source {name} must give a Stock, found {type(stock).__name__}")
    if foreign := sorted({one.source for one in stock.used} - {name}):
        raise ValueError(f"the source {name} used files of {', '.join(foreign)}")
    return stock


def _own_bytes(folder: Path) -> bytes:
    """The owner's products as they are written; nothing without any."""
    path = folder / FILE
    return path.read_bytes() if path.is_file() else b""


def _digest(stock: Stock, place: Path) -> str:
    """One SHA-256 for all files that were used, the owner's products among them."""
    own = _own_bytes(place)
    return hashlib.sha256(stock.digest.encode() + own).hexdigest() if own else stock.digest


def _keep_own(result: FolderResult, place: Path) -> None:
    """The products that the build counted with, beside what it counted."""
    if own := _own_bytes(place):
        result.write(str(FILE), own)
    else:
        result.forget([str(FILE)])


def _check_own(home: Path) -> None:
    """InputProblems where the owner's products are not those that the atlas was built with."""
    # The sample is built without any, for nobody's file knows what is invented.
    if (home / SAMPLE).is_dir() and _place(home, stock_sources()) != home:
        return
    if _own_bytes(home) != _own_bytes(home / BUILT):
        do = f"Build it again: remission atlas build --data {home}"
        allowed = "the file that the atlas was built with"
        raise InputProblems(Problem.of_file(str(home / FILE), found="another content", allowed=allowed, do=do))


def _write(stock: Stock, result: FolderResult) -> None:
    for name in FRAMES:
        getattr(stock, name).write_parquet(result.place(f"{name}.parquet"))
    for name in ("names", "ledger"):
        result.write(f"{name}.csv", spreadsheet_csv(getattr(stock, name)))
    result.write("problems.csv", spreadsheet_csv(problems_frame(stock.problems)))
    stock.revised.write_parquet(result.place(REVISED))


def _build_toml(atlas: Atlas) -> str:
    lines = {
        "name": atlas.name,
        "kind": atlas.provenance.kind,
        "digest": atlas.digest,
        "months": first_of(atlas.months),
    }
    return "".join(f'{key} = "{value}"\n' for key, value in lines.items())
