"""A cohort written as a folder that `load_cohort` reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from remission.inputs.writing import write_into
from remission.records.files.manifest import FILE, manifest_text
from remission.records.files.tables import table_files

if TYPE_CHECKING:
    from remission.records.cohort import Cohort


def write_cohort(
    cohort: Cohort,
    folder: str | Path,
    format: Literal["csv", "parquet"] = "csv",  # noqa: A002
    beside: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write the manifest and the collected tables, in days; `load_cohort` gives the same tables back.

    A CSV cannot tell an empty text from none: both come back as none. Table files of another format are removed, for
    two files of one table are a problem. `beside` are texts of further files by name.
    """
    # Together: the new relapses beside the old visits would be a cohort that nobody ever wrote.
    with write_into(Path(folder), listed=False) as result:
        # In days, whatever the records came in: dates stopped at the edge, and are not made up again here.
        result.write(FILE, manifest_text(replace(cohort.manifest, time="days")))
        for name, text in beside.items():
            result.write(name, text)
        for name in cohort.manifest.collected:
            result.forget(path.name for path in table_files(result.folder, name))
            path = result.place(f"{name}.{format}")
            if format == "csv":
                cohort.tables[name].write_csv(path)
            else:
                cohort.tables[name].write_parquet(path)
