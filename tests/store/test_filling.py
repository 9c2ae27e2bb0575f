"""A database from before conversations stood in an inbox: what was written then stands there, read."""

from alembic import command
from sqlalchemy import select, text

from store.migrate import _config, migrate
from store.tables import Conversation, Standing
from tests.cast import ANNA, STRANGER


def _back_to(database, revision: str) -> None:
    config = _config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def test_what_was_written_before_stands_in_the_inbox_and_what_has_a_ticket_waits(house):
    house.book()
    house.text_in("does it hurt?")
    house.text_in("how much is it", mobile=STRANGER)
    [ticket] = house.tickets()
    asked, wrote = (one.received_at for one in house.inbox())
    database = house.works.database
    _back_to(database, "0005")
    with database.engine.begin() as connection:  # such a database has rows for some of them only
        connection.execute(text("DELETE FROM conversations WHERE mobile = :mobile"), {"mobile": STRANGER})
    migrate(database)
    with house.look() as session:
        talks = {talk.mobile: talk for talk in session.scalars(select(Conversation))}
    assert (talks[ANNA].standing, talks[ANNA].talked_at) == (Standing.OPEN, asked)
    assert talks[STRANGER].standing == Standing.WAITING
    assert (talks[STRANGER].last_came_at, talks[STRANGER].waiting_since) == (wrote, ticket.created_at)
    assert {talk.unread_since for talk in talks.values()} == {None}
