"""Conversations as staff see them: read, waiting, whose, snoozed, resolved, who answers; saved replies."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)
_COLUMNS: dict[str, Any] = {
    "talked_at": _AT,
    "last_came_at": _AT,
    "unread_since": _AT,
    "waiting_since": _AT,
    "assigned_to": sa.String(),
    "snoozed_until": _AT,
    "snoozed_by": sa.String(),
    "resolved_at": _AT,
    "resolved_by": sa.String(),
    "bot_off_until": _AT,
    "bot_off_by": sa.String(),
}
_ASSIGNED, _SNOOZED = sa.text("assigned_to IS NOT NULL"), sa.text("snoozed_until IS NOT NULL")
_OPEN, _WAITING = 1, 2


def upgrade() -> None:
    op.add_column("conversations", sa.Column("turns", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("conversations", sa.Column("standing", sa.Integer(), nullable=False, server_default="-1"))
    for name, kind in _COLUMNS.items():
        op.add_column("conversations", sa.Column(name, kind, nullable=True))
    op.create_table(
        "saved_replies",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_replies")),
        sa.UniqueConstraint("title", "language", name=op.f("uq_saved_replies_title_language")),
    )
    _fill(op.get_bind())
    listed = ["location_id", "standing", "talked_at", "id"]
    op.create_index("ix_conversations_mobile", "conversations", ["mobile"])
    op.create_index("ix_conversations_inbox", "conversations", listed)
    _partial("ix_conversations_assigned", ["assigned_to", *listed], _ASSIGNED)
    _partial("ix_conversations_snoozed", ["location_id", "snoozed_until"], _SNOOZED)
    op.create_index("ix_inbox_place", "inbox", ["location_id", "received_at"])


def downgrade() -> None:
    op.drop_index("ix_inbox_place", "inbox")
    for name in ("inbox", "mobile", "assigned", "snoozed"):
        op.drop_index(f"ix_conversations_{name}", "conversations")
    op.drop_table("saved_replies")
    for name in (*reversed(_COLUMNS), "standing", "turns"):
        op.drop_column("conversations", name)


def _partial(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "conversations", columns, sqlite_where=where, postgresql_where=where)


def _table(name: str, *others: Any) -> sa.TableClause:
    return sa.table(name, sa.column("location_id", sa.String), sa.column("mobile", sa.String), *others)


_conversations = _table(
    "conversations",
    sa.column("id", sa.Uuid(as_uuid=False)),
    sa.column("last_at", _AT),
    sa.column("turns", sa.Integer),
    sa.column("standing", sa.Integer),
    *(sa.column(name, _AT) for name in ("talked_at", "last_came_at", "waiting_since")),
)
_inbox = _table("inbox", sa.column("received_at", _AT))
_outbox = _table("outbox", sa.column("purpose", sa.String), sa.column("created_at", _AT))
_tickets = _table(
    "tickets",
    sa.column("inbox_id", sa.Uuid(as_uuid=False)),
    sa.column("status", sa.String),
    sa.column("created_at", _AT),
)


def _fill(bind: sa.Connection) -> None:
    """Everything that was ever written is an open conversation, read; what has a ticket waits."""
    came = _each(bind, _inbox, sa.func.max(_inbox.c.received_at))
    by_a_person = _outbox.c.purpose == "staff"
    wrote = _each(bind, _outbox, sa.func.max(_outbox.c.created_at), by_a_person)
    about_a_text = _tickets.c.inbox_id.is_not(None) & (_tickets.c.status != "resolved")
    waits = _each(bind, _tickets, sa.func.min(_tickets.c.created_at), about_a_text)
    held = sa.select(_conversations.c.location_id, _conversations.c.mobile)
    known = {(place, mobile) for place, mobile in bind.execute(held)}
    talked = {key: max(at for at in (came.get(key), wrote.get(key)) if at) for key in came | wrote}
    new = [
        {"id": str(uuid.uuid4()), "location_id": place, "mobile": mobile, "last_at": talked[place, mobile]}
        for place, mobile in talked.keys() - known
    ]
    if new:
        bind.execute(_conversations.insert(), [one | {"turns": 0, "standing": -1} for one in new])
    change = _conversations.update().where(
        _conversations.c.location_id == sa.bindparam("place"),
        _conversations.c.mobile == sa.bindparam("phone"),
    )
    names = ("talked_at", "last_came_at", "waiting_since", "standing", "turns")
    change = change.values({name: sa.bindparam(f"new_{name}") for name in names})
    rows = [
        {
            "place": key[0],
            "phone": key[1],
            "new_talked_at": at,
            "new_last_came_at": came.get(key),
            "new_waiting_since": waits.get(key),
            "new_standing": _WAITING if key in waits else _OPEN,
            "new_turns": 1,
        }
        for key, at in talked.items()
    ]
    if rows:
        bind.execute(change, rows)


def _each(
    bind: sa.Connection, table: sa.TableClause, value: Any, *where: Any
) -> dict[tuple[str, str], datetime]:
    """A value of each conversation's rows, by (location, mobile)."""
    found = sa.select(table.c.location_id, table.c.mobile, value).where(*where)
    rows = bind.execute(found.group_by(table.c.location_id, table.c.mobile))
    return {(place, mobile): at for place, mobile, at in rows}
