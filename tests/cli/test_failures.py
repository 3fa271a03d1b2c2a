"""What a library raises reaches nobody as a trail: words, exit code 2, what to do. A fault of ours keeps its trail."""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from made_up.small_cohorts import Folder, small_cohort
from remission import cli, terminal
from remission.cli import main
from remission.exhibits import rendering
from remission.failures import check_words, say_failure
from remission.inputs.problems import InputProblems, Problem
from remission.records.files.tables import read_tables

Ended = Callable[..., tuple[int, str]]
FULL = Path("/dev/full")
linux = pytest.mark.skipif(not FULL.exists(), reason="only Linux has /proc and a device that is always full")


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Ended]:
    """Runs a command in an empty folder as the program does; its exit code and what it said on the way out."""
    monkeypatch.setenv("REMISSION_OWN_PROCESS", "1")
    (tmp_path / "here").mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path / "here")

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["remission", *words])
        with pytest.raises(SystemExit) as stopped:
            main()
        return int(stopped.value.code or 0), capsys.readouterr().err

    yield run
    gc.enable()


@pytest.fixture
def cohort(tmp_path: Path) -> Folder:
    """A small good cohort beside the folder in which commands run, to be spoilt."""
    (tmp_path / "here").mkdir(exist_ok=True)
    return small_cohort(tmp_path / "here")


VISITS = pl.DataFrame({"subject_id": ["S1", "S2"], "row_id": ["a", "b"], "day": [0, 0], "edss": [1.0, 2.0]})


def parquet(frame: pl.DataFrame) -> bytes:
    written = io.BytesIO()
    frame.write_parquet(written)
    return written.getvalue()


def manifest(old: str, new: str) -> Callable[[Folder], object]:
    return lambda folder: folder.replace("cohort.toml", old, new)


def visits(name: str, content: bytes) -> Callable[[Folder], object]:
    def spoil(folder: Folder) -> None:
        del folder.files["visits.csv"]
        folder.files[name] = content

    return spoil


