"""A location's settings, changed on the page: checked, and nobody's change is overwritten unseen."""

import json
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from scheduler.booking import BadField
from scheduler.works import Works
from store.audit import note
from store.database import retried
from store.location_changes import BadLocation, change, take_back
from store.locks import one_at_a_time
from store.tables import Location


def mark_of(location: Location, names: Collection[str]) -> str:
    """What tells two readings of these settings apart: a form carries it back."""
    read = {name: getattr(location, name) for name in sorted(names)}
    return sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()[:12]


@retried
def change_location(
    works: Works, location_id: str, values: Mapping[str, Any], seen: str, actor: str
) -> list[str]:
    """Set some of a location's settings. Returns what differs now.

    Raises BadField: a value is wrong, or somebody else changed these since they were ``seen``; nothing is
    written then. Planned texts keep their moment: the last look holds those outside new sending hours.
    """
    now = works.clock()
    with works.database.writing() as session:
        one_at_a_time(session, f"location:{location_id}")
        location = session.get_one(Location, location_id)
        if mark_of(location, values) != seen:
            raise BadField({"": _who_was_first(location, values)})
        try:
            different = change(session, location, values, actor, now)
        except BadLocation as error:
            raise BadField(error.problems) from None
        if different:
            note(session, actor, "settings changed", ("location", location_id), now, what=different)
    return different


@retried
def use_file(works: Works, location_id: str, names: list[str], actor: str) -> list[str]:
    """What the clinic file says holds again. Returns what differs now."""
    now = works.clock()
    with works.database.writing() as session:
        one_at_a_time(session, f"location:{location_id}")
        back = take_back(session, session.get_one(Location, location_id), names)
        if back:
            note(session, actor, "settings as in the clinic file", ("location", location_id), now, what=back)
    return back


def _who_was_first(location: Location, names: Collection[str]) -> str:
    who = sorted({location.changed[name]["by"] for name in names if name in location.changed})
    return f"{' and '.join(who) or 'The clinic file'} changed this meanwhile. Look again, then save"
