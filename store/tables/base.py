"""What every table shares: ids that may leave the house, and instants that are always UTC."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import DateTime, Dialect, MetaData, Uuid
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import JSON, TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An instant, UTC. Refuses a naive time: nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """To the database: UTC; SQLite keeps it as text, without a zone. One call for each, for speed."""
        return _as_text if dialect.name == "sqlite" else _in_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """From the database: always aware, always UTC."""
        return _from_text if dialect.name == "sqlite" else _as_utc


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time without a zone was about to be stored")
    return value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    told = _in_utc(value)
    return told.isoformat(" ", "microseconds")[:26] if told else None


def _as_utc(value: datetime | None) -> datetime | None:
    return value and value.astimezone(UTC)


def _from_text(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if value else None


def new_id() -> str:
    """A fresh id that may leave the house."""
    return str(uuid.uuid4())


class Base(DeclarativeBase):
    """All tables. Constraint names are fixed so that migrations can name them on any database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012 -- SQLAlchemy reads it so


class TextUuid(Uuid[str]):
    """An id as text. SQLite keeps 32 hex digits: the dashes are put back without a parse, for speed."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(as_uuid=False)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], str | None] | None:
        """From the database: ``8-4-4-4-12``."""
        plain: Any = super()
        return _dashed if dialect.name == "sqlite" else plain.result_processor(dialect, coltype)


def _dashed(value: str | None) -> str | None:
    return value and f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"


Id = Annotated[str, mapped_column(TextUuid, primary_key=True, default=new_id)]
Ref = Annotated[str, mapped_column(TextUuid)]