WIDE = b"subject_id,row_id,day," + b",".join(b"c%d" % number for number in range(2_000)) + b"\n"
SPOILT: dict[str, tuple[Callable[[Folder], object], str]] = {
    "a data cut no column can hold": (manifest("data_cut = 1000", "data_cut = 3000000000"), "found 3000000000"),
    "a data cut of five thousand digits": (manifest("= 1000", f"= {'9' * 5000}"), "a number of thousands of digits"),
    "the same in hexadecimal": (manifest("= 1000", f"= 0x{'f' * 5000}"), "found a whole number of more than 19 digits"),
    "lists in lists": (manifest('"small"', "[" * 3000 + "]" * 3000), "lists or tables in each other too deep"),
    "tables in tables": (manifest("[covariates.x_nfl]", f"[{'.'.join('a' * 3000)}]"), "more than 50 deep"),
    "half a letter": (manifest('"small"', '"\\ud800"'), "text that is not TOML"),
    "two thousand unknown keys": (
        manifest("data_cut = 1000", "\n".join(f"k{number} = 1" for number in range(2_000))),
        "And 1,950 more keys like this one.",
    ),
    "two thousand wrong items of a list": (
        manifest('type = "number"', f'type = "choice"\nchoices = {[*range(2_000)]}'),
        "And 1,950 more keys like this one.",
    ),
    "two thousand columns": (visits("visits.csv", WIDE), "And 1,950 more columns like this one."),
    "a name in capitals": (visits("visits.CSV", b""), "Rename it to visits.csv"),
    "garbage": (visits("visits.parquet", b"PAR1" + bytes(range(256)) + b"PAR1"), "a file that is not Parquet"),
    "lists in cells": (
        visits("visits.parquet", parquet(VISITS.with_columns(pl.concat_list("edss")))), "a column of List"
    ),
    "bytes in cells": (
        visits("visits.parquet", parquet(VISITS.with_columns(edss=pl.lit(b"\xff")))), "a column of Binary"
    ),
    "lengths of time in cells": (
        visits("visits.parquet", parquet(VISITS.with_columns(edss=pl.duration(days=1)))), "a column of Duration"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_cohort_is_told_in_words(ended: Ended, cohort: Folder, name: str) -> None:
    spoil, words = SPOILT[name]
    spoil(cohort)
    cohort.write()
    for command in (["check", "cohort"], ["outcomes", "cohort", "-e", "death", "-o", "rows.csv"]):
        code, said = ended(*command)
        assert (code, "Traceback" in said) == (2, False), said
        assert words in said
        assert said.count("\n") < 60
        assert max(map(len, said.splitlines())) < 2_000


DEFINITIONS = (
    ["endpoints", "odd.toml"],
    ["endpoints", "odd.toml", "--toml"],
    ["outcomes", "halt-ms", "-e", "odd.toml", "-o", "rows.csv"],
    ["multiverse", "halt-ms", "--vary", "odd.toml", "-o", "out"],
    ["convert", ".", "-o", "out", "--kind", "observed", "--mapping", "odd.toml"],
)


@pytest.mark.parametrize("words", DEFINITIONS, ids=" ".join)
def test_a_definition_that_nothing_can_hold_is_told_in_words(ended: Ended, words: list[str]) -> None:
    # --toml prints a file as it is, so only bytes that are no text are wrong with it.
    contents = [b'name = "\xff"', b"name = " + b"[" * 5_000, b"name = 0x" + b"f" * 5_000]
    for content in contents[: 1 if "--toml" in words else None]:
        Path("odd.toml").write_bytes(content)
        code, said = ended(*words)
        assert (code, "Traceback" in said) == (2, False), said
        assert said.startswith("error: odd.toml")


@pytest.mark.parametrize("kind", [ValueError, BaseException], ids=["an exception", "a panic of Rust"])
def test_the_look_for_a_trail_finds_one(
    ended: Ended, monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]
) -> None:
    def broken(*_: object) -> None:
        raise kind("what nobody foresaw")

    monkeypatch.setattr(cli, "command_line", lambda: broken)
    code, said = ended("check", "cohort")
    assert code == 1
    for part in (
        "Traceback",
        "in broken",
        "what nobody foresaw",
        "report it",
        "Python 3.",
        "command: check",
    ):
        assert part in said


@pytest.mark.parametrize("name", ["visits.csv", "cohort.toml"])
@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_is_named_and_not_waited_for(ended: Ended, cohort: Folder, kind: str, name: str) -> None:
    del cohort.files[name]
    place = cohort.write() / name
    place.mkdir() if kind == "folder" else os.mkfifo(place)
    code, said = ended("check", "cohort")
    assert (code, "Traceback" in said) == (2, False)
    assert f"{name}: found {'a folder' if (kind, name) == ('folder', 'visits.csv') else 'no file'}" in said


def test_a_second_file_in_other_letters_is_not_passed_over(cohort: Folder) -> None:
    cohort.files["Relapses.CSV"] = b""
    cohort.files["labs.Parquet"] = b""
    assert [(one.file, one.found, one.severity) for one in cohort.problems()] == [
        ("Relapses.CSV", "relapses.csv beside it", "error"),
        ("labs.Parquet", "a table that cohort.toml does not list as collected", "error"),
    ]


def test_a_parquet_file_that_was_cut_off_anywhere_is_told(tmp_path: Path) -> None:
    whole = parquet(VISITS.select("day"))  # one column, for a short file
    for length in range(len(whole)):
        (tmp_path / "visits.parquet").write_bytes(whole[:length])
        assert len(read_tables(tmp_path, ("visits",)).problems) == 1
    (tmp_path / "visits.parquet").write_bytes(whole)
    assert read_tables(tmp_path, ("visits",)).problems == ()


@linux
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["outcomes", "halt-ms", "-e", "death", "-o", "file/rows.csv"], "a file stands where a folder is meant"),
        (["outcomes", "halt-ms", "-e", "death", "-o", "folder.csv"], "a folder stands where a file is meant"),
        (["outcomes", "halt-ms", "-e", "death", "-o", "folder.parquet"], "a folder stands where a file is meant"),
        (["outcomes", "halt-ms", "-e", "death", "-o", "/proc/rows.csv"], "/proc/rows.csv: there is no such file"),
        (["outcomes", "halt-ms", "-e", "death", "-o", "full.csv"], "the disk is full"),
        (["outcomes", "halt-ms", "-e", "death", "-o", "full.parquet"], "the disk is full"),
        (
            ["outcomes", "halt-ms", "-e", "death", "--what", "adtte", "-o", "folder.xpt"],
            "a folder stands where a file is meant",
        ),
        (["template", "file"], "a file stands where a folder is meant"),
    ],
)
def test_a_place_that_cannot_be_written_to_is_told_in_words(ended: Ended, words: list[str], said: str) -> None:
    Path("file").write_text("in the way")
    for ending in ("csv", "parquet", "xpt"):
        Path(f"folder.{ending}").mkdir()
    for ending in ("csv", "parquet"):
        Path(f"full.{ending}").symlink_to(FULL)
    code, told = ended(*words)
    assert (code, "Traceback" in told) == (2, False), told
    assert f"error: {said}" in told or f": {said}" in told
    assert "None" not in told


