"""Files of bookings: each file a batch, each of its lines a row, worked through one by one."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base, Id, Ref

#: The states in which there is something to do by itself.
AT_WORK = ("checking", "enrolling", "undoing")
_WORKING = sql(f"state IN {AT_WORK}")


class ImportBatch(Base):
    """One file that somebody sent: what it is called, who sent it, how far it is."""

    __tablename__ = "import_batches"
    __table_args__ = (
        Index("ix_import_batches_work", "created_at", sqlite_where=_WORKING, postgresql_where=_WORKING),
        Index("ix_import_batches_created_at", "created_at"),
    )

    id: Mapped[Id]
    name: Mapped[str]
    digest: Mapped[str]  #: of its bytes: the same file again is recognised
    encoding: Mapped[str]
    location_id: Mapped[str] = mapped_column(ForeignKey("locations.id"))  #: of rows that name none
    rows: Mapped[int]
    state: Mapped[str]  #: checking, checked, enrolling, done, undoing, undone; dropped
    with_changes: Mapped[bool] = mapped_column(default=False)  #: what it changes about known visits is wanted
    sent_by: Mapped[str]
    started_by: Mapped[str | None]
    undone_by: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]  #: when what its lines held was dropped


class ImportRow(Base):
    """One line of a file. ``foreseen``: what the check found; ``outcome``: what was done, once it was."""

    __tablename__ = "import_rows"
    __table_args__ = (
        UniqueConstraint("batch_id", "line"),
        Index("ix_import_rows_visit", "batch_id", "visit_key"),
        Index("ix_import_rows_foreseen", "batch_id", "foreseen", "outcome"),
    )

    id: Mapped[Id]
    batch_id: Mapped[Ref] = mapped_column(ForeignKey("import_batches.id"))
    line: Mapped[int]
    cells: Mapped[dict[str, Any]]
    problem: Mapped[str | None]  #: why its cells cannot be trusted
    mobile: Mapped[str | None] = mapped_column(index=True)
    visit_key: Mapped[str | None]  #: the visit's id; two rows with one id are about one visit
    foreseen: Mapped[str | None]
    outcome: Mapped[str | None]
    said: Mapped[list[Any]]  #: [column or "", words]
    soon: Mapped[int] = mapped_column(default=0)  #: texts within the hour, when it was checked
    today: Mapped[int] = mapped_column(default=0)
    enrolment_id: Mapped[Ref | None] = mapped_column(ForeignKey("enrolments.id"))
    patient_id: Mapped[Ref | None] = mapped_column(ForeignKey("patients.id"), index=True)
