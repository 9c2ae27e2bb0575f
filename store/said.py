"""Which texts carried which words: how many, and which ones. Answered from one index."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from store.tables import OutboxText


class Said(NamedTuple):
    """How many texts carried a version, and when the last of them was handed over (UTC)."""

    texts: int
    last: datetime


def _carried(wording: str) -> tuple[ColumnElement[bool], ...]:
    handed = OutboxText.handed_at.is_not(None)
    return OutboxText.wording == wording, OutboxText.wording_version.is_not(None), handed


def said_by_version(session: Session, wording: str) -> Mapping[str, Said]:
    """How often each version of a wording was handed to the carrier."""
    rows = session.execute(
        select(OutboxText.wording_version, func.count(), func.max(OutboxText.handed_at))
        .where(*_carried(wording))
        .group_by(OutboxText.wording_version)
    )
    return {version: Said(count, last) for version, count, last in rows if version and last}


def texts_saying(
    session: Session, wording: str, version: str, offset: int, limit: int
) -> Sequence[OutboxText]:
    """Texts that carried this version, the latest first.

    In the order of the index and nothing else, so that the hundredth page costs no more than the first.
    """
    found = select(OutboxText.id).where(*_carried(wording), OutboxText.wording_version == version)
    ids = session.scalars(found.order_by(OutboxText.handed_at.desc()).offset(offset).limit(limit)).all()
    return session.scalars(
        select(OutboxText)
        .options(joinedload(OutboxText.patient), joinedload(OutboxText.location))
        .where(OutboxText.id.in_(ids))
        .order_by(OutboxText.handed_at.desc(), OutboxText.id)
    ).all()
