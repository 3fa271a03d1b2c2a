"""The command line as a user meets it: exit codes, and words instead of tracebacks; a few times as a whole process."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from made_up.command_line import run, run_process
from remission.library.catalogue import cohort_folder
from remission.report.asked import EARLY_UNTIL

FULL = Path("/dev/full")
HEAVY = {"polars", "numba", "numpy", "scipy", "altair", "vl_convert", "django"}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the bundled halt-ms cohort, to be spoilt."""
    folder = tmp_path / "halt-ms"
    shutil.copytree(cohort_folder("halt-ms"), folder)
    return folder


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, contextlib\nfrom remission import cli\nsys.argv = ['remission', '--help']\n"
        "with contextlib.suppress(SystemExit):\n    cli.main()\n"
        "print('loaded:', ' '.join(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split()[1:])
    assert "typer" in loaded
    assert loaded & HEAVY == set()


COMMANDS = (
    "report", "outcomes", "explain", "check", "template",
    "endpoints", "reproduce", "multiverse", "partition", "convert", "compare",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example(command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0
    assert "Example: remission " + command in " ".join(done.stdout.split())


def test_outcomes_name_rows_and_reasons(tmp_path: Path) -> None:
    done = run_process("outcomes", "halt-ms", "--endpoint", "halt-ms-efs", "-o", "rows.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = pl.read_csv(tmp_path / "rows.csv").filter(endpoint="halt-ms-efs")
    assert rows.height == 24
    assert set(rows["standing"]) == {"reconstructed"}
    assert rows.filter("event").height == 7
    assert rows.filter(~pl.col("event"))["reason"].null_count() == 0


def test_explain_tells_the_story_and_agrees_with_the_engine() -> None:
    done = run("explain", "halt-ms", "R04", "--endpoint", "halt-ms-progression")
    assert done.returncode == 0
    assert "RECONSTRUCTED" in done.stdout
    assert "a rise begins here" in done.stdout
    assert done.stdout.endswith("The fast engine decided the same.\n")


def test_explain_of_nobody_is_bad_input() -> None:
    done = run("explain", "halt-ms", "nobody", "--endpoint", "halt-ms-efs")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no subject 'nobody'" in done.stderr


@pytest.mark.parametrize(("asked", "meant"), [("r04", "R04"), (" R04", "R04"), ("R004", "R04")])
def test_explain_of_a_misspelt_subject_names_the_nearest(asked: str, meant: str) -> None:
    done = run("explain", "halt-ms", asked, "--endpoint", "halt-ms-efs")
    assert done.returncode == 2
    assert f"Did you mean {meant}?" in done.stderr


def test_the_early_limit_of_the_help_is_the_one_that_is_used() -> None:
    assert f"up to this day [{EARLY_UNTIL}]" in " ".join(run("report", "--help").stdout.split())


def test_endpoints_lists_and_tells() -> None:
    assert "halt-ms-efs" in run("endpoints").stdout
    told = run("endpoints", "halt-ms-efs").stdout
    assert "NCT00288626" in told
    assert "[unverified]" in told


def test_a_definition_of_ones_own_can_start_from_the_library(tmp_path: Path) -> None:
    written = run("endpoints", "cdp-12w", "--toml").stdout.replace("days = 84", "days = 85")
    (tmp_path / "mine.toml").write_text(written, encoding="utf-8")
    done = run("outcomes", "two-arm", "--endpoint", "mine.toml", "-o", "rows.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "85 days" in run("endpoints", str(tmp_path / "mine.toml")).stdout


def test_warnings_are_told_beside_the_result(copied: Path, tmp_path: Path) -> None:
    with (copied / "visits.csv").open("a", encoding="utf-8") as opened:
        opened.write(
            (copied / "visits.csv").read_text(encoding="utf-8").splitlines()[1].replace("-00,", "-00b,") + "\n"
        )
    done = run("outcomes", str(copied), "--endpoint", "death", "-o", str(tmp_path / "rows.csv"))
    assert done.returncode == 0
    assert "What to know of these records" in done.stderr
    assert "warning: visits.csv" in done.stderr


def test_reproduce_matches_and_json_is_a_list() -> None:
    done = run("reproduce", "halt-ms", "--json")
    lines = json.loads(done.stdout)
    assert done.returncode == 0
    assert {"quantity", "published", "computed", "method", "standing", "matches"} == set(lines[0])
    assert all(line["matches"] for line in lines)


def test_reproduce_of_other_records_differs(copied: Path) -> None:
    relapses = (copied / "relapses.csv").read_text(encoding="utf-8").splitlines()
    day = relapses[0].split(",").index("day")
    cells = relapses[1].split(",")
    moved = ",".join([*cells[:day], str(int(cells[day]) + 400), "", *cells[day + 2 :]])
    (copied / "relapses.csv").write_text("\n".join([relapses[0], moved, *relapses[2:]]) + "\n", encoding="utf-8")
    done = run("reproduce", "halt-ms", "--cohort", str(copied))
    assert done.returncode == 1
    assert "DIFFERS" in done.stdout


def test_a_table_that_was_not_collected_is_refused(copied: Path, tmp_path: Path) -> None:
    manifest = (copied / "cohort.toml").read_text(encoding="utf-8").replace('"scans"', "").replace(", ,", ",")
    (copied / "cohort.toml").write_text(manifest.replace(",  ]", "]"), encoding="utf-8")
    (copied / "scans.csv").unlink()
    done = run("report", str(copied), "--endpoint", "halt-ms-efs", "-o", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "no table 'scans'" in done.stderr
    assert not (tmp_path / "out").exists()


def test_bad_input_is_words_and_exit_code_2(copied: Path, tmp_path: Path) -> None:
    visits = (copied / "visits.csv").read_text(encoding="utf-8")
    (copied / "visits.csv").write_text(visits.replace(",4.0", ",3.3", 1), encoding="utf-8")
    for command in (["check"], ["report"]):
        rest = [] if command == ["check"] else ["--endpoint", "halt-ms-efs", "-o", str(tmp_path / "out")]
        done = run_process(*command, str(copied), *rest)
        assert done.returncode == 2
        assert "column edss: found 3.3" in done.stderr
        assert "Traceback" not in done.stderr


def test_check_of_a_good_cohort_says_so() -> None:
    done = run("check", "halt-ms")
    assert (done.returncode, done.stdout) == (0, "halt-ms: no errors, no warnings.\n")


def test_template_is_a_start_and_is_never_overwritten(tmp_path: Path) -> None:
    assert run("template", str(tmp_path / "mine")).returncode == 0
    assert {"cohort.toml", "subjects.csv", "data-dictionary.md"} <= {
        path.name for path in (tmp_path / "mine").iterdir()
    }
    again = run("template", str(tmp_path / "mine"))
    assert again.returncode == 2
    assert "Traceback" not in again.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["report", "nowhere", "--endpoint", "death", "-o", "out"], "no such folder"),
        (["report", "halt-ms", "--endpoint", "deaht", "-o", "out"], "Did you mean death?"),
        (["report", "halt-ms", "--endpoint", "death", "--group-by", "amr", "-o", "out"], "amr"),
        (["outcomes", "halt-ms", "--endpoint", "death", "-o", "rows.xlsx"], ".csv, .parquet"),
        (["reproduce", "halt"], "no recipe of this name"),
    ],
)
def test_a_mistake_on_the_command_line_is_named(words: list[str], said: str, tmp_path: Path) -> None:
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_every_change_can_be_listed(tmp_path: Path) -> None:
    done = run("outcomes", "two-arm", "-e", "cdp-24w", "-o", "changes.csv", "--what", "changes", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    changes = pl.read_csv(tmp_path / "changes.csv")
    events = run("outcomes", "two-arm", "-e", "cdp-24w", "-o", "rows.csv", cwd=tmp_path)
    assert events.returncode == 0, events.stderr
    rows = pl.read_csv(tmp_path / "rows.csv").filter("event")
    confirmed = changes.filter(direction="worsening", status="confirmed")
    assert set(rows["onset_row"]) <= set(confirmed["onset_row"])
    assert (
        changes.filter(status="unconfirmed")["confirmation_row"].null_count()
        == changes.filter(status="unconfirmed").height
    )
    refused = run("outcomes", "two-arm", "-e", "death", "-o", "x.csv", "--what", "changes", cwd=tmp_path)
    assert (refused.returncode, "without a progression" in refused.stderr) == (2, True)


def test_a_partitioned_cohort_has_the_rows_of_the_whole(tmp_path: Path) -> None:
    assert run("partition", "two-arm", "-n", "3", "-o", "parts", cwd=tmp_path).returncode == 0
    done = run("outcomes", "parts", "-e", "cdp-12w", "-o", "rows", "--engine", "threads", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "SIMULATED" in done.stdout
    assert run("outcomes", "two-arm", "-e", "cdp-12w", "-o", "whole.parquet", cwd=tmp_path).returncode == 0
    parts = pl.read_parquet(tmp_path / "rows" / "*.parquet").sort("subject_id")
    assert parts.equals(pl.read_parquet(tmp_path / "whole.parquet").sort("subject_id"))


def test_outcomes_as_adtte(tmp_path: Path) -> None:
    done = run("outcomes", "halt-ms", "-e", "halt-ms-efs", "-o", "adtte.json", "--what", "adtte", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    written = json.loads((tmp_path / "adtte.json").read_text(encoding="utf-8"))
    assert written["records"] == 120
    assert "RECONSTRUCTED" in written["label"]


def test_a_multiverse_goes_on_where_it_stopped(tmp_path: Path) -> None:
    vary = tmp_path / "vary.toml"
    vary.write_text(
        'name = "small"\ntitle = "Small"\nendpoint = "cdp-24w"\n[[vary]]\n'
        'value = "progression.confirmation.days"\noptions = [84, 168]\n[[vary]]\n'
        'value = "progression.event_date"\noptions = ["onset", "confirmation"]\n',
        encoding="utf-8",
    )
    first = run("multiverse", "two-arm", "--vary", "vary.toml", "-o", "out", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "4 definitions" in first.stdout
    assert "SIMULATED" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    again = run("multiverse", "two-arm", "--vary", "vary.toml", "-o", "out", cwd=tmp_path)
    assert "4 definitions were there already" in again.stderr


def test_what_cannot_be_converted_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "sdtm").mkdir()
    done = run("convert", "sdtm", "-o", "cohort", "--kind", "observed", cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "cohort").exists()


def test_a_partitioned_cohort_says_what_can_be_done_with_it(tmp_path: Path) -> None:
    assert run("partition", "halt-ms", "-n", "2", "-o", "parts", cwd=tmp_path).returncode == 0
    done = run("report", "parts", "-e", "cdp-12w", "-o", "out", cwd=tmp_path)
    assert (done.returncode, "a partitioned cohort" in done.stderr) == (2, True)


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_said_and_is_no_file_called_none() -> None:
    command = [sys.executable, "-u", "-m", "remission.cli", "endpoints"]
    with FULL.open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: the disk is full (No space left on device). Free some space")


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run("template", str(tmp_path / "file" / "mine"))
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {tmp_path / 'file'}")
    assert "Traceback" not in done.stderr


@pytest.fixture
def scores_alone(tmp_path: Path) -> Path:
    """A registry that wrote down the EDSS and nothing else: worse from day 90 on, confirmed at day 200."""
    visits = "subject_id,row_id,day,edss\nA,V0,0,2\nA,V1,90,3\nA,V2,200,3\n"
    manifest = (
        'name = "scores"\ntitle = "Scores"\nkind = "simulated"\nday_zero = "registry entry"\ntime = "days"\n'
        'collected = ["subjects", "visits"]\nlicence = "MIT"\n'
    )
    texts = {"cohort.toml": manifest, "subjects.csv": "subject_id,entered\nA,yes\n", "visits.csv": visits}
    folder = tmp_path / "scores"
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


SET = ("--set", "progression.baseline.after_relapse_days=0", "--set", "progression.confirmation.after_relapse_days=0")


def test_what_runs_on_scores_alone_is_listed_and_what_would_run_with_other_values(scores_alone: Path) -> None:
    told = run("endpoints", "--for", str(scores_alone)).stdout
    runs, apart, needs = told.partition("These only keep")[0], told.partition("These only keep")[2], ""
    apart, _, needs = apart.partition("These need")
    assert "endpoints run on scores, which collected subjects, visits." in runs
    assert "halt-ms-progression" in runs
    assert " ".join(SET) in apart
    assert "cdp-12w," in apart
    assert "pira-portaccio-2025         relapses\n" in needs
    assert "sdmt_correct in visits" in needs


def test_a_value_set_for_one_run_decides_and_is_told(scores_alone: Path, tmp_path: Path) -> None:
    asked = (str(scores_alone), "--endpoint", "cdp-12w")
    refused = run("outcomes", *asked, "-o", str(tmp_path / "rows.csv"))
    assert refused.returncode == 2
    assert " ".join(SET) in refused.stderr
    done = run("outcomes", *asked, *SET, "-o", str(tmp_path / "rows.csv"))
    assert done.returncode == 0, done.stderr
    rows = pl.read_csv(tmp_path / "rows.csv")
    assert rows.select("endpoint", "exit_day", "event").row(0) == ("cdp-12w-changed", 90, True)
    told = run("explain", str(scores_alone), "A", "--endpoint", "cdp-12w", *SET).stdout
    assert "confirmed after 12 weeks (changed)" in told
    assert told.endswith("The fast engine decided the same.\n")
    unknown = run("explain", str(scores_alone), "A", "--endpoint", "cdp-12w", "--set", "progression.baselin=0")
    assert unknown.returncode == 2
    assert "--set: found progression.baselin" in unknown.stderr
