"""What the library holds, found by walking its folders: to add something, add its file.

`therapies.csv` is the vocabulary of treatments, `cohorts/` holds one folder for each bundled cohort, and `endpoints/`
one TOML file for each definition. This room hands out names, texts and paths; reading them is for the rooms above.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from remission.inputs.declared import key
from remission.inputs.typed_rows import Row, load_rows
from remission.library.missing import NotInLibrary as NotInLibrary

LIBRARY = Path(str(files(__package__)))


@dataclass(frozen=True)
class Therapy:
    """One therapy: `kind` is continuous, course (given once or twice, works for years) or procedure.

    What the atlas needs is empty for therapies that do not modify the course of MS: `tier` (high, moderate, disputed,
    not tiered), `route_group`, the NICE guidance with the date of the first recommendation (YYYY, YYYY-MM or
    YYYY-MM-DD), `homecare` (yes, no, possible), what makes starts visible, and when it was withdrawn. Each has its
    source and status in `told`, by the name of its column.
    """

    name: str
    group: str = key("What is alike in how they work", name="class")
    kind: Literal["continuous", "course", "procedure"] = key("How it is given")
    route: str = key("The way into the body")
    source: str = key("Where this is from")
    brands: tuple[str, ...] = ()
    tier: str = ""
    route_group: str = ""
    nice: str = ""
    nice_date: str = ""
    homecare: str = ""
    starts: str = ""
    withdrawn: str = ""
    told: Mapping[str, str] = field(default_factory=dict, repr=False)  # all columns that are no field of its own


def therapies_of(classes: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the therapies of some classes.

    >>> therapies_of(("apheresis",))
    ('plasma exchange',)
    """
    return tuple(one.name for one in therapies().values() if one.group in classes)


def table(name: str, row: type[Row]) -> tuple[Row, ...]:
    """The rows of a CSV table of the library, typed by the fields of `row` (see `inputs.typed_rows`).

    `name` is its path in the library without `.csv`. InputProblems with every wrong cell, by row and column.

    >>> from dataclasses import make_dataclass
    >>> table("foi/generics", make_dataclass("Generic", [("therapy", "str")], frozen=True))[0].therapy
    'teriflunomide'
    """
    return load_rows(LIBRARY / f"{name}.csv", row)


@cache
def therapies() -> dict[str, Therapy]:
    """Every therapy by its name.

    >>> therapies()["hsct"].kind
    'procedure'
    """
    return {one.name: one for one in table("therapies", Therapy)}


def brands() -> dict[str, str]:
    """The name of the therapy that each brand is.

    >>> brands()["Tysabri"]
    'natalizumab'
    """
    return {brand: therapy.name for therapy in therapies().values() for brand in therapy.brands}


def library_files(folder: str, suffix: str) -> tuple[Path, ...]:
    """Files of one folder of the library that end in `suffix`, in order of name.

    >>> library_files("endpoints", ".toml")[0].suffix
    '.toml'
    """
    return tuple(sorted((LIBRARY / folder).glob(f"*{suffix}")))


def cohort_names() -> tuple[str, ...]:
    """Names of the bundled cohorts."""
    return tuple(sorted(path.parent.name for path in LIBRARY.glob("cohorts/*/cohort.toml")))


def cohort_folder(name: str) -> Path:
    """Folder of a bundled cohort; NotInLibrary when there is none of that name."""
    if name not in cohort_names():
        raise NotInLibrary("bundled cohort", name, cohort_names())
    return LIBRARY / "cohorts" / name
