"""From fetched files to a built atlas: read every month, keep what was read as Parquet, and account for every row.

Until something real has been fetched, a synthetic sample stands in, in a folder of its own, so that invented rows never
lie among fetched ones by accident. Whoever mixes them on purpose gets an atlas that says so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.provenance import Source
from remission.inputs.snapshots import LISTED, read_snapshots
from remission.simulation.stock.write import simulate_scmd
from remission.supply.rows import Atlas
from remission.supply.sources import scmd
from remission.supply.stock.revisions import REVISIONS, revisions
from remission.supply.stock.tidied import Tidied

BUILT, SAMPLE = Path("built"), Path("sample")
TRUTH, REVISED = "truth.parquet", "revisions.parquet"
FRAMES = ("issued", "apart", "submissions", "names", "ledger")
SCMD = Source(
    "Secondary Care Medicines Data, NHS Business Services Authority, Open Government Licence v3.0",
    "verified",
    says="medicines issued from the stock of hospital pharmacies, by trust and month",
)
INVENTED = Source("Invented by this project's own writer of such files", "derived", says="no real hospital's figures")


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
    place = _place(home)
    tidied = scmd.tidy(place)
    built = home / BUILT
    built.mkdir(parents=True, exist_ok=True)
    for name in FRAMES:
        getattr(tidied, name).write_parquet(built / f"{name}.parquet")
    for name in ("names", "ledger"):
        getattr(tidied, name).write_csv(built / f"{name}.csv")
    problems_frame(tidied.problems).write_csv(built / "problems.csv")
    if not tidied.issued.height:
        raise InputProblems([_no_row(place, built)])
    atlas = _atlas(tidied)
    revisions(place).write_parquet(built / REVISED)
    (built / "build.toml").write_text(_build_toml(atlas), encoding="utf-8")
    return Built(home, atlas, tidied.names, tidied.ledger, tidied.problems)


def load_atlas(home: Path) -> Atlas:
    """The atlas that was built in `home`; builds it when none was. InputProblems when the built files are damaged."""
    built = home / BUILT
    if not (built / "build.toml").is_file():
        return build_atlas(home).atlas
    try:
        about = tomllib.loads((built / "build.toml").read_text(encoding="utf-8"))
        issued, apart, submissions = (pl.read_parquet(built / f"{name}.parquet") for name in FRAMES[:3])
    except (OSError, tomllib.TOMLDecodeError, pl.exceptions.PolarsError) as error:
        advice = f"Build it again: remission atlas build --data {home}"
        problem = Problem.of_file(
            str(built), found=type(error).__name__, allowed="what `remission atlas build` wrote", do=advice
        )
        raise InputProblems([problem]) from None
    return Atlas(about["name"], issued, submissions, apart, about["digest"], _sources(issued))


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


def _place(home: Path) -> Path:
    """Where the files to be read lie: what was fetched, or else the sample, which is written when it is not there."""
    if (home / LISTED).is_file() and any(one.source == "scmd" for one in read_snapshots(home)):
        return home
    sample = home / SAMPLE
    if not (sample / LISTED).is_file():
        simulate_scmd(sample).cells.write_parquet(sample / TRUTH)
    return sample


def _atlas(tidied: Tidied) -> Atlas:
    name = "atlas"
    return Atlas(name, tidied.issued, tidied.submissions, tidied.apart, tidied.digest, _sources(tidied.issued))


def _sources(issued: pl.DataFrame) -> tuple[Source, ...]:
    """Where the rows come from, by their standing."""
    known = {"published": SCMD, "synthetic": INVENTED}
    return tuple(known[one] for one in sorted(issued["standing"].unique().to_list()))


def _build_toml(atlas: Atlas) -> str:
    lines = {
        "name": atlas.name,
        "kind": atlas.provenance.kind,
        "digest": atlas.digest,
        "months": first_of(atlas.months),
    }
    return "".join(f'{key} = "{value}"\n' for key, value in lines.items())
