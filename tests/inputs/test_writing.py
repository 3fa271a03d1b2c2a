"""Nothing is ever half written: by an error, a kill at any step, or two at once; and what is somebody else's stays."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from made_up.killed import killed_at
from remission.inputs.problems import InputProblems
from remission.inputs.writing import HIDDEN, LIST, is_free, settle, write_into, write_new_folder, write_whole

OLD = {"index.html": "old", "figures/gone.svg": "old", "figures/a.svg": "old"}
NEW = {"index.html": "new", "tables/b.csv": "new", "figures/a.svg": "new"}
MINE = {"mine.txt": "mine", "figures/mine.svg": "mine", "figures/deep/mine.csv": "mine"}


def files(folder: Path) -> dict[str, str]:
    """Every file of a folder but the list and what is hidden."""
    names = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_text() for name, path in names.items() if HIDDEN not in name and name != LIST}


def fill(folder: Path, content: dict[str, str]) -> None:
    with write_into(folder) as result:
        for name, text in content.items():
            result.write(name, text)


def fill_plainly(folder: Path, content: dict[str, str]) -> None:
    """What the module replaces: each file where it is to lie, then the old ones deleted."""
    for name, text in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    for name in OLD.keys() - content.keys():
        (folder / name).unlink()


def after_each_kill(tmp_path: Path, run: Callable[[Path, dict[str, str]], None]) -> list[dict[str, str]]:
    """What lies there, for the next reader, after a kill before each step of writing NEW over OLD among MINE."""
    found, base = [], tmp_path / "base"
    fill(base, OLD)
    for name, text in MINE.items():
        (base / name).parent.mkdir(exist_ok=True)
        (base / name).write_text(text)
    for step in range(1, 200):
        folder = shutil.copytree(base, tmp_path / str(step))
        killed = killed_at(step, lambda folder=folder: run(folder, NEW))  # type: ignore[misc]
        settle(folder)
        found.append(files(folder))
        if not killed:
            return found
        if step % 5 == 0:
            fill(folder, NEW)
            assert files(folder) == NEW | MINE
            assert not list(folder.rglob(f"*{HIDDEN}*"))
    raise AssertionError("it never ends")


def test_a_kill_at_any_step_leaves_the_old_result_or_the_new_one_and_what_is_not_of_it(tmp_path: Path) -> None:
    found = after_each_kill(tmp_path, fill)
    assert len(found) > 20
    turn = found.index(NEW | MINE)
    assert found == [OLD | MINE] * turn + [NEW | MINE] * (len(found) - turn)
    # Some of the kills are between two files, where only the plan knows what is to be done.
    assert 10 < turn < len(found) - 5


def test_the_kills_find_half_results_where_nothing_is_swapped(tmp_path: Path) -> None:
    found = after_each_kill(tmp_path, fill_plainly)
    assert [one for one in found if one not in (OLD | MINE, NEW | MINE)] != []


def test_a_kill_at_any_step_of_a_single_file_leaves_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    path, seen = tmp_path / "rows.csv", []

    def write() -> None:
        with write_whole(path) as new:
            new.write_text("new")

    for step in range(1, 50):
        path.write_text("old")
        killed = killed_at(step, write)
        seen.append(path.read_text())
        if not killed:
            break
    assert seen == sorted(seen, reverse=True)
    assert {"old", "new"} == set(seen)
    assert [one.name for one in tmp_path.iterdir()] == ["rows.csv"]


def write_half(path: Path) -> None:
    path.write_text("half")
    1 / 0  # noqa: B018


def test_an_error_leaves_everything_as_it_was(tmp_path: Path) -> None:
    fill(tmp_path / "folder", OLD)
    (tmp_path / "rows.csv").write_text("old")
    for place in (write_whole(tmp_path / "rows.csv"), write_into(tmp_path / "folder"), write_into(tmp_path / "none")):
        with pytest.raises(ZeroDivisionError), place as made:
            write_half(made if isinstance(made, Path) else made.place("index.html"))
    assert files(tmp_path / "folder") == OLD
    assert (tmp_path / "rows.csv").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "rows.csv"]


def hold(folder: Path, writer: str, begun: object, go: object) -> None:
    """Begin to write in another process, and wait."""
    with write_into(folder) if writer == "folder" else write_whole(folder / "rows.csv"):
        begun.set()  # type: ignore[attr-defined]
        go.wait(60)  # type: ignore[attr-defined]


@pytest.mark.parametrize("writer", ["folder", "file"])
def test_of_two_at_once_the_second_is_refused_in_words_and_a_dead_one_holds_nothing(
    tmp_path: Path, writer: str
) -> None:
    fork = multiprocessing.get_context("fork")
    begun, go = fork.Event(), fork.Event()
    other = fork.Process(target=hold, args=(tmp_path, writer, begun, go))
    other.start()
    assert begun.wait(60)
    place = write_into(tmp_path) if writer == "folder" else write_whole(tmp_path / "rows.csv")
    with pytest.raises(InputProblems) as refused, place:
        raise AssertionError("two at once")
    assert refused.value.problems[0].found == "another run that is writing it now"
    os.kill(other.pid or 0, signal.SIGKILL)
    other.join()
    # The file of the lock lies there still, and locks nobody out.
    assert list(tmp_path.rglob("lock")) != []
    with write_whole(tmp_path / "other.csv") as new:
        new.write_text("x")
    fill(tmp_path, NEW)
    assert list(tmp_path.rglob(f"*{HIDDEN}*")) == []


def test_who_waits_adds_to_what_the_other_wrote(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"

    def add() -> None:
        for _ in range(10):
            with write_whole(path, waits=True) as new:
                new.write_text((path.read_text() if path.exists() else "") + "x")

    others = [multiprocessing.get_context("fork").Process(target=add) for _ in range(3)]
    for one in others:
        one.start()
    for one in others:
        one.join()
    assert [one.exitcode for one in others] == [0, 0, 0]
    assert path.read_text() == "x" * 30


def test_a_holder_who_ends_while_another_begins_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is there when it is to be made, and gone when one looks whether it is a folder."""
    make, left = Path.mkdir, 2

    def gone_meanwhile(path: Path, *arguments: object, **named: object) -> None:
        nonlocal left
        left -= HIDDEN in path.name
        if HIDDEN in path.name and left >= 0:
            raise FileExistsError(path)
        make(path, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "mkdir", gone_meanwhile)
    with write_whole(tmp_path / "rows.csv") as new:
        new.write_text("x")
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


