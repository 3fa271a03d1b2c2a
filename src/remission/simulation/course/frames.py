"""What visits, scans and people would note of a virtual cohort: its tables, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.simulation.cohorts.adverse_events import INFECTIONS, VERSION
from remission.simulation.course.disability import severity_of
from remission.simulation.disease import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from remission.simulation.course.chance import Places
    from remission.simulation.course.lives import Lives

Columns = Mapping[str, object]
TABLES = ("subjects", "observed", "visits", "relapses", "scans", "treatments", "adverse_events")
RATER = "clinician"
# Named as such: a death of the treatment has to be in the records as an adverse event, and most are infections.
FATAL_TERM, FATAL_FROM_DAYS = "Sepsis", 8
# Assumed: no truth that is told depends on them.
STEROIDS_SHARE, CONFIRMED_SHARE = 0.8, 0.9
RELAPSE_LASTS_DAYS = (14, 40)
COURSE = "RRMS"


def frames_of(lives: Lives, first: int) -> dict[str, pl.DataFrame]:
    """The tables of some people, the first of whom has this number in the cohort."""
    writer = _Writer(lives, pl.Series("subject_id", names(first, lives.n)))
    return {name: getattr(writer, name)() for name in TABLES}


def names(first: int, n: int) -> pl.Series:
    """Pseudonyms, of one length however large a cohort is.

    >>> names(1, 2).to_list()
    ['P0000001', 'P0000002']
    """
    return "P" + pl.Series(np.arange(first, first + n)).cast(pl.String).str.zfill(7)


class _Writer:
    """The tables of some people."""

    def __init__(self, lives: Lives, ids: pl.Series) -> None:
        self.lives, self.ids = lives, ids
        self.arms = lives.plan.design.arms
        self.random = lives.random

    def subjects(self) -> pl.DataFrame:
        lives, people = self.lives, self.lives.people
        # Only deaths while followed: one after somebody left or after the end would be in no trial's records.
        died = lives.death == lives.last
        return pl.DataFrame(
            {
                "subject_id": self.ids,
                "study": _constant(lives.plan.design.name, lives.n),
                "arm": _words([arm.name for arm in self.arms], people.arm),
                "sex": _words(["male", "female"], people.female.astype(np.int64)),
                "age_years": people.age_years,
                "course": _constant(COURSE, lives.n),
                "onset_day": _days(people.onset_day),
                "entered": _constant("yes", lives.n),
                "last_day": _days(lives.last),
                "end_reason": pl.Series(lives.reason),
                "death_day": _days(np.where(died, lives.last, -1), died),
            }
        )

    def observed(self) -> pl.DataFrame:
        last, n = self.lives.last, self.lives.n
        kinds = ("vital", "clinic", "relapses", "mri")
        # After the last scan nobody can say that there was no lesion; a relapse is told whenever it comes.
        to_day = np.stack([last, last, last, self.lives.last_scan], axis=1)
        who, kind = np.repeat(np.arange(n), len(kinds)), np.tile(np.arange(len(kinds)), n)
        rows = {
            "kind": _words(list(kinds), kind),
            "from_day": _days(np.zeros(who.size)),
            "to_day": _days(to_day.ravel()),
        }
        return self._rows("O", who, kind + 1, rows)

    def visits(self) -> pl.DataFrame:
        lives, scores = self.lives, self.lives.scores
        came = np.concatenate([np.ones((lives.n, 1), dtype=np.bool_), lives.attended], axis=1)
        who, number = np.nonzero(came)
        days = np.concatenate([lives.people.before[:, None], lives.schedule.days], axis=1)[who, number]
        edss = np.concatenate([scores.baseline[:, None], scores.score], axis=1)[who, number]
        scored = np.concatenate([came[:, :1], scores.scored], axis=1)[who, number]
        rows = {
            "day": _days(days),
            "edss": _where(pl.Series(edss), scored),
            # Empty alone would leave open why.
            "edss_absent": _where(_constant("not_asked", who.size), ~scored),
            "rater": _constant(RATER, who.size),
        }
        return self._rows("V", who, number, rows)

    def relapses(self) -> pl.DataFrame:
        lives, every = self.lives, self.lives.relapses
        inside = every.whole_days <= lives.last[every.person]
        # Two that begin on one day are one to whoever writes them down.
        again = np.append(False, (np.diff(every.person) == 0) & (np.diff(every.whole_days) == 0))
        kept = inside & ~again
        who, day, fate = every.person[kept], every.whole_days[kept], every.mark[kept]
        severity = severity_of(fate)
        shortest, more = RELAPSE_LASTS_DAYS
        # A relapse that goes on when somebody leaves has no known end.
        end = day + shortest + np.floor(more * severity).astype(np.int64)
        # From the stream for what is only written down, so that no truth depends on it.
        told = self.random.random((who.size, 2))
        rows = {
            "day": _days(day),
            "end_day": _days(end, end <= lives.last[who]),
            "severity": _words(["mild", "moderate", "severe"], np.minimum(np.floor(3 * severity), 2).astype(np.int64)),
            "steroids": _yes_no(told[:, 0] < STEROIDS_SHARE),
            "fever": _constant("no", who.size),
            "confirmed": _yes_no(told[:, 1] < CONFIRMED_SHARE),
        }
        return self._rows("R", who, _numbered(who), rows)

    def scans(self) -> pl.DataFrame:
        lives = self.lives
        came = np.concatenate([np.ones((lives.n, 1), dtype=np.bool_), lives.scanned], axis=1)
        who, number = np.nonzero(came)
        first = number == 0
        visit = np.maximum(number - 1, 0)
        days = np.where(first, lives.people.before[who], lives.schedule.days[who, visit])
        rows = {
            "day": _days(days),
            "region": _constant("brain", who.size),
            "new_t2": _days(lives.new_lesions[who, visit], ~first),
            "new_t2_absent": _where(_constant("not_applicable", who.size), first),
            "enlarging_t2": _days(np.zeros(who.size), ~first),
            "enlarging_t2_absent": _where(_constant("not_applicable", who.size), first),
            "gd_lesions": _days(lives.enhancing[who, visit], ~first),
            "gd_lesions_absent": _where(_constant("not_asked", who.size), first),
            # What is new is new since an earlier scan: the one before day zero is what the others are held against, and
            # has no count of its own.
            "reference": _yes_no(first),
        }
        return self._rows("M", who, number, rows)

    def treatments(self) -> pl.DataFrame:
        lives, arm = self.lives, self.lives.people.arm
        procedure = np.array([one.therapy == "hsct" for one in self.arms])[arm]
        switches = lives.switch <= lives.last
        # A procedure is over on its day; a therapy that is left ends the day before the next begins.
        day = np.where(switches, lives.switch, 0).astype(np.int64)
        stopped = switches & ~procedure
        first = {
            "therapy": _words([one.therapy for one in self.arms], arm),
            "start_day": _days(np.zeros(lives.n)),
            "end_day": _days(day - 1, stopped),
            "ongoing": _where(_yes_no(~stopped), ~procedure),
            "stop_reason": _where(_constant("lack of effect", lives.n), stopped),
            "conditioning": _words([one.conditioning or None for one in self.arms], arm),
        }
        everybody = np.arange(lives.n)
        begun = self._rows("T", everybody, np.ones(lives.n, dtype=np.int64), first)
        who = everybody[switches]
        rescues = ["" if one.rescue is None else one.rescue.therapy for one in self.arms]
        second = {
            "therapy": _words(rescues, arm[who]),
            "start_day": _days(day[who]),
            "ongoing": _where(_constant("yes", who.size), np.array([name != "hsct" for name in rescues])[arm[who]]),
        }
        switched = self._rows("T", who, np.full(who.size, 2), second)
        return pl.concat([begun, switched], how="diagonal").sort("subject_id", "row_id")

    def adverse_events(self) -> pl.DataFrame:
        lives, arm, parts = self.lives, self.lives.people.arm, []
        for place, one in enumerate(self.arms):
            for number, event in enumerate(one.adverse_events, 1):
                # For everybody, also in other arms: more or fewer people of an arm with an event change no number drawn
                # for the next.
                draw = self.random.random((lives.n, 3))
                # The last day is in the range: by floor, one more than the difference makes both ends as likely as the
                # days between.
                day = event.days[0] + np.floor(draw[:, 1] * (event.days[1] - event.days[0] + 1)).astype(np.int64)
                who = np.flatnonzero((arm == place) & (draw[:, 0] < event.share.value) & (day <= lives.last))
                grade = event.grades[0] + np.floor(draw[who, 2] * (event.grades[1] - event.grades[0] + 1))
                end = np.minimum(day[who] + event.lasts_days, lives.last[who])
                rows = _adverse(event.term, event.category, grade, day[who], end, fatal=False)
                parts.append(self._rows("A", who, np.full(who.size, number), rows))
        who = np.flatnonzero(lives.died_of_treatment)
        begins = np.maximum(lives.last[who] - FATAL_FROM_DAYS, 0)
        rows = _adverse(FATAL_TERM, INFECTIONS, np.full(who.size, 5.0), begins, lives.last[who], fatal=True)
        # 99 comes after every event of an arm, so that its name does not depend on how many a design has.
        parts.append(self._rows("A", who, np.full(who.size, 99), rows))
        return pl.concat(parts).sort("subject_id", "row_id")

    def _rows(self, letter: str, who: Places, number: Places, rows: Columns) -> pl.DataFrame:
        """Rows of a table, each named by its person, its kind and its number."""
        ids = self.ids.gather(who).alias("subject_id")
        endings = [f"-{letter}{one:02}" for one in range(int(number.max(initial=0)) + 1)]
        row_id = ids + _words(endings, number)
        return pl.DataFrame({"subject_id": ids, "row_id": row_id, **rows})


def _adverse(term: str, category: str, grade: Places, day: Places, end: Places, *, fatal: bool) -> Columns:
    n = grade.size
    return {
        "day": _days(day),
        "end_day": _days(end),
        "ongoing": _constant("no", n),
        "term": _constant(term, n),
        "category": _constant(category, n),
        "ctcae_grade": _days(grade),
        "ctcae_version": _constant(VERSION, n),
        "serious": _yes_no(grade >= 3),
        "related": _constant("yes", n),
        "fatal": _constant("yes" if fatal else "no", n),
    }


def _numbered(who: Places) -> Places:
    """1, 2, 3 ... within each person, of people in order."""
    starts = np.searchsorted(who, who, side="left")
    return np.arange(who.size) - starts + 1


def _days(values: NDArray[np.generic], known: NDArray[np.bool_] | None = None) -> pl.Series:
    # NEVER has 64 bits and the column 32.
    series = pl.Series(np.where(values == NEVER, 0, values).astype(np.int32))
    return series if known is None else _where(series, known)


def _where(series: pl.Series, known: NDArray[np.bool_]) -> pl.Series:
    return series.zip_with(pl.Series(known), pl.Series([None], dtype=series.dtype))


def _words(words: list[str | None] | list[str], place: Places) -> pl.Series:
    return pl.Series(words, dtype=pl.String).gather(place)


def _constant(word: str, n: int) -> pl.Series:
    return pl.Series([word], dtype=pl.String).new_from_index(0, n)


def _yes_no(flags: NDArray[np.bool_]) -> pl.Series:
    return _words(["no", "yes"], flags.astype(np.int64))
