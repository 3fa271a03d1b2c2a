"""A file of a study spoilt anywhere is told in words or is a study: nothing else ever comes of it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from remission.inputs.problems import InputProblems
from remission.library.catalogue import LIBRARY
from remission.studies.check import check_studies
from remission.studies.load import load_studies, load_study
from remission.studies.pools import ask_pool
from remission.studies.telling import study_data, study_words

FILES = [
    LIBRARY / "studies" / f"{name}.toml" for name in ("halt-ms", "mist", "hamerschlak-2010", "fischbach-2026", "starms")
]
VALUES = (
    "-1",
    "0",
    "1e400",
    "nan",
    '"text"',
    "true",
    "[]",
    "{}",
    "2026-02-30",
    "999999999999",
    '"verified"',
    "100.0",
    "",
)
SPOILT = st.tuples(
    st.sampled_from(FILES),
    st.integers(0, 400),
    st.sampled_from(("take", "twice", "value", "cut")),
    st.sampled_from(VALUES),
)


def spoil(text: str, place: int, how: str, value: str) -> str:
    lines = text.splitlines()
    at = place % len(lines)
    if how == "take":
        del lines[at]
    elif how == "twice":
        lines.insert(at, lines[at])
    elif how == "cut":
        lines = lines[:at]
    elif "=" in lines[at]:
        lines[at] = f"{lines[at].partition('=')[0]}= {value}"
    return "\n".join(lines) + "\n"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SPOILT)
@example((FILES[0], 38, "value", "0"))
def test_whatever_is_spoilt_is_told_or_is_a_study(tmp_path: Path, spoilt: tuple[Path, int, str, str]) -> None:
    file, place, how, value = spoilt
    path = tmp_path / file.name
    path.write_text(spoil(file.read_text(encoding="utf-8"), place, how, value), encoding="utf-8")
    library = load_studies()
    if check_studies([path], library):
        return
    study = load_study(path)
    assert list(study_words(study))
    assert study_data(study)["name"] == study.name
    with suppress(InputProblems):
        assert ask_pool("hsct-neda-5y", library.with_study(study)).sentence
