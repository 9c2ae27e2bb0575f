"""Which patient is meant: by her id, the clinic's own id, or her mobile. Never a guess between two."""

from typing import TYPE_CHECKING

from handlers.commands.asking import Wrong

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from store.tables import Patient


def patient_called(session: "Session", who: str) -> "Patient":
    """The one patient of this id or mobile. Raises Wrong, listing the ids when there are several."""
    from store.record import patients_called

    found = patients_called(session, who)
    if not found:
        raise Wrong(
            f"no patient has the id or mobile {who!r}: give the id from her page's address, or ten digits"
        )
    if len(found) > 1:
        ids = "\n".join(f"  {one.id}  enrolled {one.created_at:%Y-%m-%d}" for one in found)
        raise Wrong(f"{len(found)} patients share this mobile; give the id of one of them:\n{ids}")
    return found[0]
