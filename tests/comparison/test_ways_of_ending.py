"""Until when people of a target trial are followed: pairs that end together, the lost, those who leave, the dead."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from remission.comparison.design.estimate import Trial, estimate_trial
from remission.comparison.design.reading import designs
from remission.comparison.design.write import trial_json
from remission.inputs.problems import InputProblems
from remission.library.catalogue import library_files
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort

SHIPPED = designs()["transplant-or-therapy"].read_text(encoding="utf-8").replace("bootstrap = 500", "bootstrap = 0")
PAIRED = (('by = "overlap"', 'by = "nearest neighbour"\ncaliper = 0.2'), ('"the overlap"', '"the matched"'))
TOGETHER = ("years = 5", "years = 5\npairs_end_together = true")


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    """The registry of 500."""
    return load_cohort("hsct-500")


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The shipped design without draws, with some lines changed; each must be there."""
    text = SHIPPED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def found(cohort: Cohort, folder: Path, *changes: tuple[str, str]) -> Trial:
    """The design carried out."""
    return estimate_trial(cohort, written(folder, *changes))


def refused(cohort: Cohort, path: Path) -> str:
    """What is said of a design that is refused."""
    with pytest.raises(InputProblems) as wrong:
        estimate_trial(cohort, path)
    return wrong.value.report()


def test_pairs_end_when_the_first_of_them_is_no_longer_watched(cohort: Cohort, tmp_path: Path) -> None:
    apart, together = found(cohort, tmp_path, *PAIRED), found(cohort, tmp_path, *PAIRED, TOGETHER)
    watched = together.emulated.watched[together.weighed.held.places]
    assert (watched >= apart.rows.exit).all()
    half = watched.size // 2
    shortest = np.tile(np.minimum(watched[:half], watched[half:]), 2)
    assert together.rows.exit.tolist() == np.minimum(apart.rows.exit, shortest).tolist()
    assert (together.rows.event == (apart.rows.event & (apart.rows.exit <= shortest))).all()
    # Some end sooner, and an event of one does not end the other.
    assert 10 < (together.rows.exit < apart.rows.exit).sum() < watched.size / 2
    other = np.roll(np.arange(watched.size), half)
    event = together.rows.event
    assert (together.rows.exit[other][event] > together.rows.exit[event]).any()
    assert "pairs end together" in trial_json(together)


def test_only_pairs_can_end_together(cohort: Cohort, tmp_path: Path) -> None:
    assert "false, but for nearest neighbour" in refused(cohort, written(tmp_path, TOGETHER))


def competing(folder: Path) -> tuple[str, str]:
    """The change of a design to the endpoint of relapses with which death competes."""
    relapse = next(path for path in library_files("endpoints", ".toml") if path.stem == "relapse-free")
    text, old = relapse.read_text(encoding="utf-8"), "[estimation]"
    assert old in text
    path = folder / "relapse-free.toml"
    path.write_text(text.replace(old, f'{old}\ndeath = "competes"'), encoding="utf-8")
    return 'endpoint = "cdp-24w"', f'endpoint = "{path}"'


def test_a_death_that_competes_is_never_taken_for_a_loss(cohort: Cohort, tmp_path: Path) -> None:
    said = refused(cohort, written(tmp_path, competing(tmp_path)))
    assert "in which death competes" in said
    assert "take who died for somebody who was lost" in said
