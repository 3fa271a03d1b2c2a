"""Several add to the register at once: every request that was said to be entered is there, once."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from made_up.answers import ABOUT, write_csv
from remission.foi.answers.ledger import LISTED, import_file, read_answers
from remission.foi.register.lines import changed_lines
from remission.foi.register.request import REGISTER, enter, enter_sent, read_register
from remission.inputs.problems import InputProblems

SENT = date(2026, 11, 2)
CODES = [f"R{number:02}" for number in range(24)]

ADD = """
import sys
from datetime import date
from pathlib import Path
from remission.foi.register.request import enter_sent

print("ready", flush=True)
sys.stdin.readline()
for code in sys.argv[2:]:
    enter_sent(Path(sys.argv[1]), code, "FOIA", date(2026, 11, 2))
    print(code, flush=True)
"""


def codes_of(home: Path) -> list[str]:
    return sorted(one.code for one in read_register(home).requests)


def test_threads_that_add_at_once_lose_nothing(tmp_path: Path) -> None:
    barrier = Barrier(len(CODES))

    def add(code: str) -> str:
        barrier.wait()
        return enter_sent(tmp_path, code, "FOIA", SENT).code

    with ThreadPoolExecutor(len(CODES)) as pool:
        said = list(pool.map(add, CODES))
    assert codes_of(tmp_path) == sorted(said) == CODES


def test_processes_that_add_at_once_lose_nothing(tmp_path: Path) -> None:
    parts = [CODES[at::2] for at in range(2)]
    command = [sys.executable, "-c", ADD, str(tmp_path)]
    running = [
        subprocess.Popen([*command, *part], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for part in parts
    ]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    said = []
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in running:
        said += one.communicate()[0].split()
    assert codes_of(tmp_path) == sorted(said) == CODES


def test_two_changes_at_once_are_both_kept(tmp_path: Path) -> None:
    enter_sent(tmp_path, "RJ1", "FOIA", SENT)
    barrier, changes = Barrier(2), [{"received": "2026-11-03"}, {"case_number": "FOI-7"}]

    def change(values: dict[str, str]) -> None:
        barrier.wait()
        enter(tmp_path, "RJ1", SENT, values)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(change, changes))
    (found,) = read_register(tmp_path).requests
    assert (found.received, found.case_number) == (date(2026, 11, 3), "FOI-7")


def test_sent_twice_on_one_day_is_one_line_and_a_problem_with_its_place(tmp_path: Path) -> None:
    enter_sent(tmp_path, "RJ1", "FOIA", SENT)
    before = (tmp_path / REGISTER).read_bytes()
    with pytest.raises(InputProblems) as found:
        enter_sent(tmp_path, "RJ1", "FOIA", SENT)
    (problem,) = found.value.problems
    assert (problem.file, problem.row, problem.column) == ("register.csv", 2, "sent")
    assert (tmp_path / REGISTER).read_bytes() == before
    enter_sent(tmp_path, "RJ1", "FOIA", SENT + timedelta(days=1))


def test_a_lock_ends_with_the_process_that_held_it(tmp_path: Path) -> None:
    """Killed while it holds the lock: the file is left behind, and the next one need not wait."""
    held = "import sys; from pathlib import Path; from remission.foi.register.lines import changed_lines\n"
    held += f"with changed_lines(Path({str(tmp_path)!r})):\n    print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", held], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        other.kill()
    assert [path.name for path in (tmp_path / "foi").iterdir()] == [".register.csv.remission"]
    enter_sent(tmp_path, "RJ1", "FOIA", SENT)
    assert codes_of(tmp_path) == ["RJ1"]


def test_what_cannot_be_read_back_is_not_said_to_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enter_sent(tmp_path, "RJ1", "FOIA", SENT)
    monkeypatch.setattr(os, "replace", lambda half, path: None)  # a disk that loses what it was given
    with pytest.raises(InputProblems) as found:
        enter_sent(tmp_path, "RJ2", "FOIA", SENT)
    assert "the 2 written" in str(found.value.problems[0])
    monkeypatch.undo()
    assert codes_of(tmp_path) == ["RJ1"]


def test_a_writing_that_fails_leaves_the_register_and_no_half_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter_sent(tmp_path, "RJ1", "FOIA", SENT)

    def fails(number: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="No space"):
        enter_sent(tmp_path, "RJ2", "FOIA", SENT)
    assert codes_of(tmp_path) == ["RJ1"]
    assert [path.name for path in (tmp_path / "foi").iterdir()] == ["register.csv"]


def test_the_register_stays_as_private_as_a_person_made_it(tmp_path: Path) -> None:
    enter_sent(tmp_path, "RJ1", "FOIA", SENT)
    (tmp_path / REGISTER).chmod(0o600)
    enter_sent(tmp_path, "RJ2", "FOIA", SENT)
    assert (tmp_path / REGISTER).stat().st_mode & 0o777 == 0o600


def test_a_lock_is_held_against_others_of_the_same_process(tmp_path: Path) -> None:
    order = []
    with ThreadPoolExecutor(1) as pool:
        with changed_lines(tmp_path):

            def wait() -> None:
                with changed_lines(tmp_path):
                    order.append("second")

            waiting = pool.submit(wait)
            order.append("first")
        waiting.result()
    assert order == ["first", "second"]


def test_answers_imported_at_once_are_all_listed(tmp_path: Path) -> None:
    home, barrier = tmp_path / "home", Barrier(6)
    cells = [[["Brand", "Patients"], ["Tysabri", number]] for number in range(6)]
    files = [write_csv(tmp_path / f"{number}.csv", of) for number, of in enumerate(cells)]

    def bring(file: Path) -> None:
        barrier.wait()
        import_file(home, file, ABOUT)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(bring, files))
    assert not read_answers(home).problems
    with (home / LISTED).open(encoding="utf-8", newline="") as opened:
        assert len({line["file"] for line in csv.DictReader(opened)}) == 6


def test_a_list_edited_by_hand_keeps_its_columns_and_its_last_line(tmp_path: Path) -> None:
    """Columns in another order, one more, and no end of the last line."""
    home = tmp_path / "home"
    first, second = (write_csv(tmp_path / f"{n}.csv", [["Brand", "Patients"], ["Tysabri", n]]) for n in (1, 2))
    import_file(home, first, ABOUT)
    with (home / LISTED).open(encoding="utf-8", newline="") as opened:
        (line,) = csv.DictReader(opened)
    names = ["mine", *reversed(list(line))]
    text = ",".join(names) + "\n" + ",".join(["by hand", *reversed(list(line.values()))])
    (home / LISTED).write_text(text, encoding="utf-8")
    import_file(home, second, ABOUT)
    assert not read_answers(home).problems
    assert "by hand" in (home / LISTED).read_text(encoding="utf-8")


def test_an_import_that_was_stopped_before_its_line_is_listed_by_the_next(tmp_path: Path) -> None:
    home, file = tmp_path / "home", write_csv(tmp_path / "a.csv", [["Brand", "Patients"], ["Tysabri", 3]])
    import_file(home, file, ABOUT)
    (home / LISTED).unlink()
    import_file(home, file, ABOUT)
    assert not read_answers(home).problems