@linux
@pytest.mark.parametrize(
    ("words", "work"),
    [
        (["simulate", "trial", "--design", "one-arm-24"], "remission.trials.design.planned.plan_trial"),
        (
            ["simulate", "cohort", "--design", "placebo-against-drug"],
            "remission.simulation.course.write.simulate_cohort",
        ),
    ],
)
def test_a_place_that_cannot_be_written_to_is_told_before_the_work(
    ended: Ended, words: list[str], work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begun(*args: object, **named: object) -> None:
        raise AssertionError("the work was begun")

    monkeypatch.setattr(work, begun)
    Path("file").write_text("in the way")
    code, told = ended(*words, "-o", "file/out")
    assert (code, "begun" in told) == (2, False), told
    assert f"error: {Path('file').absolute()}: a file stands where a folder is meant" in told


def test_who_has_no_right_to_a_place_is_told_before_the_work(ended: Ended, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Path.cwd()
    # Who is root has every right, so it is taken away in the answer.
    monkeypatch.setattr("os.access", lambda path, rights: Path(path) != here)
    code, told = ended("simulate", "trial", "--design", "one-arm-24", "-o", "new/out")
    assert (code, list(here.iterdir())) == (2, []), told
    assert f"error: {here}: you have no right to it" in told


FAILURES: list[tuple[BaseException, str]] = [
    (OSError(errno.ENOSPC, "No space left on device"), "the disk is full (No space left on device). Free some space"),
    (OSError(errno.EROFS, "Read-only file system", "out"), "out: nothing can be written to this disk (Read-only"),
    (
        PermissionError(errno.EACCES, "Permission denied", "out"),
        "out: you have no right to it (Permission denied). Ask",
    ),
    (OSError("a name and no number"), "a name and no number. Check the path and your rights to it."),
    (pl.exceptions.ComputeError("IO error: File too large (os error 27)"), "the file would be larger than is allowed"),
    (MemoryError(), "there is not enough memory. Close other programs, or cut the cohort into parts"),
]


@pytest.mark.parametrize(("error", "words"), FAILURES)
def test_what_the_system_refuses_is_said_with_what_to_do(
    error: BaseException, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert say_failure(error) == 2
    assert capsys.readouterr().err.startswith(f"error: {words}")


def test_failures_of_many_workers_are_told_once_and_a_fault_among_them_is_not_hidden(
    capsys: pytest.CaptureFixture[str],
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    wrong = InputProblems(Problem.of_file("a.csv", found="it", allowed="none", do="Go."))
    assert say_failure(ExceptionGroup("3 of 3 items failed", [full, wrong, OSError(*full.args)])) == 2
    told = capsys.readouterr().err
    assert (told.count("the disk is full"), told.count("a.csv"), "Traceback" in told) == (1, 1, False)
    assert say_failure(ExceptionGroup("2 of 2 items failed", [full, KeyError("fault")])) == 1
    assert "KeyError: 'fault'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "advice"),
    [(b"bad\xff.csv", "rename it"), ("Zoë.csv".encode(), "set PYTHONUTF8=1")],
)
def test_a_word_that_is_no_text_is_refused_before_any_work(given: bytes, advice: str) -> None:
    # As Python hands over bytes that are none of its file system's encoding.
    with pytest.raises(InputProblems) as refused:
        check_words(["check", given.decode("ascii", "surrogateescape"), "Zoë"])
    assert len(refused.value.problems) == 1
    told = refused.value.report()
    assert repr(given) in told
    assert advice in told


def test_a_terminal_that_knows_ascii_only_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii", write_through=True))
    with pytest.raises(UnicodeEncodeError):
        print("Müller")
    terminal.print_everything()
    print("Müller")
    # A definition that is redirected into a file is read back as UTF-8.
    terminal.print_file("# Müller\n")
    assert written.getvalue() == b"M\\xfcller\n" + "# Müller\n".encode()
    monkeypatch.setattr(sys, "stdout", None)  # as it is where the output was closed (>&-)
    terminal.print_everything()
    terminal.print_file("# Müller\n")


def test_a_name_cannot_move_the_cursor(ended: Ended) -> None:
    code, said = ended("check", "a\x1b[2J\nb")
    assert code == 2
    assert "\x1b" not in said
    assert "a\\x1b[2J\\nb: found no such folder" in said


def test_where_nothing_can_be_drawn_the_report_has_tables_and_says_so(
    ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "_address_space", lambda: 2 * 10**9)
    code, said = ended("report", "halt-ms", "-e", "death", "-o", "out")
    page = Path("out/index.html").read_text(encoding="utf-8")
    assert code == 0
    assert "Tables only, no pictures: an address space of 2.0 GB" in said
    assert ("<svg" in page, list(Path("out/figures").glob("*.svg"))) == (False, [])
    assert '<p class="notice" role="note">Tables only: this report was made with an address space of 2.0 GB' in page
    # The tables that pictures would fold away stand in the open, and the section's other words stay.
    assert page.count("<table") > 5
    assert "Table of this picture" not in page


def test_a_picture_alone_is_refused_in_words_where_the_drawing_engine_would_end_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rendering, "_address_space", lambda: rendering.RESERVED_BYTES - 1)
    with pytest.raises(InputProblems) as refused:
        rendering.render_svg({}, name="a", title="b", description="c")
    assert "ulimit -v unlimited" in refused.value.report()
    monkeypatch.setattr(rendering, "_address_space", lambda: rendering.RESERVED_BYTES)
    assert rendering.undrawable() == ""
