"""A cohort from frames in memory: what a `cohort.toml` says is said by arguments, and checked as it would be there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from remission.inputs.problems import InputProblems, Problem
from remission.records.files.examined import Vocabulary, examine
from remission.records.files.frames import CALL, DERIVED_SUBJECTS, read_frames, with_subjects
from remission.records.files.manifest import FILE, manifest_text, read_manifest

if TYPE_CHECKING:
    from remission.records.cohort import Cohort
    from remission.records.files.tables import RawTables

# Advice on a file that nobody has is no advice: the same step in the words of a call.
STEPS = (
    (re.compile(r"take (\w+) out of collected in cohort\.toml"), r"leave \1 out"),
    (re.compile(r"under \[covariates\.(\w+)\]"), r'as covariates={"\1": ...}'),
    (re.compile(r"in cohort\.toml"), f"in {CALL}"),
    (re.compile(r"cohort\.toml"), CALL),
)


def cohort_from_frames(
    frames: Mapping[str, object], said: Mapping[str, Any], columns: Mapping[str, str], vocabulary: Vocabulary
) -> Cohort:
    """The cohort of frames by the names of their tables; InputProblems with everything that is wrong, at once.

    `said` are the keys of a `cohort.toml`, without `collected`: what is given was collected. `columns` names columns
    that are called otherwise in the frames.
    """
    read = read_frames(frames, columns)
    parsed = read_manifest(_manifest(said, frames, read))
    # Without a manifest no value can be judged, and a column by a wrong name would be told as many that are missing.
    if parsed.manifest is None or read.problems:
        raise InputProblems(_of_call((*parsed.problems, *read.problems)))
    raw = with_subjects(read, parsed.manifest.missing or ())
    examined = examine(parsed.manifest, replace(raw, problems=(*parsed.problems, *raw.problems)), vocabulary)
    told = replace(examined, problems=tuple(_of_call(examined.problems)))
    made = told.cohort(digest="")
    return replace(made, digest=_digest(made), warnings=InputProblems(told.problems).problems)


def _manifest(said: Mapping[str, Any], frames: Mapping[str, object], read: RawTables) -> dict[str, Any]:
    """The plain data that a `cohort.toml` of these frames would hold."""
    plain = {name: _plain(value) for name, value in said.items() if value is not None}
    plain["collected"] = ["subjects", *(name for name in frames if name != "subjects")]
    subjects = read.tables.get("subjects")
    dated = subjects is not None and "day_zero_date" in subjects.frame.columns
    # Only such a cohort may have that column, so it says what the others hold.
    plain.setdefault("time", "dates" if dated else "days")
    plain.setdefault("title", plain["name"])
    if subjects is None:
        plain["note"] = " ".join(filter(None, [plain.get("note"), DERIVED_SUBJECTS]))
    return plain


def _plain(value: Any) -> Any:
    """A value as TOML would give it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: one for name, one in asdict(value).items() if one not in ("", ())}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return {name: _plain(one) for name, one in value.items()} if isinstance(value, Mapping) else value


def _of_call(problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the words of a call: its arguments are what the keys of `cohort.toml` are."""
    return [
        replace(
            one,
            file=CALL if one.file == FILE else one.file,
            what="argument" if one.file == FILE and one.what == "key" else one.what,
            allowed=_in_words_of_call(one.allowed),
            next_step=_in_words_of_call(one.next_step),
        )
        for one in problems
    ]


def _in_words_of_call(words: str) -> str:
    for pattern, instead in STEPS:
        words = pattern.sub(instead, words)
    return words


def _digest(cohort: Cohort) -> str:
    """SHA-256 over what the arguments say and the checked rows: the same whatever library held them, and as what type
    of number."""
    digest = hashlib.sha256(manifest_text(cohort.manifest).encode())
    for name in sorted(cohort.manifest.collected):
        content = cohort.tables[name].write_csv().encode()
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()
