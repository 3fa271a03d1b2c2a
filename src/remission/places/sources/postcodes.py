"""Where each postcode district lies, from the ONS Postcode Directory: the middle of its live postcodes.

The directory is some hundred megabytes and moves to a new address with each quarter, so it is not fetched unasked:
give its address, or take in a file that is here already. Only the centres of districts are made from it.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import date
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import polars as pl

from remission.inputs.download import ADVICE, DownloadFailed, Progress, download
from remission.inputs.fetching import Asking, Fetched, Say
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.snapshots import Arrival, Snapshot, bytes_of, keep, read_snapshots
from remission.inputs.writing import write_whole

TITLE = "ONS Postcode Directory (Office for National Statistics)"
LICENCE = (
    "Contains OS data © Crown copyright and database right. Contains Royal Mail data © Royal Mail copyright and "
    "database right. Source: Office for National Statistics licensed under the Open Government Licence v3.0."
)

SOURCE, SERIES = "postcodes", "onspd"
COLUMNS = ("pcds", "doterm", "lat", "long")  # postcode with a space, day it ended, degrees
NO_PLACE = 99.0  # the latitude 99.999999 says that a postcode has no place
DISTRICTS = {"district": pl.String, "latitude": pl.Float64, "longitude": pl.Float64, "source": pl.String}
HOW = (
    "Look up the newest ONS Postcode Directory on the Open Geography Portal and give the address of its CSV or ZIP "
    "file: remission atlas fetch postcodes --base-url ADDRESS"
)


def fetch(home: Path, asking: Asking, say: Say) -> Fetched:
    """Bring the directory from the address asked for; without one a warning says how to get it."""
    if not asking.base_url:
        said = Problem.of_file(
            SOURCE, found="no address of the postcode directory", allowed="an address", do=HOW, severity="warning"
        )
        return Fetched(problems=(said,))
    name = PurePosixPath(urlsplit(asking.base_url).path).name
    part = home / "raw" / SOURCE / f"{name}.part"
    try:
        found = download(
            asking.base_url, part, asking.patience, say=lambda received, total: say(Progress(name, received, total))
        )
    except DownloadFailed as failed:
        wanted = "the postcode directory"
        return Fetched(
            problems=(Problem.of_file(failed.url, found=failed.detail, allowed=wanted, do=ADVICE[failed.why]),)
        )
    assert found is not None  # no tag was given, so there is content
    kept = keep(home, found.path, _arrival(name, asking.base_url, asking.today))
    return Fetched((kept,) if kept else (), int(kept is None))


def take_in(home: Path, file: Path, today: date) -> Snapshot | None:
    """Copy a directory that is on this machine among the snapshots; None when it is there already."""
    part = home / "raw" / SOURCE / f"{file.name}.part"
    with write_whole(part) as new:
        shutil.copyfile(file, new)
    return keep(home, part, _arrival(file.name, f"file:{file.name}", today))


def tidy(home: Path) -> pl.DataFrame:
    """Districts with their centres (see `DISTRICTS`), of the newest directory; empty when there is none.

    The centre is the mean of the live postcodes that have a place. InputProblems for a file that is none.
    """
    snapshots = [one for one in read_snapshots(home) if one.source == SOURCE]
    if not snapshots:
        return pl.DataFrame(schema=DISTRICTS)
    content, problems = bytes_of(home, snapshots[-1])
    if content is None:
        raise InputProblems(problems)
    return _districts(_csv_of(content, snapshots[-1].file), snapshots[-1].file)


def _csv_of(content: bytes, file: str) -> bytes:
    """The table itself; of an archive the largest CSV, which is that of the whole United Kingdom."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tables = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
        if not tables:
            raise InputProblems(_not_it(file, "an archive without a CSV"))
        return archive.read(max(tables, key=lambda one: one.file_size))


def _districts(content: bytes, file: str) -> pl.DataFrame:
    header = pl.read_csv(io.BytesIO(content), n_rows=0, infer_schema=False).columns
    named = {name.lower(): name for name in header}
    if missing := [name for name in COLUMNS if name not in named]:
        raise InputProblems(_not_it(file, f"no column {', '.join(missing)}"))
    table = pl.read_csv(io.BytesIO(content), columns=[named[name] for name in COLUMNS], infer_schema=False)
    table = table.rename({named[name]: name for name in COLUMNS})
    degrees = table.with_columns(pl.col("lat", "long").str.strip_chars().cast(pl.Float64, strict=False))
    live = degrees.filter((pl.col("doterm").fill_null("").str.strip_chars() == "") & (pl.col("lat") < NO_PLACE))
    outward = pl.col("pcds").str.strip_chars().str.split(" ").list.first()
    centres = live.group_by(district=outward).agg(latitude=pl.col("lat").mean(), longitude=pl.col("long").mean())
    rounded = centres.with_columns(pl.col("latitude", "longitude").round(4), source=pl.lit(TITLE))
    return rounded.select(*DISTRICTS).sort("district")


def _arrival(name: str, url: str, today: date) -> Arrival:
    return Arrival(SOURCE, SERIES, today.replace(day=1), name, url, today, "published")


def _not_it(file: str, found: str) -> Problem:
    return Problem.of_file(
        file, found=found, allowed=f"a CSV, or a ZIP with one, with the columns {', '.join(COLUMNS)}", do=HOW
    )
