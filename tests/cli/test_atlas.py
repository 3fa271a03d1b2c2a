"""`remission atlas` as a user meets it, from a portal on this machine to what is found near home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import polars as pl
import pytest

from made_up import command_line
from made_up.ckan_server import PAGE, Portal, portal
from made_up.scmd_worlds import csv_of, row
from remission.atlas.source_folders import source_names, stock_names
from remission.supply.sources import scmd

FINAL = scmd.DATASETS["final"]
OCRELIZUMAB = ("35058211000001100", "Ocrelizumab 300mg/10ml solution for infusion vials")


def run(*words: str, cwd: Path) -> CompletedProcess[str]:
    return command_line.run("atlas", *words, cwd=cwd)


@pytest.fixture
def site() -> Iterator[Portal]:
    with portal() as shown:
        for dataset in scmd.DATASETS.values():
            shown.datasets[dataset] = []
        for number in range(1, 13):
            rows = [row(code, OCRELIZUMAB, "40", month=f"2025{number:02}") for code in ("RJ1", "RGT")]
            shown.publish(FINAL, f"scmd_final_2025{number:02}.csv", csv_of(rows))
        yield shown


@pytest.mark.parametrize("command", ["fetch", "add", "build", "export", "open", "find", "explain"])
def test_every_command_shows_an_example(command: str, tmp_path: Path) -> None:
    done = run(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert f"Example: remission atlas {command}" in " ".join(done.stdout.split())


@pytest.mark.parametrize("command", ["letters", "sent", "answered", "status", "import"])
def test_every_command_of_the_foi_kit_too(command: str, tmp_path: Path) -> None:
    assert f"Example: remission atlas foi {command}" in " ".join(
        run("foi", command, "--help", cwd=tmp_path).stdout.split()
    )


def test_from_the_portal_to_the_nearest_trust(site: Portal, tmp_path: Path) -> None:
    fetched = run("fetch", "scmd", "--since", "2025-01", "--base-url", site.base_url, cwd=tmp_path)
    assert fetched.returncode == 0, fetched.stderr
    assert "12 new files, 0 known already" in fetched.stdout
    built = run("build", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    assert "24 rows in = 24 counted" in built.stdout
    assert "SYNTHETIC" not in built.stdout
    found = command_line.run_process("atlas", "find", "ocrelizumab", "--near", "SE1", "-n", "1", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    assert "Guy's and St Thomas' NHS FT [RJ1]" in found.stdout
    assert "homecare" in found.stdout
    assert "SYNTHETIC" not in found.stdout


def test_a_second_fetch_brings_nothing_again(site: Portal, tmp_path: Path) -> None:
    for said in ("12 new files, 0 known", "0 new files, 12 known"):
        assert said in run("fetch", "--since", "2025-01", "--base-url", site.base_url, cwd=tmp_path).stdout


def test_what_cannot_be_fetched_is_named_and_the_rest_is_kept(site: Portal, tmp_path: Path) -> None:
    site.publish(FINAL, "scmd_final_202503.csv", PAGE, mime="text/html")
    done = run("fetch", "--since", "2025-01", "--base-url", site.base_url, cwd=tmp_path)
    assert done.returncode == 2
    assert "11 new files" in done.stdout
    assert "scmd_final_202503.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_offline_says_so_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, where the rests between tries can be left out: there is nothing to wait for."""
    rests: list[float] = []
    monkeypatch.setattr("time.sleep", rests.append)
    done = run("fetch", "--base-url", "http://127.0.0.1:9/api/3/action/", cwd=tmp_path)
    assert done.returncode == 2
    assert "127.0.0.1:9" in done.stderr
    assert "stays usable" in done.stderr
    assert set(rests) == {1.0, 2.0}  # each try but the last is followed by one


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("find", "ocrelizumb", "--near", "E1"), "Did you mean ocrelizumab?"),
        (("find", "ocrelizumab", "--near", "nowhere"), "a postcode district"),
        (("fetch", "smcd"), "Did you mean scmd?"),
        (("fetch", "--since", "March"), "YYYY-MM"),
        (("open", "no-such-folder"), "remission atlas export"),
        (("foi", "sent", "RJ"), "the code of a trust or board"),
        (("foi", "sent", "RJ1", "--on", "2 May"), "YYYY-MM-DD"),
    ],
)
def test_bad_words_end_in_words_and_exit_code_2(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_request_goes_from_letter_to_answer(tmp_path: Path) -> None:
    letters = run("foi", "letters", "RTK", "--on", "2026-11-02", cwd=tmp_path)
    assert letters.returncode == 0, letters.stderr
    (letter,) = (tmp_path / "atlas-data/foi/letters").iterdir()
    assert "Freedom of Information Act 2000" in letter.read_text(encoding="utf-8")
    assert "due 2026-12-01" in run("foi", "sent", "RTK", "--on", "2026-11-02", cwd=tmp_path).stdout
    assert "overdue" in run("foi", "status", "--on", "2026-12-02", cwd=tmp_path).stdout
    answer = tmp_path / "answer.csv"
    answer.write_text(
        "Medicine,Patients on 1 November 2026\nOcrevus,41\nTysabri,<5\nKesimpta,plenty\n", encoding="utf-8"
    )
    imported = run("foi", "import", "answer.csv", "--code", "RTK", "--on", "2026-11-20", cwd=tmp_path)
    assert imported.returncode == 2
    assert "2 counts read" in imported.stdout
    assert "row 4" in imported.stderr
    assert "Traceback" not in imported.stderr


def test_working_days_are_those_of_the_calendar() -> None:
    # 30 November is a bank holiday of Scotland and so counts for nobody under the Act of 2000.
    days = [date(2026, 11, 3) + timedelta(days=at) for at in range(29)]
    working = [day for day in days if day.weekday() < 5 and day != date(2026, 11, 30)]
    assert working[19] == date(2026, 12, 1)


def test_a_month_that_is_issued_again_is_a_second_snapshot(site: Portal, tmp_path: Path) -> None:
    arguments = ("fetch", "--since", "2025-12", "--base-url", site.base_url)
    run(*arguments, cwd=tmp_path)
    again = [row("RJ1", OCRELIZUMAB, "60", month="202512")]
    site.publish(FINAL, "scmd_final_202512.csv", csv_of(again))
    assert "1 new files" in run(*arguments, cwd=tmp_path).stdout
    listed = pl.read_csv(tmp_path / "atlas-data/raw/snapshots.csv", infer_schema=False)
    assert listed.height == 2
    assert all((tmp_path / "atlas-data" / file).is_file() for file in listed["file"])


def test_the_help_of_fetch_names_every_source_that_there_is(tmp_path: Path) -> None:
    told = " ".join(run("fetch", "--help", cwd=tmp_path).stdout.split())
    assert f"{', '.join(source_names())} [{', '.join(stock_names())}]." in told
