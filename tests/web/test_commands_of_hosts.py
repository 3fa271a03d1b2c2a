"""What a host types: audit, backup, restore, drill, keys; each in a process of its own, as cron runs it."""

from __future__ import annotations

import errno
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from remission.inputs.problems import InputProblems
from remission.web import open as opening
from remission.web.backup.copy import _in_words
from remission.web.home import Home
from remission.web.open import check_installed, held

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def grown(template_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three acts in one chain, which every test copies: to grow it is to start a process."""
    folder = tmp_path_factory.mktemp("grown") / "home"
    shutil.copytree(template_home.folder, folder)
    done = run("-c", GROW, folder=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def home(grown: Path, tmp_path: Path) -> Home:
    """One of its own for each test."""
    return Home(Path(shutil.copytree(grown, tmp_path / "home")))


GROW = """
from remission.web.open import open_observatory
open_observatory()
from remission.web.audit.chain import note, noting
with noting("records"):
    for number in range(3):
        note("records", "looked", actor="somebody", detail="page")
"""


def run(*words: str, folder: Path, largest: int = 0) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "REMISSION_HOME": str(folder)}

    def limited() -> None:
        if largest:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    return subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, check=False, preexec_fn=limited
    )


def remission(*words: object, folder: Path, largest: int = 0) -> subprocess.CompletedProcess[str]:
    return run("-m", "remission.cli", *map(str, words), folder=folder, largest=largest)


def test_a_host_backs_up_loses_everything_and_comes_back(home: Home, tmp_path: Path) -> None:
    refused = remission("backup", folder=home.folder)
    assert refused.returncode == 2
    assert "remission backup --new-recovery-key" in refused.stderr
    made = remission("backup", "--new-recovery-key", folder=home.folder)
    key = re.search(r"^  ([A-Z2-7-]{60,})$", made.stdout, re.MULTILINE)
    assert key, made
    assert "without it no backup opens" in made.stdout
    paper = tmp_path / "paper.txt"
    paper.write_text(key[1], encoding="ascii")
    assert key[1] not in "".join(path.read_text(errors="replace") for path in home.folder.rglob("*") if path.is_file())

    done = remission("backup", "--to", tmp_path / "disk", "--keep", 10, "--prune", folder=home.folder)
    assert done.returncode == 0, done.stderr
    file = next((tmp_path / "disk").glob("*.backup"))
    assert str(file) in done.stdout

    shutil.rmtree(home.folder)
    refused = remission("restore", file, "--key", paper, folder=home.folder)
    assert refused.returncode == 2
    assert "no list of erasures" in refused.stderr
    assert not home.folder.exists()
    back = remission("restore", file, "--key", paper, "--no-erasures-since", folder=home.folder)
    assert back.returncode == 0, back.stderr
    assert "records: whole, 3 rows" in back.stdout
    assert remission("audit", "verify", folder=home.folder).stdout.splitlines() == [
        "identities: whole, 1 row", "records: whole, 4 rows",
    ]  # fmt: skip


def test_verify_names_the_first_bad_row_and_ends_with_3(home: Home) -> None:
    head = remission("audit", "head", folder=home.folder)
    assert re.search(r"records: row 3, [0-9a-f]{64}", head.stdout)
    with closing(sqlite3.connect(home.records)) as connection:
        connection.execute("DROP TRIGGER records_recordaudit_no_update")
        connection.execute("UPDATE records_recordaudit SET actor = 'nobody' WHERE row >= 2")
        connection.commit()
    done = remission("audit", "verify", folder=home.folder)
    assert done.returncode == 3
    assert "records: NOT whole, row 2 is not what was written; the 1 rows before it" in done.stdout
    assert "Stop the server" in done.stdout


def test_verify_takes_the_heads_that_a_host_kept_elsewhere(home: Home, tmp_path: Path) -> None:
    kept = tmp_path / "kept.csv"
    kept.write_text(f"day,chain,row,mac\n2026-01-01,records,9,{'0' * 64}\n", encoding="ascii")
    done = remission("audit", "verify", "--heads", kept, folder=home.folder)
    assert done.returncode == 3
    assert "on 2026-01-01 the chain went to row 9" in done.stdout


def test_a_drill_says_that_there_is_a_way_back_and_how_long_it_takes(home: Home) -> None:
    done = remission("drill", folder=home.folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "There is a way back." in done.stdout
    assert len(re.findall(r"^yes  .* \(\d+\.\d s\)$", done.stdout, re.MULTILINE)) == 6


def test_keys_are_not_renewed_under_a_server_that_runs(home: Home) -> None:
    before = (home.keys / "wrapping").read_text(encoding="ascii")
    with held(home.folder):
        refused = remission("keys", "rotate", folder=home.folder)
        # What only reads or copies goes on beside a server.
        assert remission("audit", "verify", folder=home.folder).returncode == 0
    assert refused.returncode == 2
    assert "Stop the server" in refused.stderr
    assert (home.keys / "wrapping").read_text(encoding="ascii") == before
    assert remission("keys", "rotate", folder=home.folder).returncode == 0
    assert (home.keys / "wrapping").read_text(encoding="ascii") != before


def test_nothing_is_begun_while_somebody_has_the_home_alone(home: Home) -> None:
    with held(home.folder, alone=True):
        refused = remission("audit", "verify", folder=home.folder)
    assert refused.returncode == 2
    assert "alone" in refused.stderr


@pytest.mark.parametrize("words", [("audit", "verify"), ("backup",), ("drill",), ("keys", "rotate")])
def test_what_looks_at_an_observatory_makes_none(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = remission(*words, folder=tmp_path / "nothing")
    assert done.returncode == 2
    assert "no databases of an observatory" in done.stderr
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("largest", [1_000, 400_000])
def test_a_disk_that_is_full_is_said_and_nothing_is_half_written(home: Home, tmp_path: Path, largest: int) -> None:
    remission("backup", "--new-recovery-key", folder=home.folder)
    disk = tmp_path / "disk"
    done = remission("backup", "--to", disk, folder=home.folder, largest=largest)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert [path for path in disk.rglob("*") if path.is_file()] == []
    assert not (home.folder / "copying").exists()
    assert remission("audit", "verify", folder=home.folder).returncode == 0


def test_no_backup_is_made_without_a_key_that_it_needs(home: Home, tmp_path: Path) -> None:
    remission("backup", "--new-recovery-key", folder=home.folder)
    (home.keys / "wrapping").unlink()
    done = remission("backup", "--to", tmp_path / "disk", folder=home.folder)
    assert done.returncode == 2
    assert "no key" in done.stderr
    assert not list(tmp_path.glob("disk/*.backup"))


def test_a_disk_that_can_not_be_written_to_is_said_as_the_system_says_it(home: Home) -> None:
    uri = f"{home.records.as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True)
    with closing(connection), pytest.raises(OSError, match="Read-only") as raised, _in_words(home.records):
        connection.execute("DELETE FROM records_quarterrow")
    assert raised.value.errno == errno.EROFS


def test_a_damaged_database_is_said(home: Home, tmp_path: Path) -> None:
    remission("backup", "--new-recovery-key", folder=home.folder)
    home.records.write_bytes(b"SQLite, no more" * 1000)
    done = remission("backup", "--to", tmp_path / "disk", folder=home.folder)
    assert done.returncode == 2
    assert "damaged" in done.stderr


def test_what_is_not_installed_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "find_spec", lambda name: None if name == "cryptography" else name)
    with pytest.raises(InputProblems) as raised:
        check_installed()
    assert "pip install 'remission[web]'" in raised.value.report()
    assert "no cryptography" in raised.value.report()
