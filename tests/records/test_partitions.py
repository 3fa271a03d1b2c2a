"""A cohort cut into parts: nobody lost, nobody twice, nothing changed unnoticed."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.small_cohorts import MANIFEST, THERAPIES
from remission.inputs.problems import InputProblems
from remission.records.cohort import Cohort
from remission.records.files import cutting
from remission.records.files.cutting import write_partitions
from remission.records.files.folder import load_cohort
from remission.records.files.part_hash import hash_ids, part_of
from remission.records.files.partitions import Partitions, load_partitions

TEXT = "The quick brown fox jumps over the lazy dog. " * 2
# By the reference implementation (xxhash), over the first bytes of TEXT: each branch of the algorithm, and its edges.
XXH64 = {
    0: 0xEF46DB3751D8E999,
    1: 0x5B4D6AF247A3CF7B,
    3: 0x4108F90B5DE14D15,
    4: 0xCDF13A49D263200F,
    7: 0xC6FCE9D72E310949,
    8: 0xD07B38A78A153B0B,
    11: 0x61CBDF23C67AF875,
    12: 0xB2ED38017844F789,
    31: 0x3F8D95AB32C127D9,
    32: 0xE2BBC9136629A4EE,
    33: 0x6D92FE2EBAB7DB31,
    45: 0x4E3F771FA5FC96CE,
    64: 0xF38B75AAC47F6E3A,
    87: 0x6E7C0AC9215223FD,
}

COHORT = MANIFEST.split("\n[covariates")[0].replace(', "treatments", "adverse_events"', "")
SUBJECTS = 60


@pytest.fixture(params=["csv", "parquet"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Sixty subjects, shuffled visits, ids beyond ASCII."""
    folder = tmp_path / "cohort"
    folder.mkdir()
    (folder / "cohort.toml").write_text(COHORT)
    ids = [f"Zürich-{number}" for number in range(SUBJECTS)]
    visits = [(subject, f"V{number}", 7 * (number % 40), number % 4 + 1.0) for number, subject in enumerate(ids * 9)]
    tables = {
        "subjects": pl.DataFrame({"subject_id": ids, "entered": ["yes"] * SUBJECTS, "arm": ['a "b", c'] * SUBJECTS}),
        "visits": pl.DataFrame(visits, schema=["subject_id", "row_id", "day", "edss"], orient="row").sample(
            fraction=1, shuffle=True, seed=3
        ),
        "relapses": pl.DataFrame({"subject_id": ids[:5], "row_id": list("abcde"), "day": [5, 6, 7, 8, 9]}),
        "scans": pl.DataFrame(schema={"subject_id": pl.String, "row_id": pl.String, "day": pl.Int64}),
    }
    for name, frame in tables.items():
        write = frame.write_csv if request.param == "csv" else frame.write_parquet
        write(folder / f"{name}.{request.param}")
    return folder


def whole_again(parts: Partitions) -> dict[str, pl.DataFrame]:
    cohorts = [load(part.folder) for part in parts.parts]
    return {name: pl.concat([cohort.tables[name] for cohort in cohorts]) for name in cohorts[0].tables}


def load(folder: Path) -> Cohort:
    return load_cohort(folder, therapies=THERAPIES)


def refused(folder: Path) -> list[str]:
    with pytest.raises(InputProblems) as found:
        load_partitions(folder)
    assert "Zürich" not in found.value.report()
    return [str(problem) for problem in found.value.problems]


@pytest.mark.parametrize("size", XXH64)
def test_the_hash_is_the_published_one(size: int) -> None:
    assert hash_ids(pl.Series(["x", TEXT[:size], "y"]))[1] == XXH64[size]


@given(texts=st.lists(st.none() | st.text(max_size=70), max_size=20))
def test_the_hash_of_an_id_does_not_depend_on_those_beside_it(texts: list[str | None]) -> None:
    alone = [int(hash_ids(pl.Series([text], dtype=pl.String))[0]) for text in texts]
    assert hash_ids(pl.Series(texts, dtype=pl.String)).tolist() == alone


def test_parts_are_of_similar_size() -> None:
    ids = pl.Series([f"MS-{number:08}" for number in range(20_000)])
    sizes = pl.Series(part_of(ids, 16)).value_counts()["count"]
    assert sizes.len() == 16
    assert sizes.min() > 1100
    assert sizes.max() < 1400


