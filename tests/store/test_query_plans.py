"""What runs every second finds its rows by an index on SQLite, whose planner is easily misled.

On a database of a million texts a plan that reads the table would be the end of it.
"""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from scheduler.tallying import counted_live
from store.claims import left_since, lost, places_with_due, still_in_hand, take_due
from store.courses import planned_courses, texts_that_left
from store.outbox import Lane, recall, suppress_planned
from store.said import said_by_version, texts_saying
from store.tables import OutboxText
from store.tickets import unresolved
from store.today import how_many_to_come, locations, texts_in_trouble, texts_to_come

NOW = datetime(2026, 12, 8, 16, tzinfo=UTC)

QUESTIONS = [
    pytest.param(lambda s: places_with_due(s, Lane, NOW), "ix_outbox_due", id="which places have any due"),
    pytest.param(lambda s: take_due(s, "main", Lane.TIMED, NOW, 9), "ix_outbox_due", id="what is due"),
    pytest.param(
        lambda s: take_due(s, "main", Lane.TIMED, NOW, 9), "ix_outbox_in_hand", id="whose phone is busy"
    ),
    pytest.param(lambda s: lost(s, NOW), "ix_outbox_unknown", id="what nobody knows"),
    pytest.param(lambda s: lost(s, NOW), "ix_outbox_in_hand", id="what somebody let go of"),
    pytest.param(lambda s: left_since(s, ["+1"], NOW), "ix_outbox_mobile", id="what went to a phone today"),
    pytest.param(
        lambda s: texts_that_left(s, ["0" * 32]), "ix_outbox_enrolment_id", id="what a course has had"
    ),
    pytest.param(
        lambda s: still_in_hand(s, {"0" * 32: NOW}, NOW), "sqlite_autoindex_outbox", id="what is in hand"
    ),
    pytest.param(
        lambda s: recall(s, OutboxText.mobile == "+1", NOW), "ix_outbox_in_hand", id="what a STOP recalls"
    ),
    pytest.param(lambda s: suppress_planned(s, "+1", "why", NOW), "ix_outbox_mobile", id="what a STOP keeps"),
    pytest.param(lambda s: said_by_version(s, "welcome"), "ix_outbox_said", id="how many carried a wording"),
    pytest.param(lambda s: texts_saying(s, "welcome", "x", 0, 9), "ix_outbox_said", id="which carried it"),
    pytest.param(lambda s: planned_courses(s, ["welcome"]), "ix_outbox_due", id="what a withdrawal keeps"),
    pytest.param(
        lambda s: recall(s, OutboxText.wording == "welcome", NOW), "ix_outbox_in_hand", id="and takes back"
    ),
]


QUESTIONS += [
    pytest.param(lambda s: texts_in_trouble(s, ["main"], NOW, NOW), index, id=f"what needs a look: {index}")
    for index in ("ix_outbox_wrong", "ix_outbox_held", "ix_outbox_due")
]
QUESTIONS += [
    pytest.param(lambda s: texts_to_come(s, ["main"], NOW, NOW), "ix_outbox_due", id="what leaves today"),
    pytest.param(lambda s: how_many_to_come(s, ["main"], NOW, NOW), "ix_outbox_due", id="how much leaves"),
    pytest.param(lambda s: unresolved(s, ["main"]), "ix_tickets_unresolved", id="what a person must do"),
    pytest.param(
        lambda s: counted_live(s, locations(s), NOW.date(), NOW),
        "ix_outbox_listed",
        id="a day, counted",
    ),
]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("ask", "index"), QUESTIONS)
def test_the_question_is_answered_from_its_index(database, ask, index):
    asked = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def _remember(_connection, _cursor, statement, parameters, *_rest):
        asked.append((statement, parameters))

    with database.writing() as session:
        ask(session)
        raw = session.connection().connection.cursor()
        plans = [
            step[3]
            for statement, parameters in asked
            if statement.startswith(("SELECT", "UPDATE"))
            for step in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        ]
    assert any(index in step for step in plans), plans
    assert "SCAN outbox" not in plans
