"""Request bodies: a whole one, and ways to spoil it."""

from copy import deepcopy

BODY = {
    "patient": {"name": "Anna Reed", "mobile": "(781) 555-0121", "language": "en"},
    "appointment": {"external_id": "visit-1", "starts_at": "2026-12-11T14:00:00-05:00", "area": "face"},
    "protocol": "microneedling",
    "facts": {"kit_given": "yes"},
    "consent": {"care": True, "marketing": False, "method": "signed form"},
}
ABSENT = object()


def body(**changes):
    """The whole body; ``patient__mobile=...`` changes one field, ABSENT leaves it out."""
    changed = deepcopy(BODY)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = changed
        for parent in parents:
            place = place[parent]
        if value is ABSENT:
            del place[last]
        else:
            place[last] = value
    return changed