def test_where_no_folder_can_be_made_it_is_said_and_not_tried_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As below /proc: it looks each time as if a holder had just taken its folder away."""
    asked = []

    def never(place: Path, **_: object) -> None:
        asked.append(place)
        raise FileNotFoundError(2, "No such file or directory", str(place))

    monkeypatch.setattr(Path, "mkdir", never)
    with pytest.raises(FileNotFoundError) as refused, write_whole(tmp_path / "rows.csv"):
        pass
    assert refused.value.filename == str(tmp_path / "rows.csv")
    assert 100 < len(asked) < 10_000


def test_a_new_folder_comes_whole_and_a_killed_one_is_no_obstacle(tmp_path: Path) -> None:
    def write(target: Path) -> None:
        with write_new_folder(target) as new:
            for name in ("a", "b"):
                (new / name).write_text(name)

    for number, there in enumerate((False, True)):
        target = tmp_path / f"parts-{number}"
        for step in range(1, 100):
            if there:
                target.mkdir(exist_ok=True)
            killed = killed_at(step, lambda target=target: write(target))  # type: ignore[misc]
            # What is there is whole; what is not there can be written.
            assert is_free(target) or files(target) == {"a": "a", "b": "b"}
            if not killed or not is_free(target):
                break
        assert files(target) == {"a": "a", "b": "b"}
        with write_whole(tmp_path / "next") as new:
            new.write_text("")
        assert list(tmp_path.rglob(f"*{HIDDEN}*")) == []


@pytest.mark.parametrize("name", ["../mine.txt", "/mine.txt", "", ".", "door/mine.txt", LIST])
def test_a_list_or_a_plan_that_leads_out_of_the_folder_deletes_nothing(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    fill(folder, OLD)
    (tmp_path / "mine.txt").write_text("mine")
    (folder / "door").symlink_to(tmp_path)
    (folder / LIST).write_text(json.dumps([name, *OLD]))
    fill(folder, NEW)
    (folder / HIDDEN / "new").mkdir(parents=True)
    (folder / HIDDEN / "plan.json").write_text(json.dumps({"names": [name], "gone": [name]}))
    settle(folder)
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert NEW.items() <= files(folder).items()


@pytest.mark.parametrize("name", ["../mine.txt", "/mine.txt", "a/../../mine.txt"])
def test_a_path_that_leads_out_of_the_folder_is_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="out of the folder"):
        fill(tmp_path / "folder", {name: "x"})
    assert list(tmp_path.iterdir()) == []


def test_a_swap_that_is_interrupted_comes_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, OLD)
    move, left = shutil.move, 2

    def stopped(new: Path, path: Path) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise KeyboardInterrupt
        move(new, path)

    monkeypatch.setattr(shutil, "move", stopped)
    with pytest.raises(KeyboardInterrupt):
        fill(tmp_path, NEW)
    assert files(tmp_path) == NEW
    assert not list(tmp_path.rglob(f"*{HIDDEN}*"))


@pytest.mark.parametrize("text", ["{", '{"index.html": 1}', "7", '"index.html"', '[7, null, ["index.html"]]'])
def test_a_list_that_is_no_list_lists_nothing(tmp_path: Path, text: str) -> None:
    fill(tmp_path, OLD)
    (tmp_path / LIST).write_text(text)
    fill(tmp_path, {"b": "b"})
    assert files(tmp_path) == OLD | {"b": "b"}


def test_what_is_kept_or_forgotten(tmp_path: Path) -> None:
    fill(tmp_path, OLD)
    (tmp_path / "mine.txt").write_text("mine")
    with write_into(tmp_path) as result:
        result.write("index.html", b"new")
        result.keep("figures/a.svg")
        result.forget(["mine.txt", "figures/a.svg"])
    assert files(tmp_path) == {"index.html": "new", "figures/a.svg": "old"}
    assert json.loads((tmp_path / LIST).read_text()) == ["figures/a.svg", "index.html"]


def test_a_folder_where_a_file_is_to_lie_stops_everything_before_it_begins(tmp_path: Path) -> None:
    fill(tmp_path, OLD)
    (tmp_path / "tables/b.csv").mkdir(parents=True)
    with pytest.raises(IsADirectoryError, match=r"tables/b\.csv"):
        fill(tmp_path, NEW)
    assert files(tmp_path) == OLD
    with pytest.raises(IsADirectoryError, match="figures"), write_whole(tmp_path / "figures"):
        raise AssertionError("begun")
    with pytest.raises(NotADirectoryError, match=r"index\.html"):
        fill(tmp_path / "index.html", NEW)


def test_a_file_of_ones_own_under_a_name_of_the_result_stops_everything_and_stays(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    for name in ("index.html", "tables/b.csv"):
        (tmp_path / name).write_text("mine")
    with pytest.raises(InputProblems) as raised:
        fill(tmp_path, NEW)
    assert [problem.file for problem in raised.value.problems] == ["index.html", "tables/b.csv"]
    assert "choose another folder" in raised.value.report()
    assert files(tmp_path) == {"index.html": "mine", "tables/b.csv": "mine"}
    # What says the same is nobody's loss: a list that was deleted costs no more than this.
    for name in NEW:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("new")
    fill(tmp_path, NEW)
    fill(tmp_path, NEW | {"index.html": "newer"})
    assert files(tmp_path)["index.html"] == "newer"


def test_a_link_stays_a_link_and_a_closed_file_stays_closed(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    path, link = tmp_path / "disk/rows.csv", tmp_path / "rows.csv"
    path.write_text("old")
    path.chmod(0o600)
    link.symlink_to(path)
    with write_whole(link) as new:
        new.write_text("new")
    (tmp_path / "disk" / LIST).write_text('["rows.csv"]')
    fill(tmp_path / "disk", {"rows.csv": "newest"})
    assert link.is_symlink()
    assert (link.read_text(), path.stat().st_mode & 0o777) == ("newest", 0o600)


def test_a_device_is_written_to_as_it_is() -> None:
    with write_whole(Path(os.devnull)) as new:
        assert new == Path(os.devnull)


def test_a_full_disk_is_told_as_such_whatever_a_library_says_of_it(tmp_path: Path) -> None:
    """In a process of its own, for it may write no large file any more."""

    def write() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))
        for place in (write_whole(tmp_path / "rows.parquet"), write_into(tmp_path / "folder")):
            with pytest.raises(OSError, match="File too large") as full, place:
                raise ArithmeticError("thrift: transport error")
            assert str(full.value.filename) in (str(tmp_path / "rows.parquet"), str(tmp_path / "folder"))
            assert isinstance(full.value.__cause__, ArithmeticError)
        (tmp_path / "told").touch()

    killed_at(10**6, write)
    assert [path.name for path in tmp_path.iterdir()] == ["told"]
