"""Course of MS: `docs/rules.md`, the section of this name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.outcomes.reference.trail import Finding, Rows, Step, Watch

if TYPE_CHECKING:
    from remission.outcomes.definitions.rules.course import Course
    from remission.records.people import SubjectRecords


def find_course(person: SubjectRecords, rule: Course, watch: Watch) -> Finding:
    if person.subject["course"] in rule.courses:
        step = Step("course-from-the-start", about={"course": person.subject["course"]})
        return Finding((step,), event=watch.entry, onset=watch.entry)
    trail = []
    rows = [row for row in person.rows("courses") if row["day"] <= watch.last_usable]
    for row in sorted(rows, key=lambda row: row["day"]):  # a stable sort: file order within a day
        about = {"course": row["course"]}
        if row["course"] not in rule.courses:
            trail.append(Step("another-course", row["day"], row["row_id"], about))
        elif row["day"] < rule.counts_from_day + watch.shift:
            trail.append(Step("course-before", row["day"], row["row_id"], about))
            return Finding(tuple(trail), event=watch.entry, onset=watch.entry)
        else:
            trail.append(Step("course", row["day"], row["row_id"], about))
            return Finding(tuple(trail), event=row["day"], onset=row["day"], rows=Rows(course_row=row["row_id"]))
    return Finding((*trail, Step("no-course")))
