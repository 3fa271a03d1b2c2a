"""Texts that programs write where nothing is known, and the key of the manifest that says so."""

from __future__ import annotations

import json

import polars as pl

from remission.records.files.manifest import FILE

# How R, Python, SAS, SQL and spreadsheets write that there is nothing. "None" and "unknown" are names of groups too,
# and what they mean can be read.
ABSENT_LOOKING = ("na", "n/a", "n.a.", "#n/a", "<na>", "nan", "nat", "null", ".", "-", "--", "?")


def looks_absent(text: pl.Expr) -> pl.Expr:
    """Does a text look as if nothing were known?

    >>> pl.Series(["NA", "None", "."]).to_frame("arm").select(looks_absent(pl.col("arm")))["arm"].to_list()
    [True, False, True]
    """
    return text.str.to_lowercase().is_in(ABSENT_LOOKING)


def advise_absence(found: str) -> str:
    """What to do about a cell that may say that nothing is known; empty for any other.

    >>> advise_absence("NA")
    'If NA means that nothing is known, say so in cohort.toml: missing = ["NA"].'
    """
    if found.lower() not in ABSENT_LOOKING:
        return ""
    return f"If {found} means that nothing is known, say so in {FILE}: missing = [{json.dumps(found)}]."
