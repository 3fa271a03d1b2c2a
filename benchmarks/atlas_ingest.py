"""All months of hospital stock since 2019, ingested in a fresh process, against Polars merely reading the same files.

    python benchmarks/atlas_ingest.py [--months 93] [--rows 300000] [--folder DIR]

The rows are invented, of the published schema: every trust has the names of MS medicines beside thousands of others,
costs are missing and quantities negative as often as in real files, names with commas stand in quotation marks. Ours
checks every SHA-256 and row, matches names and writes the ledger; the peer is `scan_csv` with a count and a sum, one
column and nothing checked. Both are whole processes, start and imports included. Everything is removed at the end.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

MS_NAMES = {
    "36030311000001108": "Natalizumab 300mg/15ml solution for infusion vials",
    "39819411000001106": "Natalizumab 150mg/1ml solution for injection pre-filled syringes",
    "35058211000001100": "Ocrelizumab 300mg/10ml solution for infusion vials",
    "18748011000001104": "Fingolimod 500microgram capsules",
    "703788008": "Teriflunomide 14mg tablets",
    "24055011000001106": "Dimethyl fumarate 240mg gastro-resistant capsules",
    "34796711000001108": "Cladribine 10mg tablets",
    "24565711000001104": "Alemtuzumab 12mg/1.2ml solution for infusion vials",
    "7693411000001106": "Alemtuzumab 30mg/1ml solution for infusion vials",
    "35934711000001107": "Rituximab 100mg/10ml solution for infusion vials",
}
OTHERS, TRUSTS = 8_400, 200
LIMIT_SECONDS, LIMIT_MB = 180, 4096
PEER = (
    "import polars as pl, sys; from pathlib import Path; files = sorted(Path(sys.argv[1]).rglob('*.csv'));"
    "files = [file for file in files if file.name != 'snapshots.csv'];"
    "print(pl.scan_csv(files).select(pl.len(), pl.col('TOTAL_QUANITY_IN_VMP_UNIT').sum()).collect().row(0)[0])"
)
OURS = (
    "import sys; from pathlib import Path; from remission.places.sources import scmd;"
    "found = scmd.tidy(Path(sys.argv[1]));"
    "kinds = dict(found.ledger.select('kind', 'rows').group_by('kind').sum().iter_rows());"
    "print(kinds['in'], kinds['counted'], kinds['apart'], len(found.problems))"
)


class Done(NamedTuple):
    """A process that ended: its last words, wall seconds, CPU seconds and peak of resident memory in MB."""

    said: str
    seconds: float
    cpu: float
    peak: float


def run(code: str, folder: Path) -> Done:
    """One fresh process."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True)
    said = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise SystemExit(f"failed: {code}")
    taken = time.perf_counter() - started
    return Done(said.strip(), taken, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def write_months(home: Path, months: int, rows: int) -> None:
    """Files as they lie after a fetch, from January 2019 on."""
    from remission.inputs.snapshots import Arrival, keep

    names = medicines()
    for number in range(months):
        month = date(2019 + number // 12, number % 12 + 1, 1)
        path = home / "arrived.csv"
        one_month(month, names, rows).write_csv(path)
        name = f"scmd_synthetic_{month:%Y%m}.csv"
        keep(home, path, Arrival("scmd", "final", month, name, f"synthetic:{name}", date(2026, 11, 1), "synthetic"))


def medicines() -> pl.DataFrame:
    """Names of MS medicines first, then others."""
    others = [f"Medicine {i} {i % 50}mg/{i % 7}ml{', sugar free' * (i % 5 == 0)} oral solution" for i in range(OTHERS)]
    codes = [*MS_NAMES, *(f"{10_000 + i}11000001105" for i in range(OTHERS))]
    return pl.DataFrame({"VMP_SNOMED_CODE": codes, "VMP_PRODUCT_NAME": [*MS_NAMES.values(), *others]})


def one_month(month: date, names: pl.DataFrame, rows: int) -> pl.DataFrame:
    """Each trust and MS medicine once, and of the pairs with other medicines a random set."""
    random = np.random.default_rng(month.toordinal())
    others = random.random((TRUSTS, OTHERS)) < (rows / TRUSTS - len(MS_NAMES)) / OTHERS
    trust, medicine = np.nonzero(np.hstack([np.ones((TRUSTS, len(MS_NAMES)), bool), others]))
    quantity = np.round(random.gamma(1, 300, trust.size) * np.where(random.random(trust.size) < 0.007, -1, 1), 2)
    cost = pl.Series(np.round(quantity * 3.7, 2)).to_frame("cost").with_columns(known=random.random(trust.size) > 0.039)
    units = pl.Series(["258773002", "428673006"])[medicine % 2]
    return names[medicine].select(
        pl.lit(f"{month:%Y%m}").alias("YEAR_MONTH"),
        pl.Series("ODS_CODE", [f"R{i // 15:X}{i % 15:X}" for i in range(TRUSTS)])[trust],
        pl.all(),
        units.alias("UNIT_OF_MEASURE_IDENTIFIER"),
        units.replace({"258773002": "ml", "428673006": "tablet"}).alias("UNIT_OF_MEASURE_NAME"),
        pl.Series("TOTAL_QUANITY_IN_VMP_UNIT", quantity),
        cost.select(pl.when("known").then("cost").alias("INDICATIVE_COST")).to_series(),
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--months", type=int, default=93)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        home = Path(name)
        write_months(home, asked.months, asked.rows)
        size = sum(path.stat().st_size for path in home.rglob("*.csv")) / 1e9
        peer, ours = run(PEER, home), run(OURS, home)
    rows, counted, apart, problems = map(int, ours.said.split())
    if rows != int(peer.said):
        raise SystemExit(f"{rows:,} rows here and {int(peer.said):,} there")
    within = ours.seconds <= LIMIT_SECONDS and ours.peak <= LIMIT_MB
    print(
        f"{asked.months} files, {size:.2f} GB, {rows:,} rows; MS rows {counted:,}, apart {apart:,}; told {problems:,}"
    )
    print(
        f"{'ok  ' if within else 'OVER'} ingest {ours.seconds:.1f} s ({ours.cpu:.1f} CPU), peak {ours.peak:,.0f} MB "
        f"(at most {LIMIT_SECONDS} s and {LIMIT_MB:,} MB)"
    )
    print(
        f"     Polars merely reading {peer.seconds:.1f} s ({peer.cpu:.1f} CPU); ratio {ours.seconds / peer.seconds:.1f}"
    )


if __name__ == "__main__":
    main()