@pytest.mark.parametrize("count", [1, 4])
def test_every_row_is_in_one_part_unchanged_and_in_its_order(source: Path, tmp_path: Path, count: int) -> None:
    parts = write_partitions(source, count, tmp_path / "parts")
    cohort, joined = load(source), whole_again(parts)
    assert len(parts.parts) == count
    assert parts.digest == cohort.digest
    for name, frame in cohort.tables.items():
        place = pl.Series(part_of(frame["subject_id"], count))
        expected = pl.concat([frame.filter(place == part) for part in range(count)])
        assert joined[name].equals(expected)
        if name in cohort.manifest.collected:
            assert sum(part.rows[name] for part in parts.parts) == frame.height


def test_batches_smaller_than_the_table_change_nothing(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = write_partitions(source, 4, tmp_path / "at-once")
    monkeypatch.setattr("remission.records.files.cutting.BATCH_ROWS", 50)
    in_batches = write_partitions(source, 4, tmp_path / "in-batches")
    assert [part.rows for part in in_batches.parts] == [part.rows for part in at_once.parts]
    assert all(frame.equals(whole_again(at_once)[name]) for name, frame in whole_again(in_batches).items())


def test_more_parts_than_persons_leave_empty_parts_that_load(source: Path, tmp_path: Path) -> None:
    parts = write_partitions(source, SUBJECTS + 1, tmp_path / "parts")
    assert min(part.rows["subjects"] for part in parts.parts) == 0
    assert whole_again(parts)["visits"].height == load(source).tables["visits"].height


def test_without_a_count_the_size_of_the_files_decides(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(write_partitions(source, None, tmp_path / "one").parts) == 1
    cells = SUBJECTS * 3 + SUBJECTS * 9 * 4 + 5 * 3
    monkeypatch.setattr(cutting, "CELLS_OF_A_PART", cells // 3)
    assert len(write_partitions(source, None, tmp_path / "three").parts) == 3
    monkeypatch.setattr(cutting, "CELLS_OF_A_PART", cells // 3 - 1)
    assert len(write_partitions(source, None, tmp_path / "four").parts) == 4


def test_the_same_parts_are_written_every_time(source: Path, tmp_path: Path) -> None:
    one, other = (write_partitions(source, 3, tmp_path / name) for name in ("one", "other"))
    assert [part.digest for part in one.parts] == [part.digest for part in other.parts]


def test_a_missing_part_is_refused(source: Path, tmp_path: Path) -> None:
    write_partitions(source, 3, tmp_path / "parts")
    shutil.rmtree(tmp_path / "parts/part-0002")
    assert refused(tmp_path / "parts")[0].startswith("part-0002: found no such folder")


def test_a_part_that_is_not_listed_is_refused(source: Path, tmp_path: Path) -> None:
    write_partitions(source, 3, tmp_path / "parts")
    shutil.copytree(tmp_path / "parts/part-0002", tmp_path / "parts/part-0004")
    assert refused(tmp_path / "parts")[0].startswith("part-0004: found a part that partitions.toml does not list")


def test_a_part_left_out_of_the_list_is_refused(source: Path, tmp_path: Path) -> None:
    write_partitions(source, 3, tmp_path / "parts")
    listed = tmp_path / "parts/partitions.toml"
    text = listed.read_text().replace("count = 3", "count = 2")
    listed.write_text(text[: text.rindex("[[parts]]")])
    shutil.rmtree(tmp_path / "parts/part-0003")
    assert refused(tmp_path / "parts")[0].startswith("partitions.toml: found parts, rows or a rule")


def test_a_changed_value_is_refused(source: Path, tmp_path: Path) -> None:
    write_partitions(source, 3, tmp_path / "parts")
    (visits,) = (tmp_path / "parts/part-0003").glob("visits.*")
    content = bytearray(visits.read_bytes())
    content[-20] ^= 1
    visits.write_bytes(content)
    assert refused(tmp_path / "parts")[0].startswith("part-0003: found files that are not those written")


def test_a_person_in_two_parts_is_refused_even_where_the_list_was_changed_too(source: Path, tmp_path: Path) -> None:
    parts = write_partitions(source, 3, tmp_path / "parts")
    shutil.rmtree(tmp_path / "parts/part-0002")
    shutil.copytree(tmp_path / "parts/part-0001", tmp_path / "parts/part-0002")
    _list_as_found(tmp_path / "parts/partitions.toml", parts)
    many = parts.parts[0].rows["subjects"]
    assert [problem.split(";")[0] for problem in refused(tmp_path / "parts")] == [
        f"part-0002, column subject_id: found {many} persons of another part",
        f"part-0002, column subject_id: found {many} persons of part-0001 too",
    ]


def _list_as_found(listed: Path, parts: Partitions) -> None:
    """Make the list say that part 2 is as part 1, with all sums right."""
    lines = listed.read_text().split("[[parts]]")
    lines[2] = lines[1].replace("part-0001", "part-0002")
    rows = {name: 2 * parts.parts[0].rows[name] + parts.parts[2].rows[name] for name in parts.parts[0].rows}
    total = next(line for line in lines[0].splitlines() if line.startswith("rows"))
    said = ", ".join(f"{name} = {count}" for name, count in rows.items())
    lines[0] = lines[0].replace(total, f"rows = {{ {said} }}")
    listed.write_text("[[parts]]".join(lines))


ENDLESS = 'count = 9000000000000000000\nparts = []\nrows = {}\nrule = ""\nsource_digest = ""'


@pytest.mark.parametrize(
    "content",
    [
        "",
        "count = 1",
        'parts = "all"',
        "not toml at all [",
        "count = -1\nparts = []",
        ENDLESS,
        f"parts = {'[' * 5_000}",
    ],
)
def test_a_list_that_makes_no_sense_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "partitions.toml").write_text(content)
    assert refused(tmp_path)[0].startswith("partitions.toml: found parts, rows or a rule")


def test_a_folder_without_a_list_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path)[0].startswith("partitions.toml: found no such file")


def test_what_cannot_be_cut_is_refused_all_at_once_and_leaves_nothing(source: Path, tmp_path: Path) -> None:
    (next(source.glob("visits.*"))).unlink()
    (source / "labs.csv").write_text("subject_id\n")
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(InputProblems) as found:
        write_partitions(source, 0, tmp_path / "parts")
    assert [str(problem).split(";")[0] for problem in found.value.problems] == [
        "labs.csv: found a table that cohort.toml does not list as collected",
        "the number of parts: found 0",
        "visits.csv: found no such file",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == before


ODD_IDS = {
    "lists": (pl.concat_list("subject_id"), "a column of List"),
    "bytes": (pl.lit(b"\xff"), "a column of Binary"),
    "no more": (pl.col("row_id"), "a file that is not Parquet"),
}


@pytest.mark.parametrize("name", ODD_IDS)
def test_a_parquet_file_that_cannot_be_read_is_told_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "cohort"
    folder.mkdir()
    (folder / "cohort.toml").write_text(COHORT.replace(', "visits", "relapses", "scans"', ""))
    ids = [f"S{number}" for number in range(500)]
    subjects = pl.DataFrame({"subject_id": ids, "row_id": ids, "entered": ["yes"] * 500})
    expression, found = ODD_IDS[name]
    subjects.with_columns(subject_id=expression).write_parquet(folder / "subjects.parquet")
    if name == "no more":
        # Its list of columns at the end is whole, and a page before it is not.
        content = bytearray((folder / "subjects.parquet").read_bytes())
        content[40:400] = bytes(360)
        (folder / "subjects.parquet").write_bytes(content)
        assert pl.read_parquet_schema(folder / "subjects.parquet")
    with pytest.raises(InputProblems) as refused:
        write_partitions(folder, 2, tmp_path / "parts")
    assert [problem.found for problem in refused.value.problems] == [found]
    assert [path.name for path in tmp_path.iterdir()] == ["cohort"]


def test_a_csv_that_cannot_be_read_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "cohort").mkdir()
    (tmp_path / "cohort/cohort.toml").write_text(COHORT.replace(', "visits", "relapses", "scans"', ""))
    (tmp_path / "cohort/subjects.csv").write_text("subject_id,entered\nS1,yes,more\n")
    with pytest.raises(InputProblems):
        write_partitions(tmp_path / "cohort", 2, tmp_path / "parts")
    assert [path.name for path in tmp_path.iterdir()] == ["cohort"]


def test_nothing_is_written_over(source: Path, tmp_path: Path) -> None:
    write_partitions(source, 2, tmp_path / "parts")
    with pytest.raises(InputProblems, match="1 problem"):
        write_partitions(source, 2, tmp_path / "parts")


def test_a_row_that_would_be_lost_stops_everything(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = cutting._pieces
    monkeypatch.setattr(
        cutting, "_pieces", lambda frame, count: {part: rows[1:] for part, rows in pieces(frame, count).items()}
    )
    with pytest.raises(RuntimeError, match="60 rows and 57 were written"):
        write_partitions(source, 3, tmp_path / "parts")
    assert [path.name for path in tmp_path.iterdir()] == ["cohort"]
